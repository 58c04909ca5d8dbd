"""A pipeline: wired by parameter names, in an order that can run, with parts that can be replaced."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from recbook.data import leave_one_out
from recbook.pipeline import Pipeline, shape_of


def double(start):
    return 2 * start


def add(start, doubled, extra=10):
    return start + doubled + extra


def text_of(total):
    return str(total)


PARTS = {"doubled": double, "total": add, "text": text_of}


@pytest.mark.parametrize("order", list(permutations(PARTS)))
def test_parts_run_in_an_order_that_works_however_they_are_written(order):
    made = Pipeline(**{name: PARTS[name] for name in order})
    assert made.inputs == ("start",)
    assert made.run(start=3) == {"start": 3, "doubled": 6, "total": 19, "text": "19"}
    assert list(made.parts) == ["doubled", "total", "text"]


def test_a_parameter_with_a_default_is_a_setting_and_is_not_wired():
    assert Pipeline(**PARTS).parts["total"].reads == ("start", "doubled")


def test_what_is_given_is_not_computed():
    def never(start):
        raise AssertionError("this part must not run")

    assert Pipeline(**PARTS | {"doubled": never}).run(start=1, doubled=5)["total"] == 16


def test_replacing_one_part_leaves_the_others_and_the_old_pipeline():
    old = Pipeline(**PARTS)
    new = old.replace(doubled=lambda start: 3 * start)
    assert (old.run(start=2)["total"], new.run(start=2)["total"]) == (16, 18)
    same = [name for name in old.parts if old.parts[name] == new.parts[name]]
    assert same == ["total", "text"]


def test_a_replacement_may_read_something_else():
    new = Pipeline(**PARTS).replace(doubled=lambda other: other)
    assert set(new.inputs) == {"start", "other"}
    assert new.run(start=1, other=7)["total"] == 18


def test_what_cannot_run_is_refused():
    with pytest.raises(ValueError, match="circle"):
        Pipeline(a=lambda b: b, b=lambda a: a)
    with pytest.raises(ValueError, match="names of their own"):
        Pipeline(a=lambda *values: values)
    with pytest.raises(TypeError, match="must be a function"):
        Pipeline(a=3)
    with pytest.raises(ValueError, match="No part makes tripled"):
        Pipeline(**PARTS).replace(tripled=double)


def test_a_run_says_what_is_missing_and_what_nobody_reads():
    with pytest.raises(ValueError, match="double reads start"):
        Pipeline(**PARTS).run()
    with pytest.raises(ValueError, match="No part reads or makes user"):
        Pipeline(**PARTS).run(start=1, user=2)


def test_its_text_says_what_is_called_with_what():
    assert repr(Pipeline(**PARTS)).splitlines()[1] == "total = add(start, doubled)"


def test_shapes_in_words(tiny):
    assert shape_of(np.zeros((3, 4))) == "3 × 4"
    assert shape_of(tiny) == f"{tiny.n:,}"
    assert shape_of(leave_one_out(tiny)) == repr(leave_one_out(tiny))
    assert shape_of(7) == "7"
    assert shape_of(object()) == "object"
