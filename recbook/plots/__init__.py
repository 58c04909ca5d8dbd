"""One function a figure: labels in the reader's language, colours that most colour-blind readers can tell apart, alt text.

Figures reach the page as HTML images, because a plain PNG output cannot carry the alt text. Every function returns None.
One module a chapter; `base` holds what they share.
"""

from recbook.plots.base import name, show, table
from recbook.plots.bert import attention_maps, pretraining, published_against_scratch, who_reads_whom
from recbook.plots.challenges import genre_agreement, long_tail, lorenz, personal_part, probe, reasons, thinning
from recbook.plots.common import ranking
from recbook.plots.start import course_map, similarities
from recbook.plots.word2vec import film_map, heat_maps, huffman, own_rank, similarity_by_size, three_ways, windows

__all__ = [
    "attention_maps",
    "course_map",
    "film_map",
    "genre_agreement",
    "heat_maps",
    "huffman",
    "long_tail",
    "lorenz",
    "name",
    "own_rank",
    "personal_part",
    "pretraining",
    "probe",
    "published_against_scratch",
    "ranking",
    "reasons",
    "show",
    "similarities",
    "similarity_by_size",
    "table",
    "thinning",
    "three_ways",
    "who_reads_whom",
    "windows",
]
