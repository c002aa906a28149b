"""The options of ``gsyf report`` in; its report folder and exit code out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gsyf_lib.errors import BuildError, UsageError
from gsyf_lib.reports.manifest import Manifest, other_years

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
    """

    data: Path
    year: int | None = None
    areas: Sequence[str] | None = None
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
                day = dt.date.fromisoformat(self.as_of).isoformat()
            except ValueError:
                raise UsageError(
                    f"“{self.as_of}”不是日期。请按2023-12-31的格式填写 as_of"
                ) from None
            # The dataclass is frozen; this is how its own methods may still set a field.
            object.__setattr__(self, "as_of", day)

    def folder(self, year: int) -> Path:
        """Return the report folder of a year."""
        return (self.out or self.data.resolve().parent / "reports" / str(year)).absolute()

    def others(self, year: int) -> list[Manifest]:
        """Return the manifests of the other years' folders beside the report folder of a year.

        A folder named by --out stands alone, wherever it will be copied: there are none.
        """
        return [] if self.out else other_years(self.folder(year))

    def exit_code(self, manifest: Manifest, has_failed: bool = False) -> tuple[int, str]:
        """Return the exit code of a run, and the sentence that says why it is not 0.

        ``has_failed`` tells that a requested page has.
        """
        if has_failed:
            return BuildError.exit_code, "有页面没有生成，其余页面不受影响；退出码为3"
        if self.require_complete and manifest.lacking:
            lacking = f"{manifest.year}年数据没有报齐，见 gsyf status"
            return INCOMPLETE, f"--require-complete：{lacking}；退出码为5"
        if self.strict and manifest.errors:
            found = f"报送数据有{manifest.errors}项错误级问题，逐条见 findings.csv 或 gsyf check"
            return 1, f"--strict：{found}；退出码为1"
        return 0, ""
