"""What the service takes, and how long it waits: each has a value that fits a laptop, and can be set."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from recbook.bilingual import Both


@dataclass(frozen=True)
class Limits:
    """Sizes and times of the service; `recbook serve --limit NAME=VALUE` sets one."""

    max_n: int = 1_000  # items of one answer
    max_history: int = 1_000  # items of one history
    max_query: int = 1_000  # characters of one query
    max_body: int = 2**20  # bytes of one request
    max_concurrent: int = 64  # requests being answered at a time; more are refused with 503
    max_connections: int = 1_024
    threads: int = 4  # that compute answers
    timeout: float = 10.0  # seconds that an answer may take
    read_timeout: float = 5.0  # seconds that a client may take to send its request
    poll: float = 0.5  # seconds between two looks at the folder
    encoder_batch: int = 32  # queries that are encoded together at most
    encoder_wait: float = 0.005  # seconds that the first of them waits for others
    query_cache: int = 10_000  # queries whose vectors are kept in memory

    def __post_init__(self) -> None:
        for each in fields(self):
            if not 0 < getattr(self, each.name) < math.inf:
                got = getattr(self, each.name)
                raise ValueError(
                    Both(
                        en=f"The limit {each.name} must be above 0; got {got}.",
                        zh=f"上限 {each.name} 必须大于 0；收到 {got}。",
                    )
                )

    def changed(self, settings: Iterable[str]) -> Limits:
        """These limits with those of ``settings``, texts such as "timeout=2". ValueError for another name or value."""
        given = dict(_parsed(setting) for setting in settings)
        return replace(self, **given)  # type: ignore[arg-type]


_KINDS: dict[str, type[int] | type[float]] = {
    each.name: int if isinstance(each.default, int) else float for each in fields(Limits)
}


def _parsed(setting: str) -> tuple[str, int | float]:
    name, _, value = setting.partition("=")
    if name not in _KINDS:
        known = ", ".join(_KINDS)
        raise ValueError(
            Both(
                en=f"There is no limit {name!r}; the limits are {known}.", zh=f"没有 {name!r} 这个上限；可选：{known}。"
            )
        )
    try:
        return name, _KINDS[name](value)
    except ValueError:
        kind, chinese = ("a whole number", "整数") if _KINDS[name] is int else ("a number", "数")
        raise ValueError(
            Both(
                en=f"The limit {name} must be {kind}; got {value!r}.",
                zh=f"上限 {name} 必须是{chinese}；收到 {value!r}。",
            )
        ) from None
