"""`optexplorer install-desktop`: an entry in the menu, and a double click that opens .optx files, on Linux."""

from __future__ import annotations

import shutil
import subprocess
import sys

import click

_PLACES = {
    "linux/optexplorer.desktop": "applications/optexplorer.desktop",
    "linux/optexplorer.xml": "mime/packages/optexplorer.xml",
    "icons/optexplorer.svg": "icons/hicolor/scalable/apps/optexplorer.svg",
}
"""Where each resource goes, below the user's data folder."""
_REFRESH = (("update-mime-database", "mime"), ("update-desktop-database", "applications"))


@click.command("install-desktop")
@click.option("--remove", is_flag=True, help="Take everything away again.")
def install_desktop(remove: bool) -> None:
    """Add optexplorer to the desktop's menu, and register it to open experiments (.optx).

    For this person only, below XDG_DATA_HOME or ~/.local/share.
    """
    from optexplorer.atomic_write import write_atomically
    from optexplorer.resource_files import resources
    from optexplorer.user_folders import shared_data_folder

    if not sys.platform.startswith("linux"):
        raise click.UsageError(
            "install-desktop works on Linux; elsewhere choose optexplorer in the file manager"
        )
    data = shared_data_folder()
    for source, place in _PLACES.items():
        target = data / place
        try:
            if remove:
                target.unlink(missing_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            content = (resources() / source).read_text(encoding="utf-8")
            write_atomically(target, content.replace("Exec=optexplorer ", f"Exec={_program()} ").encode())
        except OSError as error:
            raise click.UsageError(f"{target} cannot be written: {error.strerror or error}") from error
        click.echo(str(target))
    for program, folder in _REFRESH:
        if shutil.which(program) and (data / folder).is_dir():
            subprocess.run([program, str(data / folder)], check=False, capture_output=True)


def _program() -> str:
    """Return how the desktop starts this program, with the quotes of desktop entries."""
    found = shutil.which("optexplorer")
    words = [found] if found else [sys.executable, "-m", "optexplorer"]
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\{sign}")
    # A percent sign begins a field code there, and a backslash is read twice.
    return f'"{word}"'.replace("%", "%%").replace("\\", "\\\\")
