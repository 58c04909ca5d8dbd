"""What grading writes: a page for each student, the tables of points, and which mistakes the class made."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from recbook.files import write_atomically
from recbook.grading import roster
from recbook.grading.grade import Class, Graded
from recbook.grading.judging import Result
from recbook.grading.roster import Person
from recbook.grading.tasks import Assignment
from recbook.learning import bank, html
from recbook.learning.content import Text
from recbook.session import phrase, speaking

Rows = Sequence[Sequence[object]]

MARKS = {"right": ("✓", html.GREEN), "unattempted": ("○", html.GREY)}
WRONG = ("✗", html.RED)

PROMISES = {
    "bwrap": Text(
        "bwrap: students' code saw Python, the course without its exercises and scratch; no network, no file of yours.",
        "bwrap：学生的代码只看得到 Python、不含练习的课程和临时文件夹；没有网络，也看不到你的文件。",
    ),
    "user": Text(
        "user: students' code ran as another user, and saw Python, the course without its exercises and scratch; "
        "no network, no file of yours.",
        "user：学生的代码以另一个用户的身份运行，只看得到 Python、不含练习的课程和临时文件夹；"
        "没有网络，也看不到你的文件。",
    ),
    "none": Text(
        "none: nothing kept students' code from your files, from the network or from the right answers.",
        "none：没有隔离。学生的代码可以接触你的文件、网络和正确答案。",
    ),
}


def write(graded: Class, out: Path, people: Sequence[Person], chapters: Sequence[Assignment]) -> list[Path]:
    """Write everything beside ``out``, the table of points; returns what was written, the feedback as its folder."""
    handed = [chapter for chapter in chapters if any(each.assignment == chapter for each in graded.graded)]
    tables: dict[str, Rows] = {"": _points(graded, people), "-mistakes": _mistakes(graded)}
    if people:
        points = _by_person(graded, people)
        tables |= {"-moodle": roster.moodle(people, points, handed), "-canvas": roster.canvas(people, points, handed)}
    paths = [_write_table(out.with_name(f"{out.stem}{end}.csv"), rows) for end, rows in tables.items()]
    page = out.with_name(f"{out.stem}.html")
    write_atomically(page, _class_page(graded, people))
    return [*paths, page, _write_feedback(graded, out.with_name(f"{out.stem}-feedback"))]


def _write_table(path: Path, rows: Rows) -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_harmless(str(value)) for value in row] for row in rows)
    write_atomically(path, text.getvalue())
    return path


def _harmless(value: str) -> str:
    """A text that a spreadsheet does not take for a formula: names come from those who hand in."""
    number = re.fullmatch(r"-?\d+(\.\d+)?", value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") and not number else value


def _points(graded: Class, people: Sequence[Person]) -> Rows:
    """A row for each student and chapter, also for those of the roster who handed nothing in."""
    head = ["student", "name", "email", "chapter", "points", "of", "right", "tried", "file", "note"]
    rows: list[Sequence[object]] = [[*_who(each, people), *_what(each)] for each in graded.graded]
    seen = {id(person) for each in graded.graded if (person := roster.find(each.student, people))}
    absent = [person for person in people if id(person) not in seen]
    rows += [
        [person.id or person.login, person.name, person.email, "", "", "", "", "", "", _ABSENT] for person in absent
    ]
    return [head, *sorted(rows, key=lambda row: (str(row[0]).casefold(), str(row[3])))]


_ABSENT = Text("handed nothing in", "没有交")


def _who(each: Graded, people: Sequence[Person]) -> list[object]:
    person = roster.find(each.student, people)
    return [each.student, person.name, person.email] if person else [each.student, "", ""]


def _what(each: Graded) -> list[object]:
    if each.assignment is None:
        return ["", "", "", "", "", each.where, each.problem]
    right = sum(result.verdict.outcome == "right" for result in each.results)
    tried = sum(result.verdict.outcome != "unattempted" for result in each.results)
    looks = [f"{result.task.id}: {look}" for result in each.results for look in result.worth_a_look]
    notes = " ".join(map(str, [*each.notes, *(f"[{look}]" for look in looks)])).replace("`", "")
    return [each.assignment.file, f"{each.points:g}", f"{each.assignment.points:g}", right, tried, each.where, notes]


def _by_person(graded: Class, people: Sequence[Person]) -> dict[int, dict[str, float]]:
    places = {id(person): at for at, person in enumerate(people)}
    points: dict[int, dict[str, float]] = {}
    for each in graded.graded:
        person = roster.find(each.student, people)
        if person and each.assignment:
            own = points.setdefault(places[id(person)], {})
            own[each.assignment.file] = max(each.points, own.get(each.assignment.file, 0.0))
    return points


def _mistakes(graded: Class) -> Rows:
    """What the class did with each exercise, by name, the most frequent first."""
    head = [*phrase(en="exercise title what students of hint", zh="练习 标题 情况 人数 共 提示").split()]
    return [head, *(row for id, results in _by_exercise(graded).items() for row in _of_exercise(id, results))]


def _by_exercise(graded: Class) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for each in graded.graded:
        for result in each.results:
            found.setdefault(result.task.id, []).append(result)
    return {id: found[id] for id in bank.exercises() if id in found}


def _of_exercise(id: str, results: Sequence[Result]) -> list[list[object]]:
    exercise = bank.exercise(id)
    hints = {mistake.name: mistake.hint for mistake in exercise.mistakes}
    counts = Counter(result.verdict.mistake or result.verdict.outcome for result in results)
    named = [
        (name.replace("_", " ") if name in hints else str(_OUTCOMES[name]), n, name) for name, n in counts.most_common()
    ]
    return [[id, exercise.title, name, count, len(results), hints.get(key, "")] for name, count, key in named]


_OUTCOMES = {
    "right": Text("right", "正确"),
    "unattempted": Text("not answered", "没有作答"),
    "wrong": Text("wrong in another way", "其他错误"),
}


def _write_feedback(graded: Class, folder: Path) -> Path:
    students: dict[str, list[Graded]] = {}
    for each in graded.graded:
        students.setdefault(each.student, []).append(each)
    used: set[str] = set()
    for student, works in students.items():
        write_atomically(folder / f"{_file_of(student, used)}.html", _student_page(student, works))
    return folder


def _file_of(student: str, used: set[str]) -> str:
    """A file's name for a student, whatever they are called; no two share one."""
    plain = re.sub(r"[^\w-]+", "_", student).strip("_")[:80] or "student"
    name = next(
        name for n in range(1, len(used) + 2) if (name := plain if n == 1 else f"{plain}-{n}").casefold() not in used
    )
    used.add(name.casefold())
    return name


