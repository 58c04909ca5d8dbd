"""Fiddle tunes in ABC notation (two collections, 1883 and 1903), read as text; nothing of music21 is imported.

ABC writes a melody with letters: ``C`` to ``B`` and, an octave higher, ``c`` to ``b``; ``,`` and ``'`` move by octaves;
``^``, ``_`` and ``=`` are sharp, flat and natural; a number or a fraction behind a note is its length. The parser here
reads what a melody needs, by the ABC standard 2.1 (https://abcnotation.com/wiki/abc:standard:v2.1): the top line as it
is written, without ornaments, repeats not played out. An accidental holds to the end of its bar, in its octave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

COLLECTIONS = {"ryan": "ryan.abc", "oneill": "oneill.abc"}
"""The names of the two collections, and the fetched member that holds each."""

RHYTHMS = ("reel", "jig", "hornpipe", "slip jig", "strathspey", "clog", "air")
"""The kinds of tune that `read` names; every other, and a tune that does not say, is ""."""

MODES = {"maj": 0, "ion": 0, "m": 3, "min": 3, "aeo": 3, "mix": 1, "dor": 2, "phr": 4, "lyd": -1, "loc": 5}
"""How many fifths lower than the major key on the same tonic a mode's signature stands."""

_SAME = {"double jig": "jig", "slipjig": "slip jig", "single jig": "jig", "highland fling": "strathspey"}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_SHARPS = "FCGDAEB"
_SIGNS = {"^": 1, "_": -1, "=": 0}
_FILE = "% file "  # `fetch` writes such a line before each file that it joins into a member
_TOKEN = re.compile(
    r"""(?P<skip>\s+|"[^"]*"|![^!\n]*!|\+[a-zA-Z0-9<>.()]+\+|\{[^}]*\}|[H-Wh-w~.!]|[-)`\\*$&y])
      |(?P<field>\[[A-Za-z]:[^\]]*\])
      |(?P<tuplet>\((?P<p>[2-9])(?::(?P<q>\d?)(?::(?P<r>\d?))?)?)
      |(?P<chord>\[(?=[\^_=A-Ga-g"~.]))
      |(?P<bar>[|:]+\]?(?:\s*\[?[1-9](?:[,-][1-9])*)?|\[\|?[1-9]?|\]|\|)
      |(?P<note>(?P<sign>\^{1,2}|_{1,2}|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*))
      |(?P<rest>[zxZX])
      |(?P<broken>>{1,3}|<{1,3})
      |(?P<slur>\()""",
    re.VERBOSE,
)
_LENGTH = re.compile(r"(\d*)(/*)(\d*)")


@dataclass(frozen=True, eq=False)
class Tune:
    """A melody: ``notes`` are MIDI numbers (60 is middle C), ``lengths`` are in quarter notes; both ``(n,)``."""

    title: str
    book: str
    number: str
    rhythm: str
    metre: str
    key: str
    notes: np.ndarray
    lengths: np.ndarray

    @property
    def mode(self) -> str:
        """ "major" or "minor" for the plain keys, "mixolydian", "dorian"… for the others."""
        names = {"maj": "major", "min": "minor", "mix": "mixolydian", "dor": "dorian"}
        return names.get(self.key.partition(" ")[2], "other")


def intervals(notes: np.ndarray) -> np.ndarray:
    """The steps from each note to the next in semitones, int ``(n - 1,)``: they stay when a tune is transposed."""
    return np.diff(np.asarray(notes, dtype=np.int64))


def parse(text: str, book: str = "", broken: list[str] | None = None) -> list[Tune]:
    """The tunes of a text in ABC notation, in its order.

    A tune begins at its ``X:`` line and ends before the next. Raises ValueError for what is no melody, with the name of
    the tune, the file where the text names it, and the line; with a list ``broken`` the sentence is added to it instead
    and the tune left out.
    """
    found = []
    for lines in _blocks(text):
        try:
            found.append(_tune(lines, book))
        except ValueError as error:
            if broken is None:
                raise
            broken.append(str(error))
    return found


def read(folder: Path) -> pd.DataFrame:
    """The tunes of both collections, one row each; ``folder`` holds the fetched members.

    ==========  =======================================================================================================
    column      what it is
    ==========  =======================================================================================================
    item_id     the collection and the place in it: "ryan-1"…, "oneill-1"… (O'Neill's own numbers)
    title       as printed, in its spelling of 1883 and 1903
    book        "ryan" or "oneill"
    rhythm      one of `RHYTHMS`, or ""
    metre       "6/8", "4/4"…
    key         tonic and mode: "D maj", "E min", "A mix"…
    mode        "major", "minor", "mixolydian", "dorian" or "other"
    notes       int64 (n,), MIDI numbers, as written: repeats are not played out
    lengths     float64 (n,), in quarter notes
    ==========  =======================================================================================================

    Where two people wrote the same number of O'Neill's down, the first is kept. Left out are tunes of fewer than 16
    notes, the minstrel stage's "walk arounds", and the few that do not parse (`parse` says which and why).
    """
    import pandas as pd

    rows = [row for book, member in COLLECTIONS.items() for row in _rows(folder / member, book)]
    return pd.DataFrame(rows)


