"""Results as files: CSV, NPZ and Parquet, written piece by piece, the same bytes for the same results."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import numpy as np

from optexplorer.export.results.results import ResultColumn, ResultPlan, Results, Values

ResultForm = Literal["csv", "npz", "parquet"]
RESULT_FORMS: tuple[ResultForm, ...] = get_args(ResultForm)

ABOUT = "about"
"""Where a file says what it holds: an array in NPZ, metadata in Parquet."""


class ResultFileError(ValueError):
    """Results that cannot be read or written: why, and what would be right."""


def result_form(path: Path) -> ResultForm:
    """Return the form that the ending of a name asks for.

    Raises
    ------
    ResultFileError
        If there is no such form, or a library for it is missing.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in RESULT_FORMS:
        raise ResultFileError(
            f"{path.name} has no ending for results; use {', '.join('.' + form for form in RESULT_FORMS)}"
        )
    if ending == "parquet" and find_spec("pyarrow") is None:
        raise ResultFileError(
            "Parquet files need pyarrow; install it with: pip install 'optexplorer[parquet]'"
        )
    return ending


def write_results(results: Results, form: ResultForm, file: BinaryIO) -> None:
    """Write the finished cells into a file that has been opened for writing bytes."""
    writers = {"csv": _write_csv, "npz": _write_npz, "parquet": _write_parquet}
    writers[form](results, file)


def about_bytes(plan: ResultPlan) -> bytes:
    """Return what a file says about itself, as JSON."""
    return json.dumps(plan.about(), ensure_ascii=False, indent=1).encode()


def _write_csv(results: Results, file: BinaryIO) -> None:
    columns = results.plan.columns
    file.write(f"{','.join(map(_field, columns))}\n".encode())
    for chunk in results.chunks():
        # Several times as fast as a csv.writer, which looks into every field for what must be quoted.
        fields = (_fields(chunk[name], column) for name, column in columns.items())
        lines = map(",".join, zip(*fields, strict=True))
        file.write("".join(f"{line}\n" for line in lines).encode())


def _field(word: str) -> str:
    """Return a word as CSV has it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([word])
    return out.getvalue()


def _fields(values: Values, column: ResultColumn) -> list[str]:
    """Return values as CSV has them; numbers in as many digits as give them back exactly."""
    if column.words:
        words = [_field(word) for word in column.words]
        return [words[value] for value in values.tolist()]
    if column.none is not None:
        return ["" if value == column.none else repr(value) for value in values.tolist()]
    if values.dtype == np.float64 and len(values):
        # Settings and starts come again and again; apart by their bits, for 0.0 equals -0.0.
        bits, places = np.unique(np.ascontiguousarray(values).view(np.int64), return_inverse=True)
        if 2 * len(bits) < len(values):
            different = [repr(value) for value in bits.view(np.float64).tolist()]
            return [different[place] for place in places.tolist()]
    return [repr(value) for value in values.tolist()]


def stored(values: Values, column: ResultColumn) -> Values:
    """Return values as NPZ files have them: words as text, always of the same length."""
    return np.array(column.words)[values] if column.words else values


def _write_npz(results: Results, file: BinaryIO) -> None:
    rows = results.count
    about = about_bytes(results.plan).decode()
    # Entries have no time, so that the same results make the same bytes.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{ABOUT}.npy", "w") as entry:
            np.lib.format.write_array(entry, np.array(about), allow_pickle=False)
        for name, column in results.plan.columns.items():
            empty = stored(np.zeros(0, dtype=column.dtype), column)
            header = {
                "descr": np.lib.format.dtype_to_descr(empty.dtype),
                "fortran_order": False,
                "shape": (rows,),
            }
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array_header_1_0(entry, header)
                for chunk in results.chunks():
                    entry.write(np.ascontiguousarray(stored(chunk[name], column)).tobytes())


def parquet_schema(plan: ResultPlan) -> Any:
    """Return the schema of a Parquet file of these results, with what it says about itself."""
    import pyarrow

    fields = [
        pyarrow.field(
            name,
            pyarrow.string() if column.words else pyarrow.from_numpy_dtype(np.dtype(column.dtype)),
            metadata={"unit": column.unit, "meaning": column.meaning.en},
        )
        for name, column in plan.columns.items()
    ]
    return pyarrow.schema(fields, metadata={ABOUT: about_bytes(plan).decode()})


def _write_parquet(results: Results, file: BinaryIO) -> None:
    import pyarrow
    from pyarrow import parquet

    schema, columns = parquet_schema(results.plan), results.plan.columns
    with parquet.ParquetWriter(
        file, schema, compression="zstd", write_page_checksum=True, store_schema=True
    ) as writer:
        for chunk in results.chunks():
            arrays = []
            for name, column in columns.items():
                values = chunk[name]
                missing = None if column.none is None else values == column.none
                arrays.append(
                    pyarrow.array(stored(values, column), type=schema.field(name).type, mask=missing)
                )
            writer.write_table(pyarrow.table(arrays, schema=schema))
