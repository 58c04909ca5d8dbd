"""The room of chapter 16: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="16",
    title=Text("Models that generate", "生成式模型"),
    promise=Text(
        "judge what a model that generates can do for a recommender: by prompts, by its vectors, and by spelling items in codes, each beside the control that it needs",
        "判断生成式模型能为推荐做什么：用提示词、用它的向量、把物品写成码，每一种都配上必要的对照",
    ),
    places=("texts", "encoder", "traces", "recommender"),
)
