"""Tables as files: CSV, JSON, NPZ and Parquet, each with what its columns mean.

CSV has a line and JSON an object for each row, which is what other programs expect (`pandas.read_csv`,
`pandas.read_json`). They have no room for what the columns mean; that is in a second file, see `write_table`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from optexplorer.atomic_write import write_atomically
from optexplorer.export.tables.columns import Table

Form = Literal["csv", "json", "npz", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)

ABOUT = "about"
"""Where a file says what its columns mean: an array in NPZ, metadata in Parquet."""
_MADE_BY = "optexplorer"
_MOST_ABOUT = 2**26


class FormError(ValueError):
    """A form in which no file can be written here: why, and what would help."""


def form_of(path: Path) -> Form:
    """Return the form that the ending of a name asks for.

    Raises
    ------
    FormError
        If it asks for none.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in FORMS:
        raise FormError(
            f"{path.name} has no ending for a table; use {', '.join('.' + form for form in FORMS)}"
        )
    return ending


def can_write(form: Form) -> bool:
    """Return whether the libraries for a form are installed."""
    return form != "parquet" or find_spec("pyarrow") is not None


def table_bytes(table: Table, form: Form) -> bytes:
    """Return the table as the contents of a file.

    CSV and JSON have no room for what columns mean; see `write_table`.

    Raises
    ------
    FormError
        If a library is missing.
    """
    writers: dict[Form, Callable[[Table], bytes]] = {
        "csv": _csv,
        "json": _json,
        "npz": _npz,
        "parquet": _parquet,
    }
    return writers[form](table)


def write_table(table: Table, path: Path, form: Form) -> list[Path]:
    """Write the table, and beside a CSV or JSON file another that says what its columns mean.

    That file has the same name and `.json` added: `race.csv.json`.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FormError
        If a library is missing.
    OSError
        If a file cannot be written.
    """
    write_atomically(path, table_bytes(table, form))
    beside = _description(path, form)
    if beside is None:
        return [path]
    write_atomically(beside, json.dumps(table.about(), ensure_ascii=False, indent=1).encode())
    return [path, beside]


def foreign_files(path: Path, form: Form) -> list[Path]:
    """Return which files that `write_table` would overwrite beside `path` are none of its own."""
    beside = _description(path, form)
    return [] if beside is None or not beside.exists() or is_description(beside) else [beside]


def _description(path: Path, form: Form) -> Path | None:
    """Return the file that says what the columns mean; None if the table itself does."""
    return path.with_name(f"{path.name}.json") if form in ("csv", "json") else None


def is_description(path: Path) -> bool:
    """Return whether a file was written by `write_table` to describe a table."""
    if not path.is_file() or path.stat().st_size > _MOST_ABOUT:
        return False
    try:
        about = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(about, dict) and str(about.get("made by")).startswith(_MADE_BY) and "columns" in about


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(column.values.tolist() for column in table.columns.values()), strict=True))
    return out.getvalue().encode()


def _json(table: Table) -> bytes:
    columns = ((_plain(value) for value in column.values.tolist()) for column in table.columns.values())
    records = (dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True))
    lines = ",\n ".join(json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records)
    return f"[{lines}]\n".encode()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: null for what is no finite number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _npz(table: Table) -> bytes:
    # Not by np.savez, to which a column called `file` would be the name of the file.
    arrays = {ABOUT: np.array(json.dumps(table.about(), ensure_ascii=False))}
    arrays |= {name: column.values for name, column in table.columns.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, values, allow_pickle=False)
    return out.getvalue()


def _parquet(table: Table) -> bytes:
    if not can_write("parquet"):
        raise FormError("Parquet files need pyarrow; install it with: pip install 'optexplorer[parquet]'")
    import pyarrow
    from pyarrow import parquet

    fields = [
        pyarrow.field(
            name,
            pyarrow.array(column.values[:0]).type,
            metadata={"unit": column.unit, "meaning": column.meaning.en},
        )
        for name, column in table.columns.items()
    ]
    about = json.dumps(table.about(), ensure_ascii=False)
    schema = pyarrow.schema(fields, metadata={ABOUT: about})
    made = pyarrow.table([pyarrow.array(c.values) for c in table.columns.values()], schema=schema)
    out = io.BytesIO()
    parquet.write_table(made, out, compression="zstd")
    return out.getvalue()
