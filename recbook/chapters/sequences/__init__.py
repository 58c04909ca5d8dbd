"""The room of chapter 08: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="08",
    title=Text("Sequences", "序列"),
    promise=Text(
        "read a history as a sentence: SASRec and BERT4Rec built on PyTorch's layers, which of their details matter, whether titles help, and a look inside",
        "把历史当作句子：用 PyTorch 的层搭出 SASRec 和 BERT4Rec，看哪些细节起作用、片名有没有帮助，再看模型内部",
    ),
    places=("learner",),
)
