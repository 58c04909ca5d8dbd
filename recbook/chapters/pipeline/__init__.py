"""The room of chapter 02: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="02",
    title=Text("Pipeline", "流水线"),
    promise=Text(
        "build the six parts of a recommender from raw log to list, replace one of them, and find out whether the text does anything; measure what flaws in the data cost",
        "搭出推荐系统的六个部分，从原始日志到推荐列表；替换其中一个部分，检验文本有没有起作用；测量数据里的缺陷造成的损失",
    ),
    places=(
        "traces",
        "recommender",
    ),
)
