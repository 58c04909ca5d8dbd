"""The room of chapter 00: its exercises and its figures."""

NUMBER = "00"
