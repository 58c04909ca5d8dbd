"""The room of chapter 08: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="08",
    title=Text("Sequences", "序列"),
    promise=Text(
        "read a history as a sentence: SASRec and BERT4Rec on PyTorch's layers, what a leak looks like, whether titles help, and whose order it is that such a model learns",
        "把历史当作句子：用 PyTorch 的层搭出 SASRec 和 BERT4Rec，认出泄漏，检验片名有没有帮助，再追问模型学的是谁的顺序",
    ),
    places=("learner",),
)
