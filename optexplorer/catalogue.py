"""Finds optimizers, landscapes, lessons and other entries by id: in packages, in folders, in installed plugins."""

from __future__ import annotations

import difflib
import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

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
        super().__init__(f"no {kind} is called '{_printable(given)}'; {hint or choices}")


class Catalogue(Generic[T]):
    """The entries of one kind by their ids; they are searched for when the first is asked for.

    Plugins are searched for only when something is asked for that does not come with the program.

    Parameters
    ----------
    kind : what an entry is called in errors, such as "optimizer"
    find : returns what comes with the program, by id and in the order of `ids`
    add_plugins : returns what `find` returned and what plugins bring, in the order of `ids`
    load : returns the entry of an id from what `find` returned for it, such as a file; called once per id.
        Without it, `find` returns the entries themselves.
    """

    def __init__(
        self,
        kind: str,
        find: Callable[[], Mapping[str, Any]],
        load: Callable[[str, Any], T] | None = None,
        *,
        add_plugins: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    ) -> None:
        self.kind = kind
        self._find = find
        self._add_plugins = add_plugins
        self._load = load
        self._loaded: dict[str, T] = {}

    @cached_property
    def _own(self) -> Mapping[str, Any]:
        return self._find()

    @cached_property
    def found(self) -> dict[str, Any]:
        """What there is, that of plugins included."""
        return dict(self._add_plugins(self._own))

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all entries, in order; none is loaded for it."""
        return tuple(self.found)

    def get(self, id: str) -> T:
        """Return the entry called `id`.

        Raises
        ------
        UnknownIdError
            If there is none; the message suggests the nearest.
        """
        if id not in self:
            raise UnknownIdError(self.kind, id, self.found)
        if id not in self._loaded:
            found = self._own[id] if id in self._own else self.found[id]
            if self._load is None:
                return found  # type: ignore[no-any-return]
            self._loaded[id] = self._load(id, found)
        return self._loaded[id]

    def __contains__(self, id: object) -> bool:
        return id in self._own or id in self.found

    def __iter__(self) -> Iterator[T]:
        """Yield all entries, in the order of their ids."""
        return (self.get(id) for id in self.found)


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the entry of `known` that looks most like `given`, or None if none does."""
    normal = given[:200].strip().lower().replace("_", "-").replace(" ", "-")
    found = difflib.get_close_matches(normal, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield each module directly inside `package`, in order of name."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def own_id(entry: type) -> str | None:
    """Return the id that a class defines itself; None for one that has none or inherits it."""
    id = vars(entry).get("id")
    return id if isinstance(id, str) else None


def classes_in(
    modules: Iterable[ModuleType], base: type[T], id_of: Callable[[type[T]], str | None] = own_id
) -> dict[str, type[T]]:
    """Return the subclasses of `base` in modules for which `id_of` gives an id, by id."""
    found: dict[str, type[T]] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and (id := id_of(value)):
                found[id] = value
    return found


def with_plugin_classes(
    own: Mapping[str, type[T]],
    base: type[T],
    plugin_group: str,
    id_of: Callable[[type[T]], str | None] = own_id,
) -> dict[str, type[T]]:
    """Return `own`, then the subclasses of `base` that plugins bring under ids that are not among them."""
    found = dict(own)
    for _, plugin in plugins(
        plugin_group, lambda plugin: isinstance(plugin, type) and issubclass(plugin, base) and id_of(plugin)
    ):
        found.setdefault(id_of(plugin) or "", plugin)
    return found


def files_in(folder: Path, suffix: str) -> dict[str, Path]:
    """Return the files of `folder` that end in `suffix`, by the stem of their names."""
    return {path.stem: path for path in sorted(folder.glob(f"*{suffix}"))}


def plugins(group: str, fits: Callable[[Any], object]) -> Iterator[tuple[str, Any]]:
    """Yield (name, object) of each installed entry point of `group`, in order of name.

    One that cannot be loaded, or for which `fits` is false, is named in the log and left out: other people's
    mistakes must not keep the program from starting.
    """
    # A tenth of what a start without plugins costs.
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=group), key=lambda e: e.name):
        try:
            plugin = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a stranger's module does)
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


def _printable(given: str) -> str:
    """Return an id as it can be printed anywhere, at most 60 characters of it."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in given[:60])
    return shown if len(given) <= 60 else f"{shown}…"
