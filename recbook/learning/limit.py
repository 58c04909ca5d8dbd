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

    A library that is being imported when the time is up may finish, and the time then begins anew: the first call of a
    PyTorch optimizer, say, imports for seconds. Only Python's main thread can be stopped: in another one nothing is
    limited. An endless loop inside a library's compiled code is not stopped before it returns to Python.
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
        self.running, self.rang, self.seconds = True, False, seconds
        self.has_timer = hasattr(signal, "setitimer")
        self.signal = signal.SIGALRM if self.has_timer else signal.SIGINT
        self.before: Callable[..., Any] | int | None = signal.signal(self.signal, self._raise)
        self._wait()

    def _wait(self) -> None:
        if self.has_timer:
            signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)
        else:
            self._start(self.seconds)

    def _start(self, seconds: float) -> None:
        self.timer = threading.Timer(seconds, self._ring)
        self.timer.daemon = True
        self.timer.start()

    def _ring(self) -> None:
        if self.running:
            self.rang = True
            self._start(AGAIN)
            signal.raise_signal(self.signal)  # on Windows this also wakes a sleep of the main thread

    def _raise(self, number: int, frame: FrameType | None) -> None:
        if not self.has_timer and not self.rang:  # a reader who pressed Ctrl-C
            raise KeyboardInterrupt
        if not self.running:
            return
        if _imports(frame):
            self._rewind()
        else:
            raise TookTooLong

    def _rewind(self) -> None:
        if not self.has_timer:
            self.timer.cancel()
            self.rang = False
        self._wait()

    def stop(self) -> None:
        self.running = False
        if self.has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            self.timer.cancel()
        signal.signal(self.signal, self.before)


def _imports(frame: FrameType | None) -> bool:
    """Whether a module is being imported at this point of the program."""
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
