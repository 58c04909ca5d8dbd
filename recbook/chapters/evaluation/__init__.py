"""The room of chapter 09: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="09",
    title=Text("Evaluation", "评估"),
    promise=Text(
        "compute every metric by hand and know what it misses, catch nine ways of fooling oneself, say how sure a result is, and judge a new policy from an old log",
        "手算每个指标并知道它看不到什么，识破九种自欺的做法，说出结果有多可靠，用旧日志评判新策略",
    ),
    places=("list",),
)
