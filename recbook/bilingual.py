"""A sentence in both languages, for a library that does not ask in which one it is read."""

from __future__ import annotations


class Both(str):
    """A text in English that carries the same in Chinese, so that an error can be told in either: `session.told`."""

    zh: str

    def __new__(cls, *, en: str, zh: str) -> Both:
        text = super().__new__(cls, en)
        text.zh = zh
        return text


def english(error: BaseException) -> str:
    """What an error says; a KeyError without the quotation marks that Python puts round it."""
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def chinese(error: BaseException) -> str:
    """What an error says in Chinese; in English where it says no more than that."""
    said = error.args[0] if error.args else ""
    return said.zh if isinstance(said, Both) else english(error)
