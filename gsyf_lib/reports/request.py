"""The options of a run in; its report folder and exit code out."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from gsyf_lib.errors import BuildError, UsageError
from gsyf_lib.reports.manifest import Manifest

INCOMPLETE = 5


@dataclass(frozen=True)
class Request:
    """The options of a run of ``gsyf report``.

    data : the plan folder
    year : year with targets; None: the latest that a city has reported
    areas : names of the areas to build; None: all pages
    out : the report folder; None: ``reports/<year>`` beside the plan folder
    as_of : YYYY-MM-DD, only what was received up to that day
    strict, require_complete : exit with 1 on error-level findings, with 5 on a missing submission
    jobs : pages at a time; None: one for each core
    force : build also what is up to date
    scheduler : address of a Dask scheduler that does the work instead

    Raises
    ------
    UsageError
        ``as_of`` is not a day, or ``jobs`` is less than 1.
    """

    data: Path
    year: int | None = None
    areas: tuple[str, ...] | None = None
    out: Path | None = None
    as_of: str | None = None
    strict: bool = False
    require_complete: bool = False
    jobs: int | None = None
    force: bool = False
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse impossible options, and write the day as YYYY-MM-DD."""
        if self.jobs is not None and self.jobs < 1:
            raise UsageError(f"--jobs 至少为1，不能是{self.jobs}")
        if self.as_of is not None:
            try:
                day = dt.date.fromisoformat(self.as_of)
            except ValueError:
                raise UsageError(
                    f"“{self.as_of}”不是日期。请按2023-12-31的格式填写 as_of"
                ) from None
            # The dataclass is frozen; this is how its own methods may still set a field.
            object.__setattr__(self, "as_of", day.isoformat())

    def folder(self, year: int) -> Path:
        """Return the report folder of a year."""
        return (self.out or self.data.resolve().parent / "reports" / str(year)).absolute()

    def exit_code(self, manifest: Manifest, failed: int = 0) -> int:
        """Return the exit code; ``failed`` is the number of requested pages that failed."""
        if failed:
            return BuildError.exit_code
        if self.require_complete and manifest.lacking:
            return INCOMPLETE
        return int(self.strict and manifest.errors > 0)

    def reason(self, code: int, manifest: Manifest) -> str:
        """Return the sentence that says why the run ends with this exit code; empty for 0."""
        sentences = {
            0: "",
            1: (
                f"--strict：报送数据有{manifest.errors}项错误级问题，逐条见 findings.csv 或 "
                "gsyf check；退出码为1"
            ),
            BuildError.exit_code: "有页面没有生成，其余页面不受影响；退出码为3",
            INCOMPLETE: (
                f"--require-complete：{manifest.year}年数据没有报齐，见 gsyf status；退出码为5"
            ),
        }
        return sentences[code]
