"""The base of all parts of an experiment: immutable values of which every change is checked."""

from __future__ import annotations

from typing import Any, Self

from pydantic import ConfigDict, ValidationError

from optexplorer.engine.plain_errors import PlainErrors
from optexplorer.experiment.validation_messages import validation_message


class InvalidValueError(ValueError):
    """A value that is refused; the message is one line that names the field and what would be right."""


class FrozenModel(PlainErrors):
    """An immutable value with declared fields, compared and hashed by them.

    `model_copy(update=...)` of pydantic validates nothing; `evolve` is the way to change a field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def evolve(self, **changes: Any) -> Self:
        """Return the value with other values in some of its fields.

        The new values are validated, and the conditions that several fields have to fulfil together. Parts that are
        models already are taken as they are.

        Raises
        ------
        InvalidValueError
            If a field is unknown or its value is not allowed.
        """
        return self._validated({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})

    @classmethod
    def _validated(cls, fields: dict[str, Any]) -> Self:
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise cls.refusal(error) from error

    @classmethod
    def refusal(cls, error: ValidationError) -> InvalidValueError:
        """Return the error that names the field that is refused, and what would be right."""
        return InvalidValueError(validation_message(error, cls))
