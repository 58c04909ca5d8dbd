"""The service's log: one JSON object a line, on stderr, without ids, queries, histories or addresses."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def write(event: str, **fields: Any) -> None:
    """One line: the moment (UTC), the event, and whatever ``fields`` say of it."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}
    sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def failure(error: BaseException) -> dict[str, str]:
    """An error's kind and place. Its text stays out: it may quote what somebody asked."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return {"error": type(error).__name__, "at": place}


class Handler(logging.Handler):
    """Lets what libraries log appear in the same form: their words, and of an error its kind and place."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        said = {} if error is None else failure(error)
        write("library", level=record.levelname, logger=record.name, message=str(record.msg)[:200], **said)


def take_over() -> None:
    """From now on warnings and worse of every library are written by `Handler`."""
    logging.basicConfig(handlers=[Handler()], level=logging.WARNING, force=True)
