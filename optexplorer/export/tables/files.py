"""Tables as files: CSV, JSON, NPZ and Parquet, each with what its columns mean."""

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
"""Where a file says what its columns mean: a key in JSON and NPZ, metadata in Parquet."""


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

    CSV has no room for what columns mean; see `write_table`.

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
    """Write the table, and beside a CSV file a JSON file of the same name that says what its columns mean.

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
    if form != "csv":
        return [path]
    beside = path.with_name(f"{path.name}.json")
    write_atomically(beside, json.dumps(table.about(), ensure_ascii=False, indent=1).encode())
    return [path, beside]


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(column.values.tolist() for column in table.columns.values()), strict=True))
    return out.getvalue().encode()


def _json(table: Table) -> bytes:
    columns = {
        name: [_plain(value) for value in column.values.tolist()] for name, column in table.columns.items()
    }
    text = json.dumps({ABOUT: table.about(), **columns}, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode() + b"\n"


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
