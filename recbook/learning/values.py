"""Bring answers of any right type to one form, compare them, and put them in words."""

from __future__ import annotations

import dataclasses
import numbers
from collections import deque
from collections.abc import Iterator, KeysView, Mapping, ValuesView
from typing import Any

import numpy as np

from recbook.session import phrase

SEQUENCES = (list, tuple, range, deque, KeysView, ValuesView)
NUMERIC = "biufc"
DENSE_LIMIT = 20_000_000
SHOWN_ITEMS = 12
SHOWN_CHARACTERS = 160


def normal(value: Any) -> Any:
    """One form for all the types that hold the same thing.

    Numbers, lists of numbers, NumPy arrays, tensors, pandas and sparse tables become a NumPy array; other
    lists stay lists, dictionaries and dataclasses become dictionaries, sets frozensets; all else stays.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, numbers.Number):
        return _number(value)
    if isinstance(value, Mapping):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    if isinstance(value, SEQUENCES):
        return _sequence(list(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: normal(getattr(value, field.name)) for field in dataclasses.fields(value)}
    array = as_array(value)
    if not isinstance(array, np.ndarray):
        return value
    return array if array.dtype.kind in NUMERIC else normal(array.tolist())


def _number(value: numbers.Number) -> Any:
    array = np.asarray(value)
    # Fractions, decimals and integers beyond 64 bits are objects to NumPy.
    return array if array.dtype.kind in NUMERIC else np.asarray(float(value))  # type: ignore[arg-type]


def _sequence(items: list) -> Any:
    """An array where the items are numbers in equal rows, else a list of normal forms."""
    try:
        array = np.array(items)
    except (ValueError, TypeError, RuntimeError):  # uneven rows, or tensors that NumPy may not read
        array = None
    if array is not None and array.dtype.kind in NUMERIC:
        return array
    parts = [normal(item) for item in items]
    if parts and all(isinstance(part, np.ndarray) and part.shape == parts[0].shape for part in parts):
        return np.stack(parts)
    return parts


def as_array(value: Any) -> Any:
    """The NumPy array that a tensor, table or sparse matrix holds; the value itself if it is none."""
    if hasattr(value, "detach"):  # torch, which NumPy cannot read with gradients or on a GPU
        tensor = value.detach().to_dense()
        return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy(force=True)
    if hasattr(value, "toarray"):  # scipy.sparse
        return value.toarray() if np.prod(value.shape) <= DENSE_LIMIT else value
    if hasattr(value, "to_numpy"):  # pandas
        return value.to_numpy()
    return np.asarray(value) if hasattr(value, "__array__") else value


def same(answer: Any, expected: Any, tolerance: float, ordered: bool = True) -> bool:
    """Whether two normal forms agree; ``tolerance`` is a share of the largest expected value."""
    if not ordered:
        answer, expected = _in_order(answer), _in_order(expected)
    if isinstance(expected, np.ndarray):
        pairs_up = isinstance(answer, np.ndarray) and answer.shape == expected.shape
        return pairs_up and bool(close(answer, expected, tolerance).all())
    if isinstance(expected, list):
        pairs_up = isinstance(answer, list) and len(answer) == len(expected)
        return pairs_up and all(same(a, e, tolerance) for a, e in zip(answer, expected, strict=True))
    if isinstance(expected, dict):
        pairs_up = isinstance(answer, dict) and answer.keys() == expected.keys()
        return pairs_up and all(same(answer[key], expected[key], tolerance) for key in expected)
    return type(answer) is type(expected) and bool(answer == expected)


def close(answer: np.ndarray, expected: np.ndarray, tolerance: float) -> np.ndarray:
    """Place by place, whether two arrays of one shape agree."""
    if expected.dtype.kind in "biu":  # counts and indices: a share of a large one would hide an error of one
        return np.isclose(answer, expected, rtol=0, atol=1e-3)
    finite = np.abs(expected[np.isfinite(expected)])
    scale = finite.max(initial=0.0) or 1.0
    return np.isclose(answer, expected, rtol=0, atol=tolerance * scale, equal_nan=True)


def _in_order(value: Any) -> Any:
    if isinstance(value, frozenset):
        return _sequence(sorted(value, key=repr))
    if isinstance(value, np.ndarray) and value.ndim:
        return np.array(sorted(value.tolist()))
    return sorted(value, key=repr) if isinstance(value, list) else value


def kind(value: Any) -> str:
    """What sort of thing a normal form is: "number", "sequence", "set", or the name of its type."""
    if isinstance(value, np.ndarray):
        return "sequence" if value.ndim else "number"
    return {"list": "sequence", "frozenset": "set"}.get(type(value).__name__, type(value).__name__)


def describe(value: Any) -> str:
    """What sort of thing an answer is, in the reader's words: "a list of 3"."""
    if value is None:
        return phrase(en="nothing (`None`)", zh="空值（`None`）")
    if isinstance(value, str):
        return phrase(en=f"the text {literal(value)}", zh=f"文本 {literal(value)}")
    if isinstance(value, (bool, np.bool_)):
        return f"`{bool(value)}`"
    if isinstance(value, (set, frozenset)):
        return phrase(en=f"a set of {len(value)}", zh=f"含 {len(value)} 个元素的集合")
    if isinstance(value, Mapping):
        return phrase(en=f"a dictionary of {len(value)}", zh=f"含 {len(value)} 项的字典")
    if isinstance(value, SEQUENCES):
        return phrase(en=f"a list of {len(value)}", zh=f"长度为 {len(value)} 的列表")
    if isinstance(value, Iterator):
        return phrase(en="a generator", zh="生成器")
    if isinstance(value, numbers.Number):
        return phrase(en=f"the number {literal(value)}", zh=f"数 {literal(value)}")
    if isinstance(shape := getattr(value, "shape", None), tuple):  # a torch.Size is a tuple too
        size = tuple(map(int, shape))
        return phrase(en=f"an array of shape {size}", zh=f"形状为 {size} 的数组")
    if callable(value):
        return phrase(en="a function", zh="函数")
    name = type(value).__name__
    return phrase(en=f"an object of type `{name}`", zh=f"`{name}` 类型的对象")


