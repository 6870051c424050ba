"""Penguins of the Palmer Archipelago."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.packaged import packaged_table
from optexplorer.text import Text

_NAMES = ("bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)")
_MASS = 3
_COLUMNS = {"all": (0, 1, 2, 3), "bill": (0, 1), "flipper": (2,)}


class Penguins(DataSource):
    """Bill, flipper and mass of 342 penguins of three species; two more have no measurements and are left out."""

    id: ClassVar[str] = "penguins"
    title: ClassVar[Text] = Text("Penguins", "ペンギン")
    idea: ClassVar[Text] = Text(
        "Which species is it, or how heavy? Grams and millimetres differ so much in size that standardising matters.",
        "種類は何か、体重は何グラムか。グラムとミリメートルでは桁が違うので、標準化の効果が大きい。",
    )
    reference: ClassVar[str] = (
        "K. B. Gorman, T. D. Williams, W. R. Fraser (2014), PLoS ONE 9 (3), e90081; "
        "palmerpenguins by A. M. Horst, A. P. Hill, K. B. Gorman (2020); CC0"
    )
    words: ClassVar[Mapping[str, Text]] = {
        "bill length (mm)": Text("bill length (mm)", "くちばし長 (mm)"),
        "bill depth (mm)": Text("bill depth (mm)", "くちばし高 (mm)"),
        "flipper length (mm)": Text("flipper length (mm)", "翼長 (mm)"),
        "body mass (g)": Text("body mass (g)", "体重 (g)"),
        "species": Text("species", "種類"),
        "Adelie": Text("Adelie", "アデリーペンギン"),
        "Chinstrap": Text("Chinstrap", "ヒゲペンギン"),
        "Gentoo": Text("Gentoo", "ジェンツーペンギン"),
    }

    target: Literal["species", "body-mass"] = hyperparameter(
        "species",
        "y",
        Text("Predict", "予測するもの"),
        Text(
            "What bill and flipper tell: the species, or the body mass in grams.",
            "くちばしと翼から予測するもの。種類か体重(g)。",
        ),
        choices={"species": Text("species", "種類"), "body-mass": Text("body mass", "体重")},
    )
    features: Literal["all", "bill", "flipper"] = hyperparameter(
        "all",
        "x",
        Text("Features", "特徴量"),
        Text(
            "What is known of each penguin: all, length and depth of the bill, or the length of the flipper.",
            "ペンギンについて使う値。すべて、くちばしの長さと高さ、翼の長さのいずれか。",
        ),
        choices={
            "all": Text("all", "すべて"),
            "bill": Text("bill", "くちばし"),
            "flipper": Text("flipper", "翼"),
        },
    )
    species: Literal["all", "Adelie-Chinstrap", "Adelie-Gentoo", "Chinstrap-Gentoo"] = hyperparameter(
        "all",
        "K",
        Text("Species", "種類"),
        Text("All three species, or two of them.", "3種類すべてか、そのうちの2種類。"),
        choices={
            "all": Text("all", "すべて"),
            "Adelie-Chinstrap": Text("Adelie, Chinstrap", "アデリー、ヒゲ"),
            "Adelie-Gentoo": Text("Adelie, Gentoo", "アデリー、ジェンツー"),
            "Chinstrap-Gentoo": Text("Chinstrap, Gentoo", "ヒゲ、ジェンツー"),
        },
    )

    def make(self) -> Dataset:
        _, *rows = packaged_table("penguins.csv")
        known = sorted({row[0] for row in rows})
        kept = known if self.species == "all" else self.species.split("-")
        measured = [row for row in rows if row[0] in kept and "NA" not in row[2:6]]
        numbers = np.array([[float(cell) for cell in row[2:6]] for row in measured])
        columns = [i for i in _COLUMNS[self.features] if self.target == "species" or i != _MASS]
        inputs, names = numbers[:, columns], tuple(_NAMES[i] for i in columns)
        if self.target == "body-mass":
            return Dataset(inputs, numbers[:, _MASS], "regression", names, _NAMES[_MASS])
        targets = np.array([float(kept.index(row[0])) for row in measured])
        return Dataset(inputs, targets, "classification", names, "species", classes=tuple(kept))
