"""What do the cells of a sheet say? Plain columns come in, figures with their addresses go out.

sheets, text (cells) → header (which table?) → look, uneven (cells that are not what they seem) →
keys, notes (which rows, about what) → units (in what) → rows, table (figures), progress (tasks).
"""
