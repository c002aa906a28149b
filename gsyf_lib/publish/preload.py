"""Imported by the process that kernels are forked from: all that notebooks need is then there."""

import os
import time
from pathlib import Path

import gsyf_lib
from gsyf_lib.figures.parts import grid
from gsyf_lib.files import READING
from gsyf_lib.judged import handed_over
from gsyf_lib.publish.memory import trim

__all__ = ["prepare"]

UNUSED = {"explore"}  # brings ipywidgets, and no report has any


def prepare(kept: Path) -> None:
    """Load the public names, draw a first chart, and take what the runner has read.

    Parameters
    ----------
    kept : where the runner writes what it reads meanwhile; if it cannot, it ends this process
    """
    for name in (*gsyf_lib.__all__, "briefing"):
        if name not in UNUSED:
            getattr(gsyf_lib, name)
    draw_first()
    while not kept.exists():
        time.sleep(0.005)
    handed_over(str(kept))
    trim()


def draw_first() -> None:
    """Find the fonts and fill matplotlib's caches, here for all kernels."""
    figure, (axes,) = grid(1, 1, plot=100, head=30, foot=30, gap=0)
    axes.set_yticks([0.5], ["−50%"])
    axes.set_xticks([0, 1], ["基期", "2021"])
    axes.plot([0, 1], [0, 1], marker="o")
    figure.svg()
    figure.png()


if READING in os.environ:
    prepare(Path(os.environ[READING]))
