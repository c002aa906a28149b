"""Numbers and days as official statistics write them."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pandas as pd

__all__ = [
    "day",
    "goal",
    "percent",
    "points",
    "rounded",
    "rounded_up",
]


def percent(value: Fraction | float, against: float | None = None, places: int = 1) -> str:
    """Return a fraction as a percentage, rounded half up, never across its threshold.

    Where rounding would let a missed target look met, or a small change look like none, more places
    are printed (reading 2).

    Examples
    --------
    >>> percent(0.2), percent(Fraction(496, 10000), against=0.05), percent(Fraction(1, 2500))
    ('20.0%', '4.96%', '0.04%')
    """
    exact = Fraction(value) if isinstance(value, Fraction) else Fraction(repr(float(value)))
    limit = None if against is None else Fraction(repr(float(against)))
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator) * 100
    while True:
        shown = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        crossed = limit is not None and (Fraction(shown) / 100 >= limit) != (exact >= limit)
        vanished = exact != 0 and shown == 0
        if not (crossed or vanished) or places >= 6:
            return f"{shown}%"
        places += 1


def rounded(value: float, places: int = 0) -> str:
    """Return a number rounded half up, as official statistics do.

    Examples
    --------
    >>> rounded(2.25, 1), rounded(2.5), rounded(0.04, 1)
    ('2.3', '3', '0.0')
    """
    return str(_exact(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def rounded_up(value: float, places: int = 0) -> str:
    """Return a number that is needed, never rounded down: less would not do.

    Examples
    --------
    >>> rounded_up(324 + 1 / 3), rounded_up(6.61, 1), rounded_up(2.0)
    ('325', '6.7', '2')
    """
    return str(_exact(value).quantize(Decimal(1).scaleb(-places), ROUND_CEILING))


def _exact(value: float) -> Decimal:
    """Return the shortest decimal of a float, so that 0.15 is no less than it says."""
    return Decimal(repr(float(value)))


def goal(threshold: float) -> str:
    """Return the threshold of a target as the plan writes it.

    Examples
    --------
    >>> goal(0.05), goal(0.025), goal(1.0)
    ('5%', '2.5%', '100%')
    """
    return f"{(Decimal(repr(float(threshold))) * 100).normalize():f}%"


def points(change: float) -> str:
    """Return the change of a share in percentage points, in words.

    Examples
    --------
    >>> points(-0.021), points(0.0), points(float("nan"))
    ('下降2.1个百分点', '持平', '—')
    """
    if pd.isna(change):
        return "—"
    if not change:
        return "持平"
    places = next((p for p in range(1, 9) if round(abs(change) * 100, p)), 9)
    return f"{'上升' if change > 0 else '下降'}{abs(change) * 100:.{places}f}个百分点"


def day(value: pd.Timestamp) -> str:
    """Return a day as official papers write it; in words if nothing was ever handed in.

    Examples
    --------
    >>> day(pd.Timestamp("2024-02-29"))
    '2024年2月29日'
    """
    if pd.isna(value):
        return "尚未收到文件"
    return f"{value.year}年{value.month}月{value.day}日"
