"""Messages about invalid experiment files and settings: one line that names the field and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from optexplorer.catalogue import UnknownIdError, nearest
from optexplorer.engine.declaration import SettingsError

SHOWN = 60
"""Characters of a wrong value that are shown."""
LONGEST = 300
"""Characters of a whole message."""

Place = tuple[int | str, ...]
"""The names and numbers that lead to a value, such as `("racers", 2, "start", 0)`."""


def validation_message(error: ValidationError, model: type[BaseModel]) -> str:
    """Return the first error as one line, such as `racers[2].colour = red is not allowed; ...`.

    Parameters
    ----------
    error : what pydantic raised
    model : the model that was validated, whose field names a misspelt one may have meant
    """
    return shortened(_line(_most_telling(error.errors(include_url=False)), model, ()))


def place(error: ValidationError) -> Place:
    """Return the names and numbers that lead to what the first error is about."""
    detail = _most_telling(error.errors(include_url=False))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ValidationError):
        return (*_place_of(detail), *place(cause))
    found = _place_of(detail)
    if isinstance(cause, SettingsError) and cause.name:
        return (*found, cause.name)
    # A landscape is an id itself; optimizers, schedules and sources have one.
    return (*found, "id") if isinstance(cause, UnknownIdError) and found[:1] == ("racers",) else found


def shortened(message: str, longest: int = LONGEST) -> str:
    """Return a message as one line of at most `longest` characters; what is too long loses its middle."""
    line = " ".join(message.split())
    if len(line) <= longest:
        return line
    tail = longest // 3
    return f"{line[: longest - tail - 3].rstrip()} … {line[-tail:].lstrip()}"


def _place_of(detail: ErrorDetails) -> Place:
    return tuple(part for part in detail["loc"] if not _is_alternative(part))


def _most_telling(details: Sequence[ErrorDetails]) -> ErrorDetails:
    """Return the first error; of the alternatives of a union, that which got furthest."""
    first = details[0]
    start = first["loc"][:1]
    return max(
        (detail for detail in details if detail["loc"][:1] == start),
        key=lambda detail: (len(detail["loc"]), "error" in detail.get("ctx", {})),
    )


def _line(detail: ErrorDetails, model: type[BaseModel], before: Place) -> str:
    """Return the message of one error; `before` is the place of the value that it was found in."""
    if detail["type"] == "extra_forbidden":
        *place_of_error, last = detail["loc"]
        return _unknown(
            (*before, *(part for part in place_of_error if not _is_alternative(part)), last), model
        )
    found = (*before, *_place_of(detail))
    where = path(found)
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ValidationError):
        return _line(_most_telling(cause.errors(include_url=False)), model, found)
    if isinstance(cause, SettingsError):
        return _beneath(where, str(cause))
    if isinstance(cause, Exception):
        # The errors of starts begin with the field's name already.
        return f"{where}: {cause}" if where and not str(cause).startswith(where) else str(cause)
    if detail["type"] == "missing":
        return f"{where} is missing"
    if not where:
        return f'{shown(detail["input"])} is no experiment; it should look like {{"landscape": ...}}'
    if detail["type"] == "too_long":
        context = detail["ctx"]
        return f"{where}: {context['actual_length']:,} are too many; at most {context['max_length']:,} are allowed"
    return f"{where} = {shown(detail['input'])} is not allowed; {_right(detail)}"


_RIGHT = {
    "bool_parsing": "it is true or false",
    "bool_type": "it is true or false",
    "dict_type": "it must be an object with fields",
    "finite_number": "it must be a finite number",
    "float_parsing": "it must be a number",
    "float_type": "it must be a number",
    "greater_than": "it must be greater than {gt:g}",
    "greater_than_equal": "it must be at least {ge:g}",
    "int_from_float": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "it must be a shorter number",
    "int_type": "it must be a whole number",
    "less_than": "it must be less than {lt:g}",
    "less_than_equal": "it must be at most {le:g}",
    "literal_error": "it is {expected}",
    "mapping_type": "it must be an object with fields",
    "model_attributes_type": "it must be an object with fields",
    "model_type": "it must be an object with the fields of a {class_name}",
    "string_pattern_mismatch": "it must match the pattern {pattern}",
    "string_type": "it must be a text",
    "string_unicode": "it must be a text without half characters",
    "too_short": "it must have at least {min_length}",
    "tuple_type": "it must be a list",
}
"""What would be right, by the types of pydantic's errors, with the values that they carry."""


def _right(detail: ErrorDetails) -> str:
    if detail["type"] == "named_tuple_type" and detail.get("ctx", {}).get("class_name") == "Text":
        return 'it must be a text, or {"en": …, "ja": …}'
    words = _RIGHT.get(detail["type"])
    if words is not None:
        return words.format(**detail.get("ctx", {}))
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _beneath(where: str, message: str) -> str:
    """Put an error about settings, such as `gd: lr = -1 is ...`, into its place: `racers[2].optimizer.lr = -1 ...`."""
    _, colon, rest = message.partition(": ")
    name, equals, _ = rest.partition(" = ")
    if where and colon and equals and name.isidentifier():
        return f"{where}.{rest}"
    return f"{where}: {message}" if where else message


def _unknown(found: Place, model: type[BaseModel]) -> str:
    known = _fields_at(found[:-1], model)
    near = nearest(str(found[-1]).replace("_", "-"), [name.replace("_", "-") for name in known])
    hint = f"; did you mean '{near.replace('-', '_')}'?" if near else ""
    return f"{shown(path(found))} is not known here{hint}"


def _fields_at(place_of_error: Place, model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the fields of the models that may stand at a place inside `model`; none if there is none."""
    here: list[type[BaseModel]] = [model]
    for part in place_of_error:
        if isinstance(part, str):
            fields = [known.model_fields[part] for known in here if part in known.model_fields]
            here = [found for field in fields for found in _models_in(field.annotation)]
    return tuple(name for known in here for name in known.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a field's annotation names, such as `Racer` in `tuple[Racer, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


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
