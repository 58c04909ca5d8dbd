"""The room of chapter 04: its exercises and its figures."""

NUMBER = "04"
