"""A limit on how long a call may run, for a notebook's only thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

AGAIN = 1.0  # seconds after which an answer that has swallowed the stop is stopped again


class TookTooLong(BaseException):  # which no `except Exception` of an answer catches
    """A call that was stopped because its time was up."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in what runs inside, once ``seconds`` have passed; a sleep is woken.

    Only Python's main thread can be stopped: in another one nothing is limited. An endless loop inside a library's
    compiled code is not stopped before it returns to Python.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    clock = _Clock(seconds)
    try:
        yield
    finally:
        clock.stop()


class _Clock:
    """Raises in the main thread by a signal: the timer's own where the system has one, else Ctrl-C's."""

    def __init__(self, seconds: float) -> None:
        self.running, self.rang = True, False
        self.has_timer = hasattr(signal, "setitimer")
        self.signal = signal.SIGALRM if self.has_timer else signal.SIGINT
        self.before: Callable[..., Any] | int | None = signal.signal(self.signal, self._raise)
        if self.has_timer:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        else:
            self._start(seconds)

    def _start(self, seconds: float) -> None:
        self.timer = threading.Timer(seconds, self._ring)
        self.timer.daemon = True
        self.timer.start()

    def _ring(self) -> None:
        if self.running:
            self.rang = True
            signal.raise_signal(self.signal)  # on Windows this also wakes a sleep of the main thread
            self._start(AGAIN)

    def _raise(self, number: int, frame: FrameType | None) -> None:
        if self.running and (self.has_timer or self.rang):
            raise TookTooLong
        if not self.has_timer and not self.rang:  # a reader who pressed Ctrl-C
            raise KeyboardInterrupt

    def stop(self) -> None:
        self.running = False
        if self.has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            self.timer.cancel()
        signal.signal(self.signal, self.before)
