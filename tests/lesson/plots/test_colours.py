"""The palette: dark enough to be seen on white, borders also on dark, and apart for every kind of eye."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from recbook import session
from recbook.learning import html
from recbook.plots import base

LINES = {name: getattr(session, name) for name in ("BLUE", "ORANGE", "GREEN", "PINK", "SKY", "RED", "BLACK", "GREY")}
BORDERS = {name: getattr(html, name) for name in ("BLUE", "GREEN", "RED", "GREY")}
WHITE, DARK = "#FFFFFF", "#111111"
"""What a figure brings with it in every theme, and what stands behind a border in JupyterLab's dark one."""

# How linear RGB is seen without one kind of cone (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113).
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])


def linear(colour: str) -> np.ndarray:
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2."""
    low, high = sorted(0.05 + float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return high / low


def lab(colour: str, eye: np.ndarray) -> np.ndarray:
    """CIELAB: a distance of 2 is just seen side by side, one of 10 at a glance."""
    x, y, z = np.cbrt(XYZ @ np.clip(np.asarray(eye) @ linear(colour), 1e-2, 1) / (XYZ @ np.ones(3)))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#E69F00", WHITE) == pytest.approx(2.25, abs=0.005)


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_seen_on_white_and_a_text_can_be_read(name):
    assert contrast(LINES[name], WHITE) >= 3
    assert contrast(base.ink(LINES[name]), WHITE) >= 4.5


@pytest.mark.parametrize("name", BORDERS)
def test_a_border_is_seen_in_both_themes(name):
    assert min(contrast(BORDERS[name], behind) for behind in (WHITE, DARK)) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_the_lines_of_a_figure_are_told_apart(eye):
    seen = {name: lab(colour, EYES[eye]) for name, colour in LINES.items() if colour in base.CYCLE}
    assert len(seen) == len(base.CYCLE)
    apart = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in combinations(seen, 2)}
    assert min(apart.values()) > 12, min(apart, key=apart.get)


def test_what_readers_draw_has_the_same_colours():
    session._style_plots()
    assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(session.COLOURS)