def _student_page(student: str, works: Sequence[Graded]) -> str:
    with speaking(works[0].language):
        body = "".join(_chapter_part(each) for each in sorted(works, key=lambda each: each.where))
        return _page(student, f"<h1>{escape(student)}</h1>{body}")


def _chapter_part(each: Graded) -> str:
    if each.assignment is None:
        return f"<h2>{escape(Path(each.where).name)}</h2><p>{html.rich(str(each.problem))}</p>"
    title = f"{each.assignment.number} · {bank.chapters()[each.assignment.slug].title}"
    told = phrase(
        en=f"{each.points:g} of {each.assignment.points:g} points",
        zh=f"{each.points:g} / {each.assignment.points:g} 分",
    )
    notes = "".join(f"<li>{html.rich(str(note))}</li>" for note in each.notes)
    parts = "".join(_exercise_part(result) for result in each.results)
    return f"<h2>{escape(title)}: {told}</h2>{f'<ul>{notes}</ul>' if notes else ''}{parts}"


def _exercise_part(result: Result) -> str:
    mark, colour = MARKS.get(result.verdict.outcome, WRONG)
    title = f"{bank.exercise(result.task.id).title} ({result.points:g}/{result.task.points:g})"
    said = html.box(html.rich(f"{mark} {result.verdict.message}"), colour)
    printed = _folded(phrase(en="What it printed", zh="打印的内容"), result.verdict.printed[:2_000])
    return f"<h3>{escape(title)}</h3>{said}{printed}{_folded(phrase(en='Your answer', zh='你的答案'), result.source)}"


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>" if text.strip() else ""


def _class_page(graded: Class, people: Sequence[Person]) -> str:
    points, mistakes = _points(graded, people), _mistakes(graded)
    title = phrase(en="The class", zh="全班")
    parts = [
        f"<h1>{title}</h1><p>{escape(str(PROMISES[graded.isolation]))}</p>",
        f"<h2>{phrase(en='Which mistakes the class made', zh='全班犯了哪些错')}</h2>{_html_table(mistakes)}",
        f"<h2>{phrase(en='Points', zh='分数')}</h2>{_html_table(points)}",
    ]
    return _page(title, "".join(parts))


def _html_table(rows: Rows) -> str:
    head = "".join(f'<th scope="col">{escape(str(value))}</th>' for value in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html.rich(str(value))}</td>" for value in row) + "</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _page(title: str, body: str) -> str:
    language = phrase(en="en", zh="zh-CN")
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title>{_STYLE}</head>'
    return f'<!doctype html>\n<html lang="{language}">{head}<body>{body}</body></html>\n'


_STYLE = (
    "<meta name='viewport' content='width=device-width'><style>:root{color-scheme:light dark}"
    "body{font-family:system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "pre{overflow:auto;padding:.5rem;border:1px solid #999}table{border-collapse:collapse;display:block;overflow:auto}"
    "th,td{border:1px solid #999;padding:.2rem .5rem;text-align:left;vertical-align:top}</style>"
)
