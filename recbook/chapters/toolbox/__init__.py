"""The room of chapter 13: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="13",
    title=Text("Toolbox", "工具箱"),
    promise=Text(
        "say what each library is best at and what it costs, measure whether an approximate index pays, and run RecBole in an environment of its own",
        "说出每个库最擅长什么、代价是什么，测量近似索引值不值得用，并在单独的环境里运行 RecBole",
    ),
    places=("around",),
)
