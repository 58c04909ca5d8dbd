"""Ways to ask a language model for the next film: each puts liked titles into a prompt that a title continues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recbook.text.language_model import LanguageModel


@dataclass(frozen=True)
class Wording:
    """``ask`` makes the text of a prompt from liked titles, or from none; ``begin`` and ``end``
    stand around the title that answers; a ``chat`` is put into the form that the model was trained to answer.
    """

    ask: Callable[[Sequence[str]], str]
    begin: str = " "
    end: str = "\n"
    chat: bool = False

    def prompt(self, model: LanguageModel, liked: Sequence[str]) -> str:
        """The prompt after these titles, the oldest first; without titles the same question with nothing liked."""
        text = self.ask(list(liked))
        return model.chat(text) if self.chat else text

    def answer(self, title: str) -> str:
        """The continuation that names a title."""
        return f"{self.begin}{title}{self.end}"


def _list(liked: Sequence[str]) -> str:
    return "Films I liked:\n" + "".join(f"- {title}\n" for title in liked) + "-"


def _sentence(liked: Sequence[str]) -> str:
    return (
        f"Somebody who liked {', '.join(liked)} will also like the film"
        if liked
        else "Somebody will also like the film"
    )


def _chat(liked: Sequence[str]) -> str:
    said = f"I liked these films: {'; '.join(liked)}. " if liked else ""
    return f"{said}Which film should I watch next? Answer with its title only."


WORDINGS = {
    "list": Wording(_list),
    "sentence": Wording(_sentence, end="."),
    "chat": Wording(_chat, begin="", end="<|im_end|>", chat=True),
}
"""The wordings that chapter 16 tries, by name."""
