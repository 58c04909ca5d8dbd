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
    return _step(pairs, tolerance) or _factor(pairs, tolerance) or _count(pairs, sizes, tolerance)


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
