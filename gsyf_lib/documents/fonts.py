"""Noto Sans SC, the one font of figures and pages, so that they look the same everywhere.

Its file comes with the package ``zhplot``, so nobody has to install a font. ``zhplot`` itself is
never imported: that would change matplotlib's settings.
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
    from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC"
CARRIER, FILE = "zhplot", "fonts/NotoSansSC-Regular.ttf"
# Entries of the font's name table: trademark, licence, where to read it. By the licence, every copy
# of the font has to carry them and the copyright, which HarfBuzz keeps by itself.
LICENCE = (7, 13, 14)
# Units in which outlines are drawn; the font has 1000 in an em. At 16 pixels one of these is a
# twelfth of a pixel, and a page is 28 KB lighter.
UNITS = 200
ON_CURVE = 1  # the flag of a point on the outline and not beside it
# Tables for text from top to bottom, and for weights between those of a family.
NOT_NEEDED = (b"vhea", b"vmtx", b"BASE", b"STAT")


@cache
def font_path() -> Path:
    """Return the path of the font file; GsyfError if no package has brought it."""
    spec = find_spec(CARRIER)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (path := Path(folder, FILE)).is_file():
            return path
    raise GsyfError(
        f"找不到中文字体（软件包 {CARRIER} 中的 {FILE}），图和网页无法显示汉字。"
        "请运行 make setup 重新安装所需软件包。"
    )


def subset_woff(text: str) -> bytes:
    """Return the font reduced to the characters of ``text``, as WOFF, to be embedded in a page.

    The same characters give the same bytes. Those that the font lacks (a submission may hold any)
    are left to the reader's own fonts.
    """
    # Imported here, since these take a while and only pages need them.
    import uharfbuzz as harfbuzz
    from fontTools.ttLib import TTFont

    wanted = harfbuzz.SubsetInput()
    # All that leaves ink or width: no line ends, tabs, marks of direction.
    visible = {ord(c) for c in set(text) if unicodedata.category(c) not in ("Cc", "Cf")}
    wanted.unicode_set.update(visible | {ord(" ")})
    # Without features (other shapes of a character) and hinting (for coarse screens): no page needs
    # them, and every page carries its own font.
    wanted.layout_feature_tag_set.clear()
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in NOT_NEEDED)
    wanted.name_id_set.update(LICENCE)
    reduced = BytesIO(harfbuzz.subset(_face(), wanted).blob.data)
    out = BytesIO()
    # HarfBuzz writes no WOFF. The time stamp stays as it is: a new one would change the bytes.
    with TTFont(reduced, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        _scale(font)
        font.flavor = "woff"
        font.save(out)
    return out.getvalue()


def _scale(font: "TTFont") -> None:
    """Draw the outlines in fewer units, in place."""
    from fontTools.ttLib.scaleUpem import scale_upem

    scale_upem(font, UNITS)
    for glyph in font["glyf"].glyphs.values():
        # Browsers refuse a font if any point but the first says that outlines overlap. Here the
        # second could say so: it repeated the first one's flags.
        if glyph.numberOfContours > 0:
            glyph.flags[1:] = bytes(flag & ON_CURVE for flag in glyph.flags[1:])


# Read once in a process: the file has 10 MB, and a batch makes hundreds of pages.
@cache
def _face() -> "harfbuzz.Face":
    import uharfbuzz as harfbuzz

    # Read here and not by HarfBuzz: on Windows it loses a path with a user's name in Chinese.
    return harfbuzz.Face(harfbuzz.Blob(font_path().read_bytes()))
