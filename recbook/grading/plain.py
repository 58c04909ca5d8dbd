"""What an answer gave, as JSON: plain values alone, so that nothing of a student's runs where it is judged.

`packed` is used by the process that tries the answers, `unpacked` by the one that judges them. The second trusts
nothing: whatever it reads may have been written by the answer itself, so it builds numbers, texts, arrays of numbers
and lists, sets and dictionaries of these, up to a size, and raises Malformed for all else.
"""

from __future__ import annotations

import base64
import builtins
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Number
from typing import Any

import numpy as np

from recbook.learning.limit import TookTooLong
from recbook.learning.trials import Account, Trial
from recbook.learning.values import NUMERIC, SEQUENCES, as_array, normal

ITEMS, CHARACTERS, DEPTH = 20_000, 200_000, 30
"""How much one result may hold: an exercise's right results have at most a few hundred items."""
SHORT = 500  # characters of an error's text, a signature or a line


class Malformed(ValueError):  # noqa: N818 - reads as what came back is
    """What came back is not what an account of an answer looks like."""


class TooLarge(Exception):  # noqa: N818 - reads as what a result is
    """A result holds more than any right answer."""


@dataclass
class Room:
    """What may still be packed or unpacked."""

    items: int = ITEMS
    characters: int = CHARACTERS

    def take(self, items: int = 1, characters: int = 0) -> None:
        self.items, self.characters = self.items - items, self.characters - characters
        if min(self.items, self.characters) < 0:
            raise TooLarge


def packed(value: Any) -> Any:
    """A value as JSON has it; what is no plain value, or too large, by what a message says of it."""
    try:
        return _packed(value, Room(), DEPTH)
    except TooLarge:
        shape = getattr(value, "shape", None)
        return {"large": list(map(int, shape))} if isinstance(shape, tuple) else {"object": [_type_of(value), ""]}
    except Exception:  # an object of the answer's own may raise anything when it is looked at
        return {"object": [type(value).__name__, ""]}


def _packed(value: Any, room: Room, depth: int) -> Any:
    room.take()
    if depth < 0:
        raise TooLarge
    if value is None or isinstance(value, (bool, str)):
        room.take(0, len(value) if isinstance(value, str) else 0)
        return str(value) if isinstance(value, str) else value
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, (int, float)):
        return _packed_number(value)
    if isinstance(value, Mapping):
        pairs = [[_packed(part, room, depth - 1) for part in pair] for pair in value.items()]
        return {"dict": pairs}
    if isinstance(value, (set, frozenset, *SEQUENCES)):
        name = next((name for name, kinds in _KINDS.items() if isinstance(value, kinds)), "list")
        return {name: [_packed(item, room, depth - 1) for item in value]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return _packed(fields, room, depth - 1)
    return _packed_other(value, room, depth)


_KINDS: dict[str, Any] = {"set": (set, frozenset), "tuple": tuple}


def _packed_number(value: int | float) -> Any:
    if isinstance(value, float):
        return float(value)
    try:
        return int(value) if abs(value) < 2**63 else float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _packed_other(value: Any, room: Room, depth: int) -> Any:
    """An array, or what becomes one; an iterator; a function; or another object."""
    if isinstance(value, Iterator):
        return {"iterator": True}
    if inspect.isroutine(value) or inspect.isclass(value):
        return {"function": True}
    array = normal(value) if isinstance(value, Number) else as_array(value)
    if not isinstance(array, np.ndarray):
        return {"object": [_type_of(value), _text_of(value)]}
    room.take(array.size)
    if array.dtype.kind not in NUMERIC:
        return _packed(array.tolist(), room, depth - 1)
    plain = array.astype(array.dtype.newbyteorder("<"))
    return {"array": [plain.dtype.str, list(array.shape), base64.b64encode(plain.tobytes()).decode()]}


def _type_of(value: Any) -> str:
    length = f" of {len(value)}" if isinstance(value, (str, set, frozenset, Mapping, *SEQUENCES)) else ""
    return type(value).__name__ + length


def _text_of(value: Any) -> str:
    try:
        return str(value)[:SHORT]
    except Exception:  # a class of the answer's own may fail at that
        return ""


def unpacked(node: Any) -> Any:
    """The value that `packed` wrote. Raises Malformed for anything else."""
    try:
        return _unpacked(node, Room(), DEPTH + 1)
    except Malformed:
        raise
    except (TooLarge, RecursionError, ValueError, TypeError, OverflowError) as error:
        raise Malformed(f"a result that is no plain value ({type(error).__name__})") from None


def _unpacked(node: Any, room: Room, depth: int) -> Any:
    room.take()
    if depth < 0:
        raise TooLarge
    if node is None or isinstance(node, (bool, int, float)):
        return node
    if isinstance(node, str):
        room.take(0, len(node))
        return node
    if not isinstance(node, dict) or len(node) != 1:
        raise Malformed("a result that is no plain value")
    ((name, inner),) = node.items()
    if name not in _UNPACK:
        raise Malformed("a result of an unknown kind")
    return _UNPACK[name](inner, room, depth - 1)


def _items(nodes: Any, room: Room, depth: int) -> list[Any]:
    if not isinstance(nodes, list):
        raise Malformed("a list that is none")
    return [_unpacked(node, room, depth) for node in nodes]


def _pairs(nodes: Any, room: Room, depth: int) -> dict[Any, Any]:
    pairs = [_items(node, room, depth) for node in nodes]
    return {key: value for key, value in pairs}  # noqa: C416 - a pair of three is refused


def _unpacked_array(parts: Any, room: Room, depth: int) -> Any:
    code, shape, data = parts
    dtype = np.dtype(str(code))
    if dtype.kind not in NUMERIC or not all(type(n) is int and 0 <= n <= ITEMS for n in shape) or len(shape) > 8:
        raise Malformed("an array of something else than numbers")
    size = int(np.prod(shape, dtype=object)) if shape else 1
    room.take(size)
    raw = base64.b64decode(data, validate=True)
    if len(raw) != size * dtype.itemsize:
        raise Malformed("an array with too many or too few numbers")
    array = np.frombuffer(raw, dtype).reshape(shape)
    native = array.astype(dtype.newbyteorder("="))
    return native if native.ndim else native[()]


class Large:
    """Stands for an array that was too large to be sent: it has a shape, and nothing is equal to it."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape


def _large(shape: Any, room: Room, depth: int) -> Large:
    return Large(tuple(int(n) for n in _items(shape, room, depth)))


class StandIn:
    """Stands for an object that is no plain value: its type has the same name; equal texts make it equal."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and bool(self.text) and self.text == getattr(other, "text", None)

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=1_000)
def _type(name: str) -> type[StandIn]:
    return type(name, (StandIn,), {})


