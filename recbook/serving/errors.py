"""A request that cannot be answered: its status and one sentence for whoever sent it."""

from __future__ import annotations


class RequestError(Exception):
    """``status`` is HTTP's; ``sentence`` says what was wrong and what would be right."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.retry_after = status, sentence, retry_after
