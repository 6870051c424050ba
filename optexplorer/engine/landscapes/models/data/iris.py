"""Fisher's iris flowers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource
from optexplorer.engine.landscapes.models.data.packaged import packaged_table
from optexplorer.text import Text

_COLUMNS = {"all": (0, 1, 2, 3), "petals": (2, 3), "sepals": (0, 1)}


class Iris(DataSource):
    """Sepal and petal of 150 iris flowers of three species, in centimetres."""

    id: ClassVar[str] = "iris"
    title: ClassVar[Text] = Text("Iris flowers", "アヤメの花")
    idea: ClassVar[Text] = Text(
        "Which species is it? The petals alone tell one of the three apart for sure, and the other two nearly.",
        "どの種類のアヤメか。花弁だけで1種類は確実に、残りの2種類もほぼ見分けられる。",
    )
    reference: ClassVar[str] = (
        "R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 179–188; "
        "scikit-learn's copy; CC BY 4.0"
    )
    words: ClassVar[Mapping[str, Text]] = {
        "sepal length (cm)": Text("sepal length (cm)", "がく片長 (cm)"),
        "sepal width (cm)": Text("sepal width (cm)", "がく片幅 (cm)"),
        "petal length (cm)": Text("petal length (cm)", "花弁長 (cm)"),
        "petal width (cm)": Text("petal width (cm)", "花弁幅 (cm)"),
        "species": Text("species", "種類"),
        "setosa": Text("setosa", "setosa"),
        "versicolor": Text("versicolor", "versicolor"),
        "virginica": Text("virginica", "virginica"),
    }

    features: Literal["all", "petals", "sepals"] = hyperparameter(
        "all",
        "x",
        Text("Features", "特徴量"),
        Text(
            "What is known of each flower: all four measurements, or those of its petals or sepals alone.",
            "花について使う値。4つすべてか、花弁またはがく片の長さと幅だけか。",
        ),
        choices={
            "all": Text("all", "すべて"),
            "petals": Text("petals", "花弁"),
            "sepals": Text("sepals", "がく片"),
        },
    )
    species: Literal["all", "setosa-versicolor", "setosa-virginica", "versicolor-virginica"] = hyperparameter(
        "all",
        "K",
        Text("Species", "種類"),
        Text("All three species, or two of them.", "3種類すべてか、そのうちの2種類。"),
        choices={
            "all": Text("all", "すべて"),
            "setosa-versicolor": Text("setosa, versicolor", "setosa、versicolor"),
            "setosa-virginica": Text("setosa, virginica", "setosa、virginica"),
            "versicolor-virginica": Text("versicolor, virginica", "versicolor、virginica"),
        },
    )

    def make(self) -> Dataset:
        header, *rows = packaged_table("iris.csv")
        known = list(dict.fromkeys(row[4] for row in rows))
        kept = known if self.species == "all" else self.species.split("-")
        rows = [row for row in rows if row[4] in kept]
        columns = _COLUMNS[self.features]
        inputs = np.array([[float(row[column]) for column in columns] for row in rows])
        targets = np.array([float(kept.index(row[4])) for row in rows])
        names = tuple(header[column] for column in columns)
        return Dataset(inputs, targets, "classification", names, "species", classes=tuple(kept))
