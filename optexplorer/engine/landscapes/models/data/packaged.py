"""Reads the tables of real data that come with the program."""

from __future__ import annotations

import csv
import gzip
import io
from functools import lru_cache

from optexplorer.resource_files import resources


@lru_cache(maxsize=8)
def packaged_table(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the cells of `resources/datasets/<name>`, row by row; one that ends in `.gz` is unpacked.

    Raises
    ------
    OSError
        If the file is missing: the installation is incomplete.
    """
    data = (resources() / "datasets" / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    with io.StringIO(data.decode("utf-8"), newline="") as text:
        return tuple(map(tuple, csv.reader(text)))
