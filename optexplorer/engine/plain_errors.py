"""Models that answer wrong arguments with one plain sentence in place of pydantic's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError


class PlainErrors(BaseModel):
    """Base of models that scripts make by calling their class, as in `Adam(lr=0.1)`."""

    @classmethod
    def refusal(cls, error: ValidationError) -> ValueError:
        """Return the error that is raised in place of pydantic's."""
        raise NotImplementedError

    # Type checkers see the fields as arguments.
    if not TYPE_CHECKING:

        def __init__(self, /, *unnamed: Any, **fields: Any) -> None:
            kind = type(self)
            if unnamed:
                first = next(iter(kind.model_fields))
                raise TypeError(
                    f"{kind.__name__} takes its settings by name, such as {kind.__name__}({first}=...)"
                )
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise kind.refusal(error) from error

        # Pydantic need not call it for values within others.
        __init__.__pydantic_base_init__ = True
