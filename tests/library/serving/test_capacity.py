"""What a catalogue needs, on paper: by hand, and as its parts say."""

from __future__ import annotations

import pytest

from recbook.serving.capacity import GIB, catalogue_needs, encoding_hours, scan_seconds, worth_spreading
from recbook.serving.index import bytes_of


def test_a_flat_index_by_hand():
    needs = catalogue_needs(100_000_000, 384, "flat", memory=64e9, price=300, copies=2, used=0.75)
    assert needs.index_bytes == 153_600_000_000
    assert needs.machines == 2 * 4  # 153.6 GB in parts of 48 GB
    assert needs.cost == 8 * 300


@pytest.mark.parametrize(("kind", "settings"), [("hnsw", {"links": 32}), ("ivf", {"cells": 1000}), ("exact", {})])
def test_the_size_is_that_of_the_index(kind, settings):
    needs = catalogue_needs(5000, 16, kind, memory=1e12, **settings)
    assert needs.index_bytes == bytes_of(kind, 5000, 16, **settings)
    assert needs.machines == 2 and needs.cost == 2


def test_a_machine_that_is_just_full_is_one_machine():
    exactly = bytes_of("flat", 1024, 256)
    assert catalogue_needs(1024, 256, "flat", memory=exactly, used=1.0, copies=1).machines == 1
    assert catalogue_needs(1025, 256, "flat", memory=exactly, used=1.0, copies=1).machines == 2


def test_reading_and_encoding_by_hand():
    assert scan_seconds(100_000_000, 384, 10e9) == pytest.approx(15.36)
    assert encoding_hours(3_600_000, 100) == pytest.approx(10)
    assert encoding_hours(3_600_000, 100, workers=4, efficiency=0.5) == pytest.approx(5)


def test_spreading_pays_when_what_is_saved_is_more_than_the_start():
    assert worth_spreading(alone=41, start=20, workers=2)
    assert not worth_spreading(alone=39, start=20, workers=2)
    assert not worth_spreading(alone=1e6, start=1, workers=1)
    assert not worth_spreading(alone=1e6, start=1, workers=4, efficiency=0.25)


@pytest.mark.parametrize(
    "wrong", [{"n_items": 0}, {"width": -1}, {"memory": 0}, {"copies": 0}, {"used": 1.1}, {"price": -1}]
)
def test_numbers_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        catalogue_needs(**{"n_items": 10, "width": 4, "memory": GIB} | wrong)
