"""Metrics for each user, and the protocol by which every model of the course is measured.

`metrics`: right or wrong; `beyond`: what else a list is like; `compare`: is a difference more than chance;
`off_policy`: what another policy would have earned.
"""

from recbook.evaluation import beyond, compare, metrics, off_policy
from recbook.evaluation.concentration import gini
from recbook.evaluation.protocol import (
    Interval,
    Recommender,
    Report,
    TaskReports,
    bootstrap,
    evaluate,
    evaluate_scores,
    evaluate_tasks,
    truth,
)

__all__ = [
    "Interval",
    "Recommender",
    "Report",
    "TaskReports",
    "beyond",
    "bootstrap",
    "compare",
    "evaluate",
    "evaluate_scores",
    "evaluate_tasks",
    "gini",
    "metrics",
    "off_policy",
    "truth",
]
