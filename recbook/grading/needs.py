"""What a cell needs of the others: the imports, functions and values that it names, and what these name in turn."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LONGEST = 100_000  # characters of a cell that is taken apart

MUTATING = {"append", "add", "extend", "update", "insert", "setdefault"}
"""Methods of a list, a set or a dictionary whose call on a name counts as giving it a value."""


@dataclass(frozen=True)
class Statement:
    """One statement at the top of a cell: its source, the names that it gives a value, and those that it uses."""

    source: str
    gives: frozenset[str]
    uses: frozenset[str]


def plain_python(source: str) -> str:
    """A cell's source without the lines that only IPython understands (``%matplotlib inline``, ``!ls``, ``f?``).

    They become ``pass``, so that all other lines keep their number. A cell longer than any that a hand writes is left
    as it is.
    """
    if len(source) > LONGEST:
        return source
    try:
        ast.parse(source)
        return source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"^([ \t]*)(?:[%!].*|[\w.]+\?{1,2})$", r"\1pass", source, flags=re.MULTILINE)


@lru_cache(maxsize=4_000)  # a class shares most cells
def statements(source: str) -> tuple[Statement, ...]:
    """The statements of a cell; none where it is no Python, or longer than any that a hand writes."""
    if len(source) > LONGEST:
        return ()
    try:
        body = ast.parse(plain_python(source)).body
        return tuple(_statement(node) for node in body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _statement(node: ast.stmt) -> Statement:
    source = ast.unparse(node)
    table = symtable.symtable(source, "cell", "exec")
    gives = {name.get_name() for name in table.get_symbols() if name.is_assigned() or name.is_imported()}
    uses = {name.get_name() for name in table.get_symbols() if name.is_referenced()}
    inner = [name for child in table.get_children() for name in _globals(child)]
    gives |= {name.get_name() for name in inner if name.is_assigned()} | _changed(node)
    return Statement(source, frozenset(gives), frozenset(uses | {name.get_name() for name in inner}))


def _globals(table: symtable.SymbolTable) -> Iterable[symtable.Symbol]:
    """The names that a function, a class or a comprehension takes from around it."""
    yield from (name for name in table.get_symbols() if name.is_global())
    for child in table.get_children():
        yield from _globals(child)


def _changed(node: ast.stmt) -> set[str]:
    """The names whose value a statement changes in place: ``table[0] = 1``, ``seen.append(2)``."""
    targets: list[Any] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        method = node.value.func
        targets = [method] if isinstance(method, ast.Attribute) and method.attr in MUTATING else []
    return {name for target in targets if (name := _root(target))}


def _root(node: Any) -> str | None:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


@dataclass(frozen=True)
class Needs:
    """What has to be run before a cell, and what after it: a helper may stand below the function that calls it."""

    before: list[str]
    after: list[str]


def needs_of(before: Sequence[str], own: Sequence[str], after: Sequence[str], name: str = "") -> Needs:
    """What some cells need of those before and after them, in the notebook's order; also ``name`` if they lack it.

    What is given before and after is taken from before; of what gives the same name several times, all is taken.
    """
    above, mine, below = ([found for cell in cells for found in statements(cell)] for cells in (before, own, after))
    given = _given(mine)
    wanted = frozenset().union({name} - {""}, *(found.uses for found in mine)) - given
    chosen, wanted = _closure(above, wanted)
    later, more = _closure(below, wanted - given - _given(above[place] for place in chosen))
    chosen, _ = _closure(above, wanted | (more - given))  # a helper below may need what stands above
    return Needs([above[place].source for place in chosen], [below[place].source for place in later])


def _given(found: Iterable[Statement]) -> frozenset[str]:
    return frozenset().union(*(each.gives for each in found))


def _closure(found: Sequence[Statement], wanted: frozenset[str]) -> tuple[list[int], frozenset[str]]:
    """The places of the statements that give what is wanted, and what they want in turn; and all that is wanted."""
    chosen: set[int] = set()
    while True:
        more = {place for place, each in enumerate(found) if each.gives & wanted or "import *" in each.source} - chosen
        if not more:
            return sorted(chosen), wanted
        chosen |= more
        wanted = wanted.union(*(found[place].uses for place in more))
