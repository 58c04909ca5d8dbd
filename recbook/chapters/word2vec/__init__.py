"""The room of chapter 03: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="03",
    title=Text("Word2Vec", "Word2Vec"),
    promise=Text(
        "derive CBOW and skip-gram by hand, train them with three implementations, and recommend from histories read as sentences",
        "亲手推导 CBOW 和 Skip-gram，用三种实现训练，并把评分历史当作句子来推荐",
    ),
    places=("encoder",),
)
