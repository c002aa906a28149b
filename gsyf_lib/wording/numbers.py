"""Numbers, days and lists in; text out, as official statistics write it."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pandas as pd

from gsyf_lib.vocabulary import NONE

# Bare ratios have twelve decimals (``frames.RATIO_SCALE``): more decimals would tell nothing.
_MOST_DECIMALS = 12


def percent(
    value: Fraction | float, against: Fraction | float | None = None, decimals: int = 1
) -> str:
    """Return a fraction as a percentage, rounded half up, never across the threshold ``against``.

    Where rounding would let a missed target look met, a small change look like none, or nearly all
    like all, more decimals are printed (reading 2).

    >>> percent(0.2), percent(Fraction(496, 10000), against=0.05), percent(Fraction(1, 2500))
    ('20.0%', '4.96%', '0.04%')
    >>> percent(Fraction(9996, 10000)), percent(1.0)
    ('99.96%', '100.0%')
    """
    true = _fraction(value)
    limits = [Fraction(1), *([] if against is None else [_fraction(against)])]
    scaled = Decimal(true.numerator) / Decimal(true.denominator) * 100
    # One more place, until the printed number lies on the same side of all limits as the true one.
    while True:
        shown = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        printed = Fraction(shown) / 100
        crossed = any((printed >= limit) != (true >= limit) for limit in limits)
        # A fall of nearly all must not read as all, nor a small change as none.
        crossed |= printed == -1 != true
        if not (crossed or (printed == 0 != true)) or decimals >= _MOST_DECIMALS:
            return f"{shown}%"
        decimals += 1


def change(
    decline: Fraction | float, against: Fraction | float | None = None, decimals: int = 1
) -> str:
    """Return a decline in words (下降25.0%; negative: 上升), never rounded across its target."""
    if not decline:
        return "持平"
    return f"{'下降' if decline > 0 else '上升'}{percent(decline, against, decimals).lstrip('-')}"


def signed_change(decline: Fraction | float) -> str:
    """Return a decline as a signed change for a narrow column: −25.0%, +4.2%, 持平."""
    if pd.isna(decline):
        return NONE
    if not decline:
        return "持平"
    return f"{'−' if decline > 0 else '+'}{percent(abs(_fraction(decline)))}"


def moved(difference: float, unit: str, size: str = "") -> str:
    """Return by how many a count rose or fell; ``size`` is the number if printed otherwise."""
    if not difference:
        return "持平"
    return f"{'增加' if difference > 0 else '减少'}{size or abs(difference)}{unit}"


def rounded(value: float, decimals: int = 0, direction: str = ROUND_HALF_UP) -> str:
    """Return a number rounded half up, as official statistics do."""
    return str(_exact(value).quantize(Decimal(1).scaleb(-decimals), direction))


def rounded_up(value: float, decimals: int = 0) -> str:
    """Return a number rounded up: of what is needed, less would not do."""
    return rounded(value, decimals, ROUND_CEILING)


def _exact(value: float) -> Decimal:
    """Return a float as it is printed: 0.15, not 0.1499999999999999944…, which rounds down."""
    return Decimal(repr(float(value)))


def _fraction(value: Fraction | float) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(_exact(value))


def goal(threshold: float) -> str:
    """Return the threshold of a target as the plan writes it: 5%, 2.5%."""
    return f"{(_exact(threshold) * 100).normalize():f}%"


def points(difference: Fraction | float) -> str:
    """Return the change of a share in words, rounded half up: 下降2.1个百分点."""
    if pd.isna(difference):
        return NONE
    if not difference:
        return "持平"
    size = percent(abs(_fraction(difference))).rstrip("%")
    return f"{'上升' if difference > 0 else '下降'}{size}个百分点"


def day(value: pd.Timestamp) -> str:
    """Return a day such as 2024年2月29日; without one, that nothing has come."""
    if pd.isna(value):
        return "尚未收到文件"
    return f"{value.year}年{value.month}月{value.day}日"


def years(first: int, last: int) -> str:
    """Return a span of years, such as 2021—2023年, or the only year."""
    return f"{first}年" if first == last else f"{first}—{last}年"


def listed(
    names: Iterable[object], most: int, unit: str, number: int | None = None, comma: str = "、"
) -> str:
    """Join names; of more than ``most``, the first ones and the number: 太原市等2份."""
    texts = [str(name) for name in names]
    rest = f"等{len(texts) if number is None else number}{unit}" if len(texts) > most else ""
    return comma.join(texts[:most]) + rest


def tally(
    codes: pd.Series, named: Mapping[str, str], pattern: str = "{word}{number}项"
) -> list[str]:
    """Return how many there are of each code that there is, in the order of its vocabulary."""
    counts = codes.value_counts()
    return [
        pattern.format(word=word, number=counts[code])
        for code, word in named.items()
        if code in counts
    ]
