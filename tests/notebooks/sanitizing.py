"""What ``sanitize.cfg`` says, for the tests that compare outputs without nbval."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

_RULES = configparser.ConfigParser(interpolation=None)
_RULES.read_string(Path(__file__).with_name("sanitize.cfg").read_text(encoding="utf-8"))


def sanitized(text: str) -> str:
    """A text without what differs between machines: figure bytes and the like, replaced as nbval replaces them."""
    for section in _RULES.sections():
        text = re.sub(_RULES[section]["regex"], _RULES[section]["replace"], text)
    return text
