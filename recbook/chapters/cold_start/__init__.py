"""The room of chapter 10: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="10",
    title=Text("Cold start", "冷启动"),
    promise=Text(
        "recommend films that nobody has rated and start users who have rated nothing: title vectors with controls, profiles, critics, a blend that fades, dropout of identities, a bandit",
        "推荐没人评过的电影，为没有评分的用户起步：片名向量及其对照、画像、影评人、逐渐淡出的混合、身份丢弃、老虎机",
    ),
    places=("recommender",),
)
