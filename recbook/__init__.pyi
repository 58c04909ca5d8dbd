from . import data, evaluation, learning, models, plots, text
from .data import load
from .learning.claims import claim
from .learning.exercises import case, check
from .learning.progress import progress
from .learning.quiz import quiz
from .results import stored
from .session import setup

__version__: str
__all__ = [
    "__version__",
    "case",
    "check",
    "claim",
    "data",
    "evaluation",
    "learning",
    "load",
    "models",
    "plots",
    "progress",
    "quiz",
    "setup",
    "stored",
    "text",
]
