"""Whether a place that chapter 15 points to exists in the chapters' sources."""

from __future__ import annotations

from recbook.paths import course_root


def missing_place(place: str) -> str:
    """What is missing of a place such as "10_cold_start#profile": its file or its section, or "" where all is there."""
    file, _, section = place.partition("#")
    sources = (course_root() / "notebooks" / "source").glob(f"{file}*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources]
    if not texts:
        return file
    return "" if not section or any(f'<a id="{section}"></a>' in text for text in texts) else section
