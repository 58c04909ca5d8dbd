"""The room of chapter 16: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="16",
    title=Text("Models that generate", "生成式模型"),
    promise=Text(
        "fine-tune an encoder by moving few of its numbers, and say what that saves",
        "只动少数参数来微调编码器，并说清省下了什么",
    ),
    places=("encoder",),
)
