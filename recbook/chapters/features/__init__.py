"""The room of chapter 05: its exercises and its figures."""

NUMBER = "05"
