"""Formula landscapes: the data that defines one, and the functions derived from its formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from numbers import Real
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from optexplorer.engine.landscapes.base import (
    Array,
    Group,
    HeightScale,
    Landscape,
    LandscapeDefinition,
    Minimum,
)
from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.derivation import compiled
from optexplorer.engine.landscapes.formula.frozen_mapping import Frozen
from optexplorer.engine.landscapes.formula.syntax import NAME, RESERVED
from optexplorer.engine.landscapes.parameter import Interval, Number, Parameter
from optexplorer.engine.landscapes.words import MOST_CHARACTERS, Words
from optexplorer.text import Text

MAX_VARIABLES = 16
_NARROWEST = 1e-9
"""The least width of a domain."""
_RESOLUTION = 1e-15
"""The least width of a domain as a share of its greater end: floats must tell its points apart."""
_LONGEST_NAME = 40
_MOST_PARAMETERS = 64
_MOST_MINIMA = 1000


class MinimumData(BaseModel):
    """A known minimum in a file: numbers, or formulas in the parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    at: tuple[Number | str, ...]
    value: float | str


def _few(given: Any) -> Any:
    if isinstance(given, Mapping) and len(given) > _MOST_PARAMETERS:
        raise ValueError(f"a formula has at most {_MOST_PARAMETERS} parameters, not {len(given)}")
    return given


Parameters = Annotated[
    Mapping[str, Parameter],
    BeforeValidator(_few),
    AfterValidator(Frozen),
    PlainSerializer(dict, return_type=dict[str, Parameter]),
]
"""Each parameter of a formula by its name, in order."""


def _sensible_domain(domain: Mapping[str, tuple[float, float]]) -> Mapping[str, tuple[float, float]]:
    if not 1 <= len(domain) <= MAX_VARIABLES:
        raise ValueError(f"a landscape has 1 to {MAX_VARIABLES} variables, not {len(domain)}")
    for name, (low, high) in domain.items():
        check_name(name)
        if not low < high:
            raise ValueError(f"the domain of {name} needs low < high, not {low:g} and {high:g}")
        least = max(_NARROWEST, _RESOLUTION * max(abs(low), abs(high)))
        if high - low < least:
            raise ValueError(
                f"the domain of {name} is too narrow: {low!r} and {high!r} are less than {least:g} apart"
            )
    return domain


def check_name(name: str) -> None:
    """Raise ValueError unless `name` can be the name of a variable or parameter."""
    if NAME.fullmatch(name) is None or name in RESERVED or len(name) > 20:
        raise ValueError(
            f"'{name}' cannot be a variable or parameter; use letters and digits, such as x or k1"
        )


Domain = Annotated[
    Mapping[str, Interval],
    AfterValidator(Frozen),
    AfterValidator(_sensible_domain),
    PlainSerializer(dict, return_type=dict[str, Interval]),
]
"""Each variable of a landscape, in order, with its (low, high)."""


