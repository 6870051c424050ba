"""Reads results back from a file, to go on with them; a file is checked before anything in it is believed."""

from __future__ import annotations

import csv
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from optexplorer.bounded_input import RefusedFileError, open_regular, read_bounded
from optexplorer.experiment.files import FileError, parse
from optexplorer.export.results.results import CELL, CHUNK, ResultColumn, ResultPlan, Results, Values
from optexplorer.export.results.writing import (
    ABOUT,
    ResultFileError,
    ResultForm,
    about_bytes,
    parquet_schema,
    stored,
)

LONGEST_LINE = 1 << 16
"""Bytes of a line of a CSV file that are read at most."""
MOST_ABOUT = 1 << 26
"""Bytes of what a file says about itself that are read at most: it may hold a table of the user's own."""
DIFFERENCES = 3
"""Differences between two computations that are named."""


class _DamagedError(ValueError):
    """What is wrong with the contents of a file."""


def read_results(plan: ResultPlan, path: Path, form: ResultForm) -> Results:
    """Return the results in a file that was written for the same plan.

    Raises
    ------
    ResultFileError
        If it holds the results of another computation (the message says what differs), or is damaged.
    OSError
        If it cannot be read.
    """
    results = Results(plan)
    readers = {"csv": _read_csv, "npz": _read_npz, "parquet": _read_parquet}
    try:
        readers[form](results, path)
    except _DamagedError as error:
        raise ResultFileError(f"{path} is damaged, or no file of this program: {error}") from error
    except RefusedFileError as error:
        raise ResultFileError(f"{path} cannot be read: {error}") from error
    return results


def description_of(path: Path) -> Path:
    """Return the file beside a CSV file that says what it holds."""
    return path.with_name(f"{path.name}.json")


def _check_about(plan: ResultPlan, data: bytes, where: Path) -> None:
    """Raise an error where a file says that it holds something else."""
    asked = about_bytes(plan)
    if data == asked:
        return
    try:
        found = parse(data)
    except FileError as error:
        raise _DamagedError(f"what it says about itself cannot be read ({error})") from error
    if not isinstance(found, dict) or plan.kind not in found:
        raise ResultFileError(f"{where} holds no {plan.kind} of this program; choose another file")
    differing = list(islice(_differences(found, json.loads(asked)), DIFFERENCES + 1))
    more = ", …" if len(differing) > DIFFERENCES else ""
    raise ResultFileError(
        f"{where} is of another {plan.kind}: {', '.join(differing[:DIFFERENCES])}{more}; ask for the same, or choose "
        "another file"
    )


