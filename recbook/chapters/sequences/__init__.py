"""The room of chapter 08: its exercises and its figures."""

NUMBER = "08"
