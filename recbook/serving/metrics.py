"""What the service counts, in the form that Prometheus reads; a registry of its own, so that two apps never mix."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_TEXTS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counters of one app. Their labels come from fixed lists, so that no client can make them grow."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests answered", "path", "status")
        self.models = self._counter("models", "Models that were loaded or refused", "outcome")
        self.queries = self._counter("queries", "Queries by whether their vector was at hand", "cache")
        self.running = Gauge("recbook_running", "Requests being answered", registry=self.registry)
        self.model = Gauge("recbook_model", "1 for the version in use", ["version"], registry=self.registry)
        self.seconds = self._histogram("request_seconds", "Time to answer", _SECONDS, "path")
        self.batches = self._histogram("encoder_batch", "Queries that were encoded together", _TEXTS)

    def using(self, version: str) -> None:
        """``version`` is the one in use from now on."""
        self.model.clear()
        self.model.labels(version).set(1)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"recbook_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"recbook_{name}", about, labels, buckets=buckets, registry=self.registry)
