"""``gsyf verify``: compare a report folder with its manifest."""

import argparse

from gsyf_lib.cli.parsing import path
from gsyf_lib.cli.streams import tell
from gsyf_lib.errors import OutputError, UsageError

HELP = "核对报告文件夹与其清单是否一致"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("folder", type=path, metavar="文件夹", help="报告文件夹，如 reports/2023")


def run(options: argparse.Namespace) -> int:
    """Print every file that is missing, changed or not listed; if there is one, exit with 4."""
    from gsyf_lib.reports.manifest import MANIFEST, differences, read_record

    folder = options.folder
    if not folder.is_dir():
        raise UsageError(f"没有“{folder}”这个文件夹")
    record = read_record(folder)
    if record is None:
        raise OutputError(f"“{folder}”中没有完整的清单 {MANIFEST}；请重新运行 gsyf report")
    found = list(differences(folder, record))
    for name, problem in found:
        tell(f"{problem}  {name}\n")
    if found:
        raise OutputError(
            f"“{folder}”有{len(found)}个文件与清单不符。如非有意修改，请重新运行生成它的命令"
        )
    tell(f"{folder}：{len(record.outputs)}个文件与清单一致\n")
    return 0
