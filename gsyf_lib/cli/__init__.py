"""The words after ``gsyf`` in; an answer on stdout and an exit code out. A file per command."""

__all__: list[str] = []
