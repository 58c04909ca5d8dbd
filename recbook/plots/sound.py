"""A melody as sound, in the page: plucked strings by Karplus and Strong (1983), as a WAV of a few dozen kilobytes."""

from __future__ import annotations

import io
import wave
from base64 import b64encode
from html import escape

import numpy as np

from recbook.learning import html

RATE = 8000
"""Samples a second: with one byte a sample, seven seconds are 56 kB."""

FINE = 8
MOST_BYTES = 60_000


def pluck(pitch: int, seconds: float) -> np.ndarray:
    """A plucked string at MIDI number ``pitch`` (69 is 440 Hz): float64 ``(seconds * RATE,)``, between -1 and 1.

    A delay line as long as one period begins as noise and is averaged with its neighbour each time round (Karplus and
    Strong 1983, doi:10.2307/3680062): high tones die first, as on a real string. It runs `FINE` times as fast, since at
    8,000 samples a second whole periods would be out of tune. The noise is the same at every call.
    """
    n = int(seconds * RATE)
    period = max(
        round(FINE * RATE / (440 * 2 ** ((pitch - 69) / 12)) - 0.5), 2
    )  # the averaging delays by half a sample
    line = np.random.default_rng(0).uniform(-1, 1, period)
    rounds = [line]
    for _ in range(FINE * n // period):
        line = (line + np.roll(line, 1)) / 2
        rounds.append(line)
    fine = np.concatenate(rounds)[: FINE * n]
    return np.asarray(fine.reshape(n, FINE).mean(axis=1))


def play_melody(notes: np.ndarray, lengths: np.ndarray, quarter: float = 0.3, most: float = 3.6) -> np.ndarray:
    """The melody's first ``most`` seconds, float64; ``lengths`` in quarter notes of ``quarter`` seconds each."""
    sounds, left = [], most
    for note, length in zip(notes, lengths, strict=True):
        seconds = min(float(length) * quarter, left)
        sounds.append(pluck(int(note), seconds))
        left -= seconds
        if left <= 0:
            break
    return np.concatenate(sounds) if sounds else np.zeros(0)


def wav(samples: np.ndarray) -> bytes:
    """The samples, between -1 and 1, as a WAV with one byte each. ValueError above `MOST_BYTES`: the page holds it."""
    if len(samples) > MOST_BYTES - 44:  # the header has 44
        raise ValueError(f"{len(samples):,} samples make a file of more than {MOST_BYTES:,} bytes; play less of it.")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(np.round(127.5 + 127.5 * np.clip(2 * samples, -1, 1)).astype(np.uint8).tobytes())
    return out.getvalue()


def show_sound(samples: np.ndarray, label: str) -> None:
    """A player with its label, as HTML; where nothing can be played, the label stands alone."""
    source = b64encode(wav(samples)).decode()
    html.show(f'<p>{escape(label)}<br><audio controls src="data:audio/wav;base64,{source}"></audio></p>', label)
