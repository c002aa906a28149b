"""matplotlib's SVG in; one small element out, that looks the same and fits any page."""

import hashlib
import html
import re
from itertools import groupby

from gsyf_lib.documents.fonts import FAMILY

PLACES = 1  # decimals of a length: nobody sees a tenth of a point
# What is drawn, with all that is said of it; in matplotlib's SVG none of these holds another.
DRAWN = re.compile(r"(<(?:path|use) [^>]*/>|<text [^>]*>[^<]*</text>)")
STYLE = re.compile(r' style="([^"]*)"')
BARE_PATH = re.compile(r'<path d="([^"]*)" ?/>')


def inline_svg(svg: str, alt: str, width: float) -> str:
    """Return matplotlib's SVG as one element, named ``alt``, ``width`` CSS pixels wide at most."""
    body = svg[svg.index("<svg") :].strip()
    # A style sheet inside of the SVG would apply to the whole page it stands in. What it says, and
    # the font that every text repeats, is set once, by the style of the element itself.
    body = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = _own_identifiers(re.sub(r"font-family: [^;\"]*(; )?", "", body))
    view = re.search(r'viewBox="([^"]*)"', body)
    root = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{view[1] if view else ""}" role="img" aria-label="{html.escape(alt)}"'
        f' style="width:100%;max-width:{width:.0f}px;height:auto;background:#fff;'
        f"font-family:'{FAMILY}','DejaVu Sans',sans-serif;"
        'stroke-linejoin:round;stroke-linecap:butt">'
    )
    return root + _with_shared_styles(_without_bare_groups(_compact(body[body.index(">") + 1 :])))


def _own_identifiers(svg: str) -> str:
    """Drop the identifiers nobody refers to; give the others a prefix of the figure's own.

    Two figures of one page then never share an identifier. Panels and legends keep theirs behind
    the prefix, since a narrow screen shows them one by one.
    """
    # Of the content and not counted up: a figure has the same identifiers on every page.
    used = dict.fromkeys(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    prefix = f"g{hashlib.sha256(svg.encode()).hexdigest()[:6]}"
    names = {name: f"{prefix}-{n}" for n, name in enumerate(used)}
    names |= {name: f"{prefix}-{name}" for name in re.findall(r' id="((?:axes|legend)_\d+)"', svg)}
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda m: m[1] + names[m[2]], svg)


def _compact(svg: str) -> str:
    """Return the elements without blanks between them, their lengths rounded."""
    svg = re.sub(r">\s+<", "><", svg.strip())
    # Tag by tag, so that the numbers and blanks in texts stay as they are.
    return re.sub(r"<[^>]*>", lambda tag: _compact_tag(tag[0]), svg)


def _compact_tag(tag: str) -> str:
    # In turn: rotations by nothing, moves, decimals, blanks, and in paths those beside letters.
    tag = re.sub(r' transform="rotate\(-0 [^"]*"', "", tag)
    tag = re.sub(r' transform="translate\((\S+) (\S+)\)"', r' x="\1" y="\2"', tag)
    tag = re.sub(r"-?\d+\.\d+", lambda number: _rounded(number[0]), tag)
    tag = re.sub(r"\s+", " ", tag)
    tag = re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r" ?([A-Za-z]) ?", r"\1", path[0]), tag)
    return re.sub(r"([:;]) ", r"\1", tag)


def _rounded(number: str) -> str:
    # Adding 0.0 turns -0.0 into 0.0, which is written without its sign.
    return f"{round(float(number), PLACES) + 0.0:g}"


def _with_shared_styles(svg: str) -> str:
    """Tell the style of several elements in a row once, by a group around them.

    Lines of the same style become one path; paths that are neither filled nor drawn are left out.
    """
    written: list[str] = []
    # Elements in a row have nothing between them; whatever else there is begins a new row.
    for is_row, parts in groupby(
        filter(None, DRAWN.split(svg)), lambda part: bool(DRAWN.match(part))
    ):
        if not is_row:
            written += parts
            continue
        for style, group in groupby(parts, lambda part: "".join(STYLE.findall(part))):
            written.append(_group(style, [STYLE.sub("", part) for part in group]))
    return "".join(written)


def _group(style: str, elements: list[str]) -> str:
    """Return elements in a row that have the same style, told once."""
    if style == "fill:none":
        return ""
    paths = [BARE_PATH.fullmatch(element) for element in elements]
    # Lines one after the other look the same as one, unless they show through where they cross.
    if "fill:none" in style and "opacity" not in style and all(paths):
        elements = [f'<path d="{"".join(path[1].strip() for path in paths if path)}"/>']
    # Opacity of a group is not that of its elements: they would no longer show through each other.
    if not style or re.search(r"(?<![-\w])opacity", style):
        return "".join(_styled(element, style) for element in elements)
    if len(elements) == 1:
        return _styled(elements[0], style)
    return f'<g style="{style}">{"".join(elements)}</g>'


def _styled(element: str, style: str) -> str:
    return re.sub(r"^<\w+", rf'\g<0> style="{style}"', element) if style else element


def _without_bare_groups(svg: str) -> str:
    """Leave out the groups that have neither a name nor a style: they change nothing."""
    kept: list[str] = []
    stays: list[bool] = []  # for each open group, whether its tag was kept: its end tag follows it
    for part in re.split(r"(</?g\b[^>]*>)", svg):
        if re.match("<g[ >]", part):
            stays.append(part != "<g>")
        goes = part in ("<g>", "<g/>") or (part == "</g>" and not stays.pop())
        kept.append("" if goes else part)
    return "".join(kept)
