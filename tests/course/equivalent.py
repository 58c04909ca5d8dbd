"""Changes that leave an answer right, each with the reason; every rule must be needed.

A rule is a pattern of the exercise's id, one of the change's name (as `mutation` writes it), and the reason.
"""

from __future__ import annotations

import re

RULES = [
    # What an argument can never be, by what it means.
    (
        r"",
        r"^(item|history|item_ids|vector_ids|user|timestamp|ids|random_ids|context|drawn|items|negatives|order|film"
        r"|time|group|targets|labels|exact|lists) positive$",
        "numbers of items, users, rows and times are never negative",
    ),
    (r"", r"^(counts|lengths|n_relevant|clicked|shown|stars|rows|likes|gains) positive$", "a count is never negative"),
    (
        r"",
        r"^(draw|q|prior|times|a|image|days|weeks|ages) positive$",
        "shares, times, metrics and colours are never negative",
    ),
    (
        r"",
        r"^(random_ids|history|film|time|timestamp|stars|lengths) never 0$",
        "0 is no token or film; at 0 nothing changes",
    ),
    (r"challenges-reason|cold_start-blend", r"^(similarity|weights) square$", "a table of films by films is square"),
    (r"generative", r"^(codes|prefix) positive$", "codes are counted from 0"),
    (r"questions-turned", r"^(before|after) of one length along axis 1$", "an interval has two ends"),
    (r"questions-turned", r"→ \(intervals\[:, 1\] < 0\) - \(intervals", "sides are only compared: their sign is free"),
    (r"trends-clip-loss", r"^cosines square$", "n pictures and their n sentences"),
    (r"trends-message", r"^(values|masks) positive$", "numbers of a clock are counted from 0"),
    (r"trends-message", r"^masks square$", "a table of clients by clients is square"),
    (r"features-patchify", r"^image of one length along axis 2$", "an image has three colours"),
    (r"pipeline-align", r"^vector_ids distinct$", "a film has one vector"),
    (r"challenges-reason", r"^history distinct$", "a film stands once in a history"),
    (r"evaluation-precision-recall", r"^ranking distinct$", "a film stands once in a ranking"),
    (r"toolbox-fits", r"distinct$", "a version listed twice is the same version"),
    (r"deployment", r"^(latencies (never 0|positive)|arrivals positive)$", "a time that passed is above 0"),
    # Arguments whose order does not matter.
    (
        r"deployment-p99|applications-half-life",
        r"^(latencies|days) sorted$",
        "sorting them is the first step of the solution",
    ),
    (r"deployment-batch", r"^arrivals sorted$", "queries are listed as they come"),
    (r"challenges-denser", r"^(user|item) without gaps$", "how users and items are numbered does not matter"),
    (r"challenges-reason", r"^history sorted$", "the strongest reason does not depend on the order of the films"),
    (r"pipeline-minute", r"^times sorted$", "sorting them is the first step of the solution"),
    (r"word2vec-cbow", r"^context sorted$", "a bag of words has no order"),
    (r"sequences-places", r"^lengths sorted$", "sums have no order"),
    (r"toolbox-fits", r"^(versions|demands) sorted$", "the answer is sorted, and every demand must hold"),
    (r"pytorch-export", r"^embeddings (sorted|distinct)$", "which layers are embeddings has no order"),
    (r"", r"^(timestamp|time) without gaps$", "only the order of times counts, and how long between does not"),
    (r"tensorflow-logits", r"^labels without gaps$", "labels are 0 and 1, and both occur"),
    (r"generative-log-likelihood", r"^tokens positive$", "numbers of tokens are never negative"),
    (r"generative-history-adds", r"^n_tokens (never 0|positive)$", "a title has at least one token"),
    # Mathematics.
    (r"generative-level", r"^_nearest: vectors\[:, None\] - centres →", "a distance has no direction"),
    (
        r"",
        r"^_softmax: scores( - scores\.max|\.max)",
        "a softmax does not change if one number is taken off all scores",
    ),
    (
        r"features-infonce",
        r"^_log_share: (scores\.max|np\.exp|True → False)",
        "the same number is taken off and added again; of the broadcast sums only the diagonal is read",
    ),
    (
        r"",
        r"^\w+: (_dots\(u, v\)|_own\(users, items\)|u @ v|_loss\(w, target\)|w - target) →",
        "a dot product and a squared distance have no order",
    ),
    (
        r"",
        r"^\w+: (np\.logaddexp\(0|_discounted\(gains|max\(0, i|min\(len\(sent|np\.maximum\(|min\(k, n\) → min"
        r"|np\.minimum\(1, longest.* → np\.minimum\(longest)",
        "sums, products, the larger and the smaller of two have no order",
    ),
    (
        r"evaluation-ndcg",
        r"^_discounts: (np\.log2 →|1 → 2$)",
        "in NDCG the base of the logarithm, or any factor, cancels",
    ),
    (r"evaluation-ndcg", r"^_ideal: min\(k, n\) → n$", "the discounts end at k, so a longer slice holds no more"),
    (
        r"cold_start-ridge",
        r"^ridge_for_new: y - y_mean →",
        "the centred features add up to 0, so a constant target has no weight",
    ),
    (r"evaluation-delay", r"^away positive$", "nobody comes back before having left"),
    (r"evaluation-delay", r"^_mean: values", "the mean of nothing is NaN; only its warning is avoided"),
    (r"evaluation-leak", r"^known_before: 0 → -1$", "a row stands at one place of the order"),
    (r"evaluation-leak", r"^known_before: order\[", "the row added is row t, whose film is left out anyway"),
    (
        r"deployment-recall",
        r"^(index_recall|_found: 1 → 2)",
        "both tables have k columns without repeats: hits counted from either side",
    ),
    (
        r"bert-masking",
        r"^_inputs: draw < masked → draw <= masked$",
        "what was masked at the border is overwritten by the next line",
    ),
    (
        r"cold_start-ucb",
        r"^ucb_choice: (1 → 0|np\.maximum\(shown, 1\) → shown)",
        "never shown: the choice is made before the bonus is read",
    ),
    (
        r"cold_start-ucb",
        r"^_best: (if |\(shown == 0\)\.any|0 → -1|shown → bonus)",
        "0 / 0 is NaN, which argmax takes for the highest: the first film never shown, with a warning",
    ),
    (r"trends-clip$", r"^clip_rows: 1e-12 →", "a row of zeros stays one whatever it is multiplied by"),
    (r"deployment-int8", r"^through_int8: 1\.0 →", "0 is rounded to 0 at any scale"),
    # NumPy and Python.
    (
        r"",
        r"(→ np\.argsort\(|'stable' → 'quicksort'|np\.where\(np\.eye\(len\(similar)",
        "the scores hold no ties; the last axis is the default",
    ),
    (r"", r"^(_scores|_softmax|_costs): -1 → 1$", "of two axes, the last is axis 1"),
    (r"sequences-loss", r"^_costs: (np\.take_along_axis|0 → -1)", "the last axis is the default, and it has one place"),
    (
        r"features-patchify",
        r"^(patchify: 1 → 2|_cut:)",
        "reshape takes any negative length; both axes are flattened at once",
    ),
    (r"bert", r"^(_scores|_triangle): Q → K$", "queries and keys have one shape"),
    (r"bert-causal", r"^_triangle: np\.tri", "0 is the default diagonal; where takes 1 for True"),
    (r"bert-loss", r"^_losses: labels → scores$", "there is one label for each row of scores"),
    (r"word2vec-cbow", r"^cbow_gradient: E → U$", "both tables have one shape"),
    (r"sequences-may-read", r"^_shape: rows → one$", "both have one length"),
    (r"start-cosines", r"^cosines: 1 → 2$", "0 divided by any number is 0"),
    (r"generative-log-likelihood", r"^log_likelihood: tokens → logits$", "both have one length"),
    (
        r"generative-temperature",
        r"^next_token_probabilities: logits(\[kept\] - logits\.max\(\) →|\.max → logits\.min)",
        "a softmax does not change by what all logits share",
    ),
    (r"challenges-denser", r"^rows_left: user → item$", "both have one length"),
    (r"pipeline-minute", r"^most_in_a_minute: np\.searchsorted", "left is the default side"),
    (r"evaluation-ips", r"^_weights: (zip|True)", "the lists are equally long"),
    (r"word2vec-prior", r"^_log_counts: np.errstate", "only the warning is silenced"),
    (r"evaluation-ndcg", r"^_each: np\.errstate", "only the warning is silenced"),
    # Branches of a helper that only its mistakes take.
    (r"pytorch-export", r"^_renamed: embedding\(value\) → value$", "only a mistake changes the embeddings"),
    (r"pytorch-translate", r"^_normalised: h\.var", "0 is the default, which only a mistake changes"),
    (r"toolbox-atomic", r"^_lines: (start|value)", "only mistakes give a start or a value"),
]


def reason(id: str, change: str) -> str | None:
    """Why this change of that exercise's solution leaves it right; None if it should be refused."""
    return next((why for exercise, name, why in RULES if re.search(exercise, id) and re.search(name, change)), None)
