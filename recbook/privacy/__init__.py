"""What a model gives away about the people it learned from, and how to give away less.

`mechanism`: noise that hides one user (differential privacy); `sums`: sums of which nobody sees the parts; `federated`:
training where the rows stay with their owners; `attack`: what can be read out of a model, and how to test a promise.
Deleting a user from a model is `recbook.models.erasable`.

These are for learning and measuring. Their noise comes from NumPy's generators and is rounded as floats are, which an
attacker may use (Mironov 2012); a release to the public belongs into a library that was hardened against that.
"""

from recbook.privacy.mechanism import Budget, clip_rows, gaussian_delta, gaussian_sigma, private_counts, private_gram
from recbook.privacy.sums import add_up, masked_messages

__all__ = [
    "Budget",
    "add_up",
    "clip_rows",
    "gaussian_delta",
    "gaussian_sigma",
    "masked_messages",
    "private_counts",
    "private_gram",
]
