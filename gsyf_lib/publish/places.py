"""Where pages are made: by workers on this machine, or by those of a cluster."""

from collections.abc import Generator
from functools import partial
from os import cpu_count
from pathlib import Path

from gsyf_lib.judged import JudgedPlan, hand_over
from gsyf_lib.publish import cluster, pool
from gsyf_lib.publish.kernels import start_kernels
from gsyf_lib.publish.provenance import Makers
from gsyf_lib.publish.request import Request
from gsyf_lib.publish.work import Job, Outcome, Site, get_ready, make_page

__all__ = ["Here", "There", "place"]

WORKERS_PER_CORE = 2


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
    return Here(private, request.jobs or WORKERS_PER_CORE * (cpu_count() or 1))


class Here:
    """This machine: the process that kernels are forked from begins to import at once."""

    def __init__(self, private: Path, workers: int) -> None:
        """Start that process; what the runner reads meanwhile overlaps with it."""
        self.private, self.workers = private, workers
        self.kernels = start_kernels(private)

    def outcomes(self, todo: list[Job], judged: JudgedPlan) -> Generator[Outcome, None, None]:
        """Yield what becomes of the jobs, as it comes."""
        if not todo:
            return
        hand_over(judged, self.private / "reading")
        get_ready()
        with self.kernels as kernel:
            site = Site(self.private, self.private / "data", self.private / "notebooks", kernel)
            work = partial(make_page, site=site)
            yield from pool.outcomes(todo, work, Outcome.given_up, self.workers, Job.room)

    def close(self) -> None:
        """End what was started, whether it was used or not."""
        self.kernels.close()


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
