"""One function a figure: labels in the reader's language, colours that most colour-blind readers can tell apart, alt text.

Figures reach the page as HTML images, because a plain PNG output cannot carry the alt text. Every function returns None.
One module a chapter; `base` holds what they share.
"""

from recbook.plots.base import ends, name, show, table
from recbook.plots.bert import attention_maps, pretraining, published_against_scratch, who_reads_whom
from recbook.plots.challenges import genre_agreement, long_tail, lorenz, personal_part, probe, reasons, thinning
from recbook.plots.cold_start import click_curves, gate_curves, methods_on_sets, regret_curves, title_controls
from recbook.plots.common import ranking
from recbook.plots.evaluation import before_after, beyond_accuracy, clipping, power_curves, sampled_view, trade_off
from recbook.plots.features import cosines, fewer_numbers, judged
from recbook.plots.features_depth import decision_tree, posters, tuning_paths
from recbook.plots.pipeline import architecture, flaw_costs, loss_curve, minute_speed
from recbook.plots.pytorch import gradient_norms, hidden_sets, rate_finder, sameness, schedules, step_losses
from recbook.plots.sequences import by_distance, changes, gains, leak
from recbook.plots.start import course_map, similarities
from recbook.plots.tensorflow import loss_grids, stopping, ten_heads, warm_and_hidden
from recbook.plots.toolbox import beside, recall_cost
from recbook.plots.word2vec import film_map, heat_maps, huffman, own_rank, similarity_by_size, three_ways, windows

__all__ = [
    "architecture",
    "attention_maps",
    "before_after",
    "beside",
    "beyond_accuracy",
    "by_distance",
    "changes",
    "click_curves",
    "clipping",
    "cosines",
    "course_map",
    "decision_tree",
    "ends",
    "fewer_numbers",
    "film_map",
    "flaw_costs",
    "gains",
    "gate_curves",
    "genre_agreement",
    "gradient_norms",
    "heat_maps",
    "hidden_sets",
    "huffman",
    "judged",
    "leak",
    "long_tail",
    "lorenz",
    "loss_curve",
    "loss_grids",
    "methods_on_sets",
    "minute_speed",
    "name",
    "own_rank",
    "personal_part",
    "posters",
    "power_curves",
    "pretraining",
    "probe",
    "published_against_scratch",
    "ranking",
    "rate_finder",
    "reasons",
    "recall_cost",
    "regret_curves",
    "sameness",
    "sampled_view",
    "schedules",
    "show",
    "similarities",
    "similarity_by_size",
    "step_losses",
    "stopping",
    "table",
    "ten_heads",
    "thinning",
    "three_ways",
    "title_controls",
    "trade_off",
    "tuning_paths",
    "warm_and_hidden",
    "who_reads_whom",
    "windows",
]
