"""The user's data, state and cache folders on each platform; the only module that knows them."""

from __future__ import annotations

import errno
from pathlib import Path

import platformdirs

_NAME = "optexplorer"


def data_folder() -> Path:
    """Return the folder of the user's data, such as own landscapes; it need not exist.

    Raises
    ------
    OSError
        If the user's home folder is not known; so do the other functions.
    """
    return _absolute(platformdirs.user_data_dir(_NAME, appauthor=False, roaming=True))


def shared_data_folder() -> Path:
    """Return the data folder shared by all programs, where desktops look for menu entries and file types."""
    return _absolute(platformdirs.user_data_dir())


def state_folder() -> Path:
    """Return where what a program keeps between launches belongs, such as unsaved changes."""
    return _absolute(platformdirs.user_state_dir(_NAME, appauthor=False))


def cache_folder() -> Path:
    """Return where files lie that may be deleted at any time."""
    return _absolute(platformdirs.user_cache_dir(_NAME, appauthor=False, opinion=False))


def _absolute(folder: str) -> Path:
    path = Path(folder)
    if not path.is_absolute():
        # What is left of "~/.cache" where nobody knows the home folder.
        raise FileNotFoundError(errno.ENOENT, "the home folder of this person is not known", folder)
    return path
