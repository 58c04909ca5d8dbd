"""Sums of which nobody sees the parts: each pair of clients shares a mask that one adds and the other takes away.

The idea of Bonawitz et al. (2017) without what a network needs besides: here the pairs' keys come from a seed in place
of a key exchange, and nobody may drop out (their secret sharing repairs that).
"""

from __future__ import annotations

import numpy as np

MODULUS = 2**32
_HALF = 2**31


def masked_messages(values: np.ndarray, seed: int) -> np.ndarray:
    """What each client sends: its values ``(n_clients, n)``, whole numbers, plus its masks, uint32 of the same shape.

    For clients ``a < b`` a mask is drawn from a key that only they have; ``a`` adds it, ``b`` subtracts it, modulo
    2**32. Without the others' masks a message is uniform noise; in the sum of all, every mask cancels. ValueError for
    fewer than two clients, for numbers that are not whole, and where the sum may leave -2**31…2**31 - 1.
    """
    values = _whole(values)
    sent = values.astype(np.uint32)  # wraps around: a negative number becomes 2**32 minus its size
    for a in range(len(values)):
        for b in range(a + 1, len(values)):
            mask = _mask(seed, a, b, values.shape[1])
            sent[a] += mask
            sent[b] -= mask
    return sent


def add_up(messages: np.ndarray) -> np.ndarray:
    """The sum of the clients' values, int64 ``(n,)``, from all messages ``(n_clients, n)`` of `masked_messages`."""
    messages = np.asarray(messages)
    if messages.dtype != np.uint32 or messages.ndim != 2:
        raise ValueError(f"messages must be uint32 (n_clients, n); got {messages.dtype} {messages.shape}.")
    total = messages.sum(axis=0, dtype=np.uint32)
    return total.astype(np.int32).astype(np.int64)


def _mask(seed: int, a: int, b: int, n: int) -> np.ndarray:
    """The numbers that clients ``a`` and ``b`` both can draw: uint32 ``(n,)``, uniform."""
    return np.random.default_rng([seed, a, b]).integers(0, MODULUS, size=n, dtype=np.uint32)


def _whole(values: np.ndarray) -> np.ndarray:
    found = np.asarray(values)
    if found.ndim != 2 or len(found) < 2:
        raise ValueError(f"values must be (n_clients, n) of two clients or more; got shape {found.shape}.")
    if not np.isfinite(found).all() or (found != np.round(found)).any():
        raise ValueError("Only whole numbers add up exactly: multiply by a power of 2 and round first.")
    if (np.abs(found).sum(axis=0) >= _HALF).any():
        raise ValueError("The sum may leave -2**31…2**31 - 1 and would wrap around: send smaller numbers.")
    return found.astype(np.int64)
