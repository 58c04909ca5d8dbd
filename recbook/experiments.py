"""Measurements too long for a chapter: what the files of ``experiments/`` declare, run and stored part by part.

Such a file says in its docstring what it measures, and declares four names:

* ``MINUTES``: about how long all of it takes on one thread, a plain number.
* ``PACKAGES``: those whose versions are stored beside the numbers.
* ``SETTINGS``: what was asked for. It is stored too, and a part that is stored under the same settings is kept.
* ``PARTS``: the measurements by name, each a function of no arguments, or more parts under a name. Its names are
  written out. Part ``"a"`` becomes ``results["a"]``, and ``{"b": {"c": ...}}`` the part ``b/c``: ``results["b"]["c"]``.

Each part is stored as soon as it is measured, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import ast
import difflib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from recbook import paths, results
from recbook.session import phrase

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
     "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1",
)  # fmt: skip
"""What numerical libraries read when they are loaded. On one thread seconds mean the same on any machine, and sums come
out in the same order."""

AGAIN = "--again"
STOPPED = 130
"""What a shell says of a command that Ctrl-C ended."""

Parts = Mapping[str, Any]
"""By name a function of no arguments, or a mapping like this one."""


class CannotMeasureError(Exception):
    """A part lacks something that it needs; the message says what, and how to get it."""


@dataclass(frozen=True)
class Outline:
    """What a file of ``experiments/`` says of itself, read without running it."""

    name: str
    about: str
    minutes: float
    parts: tuple[str, ...]


def names() -> list[str]:
    """The experiments of the course, in alphabetical order. Raises FileNotFoundError without a clone of it."""
    return sorted(file.stem for file in _folder().glob("*.py"))


def outline(name: str) -> Outline:
    """What experiment ``name`` says of itself. Raises ValueError for an unknown name and a file that lacks a name."""
    tree = ast.parse(_file(name).read_text(encoding="utf-8"))
    declared = dict(_assigned(tree))
    about = (ast.get_docstring(tree) or "").partition("\n")[0]
    try:
        parts = [ast.literal_eval(key) for key in declared["PARTS"].keys]  # type: ignore[attr-defined]
        return Outline(name, about, ast.literal_eval(declared["MINUTES"]), tuple(parts))
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"experiments/{name}.py must declare MINUTES = a number, PARTS = {{name: ...}}.") from error


def _folder() -> Path:
    return paths.course_root() / "experiments"


def _file(name: str) -> Path:
    if name not in (known := names()):
        numbered = ", ".join(known)
        raise ValueError(
            phrase(
                en=f"There is no experiment {name!r}.{_meant(name, known)} Give one of: {numbered}.",
                zh=f"没有 {name!r} 这个实验。{_meant(name, known)}可选：{numbered}。",
            )
        )
    return _folder() / f"{name}.py"


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return phrase(en=f" Did you mean {close[0]!r}?", zh=f"是不是 {close[0]!r}？") if close else ""


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The names that a module gives a value at its top level, with what stands behind the ``=``."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and (value := getattr(node, "value", None)):
                yield target.id, value


def run(name: str, parts: Sequence[str] = (), again: bool = False) -> int:
    """Measure an experiment in a process of its own, limited to one thread; returns that process's exit status.

    ``parts`` are names of parts, by default all; ``again`` measures what is stored too. Raises ValueError for an
    unknown name. 0 means that everything asked for is stored.
    """
    known = outline(name).parts
    for part in parts:
        if part.partition("/")[0] not in known:
            raise _unknown_part(name, part, known)
    command = [sys.executable, "-m", "recbook.experiments", name, *parts, *([AGAIN] if again else [])]
    try:
        return subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False).returncode
    except KeyboardInterrupt:
        return STOPPED


def _unknown_part(name: str, part: str, known: Iterable[str]) -> ValueError:
    return ValueError(
        phrase(
            en=f"{name} has no part {part!r}.{_meant(part, known)} It has: {'; '.join(known)}.",
            zh=f"{name} 没有 {part!r} 这个部分。{_meant(part, known)}它有：{'；'.join(known)}。",
        )
    )


# In the process that measures


def load(name: str) -> ModuleType:
    """The module ``experiments/<name>.py``, loaded once a process. Raises ValueError for an unknown name."""
    known_as = f"experiment_{name}"
    if known_as not in sys.modules:
        spec = importlib.util.spec_from_file_location(known_as, _file(name))
        assert spec is not None and spec.loader is not None
        sys.modules[known_as] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[known_as]


def leaves(parts: Parts, before: str = "") -> dict[str, Callable[[], Any]]:
    """Every measurement by its whole name: ``{"b": {"c": f}}`` becomes ``{"b/c": f}``."""
    found: dict[str, Callable[[], Any]] = {}
    for name, part in parts.items():
        found |= leaves(part, f"{before}{name}/") if isinstance(part, Mapping) else {f"{before}{name}": part}
    return found


def asked(name: str, parts: Sequence[str] = ()) -> dict[str, Callable[[], Any]]:
    """The measurements that ``parts`` name, in the experiment's order; ``b`` names all of ``b/…``; none names all.

    Raises ValueError for a name that fits none, and for some parts of an experiment that is stored under other
    settings: its parts would no longer belong together.
    """
    every = leaves(load(name).PARTS)
    for part in parts:
        if not any(_within(leaf, part) for leaf in every):
            beside = [leaf for leaf in every if _within(leaf, part.partition("/")[0])]
            raise _unknown_part(name, part, beside or load(name).PARTS)
    found = {leaf: function for leaf, function in every.items() if not parts or any(_within(leaf, p) for p in parts)}
    if len(found) < len(every) and (changed := changed_settings(name)):
        raise ValueError(
            phrase(
                en=f"{name} is stored under other settings ({', '.join(changed)}), so its other parts would not belong "
                f"to what is measured now. Measure all of it: `recbook experiment {name}`.",
                zh=f"{name} 存好的结果用的是别的设置（{'、'.join(changed)}），与现在要测的部分对不上。"
                f"请全部重测：`recbook experiment {name}`。",
            )
        )
    return found


def _within(leaf: str, part: str) -> bool:
    return leaf == part or leaf.startswith(f"{part}/")


def kept(name: str) -> dict[str, Any]:
    """The measurements that are stored under the settings of now, by their whole names.

    Read anew each time: two parts may be measured at once.
    """
    found = _stored(name)
    if found is None or changed_settings(name):
        return {}
    values = {leaf: _at(found["results"], leaf) for leaf in leaves(load(name).PARTS)}
    return {leaf: value for leaf, value in values.items() if value is not None}


def changed_settings(name: str) -> list[str]:
    """The settings that were others when the experiment was stored; none where nothing is stored."""
    found = _stored(name)
    if found is None:
        return []
    then, now = found["settings"], results.rounded(load(name).SETTINGS)
    return sorted(key for key in {*then, *now} if then.get(key) != now.get(key))


def _stored(name: str) -> dict[str, Any] | None:
    try:
        return results.stored(name)
    except ValueError:  # nothing is stored, or a file that is broken: it is written again
        return None


def _at(found: Any, leaf: str) -> Any:
    for key in leaf.split("/"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def measured(name: str, part: str) -> Any:
    """The stored result of another part that a part begins from. Raises CannotMeasureError where there is none."""
    values = kept(name)
    if part not in values:
        raise CannotMeasureError(f"it begins from the part {part}; run `recbook experiment {name} '{part}'` first")
    return values[part]


def keep(name: str, part: str, value: Any) -> Path:
    """Store one measurement beside the others, in the experiment's order; returns the file."""
    module, found = load(name), kept(name) | {part: value}
    nested: dict[str, Any] = {}
    for leaf in leaves(module.PARTS):
        if leaf in found:
            *outer, last = leaf.split("/")
            inner = nested
            for key in outer:
                inner = inner.setdefault(key, {})
            inner[last] = found[leaf]
    return results.store(name, module.SETTINGS, nested, module.PACKAGES)


