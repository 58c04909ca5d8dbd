"""The questions whose answers decide which pretrained model to try first: chapter 05's decision tree."""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("english", "several")


CONTENT = ("text", "images", "history", "writing")


class Needs(NamedTuple):
    """What decides which kind of model to try first.

    ``content`` is what has to be turned into vectors: "text", "images", "history" (who met what, in order), or
    "writing" where the answer itself is text. ``languages`` is "english" if all texts are in
    English, else "several". ``microseconds`` is what
    one text may cost on one core.
    """

    content: str = "text"
    languages: str = "english"
    microseconds: float = 10_000


def advise(needs: Needs) -> str:
    """The kind of model to try first: a branch of the chapter's decision tree.

    "ViT", "GPT", "sequence model", "static vectors", "multilingual encoder" or "sentence encoder". Raises ValueError
    for content or languages that the tree does not know.
    """
    if needs.content not in CONTENT or needs.languages not in LANGUAGES:
        raise ValueError(f"content is one of {CONTENT} and languages one of {LANGUAGES}; got {needs}.")
    if needs.content != "text":
        return {"images": "ViT", "writing": "GPT", "history": "sequence model"}[needs.content]
    if needs.languages == "several":
        return "multilingual encoder"
    return "static vectors" if needs.microseconds < 500 else "sentence encoder"
