"""Grade all that a class handed in: never stop at one student, and run nothing of theirs here."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from recbook.grading import runs
from recbook.grading.collect import HandedIn, collected
from recbook.grading.judging import Result, job_of, result_of
from recbook.grading.notebooks import Unreadable, Work, read
from recbook.grading.rooms import ISOLATIONS, House, house, is_root, lacking
from recbook.grading.runs import Limits, Told
from recbook.grading.tasks import Assignment, assignments
from recbook.learning.content import Text
from recbook.session import phrase, speaking

Report = Callable[[str], None]
Pair = tuple[HandedIn, Work | Text]


@dataclass(frozen=True)
class Graded:
    """One notebook of one student's, or a file that is none: then ``problem`` says why, and there is no assignment."""

    student: str
    where: str
    language: str
    assignment: Assignment | None = None
    results: Sequence[Result] = ()
    notes: Sequence[Text] = ()
    problem: Text | None = None

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)


@dataclass(frozen=True)
class Asked:
    """What a teacher asked for; ``isolation`` is "auto" or one of `rooms.ISOLATIONS`.

    ``even_as_root`` lets `none` run as root. The command has no option for it: it is for tests, whose answers are the
    project's own, on machines that have no other isolation.
    """

    place: Path
    chapters: Sequence[Assignment]
    isolation: str = "auto"
    trusted: bool = False
    language: str = "en"
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    limits: Limits = field(default_factory=Limits)
    even_as_root: bool = False


@dataclass(frozen=True)
class Class:
    """What a class handed in, graded, best notebook of each student and chapter; and how it was run."""

    graded: list[Graded]
    isolation: str


def grade(asked: Asked, report: Report = print) -> Class:
    """Grade every notebook. Raises ValueError where `choose` finds no isolation."""
    with house(choose(asked), [asked.place.resolve()]) as built:
        known = list(assignments().values())
        works = [_opened(handed, known, asked.language) for handed in collected(asked.place)]
        wanted = [pair for pair in works if not isinstance(pair[1], Work) or pair[1].assignment in asked.chapters]
        graded = list(_graded(wanted, built, asked, report))
        return Class(_best(graded), built.isolation)


def choose(asked: Asked) -> str:
    """The isolation asked for, or the first that works here.

    Raises ValueError for `none` unless `trusted`, and for `none` as root whatever is trusted.
    """
    tried = list(ISOLATIONS) if asked.isolation == "auto" else [asked.isolation]
    if unknown := [name for name in tried if name not in ISOLATIONS]:
        known = ", ".join(ISOLATIONS)
        raise ValueError(
            phrase(
                en=f"There is no isolation {unknown[0]!r}. Give one of: auto, {known}.",
                zh=f"没有 {unknown[0]!r} 这种隔离方式。可选：auto, {known}。",
            )
        )
    reasons = []
    for name in tried:
        if name == "none":
            break
        if not (reason := lacking(name) or _trial(name)):
            return name
        reasons.append(f"{name}: {reason}")
    why = phrase(en=f" ({'; '.join(reasons)})", zh=f"（{'；'.join(reasons)}）") if reasons else ""
    if "none" not in tried:
        raise ValueError(phrase(en=f"That isolation cannot be had here{why}.", zh=f"这里用不了这种隔离方式{why}。"))
    if is_root() and not asked.even_as_root:
        raise ValueError(_refusal_to_root(why))
    if asked.trusted:
        return "none"
    raise ValueError(
        phrase(
            en=f"Nothing here keeps the students' code from your files{why}. Install bubblewrap or run as root on "
            "Linux; or say --trusted, and their code can read and write what you can.",
            zh=f"这里没有什么能把学生的代码和你的文件隔开{why}。请在 Linux 上安装 bubblewrap，或以 root 身份运行；"
            "也可以加上 --trusted，那样学生的代码能读写你能读写的一切。",
        )
    )


