"""The experiment inside its pictures: PNG, SVG and PDF files carry the experiment that they show.

PNG: a compressed text chunk (zTXt). SVG: a `metadata` element. PDF: an embedded file, which viewers show as an
attachment. Each holds the contents of an experiment file, and is bounded when it is read back.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal
from xml.parsers import expat
from xml.sax.saxutils import escape

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError

Kind = Literal["png", "svg", "pdf"]

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
_SUBTYPE = b"/application#2Fx-optexplorer"


def embed(data: bytes, kind: Kind, experiment: Experiment) -> bytes:
    """Return a picture file that also carries `experiment`; it looks the same.

    Parameters
    ----------
    data : the bytes of a whole PNG (also an animated one), SVG or PDF file

    Raises
    ------
    ValueError
        If `data` is no file of this kind.
    """
    writers = {"png": _into_png, "svg": _into_svg, "pdf": _into_pdf}
    return writers[kind](data, files.to_json(experiment))


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
        raise FileError("it is a folder or a device, no file")
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
        f"it is neither an experiment file ({files.SUFFIX}) nor a PNG, SVG or PDF picture that carries one"
    )


def _nothing_inside() -> FileError:
    return FileError("the picture carries no experiment; it was made without, or by another program")


# PNG: chunks of length, type, data and checksum.


def _into_png(data: bytes, experiment: bytes) -> bytes:
    end = _PNG_HEADER_END
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < end:
        raise ValueError("this is no PNG file")
    # In ASCII, because not every program that keeps such a text knows other letters.
    ascii_only = json.dumps(json.loads(experiment)).encode()
    body = b"zTXt" + KEYWORD + b"\0\0" + zlib.compress(ascii_only, 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:end] + chunk + data[end:]


_PNG_HEADER_END = len(_PNG) + 25
"""After the signature and the IHDR chunk, which is always first."""


def _of_png(file: IO[bytes]) -> bytes:
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
            raise FileError("the experiment in the picture is damaged: its checksum is wrong")
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
    text = escape(experiment.decode())
    element = (
        f'\n<metadata><optx:experiment xmlns:optx="{NAMESPACE}">{text}</optx:experiment></metadata>'.encode()
    )
    return data[: root.end()] + element + data[root.end() :]


class _Found(Exception):  # noqa: N818
    """Ends the reading of an SVG file early; no error."""


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
        raise FileError("the picture declares XML entities, which are not read")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = text, refuse
    read = 0
    try:
        while part := file.read(1 << 16):
            read += len(part)
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


# PDF: an embedded file, added as an incremental update: the file as it was, then new objects and a new table.


def _into_pdf(data: bytes, experiment: bytes) -> bytes:
    table = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)
    trailer = data.rfind(b"trailer")
    root = re.search(rb"/Root\s+(\d+)\s+0\s+R", data[trailer:])
    size = re.search(rb"/Size\s+(\d+)", data[trailer:])
    if not data.startswith(b"%PDF-") or trailer < 0 or not table or not root or not size:
        raise ValueError("this is no PDF file with a plain table of its objects")
    entries = _object(data[:trailer], root[1])
    names = re.search(rb"/Names\s+(\d+)\s+0\s+R", entries or b"")
    if entries is None or (b"/Names" in entries and (not names or _object(data[:trailer], names[1]) != b"")):
        raise ValueError("this PDF file has no catalogue to which an attachment can be added")
    if names:
        # Qt writes a table of names, but an empty one.
        entries = entries.replace(names[0], b"")
    number = int(size[1])
    packed = zlib.compress(experiment, 9)
    objects = {
        number: b"<< /Type /EmbeddedFile /Subtype %b /Filter /FlateDecode /Length %d /Params << /Size %d >> >>\n"
        b"stream\n%b\nendstream" % (_SUBTYPE, len(packed), len(experiment), packed),
        number + 1: b"<< /Type /Filespec /F (%b) /UF (%b) /EF << /F %d 0 R >> /AFRelationship /Source >>"
        % (ATTACHMENT.encode(), ATTACHMENT.encode(), number),
        int(root[1]): b"<<%b/Names << /EmbeddedFiles << /Names [(%b) %d 0 R] >> >> /AF [%d 0 R] >>"
        % (entries + b"\n", ATTACHMENT.encode(), number + 1, number + 1),
    }
    out = BytesIO()
    out.write(data if data.endswith(b"\n") else data + b"\n")
    places = {}
    for key, body in objects.items():
        places[key] = out.tell()
        out.write(b"%d 0 obj\n%b\nendobj\n" % (key, body))
    begin = out.tell()
    out.write(b"xref\n")
    for key in sorted(places):
        out.write(b"%d 1\n%010d 00000 n \n" % (key, places[key]))
    info = re.search(rb"/Info\s+\d+\s+0\s+R", data[trailer:])
    identifier = re.search(rb"/ID\s*\[.*?\]", data[trailer:], re.DOTALL)
    kept = b" ".join(found[0] for found in (root, info, identifier) if found)
    out.write(b"trailer\n<< /Size %d %b /Prev %b >>\n" % (number + 2, kept, table[1]))
    out.write(b"startxref\n%d\n%%%%EOF\n" % begin)
    return out.getvalue()


def _object(data: bytes, number: bytes) -> bytes | None:
    """Return what stands in the dictionary of that number; None if it is none."""
    found = re.search(rb"[\r\n]%b 0 obj\s*<<(.*?)>>\s*endobj" % number, data, re.DOTALL)
    return found[1].strip() if found else None


def _of_pdf(data: bytes) -> bytes:
    # Of several, from several updates, the last one counts.
    at = data.rfind(_SUBTYPE)
    if at < 0:
        raise _nothing_inside()
    stream = re.compile(rb"stream\r?\n").search(data, at, at + 1024)
    if stream is None:
        raise FileError("the experiment in the picture is damaged")
    end = data.find(b"endstream", stream.end(), stream.end() + MOST_PACKED)
    if end < 0:
        raise FileError("the experiment in the picture is damaged, or too large")
    content = data[stream.end() : end]
    packed = b"/FlateDecode" in data[max(at - 512, 0) : stream.start()]
    return files.unpacked(content) if packed else content.rstrip(b"\r\n")
