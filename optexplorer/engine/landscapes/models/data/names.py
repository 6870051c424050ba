"""What the features, the target and the classes of data are called in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from optexplorer.engine.landscapes.models.data import CATALOGUE
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.text import Text

SHORT = 2
"""Names of up to so many characters, such as x1, A or 7, are signs: the same in every language."""


class ShownNames(NamedTuple):
    """The names in a data set, to be shown: of its features, of what is predicted, and of the classes."""

    inputs: tuple[Text, ...]
    target: Text
    classes: tuple[Text, ...]


def shown_names(data: Dataset) -> ShownNames:
    """Return the names in `data` in both languages; those of a person's own data are the same in both.

    Examples that were changed by hand have become a person's own, but keep the names of the set that they come from:
    a set is known by its names, of which all have to be its own.
    """
    return _shown(data.input_names, data.target_name, data.classes)


@lru_cache(maxsize=32)
def _shown(inputs: tuple[str, ...], target: str, classes: tuple[str, ...]) -> ShownNames:
    words = _words({name for name in (*inputs, target, *classes) if len(name) > SHORT})
    called = {name: words.get(name, Text(name, name)) for name in (*inputs, target, *classes)}
    return ShownNames(
        tuple(called[name] for name in inputs), called[target], tuple(called[name] for name in classes)
    )


def _words(names: set[str]) -> Mapping[str, Text]:
    return next((source.words for source in CATALOGUE if names <= source.words.keys()), {})
