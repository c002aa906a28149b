"""The style of all charts, and the Figure that shows itself as SVG with a sentence beside it.

Charts are made without pyplot. It keeps a list of open figures and picks a window system when it is
imported, and a process forked after that loses its figures. A figure that brings its own MIME
bundle needs neither. Lengths are in points (1/72 inch).
"""

import base64
import hashlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.figure
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import fontManager
from PIL import Image

from gsyf_lib.assessment import TOTAL
from gsyf_lib.charts.svg import inline_svg
from gsyf_lib.documents.blocks import SERIES, Table, packed
from gsyf_lib.documents.export import csv_bytes
from gsyf_lib.documents.fonts import FAMILY, font_path

Box = tuple[float, float, float, float, str]
WIDTH = 675.0  # 900 px at 96 px an inch: text of 9 points is 9 points on a page of full width
INK, GREY, PALE, PLAN, STEP = "#222222", "#5f6368", "#e4e7ea", "#e9eef3", "#8a9096"
STATUS_COLORS: Mapping[str, str] = {"met": "#1b6e3c", "missed": "#b3261e"}
# Found by a search over many colours: any two of them stay apart for normal and for each kind of
# colour-deficient vision (CIE76 at least 27), and each has a contrast of 3 : 1 or more to white.
INDUSTRY_COLORS: Mapping[str, str] = {
    "危险化学品": "#ee5566",
    "煤矿": "#552299",
    "非煤矿山": "#bb8800",
    "建筑施工": "#0088ff",
    "交通运输": "#115500",
    "机械制造": "#9988bb",
    "涉尘行业": "#880055",
}
STYLE: dict[Any, Any] = {
    "axes.edgecolor": "#b8bdc2",
    "axes.facecolor": "none",
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 72,
    "figure.frameon": False,
    "font.family": "sans-serif",
    "font.sans-serif": [FAMILY, "DejaVu Sans"],
    "font.size": 9,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "svg.fonttype": "none",  # text stays text: it can be found, copied and read aloud
    "svg.hashsalt": "gsyf",  # without it, identifiers would differ in every run
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": "#b8bdc2",
    "xtick.labelcolor": GREY,
    "ytick.color": "#b8bdc2",
    "ytick.labelcolor": GREY,
}
TOTAL_COLOR = "#37474f"
PRINT_DPI = 200
QUICK = 3  # of zlib's 9 levels: 9 takes much longer and saves little
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))  # the date is the clock's
FILE_METADATA = {"svg": NO_METADATA, "pdf": {"CreationDate": None}}


