"""The room of chapter 07: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="07",
    title=Text("PyTorch", "PyTorch"),
    promise=Text(
        "write the same two-tower model in PyTorch, find mistakes of a training loop that raise no error, and say what identities and titles are each worth",
        "用 PyTorch 写同一个双塔模型，找出训练循环里不报错的错误，并说出 ID 嵌入和片名各值多少",
    ),
    places=("recommender",),
)
