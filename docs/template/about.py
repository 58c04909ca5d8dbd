"""The room of chapter 90: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="90",
    title=Text("Template", "模板"),
    promise=Text("say what share of a rating table is filled", "说出一张评分表填了多少"),
    places=("around",),
)