def _rows(file: Path, book: str) -> list[dict[str, object]]:
    found = parse(file.read_text(encoding="latin-1"), book, broken=[])
    numbers = [tune.number for tune in found] if book == "oneill" else [str(i + 1) for i in range(len(found))]
    kept: dict[str, Tune] = {}
    for number, tune in zip(numbers, found, strict=True):
        if len(tune.notes) >= 16 and tune.rhythm != "walkaround":
            kept.setdefault(number, tune)
    return [_row(tune, number) for number, tune in kept.items()]


def _row(tune: Tune, number: str) -> dict[str, object]:
    rhythm = tune.rhythm if tune.rhythm in RHYTHMS else ""
    said = {"title": tune.title, "book": tune.book, "rhythm": rhythm, "metre": tune.metre, "key": tune.key}
    return {"item_id": f"{tune.book}-{number}", **said, "mode": tune.mode, "notes": tune.notes, "lengths": tune.lengths}


def _blocks(text: str) -> Iterator[list[tuple[str, str]]]:
    """For each tune its lines, each with its place ("line 7 of SwallowTailJig.abc")."""
    block: list[tuple[str, str]] = []
    file, number = "", 0
    for line in text.splitlines():
        number += 1
        if line.startswith(_FILE):
            file, number = line.removeprefix(_FILE), 0
        starts = re.match(r"X:", line)
        if block and (starts or line.startswith(_FILE)):
            yield block
            block = []
        if starts or block:
            block.append((f"line {number}" + (f" of {file}" if file else ""), line))
    if block:
        yield block


def _tune(lines: list[tuple[str, str]], book: str) -> Tune:
    head: dict[str, str] = {}
    melody: _Melody | None = None
    for place, raw in lines:
        line = re.sub(r"(?<!\\)%.*", "", raw)
        field = re.match(r"([A-Za-z]):(.*)", line)
        try:
            if field:
                name, value = field[1], field[2].strip()
                if melody is None or name in "MLK":
                    head[name] = value if name != "T" else head.get("T", value)
                if name == "K" and melody is None:
                    melody = _Melody(head)
                elif melody is not None:
                    melody.change(name, value)
            elif melody is not None:
                melody.read(line)
        except ValueError as error:
            raise ValueError(f"The tune {head.get('T', '?')!r} does not parse at {place}: {error}") from None
    if melody is None:
        raise ValueError(
            f"The tune {head.get('T', '?')!r} does not parse at {lines[-1][0]}: it has no key (a line K:)."
        )
    metre = {"C": "4/4", "C|": "2/2"}.get(head.get("M", ""), head.get("M", ""))
    notes, lengths = np.array(melody.notes, dtype=np.int64), np.array(melody.lengths, dtype=np.float64)
    return Tune(_title(head), book, head["X"], _rhythm(head), metre, melody.key, notes, lengths)


def _title(head: dict[str, str]) -> str:
    """ "SWALLOW-TAIL -- JIG" becomes "Swallow-Tail": the kind stands in R already. "Devil's Dream., The" is turned."""
    title = re.sub(r"\s*--.*", "", head.get("T", "")).replace('"', "").strip(" .,'")
    if turned := re.fullmatch(r"(.*?)[.,]+ (The|A)", title, re.IGNORECASE):
        title = f"{turned[2].title()} {turned[1]}"
    return title if title != title.upper() else title.title().replace("'S", "'s")


def _rhythm(head: dict[str, str]) -> str:
    rhythm = re.sub(r"[^a-z ]", "", head.get("R", "").lower()).strip()
    return _SAME.get(rhythm, rhythm)


