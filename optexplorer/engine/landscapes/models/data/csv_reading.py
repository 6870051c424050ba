"""A person's own table in a CSV file: a look at its first rows, and its examples.

`preview` reads only the beginning of a file and says how it would be read; a person corrects that and chooses columns;
`read_table` reads all of it, keeping no more than a data set may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from optexplorer.catalogue import nearest
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset, Task
from optexplorer.engine.landscapes.models.data.csv_cells import Decimal, shown
from optexplorer.engine.landscapes.models.data.csv_examples import ExampleReader, Missing
from optexplorer.engine.landscapes.models.data.csv_guess import Column, Layout, TableOptions, lay_out
from optexplorer.engine.landscapes.models.data.csv_text import (
    Delimiter,
    Encoding,
    Head,
    ReadingCancelledError,
    UndecodableError,
    could_be_any,
    guess_encoding,
    read_head,
    read_text,
    records,
)
from optexplorer.text import Text

__all__ = [
    "Column",
    "Preview",
    "ReadingCancelledError",
    "TableChoice",
    "TableOptions",
    "preview",
    "read_table",
]

ROWS_SHOWN = 20


@dataclass(frozen=True)
class TableChoice(TableOptions):
    """What is learned from a table.

    Attributes
    ----------
    inputs : names of the columns of inputs; none takes all columns of numbers but the target
    target : name of the column that is predicted; None takes the last
    task : "regression" or "classification"; None is guessed from the target's first rows
    missing : whether cells without a value are refused, or their rows left out
    """

    inputs: tuple[str, ...] = ()
    target: str | None = None
    task: Task | None = None
    missing: Missing = "refuse"


@dataclass(frozen=True)
class Preview:
    """The beginning of a table, and how it would be read.

    Attributes
    ----------
    encoding, delimiter, decimal, header : as chosen, or else guessed
    columns : what each column holds in the rows that were looked at; their names are those that `TableChoice` takes
    rows : the cells of the first rows, at most 20, as text; a row may have more or fewer cells than there are columns
    rows_looked_at : how many rows the guesses rest on
    size : bytes of the file
    whole : whether all of its rows were looked at
    inputs, target, task : what is probably learned from what
    problem : the first row that has another number of cells than the header; None if there is none
    """

    encoding: Encoding
    delimiter: Delimiter
    decimal: Decimal
    header: bool
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    rows_looked_at: int
    size: int
    whole: bool
    inputs: tuple[str, ...]
    target: str
    task: Task
    problem: Text | None


def preview(path: str | Path, options: TableOptions | None = None) -> Preview:
    """Return the beginning of a table; no more than its first 256 KiB are read.

    Raises
    ------
    DataError
        If the file cannot be read or is no table; the message says why.
    """
    options = options or TableOptions()
    head = read_head(path)
    layout = lay_out(head, options.encoding or guess_encoding(head), options)
    names, target = layout.names, layout.target
    return Preview(
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        decimal=layout.decimal,
        header=layout.header,
        columns=layout.columns,
        rows=tuple(cells for _, cells in layout.rows[:ROWS_SHOWN]),
        rows_looked_at=len(layout.rows),
        size=head.size,
        whole=head.whole and not layout.more,
        inputs=tuple(names[i] for i in layout.inputs_for(target)),
        target=names[target],
        task=layout.columns[target].task,
        problem=_first_problem(layout),
    )


def _first_problem(layout: Layout) -> Text | None:
    reader = ExampleReader(layout.names, (), 0, "classification", layout.decimal, "refuse")
    for row, cells in layout.rows:
        try:
            reader.check_length(row, list(cells))
        except DataError as error:
            return error.message
    return None


def read_table(
    path: str | Path,
    choice: TableChoice | None = None,
    should_stop: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Dataset, Text]:
    """Return the examples of a table, and a note that says how many rows they are of.

    The file is read piece by piece. Of more rows than a data set may hold, so many are drawn at random, the same each
    time; of a column in the file's first rows that holds text nothing is learned unless it is asked for.

    Parameters
    ----------
    should_stop : asked before each piece of 64 KiB
    progress : told the share of the file that has been read, from 0 to 1, after each piece

    Raises
    ------
    DataError
        If the file is no table, has no such column, or nothing can be learned from it; the message names row and column.
    ReadingCancelledError
        If `should_stop` said so.
    """
    choice = choice or TableChoice()
    head = read_head(path)
    encoding = choice.encoding or guess_encoding(head)
    # Japanese or accented letters may come only after a head of ASCII.
    others: tuple[Encoding, ...] = ("cp932", "cp1252")
    tries = (
        (encoding, *others)
        if choice.encoding is None and could_be_any(head) and not head.whole
        else (encoding,)
    )
    for taken in tries:
        try:
            return _read(path, head, taken, choice, should_stop or _never, progress or _untold)
        except UndecodableError:
            if taken == tries[-1]:
                raise
    raise AssertionError


def _never() -> bool:
    return False


def _untold(share: float) -> None:
    del share


def _read(
    path: str | Path,
    head: Head,
    encoding: Encoding,
    choice: TableChoice,
    should_stop: Callable[[], bool],
    progress: Callable[[float], None],
) -> tuple[Dataset, Text]:
    layout = lay_out(head, encoding, choice)
    names = layout.names
    target = layout.target if choice.target is None else _place(choice.target, names)
    chosen = tuple(_place(name, names) for name in choice.inputs)
    _check_columns(chosen, target, names)
    inputs = chosen or layout.inputs_for(target)
    if not inputs:
        if problem := _first_problem(layout):
            raise DataError(problem)
        raise DataError(
            Text(
                f"no column but '{shown(names[target])}' holds numbers; at least one is needed as an input",
                f"「{shown(names[target])}」のほかに数値の列がない。入力には数値の列が1つ以上必要である",
            )
        )
    task = choice.task or layout.columns[target].task
    reader = ExampleReader(names, inputs, target, task, layout.decimal, choice.missing)
    # Closed at once, so that no file stays open behind an error that is shown.
    with closing(read_text(path, head, encoding, should_stop, progress)) as pieces:
        rows = records(pieces, layout.delimiter)
        begins = layout.first_row + layout.header
        for row, cells in rows:
            if row >= begins:
                reader.add(row, cells)
    data, note = reader.dataset()
    if layout.first_row > 1:
        begins = layout.first_row
        note = Text(f"{note.en}; the table begins at row {begins}", f"{note.ja}。表は{begins}行目から始まる")
    if layout.told_apart:
        listed = _listed(layout.told_apart)
        note = Text(
            f"{note.en}; columns of the same name are called {listed}",
            f"{note.ja}。同じ名前の列には番号を付けた: {listed}",
        )
    left_out = [] if chosen else [i for i in range(len(names)) if i != target and i not in inputs]
    if left_out:
        listed = _listed([names[i] for i in left_out])
        note = Text(f"{note.en}; not used: {listed}", f"{note.ja}。使わない列: {listed}")
    return data, note


def _listed(names: Sequence[str]) -> str:
    return ", ".join(shown(name) for name in names[:5]) + (", …" if len(names) > 5 else "")


def _place(name: str, names: tuple[str, ...]) -> int:
    if name in names:
        return names.index(name)
    closest = nearest(name, names)
    listed = ", ".join(map(shown, names[:20])) + (", …" if len(names) > 20 else "")
    hint = f"did you mean '{shown(closest)}'?" if closest else f"there are: {listed}"
    tip = f"「{shown(closest)}」のことか。" if closest else f"列は: {listed}"
    raise DataError(
        Text(f"no column is called '{shown(name)}'; {hint}", f"「{shown(name)}」という列はない。{tip}")
    )


def _check_columns(inputs: tuple[int, ...], target: int, names: tuple[str, ...]) -> None:
    for i, column in enumerate(inputs):
        if column == target or column in inputs[:i]:
            twice = shown(names[column])
            raise DataError(
                Text(
                    f"the column '{twice}' is chosen twice; each column is one input, or the target",
                    f"列「{twice}」が2度選ばれている。1つの列は、入力か予測対象のどちらか一方にする",
                )
            )
