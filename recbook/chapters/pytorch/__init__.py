"""The room of chapter 07: its exercises and its figures."""

NUMBER = "07"
