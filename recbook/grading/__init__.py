"""Grade what a class hands in: answers are tried where nothing is worth stealing, and judged here."""
