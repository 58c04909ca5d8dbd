"""The room of chapter 11: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="11",
    title=Text("Applications", "应用"),
    promise=Text(
        "carry the method to shops, films, music and news: tell which task a log is, what repeats and how fast it ages, what a text is worth in it, which metric fits and which trap is set",
        "把方法用到商店、电影、音乐和新闻：分辨一份日志是哪种任务，什么会重复、多快过时，文本在其中值多少，该用什么指标，陷阱在哪里",
    ),
    places=("traces", "recommender", "list"),
)
