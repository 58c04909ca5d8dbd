"""The room of chapter 06: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="06",
    title=Text("TensorFlow", "TensorFlow"),
    promise=Text(
        "repair an example that does not work, step by step: BERT in plain Keras with published weights, and a two-tower model that learns",
        "把一个跑不通的例子一步步修好：用 Keras 搭 BERT 并装入公开的权重，再训练一个真正能学习的双塔模型",
    ),
    places=("recommender",),
)
