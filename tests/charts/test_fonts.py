"""The font: found without importing its carrier, cut down the same way every time."""

import io
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from gsyf_lib.documents import fonts
from gsyf_lib.errors import GsyfError
from gsyf_lib.vocabulary import SHAPES, STATUSES


def missing_glyphs(text):
    """The visible characters of a text that the font cannot show."""
    with TTFont(fonts.font_path(), lazy=True) as font:
        covered = font.getBestCmap()
    return "".join(sorted(c for c in set(text) if c.isprintable() and ord(c) not in covered))


def test_font_is_found_without_importing_its_carrier():
    code = (
        "import sys; from gsyf_lib.documents import fonts; "
        "fonts.font_path(); fonts.subset_woff('煤'); "
        "sys.exit('zhplot' in sys.modules or 'matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_carrier_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(fonts, "CARRIER", "no_such_carrier")
    fonts.font_path.cache_clear()
    with pytest.raises(GsyfError, match="make setup"):
        fonts.font_path()
    monkeypatch.undo()
    fonts.font_path.cache_clear()


def test_subset_holds_exactly_the_characters_used():
    font = TTFont(io.BytesIO(fonts.subset_woff("太原市 12→9\n")))
    assert font.flavor == "woff"
    assert "".join(map(chr, sorted(font.getBestCmap()))) == "".join(sorted(set("太原市 12→9")))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "(c) 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'."),
        (7, "Source is a trademark of Adobe"),
        (13, "licensed under the SIL Open Font License, Version 1.1"),
        (14, "http://scripts.sil.org/OFL"),
    ],
)
def test_the_subset_says_whose_font_it_is_and_under_which_licence(number, said):
    font = TTFont(io.BytesIO(fonts.subset_woff("太")))
    assert said in font["name"].getDebugName(number)


def test_subset_is_the_same_for_the_same_characters_in_any_order():
    assert fonts.subset_woff("煤矿非煤矿山") == fonts.subset_woff("山矿煤非")


def test_a_character_the_font_lacks_is_left_out():
    assert missing_glyphs("煤矿✗\n\t✗") == "✗"
    assert fonts.subset_woff("煤✗") == fonts.subset_woff("煤")


def test_every_mark_of_a_status_has_a_glyph():
    assert missing_glyphs("".join([*STATUSES.values(), *SHAPES.values()])) == ""


def test_figures_of_equal_width_need_no_feature():
    font = TTFont(fonts.font_path(), lazy=True)
    widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}
    assert len(widths) == 1
