"""Where a wrong answer is right: which of its parts, which of its entries, and on which inputs.

An exercise lists the mistakes that belong to its task, and `likeness` looks for one step that explains every number.
Where neither finds any, a reader is told how far the answer holds. Every sentence here is true of all cases that were
tried, and none tells a value that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from recbook.learning.content import Text
from recbook.learning.values import close, normal, same

# So many cases must be wrong before what they share is told; and so many right and wrong, for what tells them apart.
ENOUGH, FEW = 3, 2

# Of the entries, or the inputs, to which a sentence points, so many must be wrong.
MOSTLY = 0.5

Cases = Sequence[tuple[Any, Any]]  # normal forms of answer and right result
Arguments = Sequence[dict[str, Any]]  # the normal forms of a case's arguments, by the names of the parameters
Split = tuple[Text, np.ndarray]  # what is said of some entries or cases, and which they are

_ORDINALS = [("first", "一"), ("second", "二"), ("third", "三"), ("fourth", "四")]


def parts(results: Cases, tolerance: float) -> tuple[list[int], list[int]]:
    """The places of the parts that are right on every case, and of the others; none where results have no parts."""
    lengths = {len(part) if isinstance(part, tuple) else 0 for pair in results for part in pair}
    n = lengths.pop() if len(lengths) == 1 else 0
    right = [at for at in range(n) if all(same(normal(a[at]), normal(b[at]), tolerance) for a, b in results)]
    return right, [at for at in range(n) if at not in right]


def of_parts(right: Sequence[int], wrong: Sequence[int]) -> str:
    """What is said where some of the things that are returned are right, and others not."""
    en = " and ".join(_ORDINALS[at][0] for at in right)
    zh = "、".join(f"第{_ORDINALS[at][1]}样" for at in right)
    count = len(right) + len(wrong)
    are, rest = ("is" if len(right) == 1 else "are"), ("the other" if len(wrong) == 1 else "the others")
    return str(
        Text(
            f"Of the {count} things you return, the {en} {are} right on every input. Look at {rest} only.",
            f"返回的 {count} 样东西中，{zh}在每组输入上都对。只需要看其余的。",
        )
    )


def of_items(cases: Cases, tolerance: float) -> str | None:
    """What is said where the items are the right ones but for their order, or some are missing or too many."""
    wrong = [pair for pair in cases if not same(*pair, tolerance)]
    if len(wrong) < ENOUGH or not all(
        _rows(value) is not None and _rows(target) is not None for value, target in wrong
    ):
        return None
    for holds, text in _ITEMS:
        if all(holds(_rows(value), _rows(target)) for value, target in wrong):
            return str(text)
    return None


def _rows(value: Any) -> list[str] | None:
    """The items of a sequence as texts that can be compared; None for what has no items."""
    if isinstance(value, np.ndarray):
        value = value.round(6).tolist() if value.dtype.kind == "f" else value.tolist()
    return [repr(item.tolist() if isinstance(item, np.ndarray) else item) for item in value] if _long(value) else None


def _long(value: Any) -> bool:
    return isinstance(value, list)


def _within(some: list[str], every: list[str]) -> bool:
    """Whether the first list is the second with items left out, at any place."""
    rest = iter(every)
    return bool(some) and len(some) < len(every) and all(item in rest for item in some)


def _again(value: list[str], target: list[str]) -> bool:
    """Whether some items are there once more than they should be, and nothing else is wrong."""
    return len(value) > len(target) and set(value) == set(target)


_ITEMS: list[tuple[Callable[[Any, Any], bool], Text]] = [
    (
        lambda value, target: len(target) > 1 and sorted(value) == sorted(target),
        Text(
            "The right items, but in another order than is asked for. What are they sorted by, and how are ties?",
            "各项都对，但次序不是题目要的。它们按什么排序？相等的又怎么排？",
        ),
    ),
    (
        lambda value, target: value == target[:-1],
        Text(
            "All is right, but the last item is missing. Where does your range end?",
            "都对，只缺最后一项。看看范围到哪里为止。",
        ),
    ),
    (
        lambda value, target: value == target[1:],
        Text(
            "All is right, but the first item is missing. Where does your range begin?",
            "都对，只缺第一项。看看范围从哪里开始。",
        ),
    ),
    (
        lambda value, target: value[:-1] == target,
        Text("All is right, but there is one item too many at the end.", "都对，只是末尾多了一项。"),
    ),
    (
        lambda value, target: value[1:] == target,
        Text("All is right, but there is one item too many at the beginning.", "都对，只是开头多了一项。"),
    ),
    (
        _again,
        Text("The right items, but some of them occur too often.", "各项都对，但有的重复出现了。"),
    ),
    (
        lambda value, target: _within(value, target),
        Text(
            "What you give is right and in order, but some items are missing. Which condition leaves too much out?",
            "给出的都对，次序也对，但缺了一些项。哪个条件排除得太多了？",
        ),
    ),
    (
        lambda value, target: _within(target, value),
        Text(
            "All that is asked for is there, in order, but more as well. Which condition lets too much in?",
            "该有的都有，次序也对，但多出了一些项。哪个条件放进来的太多了？",
        ),
    ),
]


def of_shape(cases: Cases, arguments: Arguments, tolerance: float) -> str | None:
    """What is said where the shape is wrong: the step from it to the right one, or what each axis should count."""
    wrong = [
        (value, target, given) for (value, target), given in zip(cases, arguments, strict=True) if _odd(value, target)
    ]
    if len(wrong) < ENOUGH or not all(isinstance(value, np.ndarray) for value, _, _ in wrong):
        return None
    for undo, text in _RESHAPES:
        if all(any(same(made, target, tolerance) for made in undo(value, target)) for value, target, _ in wrong):
            return str(text)
    return _of_lengths([(value, target) for value, target, _ in wrong], tolerance) or _of_axis(wrong)


def _of_lengths(cases: Cases, tolerance: float) -> str | None:
    """What is said of missing rows, or of missing columns, and of those that are too many."""
    tables = all(value.ndim == target.ndim == 2 and len(value) == len(target) for value, target in cases)
    if not tables:
        return of_items(cases, tolerance)
    along = of_items([(value.T, target.T) for value, target in cases], tolerance)
    return along and str(Text(f"In each row: {along[0].lower()}{along[1:]}", f"每一行里：{along}"))


def _odd(value: Any, target: Any) -> bool:
    return not (isinstance(value, np.ndarray) and isinstance(target, np.ndarray) and value.shape == target.shape)


def _reduced(value: np.ndarray, how: Callable[..., Any]) -> Iterator[np.ndarray]:
    with np.errstate(all="ignore"):
        yield from (np.asarray(how(value, axis=axis)) for axis in range(value.ndim) if value.shape[axis])


def _cast(value: np.ndarray) -> Iterator[np.ndarray]:
    """The value without one of its axes, at the first place of it: where that axis only repeats the rest."""
    for axis in range(value.ndim):
        if value.shape[axis] and np.allclose(value, value.take([0], axis=axis)):
            yield value.take(0, axis=axis)


_RESHAPES: list[tuple[Callable[[np.ndarray, np.ndarray], Any], Text]] = [
    (
        lambda value, target: [value.squeeze()],
        Text("The numbers are right, but there is an axis of length 1 too many.", "数都对，但多了一个长度为 1 的轴。"),
    ),
    (
        lambda value, target: [value.reshape(target.shape)] if value.size == target.size else [],
        Text(
            "All numbers are right and in the right order; only the shape is another. `reshape` gives it.",
            "所有的数都对，次序也对，只是形状不同。用 `reshape` 可以得到它。",
        ),
    ),
    (
        lambda value, target: _reduced(value, np.sum),
        Text("Almost: a sum along one axis is still missing.", "差一步：还要沿一个轴求和。"),
    ),
    (
        lambda value, target: _reduced(value, np.mean),
        Text("Almost: a mean along one axis is still missing.", "差一步：还要沿一个轴求平均。"),
    ),
    (
        lambda value, target: [value.T],
        Text(
            "The numbers are right, but the table lies on its side: rows and columns are exchanged.",
            "数都对，但表横过来了：行和列互换了。",
        ),
    ),
    (
        lambda value, target: _cast(value),
        Text(
            "The numbers are right, but each is repeated along an axis that is not asked for.",
            "数都对，但沿一个多余的轴重复了。",
        ),
    ),
]


def _of_axis(wrong: Sequence[tuple[np.ndarray, np.ndarray, dict[str, Any]]]) -> str | None:
    """Which axis has the wrong length, and which argument it should count instead of which."""
    if any(value.ndim != target.ndim for value, target, _ in wrong):
        return None
    off = {axis for value, target, _ in wrong for axis in range(value.ndim) if value.shape[axis] != target.shape[axis]}
    if len(off) != 1:
        return None
    axis = off.pop()
    mine = _counted([(value.shape[axis], given) for value, _, given in wrong])
    asked = _counted([(target.shape[axis], given) for _, target, given in wrong])
    if not mine or not asked or mine == asked:
        return None
    where = "len(result)" if axis == 0 else f"result.shape[{axis}]"
    return str(
        Text(
            f"`{where}` is `{mine}` in your answer; it should be `{asked}`.",
            f"你的结果里，`{where}` 等于 `{mine}`；应当等于 `{asked}`。",
        )
    )


def _counted(lengths: Sequence[tuple[int, dict[str, Any]]]) -> str | None:
    """The first length of an argument, or number given, that is what is said on every case."""
    sizes = [(n, _sizes(given)) for n, given in lengths]
    return next((key for key in sizes[0][1] if all(own.get(key) == n for n, own in sizes)), None)


def _sizes(given: dict[str, Any]) -> dict[str, int]:
    """What can be counted in the arguments, by the expression that counts it."""
    sizes: dict[str, int] = {}
    for name, value in given.items():
        if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu":
            sizes[name] = int(value)
        elif hasattr(value, "__len__") and np.ndim(value):
            sizes[f"len({name})"] = len(value)
            sizes |= {f"{name}.shape[{axis}]": n for axis, n in enumerate(np.shape(value)) if axis}
    return sizes


def of_entries(cases: Cases, arguments: Arguments, tolerance: float) -> str | None:
    """What is said where an array is wrong only at some places, which one of the arguments or their position tells."""
    pairs = [(value, target) for value, target in cases]
    if any(_odd(*pair) or pair[1].ndim == 0 for pair in pairs):
        return None
    wrong = [~close(value, target, tolerance) for value, target in pairs]
    if sum(bool(each.any()) for each in wrong) < ENOUGH:
        return None
    marks = [_marked(target.shape, given) for (_, target), given in zip(pairs, arguments, strict=True)]
    shared = [key for key in marks[0] if all(key in each for each in marks)]
    return next((str(marks[0][key][0]) for key in shared if _points(wrong, [each[key][1] for each in marks])), None)


def _points(wrong: Sequence[np.ndarray], marked: Sequence[np.ndarray]) -> bool:
    """Whether all that is wrong is marked, much of what is marked is wrong, and not everything is marked."""
    bad, pointed = np.concatenate([each.ravel() for each in wrong]), np.concatenate([each.ravel() for each in marked])
    outside, inside = bool(bad[~pointed].any()), float(bad[pointed].mean()) if pointed.any() else 0.0
    return not outside and inside >= MOSTLY and not pointed.all()


def _marked(shape: tuple[int, ...], given: dict[str, Any]) -> dict[str, Split]:
    return _by_position(shape) | _by_argument(shape, given)


def _by_position(shape: tuple[int, ...]) -> dict[str, Split]:
    """The places that their position tells: the diagonal, and the first and the last along each axis."""
    grid, marks = np.indices(shape), {}
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        marks["diagonal"] = (_only("on the diagonal", "对角线上"), grid[-1] == grid[-2])
        marks["above"] = (_only("above the diagonal", "对角线上方"), grid[-1] > grid[-2])
        marks["below"] = (_only("below the diagonal", "对角线下方"), grid[-1] < grid[-2])
    names = [("place", "项")] if len(shape) == 1 else [("row", "行"), ("column", "列")]
    for axis, (en, zh) in enumerate(names):
        marks[f"first {en}"] = (_only(f"in the first {en}", f"第一{zh}"), grid[axis] == 0)
        marks[f"last {en}"] = (_only(f"in the last {en}", f"最后一{zh}"), grid[axis] == shape[axis] - 1)
    return marks


def _by_argument(shape: tuple[int, ...], given: dict[str, Any]) -> dict[str, Split]:
    """The places that an argument of the same shape tells, or one with the first of its axes."""
    marks: dict[str, Split] = {}
    for name, value in given.items():
        if not isinstance(value, np.ndarray) or not value.ndim or value.shape != shape[: value.ndim]:
            continue
        spread = value.reshape(value.shape + (1,) * (len(shape) - value.ndim))
        for sign, mark in _signs(value.dtype.kind, spread):
            marks[f"{name} {sign}"] = (
                _only(f"where `{name}` is {sign}", f"`{name}` {_ZH[sign]}的地方"),
                np.broadcast_to(mark, shape),
            )
    return marks


_ZH = {"True": "为 True ", "False": "为 False ", "0": "是 0 ", "not 0": "不是 0 ", "negative": "为负"}


def _signs(kind: str, value: np.ndarray) -> list[tuple[str, np.ndarray]]:
    if kind == "b":
        return [("True", value), ("False", ~value)]
    return [("0", value == 0), ("not 0", value != 0), ("negative", value < 0)]


def _only(en: str, zh: str) -> Text:
    return Text(
        f"Your answer is wrong only {en}; everywhere else it is right, on every input.",
        f"只有{zh}不对，其余各处在每组输入上都对。",
    )


def of_inputs(right: Sequence[bool], arguments: Arguments, made: int) -> str | None:
    """What is said where a property of the input tells the cases that come out right from those that do not.

    What is special about one argument must tell them apart among the drawn cases alone, those after the first ``made``:
    small cases made by hand are special in many ways, such as having no negative number.
    """
    wrong = ~np.asarray(right, dtype=bool)
    drawn = slice(made, None) if made < len(wrong) else slice(None)
    return _telling(wrong[drawn], wrong, [_properties(given) for given in arguments], drawn) or _telling(
        wrong, wrong, [_of_two(given) | _edges(_properties(given)) for given in arguments], slice(None), 1
    )


def _edges(splits: dict[str, tuple[Text, bool]]) -> dict[str, tuple[Text, bool]]:
    """The properties that one case is enough for: nothing is there, or one thing."""
    return {key: split for key, split in splits.items() if key.endswith((" none", " single", " nowhere"))}


def _telling(
    tried: np.ndarray, wrong: np.ndarray, splits: Sequence[dict[str, tuple[Text, bool]]], which: slice, few: int = FEW
) -> str | None:
    """What is said of the first property that all wrong cases have, and of those tried no right one, or few."""
    if min(tried.sum(), (~tried).sum()) < few:
        return None
    shared = [key for key in splits[0] if all(key in each for each in splits)]
    for exact in (True, False):
        for key in shared:
            holds = np.array([each[key][1] for each in splits])
            fits = (holds[which] == tried).all() if exact else _points([tried], [holds[which]])
            if fits and not (wrong & ~holds).any():
                return str(splits[0][key][0])
    return None


def _properties(given: dict[str, Any]) -> dict[str, tuple[Text, bool]]:
    """What may be special about an input, by a name of its own; each with what is said, and whether it is so."""
    found: dict[str, tuple[Text, bool]] = {}
    for name, value in given.items():
        table = _of_number(value) if np.ndim(value) == 0 else _of_sequence(value)
        for key, (en, zh, holds) in table.items():
            found[f"{name} {key}"] = (_where(f"`{name}` {en}", f"`{name}` {zh}"), bool(holds))
    return found


def _where(en: str, zh: str) -> Text:
    return Text(
        f"Some inputs come out right. Yours goes wrong only where {en}: what should happen then?",
        f"有些输入的结果是对的；只在{zh}时出错。那时应当怎样？",
    )


Table = dict[str, tuple[str, str, Any]]


def _of_number(value: Any) -> Table:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        return {}
    if value.dtype.kind == "b":
        return {"true": ("is True", "为 True ", value), "false": ("is False", "为 False ", ~value)}
    return {
        "is 0": ("is 0", "是 0 ", value == 0),
        "over 1": ("is above 1", "大于 1 ", value > 1),
        "under 1": ("is below 1", "小于 1 ", value < 1),
        "not 1": ("is not 1", "不是 1 ", value != 1),
        "negative": ("is negative", "为负", value < 0),
        "one": ("is 1", "是 1 ", value == 1),
    }


def _of_sequence(value: Any) -> Table:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        return {"none": ("is empty", "为空", len(value) == 0)} if hasattr(value, "__len__") else {}
    table: Table = {
        "none": ("is empty", "为空", value.size == 0),
        "single": ("has only one entry", "只有一项", len(value) == 1),
        "large": (
            "holds numbers in the hundreds or more",
            "有上百或更大的数",
            (np.abs(value.astype(float)) >= 100).any(),
        ),
    }
    if value.dtype.kind == "b":
        return table | _of_mask(value)
    return table | _of_numbers(value)


def _of_mask(value: np.ndarray) -> Table:
    return {
        "all": ("is True everywhere", "全为 True ", value.all()),
        "not all": ("is somewhere False", "有 False ", not value.all()),
        "nowhere": ("is True nowhere", "没有 True ", not value.any()),
        "gap": (
            "has a True after a False",
            "在 False 之后还有 True ",
            (~value[..., :-1] & value[..., 1:]).any(),
        ),
        "empty row": ("has a row without a True", "有一行没有 True ", not value.any(axis=-1).all()),
    }


def _of_numbers(value: np.ndarray) -> Table:
    table: Table = {
        "zero": ("holds a 0", "含有 0 ", (value == 0).any()),
        "negative": ("holds a negative number", "含有负数", (value < 0).any()),
    }
    if value.ndim == 1:
        missing = value.dtype.kind in "iu" and value.size and len(np.unique(value[value >= 0])) <= value.max()
        table["equal"] = ("holds equal values", "有相等的值", len(np.unique(value)) < len(value))
        table["unsorted"] = ("is not sorted", "没有排好序", (np.diff(value.astype(float)) < 0).any())
        table["gaps"] = ("leaves a number out between 0 and its largest", "在 0 和最大值之间缺了某个数", missing)
    elif value.ndim == 2:
        table["empty row"] = ("has a row of zeros", "有一行全是 0 ", (value == 0).all(axis=1).any())
    return table


def _of_two(given: dict[str, Any]) -> dict[str, tuple[Text, bool]]:
    """What may be special about two arguments together."""
    found: dict[str, tuple[Text, bool]] = {}
    lists = {name: value for name, value in given.items() if _countable(value)}
    numbers = {name: value for name, value in given.items() if isinstance(value, np.ndarray) and value.ndim == 0}
    for name, value in lists.items():
        for other, against in lists.items():
            if name != other:
                text = _where(f"`{name}` holds something that `{other}` lacks", f"`{name}` 中有 `{other}` 里没有的东西")
                found[f"{name} beyond {other}"] = (text, bool(set(_flat(value)) - set(_flat(against))))
        for other, number in numbers.items():
            text = _where(f"`{other}` is larger than the length of `{name}`", f"`{other}` 大于 `{name}` 的长度")
            found[f"{other} over {name}"] = (text, bool(number > len(value)))
            text = _where(
                f"the length of `{name}` is no multiple of `{other}`", f"`{name}` 的长度不是 `{other}` 的倍数"
            )
            found[f"{name} by {other}"] = (text, bool(number and len(value) % number))
    return found


def _countable(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 1 and value.dtype.kind in "iu"
    return isinstance(value, (list, frozenset, dict)) and all(isinstance(item, (str, int)) for item in value)


def _flat(value: Any) -> list[Any]:
    return value.tolist() if isinstance(value, np.ndarray) else list(value)


def of_set(value: frozenset, target: frozenset) -> str | None:
    """How many elements of a set are missing and too many; None where nothing of it is right."""
    extra, missing = len(value - target), len(target - value)
    if not value & target:
        return None
    if not missing:
        return str(
            Text(
                f"All that belongs is there, and {extra} more that should not be.", f"该有的都有，另外多了 {extra} 个。"
            )
        )
    if not extra:
        return str(Text(f"All of it belongs, but {missing} are still missing.", f"给出的都对，但还缺 {missing} 个。"))
    return None
