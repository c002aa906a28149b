"""How large a file may be, in every unit in which a small file can be large."""

LAST_ROW, LAST_COLUMN, MOST_CELLS = 1_000_000, 500, 5_000_000
MOST_MEMBERS, MOST_SHEETS, LONGEST_NAME = 5_000, 500, 100
LARGEST_INFLATED, LARGEST_RATIO, SMALL = 200 * 2**20, 200, 8 * 2**20


def is_too_far(row: int, column: int) -> bool:
    """Tell whether a sheet up to this row and column is more than any table needs."""
    return row > LAST_ROW or column > LAST_COLUMN or row * column > MOST_CELLS


def most_inflated(size: int) -> int:
    """Return how many bytes a zip of this size may hold."""
    return min(LARGEST_INFLATED, max(size * LARGEST_RATIO, SMALL))
