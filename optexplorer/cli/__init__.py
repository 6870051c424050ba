"""The command line: starts the program, or runs, exports and lists without a window."""

from __future__ import annotations

import io
import os
import sys


def main() -> int:
    """Do what the arguments of this process ask for and return its exit code; without any, open the window.

    0 is success, 2 an error that is told in one line on standard error, 130 an interruption, 141 a reader of standard
    output that has gone.
    """
    # No plugin of it is meant for this program, and to look for them among all that is installed takes time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Matrices are small here: threads of the library that multiplies them would wait for each other, and keep the
    # window's own from their work. Read when NumPy is imported.
    for library in ("OPENBLAS", "MKL", "VECLIB"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    _prepare_output()
    # The commands, and the library that reads their arguments, are much of what a start imports.
    if len(sys.argv) > 1:
        from optexplorer.cli.command_line import run_command

        return run_command()
    from optexplorer.cli.window import NoWindowError, open_window

    try:
        return open_window()
    except NoWindowError as error:
        from optexplorer.cli.command_line import refused

        return refused(str(error))
    except KeyboardInterrupt:
        return 130


def _prepare_output() -> None:
    """Make standard output raise an error for characters that it cannot encode.

    Where it is closed, what is printed would else be lost without a word, or go into the next file that is opened;
    where it has no buffer (PYTHONUNBUFFERED), Python drops what the system does not take at once.
    """
    encoding, errors = "utf-8", "strict"
    if sys.stdout is None:
        handle = os.open(os.devnull, os.O_RDONLY)
        if handle != 1:
            os.dup2(handle, 1)
            os.close(handle)
    elif isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):
        encoding, errors = sys.stdout.encoding, sys.stdout.errors or errors
    else:
        return
    sys.stdout = open(1, "w", encoding=encoding, errors=errors, closefd=False)  # noqa: SIM115 (it stays open)
