"""Whether a model has learned something: scikit-learn's convention, attributes that end in an underscore."""

from __future__ import annotations

from typing import Any


def is_fitted(model: object) -> bool:
    """scikit-learn's convention: what `fit` learns is kept in attributes that end in an underscore."""
    return any(name.endswith("_") and not name.startswith("__") for name in vars(model))


def fitted(model: object, attribute: str) -> Any:
    """What `fit` left in ``attribute``; RuntimeError with what to do where the model has not been fitted."""
    if not hasattr(model, attribute):
        raise RuntimeError(f"This {type(model).__name__} has learned nothing yet: call .fit(split.train) first.")
    return getattr(model, attribute)
