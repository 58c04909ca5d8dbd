"""A class's own inputs: which variant of the exercises is asked for, if any.

A variant is a file ``variant.toml`` with a seed, made by `recbook teach variant` and handed out with the notebooks. It
is looked for once in a process: where the variable ``RECBOOK_VARIANT`` says, else in the working folder (that of a
notebook) and the folder above. Without one the exercises are those of the course.
"""

from __future__ import annotations

import os
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from recbook.session import phrase

FILE, VARIABLE, NONE = "variant.toml", "RECBOOK_VARIANT", "none"
_HEAD = (
    "# The class's own inputs of the exercises. Leave this file beside the notebooks.\n"
    "# 本班练习的专用输入。请把它和笔记本放在一起。\n"
)
LARGEST = 2**63 - 1  # what TOML can hold for certain


@dataclass(frozen=True)
class Variant:
    """The file that names it, its seed, and what the class is called ("" where it is not).

    ``again`` says of some exercises how often their inputs were drawn anew, until they told every mistake apart.
    """

    path: Path
    seed: int
    name: str = ""
    again: Mapping[str, int] = field(default_factory=dict)


@cache
def current() -> Variant | None:
    """The variant of this process; None for the exercises of the course. Raises what `read` does."""
    asked = os.environ.get(VARIABLE, "")
    if asked == NONE:
        return None
    if asked:
        return read(Path(asked))
    here = Path.cwd()
    found = next((folder / FILE for folder in (here, here.parent) if (folder / FILE).is_file()), None)
    return read(found) if found else None


def choose(place: Path | None) -> Variant | None:
    """Take the variant of a file, or of a folder that holds one, for this process and all that it starts.

    None looks as `current` does. Comes before the first exercise, whose inputs are kept. Raises what `read` does.
    """
    if place is not None:
        os.environ[VARIABLE] = str(read(place).path)
        current.cache_clear()
    return current()


def read(place: Path) -> Variant:
    """The variant in a file, or in a folder's `FILE`.

    Raises FileNotFoundError where there is none, ValueError where it is not what `recbook teach variant` writes.
    """
    path = place.expanduser().absolute()
    path = path / FILE if path.is_dir() else path
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(_missing(path)) from None
    except (ValueError, OSError):  # no UTF-8, no TOML, no right to read it
        raise ValueError(_unreadable(path)) from None
    seed, name, again = given.get("seed", -1), given.get("name", ""), given.get("again", {})
    numbers = [seed, *again.values()] if isinstance(again, dict) else [-1]
    if not all(type(number) is int and 0 <= number <= LARGEST for number in numbers) or not isinstance(name, str):
        raise ValueError(_unreadable(path))
    return Variant(path, seed, name, again)


def written(seed: int, name: str = "", again: Mapping[str, int] | None = None) -> str:
    """The content of a `FILE`, of a `Variant`'s parts.

    Raises ValueError for a seed that is negative or too large, and for a name of more lines or with quotation marks.
    """
    if not 0 <= seed <= LARGEST:
        raise ValueError(
            phrase(en=f"A seed is a whole number from 0 to {LARGEST}.", zh=f"种子应是 0 到 {LARGEST} 之间的整数。")
        )
    if '"' in name or "\\" in name or not name.isprintable():
        raise ValueError(
            phrase(
                en="The name of a class stands on one line and has no quotation marks or backslashes.",
                zh="班级名称应写在一行里，不含引号和反斜杠。",
            )
        )
    table = "".join(f'"{id}" = {times}\n' for id, times in (again or {}).items())
    return f'{_HEAD}seed = {seed}\nname = "{name}"\n' + (f"\n[again]\n{table}" if table else "")


def generator(id: str) -> np.random.Generator:
    """What draws the inputs of an exercise: the same for all readers, another one for each variant and exercise."""
    chosen = current()
    if chosen is None:
        return np.random.default_rng(0)
    return np.random.default_rng([chosen.seed, zlib.crc32(id.encode()), chosen.again.get(id, 0)])


def places(id: str, n: int) -> dict[int, int]:
    """Where each of ``n`` numbered sentences stands, from 1: a variant deals out all but the first and the last."""
    numbers = list(range(1, n + 1))
    if current() is not None and n > 3:
        numbers[1:-1] = [int(place) for place in generator(id).permutation(np.arange(2, n))]
    return dict(enumerate(numbers, 1))


def _missing(path: Path) -> str:
    return phrase(
        en=f"There is no {path}. Make it with `recbook teach variant`, or unset {VARIABLE}.",
        zh=f"没有 {path}。请用 `recbook teach variant` 生成，或取消环境变量 {VARIABLE}。",
    )


def _unreadable(path: Path) -> str:
    return phrase(
        en=f"{path} is no variant of the exercises: it needs a line `seed = ` with a whole number, and may have "
        '`name = "…"`. Take the file that was handed out, or delete it to get the exercises of the course.',
        zh=f'{path} 不是练习的变体文件：应有一行 `seed = ` 加整数，还可以有 `name = "…"`。'
        "请换成老师发的那一份；删掉它，就用课程原来的练习。",
    )
