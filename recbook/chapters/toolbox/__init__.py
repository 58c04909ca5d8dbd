"""The room of chapter 13: its exercises and its figures."""

NUMBER = "13"