def _stand_in(parts: Any, room: Room, depth: int) -> StandIn:
    name, text = parts
    return _type(tame(name, 60))(tame(text))


def tame(text: Any, length: int = SHORT) -> str:
    """Another's text, cut, without control characters and halves of characters."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "�", str(text)[:length])


def _anything() -> None:
    """Stands for a function that an answer gave as its result."""


_UNPACK: dict[str, Any] = {
    "ellipsis": lambda inner, room, depth: ...,
    "list": _items,
    "tuple": lambda inner, room, depth: tuple(_items(inner, room, depth)),
    "set": lambda inner, room, depth: set(_items(inner, room, depth)),
    "dict": _pairs,
    "array": _unpacked_array,
    "large": _large,
    "iterator": lambda inner, room, depth: iter(()),
    "function": lambda inner, room, depth: _anything,
    "object": _stand_in,
}


def packed_error(error: BaseException) -> dict[str, Any]:
    """An error by its type and text."""
    text = _text_of(error)
    plain = all(isinstance(part, (str, int, float)) for part in error.args)
    given = [part[:SHORT] if isinstance(part, str) else part for part in error.args] if plain else [text]
    return {"type": type(error).__name__, "text": text, "args": given[:5]}


def unpacked_error(node: Any) -> BaseException:
    """An error of the same type, if it is one of Python's or NumPy's, else of a type of that name."""
    if not isinstance(node, dict) or not isinstance(node.get("args"), list):
        raise Malformed("an error that is none")
    name, text = tame(node.get("type"), 60), tame(node.get("text"))
    if name == TookTooLong.__name__:
        return TookTooLong()
    if name in _NUMPY:
        return _NUMPY[name](text)
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, (Exception, SystemExit))):
        return type(name, (Exception,), {})(text)
    try:
        return kind(*(tame(part) if isinstance(part, str) else part for part in node["args"]))
    except Exception:  # some need arguments of their own kind
        return type(name, (Exception,), {})(text)


_NUMPY = {"LinAlgError": np.linalg.LinAlgError, "AxisError": np.exceptions.AxisError}


def packed_account(account: Account) -> dict[str, Any]:
    """An account as JSON has it."""
    return {
        "trials": [_packed_trial(trial) for trial in account.trials],
        "value": packed(account.value),
        "signature": account.signature[:SHORT],
        **{name: getattr(account, name) for name in (*_FLAGS, "misfit")},
    }


_FLAGS = ("stub", "callable", "routine", "unfinished")


def as_sent(trials: Iterable[Trial], cases: list[tuple]) -> list[Trial]:
    """Trials as they come out of a transport, so that what is no plain value can be compared with another's."""
    return [_unpacked_trial(_packed_trial(trial), case, 0) for trial, case in zip(trials, cases, strict=True)]


def _packed_trial(trial: Trial) -> dict[str, Any]:
    return {
        "result": packed(trial.result),
        "error": packed_error(trial.error) if trial.error else None,
        "line": trial.line[:SHORT],
        "printed": trial.printed,
        "changed": trial.changed,
        "warned": [text[:SHORT] for text in trial.warned[:20]],
    }


def unpacked_account(node: Any, cases: list[tuple], parameters: int) -> Account:
    """The account that `packed_account` wrote of these cases. Raises Malformed for anything else."""
    if not isinstance(node, dict) or not isinstance(node.get("trials"), list):
        raise Malformed("no account of an answer")
    if len(node["trials"]) not in (0, len(cases)):
        raise Malformed("an account of other calls")
    trials = [_unpacked_trial(trial, case, parameters) for trial, case in zip(node["trials"], cases, strict=False)]
    return Account(
        trials=trials,
        value=unpacked(node.get("value")),
        signature=tame(node.get("signature")),
        misfit=_place(node.get("misfit"), len(cases)),
        **{name: node.get(name) is True for name in _FLAGS},
    )


def _unpacked_trial(node: Any, case: tuple, parameters: int) -> Trial:
    if not isinstance(node, dict):
        raise Malformed("a call that is none")
    printed = tame(node.get("printed"), 2_000)
    if node.get("error") is not None:
        return Trial(case, error=unpacked_error(node["error"]), line=tame(node.get("line")), printed=printed)
    result, warned = unpacked(node.get("result")), node.get("warned")
    told = tuple(map(tame, warned[:20])) if isinstance(warned, list) else ()
    changed = _place(node.get("changed"), parameters)
    return Trial(case, result, normal(result), printed=printed, changed=changed, warned=told)


def _place(number: Any, count: int) -> int | None:
    return number if type(number) is int and 0 <= number < count else None
