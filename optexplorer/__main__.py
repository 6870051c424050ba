"""Starts the command line: `python -m optexplorer`."""

from optexplorer.cli import main

main()
