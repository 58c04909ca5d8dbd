"""The room of chapter 06: its exercises and its figures."""

NUMBER = "06"
