"""An analyst's own matplotlib charts: with Chinese characters, and on the page of a report."""

import io
import sys
from typing import Any

import matplotlib
import matplotlib.figure
import pandas as pd
from matplotlib.axes import Axes

from gsyf_lib.charts.figure import NO_METADATA, drawing, register_font
from gsyf_lib.charts.svg import inline_svg
from gsyf_lib.documents.blocks import packed, table
from gsyf_lib.documents.export import csv_bytes
from gsyf_lib.documents.fonts import FAMILY
from gsyf_lib.errors import UsageError


class OwnChart:
    """自作的图，连同一句结论；在 JupyterLab 和报告网页中都能显示。"""

    def __init__(self, figure: matplotlib.figure.Figure, alt: str, data: pd.DataFrame) -> None:
        """Keep the figure, what it says, and its numbers."""
        self.figure, self.alt, self.data = figure, alt, data

    def __repr__(self) -> str:
        """Return what the chart says."""
        return f"图：{self.alt}"

    def svg(self) -> str:
        """Return the figure as one ``<svg>`` element for a page."""
        buffer = io.StringIO()
        with drawing():
            self.figure.savefig(buffer, format="svg", metadata=NO_METADATA)
        return inline_svg(buffer.getvalue(), self.alt, self.figure.get_figwidth() * 96)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        said: dict[str, Any] = {"alt": self.alt}
        if len(self.data.columns):
            lines = self.data.astype(str).to_dict("records")
            heads = list(lines[0]) if lines else []
            shown = table(lines, self.alt.rstrip("。"), row_header=heads[0] if heads else "")
            said |= {"data": packed(shown), "csv": csv_bytes(self.data).decode("utf-8-sig")}
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}, {"image/svg+xml": said}


def chart(
    figure: matplotlib.figure.Figure | Axes, finding: str, data: pd.DataFrame | None = None
) -> OwnChart:
    """把自作的 matplotlib 图连同一句结论放进笔记本和报告网页。

    Parameters
    ----------
    figure : matplotlib 的图，或其中的坐标系（pandas 的 ``plot`` 返回的就是）
    finding : 图说明什么，一句话；网页印在图的上方，读屏软件读的也是这句
    data : 图中的数据；网页把它折叠在图下，并可下载

    Raises
    ------
    UsageError
        没有写结论句。

    Examples
    --------
    >>> rows = gs.trend(judged.history, "太原市", "煤矿", "事故起数")
    >>> gs.chart(rows.plot("year", "value"), "太原市煤矿事故起数逐年变化。")
    图：太原市煤矿事故起数逐年变化。
    """
    if not finding.strip():
        raise UsageError("请用一句话写明这幅图说明什么，例如“煤矿事故起数逐年减少。”")
    drawn = figure.get_figure(root=True)
    assert drawn is not None
    # Otherwise the notebook would show pyplot's figure once more, as a PNG that no page takes.
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(drawn)
    sentence = finding.strip().rstrip("。") + "。"
    return OwnChart(drawn, sentence, pd.DataFrame() if data is None else data)


def use_font() -> None:
    """让自作的 matplotlib 图显示汉字：此后的图都用报告的字体。

    Examples
    --------
    >>> gs.use_font()
    """
    register_font()
    before = matplotlib.rcParams["font.sans-serif"]
    others = [name for name in before if name != FAMILY]
    matplotlib.rcParams.update({"font.family": "sans-serif", "font.sans-serif": [FAMILY, *others]})
