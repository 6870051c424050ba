"""The text of a CSV file: its bytes read piece by piece, its encoding found, its lines bounded."""

from __future__ import annotations

import codecs
import csv
import io
import os
import unicodedata
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from optexplorer.bounded_input import RefusedFileError, open_regular
from optexplorer.engine.landscapes.models.data.base import DataError
from optexplorer.text import Text

Encoding = Literal["utf-8", "cp932", "utf-16", "cp1252"]
Delimiter = Literal[",", ";", "\t"]

MOST_BYTES = 1 << 30
"""Bytes of the largest file that is read."""
HEAD_BYTES = 1 << 18
"""Bytes from which encoding, delimiter and columns are guessed."""
CHUNK_BYTES = 1 << 16
"""Bytes that are read at a time; between two pieces the reader can be stopped."""
MOST_LINE = 1 << 20
"""Characters of the longest line."""
MOST_COLUMNS = 4096

_ZIP = b"PK\x03\x04"


class UndecodableError(DataError):
    """Bytes that are no text in the encoding that was taken."""


class ReadingCancelledError(Exception):
    """The reader was asked to stop."""


class Head(NamedTuple):
    """The first bytes of a file, and the size of all of it."""

    data: bytes
    size: int

    @property
    def whole(self) -> bool:
        """Whether there is nothing more in the file."""
        return len(self.data) == self.size


