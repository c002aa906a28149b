"""Where pages are made: by workers on this machine, or by those of a cluster."""

from collections.abc import Generator
from os import cpu_count
from pathlib import Path

from gsyf_lib.assessment import JudgedPlan, hand_over
from gsyf_lib.reports import cluster
from gsyf_lib.reports.provenance import Makers
from gsyf_lib.reports.request import Request
from gsyf_lib.reports.work import Job, Outcome, Site, make_pages
from gsyf_lib.reports.workplace import prepare


def place(request: Request, private: Path, made_by: Makers) -> "Here | There":
    """Return where a request's pages are to be made.

    Parameters
    ----------
    request : tells of a cluster, or how many workers
    private : the run's folder
    made_by : what pages are made by
    """
    if request.scheduler is not None:
        return There(request.scheduler, private, made_by)
    return Here(private, request.jobs or cpu_count() or 1)


class Here:
    """This machine: the process that pages are made in begins to import at once."""

    def __init__(self, private: Path, workers: int) -> None:
        """Start that process; what the runner reads meanwhile overlaps with its imports."""
        self.private, self.workers = private, workers
        self.prepared = prepare(private)

    def outcomes(self, todo: list[Job], judged: JudgedPlan) -> Generator[Outcome, None, None]:
        """Yield what becomes of the jobs, as it comes."""
        if not todo:
            return
        hand_over(judged, self.private / "reading")
        site = Site(self.private, self.private / "data", self.private / "notebooks")
        yield from self.prepared.run(make_pages, todo, site, self.workers)

    def close(self) -> None:
        """End what was started, whether it was used or not."""
        self.prepared.close()


class There:
    """A cluster, which is there before the run starts anything, and stays as it is."""

    def __init__(self, address: str, private: Path, made_by: Makers) -> None:
        """Connect to it."""
        self.private, self.made_by = private, made_by
        self.client = cluster.connect(address)

    def outcomes(self, todo: list[Job], judged: JudgedPlan) -> Generator[Outcome, None, None]:
        """Yield what becomes of the jobs, as it comes."""
        if not todo:
            return
        packed = cluster.parcel(judged, self.private, self.made_by)
        yield from cluster.outcomes(todo, packed, Outcome.given_up, self.client)

    def close(self) -> None:
        """Take leave of it; what it has not done yet, it drops."""
        self.client.close()
