"""A request in; a folder of pages, executed notebooks and data files out.

Start with ``run`` (has anything changed?) and ``batch`` (the steps of a run). Only this room and
``processes`` know papermill, only this one nbconvert.
"""

import sys

__all__: list[str] = []

# nbformat imports jsonschema, which imports this package, if it is there, to check IRIs. That takes
# a second, and the schema of notebooks has no IRI. None makes the import fail, as if it were not
# installed, and jsonschema then does without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
