"""The room of chapter 00: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="00",
    title=Text("Start", "开始"),
    promise=Text(
        "find your way, and find films by what a sentence means",
        "熟悉课程的用法，并按一句话的意思找到电影",
    ),
    places=("texts",),
)
