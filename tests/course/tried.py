"""How the checks answer, chapter by chapter: ``python tests/course/tried.py [--written] [chapter …]``.

Right answers are those of ``answers``; wrong ones are ``WRONG`` there, and every changed solution of ``mutation`` that
is not known to be equivalent. A wrong answer is *named* where the check tells a listed mistake, or a slip that it knows
by itself (a type, a shape, an error, a NaN), and not the exercise's general hint. ``--written`` leaves the changed
solutions out: readers do not make most of them, so the share to be raised is that of ``WRONG``.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import equivalent
from all_answers import all_answers, wrong_answers
from mutation import wrong_answers as changed

from recbook.learning import bank
from recbook.learning.content import Exercise
from recbook.learning.exercises import judge

COLUMNS = ("right", "refused", "wrong", "accepted", "listed", "named")


def main(chapters: list[str], written: bool) -> None:
    """Print a line for each chapter, and below it one for each exercise whose named share is under 80%."""
    print(f"{'':28}" + "".join(f"{name:>10}" for name in (*COLUMNS, "%")))
    for chapter in chapters:
        own = {id: exercise for id, exercise in bank.exercises().items() if exercise.chapter == chapter}
        tables = {id: tried(exercise, written) for id, exercise in own.items()}
        print(line(chapter, sum(tables.values(), Counter())), flush=True)
        for id, table in tables.items():
            if table["named"] < 0.8 * table["wrong"]:
                print(line(f"  {id}", table), flush=True)


def line(name: str, table: Counter[str]) -> str:
    share = 100 * table["named"] / max(table["wrong"], 1)
    return f"{name:28}" + "".join(f"{table[column]:>10}" for column in COLUMNS) + f"{share:>9.0f}%"


def tried(exercise: Exercise, written: bool) -> Counter[str]:
    """How many answers to one exercise there were of each column's kind."""
    table: Counter[str] = Counter()
    for answer in all_answers().get(exercise.id, []):
        table["right"] += 1
        table["refused"] += judge(exercise, answer).outcome != "right"
    for answer in wrong_answers().get(exercise.id, []) if written else wrong(exercise):
        verdict = judge(exercise, answer)
        table["wrong"] += 1
        table["accepted"] += verdict.outcome == "right"
        table["listed"] += verdict.outcome == "mistake"
        table["named"] += verdict.outcome == "mistake" or str(exercise.hint) not in verdict.message
    return table


def wrong(exercise: Exercise) -> list[Any]:
    made = [answer for name, answer in changed(exercise) if not equivalent.reason(exercise.id, name)]
    return [*wrong_answers().get(exercise.id, []), *(made if exercise.asks_for_function else [])]


if __name__ == "__main__":
    asked = [argument for argument in sys.argv[1:] if argument != "--written"]
    main(asked or list(bank.chapters()), "--written" in sys.argv)