class _Melody:
    """Reads the lines of one tune and keeps what the notes so far say of the next."""

    def __init__(self, head: dict[str, str]) -> None:
        self.notes: list[int] = []
        self.lengths: list[float] = []
        self.unit = _unit(head)
        self.key, self.signature = _key(head["K"])
        self.in_bar: dict[tuple[str, int], int] = {}
        self.scale, self.left = 1.0, 0  # of a tuplet: its notes' length, and how many are still to come
        self.next_factor = 1.0  # of a broken rhythm: what the second note is multiplied by
        self.last: float | None = None

    def change(self, name: str, value: str) -> None:
        """A field in the middle of a tune: another key or another unit; the others do not touch the melody."""
        if name == "K" and value:
            self.signature = _key(value)[1]
        elif name == "L":
            self.unit = _fraction(value)

    def read(self, line: str) -> None:
        place = 0
        while place < len(line):
            found = _TOKEN.match(line, place)
            if found is None:
                raise ValueError(f"{line[place : place + 8]!r} is no note, bar or sign that a melody has.")
            place = found.end()
            kind = found.lastgroup or ""
            if kind == "note" or kind == "rest":
                length, place = self._length(line, place)
                self._sound(self._pitch(found) if kind == "note" else None, length)
            elif kind == "chord":
                place = self._chord(line, place)
            elif kind == "bar":
                self.in_bar = {}
            elif kind == "field":
                self.change(found[0][1], found[0][3:-1].strip())
            elif kind == "tuplet":
                self._tuplet(found)
            elif kind == "broken":
                self._broken(found[0])

    def _pitch(self, found: re.Match[str]) -> int:
        letter = found["letter"].upper()
        octave = found["letter"].islower() + found["octave"].count("'") - found["octave"].count(",")
        if found["sign"]:
            self.in_bar[letter, octave] = _SIGNS[found["sign"][0]] * len(found["sign"])
        shift = self.in_bar.get((letter, octave), self.signature.get(letter, 0))
        return 60 + _STEPS[letter] + 12 * octave + shift

    def _length(self, line: str, place: int) -> tuple[float, int]:
        found = _LENGTH.match(line, place)
        assert found is not None  # it matches the empty text
        above, strokes, below = found.groups()
        length = float(above or 1)
        if strokes:
            divisor = int(below) if below else 2 ** len(strokes)
            if not divisor:
                raise ValueError(f"{found[0]!r} divides a note by zero.")
            return length / divisor, found.end()
        return length, found.end() - len(below)

    def _sound(self, pitch: int | None, length: float) -> None:
        """Add a note or, with None, a rest: its time is added to the note before it."""
        length *= self.unit * 4 * self.next_factor
        self.next_factor = 1.0
        if self.left:
            length, self.left = length * self.scale, self.left - 1
        self.last = length
        if pitch is not None:
            self.notes.append(pitch)
            self.lengths.append(length)
        elif self.lengths:
            self.lengths[-1] += length

    def _chord(self, line: str, place: int) -> int:
        """Of the notes that sound at once, the highest: the melody's."""
        end = line.find("]", place)
        if end < 0:
            raise ValueError(f"the chord that begins with {line[place - 1 : place + 7]!r} has no end.")
        inside = [found for found in _TOKEN.finditer(line[place:end]) if found["note"]]
        if not inside:
            raise ValueError(f"the chord {line[place - 1 : end + 1]!r} has no note.")
        first = inside[0].end() + place
        own, _ = self._length(line, first)
        after, place = self._length(line, end + 1)
        self._sound(max(self._pitch(found) for found in inside), own * after)
        return place

    def _tuplet(self, found: re.Match[str]) -> None:
        p = int(found["p"])
        q = int(found["q"] or {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 2))
        self.scale, self.left = q / p, int(found["r"] or p)

    def _broken(self, sign: str) -> None:
        """``a>b`` makes a longer and b shorter by half, ``a<b`` the other way round."""
        if self.last is None or not self.lengths:
            raise ValueError(f"{sign!r} stands before the first note.")
        short = 0.5 ** len(sign)
        first, self.next_factor = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        self.lengths[-1] += self.last * (first - 1)


def _fraction(text: str) -> float:
    try:
        return float(Fraction(text.replace(" ", "")))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is no length such as 1/8.") from None


def _unit(head: dict[str, str]) -> float:
    """The length that a bare letter has, as a part of a whole note: L, or what the metre says without it."""
    if head.get("L"):
        return _fraction(head["L"])
    metre = re.match(r"(\d+)/(\d+)", head.get("M", ""))
    short = metre is not None and int(metre[1]) / int(metre[2]) < 3 / 4
    return 1 / (16 if short else 8)


def _key(text: str) -> tuple[str, dict[str, int]]:
    """The key's name, and its signature: what each letter is raised by. "Em" is ("E min", {"F": 1})."""
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text)
    if found is None:
        if text[:2].upper() == "HP":  # the Highland pipes: written in D
            return "A mix", {"F": 1, "C": 1}
        raise ValueError(f"{text!r} is no key such as D, Em or Amix.")
    mode = found[3].lower()[:3] or "maj"
    if mode not in MODES:
        raise ValueError(f"{text!r} is no key such as D, Em or Amix.")
    fifths = _FIFTHS[found[1]] + {"": 0, "#": 7, "b": -7}[found[2]] - MODES[mode]
    names = {"m": "min", "aeo": "min", "ion": "maj"}
    return f"{found[1]}{found[2]} {names.get(mode, mode)}", _signature(fifths)


def _signature(fifths: int) -> dict[str, int]:
    letters = _SHARPS[:fifths] if fifths > 0 else _SHARPS[fifths:] if fifths else ""
    return dict.fromkeys(letters, 1 if fifths > 0 else -1)
