"""matplotlib's SVG made small: nothing that is seen may change."""

from xml.etree import ElementTree

from gsyf_lib.charts.svg import inline_svg

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
" clip-path="url(#p1)" style="fill: none; stroke: #000000"/>
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
    assert 'd="M34.1 170L0 58.5z"' in SMALL.replace(' "', '"')
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


def small(body):
    svg = inline_svg(f'<svg viewBox="0 0 9 9">{body}</svg>', "说明。", 900)
    return svg[svg.index(">") + 1 : svg.rindex("</svg>")]


def test_elements_in_a_row_tell_their_style_once():
    drawn = small('<g><use x="1" style="fill: #fff"/></g><g><use x="2" style="fill: #fff"/></g>')
    assert drawn == '<g style="fill:#fff"><use x="1"/><use x="2"/></g>'


def test_lines_of_one_style_become_one_path_unless_they_show_through():
    def two(style):
        return small("".join(f'<path d="M{n} 0L{n} 9" style="{style}"/>' for n in (1, 2)))

    assert two("fill: none; stroke: #000").count("<path") == 1
    assert 'd="M1 0L1 9M2 0L2 9"' in two("fill: none; stroke: #000")
    assert two("fill: none; stroke: #000; stroke-opacity: 0.5").count("<path") == 2
    assert two("fill: #000").count("<path") == 2


def test_what_is_neither_filled_nor_drawn_is_left_out():
    assert small('<path d="M1 0L1 9" style="fill: none"/>') == ""


def test_a_group_never_takes_the_opacity_of_its_elements():
    drawn = small('<use x="1" style="opacity: 0.5"/><use x="2" style="opacity: 0.5"/>')
    assert drawn.count('style="opacity:0.5"') == 2 and "<g" not in drawn
