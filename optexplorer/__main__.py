"""Starts the command line: `python -m optexplorer`."""

import sys

from optexplorer.cli import main

sys.exit(main())
