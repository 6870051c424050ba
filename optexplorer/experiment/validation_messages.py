"""What a wrong experiment file or setting is told: one line that names the field and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from optexplorer.catalogue import nearest
from optexplorer.engine.declaration import SettingsError
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer

SHOWN = 60
"""Characters of a wrong value that are shown."""

_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Experiment,
    ("racers",): Racer,
    ("view",): ComputationView,
    ("appearance",): Appearance,
    ("appearance", "camera"): Camera,
}
"""The models whose field names a misspelt one may have meant, by the names that lead to them."""


def validation_message(error: ValidationError) -> str:
    """Return the first complaint as one line, such as `racers[2].lr = -1 is not allowed; 0 < lr <= 1e+06`."""
    return _line(_most_telling(error.errors()))


def place(error: ValidationError) -> tuple[int | str, ...]:
    """Return the names and numbers that lead to what the first complaint is about."""
    return tuple(part for part in _most_telling(error.errors())["loc"] if not _is_alternative(part))


def _most_telling(details: Sequence[ErrorDetails]) -> ErrorDetails:
    """Return the first complaint; of the alternatives of a union, that which got furthest."""
    first = details[0]
    place = first["loc"][:1]
    return max(
        (detail for detail in details if detail["loc"][:1] == place),
        key=lambda detail: (len(detail["loc"]), "error" in detail.get("ctx", {})),
    )


def _line(detail: ErrorDetails) -> str:
    place = [part for part in detail["loc"] if not _is_alternative(part)]
    where = path(place)
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ValidationError):
        inner = _line(_most_telling(cause.errors()))
        return f"{where}: {inner}" if where else inner
    if isinstance(cause, SettingsError):
        return _beneath(where, str(cause))
    if isinstance(cause, Exception):
        # The errors of starts begin with the field's name already.
        return f"{where}: {cause}" if where and not str(cause).startswith(where) else str(cause)
    if detail["type"] == "extra_forbidden":
        return _unknown(
            [*(part for part in detail["loc"][:-1] if not _is_alternative(part)), detail["loc"][-1]]
        )
    if detail["type"] == "missing":
        return f"{where} is missing"
    if not where:
        return f'{shown(detail["input"])} is no experiment; it should look like {{"landscape": ...}}'
    message = detail["msg"]
    return f"{where} = {shown(detail['input'])} is not allowed; {message[:1].lower()}{message[1:]}"


def _beneath(where: str, message: str) -> str:
    """Put a complaint about settings, such as `gd: lr = -1 is ...`, into its place: `racers[2].lr = -1 is ...`."""
    _, colon, rest = message.partition(": ")
    name, equals, _ = rest.partition(" = ")
    if where and colon and equals and name.isidentifier():
        return f"{where}.{rest}"
    return f"{where}: {message}" if where else message


def _unknown(place: Sequence[int | str]) -> str:
    model = _MODELS.get(tuple(part for part in place[:-1] if isinstance(part, str)))
    known = model.model_fields if model is not None else ()
    near = nearest(str(place[-1]).replace("_", "-"), [name.replace("_", "-") for name in known])
    hint = f"; did you mean '{near.replace('-', '_')}'?" if near else ""
    return f"{shown(path(place))} is not known here{hint}"


def _is_alternative(part: int | str) -> bool:
    """Whether a part of a place is no field but pydantic's name for one alternative of a union."""
    return isinstance(part, str) and (
        part in ("str", "float") or not part.isidentifier() or part[:1].isupper()
    )


def path(place: Sequence[int | str]) -> str:
    """Return the place of a value in a file as text, such as `racers[2].start[0]`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """Return a wrong value as one short line."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
