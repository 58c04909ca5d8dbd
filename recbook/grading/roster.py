"""Who is in the class: a CSV of the teacher's, or what Moodle or Canvas exports; and their tables of points."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recbook.grading.tasks import Assignment
from recbook.session import phrase

# What a column may be called, in small letters: in a list of one's own, in Moodle's and in Canvas' export.
_COLUMNS = {
    "id": ("student", "student_id", "id number", "id", "学号"),
    "name": ("name", "full name", "student", "姓名"),
    "first": ("first name", "first_name", "firstname", "given name", "名"),
    "last": ("last name", "last_name", "lastname", "surname", "family name", "姓"),
    "email": ("email", "email address", "e-mail", "mail", "邮箱", "电子邮箱"),
    "login": ("username", "login", "sis login id", "用户名"),
}
_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


@dataclass(frozen=True)
class Person:
    """A student of the roster; ``row`` is their row as it was read."""

    id: str = ""
    first: str = ""
    last: str = ""
    full: str = ""
    email: str = ""
    login: str = ""
    row: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.full or f"{self.first} {self.last}".strip()

    def called(self) -> set[str]:
        """All that a folder or a file may call them, in one spelling."""
        first, last = self.both_names()
        names = [self.id, self.login, self.email, self.email.split("@")[0], f"{first} {last}", f"{last} {first}"]
        return {_spelt(name) for name in names} - {""}

    def both_names(self) -> tuple[str, str]:
        """The first name and the last: as they are given, or as "Lovelace, Ada" and "Ada Lovelace" have them."""
        if self.first or self.last:
            return self.first, self.last
        if "," in self.full:
            last, _, first = self.full.partition(",")
            return first.strip(), last.strip()
        first, space, last = self.full.rpartition(" ")
        return (first, last) if space else (self.full, "")


def _spelt(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def read_roster(path: Path) -> list[Person]:
    """The people of a CSV, whose first row names its columns. Raises ValueError where it names no student."""
    text = path.read_text(encoding="utf-8-sig")
    dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    rows = list(csv.DictReader(io.StringIO(text), delimiter=dialect))
    people = [person for row in rows if (person := _person(row)).name or person.id or person.email]
    if not people:
        names = "student, name, email"
        raise ValueError(
            phrase(
                en=f"{path} names nobody. Its first row has to name columns, such as: {names}.",
                zh=f"{path} 里没有学生。第一行应当是列名，例如：{names}。",
            )
        )
    return [person for person in people if person.name.strip() not in ("Points Possible", "Student, Test")]


def _person(row: Mapping[str | None, str | None]) -> Person:
    given = {str(key).strip().lower(): str(value or "").strip() for key, value in row.items() if key}
    found = {part: next((given[name] for name in names if given.get(name)), "") for part, names in _COLUMNS.items()}
    if found["first"] and found["last"]:
        found["name"] = ""
    elif found["name"] == found["id"] and "sis user id" in given:  # Canvas calls the name Student
        found["id"] = given["sis user id"] or given.get("id", "")
    elif found["name"] == found["id"] and not given.get("name"):  # a list of ids alone
        found["name"] = ""
    plain = {str(key): str(value or "") for key, value in row.items() if key}
    return Person(found["id"], found["first"], found["last"], found["name"], found["email"], found["login"], plain)


def find(student: str, people: Sequence[Person]) -> Person | None:
    """The person whom a folder or a file names, where one and only one is called so."""
    fitting = [person for person in people if _spelt(student) in person.called()]
    return fitting[0] if len(fitting) == 1 else None


Points = Mapping[int, Mapping[str, float]]
"""For each person, by their place in the roster, the points of each chapter that was handed in, by its file."""


def moodle(people: Sequence[Person], points: Points, chapters: Sequence[Assignment]) -> list[list[str]]:
    """The rows that Moodle's gradebook imports, a person each; an empty place where nothing was handed in."""
    head = ["First name", "Last name", "ID number", "Email address", *(chapter.file for chapter in chapters)]
    rows = [
        [*person.both_names(), person.id, person.email, *_marks(points.get(at, {}), chapters)]
        for at, person in enumerate(people)
    ]
    return [head, *rows]


def canvas(people: Sequence[Person], points: Points, chapters: Sequence[Assignment]) -> list[list[str]]:
    """The rows that Canvas' gradebook imports: its five columns as it exported them, and the points possible."""
    head = [*_CANVAS, *(chapter.file for chapter in chapters)]
    possible = ["    Points Possible", "", "", "", "", *(f"{chapter.points:g}" for chapter in chapters)]
    rows = [[*_canvas_row(person), *_marks(points.get(at, {}), chapters)] for at, person in enumerate(people)]
    return [head, possible, *rows]


def _canvas_row(person: Person) -> list[str]:
    row = {key.strip(): value for key, value in person.row.items()}
    if "Section" in row or "SIS Login ID" in row:
        return [row.get(name, "") for name in _CANVAS]
    first, last = person.both_names()
    return [f"{last}, {first}" if last else first, "", person.id, person.login or person.email, ""]


def _marks(points: Mapping[str, float], chapters: Sequence[Assignment]) -> list[str]:
    return [f"{points[chapter.file]:g}" if chapter.file in points else "" for chapter in chapters]
