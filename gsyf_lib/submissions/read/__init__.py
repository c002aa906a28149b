"""Columns of plain values come in; figures with their addresses, and findings, go out.

``submissions.file`` calls one after the other: decode (bytes as sheets) → header (which of four
tables?) → doubts (cells whose value is not to be believed) → rows (which hold data, about what?) →
figures or tasks. All stand on sheet (a sheet while it is read) and table (what is read), and
these on cells (what one cell says), names (of the plan) and words (of a form).
"""
