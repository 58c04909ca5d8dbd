"""One room a chapter: its exercises and its figures, both languages. A chapter is found by its files."""
