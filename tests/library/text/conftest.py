"""What the tests of the encoders share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_encoder import saved


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """Encoded texts and ONNX files go to an empty folder; weights still come from the reader's cache."""
    for module in ("encoder", "onnx"):
        monkeypatch.setattr(f"recbook.text.{module}.cache_dir", lambda: tmp_path)
    return tmp_path / "encoded"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A tiny encoder of the reader's own."""
    return saved(tmp_path / "tiny", seed=0)
