"""The room of chapter 12: its exercises and its figures."""

from recbook.learning.content import About, Text

about = About(
    number="12",
    title=Text("Deployment", "部署"),
    promise=Text(
        "serve a fitted model over HTTP: retrieval, ranking and re-ranking, p99 and queues, batches and a cache, an encoder in int8, indexes, a swap under load, faults, drift, several machines",
        "让训练好的模型通过 HTTP 提供服务：召回、排序与重排，p99 与排队，批处理与缓存，int8 编码器，索引，不停机更换模型，故障，漂移，多台机器",
    ),
    places=("recommender", "list", "around"),
)
