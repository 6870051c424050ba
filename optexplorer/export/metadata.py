"""Embeds an experiment in the PNG, SVG and PDF files that show it, and reads it back.

PNG: a compressed text chunk (zTXt). SVG: a `metadata` element. PDF: an embedded file, which viewers show as an
attachment. Each holds the contents of an experiment file, and is bounded when it is read back.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal
from xml.parsers import expat

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.text import Text

PictureFormat = Literal["png", "svg", "pdf"]

KEYWORD = b"optexplorer"
"""The keyword of the text chunk in a PNG file."""
NAMESPACE = "urn:optexplorer"
"""The namespace of the element in an SVG file."""
ATTACHMENT = "experiment.optx"
"""The name of the file attached to a PDF file."""

MOST_PACKED = 4 * 2**20
"""Bytes of packed metadata that are read at most; unpacked, those of an experiment file."""
MOST_PICTURE = 256 * 2**20
"""Bytes of the largest picture that is searched."""
MOST_CHUNKS = 1_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_SUBTYPES = (b"/application#2Fx-optexplorer", b"/application#2fx-optexplorer")
"""How PDF files spell `optexplorer.experiment.files.MEDIA_TYPE`."""
_MOST_DICTIONARY = 1024
"""Bytes around the media type in which the description of the attachment begins and ends."""
_FIRST_PART = 1 << 16
"""Bytes of an SVG file that are read at first."""


def embed(data: bytes, kind: PictureFormat, experiment: Experiment) -> bytes:
    """Return a picture file that also carries `experiment`; it looks the same.

    Parameters
    ----------
    data : the bytes of a whole PNG (also an animated one), SVG or PDF file

    Raises
    ------
    ValueError
        If `data` is no file of this kind, or the experiment could not be read again.
    """
    writers = {"png": _into_png, "svg": _into_svg, "pdf": _into_pdf}
    return writers[kind](data, files.readable_json(experiment))


def experiment_in(path: str | Path) -> Experiment:
    """Return the experiment that a file holds: an experiment file, or a picture that carries one.

    The contents decide, not the name.

    Raises
    ------
    optexplorer.experiment.files.FileError
        If it holds none; one line that says why.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise FileError(
            Text("it is a folder or a device, no file", "フォルダーかデバイスで、ファイルではない")
        )
    with path.open("rb") as file:
        beginning = file.read(1024)
        file.seek(0)
        if beginning.startswith(_PNG):
            return files.from_json(_of_png(file))
        text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
        if beginning.startswith(b"%PDF-"):
            return files.from_json(_of_pdf(files.read_bounded(path, MOST_PICTURE)))
        if text.startswith(b"<"):
            return files.from_json(_of_svg(file))
        if text.startswith((b"{", b"[")) or path.suffix.lower() in (files.SUFFIX, ".json"):
            return files.read(path)
    raise FileError(
        Text(
            f"it is neither an experiment file ({files.SUFFIX}) nor a PNG, SVG or PDF picture that carries one",
            f"実験のファイル ({files.SUFFIX}) でも、実験を含むPNG、SVG、PDFの画像でもない",
        )
    )


def _nothing_inside() -> FileError:
    return FileError(
        Text(
            "the picture carries no experiment; it was made without, or by another program",
            "画像に実験が含まれていない。含めずに書き出されたか、別のプログラムが作った画像である",
        )
    )


# PNG: chunks of length, type, data and checksum.


def _into_png(data: bytes, experiment: bytes) -> bytes:
    from PIL.PngImagePlugin import PngInfo, putchunk

    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < _PNG_HEADER_END:
        raise ValueError("this is no PNG file")
    text = PngInfo()
    # In ASCII, because not every program that keeps such a text knows other letters.
    text.add_text(KEYWORD.decode(), json.dumps(json.loads(experiment)), zip=True)
    out = BytesIO()
    out.write(data[:_PNG_HEADER_END])
    for kind, body, *_ in text.chunks:
        putchunk(out, kind, body)
    out.write(data[_PNG_HEADER_END:])
    return out.getvalue()


_PNG_HEADER_END = len(_PNG) + 25
"""After the signature and the IHDR chunk, which is always first."""


def _of_png(file: IO[bytes]) -> bytes:
    """Read the chunks one by one; of all that are not the experiment's, only the first eight bytes.

    Pillow would refuse texts of more than 1 MB, and unpack every text of the file.
    """
    for length, kind in _chunks(file):
        if kind not in _TEXTS or length <= len(KEYWORD):
            continue
        if file.read(len(KEYWORD) + 1) != KEYWORD + b"\0":
            continue
        if length > MOST_PACKED:
            raise FileError(f"the experiment in the picture is larger than {MOST_PACKED:,} bytes")
        rest = file.read(length - len(KEYWORD) - 1)
        checksum = file.read(4)
        if struct.pack(">I", zlib.crc32(kind + KEYWORD + b"\0" + rest)) != checksum:
            raise FileError(
                Text(
                    "the experiment in the picture is damaged: its checksum is wrong",
                    "画像に含まれる実験が壊れている。チェックサムが合わない",
                )
            )
        return _text_of(kind, rest)
    raise _nothing_inside()


