"""One function a figure: labels in the reader's language, colours that most colour-blind readers can tell apart, alt text.

Figures reach the page as HTML images, because a plain PNG output cannot carry the alt text. Every function returns None.
One module a chapter; `base` holds what they share.
"""

from recbook.plots.base import name, show, table
from recbook.plots.challenges import genre_agreement, long_tail, lorenz, personal_part, probe, reasons, thinning
from recbook.plots.start import course_map, similarities

__all__ = [
    "course_map",
    "genre_agreement",
    "long_tail",
    "lorenz",
    "name",
    "personal_part",
    "probe",
    "reasons",
    "show",
    "similarities",
    "table",
    "thinning",
]
