"""Call an answer on the cases of an exercise, and keep what happened: all that a verdict needs to know of it.

Nothing here knows an exercise or its right answer, so this half of a check can run where they are not
(`recbook.grading`); `recbook.learning.exercises` is the half that judges.
"""

from __future__ import annotations

import copy
import dis
import inspect
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recbook.learning.limit import TookTooLong, limited
from recbook.learning.values import normal, same

SECONDS = 10.0
"""How long one call may take before it is stopped, and the calls after it are not made."""

KEPT = 2_000
"""Characters of what an answer prints that are kept of one call."""


@dataclass(frozen=True)
class Trial:
    """What one call gave: the result and its normal form, or the error that ended it."""

    case: tuple
    result: Any = None
    value: Any = None
    error: BaseException | None = None
    line: str = ""  # of the answer, at which the error was raised
    printed: str = ""  # its beginning; what was displayed and is no text counts as a space
    changed: int | None = None  # the place of the first argument that the call has changed
    warned: tuple[str, ...] = ()  # what NumPy said on the way


@dataclass(frozen=True)
class Account:
    """What there is to know of an answer: its trials, or why there are none."""

    trials: Sequence[Trial] = ()
    value: Any = None  # the answer itself, unless it is a function that was asked for
    stub: bool = False  # as handed out
    callable: bool = False
    routine: bool = False  # a function, and no class or other thing that can be called
    signature: str = ""
    misfit: int | None = None  # the first case whose arguments its parameters do not take
    unfinished: bool = False  # a line `...` is left in it


def account_of(answer: Any, cases: Sequence[tuple], asks_for_function: bool) -> Account:
    """Try an answer on every case: call it where a function is asked for, else take it as it is."""
    about = Account(
        value=None if asks_for_function and callable(answer) else answer,
        stub=_is_stub(answer),
        callable=callable(answer),
        routine=inspect.isroutine(answer),
    )
    if about.stub or (about.routine and not asks_for_function):
        return about
    if not asks_for_function:
        return replace(about, trials=tried(lambda: answer, cases))
    return _account_of_function(answer, cases, about) if about.callable else about


def _account_of_function(function: Callable, cases: Sequence[tuple], about: Account) -> Account:
    signature, misfit = _misfit(function, cases)
    if misfit is not None:
        return replace(about, signature=signature, misfit=misfit)
    return replace(about, trials=tried(function, cases), unfinished=_is_unfinished(function))


def _misfit(function: Callable, cases: Sequence[tuple]) -> tuple[str, int | None]:
    """A function's parameters as text, and the first case that they do not take."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some built-in functions do not tell their parameters
        return "", None
    for at, case in enumerate(cases):
        try:
            signature.bind(*case)
        except TypeError:
            return str(signature), at
    return str(signature), None


def tried(function: Callable, cases: Sequence[tuple]) -> list[Trial]:
    """What a function gives on every case; after a call that took too long the others are taken for the same."""
    trials: list[Trial] = []
    for case in cases:
        late = bool(trials) and isinstance(trials[-1].error, TookTooLong)
        trials.append(replace(trials[-1], case=case, printed="") if late else call(function, case))
    return trials


def call(function: Callable, case: tuple) -> Trial:
    """Call a function on a copy of its arguments, and keep what it prints or displays out of the notebook."""
    from IPython.utils.capture import capture_output

    given = copy.deepcopy(case)
    with capture_output() as shown, warnings.catch_warnings(record=True) as warned, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            with limited(SECONDS):
                result = function(*given)
                value = normal(result)
        except (Exception, SystemExit, TookTooLong) as error:
            return Trial(case, error=error, line=_line_of(error, function), printed=_printed(shown))
    told = tuple({str(warning.message) for warning in warned})
    return Trial(case, result, value, printed=_printed(shown), changed=_changed(case, given), warned=told)


def _printed(shown: Any) -> str:
    return (shown.stdout[:KEPT] + shown.stderr[:KEPT])[:KEPT] or (" " if shown.outputs else "")


def _changed(case: tuple, given: tuple) -> int | None:
    """The place of the first argument that is not what it was."""
    return next((at for at, pair in enumerate(zip(case, given, strict=True)) if _differ(*pair)), None)


def _differ(before: Any, after: Any) -> bool:
    was = normal(before)
    if not isinstance(was, (np.ndarray, list, dict, frozenset)):
        return False  # a generator or a model cannot be compared, and using one may change it rightly
    try:
        return not same(normal(after), was, tolerance=0)
    except Exception:  # an answer may have put anything into a list, itself for example
        return True


def _is_stub(answer: Any) -> bool:
    """Whether this is the exercise as handed out: ``...``, nothing, or a function that only says ``...``."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return answer is None or answer is Ellipsis
    steps = [step for step in dis.get_instructions(code) if step.opname not in {"RESUME", "NOP", "POP_TOP"}]
    only_returns = all(step.opname in {"LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"} for step in steps)
    return only_returns and all(step.argval in (None, Ellipsis) for step in steps)


def _is_unfinished(function: Callable) -> bool:
    try:
        lines = inspect.getsource(function).splitlines()
    except (OSError, TypeError):  # a built-in function, or one made without a source
        return False
    return any(line.strip() == "..." for line in lines)


def _line_of(error: BaseException, function: Callable) -> str:
    """The reader's own line at which an error was raised; empty if it is not known."""
    code = getattr(function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = (frame.line for frame in reversed(frames) if code and frame.filename == code.co_filename)
    return next(lines, None) or ""