def measure(name: str, todo: Mapping[str, Callable[[], Any]], again: bool = False) -> list[str]:
    """Measure and store in this process those of ``todo`` that are not stored, or all ``again``.

    Returns the parts that were left out because something that they need is missing.
    """
    return [part for part, function in todo.items() if not _is_stored_by(name, part, function, again)]


def _is_stored_by(name: str, part: str, function: Callable[[], Any], again: bool) -> bool:
    if not again and part in kept(name):
        say(f"{part}: is stored; {AGAIN} measures it once more")
        return True
    say(f"{part}: begins")
    start = time.perf_counter()
    try:
        value = function()
    except CannotMeasureError as error:
        say(f"{part}: left out, {error}")
        return False
    file = keep(name, part, value)
    say(f"{part}: stored in {file} after {time.perf_counter() - start:.0f} s")
    return True


def say(what: str) -> None:
    """Print a line with the time of the day."""
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def main(arguments: Sequence[str]) -> int:
    """What the process of `run` does: a name, parts, ``--again``. Returns its exit status.

    1 where nothing fits what was asked for, or a part that was asked for by name was left out.
    """
    name, *parts = [argument for argument in arguments if argument != AGAIN]
    load(name)
    try:
        todo = asked(name, parts)
    except ValueError as error:
        print(f"recbook: {error}", file=sys.stderr)
        return 1
    say(f"{name}: {len(todo)} parts; all {len(leaves(load(name).PARTS))} take about {load(name).MINUTES:g} minutes")
    return 1 if measure(name, todo, AGAIN in arguments) and parts else 0


if __name__ == "__main__":
    # The module that experiments import, not this copy of it.
    experiments = importlib.import_module("recbook.experiments")

    try:
        sys.exit(experiments.main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
