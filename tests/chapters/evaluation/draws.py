"""A small sample of every figure of chapter 09."""

from recbook.chapters.evaluation import figures

DRAWS = {
    "beyond_accuracy": lambda: figures.beyond_accuracy(
        {"EASE": 0.1, "random": 0.0},
        {name: {"coverage": 0.5, "miscalibration": 1.0} for name in ("EASE", "random")},
    ),
    "trade_off": lambda: figures.trade_off({0: (0.1, 1.0), 0.5: (0.08, 0.4)}),
    "sampled_view": lambda: figures.sampled_view(1500),
    "where_the_future_leaks": lambda: figures.where_the_future_leaks({"random split": 3, "split by time": 7}, 8),
    "before_after": lambda: figures.before_after(
        {world: {"random split": (0.2, 0.1), "history not masked": (0.02, 0.1)} for world in ("films", "shop")}
    ),
    "by_delay": lambda: figures.by_delay(
        {
            log: {
                delay: {"EASE": (0.02, 0.01, 0.03), "item-kNN": (-0.01, -0.03, 0.01)} for delay in ("a week", "later")
            }
            for log in ("films", "shop")
        }
    ),
    "power_curves": lambda: figures.power_curves([500, 943], {"EASE − item-kNN": [0.1, 0.2]}, 943),
    "clipping": lambda: figures.clipping({"IPS": [0.1, 0.3], "SNIPS": [0.2, 0.25]}, 0.2, 0.1),
}
