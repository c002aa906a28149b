"""From notebooks to report folders; the only place that knows papermill and nbconvert."""

import sys

__all__: list[str] = []

# jsonschema, which nbformat imports, asks for this package to check IRIs, and it builds its grammar
# for a second when imported. No schema of a notebook holds an IRI, and jsonschema does without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
