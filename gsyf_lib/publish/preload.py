"""Imported by the process that kernels are forked from: all that notebooks need is then there."""

import os
import time
from pathlib import Path

import gsyf_lib
from gsyf_lib import shared
from gsyf_lib.files import READING

__all__ = ["prepare"]


def prepare(kept: Path) -> None:
    """Load the public names, take what the runner has read, and draw a first chart.

    Parameters
    ----------
    kept : where the runner writes what it reads meanwhile; if it cannot, it ends this process
    """
    for name in (*gsyf_lib.__all__, "briefing"):
        getattr(gsyf_lib, name)
    while not kept.exists():
        time.sleep(0.01)
    reading = shared.take(str(kept))
    if reading is not None:
        # It finds the fonts and fills matplotlib's caches, here for all kernels.
        city, year = reading.plan.cities[0], reading.plan.first_year
        gsyf_lib.decline_figure(reading.history, city, year).svg()


if READING in os.environ:
    prepare(Path(os.environ[READING]))
