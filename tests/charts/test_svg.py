"""matplotlib's SVG made small: nothing that is seen may change."""

from xml.etree import ElementTree

from gsyf_lib.charts.figure import inline_svg

RAW = """<?xml version="1.0"?>
<svg viewBox="0 0 675 90" width="675pt">
 <defs>
  <style type="text/css">*{stroke-linejoin: round}</style>
 </defs>
 <g id="figure_1">
  <g id="patch_1">
   <path d="M 34.123456 170
L -0.0004 58.5
z
" clip-path="url(#p1)" style="fill: none"/>
  </g>
  <g id="empty"/>
  <g style="opacity: 0.5">
   <g id="text_1">
    <text style="font-family: 'Noto Sans SC'; fill: #222222"
     transform="rotate(-0 3.5 4.25)">占 12.3456  &lt;g&gt;</text>
   </g>
  </g>
 </g>
 <defs>
  <clipPath id="p1"/>
 </defs>
</svg>"""
SMALL = inline_svg(RAW, "比例为<12%>。", 900)


def test_lengths_are_rounded_and_texts_are_not():
    assert 'd="M34.12 170L0 58.5z"' in SMALL.replace(' "', '"')
    assert ">占 12.3456  &lt;g&gt;</text>" in SMALL


def test_groups_without_a_style_go_and_those_with_one_stay():
    assert SMALL.count("<g") == SMALL.count("</g>") == 1
    assert '<g style="opacity:0.5">' in SMALL


def test_the_whole_is_one_element_with_its_name_and_width():
    root = ElementTree.fromstring(SMALL)
    assert root.get("aria-label") == "比例为<12%>。"
    assert "max-width:900px" in root.get("style")
    assert "font-family:" not in SMALL[SMALL.index(">") :]


def test_a_reference_still_finds_what_it_refers_to():
    name = SMALL.split("url(#")[1].split(")")[0]
    assert f'<clipPath id="{name}"' in SMALL and name != "p1"
    assert "figure_1" not in SMALL
