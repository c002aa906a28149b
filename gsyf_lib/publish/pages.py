"""One self-contained HTML page around an executed notebook, or around the list of a run's pages."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from gsyf_lib.fonts import subset_woff
from gsyf_lib.html import Html, escape
from gsyf_lib.publish.cells import render_cells

__all__ = ["IndexEntry", "IndexPage", "render_index", "render_page"]

TEMPLATES = Path(__file__).parent / "template"
FONT_MARK = "/* @font-face */"


@dataclass(frozen=True)
class IndexEntry:
    """One page of a folder: an area or an overview, whether it is there, and its counts.

    ``stale`` says up to which day the data of a page go that is older than the others; ``received``
    and ``expected`` count the tables the area owes for the year; ``problem`` says why the page was
    not built.
    """

    name: str
    href: str
    built: bool
    met: int = 0
    missed: int = 0
    not_reported: int = 0
    undefined: int = 0
    received: int = 0
    expected: int = 0
    stale: str = ""
    problem: str = ""
    province: bool = False


@dataclass(frozen=True)
class IndexPage:
    """What the index of a report folder says.

    ``facts`` are the key facts (版本, 数据截至, …); ``entries`` are the areas and ``overviews`` the
    pages about all of them; ``files`` are (text, href, what it holds); ``notices`` are banners from
    ``gsyf_lib.html``.
    """

    title: str
    plan: str
    facts: Mapping[str, str]
    entries: Sequence[IndexEntry]
    overviews: Sequence[IndexEntry] = ()
    files: Sequence[tuple[str, str, str]] = ()
    notices: Sequence[Html] = ()
    running: str = ""
    footer: Sequence[str] = ()


def render_page(
    notebook: nbformat.NotebookNode,
    *,
    title: str,
    plan: str = "",
    navigation: Sequence[tuple[str, str]] = (),
    notices: Sequence[Html] = (),
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
    notices : sequence of Html
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
    body, sections = _sections(render_cells(notebook, title))
    return _render(
        "page.html.j2",
        title=title,
        plan=plan,
        navigation=navigation,
        sections=sections,
        notices=notices,
        running=running,
        footer=footer,
        body=Html(body),
    )


def render_index(page: IndexPage) -> bytes:
    """Return the index of a report folder, a table of its pages and a list of its files."""
    return _render("index.html.j2", sections=(), navigation=(), **vars(page))


def _sections(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the body with an identifier on every section heading, and (text, href) of each."""
    sections: list[tuple[str, str]] = []

    def mark(heading: re.Match[str]) -> str:
        text = html.unescape(re.sub(r"<[^>]*>", "", heading[1]))
        name = re.sub(r"\s+", "-", text)
        if (text, f"#{name}") in sections:
            name = f"{name}-{len(sections)}"
        sections.append((text, f"#{name}"))
        return f'<h2 id="{escape(name)}">{heading[1]}</h2>'

    return re.sub(r"<h2>(.*?)</h2>", mark, body, flags=re.DOTALL), sections


def _render(template: str, **context: Any) -> bytes:
    page = _environment().get_template(template).render(context)
    return page.replace(FONT_MARK, _font_face(page), 1).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Html((TEMPLATES / "style.css").read_text("utf-8"))
    environment.filters["css_text"] = _css_text
    return environment


def _css_text(text: str) -> Html:
    """Return ``text`` as a CSS string in which no character can end the string or the sheet."""
    safe = re.sub(r'["\\<>&\n\r\f]', lambda mark: f"\\{ord(mark[0]):x} ", text)
    return Html(f'"{safe}"')


def _font_face(page: str) -> str:
    """Return the rule that embeds exactly the characters of the page."""
    font = base64.b64encode(subset_woff("".join(sorted(set(html.unescape(page))))))
    return (
        '@font-face{font-family:"Noto Sans SC";'
        f'src:url(data:font/woff;base64,{font.decode()}) format("woff")}}'
    )
