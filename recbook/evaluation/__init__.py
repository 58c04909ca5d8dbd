"""Metrics for each user, and the protocol by which every model of the course is measured."""

from recbook.evaluation import metrics
from recbook.evaluation.concentration import gini
from recbook.evaluation.protocol import (
    Interval,
    Recommender,
    Report,
    bootstrap,
    evaluate,
    evaluate_scores,
    truth,
)

__all__ = [
    "Interval",
    "Recommender",
    "Report",
    "bootstrap",
    "evaluate",
    "evaluate_scores",
    "gini",
    "metrics",
    "truth",
]
