"""The commands, and how they end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import click

from optexplorer.cli.basins import basins
from optexplorer.cli.code import code
from optexplorer.cli.data import data
from optexplorer.cli.desktop import install_desktop
from optexplorer.cli.documents import SUFFIXES, open_, share
from optexplorer.cli.export import export
from optexplorer.cli.lesson import lesson
from optexplorer.cli.listing import list_
from optexplorer.cli.run import run
from optexplorer.cli.sweep import sweep
from optexplorer.cli.tournament import tournament
from optexplorer.cli.tune import tune
from optexplorer.cli.window import NoWindowError, open_window
from optexplorer.version import __version__


class _ReaderGoneError(Exception):
    """Whoever was reading standard output has gone."""


class _Group(click.Group):
    """Commands; the name of a file in place of one opens it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and args[0].lower().endswith(SUFFIXES):
            return "open", open_, args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # Click would end the process itself, as if all were well.
            raise _ReaderGoneError from error


@click.group(
    cls=_Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="optexplorer")
@click.pass_context
def commands(context: click.Context) -> int:
    """See how gradient-based optimizers descend a loss landscape.

    Without a command the window opens, with FILE if one is named: an experiment (.optx), or a picture that carries one.
    """
    return 0 if context.invoked_subcommand else open_window()


for _command in (
    open_,
    share,
    run,
    sweep,
    basins,
    tournament,
    tune,
    export,
    code,
    data,
    list_,
    lesson,
    install_desktop,
):
    commands.add_command(_command)


LONGEST = 1200
"""Characters of the longest error message."""
_BROKEN_PIPE = 141
"""What a shell reports of a program whose reader has gone: 128 and the number of the signal SIGPIPE."""


def run_command() -> int:
    """Run the command that the arguments of this process name, and return its exit code.

    0 is success, 2 an error that is told in one line on standard error, 130 an interruption, 141 a reader of standard
    output that has gone.
    """
    try:
        code = commands.main(prog_name="optexplorer", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        # Click puts each of several choices on a line of its own.
        return refused(error.format_message().replace("\n\t", " "))
    except NoWindowError as error:
        return refused(str(error))
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (_ReaderGoneError, BrokenPipeError):
        _drop_output()
        return _BROKEN_PIPE
    except OSError as error:
        where = "standard output cannot be written" if error.filename is None else str(error.filename)
        _drop_output()
        return refused(f"{where}: {error.strerror or error}")
    return code if isinstance(code, int) else 0


def refused(message: str) -> int:
    """Say in one line on standard error what is wrong, and return the exit code for it."""
    # What came in with an unknown encoding holds half characters, which no stream can write.
    printable = message.encode("utf-8", "replace").decode("utf-8")
    if len(printable) > LONGEST:
        printable = f"{printable[: LONGEST * 2 // 3]} … {printable[-LONGEST // 3 :]}"
    with suppress(OSError):
        click.echo(f"optexplorer: {printable}", err=True)
    return 2


def _drop_output() -> None:
    """Discard what is left in the buffer of standard output: flushing it at exit would raise the error again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
