"""How large a file may be. A small file can be huge in many ways: rows, members, unpacked bytes."""

LAST_ROW, LAST_COLUMN, MOST_CELLS = 1_000_000, 500, 5_000_000
MOST_MEMBERS, MOST_SHEETS, LONGEST_NAME = 5_000, 500, 100
# A zip may unpack to 200 MB and to 200 times its size; to SMALL bytes it always may, since blank
# cells compress very well.
LARGEST_INFLATED, LARGEST_RATIO, SMALL = 200 * 2**20, 200, 8 * 2**20


def is_too_far(row: int, column: int) -> bool:
    """Tell whether a sheet that reaches this row and column is larger than any table."""
    return row > LAST_ROW or column > LAST_COLUMN or row * column > MOST_CELLS


def most_inflated(size: int) -> int:
    """Return to how many bytes a zip of this size may unpack."""
    return min(LARGEST_INFLATED, max(size * LARGEST_RATIO, SMALL))
