"""On paper: what a catalogue needs that no machine here holds, from formulas and from rates measured on a small one."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from recbook.serving.index import bytes_of

GIB = 2**30


class Needs(NamedTuple):
    """What it takes to keep an index in memory and to answer from it."""

    index_bytes: int
    machines: int  # of all copies
    cost: float  # in the unit of the price, for the time that it is for


def catalogue_needs(
    n_items: int,
    width: int,
    kind: str = "hnsw",
    memory: float = 64 * GIB,
    price: float = 1.0,
    copies: int = 2,
    used: float = 0.45,
    **settings: Any,
) -> Needs:
    """Machines that hold an index of ``n_items`` vectors of ``width`` float32 numbers, and what they cost.

    A machine has ``memory`` bytes, of which the share ``used`` is for the index: as much again is for the next index,
    which is loaded beside the old one, and the rest for the system and the service. ``copies`` of the whole answer, so
    that one machine may fail; ``price`` is what one machine costs for any time, and the cost is for the same time.
    ``kind`` and ``settings`` are those of `recbook.serving.index.bytes_of`. Each part of a cut catalogue is searched
    for each request, so more machines shorten a search and multiply the requests. ValueError for numbers below these.
    """
    _check(n_items=n_items, width=width, memory=memory, copies=copies, used=used)
    if used > 1 or price < 0:
        raise ValueError(f"used is a share, at most 1, and a price is not below 0; got {used} and {price}.")
    size = bytes_of(kind, n_items, width, **settings)
    machines = copies * math.ceil(size / (memory * used))
    return Needs(size, machines, machines * price)


def scan_seconds(n_items: int, width: int, bytes_a_second: float) -> float:
    """How long exact search reads all vectors for one query, where memory gives so many bytes a second."""
    _check(n_items=n_items, width=width, bytes_a_second=bytes_a_second)
    return bytes_of("flat", n_items, width) / bytes_a_second


def encoding_hours(n_items: int, items_a_second: float, workers: int = 1, efficiency: float = 1.0) -> float:
    """How long ``workers`` encode a catalogue, each as fast as measured on one core, less what spreading loses.

    ``efficiency`` is the speed-up by workers over their number: 1 where nothing is lost.
    """
    _check(n_items=n_items, items_a_second=items_a_second, workers=workers, efficiency=efficiency)
    return n_items / (items_a_second * workers * efficiency) / 3600


def worth_spreading(alone: float, start: float, workers: int, efficiency: float = 1.0) -> bool:
    """Whether a job of ``alone`` seconds ends earlier on ``workers`` that take ``start`` seconds to be there."""
    _check(alone=alone, workers=workers, efficiency=efficiency)
    return start + alone / (workers * efficiency) < alone


def _check(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value > 0:
            raise ValueError(f"{name} must be above 0; got {value}.")
