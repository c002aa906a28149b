"""The one font of figures and pages: Noto Sans SC, from the files of the package ``zhplot``.

The package is only a carrier: it is never imported, since that would change matplotlib's settings.
"""

import unicodedata
from collections.abc import Set
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import product
from pathlib import Path

from gsyf_lib.errors import GsyfError

__all__ = ["FAMILY", "font_path", "keep_everyday", "missing_glyphs", "subset_woff"]

FAMILY = "Noto Sans SC"
CARRIER, FILE = "zhplot", "fonts/NotoSansSC-Regular.ttf"


@cache
def font_path() -> Path:
    """Return the path of the font file.

    Raises
    ------
    GsyfError
        The package that carries the font is not installed, or is without it.

    Examples
    --------
    >>> font_path().name
    'NotoSansSC-Regular.ttf'
    """
    spec = find_spec(CARRIER)
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder, FILE)
        if path.is_file():
            return path
    raise GsyfError(
        f"找不到中文字体（软件包 {CARRIER} 中的 {FILE}），图和网页无法显示汉字。"
        "请运行 make setup 重新安装所需软件包。"
    )


def missing_glyphs(text: str) -> str:
    """Return the visible characters of ``text`` that the font cannot show, each once, in order.

    Examples
    --------
    >>> missing_glyphs("太原市：−25.0% ✗")
    '✗'
    """
    return "".join(chr(code) for code in sorted(_visible(text) - _covered()))


def subset_woff(text: str) -> bytes:
    """Return the font reduced to the characters of ``text``, as WOFF, to be embedded in a page.

    Parameters
    ----------
    text : str
        All text of the page, in any order.

    Returns
    -------
    bytes
        The same for the same set of characters. A character that the font lacks (a submission may
        hold any) is left to the reader's own fonts: ``missing_glyphs`` names it.

    Examples
    --------
    >>> subset_woff("煤矿")[:4]
    b'wOFF'
    """
    wanted = _visible(text) | {ord(" ")}
    has_smaller = _everyday.cache_info().currsize and wanted <= _everyday_characters()
    return _reduced(BytesIO(_everyday()) if has_smaller else font_path(), wanted, "woff")


def keep_everyday() -> None:
    """Reduce the font once to the characters of everyday, for a process that makes many pages.

    Of its 30,000 glyphs a page needs 500: ``subset_woff`` then takes a fifth of the time and of the
    memory, and returns the same. A page with other characters takes as long as before.

    Examples
    --------
    >>> keep_everyday()
    """
    _everyday()


@cache
def _everyday() -> bytes:
    return _reduced(font_path(), _everyday_characters(), None)


@cache
def _everyday_characters() -> frozenset[int]:
    """Return the code points of the signs and the common characters of GB 2312, and Latin ones."""
    rows, columns = (*range(0xA1, 0xAA), *range(0xB0, 0xD8)), range(0xA1, 0xFF)
    pairs = (bytes(pair).decode("gb2312", errors="ignore") for pair in product(rows, columns))
    return frozenset({*map(ord, "".join(pairs)), *range(0x20, 0x400), *range(0x2000, 0x2800)})


def _reduced(source: Path | BytesIO, characters: Set[int], flavor: str | None) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, layout_features=[], notdef_outline=True)
    # The bounds of the whole font hold for a part of it: each of its outlines is taken as it is.
    with TTFont(source, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        # Names for its 30,000 glyphs take a third of the time to make up, and none is written.
        font.setGlyphOrder([f"g{number}" for number in range(font["maxp"].numGlyphs)])
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        font.flavor = flavor
        out = BytesIO()
        font.save(out)
    return out.getvalue()


def _visible(text: str) -> set[int]:
    """Return the code points that leave ink or width: no line ends, tabs, marks of direction."""
    return {ord(c) for c in set(text) if unicodedata.category(c) not in ("Cc", "Cf")}


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())
