"""Check a reader's answer: accept every right one, and answer a wrong one with what to look at."""

from __future__ import annotations

import copy
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recbook.learning import bank, html, likeness, messages, places, progress, slips
from recbook.learning.content import Exercise, Mistake
from recbook.learning.limit import TookTooLong
from recbook.learning.trials import Account, Trial, account_of, call, tried
from recbook.learning.values import first_difference, kind, normal, same

# An answer may be told of a mistake that it shares on so many cases, and on so large a part of those it gets wrong.
MANY_CASES, ALMOST_ALL = 5, 0.75


class CheckFailed(AssertionError):  # noqa: N818 - reads as what happened to a check
    """An answer that is not right, where a grader is asking."""


@dataclass(frozen=True)
class Verdict:
    """What a check found: ``outcome`` is "right", "unattempted", "mistake" (then named) or "wrong".

    ``printed`` is what the answer printed in the call that the message speaks of, or else in the first that printed.
    """

    outcome: str
    message: str
    mistake: str | None = None
    printed: str = ""


def check(id: str, answer: Any) -> None:
    """Say whether ``answer`` solves exercise ``id``, and note it in the reader's progress if it does.

    An answer may be of any type that holds the right thing: lists, NumPy, torch, pandas. Under nbgrader
    (``NBGRADER_EXECUTION`` is set) anything but a right answer raises CheckFailed, an AssertionError, with
    the hint. Raises ValueError for an unknown id.
    """
    verdict = judge(bank.exercise(id), answer)
    graded = bool(os.environ.get("NBGRADER_EXECUTION"))
    if graded and verdict.outcome != "right":
        raise CheckFailed(verdict.message)
    marks = {"right": ("✓", html.GREEN), "unattempted": ("○", html.GREY)}
    mark, colour = marks.get(verdict.outcome, ("✗", html.RED))
    line = f"{mark} {verdict.message}"
    html.show(html.box(html.rich(line), colour), line)
    if verdict.printed:
        print(messages.printed(verdict.printed))
    if verdict.outcome == "right" and not graded:
        progress.record(id)


def case(id: str, number: int) -> tuple:
    """The arguments of one call that a check makes, for a reader to run it: ``f(*recbook.case(id, number))``.

    Raises ValueError for an unknown id or a number that no case has.
    """
    cases = bank.exercise(id).cases()
    if not 0 <= number < len(cases):
        raise ValueError(f"{id!r} has the cases 0 to {len(cases) - 1}; {number} is none of them.")
    return copy.deepcopy(cases[number])


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """Compare an answer with the exercise's solution and its known mistakes; see ``Verdict``."""
    return verdict_on(exercise, account_of(answer, exercise.cases(), exercise.asks_for_function))


def verdict_on(exercise: Exercise, account: Account) -> Verdict:
    """Judge an answer by the account of how it was tried, here or elsewhere."""
    if account.stub:
        return Verdict("unattempted", messages.unattempted())
    if refusal := _unusable(exercise, account):
        return Verdict("wrong", refusal)
    return replace(_verdict(exercise, account), printed=_told(exercise, account.trials))


def _verdict(exercise: Exercise, account: Account) -> Verdict:
    trials = account.trials
    if all(_left_open(trial) for trial in trials):
        return Verdict("unattempted", messages.unattempted())
    expected = known_trials(exercise, exercise.reference)
    if agree(exercise, trials, expected):
        return _right(exercise, trials)
    if mistake := _named(exercise, trials, expected):
        return Verdict("mistake", messages.mistake(str(mistake.hint)), mistake.name)
    return Verdict("wrong", _explain(exercise, account, expected))


def _told(exercise: Exercise, trials: Sequence[Trial]) -> str:
    """What was printed in the first call that went wrong, or else in the first that printed something."""
    expected = known_trials(exercise, exercise.reference)
    wrong = [trial for trial, target in zip(trials, expected, strict=True) if not _alike(exercise, trial, target)]
    return next((trial.printed for trial in (*wrong[:1], *trials) if trial.printed.strip()), "")


def _named(exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]) -> Mistake | None:
    """The known mistake that gives what the answer gives: on every case, or else on most that the answer gets wrong.

    The second is for a mistake that readers write in several ways, which differ where a case is empty or all alike.
    """
    wrong = [at for at, pair in enumerate(zip(trials, expected, strict=True)) if not _alike(exercise, *pair)]
    best, most = None, max(MANY_CASES, ALMOST_ALL * len(wrong))
    for mistake in exercise.mistakes:
        others = known_trials(exercise, mistake.wrong)
        shared = [at for at in range(len(trials)) if _alike(exercise, trials[at], others[at])]
        if len(shared) == len(trials):
            return mistake
        alike = sum(1 for at in wrong if at in shared and not trials[at].error)
        if alike >= most:
            best, most = mistake, alike
    return best


