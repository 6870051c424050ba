"""The only place that knows where the resource files lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Return the folder of resources: inside an installed package, or beside it in a checkout.

    Raises
    ------
    FileNotFoundError
        If neither folder exists: the installation is incomplete.
    """
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no resources beside {_PACKAGE}: please install optexplorer again")
