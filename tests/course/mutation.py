"""Wrong answers made by rule: a solution changed in one place, or given less than it was called with.

Two kinds. A *mutant* of the source has one constant, operator, border, axis, base, order or term changed, in the
solution or in a function of its module that it calls. An *assumption* is the solution itself, but an argument is first
made sorted, distinct, positive, full, prefix-shaped, without gaps, of one length, or what it was in the first case: an
exercise whose inputs all have such a property cannot refuse a reader who relies on it.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np

from recbook.learning import trials
from recbook.learning.content import Exercise
from recbook.learning.exercises import agrees, trials_of

Wrong = tuple[str, Callable[..., Any]]

SECONDS = 2.0  # for a call of a changed solution


def survivors(exercise: Exercise) -> tuple[list[str], int]:
    """The names of the wrong answers that the exercise's cases let pass, and how many were tried.

    A changed loop may never end: a call that takes longer than `SECONDS` is refused, by the limit of every check.
    """
    expected = trials_of(exercise, exercise.reference)
    tried = list(wrong_answers(exercise))
    with mock.patch.object(trials, "SECONDS", SECONDS):
        return [name for name, function in tried if agrees(exercise, function, expected)], len(tried)


def wrong_answers(exercise: Exercise) -> Iterator[Wrong]:
    """Every mutant and every assumption of an exercise with a name that says what was changed."""
    yield from mutants(exercise.reference)
    if exercise.asks_for_function:
        yield from assumptions(exercise)


def mutants(function: Callable[..., Any]) -> Iterator[Wrong]:
    """The function with one place of its own source, or of a helper's, changed at a time."""
    definitions = _definitions(function)
    for name, definition in definitions.items():
        for what, changed in _changes(definition):
            namespace = dict(vars(sys.modules[function.__module__]))
            body = [changed if other == name else kept for other, kept in definitions.items()]
            module = ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))
            exec(compile(module, f"<{what}>", "exec"), namespace)
            yield f"{name}: {what}", namespace[function.__name__]


def _definitions(function: Callable[..., Any]) -> dict[str, ast.FunctionDef]:
    """The function and all functions of its module that it calls, by name, without decorators."""
    module, found, wanted = sys.modules[function.__module__], {}, [function.__name__]
    while wanted:
        name = wanted.pop()
        other = getattr(module, name, None)
        if name in found or not inspect.isfunction(other) or other.__module__ != function.__module__:
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(other))).body[0]
        tree.decorator_list = []
        found[name] = tree
        wanted += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return found


