"""Finds optimizers, landscapes and lessons: in packages, in folders, in installed plugins."""

from __future__ import annotations

import difflib
import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class UnknownIdError(ValueError):
    """An id that no catalogue entry has; the message suggests the nearest right one."""

    def __init__(self, kind: str, given: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.given = given
        self.known = tuple(sorted(known))
        self.nearest = nearest(given, self.known)
        hint = f"did you mean '{self.nearest}'?" if self.nearest else ""
        choices = f"known: {', '.join(self.known)}"
        super().__init__(f"no {kind} is called '{given}'; {hint or choices}")


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the entry of `known` that looks most like `given`, or None if none does."""
    normal = given.strip().lower().replace("_", "-").replace(" ", "-")
    found = difflib.get_close_matches(normal, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield each module directly inside `package`, in order of name."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def classes_in(modules: Iterable[ModuleType], base: type[T], plugin_group: str) -> dict[str, type[T]]:
    """Return the subclasses of `base` that have an id of their own, by id: the modules', then the plugins'."""
    found: dict[str, type[T]] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and "id" in vars(value):
                found[vars(value)["id"]] = value
    for _, plugin in plugins(plugin_group, lambda plugin: _is_class_with_id(plugin, base)):
        found.setdefault(plugin.id, plugin)
    return found


def _is_class_with_id(plugin: object, base: type) -> bool:
    return (
        isinstance(plugin, type) and issubclass(plugin, base) and isinstance(getattr(plugin, "id", None), str)
    )


def files_in(folder: Path, suffix: str) -> dict[str, Path]:
    """Return the files of `folder` that end in `suffix`, by the stem of their names."""
    return {path.stem: path for path in sorted(folder.glob(f"*{suffix}"))}


def plugins(group: str, fits: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """Yield (name, object) of each installed entry point of `group`, in order of name.

    One that cannot be loaded, or does not fit, is named in the log and left out: other people's mistakes must not
    keep the program from starting.
    """
    for entry in sorted(entry_points(group=group), key=lambda e: e.name):
        try:
            plugin = entry.load()
        except Exception as error:  # noqa: BLE001 (whatever a stranger's module raises)
            _log.warning(
                "plugin '%s' of %s is left out, because %s cannot be loaded: %s",
                entry.name,
                group,
                entry.value,
                error,
            )
            continue
        if fits(plugin):
            yield entry.name, plugin
        else:
            _log.warning(
                "plugin '%s' of %s is left out, because %s is no such thing", entry.name, group, entry.value
            )
