"""The command line: starts the program, or runs, exports and lists without a window."""

from __future__ import annotations

import os
import sys

import click

from optexplorer import __version__
from optexplorer.cli.code import code
from optexplorer.cli.data import data
from optexplorer.cli.desktop import install_desktop
from optexplorer.cli.documents import SUFFIXES, open_, share
from optexplorer.cli.export import export
from optexplorer.cli.lesson import lesson
from optexplorer.cli.listing import list_
from optexplorer.cli.run import run
from optexplorer.cli.window import open_window


class _Group(click.Group):
    """Commands; the name of a file in place of one opens it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and args[0].lower().endswith(SUFFIXES):
            return "open", open_, args
        return super().resolve_command(ctx, args)


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


for _command in (open_, share, run, export, code, data, list_, lesson, install_desktop):
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
