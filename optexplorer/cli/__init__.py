"""The command line: starts the program, or runs, exports and lists without a window."""

from __future__ import annotations

import os
import sys

import click

from optexplorer import __version__
from optexplorer.cli.export import export
from optexplorer.cli.lesson import lesson
from optexplorer.cli.listing import list_
from optexplorer.cli.run import run
from optexplorer.cli.window import open_window


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="optexplorer")
@click.pass_context
def commands(context: click.Context) -> int:
    """See how gradient-based optimizers descend a loss landscape.

    Without a command the window opens.
    """
    return 0 if context.invoked_subcommand else open_window()


for _command in (run, export, list_, lesson):
    commands.add_command(_command)


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        code = commands.main(prog_name="optexplorer", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        # Click puts each of several choices on a line of its own.
        message = error.format_message().replace("\n\t", " ")
        click.echo(f"optexplorer: {message}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever was reading has gone; the flush at exit must not complain about it either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
