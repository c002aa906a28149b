"""Blocks (tables, paragraphs, lists) in; HTML, plain text, Word and slides out; also workbooks.

Nothing here knows of injuries, only of statuses and their words (``vocabulary``).
"""