def _right(exercise: Exercise, trials: Sequence[Trial]) -> Verdict:
    changed = next((trial.changed for trial in trials if trial.changed is not None), None)
    names = list(inspect.signature(exercise.reference).parameters)
    remark = "" if changed is None else messages.changed_input(names[changed])
    return Verdict("right", messages.right(len(trials)) + remark)


def _left_open(trial: Trial) -> bool:
    # torch raises the same error where an operator does not exist for a type, and says so.
    raised = isinstance(trial.error, NotImplementedError) and "not implemented for" not in str(trial.error)
    return raised or trial.result is Ellipsis


def _unusable(exercise: Exercise, account: Account) -> str | None:
    """Why the answer cannot even be tried, if so."""
    if not exercise.asks_for_function:
        return messages.function_for_value(str(exercise.gives)) if account.routine else None
    if not account.callable:
        return messages.not_a_function(exercise.reference.__name__, account.value)
    if account.misfit is None:
        return None
    return messages.wrong_parameters(messages.as_call(exercise, exercise.cases()[account.misfit]), account.signature)


def trials_of(exercise: Exercise, function: Callable) -> list[Trial]:
    """What a function gives on every case of an exercise."""
    return tried(function, exercise.cases())


def known_trials(exercise: Exercise, function: Callable) -> list[Trial]:
    """`trials_of` one of the exercise's own functions, kept: each wrong answer is held against all of them."""
    if function not in exercise.known:
        exercise.known[function] = trials_of(exercise, function)
    return exercise.known[function]


def agrees(exercise: Exercise, function: Callable, expected: Sequence[Trial]) -> bool:
    """Whether a function gives what is expected on every case; stops at the first on which it does not."""
    cases = (trial.case for trial in expected)
    return all(_alike(exercise, call(function, case), other) for case, other in zip(cases, expected, strict=True))


def agree(exercise: Exercise, trials: Sequence[Trial], others: Sequence[Trial]) -> bool:
    """Whether two functions gave the same on every case."""
    return all(_alike(exercise, trial, other) for trial, other in zip(trials, others, strict=True))


def _alike(exercise: Exercise, trial: Trial, other: Trial) -> bool:
    if trial.error or other.error:
        return type(trial.error) is type(other.error)
    return same(trial.value, other.value, exercise.tolerance, exercise.ordered)


def _explain(exercise: Exercise, account: Account, expected: Sequence[Trial]) -> str:
    """The message for a wrong answer that is no known mistake, about the first case that it gets wrong."""
    trials = account.trials
    pairs = enumerate(zip(trials, expected, strict=True))
    at, (trial, target) = next(pair for pair in pairs if not _alike(exercise, *pair[1]))
    if not exercise.asks_for_function:
        return _explain_value(exercise, account.value, trial.value, target.value)
    call, hint = messages.as_call(exercise, trial.case), str(exercise.hint)
    if message := _explain_call(exercise, account, call, trial, target):
        return message
    if len(trials) > 1 and all(_alike(exercise, trial, other) for other in trials):
        return messages.always_the_same(trial.result)
    if shared := _shared(exercise, trials, expected):
        return messages.mistake(shared)
    differs = first_difference(trial.value, target.value, exercise.tolerance, exercise.ordered)
    if partly := _partly(exercise, trials, expected):
        return messages.partly_right(partly, call, trial.result, differs)
    if at < len(exercise.examples):
        return messages.wrong_example(call, trial.result, target.result, hint, differs)
    say = messages.wrong_beyond_examples if exercise.examples else messages.wrong_case
    return say(call, trial.result, hint, differs)


def _explain_value(exercise: Exercise, answer: Any, value: Any, target: Any) -> str:
    if kind(value) != kind(target):
        return messages.wrong_type(str(exercise.gives), answer, target)
    if isinstance(value, frozenset) and (partly := places.of_set(value, target)):
        return messages.mistake(partly)
    return messages.wrong_value(answer, str(exercise.hint))


def _explain_call(exercise: Exercise, account: Account, call: str, trial: Trial, target: Trial) -> str | None:
    """What can go wrong with a call in any exercise: it stops, or returns nothing or the wrong thing."""
    trials = account.trials
    if isinstance(trial.error, TookTooLong):
        return messages.too_long(call)
    if isinstance(trial.error, RecursionError):
        return messages.endless_recursion(call)
    if trial.error:
        return messages.raised(call, trial.error, trial.line)
    if trial.value is None:
        some = any(other.value is not None for other in trials)
        return messages.nothing_here(call) if some else _explain_nothing(account, call, trial)
    if (place := _among_several(exercise, trial, target)) is not None:
        return messages.one_of_several(call, place, len(trial.result))
    if kind(trial.value) != kind(target.value):
        return messages.wrong_type_returned(call, str(exercise.gives), trial.result, target.value)
    if isinstance(target.result, tuple) and len(trial.value) != len(target.result):
        return messages.wrong_parts(call, str(exercise.gives), len(target.result), trial.result)
    if isinstance(trial.value, np.ndarray) and isinstance(target.value, np.ndarray):
        return _explain_array(exercise, call, trials, trial, target.value)
    return None


