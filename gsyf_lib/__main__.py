"""``python -m gsyf_lib`` is the command ``gsyf``."""

import sys
from pathlib import Path

# Unlike ``gsyf``, Python looks here for modules first: a pandas.py in this folder would be run.
if sys.path[0] == str(Path.cwd()):
    del sys.path[0]

from gsyf_lib.cli.main import main

sys.exit(main())
