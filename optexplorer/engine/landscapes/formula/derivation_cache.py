"""Derived functions as text, kept from one launch to the next: SymPy is slow to import and to derive.

One file for each formula, in the person's folder of caches, which may be emptied at any time. What cannot be read there
or does not fit is derived anew.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from optexplorer.atomic_write import write_atomically
from optexplorer.engine.landscapes.formula.functions import check
from optexplorer.user_folders import cache_folder

KINDS = {"value": 1, "gradient": 1, "value and gradient": 1, "hessian": 1, "residuals": 2}
"""What is kept of a formula, and how many functions that is: `residuals` are themselves and their Jacobian."""
MOST_FILES = 300
MOST_BYTES = 100_000
_WRITERS = ("compilation", "derivation", "functions", "grammar", "piecewise", "symbolic")
"""The modules beside this one that the text depends on."""
_DAY = 86_400

Texts = tuple[str, ...] | None


def folder() -> Path:
    """Return where the texts lie; the folder need not exist."""
    return cache_folder() / "derived"


class DerivationCache:
    """The texts of one formula by kind, see `KINDS`; None stands for what the formula does not have."""

    def __init__(self, *formula: Any) -> None:
        """Take whatever the texts depend on: the formula, its variables and its parameters."""
        self._formula = json.loads(json.dumps(formula))
        self._lock = threading.Lock()
        self._found: dict[str, Texts] | None = None

    def __contains__(self, kind: str) -> bool:
        return kind in self._texts()

    def __getitem__(self, kind: str) -> Texts:
        return self._texts()[kind]

    def __setitem__(self, kind: str, texts: Sequence[str] | None) -> None:
        """Keep texts; where nothing can be kept, the next launch only takes longer."""
        found = self._texts()
        with self._lock:
            found[kind] = None if texts is None else tuple(texts)
            data = json.dumps({"formula": self._formula, "origin": _origin(), "texts": found}).encode()
            if len(data) > MOST_BYTES:
                return
            try:
                self._write(data)
            except OSError:
                # A full disk, a folder that nobody may write to, or a person without a home.
                return

    def _texts(self) -> dict[str, Texts]:
        with self._lock:
            if self._found is None:
                try:
                    self._found = self._read()
                except (OSError, ValueError):
                    # Not there yet, damaged, or written by somebody else.
                    self._found = {}
            return self._found

    def _path(self) -> Path:
        digest = sha256(json.dumps([self._formula, _origin()]).encode()).hexdigest()
        return folder() / f"{digest}.json"

    def _read(self) -> dict[str, Texts]:
        path = self._path()
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError("too large")
        try:
            kept = json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(kept, dict) or (kept.get("formula"), kept.get("origin")) != (
            self._formula,
            _origin(),
        ):
            raise ValueError("another formula")
        texts = kept.get("texts")
        if not isinstance(texts, dict):
            raise ValueError("no texts")
        found = {kind: _checked(kind, several) for kind, several in texts.items()}
        if time.time() - path.stat().st_mtime > _DAY:
            # So that what is in use outlives what is not.
            os.utime(path)
        return found

    def _write(self, data: bytes) -> None:
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_room(path.parent)
        write_atomically(path, data)


def _checked(kind: str, texts: object) -> Texts:
    if texts is None and kind in ("hessian", "residuals"):
        return None
    if not isinstance(texts, list) or len(texts) != KINDS.get(kind):
        raise ValueError("no texts")
    for text in texts:
        if not isinstance(text, str):
            raise ValueError("no text")
        check(text)
    return tuple(texts)


def _make_room(place: Path) -> None:
    """Take away the files that have not been used for the longest time, but for the newest."""
    by_age = sorted(place.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST_FILES - 1 :]:
        path.unlink(missing_ok=True)


@cache
def _origin() -> str:
    """Return what tells texts of this program and this SymPy from those of others."""
    digest = sha256(metadata.version("sympy").encode())
    for name in _WRITERS:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()
