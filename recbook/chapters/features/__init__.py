"""The room of chapter 05: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="05",
    title=Text("Features", "特征"),
    promise=Text(
        "turn tokens into vectors of films and users, choose what to write into an item's text, fine-tune at three depths, and choose a pretrained model",
        "把词元变成电影和用户的向量，决定物品的文本写什么，按三种深度微调，并选择预训练模型",
    ),
    places=("encoder",),
)
