"""Declares hyperparameters as fields of frozen models that carry bounds, symbols and words.

From this one declaration come the panel, the checks of the command line, the documentation and the files.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from optexplorer.catalogue import Catalogue, classes_in, modules_in, nearest, with_plugin_classes
from optexplorer.engine.plain_errors import PlainErrors
from optexplorer.text import Text

SHOWN = 60
"""Characters of a wrong value that are shown."""

FieldKind = Literal["float", "int", "integers", "bool", "choice", "optimizer", "schedule"]
"""What a hyperparameter's value is; "integers" is a tuple of int, the last two are models themselves."""


class Hyperparameter(NamedTuple):
    """One hyperparameter, read from the field that declares it."""

    name: str
    kind: FieldKind
    default: Any
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    choices: tuple[str, ...]
    symbol: str
    label: Text
    help: Text
    logarithmic: bool
    choice_words: Mapping[str, Text]
    """Words for those choices that are not names everywhere, such as `adam`."""

    def named(self, choice: str) -> Text:
        """Return the words for one of the choices."""
        return self.choice_words.get(choice, Text(choice, choice))

    def bounds(self) -> str:
        """Return the bounds as words, such as `0 <= beta1 < 1`; empty if there are none."""
        if self.choices:
            return f"{self.name} is one of {', '.join(self.choices)}"
        left = "" if self.low is None else f"{self.low:g} {'<' if self.low_open else '<='} "
        right = "" if self.high is None else f" {'<' if self.high_open else '<='} {self.high:g}"
        return f"{left}{self.name}{right}" if left or right else ""

    def clamped(self, value: float) -> float:
        """Return the nearest number to `value` within the bounds; of open bounds, the next number inside."""
        if self.low is not None and value <= self.low:
            return math.nextafter(self.low, math.inf) if self.low_open else self.low
        if self.high is not None and value >= self.high:
            return math.nextafter(self.high, -math.inf) if self.high_open else self.high
        return value


M = TypeVar("M", bound="Declared")


