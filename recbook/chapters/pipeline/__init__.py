"""The room of chapter 02: its exercises and its figures."""

NUMBER = "02"
