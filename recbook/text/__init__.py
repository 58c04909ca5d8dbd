"""Text to vectors."""

from recbook.text.encoder import TextEncoder

__all__ = ["TextEncoder"]
