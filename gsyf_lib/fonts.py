"""The one font of figures and pages: Noto Sans SC, from the files of the package ``zhplot``.

The package is only a carrier: it is never imported, since that would change matplotlib's settings.
"""

import unicodedata
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from gsyf_lib.errors import GsyfError

if TYPE_CHECKING:
    import uharfbuzz as harfbuzz

__all__ = ["FAMILY", "font_path", "missing_glyphs", "subset_woff"]

FAMILY = "Noto Sans SC"
# Trademark, licence and where it is to be read: the licence wants them, and the copyright, in every
# copy of the font. HarfBuzz keeps the copyright by itself.
LICENCE = (7, 13, 14)
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
    import uharfbuzz as harfbuzz
    from fontTools.ttLib import TTFont

    wanted = harfbuzz.SubsetInput()
    wanted.unicode_set.update(_visible(text) | {ord(" ")})
    wanted.layout_feature_tag_set.clear()
    wanted.name_id_set.update(LICENCE)
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    reduced = BytesIO(harfbuzz.subset(_face(), wanted).blob.data)
    out = BytesIO()
    with TTFont(reduced, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        font.flavor = "woff"
        font.save(out)
    return out.getvalue()


def _visible(text: str) -> set[int]:
    """Return the code points that leave ink or width: no line ends, tabs, marks of direction."""
    return {ord(c) for c in set(text) if unicodedata.category(c) not in ("Cc", "Cf")}


@cache
def _covered() -> frozenset[int]:
    return frozenset(_face().unicodes)


@cache
def _face() -> "harfbuzz.Face":
    import uharfbuzz as harfbuzz

    # Not by its path: on Windows that would be lost with a user's name in Chinese.
    return harfbuzz.Face(harfbuzz.Blob(font_path().read_bytes()))
