"""The room of chapter 02: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="02",
    title=Text("Pipeline", "流水线"),
    promise=Text(
        "build the six parts of a recommender from raw log to list, measure what flaws in the data cost, and store a model that a service can load",
        "搭出推荐系统的六个部分，从原始日志到推荐列表；测量数据里的缺陷造成的损失；存下一个线上服务可以加载的模型",
    ),
    places=(
        "traces",
        "recommender",
    ),
)
