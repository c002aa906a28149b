"""Safe HTML building blocks: what is not ``Html`` already is escaped on its way in."""

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from gsyf_lib import vocabulary

__all__ = [
    "STATUSES",
    "Html",
    "anchor",
    "box",
    "definition",
    "details",
    "escape",
    "link",
    "named",
    "notice",
    "paragraphs",
    "source_place",
    "spaced",
    "status_mark",
    "table",
]

# Word and shape of every status.
STATUSES: Mapping[str, tuple[str, str]] = {
    code: (word, vocabulary.SHAPES[code]) for code, word in vocabulary.STATUSES.items()
}
# Not inside of a tag, a name or a reference, and no digits after the point.
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.#_-])\d{5,}(?![^<]*>)")


class Html(Markup):
    """HTML that a notebook shows as such and a terminal as text; joins and formats escaping.

    Examples
    --------
    >>> str(Html("<b>{}</b>").format("1 < 2"))
    '<b>1 &lt; 2</b>'
    >>> Html("<p>煤矿<b>达标</b></p>")
    煤矿达标
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        """Return the text alone: rows as lines, cells apart."""
        text = re.sub(r"</t[dh]>(?!</tr>)", "  ", str(self))
        text = re.sub(r"</(?:caption|dd|div|h\d|li|p|summary|tr)>", "\n", text)
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
        return re.sub(r"\n+", "\n", text).strip()


def escape(value: object) -> Html:
    """Return ``value`` as text that is safe in HTML; ``Html`` stays as it is.

    Examples
    --------
    >>> str(escape("<script>"))
    '&lt;script&gt;'
    """
    return Html.escape(value)


def table(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    numeric: Collection[str] = (),
    html: Collection[str] = (),
    classes: str = "",
    row_header: str | None = None,
    places: Sequence[str] | None = None,
) -> Html:
    """Return the frame as a table in a box that scrolls sideways, its columns in order.

    Parameters
    ----------
    frame : DataFrame
        One row per row of the table; the column names are the headers. A missing value leaves
        its cell empty.
    caption : str
        Stands above the table and names the box for screen readers.
    numeric : collection of str
        Columns aligned right, in figures of equal width.
    html : collection of str
        Columns in which ``Html`` values stay markup; everything else is escaped.
    classes : str
        Classes of the table, such as ``verdicts``. A row of ``cards`` is a card on a narrow screen,
        its cells below each other with their heads.
    row_header : str, optional
        The column that names a row.
    places : sequence of str, optional
        The identifier of each row, so that links reach it.

    Examples
    --------
    >>> table(pd.DataFrame({"行业": ["煤矿"], "起数": [3]}), numeric=["起数"], row_header="行业")
    行业  起数
    煤矿  3
    """
    heads = [Html('<th{} scope="col">{}</th>').format(_align(c, numeric), c) for c in frame.columns]
    rows = [
        [
            _cell(value, _align(column, numeric), column in html, column == row_header)
            for column, value in zip(frame.columns, row, strict=True)
        ]
        for row in frame.itertuples(index=False, name=None)
    ]
    return Html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}">'
        '<table class="{}"{}>{}<thead>{}</thead><tbody>{}</tbody></table></div>'
    ).format(
        caption or "表格",
        classes,
        _heads(frame.columns) if "cards" in classes else "",
        Html("<caption><span>{}</span></caption>").format(caption) if caption else "",
        _row(heads),
        Html("").join(map(_row, rows, places or [""] * len(rows))),
    )


def status_mark(status: str, *, derived: bool = False) -> Html:
    """Return a status (达标, 未达标, …) by word, shape and colour.

    One that is derived from others, and counts among no goals, is drawn lightly.

    Examples
    --------
    >>> status_mark("met")
    ✓ 达标
    """
    word, shape = STATUSES[status]
    mark = Html(
        '<span class="status {}"><span class="shape" aria-hidden="true">{}</span> {}</span>'
    )
    return mark.format(f"{status} derived" if derived else status, shape, word)


def anchor(*parts: object) -> str:
    """Return the identifier of a place on a page, the same in every run.

    Examples
    --------
    >>> anchor("目标", "140100", "煤矿", "accidents")
    '目标-140100-煤矿-accidents'
    """
    return re.sub(r"\s+", "-", "-".join(str(part) for part in parts))


def link(text: object, place: str) -> Html:
    """Return ``text`` as a link to a place of the same page.

    Examples
    --------
    >>> str(link("13起", "出处"))
    '<a href="#出处">13起</a>'
    """
    return Html('<a href="#{}">{}</a>').format(place, text)


def source_place(row: Mapping[str, Any], year: object, part: str = "") -> str:
    """Return where on a page the origin of a figure is told (see ``trace_table``).

    Parameters
    ----------
    row : area_code, industry and indicator
    year : the year of the figure
    part : 总数 for the count below the line
    """
    parts = ("出处", row["area_code"], row["industry"], row["indicator"], year)
    return anchor(*parts, part) if part else anchor(*parts)


def named(name: str) -> Html:
    """Return the name of an area or department; a page links it if that has a page of its own."""
    return Html('<span class="named">{}</span>').format(name)


def spaced(text: object) -> Html:
    """Return text whose numbers of five digits and more stand in groups of three (GB/T 15835).

    The gap is no character: what is copied from the page is the plain number.

    Examples
    --------
    >>> str(spaced("至少12345人"))
    '至少12<span class="k">345</span>人'
    """
    return Html(LONG_NUMBER.sub(_grouped, str(escape(text))))


def _grouped(number: re.Match[str]) -> str:
    digits = number[0]
    first = len(digits) % 3 or 3
    rest = (digits[place : place + 3] for place in range(first, len(digits), 3))
    return digits[:first] + "".join(f'<span class="k">{group}</span>' for group in rest)


def paragraphs(texts: Iterable[str], classes: str = "") -> Html:
    """Return one paragraph per text, all with the same classes."""
    return Html("").join(Html('<p class="{}">{}</p>').format(classes, text) for text in texts)


def definition(facts: Mapping[str, object]) -> Html:
    """Return the key facts (名称, 内容) as a list of terms."""
    items = (Html("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts.items())
    return Html('<dl class="facts">{}</dl>').format(Html("").join(items))


def details(summary: str, body: str) -> Html:
    """Return ``body`` folded under its summary; on paper it is open."""
    return Html("<details><summary>{}</summary>{}</details>").format(summary, body)


def notice(text: str, kind: str) -> Html:
    """Return a banner; ``kind`` is ``synthetic``, ``provisional``, ``scenario`` or ``nothing``."""
    return Html('<p class="notice {}" role="note">{}</p>').format(kind, text)


def box(classes: str, *parts: str) -> Html:
    """Return the parts in one box, such as ``summary``."""
    return Html('<div class="{}">{}</div>').format(classes, Html("").join(parts))


def _align(column: object, numeric: Collection[str]) -> Html:
    return Html(' class="n"') if column in numeric else Html("")


def _cell(value: Any, align: Html, trusted: bool, heads_row: bool) -> Html:
    text = "" if pd.isna(value) else str(value)
    content = value if trusted and isinstance(value, Html) else escape(text)
    content = spaced(content) if align else content
    pattern = '<th{} scope="row">{}</th>' if heads_row else "<td{}>{}</td>"
    return Html(pattern).format(align, content)


def _heads(columns: Iterable[object]) -> Html:
    """Return the heads as CSS strings, so that the style sheet can put them before the cells."""
    texts = (re.sub(r'["\\\n]', "", str(column)) for column in columns)
    heads = "".join(f'--head-{n}:"{text} ";' for n, text in enumerate(texts, 1))
    return Html(' style="{}"').format(heads)


def _row(cells: Iterable[Html], place: str = "") -> Html:
    start = Html('<tr id="{}">').format(place) if place else Html("<tr>")
    return start + Html("").join(cells) + Html("</tr>")
