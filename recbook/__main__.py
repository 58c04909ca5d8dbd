"""``python -m recbook`` is the ``recbook`` command."""

from recbook.cli import main

main()
