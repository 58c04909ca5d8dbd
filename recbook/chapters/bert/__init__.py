"""The room of chapter 04: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="04",
    title=Text("BERT", "BERT"),
    promise=Text(
        "build self-attention and both pretraining tasks by hand, pretrain a small BERT, and say what pretraining buys",
        "亲手搭出自注意力和两个预训练任务，预训练一个小 BERT，并说出预训练带来了什么",
    ),
    places=("encoder",),
)
