"""The room of chapter 14: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="14",
    title=Text("Where the field goes", "发展趋势"),
    promise=Text(
        "judge six directions where the truth is known: pictures beside texts, reasons tested by removal, what weights give away and what noise promises, dirty data, the price of size, measures that disagree",
        "在已知真相的地方评判六个方向：文本之外加上图片，用移除检验理由，权重泄露什么、噪声承诺什么，脏数据，模型大小的代价，互相矛盾的指标",
    ),
    places=("texts", "encoder", "recommender", "list"),
)