def _differences(there: Any, here: Any, place: str = "") -> Iterator[str]:
    """Yield in words what differs between two values of JSON."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in [*here, *(key for key in there if key not in here)]:
            yield from _differences(there.get(key), here.get(key), f"{place}.{key}" if place else key)
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for number, (a, b) in enumerate(zip(there, here, strict=True), 1):
            yield from _differences(a, b, f"{place} {number}")
    elif there != here or type(there) is not type(here):
        yield f"{place} is {_short(there)} there and {_short(here)} here"


def _short(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 40 else f"{words[:39]}…"


def _take(results: Results, chunk: Mapping[str, Values]) -> None:
    """Take rows that have been read, after their keys have been compared with those of their cells."""
    plan, cells = results.plan, chunk[CELL]
    if not len(cells):
        return
    upwards = cells[0] >= 0 and cells[-1] < plan.cells and (np.diff(cells) > 0).all()
    if not upwards or results.finished[cells[0] :].any():
        raise _DamagedError(f"the column {CELL} does not count upwards to at most {plan.cells - 1}")
    for name, values in plan.key_values(cells).items():
        wrong = np.flatnonzero(values != chunk[name])
        if len(wrong):
            raise _DamagedError(f"{name} of cell {cells[wrong[0]]} is not what the {plan.kind} has there")
    results.put(cells, chunk)


# CSV


def _read_csv(results: Results, path: Path) -> None:
    plan, beside = results.plan, description_of(path)
    try:
        about = read_bounded(beside, MOST_ABOUT)
    except FileNotFoundError:
        raise ResultFileError(
            f"{beside}, which says what {path.name} holds, is not there; the two belong together"
        ) from None
    _check_about(plan, about, path)
    columns = plan.columns
    with open_regular(path) as file:
        rows = csv.reader(_lines(file), strict=True)
        try:
            if next(rows, None) != list(columns):
                raise _DamagedError(f"its first row is not {','.join(columns)}")
            while part := list(islice(rows, CHUNK)):
                if any(len(row) != len(columns) for row in part):
                    raise _DamagedError(f"a row has not {len(columns)} columns")
                fields = zip(*part, strict=True)
                _take(
                    results, {n: _parsed(f, n, c) for f, (n, c) in zip(fields, columns.items(), strict=True)}
                )
        except csv.Error as error:
            raise _DamagedError(str(error)) from error


def _lines(file: BinaryIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise _DamagedError("it ends within a line, or has one that is too long")
        try:
            yield line.decode("ascii")
        except UnicodeDecodeError as error:
            raise _DamagedError("it is no plain text") from error


def _parsed(fields: Sequence[str], name: str, column: ResultColumn) -> Values:
    """Return the values of a column of texts."""
    try:
        if column.words:
            places = {word: place for place, word in enumerate(column.words)}
            return np.array([places[field] for field in fields], dtype=column.dtype)
        if column.none is not None:
            fields = [field or str(column.none) for field in fields]
        number = float if np.dtype(column.dtype).kind == "f" else int
        return np.fromiter(map(number, fields), column.dtype, len(fields))
    except (KeyError, ValueError, OverflowError) as error:
        raise _DamagedError(f"the column {name} holds what does not belong there ({error})") from error


# NPZ


def _read_npz(results: Results, path: Path) -> None:
    plan = results.plan
    with open_regular(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                names = [f"{name}.npy" for name in (ABOUT, *plan.columns)]
                if ABOUT + ".npy" in archive.namelist():
                    with archive.open(f"{ABOUT}.npy") as entry:
                        _check_about(plan, _text_array(entry).encode(), path)
                if archive.namelist() != names:
                    raise _DamagedError(f"it does not hold the arrays {', '.join((ABOUT, *plan.columns))}")
                read = {}
                for name, column in plan.columns.items():
                    with archive.open(f"{name}.npy") as entry:
                        read[name] = _array(entry, name, column, plan.cells)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise _DamagedError(str(error) or "it ends too early") from error
    if len({len(values) for values in read.values()}) > 1:
        raise _DamagedError("its arrays have different lengths")
    _take(results, read)


def _header(entry: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = np.lib.format.read_magic(entry)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        shape, order, dtype = read[version](entry)
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise _DamagedError("an array has no proper header") from error
    return shape, order, dtype


def _text_array(entry: IO[bytes]) -> str:
    shape, _, dtype = _header(entry)
    if shape != () or dtype.kind != "U" or not 0 < dtype.itemsize <= 4 * MOST_ABOUT:
        raise _DamagedError(f"the array {ABOUT} is no text")
    data = _exactly(entry, dtype.itemsize)
    try:
        return str(np.frombuffer(data, dtype=dtype)[0])
    except ValueError as error:
        raise _DamagedError(f"the array {ABOUT} is no text") from error


def _array(entry: IO[bytes], name: str, column: ResultColumn, most: int) -> Values:
    """Return an array that has the type of a column and at most `most` values."""
    shape, _, dtype = _header(entry)
    expected = stored(np.zeros(0, dtype=column.dtype), column).dtype
    if len(shape) != 1 or not 0 <= shape[0] <= most or dtype != expected:
        raise _DamagedError(f"the array {name} is not a list of at most {most} values of type {expected}")
    values = np.frombuffer(_exactly(entry, shape[0] * dtype.itemsize), dtype=dtype)
    return _unworded(values, name, column) if column.words else values


def _exactly(entry: IO[bytes], size: int) -> bytes:
    data = entry.read(size)
    # Reading on to the end compares the checksum.
    if len(data) != size or entry.read(1):
        raise _DamagedError("an array has not the length that it says")
    return data


def _unworded(values: Values, name: str, column: ResultColumn) -> Values:
    """Return the places of words among those of a column."""
    words = np.array(column.words)
    order = np.argsort(words)
    found = order[np.searchsorted(words, values, sorter=order).clip(max=len(words) - 1)]
    if (words[found] != values).any():
        raise _DamagedError(f"the array {name} holds a word that does not belong there")
    places: Values = found.astype(column.dtype)
    return places


# Parquet


def _read_parquet(results: Results, path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    plan = results.plan
    with open_regular(path) as file:
        try:
            # Metadata are bounded too, by the library.
            table = parquet.ParquetFile(file, page_checksum_verification=True)
            about = (table.schema_arrow.metadata or {}).get(ABOUT.encode())
            if about is None:
                raise _DamagedError("it does not say what it holds")
            _check_about(plan, about, path)
            schema = parquet_schema(plan)
            if not table.schema_arrow.equals(schema) or table.metadata.num_rows > plan.cells:
                raise _DamagedError("its columns are not those of the results")
            for batch in table.iter_batches(batch_size=CHUNK, use_threads=False):
                _take(results, {n: _unmasked(batch.column(n), n, c) for n, c in plan.columns.items()})
        except (pyarrow.ArrowException, OSError) as error:
            raise _DamagedError(str(error).split("\n")[0]) from error


def _unmasked(values: Any, name: str, column: ResultColumn) -> Values:
    if column.words:
        return _unworded(np.array(values.to_pylist(), dtype=str), name, column)
    if column.none is not None:
        values = values.fill_null(column.none)
    if values.null_count:
        raise _DamagedError(f"the column {name} lacks values")
    found: Values = values.to_numpy(zero_copy_only=False)
    return found
