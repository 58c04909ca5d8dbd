"""The room of chapter 16: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="16",
    title=Text("Models that generate", "生成式模型"),
    promise=Text(
        "tell what a language model adds to a recommendation, and which controls must stand beside it",
        "判断语言模型给推荐带来了什么，并知道旁边必须放哪些对照",
    ),
    places=("encoder", "recommender"),
)