def _shared(exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]) -> str | None:
    """What the answer has in common with the right one on every case, so that one step explains them all."""
    pairs = [(trial.value, target.value) for trial, target in zip(trials, expected, strict=True)]
    return likeness.told(pairs, [_lengths(trial.case) for trial in trials], exercise.tolerance)


def _partly(exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial]) -> str | None:
    """How far a wrong answer is right: which part of it, which items or entries, or on which inputs."""
    if any(trial.error or target.error for trial, target in zip(trials, expected, strict=True)):
        return None
    results = [(trial.result, target.result) for trial, target in zip(trials, expected, strict=True)]
    right, wrong = places.parts(results, exercise.tolerance)
    if right and wrong:
        more = _of_part(exercise, trials, expected, wrong[0]) if len(wrong) == 1 else None
        return " ".join(filter(None, [places.of_parts(right, wrong), more]))
    cases, given = _cases(trials, expected), [_arguments(exercise, trial.case) for trial in trials]
    return (
        (places.of_items(cases, exercise.tolerance) if exercise.ordered else None)
        or places.of_entries(cases, given, exercise.tolerance)
        or places.of_inputs(
            [_alike(exercise, *pair) for pair in zip(trials, expected, strict=True)], given, len(exercise.examples)
        )
    )


def _of_part(exercise: Exercise, trials: Sequence[Trial], expected: Sequence[Trial], at: int) -> str | None:
    """What the one wrong part has in common with the right one."""
    cases = [(normal(a.result[at]), normal(b.result[at])) for a, b in zip(trials, expected, strict=True)]
    given = [_arguments(exercise, trial.case) for trial in trials]
    shared = likeness.told(cases, [_lengths(trial.case) for trial in trials], exercise.tolerance)
    return shared or places.of_entries(cases, given, exercise.tolerance)


def _behind_shape(exercise: Exercise, trials: Sequence[Trial]) -> str | None:
    """What leads from a wrong shape to the right one, if the cases that gave a result agree on it."""
    made = [(trial, at) for at, trial in enumerate(trials) if not trial.error and trial.value is not None]
    expected = known_trials(exercise, exercise.reference)
    cases = _cases([trial for trial, _ in made], [expected[at] for _, at in made])
    given = [_arguments(exercise, trial.case) for trial, _ in made]
    return places.of_shape(cases, given, exercise.tolerance)


def _cases(trials: Sequence[Trial], expected: Sequence[Trial]) -> list[tuple[Any, Any]]:
    return [(trial.value, target.value) for trial, target in zip(trials, expected, strict=True)]


def _arguments(exercise: Exercise, case: tuple) -> dict[str, Any]:
    """The arguments of a call in normal form, by the names that the exercise gives them."""
    return dict(zip(inspect.signature(exercise.reference).parameters, map(normal, case), strict=False))


def _lengths(case: tuple) -> set[int]:
    """How many things there are in the arguments of a call, along any axis, where there is more than one."""
    shapes = [value.shape if hasattr(value, "shape") else (len(value),) for value in case if hasattr(value, "__len__")]
    return {int(length) for shape in shapes for length in shape} - {0, 1}


def _among_several(exercise: Exercise, trial: Trial, target: Trial) -> int | None:
    """The place of the right result in a tuple that holds other things as well."""
    if not isinstance(trial.result, tuple) or len(trial.result) < 2:
        return None
    parts = enumerate(map(normal, trial.result))
    return next((at for at, part in parts if same(part, target.value, exercise.tolerance, exercise.ordered)), None)


def _explain_nothing(account: Account, call: str, trial: Trial) -> str:
    if trial.printed:
        return messages.only_printed(call)
    return messages.half_finished(call) if account.unfinished else messages.no_return(call)


def _explain_array(
    exercise: Exercise, call: str, trials: Sequence[Trial], trial: Trial, target: np.ndarray
) -> str | None:
    value, hint = trial.value, str(exercise.hint)
    if value.shape != target.shape:
        return messages.wrong_shape(call, value.shape, target.shape, _behind_shape(exercise, trials))
    if np.isfinite(target).all() and not np.isfinite(value).all():
        why = slips.behind_no_number(trial.warned, bool(np.isnan(value).any()))
        return messages.not_finite(call, why, hint)
    if value.size > 1 and target.dtype.kind == "f" and any(same(value, cut(target), 0) for cut in (np.trunc, np.floor)):
        return messages.cut_to_whole(call)
    return None