_TEXTS = (b"zTXt", b"iTXt", b"tEXt")
"""The kinds of text chunks: other programs may write what they have read as another kind."""


def _text_of(kind: bytes, rest: bytes) -> bytes:
    """Return the text of a chunk, from what stands after its keyword."""
    if kind == b"zTXt":
        return files.unpacked(rest[1:])
    if kind == b"tEXt":
        return rest
    # Whether it is packed, and how; a language and a translated keyword; the text.
    _, _, text = rest[2:].partition(b"\0")
    _, _, text = text.partition(b"\0")
    return files.unpacked(text) if rest[:1] == b"\1" else text


def _chunks(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield length and type of each chunk, with the file at its data."""
    position = len(_PNG)
    for _ in range(MOST_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            return
        (length,) = struct.unpack(">I", head[:4])
        yield length, head[4:]
        position += length + 12


# SVG: text inside an element of our own namespace.

_ROOT = re.compile(rb"<svg\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


def _into_svg(data: bytes, experiment: bytes) -> bytes:
    root = _ROOT.search(data)
    if root is None or root[0].endswith(b"/>"):
        raise ValueError("this is no SVG file")
    # XML cannot hold these two; in JSON they stand within strings only.
    plain = experiment.decode().replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff")
    text = escape(plain, quote=False)
    element = (
        f'\n<metadata><optx:experiment xmlns:optx="{NAMESPACE}">{text}</optx:experiment></metadata>'.encode()
    )
    return data[: root.end()] + element + data[root.end() :]


class _Found(Exception):  # noqa: N818
    """Raised to stop the parser after the experiment; no error."""


def _of_svg(file: IO[bytes]) -> bytes:
    """Read an SVG file as far as its experiment; entities are not expanded, nothing else is kept."""
    piecewise: list[str] = []
    length = 0
    inside = False

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal inside
        inside = name == f"{NAMESPACE} experiment"

    def text(piece: str) -> None:
        nonlocal length
        if inside:
            length += len(piece)
            if length > files.MOST_BYTES:
                raise FileError(f"the experiment in the picture is larger than {files.MOST_BYTES:,} bytes")
            piecewise.append(piece)

    def end(name: str) -> None:
        if inside and name == f"{NAMESPACE} experiment":
            raise _Found

    def refuse(*_: Any) -> None:
        # Entities and default attributes make much of little.
        raise FileError("the picture declares XML entities or attributes, which are not read")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = parser.AttlistDeclHandler = refuse
    read, size = 0, _FIRST_PART
    try:
        while part := file.read(size):
            read += len(part)
            # A comment is parsed anew with each part until its end has come: with parts that double, only twice.
            size *= 2
            if read > MOST_PICTURE:
                raise FileError(f"it has more than {MOST_PICTURE:,} bytes")
            parser.Parse(part, False)
        parser.Parse(b"", True)
    except _Found:
        return "".join(piecewise).encode()
    except FileError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        # A wrong or unknown encoding raises the latter two.
        raise FileError(f"it is damaged or no SVG picture: {error}") from error
    raise _nothing_inside()


# PDF: an embedded file.


def _into_pdf(data: bytes, experiment: bytes) -> bytes:
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import NameObject

    try:
        writer = PdfWriter(clone_from=BytesIO(data))
    except PyPdfError as error:
        raise ValueError(f"this is no PDF file: {error}") from error
    attached = writer.add_attachment(ATTACHMENT, experiment)
    attached.associated_file_relationship = NameObject("/Source")
    attached.subtype = NameObject(f"/{files.MEDIA_TYPE}")
    contents: Any = attached.pdf_object
    for key in ("/EF", "/F"):
        contents = contents[key]
    contents.set_data(zlib.compress(experiment, 9))
    contents[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pdf_header = data[:8].decode("ascii")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _of_pdf(data: bytes) -> bytes:
    """Find the attachment by its media type, which stands as plain text before its contents.

    Nothing else of the file is parsed: strangers' PDF files can keep a parser busy for very long.
    """
    # Of several, from several updates, the last one counts.
    at = max(data.rfind(subtype) for subtype in _SUBTYPES)
    if at < 0:
        raise _nothing_inside()
    begin = data.find(b"stream", at, at + _MOST_DICTIONARY)
    end = data.find(b"endstream", begin, begin + MOST_PACKED)
    if begin < 0 or end < 0:
        raise FileError(
            Text(
                "the experiment in the picture is damaged, or too large",
                "画像に含まれる実験が壊れているか、大きすぎる",
            )
        )
    dictionary = data[max(data.rfind(b"obj", 0, at), at - _MOST_DICTIONARY, 0) : begin]
    content = data[begin:end].removeprefix(b"stream").removeprefix(b"\r").removeprefix(b"\n")
    return files.unpacked(content) if b"/FlateDecode" in dictionary else content.rstrip(b"\r\n")