def _refusal_to_root(why: str) -> str:
    """What root is told: why no other isolation works here, or, where none was tried, to let one be found."""
    head = phrase(
        en="As root the students' code could do anything to this machine, so it is not run without isolation, not even "
        "with --trusted.",
        zh="以 root 身份运行时，学生的代码能对这台机器做任何事，所以没有隔离就不运行，加上 --trusted 也不行。",
    )
    if not why:
        return head + phrase(
            en=" Leave --isolation out: one that works here is taken.",
            zh="请去掉 --isolation，会自动选用可用的隔离方式。",
        )
    return head + phrase(
        en=f" None can be had here{why}. Install bubblewrap (the package bubblewrap). A container has to be allowed to "
        "make namespaces: Docker and Podman allow it with --security-opt seccomp=unconfined --cap-add SYS_ADMIN. Or "
        "run this as an ordinary user with --trusted.",
        zh=f"这里没有可用的隔离方式{why}。请安装 bubblewrap（软件包名就是 bubblewrap）。容器要有建立命名空间的权限："
        "Docker 和 Podman 用 --security-opt seccomp=unconfined --cap-add SYS_ADMIN。"
        "或者以普通用户身份运行，并加上 --trusted。",
    )


def _trial(isolation: str) -> str:
    with house(isolation) as built:
        return runs.refused(built)


def _opened(handed: HandedIn, known: Sequence[Assignment], language: str) -> Pair:
    return replace(handed, content=b""), _read(handed, known, language)


def _read(handed: HandedIn, known: Sequence[Assignment], language: str) -> Work | Text:
    if handed.problem:
        return _PROBLEMS[handed.problem]
    try:
        return read(handed.content, known, language)
    except Unreadable as error:
        return error.why
    except Exception:  # a file may be made to break whatever reads it, and the next student's is still to come
        return _PROBLEMS["unreadable"]


_PROBLEMS = {
    "large": Text("The file is too large to be a notebook of this course.", "文件太大，不像是本课程的笔记本。"),
    "link": Text("The file is a link, which is not followed.", "这是一个链接，不会沿它读取。"),
    "unreadable": Text("The file cannot be read.", "无法读取这个文件。"),
}


def _graded(pairs: Iterable[Pair], built: House, asked: Asked, report: Report) -> Iterator[Graded]:
    """Each file graded: tried by the workers, judged here, one after another."""
    free: queue.SimpleQueue[int] = queue.SimpleQueue()
    for worker in range(asked.workers):
        free.put(worker)
    with ThreadPoolExecutor(asked.workers) as pool:
        running = [(handed, work, pool.submit(_tried, built, work, free, asked.limits)) for handed, work in pairs]
        for count, (handed, work, tried) in enumerate(running, 1):
            graded = _judged(handed, work, tried, asked)
            report(f"{count}/{len(running)}  {graded.student}: {_in_short(graded)}")
            yield graded


def _tried(built: House, work: Work | Text, free: queue.SimpleQueue[int], limits: Limits) -> dict[str, Told]:
    jobs = [job_of(each) for each in work.answers if not each.untouched] if isinstance(work, Work) else []
    worker = free.get()
    try:
        return runs.tried(built, jobs, worker, limits)
    finally:
        free.put(worker)


def _judged(handed: HandedIn, work: Work | Text, tried: Future[dict[str, Told]], asked: Asked) -> Graded:
    if isinstance(work, Text):
        return Graded(handed.student, handed.where, asked.language, problem=work)
    told = tried.result()
    with speaking(work.language):
        results = [result_of(answered, told.get(answered.task.id), asked.limits) for answered in work.answers]
    return Graded(handed.student, handed.where, work.language, work.assignment, results, work.repairs)


def _in_short(graded: Graded) -> str:
    if graded.assignment is None:
        return phrase(
            en=f"{graded.where} is not graded. {graded.problem}", zh=f"{graded.where} 没有评分。{graded.problem}"
        )
    points, most = f"{graded.points:g}", f"{graded.assignment.points:g}"
    return phrase(
        en=f"{graded.assignment.file}, {points} of {most}", zh=f"{graded.assignment.file}，{points} 分，满分 {most}"
    )


def _best(graded: Sequence[Graded]) -> list[Graded]:
    """Of several notebooks of one student and chapter the one with most points; said so. Files that are none stay."""
    groups: dict[tuple[str, str], list[Graded]] = {}
    for each in graded:
        key = each.assignment.number if each.assignment else each.where
        groups.setdefault((each.student, key), []).append(each)
    return [_of_several(group) for group in groups.values()]


def _of_several(group: Sequence[Graded]) -> Graded:
    best = max(group, key=lambda each: each.points)
    if len(group) == 1:
        return best
    said = Text(
        f"{len(group)} notebooks of this chapter were handed in; the one with most points counts, `{best.where}`.",
        f"这一章交了 {len(group)} 份笔记本，取得分最高的一份：`{best.where}`。",
    )
    return replace(best, notes=[*best.notes, said])
