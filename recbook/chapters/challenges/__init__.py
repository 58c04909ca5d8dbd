"""The room of chapter 01: its exercises and its figures."""

NUMBER = "01"
