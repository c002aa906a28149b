"""What can go wrong in a way the user can mend; all else is a defect with its traceback.

Doubtful *content* of a submission is never an error: it is a finding (see ``frames.FINDINGS``).
"""

__all__ = [
    "BuildError",
    "BusyError",
    "GsyfError",
    "MachineError",
    "OutputError",
    "PlanError",
    "UsageError",
]


class GsyfError(Exception):
    """Root of all errors with a message for the user, in Chinese, that says what to do next."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """Tell IPython what to show in a notebook: the sentence, not the way to it."""
        return [str(self)]


class UsageError(GsyfError):
    """A name, year or option that does not exist; the message lists what is allowed."""


class PlanError(GsyfError):
    """The plan folder is broken: an annex, a code table or ``plan.toml`` cannot be trusted."""


class MachineError(GsyfError):
    """The machine let the work down: nothing is said of the data, and nothing is kept.

    A process was killed from outside or could not start; another attempt may well succeed.
    """


class BuildError(GsyfError):
    """A notebook did not run to its end, so that its report was not made."""

    exit_code = 3


class OutputError(GsyfError):
    """An output could not be written."""

    exit_code = 4


class BusyError(GsyfError):
    """Another run holds the output folder."""

    exit_code = 75
