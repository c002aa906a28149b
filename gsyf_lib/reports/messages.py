"""What becomes of the pages in; the lines that a run prints out, and the table at its end."""

from collections.abc import Callable, Iterable
from typing import TextIO

from gsyf_lib.reports.manifest import Manifest, PageRecord
from gsyf_lib.reports.request import Request
from gsyf_lib.vocabulary import SYNTHETIC


class Progress:
    """Reports each page that is done: a line each in a log, one counting line on a terminal."""

    def __init__(
        self, say: Callable[[str], None], total: int, terminal: TextIO | None = None
    ) -> None:
        """Begin with no page done."""
        self.say, self.total, self.terminal, self.done = say, total, terminal, 0

    def page(self, title: str, problem: str) -> None:
        """Report that a page was made, or why not."""
        self.done += 1
        line = f"[{self.done}/{self.total}] {title}：{f'失败。{problem}' if problem else '已生成'}"
        if self.terminal is None:
            self.say(line)
        else:
            # \r\x1b[K clears the line, so that the next one takes its place. Problems stay.
            stays = problem or self.done == self.total
            self.terminal.write(f"\r\x1b[K{line}" + ("\n" if stays else ""))
            self.terminal.flush()


def say_end(
    request: Request, manifest: Manifest, say: Callable[[str], None], made: Iterable[str] = ()
) -> int:
    """Tell what became of all pages, and return the exit code of the run.

    ``made`` has the pages that this run made or tried to make. An older failure, of a page that was
    not asked for, does not make the run fail.
    """
    pages, made, folder = manifest.pages, set(made), request.folder(manifest.year)
    by_state = {
        state: [name for name, page in pages.items() if page.state == state]
        for state in ("current", "failed", "stale")
    }
    if manifest.synthetic:
        say(SYNTHETIC)
    say(str(folder))
    say(f"  生成：{len(made.intersection(by_state['current']))}页")
    say(f"  未变：{len(set(by_state['current']) - made)}页")
    for word, state in (("失败", "failed"), ("未更新", "stale")):
        titles = "、".join(_title(name, pages[name]) for name in by_state[state])
        say(f"  {word}：{len(by_state[state])}页{f'（{titles}）' if titles else ''}")
    if by_state["failed"]:
        say(f"  失败的笔记本及其错误：{folder / 'failed'}")
    code, why = request.exit_code(manifest, not made.isdisjoint(by_state["failed"]))
    if why:
        say(why)
    return code


def _title(name: str, page: PageRecord) -> str:
    """Return the title of a page; if it failed, with the age of the older page that stays."""
    older = f"，保留截至{page.as_of}的旧页" if page.key and page.state == "failed" else ""
    return f"{page.title or name}{older}"
