"""The room of chapter 07: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="07",
    title=Text("PyTorch", "PyTorch"),
    promise=Text(
        "write the same two-tower model in PyTorch, prove that both are one model, and say what its tools are worth on a CPU",
        "用 PyTorch 写同一个双塔模型，证明两者是同一个模型，并说出它的各种工具在 CPU 上值不值得用",
    ),
    places=("recommender",),
)