def read_head(path: str | Path) -> Head:
    """Return the beginning of a file.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, too large, or no text.
    """
    try:
        with open_regular(path) as file:
            head = Head(file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size)
    except RefusedFileError as error:
        raise DataError(error.args[0]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(
            Text(f"the file cannot be read: {reason}", f"ファイルを読めない: {reason}")
        ) from error
    if not head.data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise DataError(Text("the file is empty", "ファイルが空である"))
    if head.size > MOST_BYTES:
        raise DataError(
            Text(
                f"the file has {head.size:,} bytes; at most {MOST_BYTES:,} are read",
                f"ファイルの大きさが{head.size:,}バイトある。読めるのは{MOST_BYTES:,}バイトまで",
            )
        )
    if head.data.startswith(_ZIP):
        raise DataError(
            Text(
                "this is not a CSV file but a ZIP archive or an Excel workbook; save the sheet as CSV",
                "CSVファイルではなく、ZIPアーカイブかExcelブックである。シートをCSV形式で保存する",
            )
        )
    return head


def guess_encoding(head: Head) -> Encoding:
    """Return the encoding in which the head of a file makes sense.

    That of a byte order mark; else UTF-8 if it can be; else CP932, the Windows encoding of Japan; else CP1252, that of
    Western Europe.

    Raises
    ------
    DataError
        If it is no text.
    """
    data = head.data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in data:
        raise _no_text()
    if _decodes(head, "utf-8") is not None:
        return "utf-8"
    japanese = _decodes(head, "cp932")
    if japanese is not None and _looks_japanese(japanese):
        return "cp932"
    western = _decodes(head, "cp1252")
    if western is not None and not _has_controls(western):
        return "cp1252"
    raise _no_text()


def could_be_any(head: Head) -> bool:
    """Whether all characters of the head are ASCII, which UTF-8, CP932 and CP1252 share."""
    return head.data.isascii()


def _no_text() -> DataError:
    return DataError(
        Text(
            "this is not text: right is a table in UTF-8, CP932, UTF-16 with a byte order mark, or CP1252",
            "テキストファイルではない。UTF-8、CP932、BOM付きUTF-16、CP1252のいずれかの表にする",
        )
    )


def _decodes(head: Head, codec: str) -> str | None:
    """Return the text of the head, or None if it is none in this encoding; its last character may be cut in two."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(head.data, final=head.whole)
    except UnicodeDecodeError:
        return None


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in set(text))


def _looks_japanese(text: str) -> bool:
    """Whether text decoded as CP932 is Japanese, and no umlauts or accents that happen to have a meaning there.

    In Western words such characters stand between two Latin letters, or have no meaning but a private one.
    """
    if _has_controls(text):
        return False
    found = between = 0
    padded = f" {text} "
    for before, char, after in zip(padded, padded[1:], padded[2:], strict=False):
        if char > "\x7f":
            if unicodedata.category(char) == "Co":
                return False
            found += 1
            between += before.isascii() and after.isascii() and (before.isalpha() or after.isalpha())
    return 2 * between <= found


def decoded(head: Head, encoding: Encoding) -> str:
    """Return the text of the head, with Unix line ends.

    Raises
    ------
    DataError
        If it is no text in this encoding.
    """
    decoder = _Decoder(head.data, encoding)
    return decoder.text(head.data, last=head.whole)


class _Decoder:
    """Turns bytes into text piece by piece; knows at which line it is."""

    def __init__(self, head: bytes, encoding: Encoding) -> None:
        codec, self._mark = _codec(head, encoding)
        self._encoding = encoding
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(), translate=True)
        self._lines = 1

    def text(self, data: bytes, last: bool) -> str:
        if self._mark and data:
            data, self._mark = data[self._mark :], 0
        try:
            text = self._decoder.decode(data, final=last)
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from error
        if "\0" in text:
            line = self._lines + text[: text.index("\0")].count("\n")
            raise DataError(
                Text(
                    f"line {line} holds a character NUL: this is not text, or text in another encoding",
                    f"{line}行目にNUL文字がある。テキストファイルでないか、文字コードが違う",
                )
            )
        self._lines += text.count("\n")
        return text

    def _undecodable(self, error: UnicodeDecodeError) -> UndecodableError:
        line = self._lines + error.object[: error.start].count(b"\n")
        name = self._encoding.upper()
        return UndecodableError(
            Text(
                f"line {line} is not text in {name}; choose another encoding",
                f"{line}行目は{name}の文字として読めない。別の文字コードを選ぶ",
            )
        )


def _codec(head: bytes, encoding: Encoding) -> tuple[str, int]:
    """Return the codec's name and how many bytes of a byte order mark go before the text."""
    if encoding == "utf-8":
        return "utf-8", 3 if head.startswith(codecs.BOM_UTF8) else 0
    if encoding == "utf-16":
        if head.startswith(codecs.BOM_UTF16_LE):
            return "utf-16-le", 2
        if head.startswith(codecs.BOM_UTF16_BE):
            return "utf-16-be", 2
        # Without the mark: the zero bytes of ASCII characters tell the order.
        return ("utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"), 0
    return encoding, 0


def _never() -> bool:
    return False


def _untold(share: float) -> None:
    del share


def read_text(
    path: str | Path,
    head: Head,
    encoding: Encoding,
    should_stop: Callable[[], bool] = _never,
    progress: Callable[[float], None] = _untold,
) -> Generator[str]:
    """Yield the text of a file piece by piece, with Unix line ends; `progress` is told the share that has been read.

    Raises
    ------
    DataError
        If the file is no text in this encoding, cannot be read, or is larger than it was said to be.
    ReadingCancelledError
        If `should_stop` says so.
    """
    decoder = _Decoder(head.data, encoding)
    done = 0
    try:
        with open_regular(path) as file:
            while data := file.read(CHUNK_BYTES):
                if should_stop():
                    raise ReadingCancelledError
                done += len(data)
                if done > MOST_BYTES:
                    raise DataError(
                        Text("the file grows while it is read", "ファイルが読み込み中に大きくなっている")
                    )
                yield decoder.text(data, last=False)
                progress(min(done / max(head.size, 1), 1.0))
    except (RefusedFileError, OSError) as error:
        raise DataError(Text(f"the file cannot be read: {error}", f"ファイルを読めない: {error}")) from error
    yield decoder.text(b"", last=True)


def lines(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a text, each with its end.

    Raises
    ------
    DataError
        If one is longer than any table's.
    """
    rest, number = "", 1
    for piece in pieces:
        # Unlike `str.splitlines`, it ends lines at `\n` alone.
        found = io.StringIO(rest + piece, newline="\n").readlines()
        rest = found.pop() if found and not found[-1].endswith("\n") else ""
        yield from found
        number += len(found)
        if len(rest) > MOST_LINE:
            raise DataError(
                Text(
                    f"line {number} has more than {MOST_LINE:,} characters; this is not a table",
                    f"{number}行目が{MOST_LINE:,}文字を超えている。表ではない",
                )
            )
    if rest:
        yield rest


def records(pieces: Iterator[str], delimiter: Delimiter) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row that is not blank, from 1 as a spreadsheet counts, and its cells.

    Raises
    ------
    DataError
        If a quotation mark is not closed, or a row has too many cells.
    """
    row = 0
    try:
        for cells in csv.reader(lines(pieces), delimiter=delimiter, skipinitialspace=True, strict=True):
            row += 1
            if len(cells) > MOST_COLUMNS:
                raise DataError(
                    Text(
                        f"row {row} has {len(cells):,} cells; at most {MOST_COLUMNS:,} columns are allowed",
                        f"{row}行目に{len(cells):,}個のセルがある。列は{MOST_COLUMNS:,}個まで",
                    )
                )
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield row, cells
    except csv.Error as error:
        if "field limit" in str(error):
            most = csv.field_size_limit()
            raise DataError(
                Text(
                    f'row {row + 1}: a quotation mark (") is not closed, or a cell has more than {most:,} characters',
                    f'{row + 1}行目: 引用符(")が閉じていないか、セルが{most:,}文字を超えている',
                )
            ) from error
        raise DataError(
            Text(
                f'row {row + 1}: a quotation mark (") is not closed, or followed by something other than the delimiter',
                f'{row + 1}行目: 引用符(")が閉じていないか、その後に区切り文字以外のものがある',
            )
        ) from error
