"""A SentencePiece model file as a tokenizer of the library `tokenizers`, which the course has installed already.

The file is a protocol buffer (Kudo and Richardson 2018, doi:10.18653/v1/D18-2012). Three of its fields are needed: the
pieces with their scores, and the table by which characters are normalised. Nothing else of it is read or run.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PIECES, _NORMALIZER = 1, 3  # of the file
_PIECE, _SCORE = 1, 2  # of one piece
_CHARSMAP = 2  # of the normalizer
UNKNOWN = 0


def read_tokenizer(path: Path) -> Tokenizer:
    """The unigram tokenizer of a SentencePiece ``.model`` file; piece 0 stands for what it does not know.

    ValueError for a file that is none, or is cut short.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    vocabulary, charsmap = _contents(path)
    made = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=False)
    return made


def _contents(path: Path) -> tuple[list[tuple[str, float]], bytes]:
    vocabulary, charsmap = [], b""
    try:
        for number, value in _fields(path.read_bytes()):
            if number == _PIECES:
                piece = dict(_fields(value))
                vocabulary.append((piece[_PIECE].decode(), struct.unpack("<f", piece[_SCORE])[0]))
            elif number == _NORMALIZER:
                charsmap = dict(_fields(value)).get(_CHARSMAP, b"")
    except (IndexError, KeyError, struct.error, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{path} is no SentencePiece model, or is cut short: {error}.") from error
    if not vocabulary or not charsmap:
        raise ValueError(f"{path} has no pieces or no table of characters: it is no SentencePiece model.")
    return vocabulary, charsmap


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each field of a protocol buffer message; a varint's content is left empty."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind, size = tag & 7, 0
        if kind == 0:
            _, place = _varint(message, place)
        elif kind == 2:
            size, place = _varint(message, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"a field of kind {kind}")
        if place + size > len(message):
            raise ValueError("a field runs past the end")
        yield tag >> 3, message[place : place + size]
        place += size


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A number written in 7 bits a byte, lowest first, and the place behind it."""
    number = shift = 0
    while True:
        byte = message[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if not byte & 0x80:
            return number, place
