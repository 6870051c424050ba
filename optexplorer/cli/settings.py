"""Settings as the command line gives them: names and values, those of models inside models with dots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from optexplorer.catalogue import Catalogue
    from optexplorer.engine.declaration import Declared

M = TypeVar("M", bound="Declared")


def declared(kind: type[M], settings: Iterable[tuple[str, str]]) -> M:
    """Return an optimizer, schedule, source, data source or model of class `kind` with these settings.

    Raises
    ------
    ValueError
        If a setting is unknown or out of its bounds; the message says what would be right.
    """
    from optexplorer.engine.declaration import make

    return make(kind, nested(kind, settings))


def nested(kind: type[BaseModel], settings: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return settings as a file has them: `inner=adam` and `inner.lr=0.1` become one entry `inner`."""
    from optexplorer.engine import optimizers, schedules
    from optexplorer.engine.declaration import hyperparameters

    catalogues: dict[str, Catalogue[Any]] = {
        "optimizer": optimizers.CATALOGUE,
        "schedule": schedules.CATALOGUE,
    }
    models = {p.name: p for p in hyperparameters(kind) if p.kind in catalogues}
    found: dict[str, Any] = {}
    inside: dict[str, list[tuple[str, str]]] = {}
    for name, value in settings:
        head, _, tail = name.partition(".")
        if head in models:
            inside.setdefault(head, []).append((tail, value))
        else:
            found[name] = value
    for head, given in inside.items():
        id = next((value for tail, value in reversed(given) if not tail), models[head].default.id)
        inner = catalogues[models[head].kind].get(id)
        found[head] = {"id": id, **nested(inner, [(tail, value) for tail, value in given if tail])}
    return found
