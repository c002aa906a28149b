"""Outcomes of pages in; the lines that a run prints out, and the table at its end."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from gsyf_lib.reports.manifest import PageRecord
from gsyf_lib.vocabulary import SYNTHETIC


class Progress:
    """Reports each page that is done: a line each in a log, one counting line on a terminal.

    Parameters
    ----------
    tell : takes a line
    total : pages to be made
    terminal : where the counting line goes; None in a log
    """

    def __init__(
        self, tell: Callable[[str], None], total: int, terminal: TextIO | None = None
    ) -> None:
        """Begin with no page done."""
        self.tell, self.total, self.terminal, self.done = tell, total, terminal, 0

    def page(self, title: str, problem: str) -> None:
        """Report that a page was made, or why not."""
        self.done += 1
        line = f"[{self.done}/{self.total}] {title}：{f'失败。{problem}' if problem else '已生成'}"
        if self.terminal is None:
            self.tell(line)
        else:
            # \r\x1b[K clears the line, so that the next one takes its place. Problems stay.
            stays = problem or self.done == self.total
            self.terminal.write(f"\r\x1b[K{line}" + ("\n" if stays else ""))
            self.terminal.flush()


def closing_table(
    folder: Path,
    pages: Mapping[str, PageRecord],
    made: Collection[str] = (),
    *,
    why: str = "",
    is_synthetic: bool = False,
) -> Iterator[str]:
    """Yield the lines of the table at the end.

    Parameters
    ----------
    folder : the report folder
    pages : what became of each page
    made : names of the pages that this run has made
    why : the sentence that says why the run ends with another exit code than 0
    is_synthetic : whether the pages are made from the example

    Examples
    --------
    >>> pages = {
    ...     "140000": PageRecord("a", "2024-03-01", title="山西省2023年报告"),
    ...     "140100": PageRecord(state="failed", title="太原市2023年报告"),
    ... }
    >>> print(*closing_table(Path("reports/2023"), pages, ["140000"]), sep="\\n")
    reports/2023
      生成：1页
      未变：0页
      失败：1页（太原市2023年报告）
      未更新：0页
      失败的笔记本及其错误：reports/2023/failed
    """
    failed = [name for name, page in pages.items() if page.state == "failed"]
    current = [name for name, page in pages.items() if page.state == "current"]
    rows = {
        "生成": [name for name in current if name in made],
        "未变": [name for name in current if name not in made],
        "失败": failed,
        "未更新": [name for name, page in pages.items() if page.state == "stale"],
    }
    if is_synthetic:
        yield SYNTHETIC
    yield str(folder)
    for kind, names in rows.items():
        titles = "、".join(_title(name, pages[name]) for name in names)
        which = f"（{titles}）" if names and kind in ("失败", "未更新") else ""
        yield f"  {kind}：{len(names)}页{which}"
    if failed:
        yield f"  失败的笔记本及其错误：{folder / 'failed'}"
    if why:
        yield why


def _title(name: str, page: PageRecord) -> str:
    """Return the title of a page; if it failed, with the age of the older page that stays."""
    older = f"，保留截至{page.as_of}的旧页" if page.key and page.state == "failed" else ""
    return f"{page.title or name}{older}"
