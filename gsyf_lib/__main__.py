"""``python -m gsyf_lib`` is the command ``gsyf``."""

import sys
from pathlib import Path

# With -m, unlike ``gsyf``, Python looks for modules in the working folder first: a pandas.py that
# lies there would be imported.
if sys.path[0] == str(Path.cwd()):
    del sys.path[0]

from gsyf_lib.cli.main import main

sys.exit(main())
