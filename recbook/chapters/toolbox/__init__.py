"""The room of chapter 13: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="13",
    title=Text("Toolbox", "工具箱"),
    promise=Text(
        "say what each tool is best at, choose a library of recommenders by what it does to your environment, and tell which of its numbers may stand beside yours",
        "说出每个工具擅长什么，根据对环境的影响选择推荐库，并分清哪些数可以与自己的放在一起",
    ),
    places=("around",),
)
