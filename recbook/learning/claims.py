"""A claim is a result the course states: it prints its sentence with the numbers, or fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recbook.learning import html
from recbook.session import language


class ClaimFailed(AssertionError):  # noqa: N818 - reads as what happened to a claim
    """What a chapter states is not so."""


def claim(
    condition: bool,
    /,
    *,
    en: str | None = None,
    zh: str | None = None,
    takeaway: bool | Mapping[str, str] = True,
    **numbers: Any,
) -> None:
    """State ``en`` or ``zh``, filled with ``numbers``, if ``condition`` holds.

    A built notebook carries its own language only, so one of the two is enough. ``condition`` is a bool or a
    NumPy bool. What the chapter's takeaways say of it is ``takeaway``: a sentence of its own, filled with the same
    numbers, as ``dict(en=..., zh=...)``; where no claim of the chapter has one, the claims' own sentences, but for
    those with False. Raises ClaimFailed (an AssertionError) if the condition is false, TypeError if it is anything
    else, and ValueError if a sentence is missing or names a number that was not given.
    """
    if not isinstance(condition, (bool, np.bool_)):
        raise TypeError(
            f"A claim's condition is True or False, not a {type(condition).__name__}. "
            "For an array write (...).all(), for a tensor bool((...).all())."
        )
    sentence = _fill(_pick(en, zh), numbers)
    kept = takeaway if isinstance(takeaway, bool) else _fill(_pick(takeaway.get("en"), takeaway.get("zh")), numbers)
    if not condition:
        given = ", ".join(f"{name} = {value}" for name, value in numbers.items())
        raise ClaimFailed(f"This does not hold: {sentence}" + (f" ({given})" if given else ""))
    told = {"claim": True, "takeaway": kept, "text": sentence}
    html.show(html.box(html.rich(sentence), html.BLUE), sentence, {"recbook": told})


def _pick(en: str | None, zh: str | None) -> str:
    given = {"en": en, "zh": zh}
    sentence = given[language()] or en or zh
    if not sentence:
        raise ValueError("A claim needs its sentence: claim(condition, en=..., zh=..., numbers...).")
    return sentence


def _fill(sentence: str, numbers: dict[str, Any]) -> str:
    try:
        return sentence.format(**numbers)
    except (KeyError, IndexError) as missing:
        raise ValueError(
            f"The sentence names {missing}, which the claim was not given; it has {sorted(numbers)}. "
            f"Write claim(..., name=value), or {{{{ and }}}} for braces. Sentence: {sentence}"
        ) from missing
