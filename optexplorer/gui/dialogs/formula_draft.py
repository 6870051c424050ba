"""The state of the formula dialog: formula text, names and the resulting definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optexplorer.engine.landscapes.base import HeightScale
from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.formula.free_names import (
    doubtful_name,
    free_names,
    likely_variables,
    no_variable,
)
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.gui.fields.names_table import NameSetting
from optexplorer.text import Text

VARIABLE = NameSetting("variable", -5.0, 5.0)
PARAMETER = NameSetting("parameter", 0.0, 4.0, 1.0)
DRAWN = 2
"""The most variables that a landscape in the window can have."""


@dataclass(frozen=True)
class Draft:
    """The text and settings entered so far; settings of names that have left the text are kept."""

    text: str = ""
    settings: Mapping[str, NameSetting] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    """Names of which the user has set something; the roles of others follow the text."""
    scale: HeightScale = "linear"
    name: str = ""

    @classmethod
    def of(cls, definition: FormulaDefinition, name: str) -> Draft:
        """Return the draft that makes `definition` again, but for its minima and words."""
        start = dict(zip(definition.domain, definition.start, strict=False))
        settings = {
            variable: NameSetting("variable", low, high, start.get(variable))
            for variable, (low, high) in definition.domain.items()
        }
        for parameter, p in definition.parameters.items():
            settings[parameter] = NameSetting("parameter", p.low, p.high, p.value)
        return cls(definition.formula, settings, frozenset(settings), definition.scale, name)

    def with_text(self, text: str) -> Draft:
        """Return the draft with another text; names of which nothing has been set get the likeliest roles."""
        draft = replace(self, text=text)
        try:
            names = free_names(text)
        except FormulaError:
            return draft
        likely = likely_variables(text)
        known = dict(self.settings)
        has_variable = any(name in self.chosen and known[name].role == "variable" for name in names)
        for name in names:
            is_variable = name in likely and (name in ("x", "y") or not has_variable)
            default = VARIABLE if is_variable else PARAMETER
            if name not in known or (name not in self.chosen and known[name].role != default.role):
                known[name] = default
        return replace(draft, settings=known)

    def with_setting(self, name: str, setting: NameSetting) -> Draft:
        """Return the draft with what the user has set of a name."""
        return replace(self, settings={**self.settings, name: setting}, chosen=self.chosen | {name})

    def names(self) -> dict[str, NameSetting]:
        """Return the settings of the names in the text: variables first, x before y; empty if the text is wrong."""
        try:
            names = free_names(self.text)
        except FormulaError:
            return {}
        found = {name: self.settings[name] for name in names if name in self.settings}
        order = sorted(found, key=lambda name: (found[name].role != "variable", name not in ("x", "y"), name))
        return {name: found[name] for name in order}

    def definition(self) -> FormulaDefinition:
        """Return the landscape.

        Raises
        ------
        FormulaError
            If the text is wrong; it says where.
        ValueError
            If a range is empty.
        """
        names = self.names()
        variables = [name for name, setting in names.items() if setting.role == "variable"]
        tree = grammar.parse_tree(self.text, names)
        doubt = doubtful_name(self.text, self.chosen)
        if doubt is not None:
            raise doubt
        if not variables:
            raise no_variable(self.text)
        if len(variables) > DRAWN:
            raise tree.error(
                f"{', '.join(variables)} are more than {DRAWN} variables; make some of them parameters",
                f"{'、'.join(variables)} では変数が多すぎる。{DRAWN}個までにして、残りはパラメータにする",
            )
        places = {name: place for place, name in enumerate(names)}
        words = self.name.strip()
        return FormulaDefinition(
            formula=self.text,
            domain={name: (names[name].low, names[name].high) for name in variables},
            start=tuple(names[name].shown_value(places[name]) for name in variables),
            parameters={
                name: Parameter(value=setting.shown_value(places[name]), low=setting.low, high=setting.high)
                for name, setting in names.items()
                if setting.role == "parameter"
            },
            scale=self.scale,
            name=Text(words, words),
        )
