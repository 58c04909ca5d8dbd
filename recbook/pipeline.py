"""A pipeline of named functions: what a function's parameters are called is what it reads.

``Pipeline(log=clean, vectors=encode)`` says: the value ``log`` is what ``clean`` returns, and so on. A parameter that
no part makes (``raw``, ``user``) must be given at the run. Because the wiring is read off the functions themselves
(`inspect.signature`), a drawing of the pipeline shows what runs, and a part can be replaced without touching another.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any


@dataclass(frozen=True)
class Part:
    """One function of a pipeline: the value that it makes, and the values that it reads."""

    makes: str
    function: Callable[..., Any]
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


class Pipeline:
    """Parts in the order in which they can run; ``Pipeline(value=function, …)``.

    Raises ValueError where parts read each other in a circle, or a function's parameters cannot be read off its
    signature (``*args``); TypeError where a part is no function.
    """

    def __init__(self, **functions: Callable[..., Any]) -> None:
        parts = {makes: Part(makes, function, _reads(makes, function)) for makes, function in functions.items()}
        try:
            order = list(TopologicalSorter({part.makes: part.reads for part in parts.values()}).static_order())
        except CycleError as error:
            raise ValueError(f"These parts read each other in a circle: {' → '.join(error.args[1])}.") from error
        # Where the wiring leaves a choice, the order in which they were written stays.
        depth = _depths(parts, order)
        self.parts = {makes: parts[makes] for makes in sorted(parts, key=lambda makes: depth[makes])}
        self.inputs = tuple(
            dict.fromkeys(value for part in parts.values() for value in part.reads if value not in parts)
        )

    def replace(self, **functions: Callable[..., Any]) -> Pipeline:
        """A new pipeline with other functions for some values; this one stays as it is.

        Raises ValueError for a value that no part makes.
        """
        if unknown := set(functions) - set(self.parts):
            raise ValueError(f"No part makes {', '.join(sorted(unknown))}; the parts make {', '.join(self.parts)}.")
        return Pipeline(**{makes: part.function for makes, part in self.parts.items()} | functions)

    def run(self, **given: Any) -> dict[str, Any]:
        """Every value by name, in the order of the run. A part whose value is given does not run.

        Raises ValueError where a value that some part reads is neither made nor given, or a given one is read by none.
        """
        if unknown := set(given) - set(self.parts) - set(self.inputs):
            raise ValueError(f"No part reads or makes {', '.join(sorted(unknown))}.")
        values = dict(given)
        for part in self.parts.values():
            if part.makes not in given:
                if missing := [value for value in part.reads if value not in values]:
                    raise ValueError(f"{part.name} reads {', '.join(missing)}, which no part makes: give it to run().")
                values[part.makes] = part.function(**{value: values[value] for value in part.reads})
        return values

    def after(self, *values: str) -> set[str]:
        """These values and every one that is made from them, at whatever distance: what a new part can change."""
        reached = set(values)
        for part in self.parts.values():  # in the order of the run, so one pass reaches all
            if reached & set(part.reads):
                reached.add(part.makes)
        return reached

    def __repr__(self) -> str:
        return "\n".join(f"{part.makes} = {part.name}({', '.join(part.reads)})" for part in self.parts.values())


def shape_of(value: Any) -> str:
    """What a value is, in a few characters: "1664 × 384" for an array, "97,807" for a log, else its own text."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return ", ".join(f"{name} {shape_of(part)}" for name, part in zip(value._fields, value, strict=True))
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return " × ".join(str(int(n)) for n in shape)
    if hasattr(value, "__len__") and not isinstance(value, (str, Mapping)):
        return f"{len(value):,}"
    said = repr(value)
    return said if len(said) <= 60 and not said.startswith("<") else type(value).__name__


def _reads(makes: str, function: Callable[..., Any]) -> tuple[str, ...]:
    if not callable(function):
        raise TypeError(f"{makes} must be a function; got {function!r}.")
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY) for p in parameters):
        raise ValueError(f"The parameters of {makes}'s function need names of their own: they say what it reads.")
    return tuple(p.name for p in parameters if p.default is p.empty)  # one with a default is a setting


def _depths(parts: Mapping[str, Part], order: list[str]) -> dict[str, int]:
    """How many parts must run one after another before each value, 0 for what is given."""
    depth: dict[str, int] = {}
    for value in order:
        reads = parts[value].reads if value in parts else ()
        depth[value] = max((depth[read] + 1 for read in reads), default=0)
    return depth
