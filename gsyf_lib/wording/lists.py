"""Several things in; one phrase out: names, how many of each kind, years."""

from collections.abc import Iterable, Mapping

import pandas as pd

__all__ = ["listed", "tally", "years"]


def listed(
    names: Iterable[object], most: int, unit: str, number: int | None = None, comma: str = "、"
) -> str:
    """Join names; if there are too many, the first ones and how many there are in all.

    Parameters
    ----------
    most : how many are named at most
    unit : follows the number, as 张
    number : how many there are in all, if a name may stand for several

    Examples
    --------
    >>> listed(["太原市", "大同市"], 2, "张"), listed(["太原市", "大同市"], 1, "张")
    ('太原市、大同市', '太原市等2张')
    """
    texts = [str(name) for name in names]
    rest = f"等{len(texts) if number is None else number}{unit}" if len(texts) > most else ""
    return comma.join(texts[:most]) + rest


def tally(
    codes: pd.Series, named: Mapping[str, str], pattern: str = "{word}{number}项"
) -> list[str]:
    """Return how many there are of each code that there is, in the order of its vocabulary.

    Examples
    --------
    >>> tally(pd.Series(["behind", "ahead", "behind"]), {"ahead": "快于预期", "behind": "滞后"})
    ['快于预期1项', '滞后2项']
    """
    counts = codes.value_counts()
    return [
        pattern.format(word=word, number=counts[code])
        for code, word in named.items()
        if code in counts
    ]


def years(first: int, last: int) -> str:
    """Return a span of years.

    Examples
    --------
    >>> years(2021, 2023), years(2021, 2021)
    ('2021—2023年', '2021年')
    """
    return f"{first}年" if first == last else f"{first}—{last}年"
