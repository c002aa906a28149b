"""Columns of plain values come in; figures with their addresses, and findings, go out.

sheets, text (a file as sheets) → header (which of the four tables?) → look, uneven (cells whose
value is not to be believed) → keys, notes (which rows hold data, and about what) → units → rows,
table (the figures), progress (the tasks). cells says what one cell means, names what the plan calls
things, reading holds a sheet while it is read.
"""
