"""What a model has learned as JSON and arrays, and back: what `recbook.data.store` writes. No pickle."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions

Arrays = dict[str, np.ndarray]


def pack(value: Any, name: str, arrays: Arrays) -> Any:
    """``value`` as JSON can hold it; arrays of numbers go to ``arrays`` under ``name``, and a mark stands for each.

    Functions become None: they belong to a program, not to a model. TypeError for what is none of the kinds below.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    for kind, is_one, to_json in _PACKERS:
        if is_one(value):
            return {kind: to_json(value, name, arrays)}
    if callable(value) and not isinstance(value, type):
        return None
    raise TypeError(f"{name} is of type {type(value).__name__}, which no folder can hold without pickle.")


def unpack(stored: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """What `pack` was given."""
    if not isinstance(stored, dict):
        return stored
    ((kind, content),) = stored.items()
    return _UNPACKERS[kind](content, arrays)


def class_of(path: str) -> type:
    """The class that a manifest names, of this package alone. ValueError for any other."""
    module, _, name = path.rpartition(".")
    try:
        if not module.startswith("recbook."):
            raise ImportError
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        raise ValueError(
            f"This folder holds a {path}, which is no model of recbook: load it with that class's own load."
        ) from None


def path_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _keep(value: np.ndarray, name: str, arrays: Arrays) -> str:
    arrays[name] = value
    return name


def _pack_sparse(value: Any, name: str, arrays: Arrays) -> dict[str, Any]:
    table = sparse.csr_array(value)
    parts = {part: _keep(getattr(table, part), f"{name}.{part}", arrays) for part in ("data", "indices", "indptr")}
    return {"shape": list(table.shape), **parts}


def _unpack_sparse(stored: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> sparse.csr_array:
    parts = tuple(arrays[stored[part]] for part in ("data", "indices", "indptr"))
    return sparse.csr_array(parts, shape=tuple(stored["shape"]))


def _pack_each(value: Mapping[str, Any], name: str, arrays: Arrays) -> dict[str, Any]:
    return {key: pack(part, f"{name}.{key}", arrays) for key, part in value.items()}


def _unpack_each(stored: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {key: unpack(part, arrays) for key, part in stored.items()}


def _pack_list(value: Any, name: str, arrays: Arrays) -> list[Any]:
    return [pack(part, f"{name}.{place}", arrays) for place, part in enumerate(value)]


def _pack_log(log: Interactions, name: str, arrays: Arrays) -> dict[str, Any]:
    """Who met what and when, ids and titles; what a model does not read stays behind (ratings, other columns)."""
    titles = None if log.items is None or "title" not in log.items else log.items["title"].to_numpy(object)
    held = {part: getattr(log, part) for part in ("user", "item", "timestamp", "user_ids", "item_ids")}
    held |= {"titles": titles, "first_week": log.first_week, "zone": log.zone}
    return _pack_each(held, name, arrays)


def _unpack_log(stored: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Interactions:
    held = _unpack_each(stored, arrays)
    titles = held.pop("titles")
    if titles is None:
        return Interactions(rating=None, **held)
    import pandas as pd  # only here: what serves a log without titles needs no pandas

    items = pd.DataFrame({"item_id": held["item_ids"], "title": titles})
    return Interactions(rating=None, items=items, **held)


def _pack_texts(value: np.ndarray, name: str, arrays: Arrays) -> list[str]:
    texts = value.tolist()
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{name} holds objects that are no text, which no folder can hold without pickle.")
    return texts


_PACKERS: list[tuple[str, Any, Any]] = [
    ("log", lambda v: isinstance(v, Interactions), _pack_log),
    ("texts", lambda v: isinstance(v, np.ndarray) and v.dtype.kind in "OUT", _pack_texts),
    ("array", lambda v: isinstance(v, np.ndarray), _keep),
    ("csr", sparse.issparse, _pack_sparse),
    ("floats", lambda v: isinstance(v, list) and v and all(isinstance(x, float) for x in v),
     lambda v, name, arrays: _keep(np.array(v), name, arrays)),
    ("list", lambda v: isinstance(v, list), _pack_list),
    ("tuple", lambda v: isinstance(v, tuple), _pack_list),
    ("dict", lambda v: isinstance(v, Mapping), _pack_each),
    ("settings", lambda v: is_dataclass(v) and not isinstance(v, type),
     lambda v, name, arrays: {"class": path_of(type(v)), "values": asdict(v)}),
]  # fmt: skip

_UNPACKERS: dict[str, Any] = {
    "log": _unpack_log,
    "texts": lambda stored, arrays: np.array(stored, object),
    "array": lambda stored, arrays: arrays[stored],
    "csr": _unpack_sparse,
    "floats": lambda stored, arrays: arrays[stored].tolist(),
    "list": lambda stored, arrays: [unpack(part, arrays) for part in stored],
    "tuple": lambda stored, arrays: tuple(unpack(part, arrays) for part in stored),
    "dict": _unpack_each,
    "settings": lambda stored, arrays: class_of(stored["class"])(**stored["values"]),
}
