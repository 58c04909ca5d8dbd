"""The web book: every chapter as a page, in both languages, for people who only want to read.

`site.build` makes it from the built notebooks with Sphinx, MyST-NB and a theme; nothing is executed, and a reader's
browser asks no other host for anything.
"""
