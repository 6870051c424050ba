"""What a landscape is as data: the base of the definitions of all kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.text import Text

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.formula.definition import Parameter

MOST_CHARACTERS = 4_000
"""Characters of the longest text (name, lesson) that a definition may hold."""


def _words(given: Any) -> Any:
    return Text(given, given) if isinstance(given, str) else given


def _bounded(text: Text) -> Text:
    longest = max(map(len, text))
    if longest > MOST_CHARACTERS:
        raise ValueError(f"it has {longest:,} characters; at most {MOST_CHARACTERS:,} are allowed")
    return text


Words = Annotated[
    Text,
    BeforeValidator(_words),
    AfterValidator(_bounded),
    PlainSerializer(Text._asdict, return_type=dict[str, str]),
]
"""A `Text` in a file: `{en = "...", ja = "..."}`, or one string for both languages."""


class LandscapeDefinition(BaseModel):
    """A landscape as a file holds it; its `kind` says which class it is (see `registry`).

    A kind is a subclass with `kind: Literal["..."] = "..."`, the fields that its landscapes need, and `landscape`.
    Definitions are immutable, compared by value and hashable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[Text]
    """What the kind is called."""
    own_id: ClassVar[str]
    """The id of a landscape of this kind that is in no catalogue."""

    kind: str
    name: Words = Text("", "")

    @abstractmethod
    def landscape(self, id: str | None = None) -> Landscape:
        """Return the landscape that this defines, called `id`, or `own_id` if it is in no catalogue."""

    def sliders(self) -> Mapping[str, Parameter]:
        """Return the parameters that `with_values` changes, by name."""
        return {}

    def with_values(self, values: Mapping[str, float]) -> Self:
        """Return the definition with other values of its parameters.

        Raises
        ------
        ValueError
            If a parameter is unknown or its value out of bounds; the message names it and its bounds.
        """
        if values:
            raise ValueError("this landscape has no parameters")
        return self

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        """Whether this is `other` with other numbers in it, over the same domain: a picture of one fits the other."""
        return self == other

    def as_own(self) -> Self:
        """Return the definition as one of the person's own landscapes, whatever group it names."""
        return self


def is_parameter_variant(a: Landscape, b: Landscape) -> bool:
    """Whether one is the other with other values of its parameters, or painted further."""
    if (a.variables, a.domain) != (b.variables, b.domain) or a.definition is None or b.definition is None:
        return False
    return a.definition.is_variant_of(b.definition)