class SettingsError(ValueError):
    """Settings that a declaration refuses; the message names the parameter and what would be right.

    `name` is that of the first parameter that is refused; empty if it is none alone.
    """

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class Declared(PlainErrors):
    """Base of optimizers, schedules and gradient sources: a frozen model whose fields are hyperparameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def refusal(cls, error: ValidationError) -> SettingsError:
        """Return the error that names the settings that are refused, and what would be right."""
        details = error.errors(include_url=False)
        name = str(details[0]["loc"][0]) if details[0]["loc"] else ""
        return SettingsError("; ".join(_message(cls, detail) for detail in details), name)


def hyperparameter(
    default: Any,
    symbol: str,
    label: Text,
    help: Text,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    logarithmic: bool = False,
    choices: Mapping[str, Text] | None = None,
) -> Any:
    """Declare a hyperparameter: a pydantic field that carries its symbol (LaTeX), label, help and scale.

    `choices` are words for values of a `Literal` that are not names everywhere.
    """
    words: JsonDict = {
        "symbol": symbol,
        "label": list(label),
        "help": list(help),
        "logarithmic": logarithmic,
        "choices": {value: list(text) for value, text in (choices or {}).items()},
    }
    return Field(default, ge=ge, gt=gt, le=le, lt=lt, json_schema_extra={"hyperparameter": words})


def hyperparameters(model: type[BaseModel]) -> tuple[Hyperparameter, ...]:
    """Return the declared hyperparameters of an optimizer, schedule or gradient source, in order."""
    return tuple(
        _read(name, field) for name, field in model.model_fields.items() if _words(field) is not None
    )


def _words(field: FieldInfo) -> dict[str, Any] | None:
    extra = field.json_schema_extra
    return extra.get("hyperparameter") if isinstance(extra, dict) else None  # type: ignore[return-value]


def _read(name: str, field: FieldInfo) -> Hyperparameter:
    words = _words(field) or {}
    bound = {
        key: getattr(item, key)
        for item in field.metadata
        for key in ("ge", "gt", "le", "lt")
        if hasattr(item, key)
    }
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return Hyperparameter(
        name=name,
        kind="choice" if choices else _kind(field.annotation),
        default=field.get_default(call_default_factory=True, validated_data={}),
        low=bound.get("gt", bound.get("ge")),
        high=bound.get("lt", bound.get("le")),
        low_open="gt" in bound,
        high_open="lt" in bound,
        choices=choices,
        symbol=words["symbol"],
        label=Text(*words["label"]),
        help=Text(*words["help"]),
        logarithmic=words["logarithmic"],
        choice_words={value: Text(*text) for value, text in words["choices"].items()},
    )


def _kind(annotation: Any) -> FieldKind:
    kinds: dict[Any, FieldKind] = {bool: "bool", int: "int", float: "float", tuple[int, ...]: "integers"}
    family: FieldKind = getattr(annotation, "family", "optimizer")
    return kinds.get(annotation, family)


def make(kind: type[M], settings: Mapping[str, Any]) -> M:
    """Return an optimizer, schedule or gradient source of class `kind` with these settings.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of its bounds; one line that names it and what would be right.
    """
    try:
        return kind.model_validate(dict(settings))
    except ValidationError as error:
        raise kind.refusal(error) from error


def checked(model: M) -> M:
    """Return a model whose settings may have been changed unchecked (by `model_copy`), if they are allowed.

    Raises
    ------
    SettingsError
        As `make` does.
    """
    found = make(type(model), model.model_dump(warnings=False))
    return model if found == model else found


def with_clamped(model: M, name: str, value: float) -> M:
    """Return a model with another value of one number among its settings, or the nearest that its bounds allow."""
    (parameter,) = (parameter for parameter in hyperparameters(type(model)) if parameter.name == name)
    return model.model_copy(update={name: parameter.clamped(value)})


def flat(model: BaseModel) -> dict[str, Any]:
    """Return what a file holds of a schedule or gradient source: its id, and its settings beside it."""
    return {"id": getattr(model, "id"), **model.model_dump()}  # noqa: B009


def read_flat(data: object, get: Callable[[str], type[M]]) -> M:
    """Return the model that `flat` spread out; `get` finds its class by id. The id alone will do.

    Raises
    ------
    ValueError
        If the id is missing or unknown, or a setting is wrong; the message says what would be right.
    """
    settings = {"id": data} if isinstance(data, str) else data
    if not isinstance(settings, Mapping) or not isinstance(settings.get("id"), str):
        raise SettingsError(f'{_shown(data)} has no id; it should look like {{"id": "...", ...}}')
    return make(get(settings["id"]), {key: value for key, value in settings.items() if key != "id"})


class DeclaredCatalogue(Catalogue[type[M]]):
    """A catalogue of declared classes: each module of a package defines one, or a family.

    Parameters
    ----------
    kind : what an entry is called in errors, such as "schedule"
    package : the package's name
    base : what all entries are subclasses of
    plugin_group : the group of entry points that bring more
    """

    def __init__(self, kind: str, package: str, base: type[Any], plugin_group: str) -> None:
        super().__init__(
            kind,
            lambda: classes_in(modules_in(sys.modules[package]), base),
            add_plugins=lambda own: with_plugin_classes(own, base, plugin_group),
        )

    def read(self, data: object) -> M:
        """Return the entry that a file holds: `{"id": "step", "step_size": 7}`, or only the id.

        Raises
        ------
        ValueError
            If the id or a setting is wrong; the message says what would be right.
        """
        return read_flat(data, self.get)


def _shown(value: object) -> str:
    """Return a wrong value as one short line."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: SHOWN + 1])
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _message(kind: type[BaseModel], detail: ErrorDetails) -> str:
    title = getattr(kind, "id", kind.__name__)
    cause = detail.get("ctx", {}).get("error")
    known = {parameter.name: parameter for parameter in hyperparameters(kind)}
    name = str(detail["loc"][0]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        several = [part for part in getattr(kind, "torch_tuples", {}).get(name, ()) if part in known]
        if several:
            return f"{title} has no parameter '{name}'; PyTorch's {name} are {' and '.join(several)} here"
        closest = nearest(name.replace("_", "-"), [other.replace("_", "-") for other in known])
        hint = (
            f"did you mean '{closest.replace('-', '_')}'?"
            if closest
            else f"it has: {', '.join(known) or 'none'}"
        )
        return f"{title} has no parameter '{_shown(name)}'; {hint}"
    if cause is not None:
        return f"{title}: {cause}"
    if name not in known:
        return f"{title}: {'.'.join(map(str, detail['loc']))}: {detail['msg']}"
    parameter, given = known[name], detail["input"]
    bounds = parameter.bounds() or {
        "bool": f"{name} is true or false",
        "int": f"{name} is a whole number",
        "float": f"{name} is a number",
        "optimizer": f"{name} is an optimizer",
        "schedule": f"{name} is a schedule",
    }.get(parameter.kind, str(detail["msg"]))
    if detail["type"].startswith(("float", "finite")) and parameter.kind == "float":
        bounds = (
            f"it must be a finite number, {bounds}" if parameter.bounds() else "it must be a finite number"
        )
    elif detail["type"].startswith("int") and parameter.kind == "int":
        bounds = f"it must be a whole number, {bounds}" if parameter.bounds() else "it must be a whole number"
    return f"{title}: {name} = {_shown(given)} is not allowed; {bounds}"
