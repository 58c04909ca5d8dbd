"""Sound in the page: in tune, short enough, and with a label for who cannot hear it."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from recbook.plots import sound


@pytest.mark.parametrize("pitch", [57, 69, 76, 84])
def test_a_string_is_in_tune(pitch):
    samples = sound.pluck(pitch, 1.0)
    strength = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    near = np.arange(int(8 * hertz * 0.9), int(8 * hertz * 1.1))
    heard = near[strength[near].argmax()] / 8
    assert abs(1200 * np.log2(heard / hertz)) < 15  # cents: a sixth of what a singer may be off


def test_a_melody_ends_in_time():
    samples = sound.play_melody(np.array([60, 62, 64, 65]), np.array([1.0, 1.0, 1.0, 20.0]), quarter=0.3, most=2.0)
    assert len(samples) == pytest.approx(2.0 * sound.RATE, abs=2)
    assert len(sound.play_melody(np.zeros(0), np.zeros(0))) == 0


def test_a_wav_is_what_a_player_expects():
    with wave.open(io.BytesIO(sound.wav(np.zeros(800)))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (8000, 1, 1, 800)


def test_a_long_sound_is_refused():
    with pytest.raises(ValueError, match="play less"):
        sound.wav(np.zeros(sound.MOST_BYTES))


def test_the_label_stands_where_nothing_can_be_played(capsys):
    sound.show_sound(np.zeros(80), "Swallow-Tail")
    assert capsys.readouterr().out.strip() == "Swallow-Tail"
