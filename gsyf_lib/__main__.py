"""``python -m gsyf_lib`` is the command ``gsyf``."""

import sys

from gsyf_lib.cli import main

sys.exit(main())
