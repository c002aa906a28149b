"""A plan and a seed in; a synthetic set of submissions out, as files in dated folders.

``truth`` draws the figures, ``cast`` says which city makes which mistake, ``reports`` and
``progress`` fill the tables, ``writers`` writes them. Only ``gsyf example`` uses this package.
"""

from pathlib import Path

from gsyf_example.cast import make_cast
from gsyf_example.progress import make_progress
from gsyf_example.reports import make_reports
from gsyf_example.truth import true_figures
from gsyf_example.writers import file_bytes, file_name
from gsyf_lib.errors import OutputError, reason
from gsyf_lib.plan.plan import Plan
from gsyf_lib.processes.files import check_new_folder

__all__ = ["write_example"]

README = """# 示例数据（非真实）

本文件夹中的全部数字都是示例数据（非真实），不反映任何地区的实际情况。
它们由 `gsyf example` 按种子生成，同一种子每次得到完全相同的文件。
仅在 `raw/submissions` 为空时使用；收到第一份真实报送后即不再读取。
"""


def write_example(plan: Plan, out: Path, seed: int = 2021) -> list[Path]:
    """Write a synthetic set of submissions, in folders named by the day they were received.

    Parameters
    ----------
    plan : the plan whose areas, industries, departments and duties the example follows
    out : a new or empty folder
    seed : the same seed gives the same bytes

    Returns
    -------
    list of pathlib.Path
        The files written: the submissions and a README.md that says they are synthetic.

    Raises
    ------
    UsageError
        ``out`` holds something: it could be real submissions.
    OutputError
        A file could not be written.
    """
    check_new_folder(out)
    cast = make_cast(plan)
    packages = [*make_reports(cast, true_figures(cast, seed)), *make_progress(cast, seed)]
    contents = {out / "README.md": README.encode()}
    for package in packages:
        contents[out / package.received_on.isoformat() / file_name(package)] = file_bytes(package)
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"示例数据无法写入“{out}”：{reason(error)}；请检查权限和磁盘空间"
        ) from error
    return list(contents)
