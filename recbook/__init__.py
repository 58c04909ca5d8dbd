"""recbook: a course on pretrained models for recommender systems, and the library that it builds.

The names below load what they need on first use, so that ``import recbook`` stays under a second.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "setup": "recbook.session",
    "load": "recbook.data",
    "check": "recbook.learning.exercises",
    "case": "recbook.learning.exercises",
    "claim": "recbook.learning.claims",
    "quiz": "recbook.learning.quiz",
    "progress": "recbook.learning.progress",
    "stored": "recbook.results",
}
_MODULES = ("data", "evaluation", "learning", "models", "plots", "text")

__all__ = [*_HOME, *_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name in _HOME:
        # Not cached in this namespace: `recbook.learning.quiz` the module must never shadow `quiz` the function.
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in _MODULES:
        return importlib.import_module(f"recbook.{name}")
    raise AttributeError(f"module 'recbook' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
