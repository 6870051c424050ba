"""Turns the rows of a table into examples, and says by row and column what cannot be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Literal

import numpy as np

from optexplorer.engine.landscapes.models.data.base import (
    MOST_CLASSES,
    MOST_EXAMPLES,
    Array,
    DataError,
    Dataset,
    Task,
)
from optexplorer.engine.landscapes.models.data.csv_cells import (
    MOST_VALUE,
    Decimal,
    NoNumberError,
    TooLargeError,
    is_missing,
    number_in,
    plain_numbers,
    shown,
)
from optexplorer.engine.landscapes.models.data.csv_sample import RowSample
from optexplorer.text import Text

Missing = Literal["refuse", "drop rows"]

MOST_KEPT = 1_400_000
"""Most numbers in all inputs and targets: with more, an experiment could be too large for its file."""
_NAMED = 5
"""Missing cells that a message names; of more, their number is said."""
_LONGEST_CLASS = 100


class ExampleReader:
    """Takes the rows of a table one by one; `dataset` returns what has been learned of them.

    Parameters
    ----------
    names : the names of all columns
    inputs, target : which columns these are
    """

    def __init__(
        self,
        names: Sequence[str],
        inputs: Sequence[int],
        target: int,
        task: Task,
        decimal: Decimal,
        missing: Missing,
    ) -> None:
        self._names, self._inputs, self._target = names, list(inputs), target
        self._classifies, self._decimal, self._missing = task == "classification", decimal, missing
        self._numeric = self._inputs if self._classifies else [*self._inputs, target]
        # Of one column, itemgetter would return the cell itself.
        first = self._numeric[0] if self._numeric else 0
        self._numeric_cells: Callable[[list[str]], Sequence[str]] = (
            itemgetter(*self._numeric) if len(self._numeric) > 1 else itemgetter(slice(first, first + 1))
        )
        self._sample = RowSample(
            min(MOST_EXAMPLES, MOST_KEPT // (len(self._inputs) + 1)), len(self._inputs) + 1
        )
        self._classes: dict[str, int] = {}
        self._missing_cells: list[tuple[int, int]] = []
        self._missing_count = self._dropped = 0

    def add(self, row: int, cells: list[str]) -> None:
        """Take a row of the table.

        Raises
        ------
        DataError
            If it has too many or too few cells, or one that cannot be read.
        """
        if len(cells) != len(self._names):
            self.check_length(row, cells)
        values = plain_numbers(self._numeric_cells(cells), self._decimal)
        if values is None:
            values = self._looked_at(row, cells)
        if self._classifies:
            # Blanks of any kind, such as the wide one of Japanese text, are plain ones in a name.
            label = " ".join(cells[self._target].split())
            if is_missing(label):
                self._note_missing(row, [self._target])
                values = None
            elif values is not None:
                values.append(self._class(row, label))
        if values is not None:
            self._sample.add(values)
        else:
            self._dropped += 1

    def check_length(self, row: int, cells: list[str]) -> None:
        """Refuse a row of another number of cells than there are columns; empty ones at its end do not count."""
        length = len(cells)
        while length > len(self._names) and not cells[length - 1].strip():
            length -= 1
        if length != len(self._names):
            columns = len(self._names)
            raise DataError(
                Text(
                    f"row {row} has {_counted(length, 'cell')}, but the table has {_counted(columns, 'column')}; "
                    "is the delimiter right?",
                    f"{row}行目のセルは{length}個だが、表の列は{columns}個である。区切り文字を確かめる",
                )
            )

    def _looked_at(self, row: int, cells: list[str]) -> list[float] | None:
        """Return the numbers of a row, or None if some are missing."""
        found: list[float] = []
        absent: list[int] = []
        for i in self._numeric:
            try:
                value = number_in(cells[i], self._decimal)
            except NoNumberError:
                raise self._no_number(row, i, cells[i]) from None
            except TooLargeError:
                raise self._too_large(row, i, cells[i]) from None
            if value is None:
                absent.append(i)
            else:
                found.append(value)
        if absent:
            self._note_missing(row, absent)
            return None
        return found

    def _note_missing(self, row: int, columns: list[int]) -> None:
        self._missing_count += len(columns)
        self._missing_cells += [(row, i) for i in columns[: _NAMED - len(self._missing_cells)]]

    def _class(self, row: int, label: str) -> float:
        place = self._classes.get(label)
        if place is None:
            if len(label) > _LONGEST_CLASS or not label.isprintable():
                raise DataError(
                    Text(
                        f"row {row}, column '{self._name(self._target)}': '{shown(label)}' cannot be the name of a class",
                        f"{row}行目、列「{self._name(self._target)}」: 「{shown(label)}」はクラスの名前に使えない",
                    )
                )
            if len(self._classes) == MOST_CLASSES:
                raise DataError(
                    Text(
                        f"the column '{self._name(self._target)}' holds more than {MOST_CLASSES} classes; should it be "
                        "predicted as a number (regression)?",
                        f"列「{self._name(self._target)}」のクラスが{MOST_CLASSES}個を超えている。"
                        "数値として予測(回帰)するほうがよい",
                    )
                )
            place = self._classes[label] = len(self._classes)
        return float(place)

    def _name(self, column: int) -> str:
        return shown(self._names[column])

    def _no_number(self, row: int, column: int, cell: str) -> DataError:
        name, text = self._name(column), shown(cell.strip())
        if column == self._target:
            return DataError(
                Text(
                    f"row {row}, column '{name}': '{text}' is not a number; to predict text, choose classification",
                    f"{row}行目、列「{name}」: 「{text}」は数値ではない。文字を予測するなら分類を選ぶ",
                )
            )
        return DataError(
            Text(
                f"row {row}, column '{name}': '{text}' is not a number; inputs must be numbers, with the decimal sign "
                f"'{self._decimal}'",
                f"{row}行目、列「{name}」: 「{text}」は数値ではない。入力は数値にする(小数点は「{self._decimal}」)",
            )
        )

    def _too_large(self, row: int, column: int, cell: str) -> DataError:
        name, text = self._name(column), shown(cell.strip())
        return DataError(
            Text(
                f"row {row}, column '{name}': {text} is too large; numbers must lie between −{MOST_VALUE:.0e} and "
                f"{MOST_VALUE:.0e}",
                f"{row}行目、列「{name}」: {text}は大きすぎる。使える数値は−{MOST_VALUE:.0e}から{MOST_VALUE:.0e}まで",
            )
        )

    def dataset(self) -> tuple[Dataset, Text]:
        """Return the examples of all rows taken, and a note of how many rows they are of.

        Raises
        ------
        DataError
            If nothing can be learned from them.
        """
        if self._missing_count and self._missing == "refuse":
            raise self._missing_error()
        table = self._sample.table()
        if not len(table):
            raise DataError(
                Text(
                    "no row has a value in every chosen column",
                    "選んだ列の値がすべてそろった行がない",
                )
            )
        inputs, targets = table[:, :-1], table[:, -1]
        classes: tuple[str, ...] = ()
        if self._classifies:
            targets, classes = self._ordered_classes(targets)
        elif targets.min() == targets.max():
            raise DataError(
                Text(
                    f"the target '{self._name(self._target)}' is {targets[0]:g} in every row; nothing can be learned",
                    f"予測対象「{self._name(self._target)}」は、どの行でも{targets[0]:g}である。何も学習できない",
                )
            )
        constant = np.flatnonzero(inputs.min(axis=0) == inputs.max(axis=0)).tolist()
        if len(constant) == inputs.shape[1]:
            listed = self._listed(constant)
            raise DataError(
                Text(
                    f"every input has the same value in all rows ({listed}); nothing can be learned from them",
                    f"どの入力も、すべての行で同じ値である({listed})。何も学習できない",
                )
            )
        data = Dataset(
            inputs,
            targets,
            "classification" if self._classifies else "regression",
            tuple(self._names[i] for i in self._inputs),
            self._names[self._target],
            classes,
        )
        return data, self._note(data, constant)

    def _missing_error(self) -> DataError:
        places = "; ".join(f"row {row}, column '{self._name(i)}'" for row, i in self._missing_cells)
        places_ja = "、".join(f"{row}行目の「{self._name(i)}」" for row, i in self._missing_cells)
        more = self._missing_count - len(self._missing_cells)
        return DataError(
            Text(
                f"values are missing: {places}{f'; and {more:,} more' if more else ''}. Fill them in, or leave out rows "
                "with missing values",
                f"値が欠けている: {places_ja}{f'、ほか{more:,}個' if more else ''}。"
                "値を埋めるか、欠損のある行を除く",
            )
        )

    def _ordered_classes(self, targets: Array) -> tuple[Array, tuple[str, ...]]:
        """Return the numbers of the classes that there are in order of their names, and these names."""
        by_place = list(self._classes)
        present = [by_place[place] for place in np.unique(targets).astype(int).tolist()]
        if len(present) < 2:
            name = self._name(self._target)
            raise DataError(
                Text(
                    f"the target '{name}' has one class only ({shown(present[0])}); at least two are needed",
                    f"予測対象「{name}」のクラスが1つ({shown(present[0])})しかない。2つ以上必要である",
                )
            )
        ordered = sorted(present, key=self._class_order)
        new = {self._classes[name]: float(i) for i, name in enumerate(ordered)}
        return np.array([new[int(place)] for place in targets]), tuple(ordered)

    def _class_order(self, name: str) -> tuple[int, float, str]:
        try:
            value = number_in(name, self._decimal)
        except (NoNumberError, TooLargeError):
            value = None
        return (1, 0.0, name) if value is None else (0, value, name)

    def _listed(self, columns: Sequence[int]) -> str:
        """Return the names of inputs, at most a few."""
        names = [self._name(self._inputs[i]) for i in columns[:_NAMED]]
        return ", ".join(names) + (", …" if len(columns) > _NAMED else "")

    def _note(self, data: Dataset, constant: Sequence[int]) -> Text:
        kept, of = data.examples, self._sample.added
        en = [_counted(kept, "row") if kept == of else f"{kept:,} of {of:,} rows, drawn at random"]
        ja = [f"{kept:,}行" if kept == of else f"{of:,}行から無作為に選んだ{kept:,}行"]
        if self._dropped:
            en.append(f"{_counted(self._dropped, 'row')} with missing values left out")
            ja.append(f"欠損のある{self._dropped:,}行を除いた")
        if constant:
            en.append(f"the same in all rows: {self._listed(constant)}")
            ja.append(f"すべての行で同じ値の列: {self._listed(constant)}")
        return Text("; ".join(en), "。".join(ja))


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
