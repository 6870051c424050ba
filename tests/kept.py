"""What the fixtures of several folders tell each other: what outlasts a test on purpose, and whether it has failed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

widgets: list[QWidget] = []
"""Windows that the tests of a module share."""
threads: list[threading.Thread] = []
"""The threads of these windows."""
has_failed = pytest.StashKey[bool]()
"""Of a test, once one of its phases has."""