class FormulaDefinition(LandscapeDefinition):
    """Exactly what a landscape's file holds; only `formula` and `domain` are required.

    `domain` maps each variable, in order, to its (low, high). `minima` hold for every value of the parameters.
    """

    title: ClassVar[Text] = Text("Formula", "数式")
    own_id: ClassVar[str] = "own-formula"

    kind: Literal["formula"] = "formula"
    formula: str
    domain: Domain
    start: tuple[Number, ...] = ()
    parameters: Parameters = Frozen({})
    minima: tuple[MinimumData, ...] = Field((), max_length=_MOST_MINIMA)
    lesson: Words = Text("", "")
    group: Group = "own"
    source: str = Field("", max_length=MOST_CHARACTERS)
    scale: HeightScale = "linear"

    def landscape(self, id: str | None = None) -> FormulaLandscape:
        return FormulaLandscape(id or self.own_id, self)

    def sliders(self) -> Mapping[str, Parameter]:
        parameters: Mapping[str, Parameter] = self.parameters
        return parameters

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        return isinstance(other, FormulaDefinition) and self.formula == other.formula

    def as_own(self) -> Self:
        return self.model_copy(update={"group": "own"})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in self.parameters:
            check_name(name)
        both = set(self.domain) & set(self.parameters)
        if both:
            raise ValueError(f"'{min(both)}' is a variable and a parameter; choose another name for one")
        grammar.parse_tree(self.formula, self.domain, self.parameters)
        for point in (*([self.start] if self.start else []), *(minimum.at for minimum in self.minima)):
            if len(point) != len(self.domain):
                raise ValueError(f"a point has {len(self.domain)} coordinates here, not {len(point)}")
        for minimum in self.minima:
            for entry in (*minimum.at, minimum.value):
                if isinstance(entry, str):
                    grammar.parse_tree(entry, (), self.parameters)
        for (name, (low, high)), coordinate in zip(self.domain.items(), self.start, strict=False):
            if not low <= coordinate <= high:
                raise ValueError(
                    f"the start lies outside the domain: {name} = {coordinate} is not in [{low}, {high}]"
                )
        return self

    def with_values(self, values: Mapping[str, float]) -> FormulaDefinition:
        """Return the definition with other values of its parameters.

        Raises
        ------
        ValueError
            If a parameter is unknown or its value out of bounds; the message names it and its bounds.
        """
        changed = dict(self.parameters)
        for name, value in values.items():
            if name not in changed:
                known = ", ".join(changed) or "none"
                raise ValueError(f"the formula has no parameter '{name}'; its parameters: {known}")
            old = changed[name]
            if not isinstance(value, Real):
                raise ValueError(f"parameter {name} = {value} is not allowed; it must be a number")
            if not old.low <= value <= old.high:
                raise ValueError(
                    f"parameter {name} = {value} is out of bounds; {old.low:g} <= {name} <= {old.high:g}"
                )
            changed[name] = old.model_copy(update={"value": float(value)})
        same = all(changed[name].value == old.value for name, old in self.parameters.items())
        return self if same else self.model_copy(update={"parameters": Frozen(changed)})