def _changes(definition: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Copies of a definition, each with one node replaced, and the change in words."""
    for place, node in enumerate(ast.walk(definition)):
        for new in [*_replacements(node), *_other_names(node, definition)]:
            copy = ast.parse(ast.unparse(definition)).body[0]
            target = list(ast.walk(copy))[place]
            was, now = ast.unparse(node), ast.unparse(new)
            if was == now:
                continue
            yield f"{was} → {now}", _Replace(target, new).visit(copy)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


OPERATORS = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "//", "**": "*", "&": "|", "|": "&", "@": "*"}
BORDERS = {"<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"], ">=": [">", "<="], "==": ["!="], "!=": ["=="]}
BORDERS |= {"in": ["not in"], "not in": ["in"], "is": ["is not"], "is not": ["is"]}
NAMES = {
    "log2": ["log", "log10"], "log": ["log2", "log10"], "log1p": ["log"], "sum": ["mean", "max"], "mean": ["sum"],
    "max": ["min"], "min": ["max"], "argmax": ["argmin"], "maximum": ["minimum"], "minimum": ["maximum"],
    "any": ["all"], "all": ["any"], "nanmean": ["mean", "nansum"], "zeros": ["ones"], "zeros_like": ["ones_like"],
    "sqrt": ["square"], "exp": ["exp2"], "tanh": ["sin"],
    "var": ["std"], "unique": ["sort"], "round": ["floor"], "nonzero": ["isnan"],
}  # fmt: skip
CASTS = {"int", "float", "list", "tuple", "set", "str", "len", "range", "enumerate", "asarray", "array", "iter", "eye"}


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    maker = globals().get(f"_of_{type(node).__name__}")
    return maker(node) if maker else iter(())


def _other_names(node: ast.AST, definition: ast.FunctionDef) -> Iterator[ast.AST]:
    """Another parameter in the place of one that is read."""
    parameters = [argument.arg for argument in definition.args.args]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
        yield from (ast.Name(other, ast.Load()) for other in parameters if other != node.id)


def _expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def _of_Constant(node: ast.Constant) -> Iterator[ast.AST]:  # noqa: N802 - named as the node
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(ast.Constant, {value + 1, value - 1, 0} - {value})
    elif isinstance(value, float):
        yield from map(_expression, (f"{value} * 1.25", f"{value} - 0.1", f"{value} / 2"))
    elif value in {"left", "right"}:
        yield ast.Constant({"left": "right", "right": "left"}[value])
    elif value == "stable":
        yield ast.Constant("quicksort")


def _of_BinOp(node: ast.BinOp) -> Iterator[ast.AST]:  # noqa: N802
    left, right = ast.unparse(node.left), ast.unparse(node.right)
    symbol = ast.unparse(ast.BinOp(ast.Name("a"), node.op, ast.Name("b"))).split()[1]
    yield node.left
    yield node.right
    if symbol in OPERATORS:
        yield _expression(f"({left}) {OPERATORS[symbol]} ({right})")
    if symbol not in {"+", "*", "&", "|"}:
        yield _expression(f"({right}) {symbol} ({left})")


def _of_Compare(node: ast.Compare) -> Iterator[ast.AST]:  # noqa: N802
    left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
    symbol = ast.unparse(ast.Compare(ast.Name("a"), node.ops[:1], [ast.Name("b")]))[2:-2]
    for other in BORDERS[symbol]:
        yield _expression(f"({left}) {other} ({right})")


def _of_UnaryOp(node: ast.UnaryOp) -> Iterator[ast.AST]:  # noqa: N802
    yield node.operand


def _of_BoolOp(node: ast.BoolOp) -> Iterator[ast.AST]:  # noqa: N802
    yield from node.values
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _of_IfExp(node: ast.IfExp) -> Iterator[ast.AST]:  # noqa: N802
    yield node.body
    yield node.orelse
    yield ast.IfExp(node.test, node.orelse, node.body)


def _of_If(node: ast.If) -> Iterator[ast.AST]:  # noqa: N802
    for always in (True, False):
        yield ast.If(ast.Constant(always), node.body, node.orelse)


def _of_comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    if node.ifs:
        yield ast.comprehension(node.target, node.iter, [], node.is_async)


def _of_Attribute(node: ast.Attribute) -> Iterator[ast.AST]:  # noqa: N802
    if node.attr == "T":
        yield node.value
    for other in NAMES.get(node.attr, []):
        yield ast.Attribute(node.value, other, node.ctx)


def _of_Call(node: ast.Call) -> Iterator[ast.AST]:  # noqa: N802
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    if len(node.args) == 1 and name not in CASTS and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]  # the step is forgotten: f(x) → x
    if name in {"maximum", "minimum", "max", "min"}:  # the border is forgotten: max(a, b) → a
        yield from node.args
    for at in range(len(node.args) - 1):
        args = [*node.args]
        args[at], args[at + 1] = args[at + 1], args[at]
        yield ast.Call(node.func, args, node.keywords)
    for keyword in node.keywords:  # the axis, the smallest length, the key: left out
        yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])


def _of_Subscript(node: ast.Subscript) -> Iterator[ast.AST]:  # noqa: N802
    if isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Slice):
        yield node.value
        yield from (ast.Subscript(node.value, part, node.ctx) for part in _moved(node.slice))


def _moved(part: ast.Slice) -> Iterator[ast.Slice]:
    lower, upper = part.lower, part.upper
    if upper is not None:
        yield ast.Slice(lower, _expression(f"({ast.unparse(upper)}) + 1"), part.step)
        yield ast.Slice(lower, _expression(f"max(({ast.unparse(upper)}) - 1, 0)"), part.step)
        yield ast.Slice(None, upper, part.step)
        yield ast.Slice(upper, None, part.step)
    if lower is not None:
        yield ast.Slice(lower, None, part.step)


def _of_Return(node: ast.Return) -> Iterator[ast.AST]:  # noqa: N802
    if isinstance(node.value, ast.Tuple):
        yield ast.Return(ast.Tuple(node.value.elts[::-1], ast.Load()))


def _of_Expr(node: ast.Expr) -> Iterator[ast.AST]:  # noqa: N802
    if not isinstance(node.value, ast.Constant):  # no docstring
        yield ast.Pass()


def _of_Set(node: ast.Set) -> Iterator[ast.AST]:  # noqa: N802
    for item in node.elts:
        yield ast.Set([other for other in node.elts if other is not item])


def _of_AugAssign(node: ast.AugAssign) -> Iterator[ast.AST]:  # noqa: N802
    yield ast.Pass()


def assumptions(exercise: Exercise) -> Iterator[Wrong]:
    """The solution on arguments that were first made simpler than they are."""
    cases = [case for case in exercise.cases() if len(case) == len(exercise.cases()[0])]
    parameters = list(inspect.signature(exercise.reference).parameters)
    for at, parameter in enumerate(parameters[: len(cases[0])]):
        for what, simpler in _simplifications([case[at] for case in cases]):
            yield f"{parameter} {what}", _simplified(exercise.reference, at, simpler)


def _simplified(function: Callable[..., Any], at: int, simpler: Callable[[Any], Any]) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        changed = [simpler(value) if place == at else value for place, value in enumerate(given)]
        return function(*changed)

    return answer


def _simplifications(values: list[Any]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """What an argument can be taken for, by its kind."""
    yield "as in the first case", lambda _, first=values[0]: first
    first = values[0]
    if isinstance(first, list) and all(isinstance(item, (int, str)) for item in first):
        yield "sorted", sorted
        yield "distinct", lambda items: list(dict.fromkeys(items))
    if not isinstance(first, np.ndarray):
        return
    yield from _of_arrays(values)
    if first.dtype == bool:
        yield "full", np.ones_like
        yield "prefix-shaped", lambda a: np.sort(a, axis=-1)[..., ::-1]
    elif first.dtype.kind in "iu":
        yield "never 0", lambda a: np.where(a == 0, 1, a)
    if first.dtype.kind in "iuf":
        yield "positive", np.abs
    if first.ndim == 1 and first.dtype != bool:
        yield "sorted", np.sort
    if first.ndim == 1 and first.dtype.kind in "iu":
        yield "distinct", lambda a: a[np.sort(np.unique(a, return_index=True)[1])]
        yield "without gaps", lambda a: np.unique(a, return_inverse=True)[1]


def _of_arrays(values: list[np.ndarray]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    for axis in range(values[0].ndim):
        least = min(value.shape[axis] for value in values)
        most = max(value.shape[axis] for value in values)
        if least == most:
            yield f"of one length along axis {axis}", lambda a: a
    if values[0].ndim == 2:
        yield "square", lambda a: a[: min(a.shape), : min(a.shape)]
