"""``gsyf report``: done already, or to be done."""

from collections.abc import Callable
from typing import TextIO

from gsyf_lib.reports.progress import closing_table
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.unchanged import unchanged


def report(request: Request, tell: Callable[[str], None], terminal: TextIO | None = None) -> int:
    """Fulfil a request and return the exit code; see ``batch.build_reports``."""
    if found := unchanged(request):
        folder, manifest = found
        code = request.exit_code(manifest)
        why = request.reason(code, manifest)
        for line in closing_table(folder, manifest.pages, why=why, is_synthetic=manifest.synthetic):
            tell(line)
        return code
    from gsyf_lib.reports.batch import build_reports

    return build_reports(request, tell, terminal)