def literal(value: Any) -> str:
    """A value in Python's notation if that is short, else its description in angle brackets."""
    plain = not dataclasses.is_dataclass(value) and _short(normal(value))
    return plain if plain and len(plain) <= SHOWN_CHARACTERS else f"⟨{describe(value)}⟩"


def pasted(value: Any) -> str | None:
    """A value as Python source that gives the same again, or None for what has no such form."""
    if isinstance(value, np.ndarray):
        return _pasted_array(value)
    if isinstance(value, np.generic):
        return pasted(value.item())
    if isinstance(value, dict):
        pairs = [(pasted(key), pasted(item)) for key, item in value.items()]
        return _joined("{}", [key and item and f"{key}: {item}" for key, item in pairs])
    if isinstance(value, (set, frozenset)):
        return _joined("{}", [pasted(item) for item in sorted(value, key=repr)]) if value else "set()"
    if isinstance(value, tuple):
        inside = _joined("()", [pasted(item) for item in value])
        return inside[:-1] + ",)" if inside and len(value) == 1 else inside
    if isinstance(value, list):
        return _joined("[]", [pasted(item) for item in value])
    if isinstance(value, float) and not np.isfinite(value):
        return f"np.{value}" if value > 0 or np.isnan(value) else "-np.inf"
    return repr(value) if value is None or isinstance(value, (str, bool, int, float)) else None


def _pasted_array(value: np.ndarray) -> str | None:
    if value.dtype.kind not in NUMERIC or 0 in value.shape[:-1]:
        return None
    items = pasted(value.tolist())
    usual = value.dtype in (np.dtype(float), np.dtype(int), np.dtype(bool))
    if usual and (value.size or value.dtype == float):
        return f"np.array({items})"
    return f"np.array({items}, dtype={value.dtype.name!r})"


def first_difference(
    value: Any, target: Any, tolerance: float, ordered: bool = True, name: str = "result"
) -> tuple[str, Any, Any] | None:
    """Where two normal forms first differ: an expression such as ``result[2][0]``, and what it is in either.

    Sequences that differ in length alone give ``len(result)``. None where no two items stand in the same place.
    """
    if not ordered and kind(value) == kind(target) == "sequence" and len(value) == len(target):
        return first_difference(sorted(value), sorted(target), tolerance, name=f"sorted({name})")
    if isinstance(value, np.ndarray) and isinstance(target, np.ndarray) and value.shape == target.shape != ():
        at = tuple(np.argwhere(~close(value, target, tolerance))[0])
        return name + "".join(f"[{place}]" for place in at), value[at], target[at]
    pairs = _pairs(value, target) if ordered else []
    for key, pair in pairs:
        if not same(*pair, tolerance):
            return first_difference(*pair, tolerance, name=f"{name}[{key!r}]") or (f"{name}[{key!r}]", *pair)
    lengths = kind(value) == kind(target) == "sequence" and (len(value), len(target))
    return (f"len({name})", *lengths) if lengths and lengths[0] != lengths[1] else None


def _pairs(value: Any, target: Any) -> list[tuple[Any, tuple[Any, Any]]]:
    """The items of two normal forms that stand in the same place, with that place."""
    if isinstance(value, dict) and isinstance(target, dict) and value.keys() == target.keys():
        return [(key, (value[key], target[key])) for key in target]
    if kind(value) == kind(target) == "sequence":
        return list(enumerate(zip(map(normal, value), map(normal, target), strict=False)))
    return []


def _short(value: Any) -> str | None:
    if isinstance(value, np.ndarray):
        return _digits(value.tolist()) if value.size <= SHOWN_ITEMS else None
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "…")
    if isinstance(value, (list, dict, frozenset)) and len(value) > SHOWN_ITEMS:
        return None
    if isinstance(value, list):
        return _joined("[]", [_short(item) for item in value])
    if isinstance(value, dict):
        return _joined("{}", [f"{key!r}: {_short(item)}" for key, item in value.items()])
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return "None" if value is None else None


def _joined(brackets: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return brackets[0] + ", ".join(known) + brackets[1] if len(known) == len(parts) else None


def _digits(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_digits, value)) + "]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
