"""The room of chapter 09: its exercises and its figures."""

NUMBER = "09"
