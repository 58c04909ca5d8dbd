"""The room of chapter 11: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="11",
    title=Text("Applications", "应用"),
    promise=Text("say what share of a rating table is filled", "说出一张评分表填了多少"),
    places=("around",),
)
