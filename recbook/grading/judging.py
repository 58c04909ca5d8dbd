"""From what a process said of an answer to a verdict: here, where the right answers are and no answer runs."""

from __future__ import annotations

import copy
import inspect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from recbook.grading.notebooks import Answered
from recbook.grading.plain import as_sent, packed, tame, unpacked_account, unpacked_error
from recbook.grading.runs import Job, Limits, Told
from recbook.grading.tasks import Task
from recbook.learning import bank, messages
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import Verdict, known_trials, verdict_on

SHOWN_SOURCE, SEARCHED = 6_000, 100_000  # characters of an answer that its page shows, and that are searched


@dataclass(frozen=True)
class Result:
    """What one exercise of one student's came to; ``worth_a_look`` is for the teacher alone."""

    task: Task
    verdict: Verdict
    source: str
    worth_a_look: tuple[Text, ...] = ()

    @property
    def points(self) -> float:
        return self.task.points if self.verdict.outcome == "right" else 0.0


def job_of(answered: Answered) -> Job:
    """What a process has to be told to try an answer: never what is right."""
    exercise, needs = bank.exercise(answered.task.id), answered.needs
    return Job(
        exercise.id, answered.task.name, exercise.asks_for_function,
        needs.before, answered.cells, needs.after, _cases(exercise.id),
    )  # fmt: skip


@cache
def _cases(id: str) -> list[Any]:
    return [packed(case) for case in bank.exercise(id).cases()]


def result_of(answered: Answered, told: Told | None, limits: Limits) -> Result:
    """Judge what was told of an answer, in the reader's language; nothing that is told can raise."""
    source = _cleaned("\n\n".join(answered.cells)[:SHOWN_SOURCE])
    if told is None:
        return Result(answered.task, Verdict("unattempted", messages.unattempted()), source)
    verdict = _verdict(answered, told, limits)
    shown = Verdict(verdict.outcome, _cleaned(verdict.message), verdict.mistake, _cleaned(verdict.printed))
    look = [*_looks(answered), *([_NOT_STARTED] if told.lost == "start" else [])]
    return Result(answered.task, shown, source, tuple(look))


def _verdict(answered: Answered, told: Told, limits: Limits) -> Verdict:
    if told.line is None:
        return Verdict("wrong", str(_lost(told.lost, limits)))
    try:
        if not told.line.get("given"):
            return Verdict("wrong", _without_name(answered.task.name, told.line))
        exercise = _as_compared(answered.task.id)
        parameters = len(inspect.signature(exercise.reference).parameters)
        return verdict_on(exercise, unpacked_account(told.line.get("account"), exercise.cases(), parameters))
    except Exception:  # whatever an answer made up cannot stop the grading of the others
        return Verdict("wrong", str(_UNREADABLE))


@cache
def _as_compared(id: str) -> Exercise:
    """An exercise whose own functions' results went the way of an answer's, so that both can be compared."""
    exercise = copy.copy(bank.exercise(id))
    functions = [exercise.reference, *(mistake.wrong for mistake in exercise.mistakes)]
    cases = exercise.cases()
    exercise.known = {function: as_sent(known_trials(bank.exercise(id), function), cases) for function in functions}
    return exercise


def _without_name(name: str, line: dict[str, Any]) -> str:
    """Why there is nothing to try: the cell stopped before it, or does not make it."""
    if not line.get("error"):
        return str(
            Text(
                f"The cell makes no `{name}`. Keep the name that the exercise gives.",
                f"单元格里没有定义 `{name}`。请保留练习给出的名字。",
            )
        )
    error, at = unpacked_error(line["error"]), tame(line.get("line", ""), 200)
    what = f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error).strip() else ''}".rstrip(": ")
    return str(
        Text(
            f"The cell stops with `{what}`{f', at `{at}`' if at else ''}, before there is a `{name}` to try.",
            f"单元格运行时报错：`{what}`{f'（出错的语句：`{at}`）' if at else ''}，还没有得到 `{name}`，无法检查。",
        )
    )


def _lost(how: str, limits: Limits) -> Text:
    seconds = f"{limits.seconds:g}"
    return {
        "time": Text(
            f"Your answer was still running after {seconds} seconds and was ended. Does every loop come to an end?",
            f"你的答案运行了 {seconds} 秒还没有结束，已被终止。每个循环都会结束吗？",
        ),
        "ended": Text(
            "The process that tried your answer ended in the middle of it. Does the cell leave Python, or need very "
            "much memory?",
            "检查你的答案时，进程中途结束了。单元格是不是退出了 Python，或者用了太多内存？",
        ),
        "start": Text("Your answer could not be tried. Ask your teacher.", "无法检查你的答案，请询问老师。"),
    }[how]


_UNREADABLE = Text(
    "What your answer gave cannot be read as a plain value: a number, a text, an array, or a list of such.",
    "无法把你的答案给出的结果当作普通的值来读取：数、文本、数组，或由它们组成的列表。",
)
_NOT_STARTED = Text("could not be tried: its process did not start", "无法检查：进程没有启动")

_WORTH_A_LOOK: Sequence[tuple[str, Text]] = (
    (
        r"learning\.(?:bank|exercises)|learning import .{0,80}\b(?:bank|exercises)\b|recbook\.chapters|\.reference\b",
        Text("looks for the right answers", "在找正确答案"),
    ),
    (r"_getframe|f_back|currentframe|inspect\.stack|gc\.get_", Text("looks at its caller", "在查看调用它的代码")),
    (r"NBGRADER|recbook\.check\s*=|CheckFailed", Text("changes the check", "改动自检")),
    (
        r"subprocess|os\.system|os\.popen|\bsocket\b|urllib|sqlite3|ctypes|gradebook|\.\./",
        Text("reaches outside", "伸手到外面"),
    ),
    (r"os\._exit|os\.kill|\bsignal\b", Text("ends or shields its process", "结束或保护自己的进程")),
)


def _looks(answered: Answered) -> list[Text]:
    """What in an answer's source a teacher may want to see; it changes no point."""
    source = "\n".join([*answered.cells, *answered.needs.before, *answered.needs.after])[:SEARCHED]
    return [text for pattern, text in _WORTH_A_LOOK if re.search(pattern, source)]


@cache
def _places() -> re.Pattern[str]:
    own = {sys.prefix, sys.base_prefix, str(Path.home()), str(Path(__file__).resolve().parents[2])} - {"/", "/usr"}
    known = "|".join(re.escape(place) for place in sorted(own, key=len, reverse=True))
    return re.compile(rf"(?:{known}|(?:/[\w.+-]+)*/(?:site-packages|python3\.\d+|recbook-[\w-]+))(?=/|\b)")


def _cleaned(text: str) -> str:
    """A text without the folders of this machine."""
    return _places().sub("…", text)
