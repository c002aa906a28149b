"""From notebooks to report folders; the only place that knows papermill and nbconvert."""

__all__: list[str] = []
