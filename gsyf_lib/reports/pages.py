"""An executed notebook, or the list of a run's pages, in; one self-contained HTML page out."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from markupsafe import Markup

from gsyf_lib.documents.blocks import Paragraph
from gsyf_lib.documents.fonts import subset_woff
from gsyf_lib.documents.html import render
from gsyf_lib.reports.cells import render_cells

TEMPLATES = Path(__file__).parent / "template"
FONT_MARK = "/* @font-face */"


@dataclass(frozen=True)
class IndexEntry:
    """One line of the index: the page of an area, a department or all cities, and what it found.

    ``state`` is that of the manifest: current, stale, failed or missing. ``as_of`` tells up to
    which day the data of an older page go, ``problem`` why there is no newer one. ``received``,
    ``faulty`` and ``expected`` count the tables that came complete, that came with errors, and that
    are owed for the year; ``below`` counts the goals that cities have missed.
    """

    name: str
    href: str
    built: bool
    state: str = "current"
    met: int = 0
    missed: int = 0
    not_reported: int = 0
    not_due: int = 0
    withheld: int = 0
    unjudged: int = 0
    undefined: int = 0
    not_applicable: int = 0
    received: int = 0
    expected: int = 0
    faulty: int = 0
    below: int = 0
    as_of: str = ""
    problem: str = ""
    province: bool = False


@dataclass(frozen=True)
class IndexPage:
    """The content of the index of a report folder.

    ``facts`` are the key facts (版本, 数据截至, …); ``entries`` are the areas, ``departments``
    those responsible, ``overviews`` the pages about all cities; ``files`` are (text, href, what
    it holds); ``notices`` are banners from ``gsyf_lib.documents.blocks``.
    """

    title: str
    plan: str
    facts: Mapping[str, str]
    entries: Sequence[IndexEntry]
    departments: Sequence[IndexEntry] = ()
    overviews: Sequence[IndexEntry] = ()
    files: Sequence[tuple[str, str, str]] = ()
    notices: Sequence[Paragraph] = ()
    running: str = ""
    footer: Sequence[str] = ()


def render_page(
    notebook: nbformat.NotebookNode,
    *,
    title: str,
    plan: str = "",
    navigation: Sequence[tuple[str, str]] = (),
    links: Mapping[str, str] | None = None,
    notices: Sequence[Paragraph] = (),
    running: str = "",
    footer: Sequence[str] = (),
) -> bytes:
    """Return the page of an executed notebook: its Markdown and results, without code.

    Parameters
    ----------
    notebook : NotebookNode
        As executed. Cells tagged ``parameters``, ``injected-parameters`` or ``notebook-only`` and
        printed streams stay off the page; so does the Markdown title, which ``title`` replaces.
    title : str
        Title of the page. ``plan``, the plan's title, stands above it.
    navigation : sequence of (text, href)
        Links to other pages; the page's own sections (second-level headings) follow by themselves.
    links : mapping of str to str, optional
        The pages of areas and departments by name: what ``blocks.named`` marks becomes a link.
    notices : sequence of Paragraph
        Banners below the title, such as 示例数据（非真实）.
    running : str
        Printed at the top of every sheet beside the title.
    footer : sequence of str
        Lines at the end of the page.

    Raises
    ------
    BuildError
        A cell ended in an error, or shows something that a page does not take.
    """
    body, sections = render_cells(notebook, title, links or {})
    return _render(
        "page.html.j2",
        title=title,
        plan=plan,
        navigation=navigation,
        sections=sections,
        notices=notices,
        running=running,
        footer=footer,
        body=Markup(body),
    )


def render_index(page: IndexPage) -> bytes:
    """Return the index of a report folder: tables of its pages and a list of its files.

    Its only script filters and sorts the tables; without it everything can still be read.
    """
    # The page's content security policy allows the script by its hash, and no other one.
    script = (TEMPLATES / "index.js").read_text("utf-8")
    hashed = base64.b64encode(sha256(script.encode()).digest()).decode()
    return _render(
        "index.html.j2",
        sections=(),
        navigation=(),
        script=Markup(script),
        script_hash=Markup(f"sha256-{hashed}"),
        **vars(page),
    )


def _render(template: str, **context: Any) -> bytes:
    # The font comes last: it gets only the characters that the finished page has.
    page = _environment().get_template(template).render(context)
    return page.replace(FONT_MARK, _font_face(page), 1).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        # A name that the template misspells is an error, not an empty place on the page.
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup((TEMPLATES / "style.css").read_text("utf-8"))
    environment.filters["css_text"] = _css_text
    environment.filters["block"] = lambda block: Markup(render(block))
    return environment


def _css_text(text: str) -> Markup:
    """Return text as a CSS string; characters that could end the string or sheet are escaped."""
    safe = re.sub(r'["\\<>&\n\r\f]', lambda mark: f"\\{ord(mark[0]):x} ", text)
    return Markup(f'"{safe}"')


def _font_face(page: str) -> str:
    """Return the CSS rule that embeds the font, with only the characters of the page."""
    font = base64.b64encode(subset_woff("".join(sorted(set(html.unescape(page))))))
    return (
        '@font-face{font-family:"Noto Sans SC";'
        f'src:url(data:font/woff;base64,{font.decode()}) format("woff")}}'
    )
