"""How every figure looks, and the few figures that several chapters share; a chapter's own stand in its room.

Every function returns None: it shows its figure with labels in the reader's language, colours that most colour-blind
readers can tell apart, and alt text.
"""

from recbook.plots.base import add_words, ends, film, known_words, name, show, show_moving, table
from recbook.plots.common import hidden_sets, personal_part, ranking
from recbook.plots.networks import identity_towers

__all__ = [
    "add_words", "ends", "film", "hidden_sets", "identity_towers", "known_words", "name", "personal_part", "ranking", "show",
    "show_moving", "table",
]  # fmt: skip