class FormulaLandscape(Landscape):
    """A landscape defined by data; equal to another with the same id and definition.

    A formula that cannot be derived raises `FormulaError` when its value or gradient is first asked for.
    """

    definition: FormulaDefinition

    def __init__(self, id: str, definition: FormulaDefinition) -> None:
        self.id = id
        self.definition = definition
        self.name = definition.name if any(definition.name) else _shortened(definition.formula)
        self.group = definition.group
        self.lesson = definition.lesson
        self.source = definition.source
        self.variables = tuple(definition.domain)
        self.domain = tuple(definition.domain.values())
        self.start = definition.start or _off_centre(self.domain)
        self.height_scale = definition.scale
        self.parameter_values = tuple(parameter.value for parameter in definition.parameters.values())
        # Python's own numbers would raise where they are divided by zero.
        self._safe_parameters = tuple(map(np.float64, self.parameter_values))
        nonnegative = frozenset(
            name for name, parameter in definition.parameters.items() if parameter.low >= 0
        )
        self.compiled_formula = compiled(
            definition.formula, self.variables, tuple(definition.parameters), nonnegative
        )
        self._hash = hash((id, definition))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FormulaLandscape)
            and self._hash == other._hash
            and (self.id, self.definition) == (other.id, other.definition)
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"FormulaLandscape({self.id!r}, {self.definition.formula!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return FormulaLandscape, (self.id, self.definition)

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:  # type: ignore[override]
        """The known minima, with the parameters' values put in."""
        return tuple(
            Minimum(tuple(self._evaluated(entry) for entry in data.at), self._evaluated(data.value))
            for data in self.definition.minima
        )

    def _evaluated(self, entry: float | str) -> float:
        if not isinstance(entry, str):
            return float(entry)
        function = compiled(entry, (), tuple(self.definition.parameters)).value
        with np.errstate(all="ignore"):
            return float(function(*self._safe_parameters)[0])

    @cached_property
    def latex(self) -> str:
        """The formula as it was written, in LaTeX; what is nested very deeply as an ellipsis."""
        from optexplorer.engine.landscapes.formula.latex import readable_latex

        tree = grammar.parse_tree(self.definition.formula, self.variables, self.definition.parameters)
        return readable_latex(tree)

    def value(self, x: Array) -> Array:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim == 1:
            return np.float64(self._at(self._value, x)[0])  # type: ignore[return-value]
        values = np.empty(x.shape[1:])
        values[...] = self._at(self._value, x)[0]
        return values

    def gradient(self, x: Array) -> Array:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim == 1:
            # Tried right here first: descents of single points spend much of their time in this line.
            try:
                return np.array(self._gradient(*x.tolist(), *self.parameter_values))
            except ZeroDivisionError:
                return np.array(self._at(self._gradient, x))
        return _filled(self._at(self._gradient, x), x.shape)

    @cached_property
    def number_gradient(self) -> Callable[..., tuple[Any, ...]]:
        function, parameters = self._gradient, self.parameter_values
        return (lambda *x: function(*x, *parameters)) if parameters else function

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        if x.ndim == 1:
            return super().value_and_gradient(x)
        loss, *slopes = self._at(self._value_and_gradient, x)
        values = np.empty(x.shape[1:])
        values[...] = loss
        return values, _filled(tuple(slopes), x.shape)

    @cached_property
    def has_hessian(self) -> bool:
        """Whether the Hessian is known: not if it would be too large an expression."""
        return self.compiled_formula.hessian is not None

    def hessian(self, x: Array) -> Array:
        function = self.compiled_formula.hessian
        if function is None:
            return super().hessian(x)
        x = np.asarray(x, dtype=np.float64)
        n = self.dimension
        upper = self._at(function, x)
        hessian = np.empty((n, n, *x.shape[1:]))
        entries = iter(upper)
        for i in range(n):
            for j in range(i, n):
                hessian[i, j] = hessian[j, i] = next(entries)
        return hessian

    def residuals(self, x: Array) -> Array | None:
        functions = self.compiled_formula.residuals
        if functions is None:
            return None
        x = np.asarray(x, dtype=np.float64)
        entries = self._at(functions[0], x)
        return _filled(entries, (len(entries), *x.shape[1:]))

    def residual_jacobian(self, x: Array) -> Array | None:
        functions = self.compiled_formula.residuals
        if functions is None:
            return None
        x = np.asarray(x, dtype=np.float64)
        entries = self._at(functions[1], x)
        flat = _filled(entries, (len(entries), *x.shape[1:]))
        return flat.reshape(-1, self.dimension, *x.shape[1:])

    @cached_property
    def _value(self) -> Callable[..., tuple[Any, ...]]:
        return self.compiled_formula.value

    @cached_property
    def _gradient(self) -> Callable[..., tuple[Any, ...]]:
        return self.compiled_formula.gradient

    @cached_property
    def _value_and_gradient(self) -> Callable[..., tuple[Any, ...]]:
        return self.compiled_formula.value_and_gradient

    def _at(self, function: Callable[..., tuple[Any, ...]], x: Array) -> tuple[Any, ...]:
        """Return the function's values at a point or a batch of them; a division by zero gives inf or nan."""
        if x.ndim == 1:
            # Python's floats are several times faster than NumPy's, but raise where NumPy's give inf.
            try:
                return function(*x.tolist(), *self.parameter_values)
            except ZeroDivisionError:
                pass
        return function(*x, *self._safe_parameters)


def _filled(entries: tuple[Any, ...], shape: tuple[int, ...]) -> Array:
    filled = np.empty(shape)
    for row, entry in zip(filled, entries, strict=True) if filled.ndim > 1 else ():
        row[...] = entry
    if filled.ndim == 1:
        filled[...] = entries
    return filled


def _shortened(formula: str) -> Text:
    """Return what a landscape without a name is called: its formula, or the beginning of it."""
    line = " ".join(formula.split())
    name = line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"
    return Text(name, name)


def _off_centre(domain: tuple[tuple[float, float], ...]) -> tuple[float, ...]:
    shares = (0.2, 0.75)
    points = (low + shares[place % 2] * (high - low) for place, (low, high) in enumerate(domain))
    return tuple(point if math.isfinite(point) else 0.0 for point in points)
