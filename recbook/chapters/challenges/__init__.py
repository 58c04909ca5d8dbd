"""The room of chapter 01: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="01",
    title=Text("Challenges", "挑战"),
    promise=Text(
        "measure sparsity, the long tail, cold start and unexplained scores, and say what pretraining can do about each",
        "度量稀疏性、长尾、冷启动和无法解释的得分，并说出预训练对每一项能做什么",
    ),
    places=(
        "texts",
        "traces",
        "learner",
    ),
)
