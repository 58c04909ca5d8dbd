"""How long each chapter ran when it was last built, and how a page says so."""

from __future__ import annotations

import json
from pathlib import Path

from recbook.files import write_atomically
from recbook.paths import course_root

_UNMEASURED = {"en": "not measured yet", "zh": "尚未测量"}


def minutes(seconds: float | None, language: str) -> str:
    """A measured duration as a header states it, to the nearest half minute."""
    if seconds is None:
        return _UNMEASURED[language]
    if seconds < 60:
        return {"en": "under 1 minute", "zh": "不到 1 分钟"}[language]
    count = round(seconds / 30) / 2
    return {"en": f"about {count:g} minute{'s' if count > 1 else ''}", "zh": f"约 {count:g} 分钟"}[language]


def _timings_path() -> Path:
    return course_root() / "notebooks" / "timings.json"


def read_timings() -> dict[str, float]:
    """Seconds that each chapter took when it was last measured, by slug."""
    return json.loads(_timings_path().read_text(encoding="utf-8")) if _timings_path().is_file() else {}


def store_timings(measured: dict[str, float]) -> None:
    """Keep a measured time where it says something new, so that a rebuild does not change every header."""
    stored = read_timings()
    for slug, seconds in measured.items():
        before = stored.get(slug)
        if before is None or abs(seconds - before) > max(15, 0.3 * before):
            stored[slug] = round(seconds)
    if stored != read_timings():
        write_atomically(_timings_path(), json.dumps(stored, indent=2, sort_keys=True) + "\n")
