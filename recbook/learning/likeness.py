"""What a wrong answer has in common with the right one, whatever the exercise: a sign, a factor, a step too few.

An exercise lists the mistakes that belong to its task. These belong to any: they are looked for in the numbers alone,
and must hold on every case, so that one lucky case never names a mistake that was not made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recbook.learning.content import Text
from recbook.learning.values import same

# So many cases must differ from the right result before what they share is told.
ENOUGH = 3

Pair = tuple[np.ndarray, np.ndarray]

# What makes the right numbers of the answer's, and what is said then.
_STEPS: list[tuple[Callable[[np.ndarray], np.ndarray], Text]] = [
    (
        np.negative,
        Text(
            "Every value is the right one with the sign turned. Where does a minus belong, or what is taken off what?",
            "每个值都只差一个正负号。哪里该有负号？或者，是谁减去谁？",
        ),
    ),
    (
        lambda value: 1 - value,
        Text(
            "Every value is 1 less the right one: it tells the opposite. Which of the two sides is asked for?",
            "每个值都等于 1 减去正确的值：说的正好相反。题目问的是哪一面？",
        ),
    ),
    (
        np.transpose,
        Text(
            "The numbers are right, but the table lies on its side: rows and columns are exchanged.",
            "数都对，但表横过来了：行和列互换了。",
        ),
    ),
    (
        np.sqrt,
        Text(
            "Every value is the square of the right one: a square root is missing, or a square is one too many.",
            "每个值都是正确值的平方：少开了一次平方，或者多平方了一次。",
        ),
    ),
    (
        np.square,
        Text(
            "Every value is the square root of the right one: a square is missing, or a root is one too many.",
            "每个值都是正确值的平方根：少平方了一次，或者多开了一次平方。",
        ),
    ),
    (
        np.log,
        Text(
            "Every value is *e* to the power of the right one: a logarithm is missing, or `exp` is one step too many.",
            "每个值都是以正确值为指数的 *e* 的幂：少取了一次对数，或者多取了一次 `exp`。",
        ),
    ),
    (
        np.exp,
        Text(
            "Every value is the logarithm of the right one: the logarithm is one step too many, or `exp` is missing.",
            "每个值都是正确值的对数：多取了一次对数，或者少取了一次 `exp`。",
        ),
    ),
    (
        np.reciprocal,
        Text(
            "Every value is 1 divided by the right one: the fraction is upside down.",
            "每个值都是正确值的倒数：分子和分母颠倒了。",
        ),
    ),
    (
        np.abs,
        Text(
            "The sizes are right, but some values have the wrong sign. Where is a sign lost, or a minus too many?",
            "大小都对，但有些值的正负号错了。哪里丢了负号，或多了负号？",
        ),
    ),
    (
        lambda value: 1 / (1 + np.exp(-value)),
        Text(
            "These are scores, right ones: the sigmoid that makes probabilities of them is still missing.",
            "得分是对的，但还缺一步：用 sigmoid 把得分变成概率。",
        ),
    ),
    (
        lambda value: _along(np.exp(value - value.max(axis=-1, keepdims=True)), np.sum) if value.ndim else value,
        Text("These are scores, right ones: the softmax is still missing.", "得分是对的，但还缺 softmax。"),
    ),
    (
        lambda value: _along(value, np.sum) if value.ndim else value,
        Text(
            "The proportions are right, but what should add up to 1 does not: divide by the sum, row by row.",
            "比例都对，但应当加起来是 1 的没有加到 1：逐行除以总和。",
        ),
    ),
    (
        lambda value: _along(value, np.linalg.norm) if value.ndim else value,
        Text(
            "The directions are right, but not the lengths: bring each vector to length 1.",
            "方向都对，但长度不对：把每个向量化成长度 1。",
        ),
    ),
    (
        lambda value: value[::-1] if value.ndim else value,
        Text(
            "The entries are right, but in reverse: from the last to the first.",
            "各项都对，但次序反了：从最后一项排到了第一项。",
        ),
    ),
]
_BASES = {2.0: "np.log2", 10.0: "np.log10"}
_SUMMED = Text(
    "Your values are too large by just the number of things in the input: a sum stands where a mean is asked for.",
    "你的值恰好大了输入的个数倍：题目要的是平均，你求的是和。",
)
_AVERAGED = Text(
    "Your values are too small by just the number of things in the input: a mean stands where a sum is asked for, or "
    "what was divided already is divided once more.",
    "你的值恰好小了输入的个数倍：题目要的是和，你求的是平均；或者已经除过，又除了一次。",
)
_ONE_FACTOR = Text(
    "The values stand in the right proportion to each other, but all are off by one factor, which is another for each "
    "input. By what do you divide or multiply at the end, and what does that count?",
    "各值之间的比例是对的，但都差同一个因子，每组输入的因子又不同。最后除以或乘以的是什么？它数的是什么？",
)
_ROW_FACTOR = Text(
    "Within each row the proportions are right, but each row is off by a factor of its own. By what do you divide or "
    "multiply a row, and what does that count?",
    "每一行之内的比例是对的，但每行各差一个因子。每行除以或乘以的是什么？它数的是什么？",
)


def told(pairs: Sequence[Pair], sizes: Sequence[set[int]], tolerance: float) -> str | None:
    """The sentence on what every answer shares with the right result, or None.

    pairs      the normal forms of answer and right result, one pair a case
    sizes      lengths that occur in the arguments of each case: by one of them a sum differs from a mean
    tolerance  as an exercise has it
    """
    if not all(_numbers(*pair) for pair in pairs):
        return None
    if sum(not same(*pair, tolerance) for pair in pairs) < ENOUGH:
        return None
    return (
        _step(pairs, tolerance)
        or _factor(pairs, tolerance)
        or _count(pairs, sizes, tolerance)
        or _offset(pairs, tolerance)
        or _rounded(pairs, tolerance)
        or _common_factor(pairs, tolerance)
    )


def _along(value: np.ndarray, size: Callable[..., Any]) -> np.ndarray:
    """An array divided by its size along the last axis, such as its sum or its length."""
    return value / size(value, axis=-1, keepdims=True)


def _offset(pairs: Sequence[Pair], tolerance: float) -> str | None:
    """What is said where every value is off by the same number, on every case."""
    value, target = pairs[0]
    if any(value.shape != target.shape for value, target in pairs):
        return None
    off = float(np.ravel(value.astype(float) - target)[0])
    if not off or not all(same(value - off, target.astype(float), tolerance) for value, target in pairs):
        return None
    more = off > 0
    return str(
        Text(
            f"Every value is too {'large' if more else 'small'} by {abs(off):.3g}, on every input. "
            "What is counted, or added, once too often or not at all?",
            f"每个值都{'大' if more else '小'}了 {abs(off):.3g}，每组输入都如此。什么多数、多加了一次，或漏掉了？",
        )
    )


def _rounded(pairs: Sequence[Pair], tolerance: float) -> str | None:
    """What is said where the values are the right ones with fewer digits."""
    for digits in range(5):
        if all(value.dtype.kind == "f" and same(value, np.round(target, digits), 1e-12) for value, target in pairs):
            return str(
                Text("The values are right but rounded: leave all digits.", "值是对的，但四舍五入了：请保留所有数位。")
            )
    return None


def _common_factor(pairs: Sequence[Pair], tolerance: float) -> str | None:
    """What is said where all values of an input, or of a row, are off by one factor, which is not always the same."""
    if all(_scaled(value.reshape(1, -1), target.reshape(1, -1), tolerance) for value, target in pairs):
        return str(_ONE_FACTOR)
    tables = all(value.shape == target.shape and value.ndim == 2 for value, target in pairs)
    if tables and all(_scaled(value, target, tolerance) for value, target in pairs):
        return str(_ROW_FACTOR)
    return None


def _scaled(value: np.ndarray, target: np.ndarray, tolerance: float) -> bool:
    """Whether each row is a multiple of the right one, and rows have more than one number that is not 0."""
    if (np.count_nonzero(target, axis=1) < 2).any() or (np.count_nonzero(value, axis=1) < 2).any():
        return False
    target = target.astype(float)
    factor = (value * target).sum(axis=1, keepdims=True) / (target**2).sum(axis=1, keepdims=True)
    return bool((factor != 0).all()) and same(value / factor, target, tolerance)


def _numbers(value: Any, target: Any) -> bool:
    """Whether both are arrays of finite numbers with equally many entries."""
    arrays = isinstance(value, np.ndarray) and isinstance(target, np.ndarray)
    return arrays and value.size == target.size > 0 and bool(np.isfinite(value).all() and np.isfinite(target).all())


def _step(pairs: Sequence[Pair], tolerance: float) -> str | None:
    for undo, text in _STEPS:
        with np.errstate(all="ignore"):
            if all(same(np.asarray(undo(value.astype(float))), target, tolerance) for value, target in pairs):
                return str(text)
    return None


def _ratio(value: np.ndarray, target: np.ndarray, tolerance: float) -> float | None:
    """By what factor all numbers of an answer differ from the right ones; None where there is no such factor."""
    if value.shape != target.shape or not np.any(target):
        return None
    at = np.unravel_index(np.argmax(np.abs(target)), target.shape)
    ratio = float(value[at] / target[at])
    return ratio if ratio and same(np.asarray(value / ratio), target, tolerance) else None


def _factor(pairs: Sequence[Pair], tolerance: float) -> str | None:
    """What is said of one factor that is the same on every case."""
    ratios = [_ratio(*pair, tolerance) for pair in pairs if np.any(pair[1])]
    if not ratios or None in ratios or not np.allclose(ratios, ratios[0]):  # type: ignore[arg-type]
        return None
    for base, name in _BASES.items():
        if np.isclose(ratios[0] or 0, 1 / np.log(base)):
            en = f"The logarithm is to base {base:.0f}; the natural one is asked for: `np.log`, not `{name}`."
            return str(Text(en, f"你取的是以 {base:.0f} 为底的对数；这里要自然对数：用 `np.log`，不用 `{name}`。"))
    return str(
        Text(
            f"Every value is {ratios[0]:.3g} times the right one. Which factor is left out, or taken twice?",
            f"每个值都是正确值的 {ratios[0]:.3g} 倍。漏了哪个因子，或多乘了哪个？",
        )
    )


def _count(pairs: Sequence[Pair], sizes: Sequence[set[int]], tolerance: float) -> str | None:
    """What is said where the factor is a length of the input, case by case."""
    ratios = [(_ratio(*pair, tolerance), own) for pair, own in zip(pairs, sizes, strict=True) if np.any(pair[1])]
    if not ratios or any(ratio is None for ratio, _ in ratios):
        return None
    if all(any(np.isclose(ratio, size) for size in own) for ratio, own in ratios):  # type: ignore[arg-type]
        return str(_SUMMED)
    if all(any(np.isclose(1 / ratio, size) for size in own) for ratio, own in ratios):  # type: ignore[operator]
        return str(_AVERAGED)
    return None
