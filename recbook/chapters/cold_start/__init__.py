"""The room of chapter 10: its exercises and its figures."""

NUMBER = "10"
