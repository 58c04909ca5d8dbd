"""The room of chapter 15: its guides, its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="15",
    title=Text("Questions", "问题"),
    promise=Text(
        "choose an encoder, a metric and a start, say which result of the course proves the choice, and find every term",
        "选编码器、选指标、选起步办法，说出课程里哪个结果支持这个选择，并查到每个术语",
    ),
    places=("around",),
)
