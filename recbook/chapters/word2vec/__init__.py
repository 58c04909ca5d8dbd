"""The room of chapter 03: its exercises and its figures."""

NUMBER = "03"