class Figure(matplotlib.figure.Figure):
    """A figure that notebooks and pages show as SVG, with ``alt`` as its text.

    height : in points; the width is always ``WIDTH``
    alt : what the figure says, in Chinese; its first sentence is the finding, which pages print
        above the figure
    data : the table of the numbers drawn, which pages fold under the figure
    frame : the same numbers as a tidy frame, which pages offer as CSV; else those of ``data``
    pieces : the parts of the figure that a narrow screen shows below each other. Each is one or
        more boxes beside each other: left, top, width and height in points from the top left, and
        the name of the group drawn there (axes_1, legend_1). Empty: the figure is shown whole.
    """

    def __init__(self, height: float, alt: str = "") -> None:
        """Make an empty figure."""
        super().__init__(figsize=(WIDTH / 72, height / 72))
        self.alt = alt
        self._data: Table | Callable[[], Table | None] | None = None
        self.frame: pd.DataFrame | None = None
        self.pieces: list[list[Box]] = []
        self.is_printed = False

    @property
    def data(self) -> Table | None:
        """Return the table of the numbers drawn; made when it is first asked for."""
        if callable(self._data):
            self._data = self._data()
        return self._data

    @data.setter
    def data(self, data: Table | Callable[[], Table | None] | None) -> None:
        self._data = data

    def add_panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add a panel at a place in points, counted from the top left of the figure."""
        tall = 72 * self.get_figheight()
        place = (left / WIDTH, 1 - (top + height) / tall, width / WIDTH, height / tall)
        return self.add_axes(place)

    def printed(self) -> "Figure":
        """Have the figure shown as PNG, too, for Word and slides, which cannot show our SVG."""
        self.is_printed = True
        return self

    def savefig(self, fname: Any, **options: Any) -> None:
        """Save the figure with the Chinese characters of its font: PNG, SVG or PDF, by the name."""
        if isinstance(fname, str | os.PathLike):
            kind = Path(fname).suffix.lower().removeprefix(".") or "png"
            named = {"dpi": PRINT_DPI, "facecolor": "white", "metadata": FILE_METADATA.get(kind)}
            # Whoever opens the file may lack the font, so that an SVG has its characters as shapes.
            with drawing(), rc_context({"svg.fonttype": "path"}):
                super().savefig(fname, **{**named, **options})
        else:
            with drawing():
                super().savefig(fname, **options)

    def png(self) -> bytes:
        """Return the figure as PNG, the same bytes every time; UserWarning if a glyph lacks."""
        pixels, png = io.BytesIO(), io.BytesIO()
        self.savefig(pixels, format="rgba", dpi=PRINT_DPI, facecolor="white")
        width, height = (int(edge * PRINT_DPI) for edge in self.get_size_inches())
        image = Image.frombytes("RGBA", (width, height), pixels.getvalue())
        # The figure has no background of its own: what is pale or a soft edge needs white under it.
        sheet = Image.new("RGBA", image.size, "white")
        sheet.alpha_composite(image)
        # Then the fourth channel can go: half the size, half the time.
        sheet.convert("RGB").save(png, "png", dpi=(PRINT_DPI, PRINT_DPI), compress_level=QUICK)
        return png.getvalue()

    def svg(self) -> str:
        """Return one ``<svg>`` element, the same bytes every time, that fits any page.

        Its text stays text, its width follows the page, and no other figure has its identifiers.
        UserWarning if the fonts lack a character.
        """
        buffer = io.StringIO()
        self.savefig(buffer, format="svg", metadata=NO_METADATA)
        return inline_svg(buffer.getvalue(), self.alt, WIDTH * 4 / 3)

    def csv(self) -> str:
        """Return the numbers drawn as the text of a CSV file; "" if there are none."""
        frame = self.data.frame if self.frame is None and self.data else self.frame
        return "" if frame is None else csv_bytes(frame).decode("utf-8-sig")

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        pieces = [
            [[*(round(float(x), 1) for x in box), group] for *box, group in row]
            for row in self.pieces
        ]
        # Beside the SVG, so that pages and documents read what it says and never parse it.
        said = {"alt": self.alt, "data": packed(self.data), "csv": self.csv(), "pieces": pieces}
        data = {"image/svg+xml": self.svg(), "text/plain": self.alt}
        if self.is_printed:
            data["image/png"] = base64.b64encode(self.png()).decode()
        return data, {"image/svg+xml": said}


class FigureSeries:
    """Figures that notebooks and pages show one below the other.

    A figure is drawn when it is shown, and not kept: a hundred panels at once take 100 MB.

    Examples
    --------
    >>> figures = gs.page.decline_figures(history, year=2023)
    >>> [figure.alt[:13] for figure in figures]
    ['2023年与2019年相比']
    """

    def __init__(self, drawings: Sequence[Callable[[], Figure]]) -> None:
        """Keep the functions that draw the figures."""
        self.drawings = drawings

    def __len__(self) -> int:
        """Return how many figures there are."""
        return len(self.drawings)

    def __iter__(self) -> Iterator[Figure]:
        """Draw one after the other."""
        return (draw() for draw in self.drawings)

    def _ipython_display_(self) -> None:
        # IPython is loaded already, since it is what calls this; others need not have it.
        show = sys.modules["IPython"].display.display
        for figure in self:
            # The mark lets the runner count whether every figure of a notebook has arrived.
            show(figure, metadata={"gsyf": SERIES})


@contextmanager
def drawing() -> Iterator[None]:
    """Apply the style while a figure is made or saved; a missing glyph becomes an error."""
    register_font()
    # matplotlib only warns, and draws a box; a report must not have boxes for characters.
    with rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        yield


@cache
def register_font() -> None:
    """Tell matplotlib of the font, once in a process."""
    fontManager.addfont(font_path())


def industry_color(industry: str) -> str:
    """Return the colour of an industry, or of all together, the same in every figure.

    An industry of another plan gets one of the colours by its name.
    """
    known = {**INDUSTRY_COLORS, TOTAL: TOTAL_COLOR}
    if industry in known:
        return known[industry]
    # Python's own hash of a text differs from run to run.
    colors = list(INDUSTRY_COLORS.values())
    return colors[int(hashlib.sha256(industry.encode()).hexdigest(), 16) % len(colors)]


def lightened(color: str, share: float) -> str:
    """Return a colour of which ``share`` is left, and the rest is white."""
    red, green, blue = (1 - share + share * part for part in to_rgb(color))
    return to_hex((red, green, blue))
