"""What a check says to every sort of answer, in both languages."""

from __future__ import annotations

import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from recbook import session
from recbook.data import Interactions
from recbook.learning import bank, messages, progress, trials
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import CheckFailed, check, judge

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("RECBOOK_STATE", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(session, "_language", "en")


def exercise(solution, gives="a number", **options):
    made = Exercise(
        "made-up", Text("Made up", "虚构"), Text(gives, "一个数"), Text("Look again.", "再看看。"), **options
    )
    made.solution(solution)
    return made


def share(part, whole):
    return part / whole


@pytest.fixture
def sharing():
    made = exercise(
        share,
        examples=[(1, 2), (3, 4)],
        random=lambda rng: tuple(int(n) for n in rng.integers(1, 99, size=2)),
    )
    made.mistake(en="You turned the fraction over.", zh="你把分数颠倒了。")(lambda part, whole: whole / part)
    return made


def stub_with_docstring(part, whole):
    """Share of the whole."""
    ...


def stub_with_pass(part, whole):
    pass


def stub_as_nbgrader_leaves_it(part, whole):
    # YOUR CODE HERE
    raise NotImplementedError()


def stub_with_a_name(part, whole):
    result = ...
    return result


STUBS = [
    ..., None, stub_with_docstring, stub_with_pass, stub_as_nbgrader_leaves_it, stub_with_a_name,
    lambda part, whole: ..., lambda part, whole: None, lambda: ...,
]  # fmt: skip


@pytest.mark.parametrize("answer", STUBS)
def test_an_unattempted_answer_is_named_as_such(sharing, answer):
    verdict = judge(sharing, answer)
    assert (verdict.outcome, verdict.message[:16]) == ("unattempted", "Not answered yet")


class Divider:
    def __call__(self, part, whole):
        return part / whole


RIGHT = [
    share, Divider(), partial(lambda unused, part, whole: part / whole, None), np.divide, np.vectorize(share),
    lambda *args: args[0] / args[1], lambda part, whole, digits=9: round(part / whole, digits),
    lambda part, whole: torch.tensor(part) / whole,
]  # fmt: skip


@pytest.mark.parametrize("answer", RIGHT, ids=range(len(RIGHT)))
def test_accepts_anything_that_can_be_called_and_is_right(sharing, answer):
    assert judge(sharing, answer).outcome == "right"


def printing(part, whole):
    print(part / whole)


def forgetting(part, whole):
    part / whole


def endless(part, whole):
    return endless(part, whole)


def generating(part, whole):
    yield part / whole


def failing(part, whole):
    missing = [part][whole]
    return missing


def leaving(part, whole):
    sys.exit("bye")


async def waiting(part, whole):
    return part / whole


def knowing_the_examples(part, whole):
    return {(1, 2): 0.5, (3, 4): 0.75}.get((part, whole), 0)


WRONG = [
    (lambda part, whole: whole / part, "Not yet. You turned the fraction over."),
    (0.5, "it was given the number 0.5. Pass the function by its name, without brackets: `share`"),
    ("share", "it was given the text 'share'"),
    (lambda part: part, "your function takes `(part)`"),
    (lambda *, part, whole: part / whole, "your function takes `(*, part, whole)`"),
    (lambda: 0.5, "The check calls `share(1, 2)`"),
    (printing, "Hand the result back with `return` instead of `print`"),
    (forgetting, "`share(1, 2)` returned nothing. Does every path"),
    (endless, "`share(1, 2)` calls itself without end"),
    (generating, "it returned a generator. It has not computed anything yet"),
    (lambda part, whole: map(abs, [part]), "it returned a generator"),
    (failing, "stopped with `IndexError: list index out of range`, at `missing = [part][whole]`"),
    (leaving, "stopped with `SystemExit: bye`"),
    (waiting, "it returned an object of type `coroutine`"),
    (lambda part, whole: [part / whole], "should return a number, but it returned a list of 1"),
    (lambda part, whole: np.zeros((3000, 3000)), "an array of shape (3000, 3000)"),
    (lambda part, whole: str(part / whole), "it returned the text '0.5'. Is it in quotes by accident?"),
    (lambda part, whole: np.float64(0) / 0, "gave a value that is no finite number"),
    (lambda part, whole: np.inf, "gave a value that is no finite number"),
    (lambda part, whole: 0.5, "Your function gives 0.5 whatever it is given"),
    (lambda part, whole: part * whole, "Not yet: `share(1, 2)` gave 2; by hand it is 0.5. Look again."),
    (lambda part, whole: "x" * 10**7, "the text"),
    (lambda part, whole: list(range(10**5)), "a list of 100000"),
    (knowing_the_examples, "The small examples come out right, but"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize(("answer", "says"), WRONG, ids=[says[:40] for _, says in WRONG])
def test_a_wrong_function_is_told_what_happened(sharing, answer, says, monkeypatch, capsys):
    english = judge(sharing, answer)
    assert english.outcome in {"wrong", "mistake"}
    assert says in english.message
    assert not HAN.search(english.message)
    monkeypatch.setattr(session, "_language", "zh")
    chinese = judge(sharing, answer)
    assert HAN.search(chinese.message) and chinese.message[-1] in "。？！"
    assert chinese.outcome == english.outcome
    assert max(len(english.message), len(chinese.message)) < 400
    assert capsys.readouterr() == ("", "")


def test_results_beyond_the_examples_are_never_shown(sharing):
    message = judge(sharing, knowing_the_examples).message
    call = re.search(r"share\((\d+), (\d+)\)", message)
    assert f"{int(call[1]) / int(call[2]):.6g}" not in message


def test_an_interrupted_check_stops(sharing):
    def interrupted(part, whole):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(sharing, interrupted)


def test_a_mistake_may_be_one_that_raises(sharing):
    sharing.mistake(en="Index from 0.", zh="下标从 0 开始。")(failing)
    assert judge(sharing, failing).mistake == "failing"


def test_shapes_are_compared_first():
    counting = exercise(lambda table: np.asarray(table).sum(0), "an array", examples=[([[1, 2, 3], [4, 5, 6]],)])
    assert "gave shape `(2,)`, where `(3,)` is expected. Are there elements too many" in judge(
        counting, lambda table: np.asarray(table).sum(1)
    ).message  # fmt: skip
    turning = exercise(lambda table: np.asarray(table).T, "an array", examples=[([[1, 2, 3], [4, 5, 6]],)])
    assert "Are rows and columns swapped?" in judge(turning, np.asarray).message
    assert "Which axis is missing" in judge(turning, lambda table: np.asarray(table).ravel()).message
    uneven = judge(turning, lambda table: [table[0], table[1][:1]]).message
    assert "gave [[1, 2, 3], [4]]; by hand it is [[1, 4], [2, 5], [3, 6]]" in uneven


def test_arguments_that_a_call_changes_are_named():
    ordering = exercise(sorted, "a list", examples=[([3, 1, 2],)])

    def in_place(iterable):
        iterable.sort()
        return iterable

    assert judge(ordering, sorted).outcome == "right"
    verdict = judge(ordering, in_place)
    assert verdict.outcome == "right" and "changed its argument `iterable`" in verdict.message
    assert ordering.examples == [([3, 1, 2],)]


def test_reading_an_argument_is_no_change():
    log = Interactions.from_ids(*(np.array([1, 2, 2]) for _ in range(4)))
    drawing = exercise(lambda log, rng: log.n + rng.integers(1), examples=[(log, np.random.default_rng(0))])
    assert judge(drawing, lambda log, rng: log.n + rng.integers(1)).outcome == "right"


@pytest.fixture
def valued():
    made = exercise(lambda: 0.0630467, "a number between 0 and 1")
    made.mistake(en="That is the empty part.", zh="那是空的部分。")(lambda: 1 - 0.0630467)
    return made


@pytest.mark.parametrize("answer", [0.0630467, np.float32(0.0630467), torch.tensor(0.0630467)])
def test_a_value_is_accepted_in_any_type(valued, answer):
    verdict = judge(valued, answer)
    assert (verdict.outcome, verdict.message) == ("right", "Right, well done.")


class Unreadable:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (0.9369533, "That is the empty part."), (0.5, "Not yet: this is 0.5. Look again."),
        (share, "this is a function. Call it"), (len, "this is a function. Call it"),
        ("0.06", "should be a number between 0 and 1; this is the text '0.06'"),
        ([0.06], "this is a list of 1"),
        (float("nan"), "Not yet: this is nan."), (Unreadable(), "an object of type `Unreadable`"),
        ((n for n in [0.06]), "this is a generator"),
        ({}, "this is a dictionary of 0"),
        (object, "a function"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_answered_without_the_right_one(valued, answer, says):
    message = judge(valued, answer).message
    assert says in message
    assert "0.063" not in message


def test_check_shows_one_line_and_records_what_is_right(sharing, monkeypatch, capsys):
    monkeypatch.setattr(bank, "exercise", lambda id: sharing)
    check("made-up", ...)
    assert progress.solved() == []
    check("made-up", share)
    assert progress.solved() == ["made-up"]
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == ["○", "✓"]


def test_check_displays_html_in_a_notebook(sharing, monkeypatch):
    monkeypatch.setattr(bank, "exercise", lambda id: sharing)
    InteractiveShell.instance()
    try:
        with capture_output() as shown:
            check("made-up", lambda part, whole: "<b>")
            check("made-up", lambda part, whole: print("noise") or part / whole)
    finally:
        InteractiveShell.clear_instance()
    refused, accepted = (output.data for output in shown.outputs)
    assert "&lt;b&gt;" in refused["text/html"] and "<code>share(1, 2)</code>" in refused["text/html"]
    assert accepted["text/plain"].startswith("✓ Right")
    assert shown.stdout == "Your answer printed, in one of the calls:\nnoise\n"


def test_what_an_answer_prints_is_shown_of_the_call_that_is_told_and_no_more_than_one_can_read(sharing):
    def loud(part, whole):
        print(*[f"{part} of {whole}"] * 40, sep="\n")
        return part / whole if part == 1 else 0

    verdict = judge(sharing, loud)
    assert "`share(3, 4)` gave 0" in verdict.message and verdict.printed.startswith("3 of 4\n")
    assert messages.printed(verdict.printed).splitlines()[1:] == ["3 of 4"] * messages.PRINTED_LINES + ["…"]
    assert len(messages.printed("x" * 10**6)) < 300
    assert judge(sharing, share).printed == ""


def sleeping(part, whole):
    time.sleep(3600)


def looping(part, whole):
    while True:
        part += 1


def swallowing(part, whole):
    while True:
        with suppress(Exception):
            part += 1


def swallowing_once(part, whole):
    try:
        time.sleep(3600)
    except BaseException:
        time.sleep(3600)


TIMED = [(sleeping, True), (swallowing_once, True), *product((looping, swallowing), (True, False))]


@pytest.mark.parametrize(("answer", "has_timer"), TIMED, ids=lambda value: getattr(value, "__name__", value))
def test_a_call_that_does_not_end_is_stopped_and_told(sharing, answer, has_timer, monkeypatch):
    monkeypatch.setattr(trials, "SECONDS", 0.2)
    if not has_timer:  # as on Windows
        monkeypatch.delattr(signal, "setitimer", raising=False)
    before, began = signal.getsignal(signal.SIGINT), time.monotonic()
    verdict = judge(sharing, answer)
    assert verdict.outcome == "wrong" and "`share(1, 2)` was still running after" in verdict.message
    assert time.monotonic() - began < 60, "the other calls are not made"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_library_that_is_imported_meanwhile_may_finish(sharing, tmp_path, monkeypatch):
    (tmp_path / "slow_library.py").write_text("import time\ntime.sleep(1.5)\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(trials, "SECONDS", 0.5)

    def importing(part, whole):
        import slow_library  # noqa: F401

        return part / whole

    assert judge(sharing, importing).outcome == "right"


def test_where_no_call_can_be_stopped_the_check_goes_on(sharing):
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(judge, sharing, share).result().outcome == "right"


def test_an_argument_may_be_left_in_any_state():
    def itself(items):
        items.append(items)
        return 1

    counting = exercise(lambda items: 1, "a number", examples=[([1],)])
    assert "changed its argument `items`" in judge(counting, itself).message


@pytest.mark.parametrize("answer", [..., 0.5, forgetting, lambda part, whole: whole / part])
def test_a_grader_gets_an_error_with_the_hint(sharing, answer, monkeypatch):
    monkeypatch.setattr(bank, "exercise", lambda id: sharing)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(CheckFailed, match=re.escape(judge(sharing, answer).message)):
        check("made-up", answer)


def test_grading_leaves_no_trace_in_the_teachers_progress(sharing, monkeypatch):
    monkeypatch.setattr(bank, "exercise", lambda id: sharing)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    check("made-up", share)
    assert progress.solved() == []


def test_an_unknown_exercise_gets_the_close_ids():
    known = next(iter(bank.exercises()))
    with pytest.raises(ValueError, match=f"There is no exercise '{known[:-1]}'. Did you mean '{known}'"):
        check(known[:-1], share)


def test_an_exercise_that_a_chapter_no_longer_has_sends_to_the_fresh_chapter() -> None:
    with pytest.raises(ValueError, match=r"this copy is older than the course: .*`recbook reset 07 --beside`"):
        check("pytorch-of-last-year", share)
    with (
        session.speaking("zh"),
        pytest.raises(ValueError, match=r"没有 'pytorch-of-last-year' 这个练习.*`recbook reset 07`"),
    ):
        check("pytorch-of-last-year", share)
    with pytest.raises(ValueError, match=r"Did you mean") as refused:
        check("no-such-chapter", share)
    assert "reset" not in str(refused.value)
