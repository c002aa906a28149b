"""The words after ``gsyf`` in; an answer on stdout and an exit code out."""

__all__: list[str] = []
