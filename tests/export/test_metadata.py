"""Pictures carry their experiment, and strangers' pictures do no harm."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from PIL import Image
from pypdf import PdfReader, PdfWriter
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.export import metadata
from optexplorer.export.metadata import KEYWORD, PictureFormat, embed, experiment_in
from optexplorer.export.pictures import png
from tests.strategies import EXPERIMENTS

KINDS: tuple[PictureFormat, ...] = get_args(PictureFormat)
JAPANESE = Experiment.model_validate(
    {
        "landscape": {
            "kind": "formula",
            "formula": "x^2+y^2",
            "domain": {"x": (-1, 1), "y": (-1, 1)},
            "name": "谷 <&> ]]> (\\",
        }
    }
)


@pytest.fixture(scope="module")
def plain(qapp: QGuiApplication) -> dict[PictureFormat, bytes]:
    """A picture of each kind, without an experiment."""
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    made: dict[PictureFormat, bytes] = {"png": png(image)}
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    for kind, device in (("svg", generator), ("pdf", None)):
        if device is None:
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            device = QPdfWriter(buffer)
        painter = QPainter(device)
        painter.drawText(20, 20, "loss")
        painter.end()
        made[kind] = bytes(buffer.data().data())  # type: ignore[index]
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("experiment", [default_experiment(), JAPANESE])
def test_a_picture_brings_its_experiment_back(
    plain: dict[PictureFormat, bytes], tmp_path: Path, kind: PictureFormat, experiment: Experiment
) -> None:
    # The contents count, not the name.
    path = tmp_path / "picture.dat"
    path.write_bytes(embed(plain[kind], kind, experiment))
    assert experiment_in(path) == experiment


@settings(max_examples=30, deadline=None)
@given(EXPERIMENTS)
def test_any_experiment_comes_back_exactly(
    plain: dict[PictureFormat, bytes], tmp_path_factory: pytest.TempPathFactory, experiment: Experiment
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.dat"
    for kind in KINDS:
        path.write_bytes(embed(plain[kind], kind, experiment))
        assert experiment_in(path) == experiment


def test_an_experiment_file_is_read_too(tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", default_experiment())
    assert experiment_in(tmp_path / "race.optx") == default_experiment()


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_one_says_so(
    plain: dict[PictureFormat, bytes], tmp_path: Path, kind: PictureFormat
) -> None:
    path = tmp_path / f"picture.{kind}"
    path.write_bytes(plain[kind])
    with pytest.raises(FileError, match="carries no experiment"):
        experiment_in(path)


def test_the_picture_looks_the_same(plain: dict[PictureFormat, bytes], tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(embed(plain["png"], "png", default_experiment()))
    with Image.open(path) as image:
        assert image.size == (40, 30)
        assert image.convert("RGB").getpixel((20, 15)) == (0x33, 0x66, 0x99)
        # Other programs can read it too.
        assert files.from_json(str(image.info["optexplorer"]).encode()) == default_experiment()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_picture_is_not_written_into(kind: PictureFormat) -> None:
    with pytest.raises(ValueError, match=r"this is no|this PDF"):
        embed(b"GIF89a", kind, default_experiment())


def with_chunk(picture: bytes, body: bytes) -> bytes:
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:33] + chunk + picture[33:]


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize(
    "body",
    [
        b"iTXt" + KEYWORD + b"\0\1\0ja\0\xe5\0" + zlib.compress(files.to_json(JAPANESE)),
        b"iTXt" + KEYWORD + b"\0\0\0\0\0" + files.to_json(JAPANESE),
        b"tEXt" + KEYWORD + b"\0" + json.dumps(json.loads(files.to_json(JAPANESE))).encode(),
    ],
)
def test_other_programs_may_have_written_the_text_in_their_way(
    plain: dict[PictureFormat, bytes], tmp_path: Path, body: bytes
) -> None:
    (tmp_path / "picture.png").write_bytes(with_chunk(plain["png"], body))
    assert experiment_in(tmp_path / "picture.png") == JAPANESE


def test_qt_keeps_the_experiment_when_it_saves_the_picture_again(
    plain: dict[PictureFormat, bytes], tmp_path: Path
) -> None:
    image = QImage.fromData(embed(plain["png"], "png", JAPANESE))
    (tmp_path / "again.png").write_bytes(png(image.scaled(20, 15)))
    assert experiment_in(tmp_path / "again.png") == JAPANESE


def test_a_packed_bomb_is_refused_before_it_unfolds(
    plain: dict[PictureFormat, bytes], tmp_path: Path
) -> None:
    packed = bomb(2**30)
    assert len(packed) < metadata.MOST_PACKED
    path = tmp_path / "bomb"
    path.write_bytes(with_chunk(plain["png"], b"iTXt" + KEYWORD + b"\0\1\0\0\0" + packed))
    with pytest.raises(FileError, match="larger than 16,777,216 bytes"):
        experiment_in(path)
    whole = embed(plain["pdf"], "pdf", default_experiment())
    begin = whole.index(b"stream\n", whole.rindex(b"/application#2Fx-optexplorer")) + 7
    path.write_bytes(whole[:begin] + packed + b"\nendstream")
    with pytest.raises(FileError, match="larger than 16,777,216 bytes"):
        experiment_in(path)


def test_a_huge_chunk_is_refused_unread(plain: dict[PictureFormat, bytes], tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.write(plain["png"][:33] + struct.pack(">I", 10**9) + b"iTXt" + KEYWORD + b"\0")
        file.truncate(10**9)
    with pytest.raises(FileError, match="larger than 4,194,304 bytes"):
        experiment_in(path)


def test_entities_of_an_svg_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "laughs.svg"
    path.write_text(
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><svg><metadata><o:experiment xmlns:o="urn:optexplorer">'
        "&b;</o:experiment></metadata></svg>",
        encoding="utf-8",
    )
    with pytest.raises(FileError, match="entities"):
        experiment_in(path)


@pytest.mark.parametrize("kind", KINDS)
def test_truncated_pictures_give_one_clear_message(
    plain: dict[PictureFormat, bytes], tmp_path: Path, kind: PictureFormat
) -> None:
    whole = embed(plain[kind], kind, default_experiment())
    path = tmp_path / f"cut.{kind}"
    read = 0
    for length in range(0, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:length])
        try:
            assert experiment_in(path) == default_experiment()
            read += 1
        except FileError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert str(error)  # noqa: PT017
    assert read < 61


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_inside_gives_one_clear_message(
    plain: dict[PictureFormat, bytes], tmp_path: Path, kind: PictureFormat
) -> None:
    whole = embed(plain[kind], kind, default_experiment())
    path = tmp_path / f"flipped.{kind}"
    for place in range(0, len(whole), max(len(whole) // 200, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        try:
            found = experiment_in(path)
        except FileError as error:
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert isinstance(found, Experiment)


def test_another_file_is_told_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "film.gif").write_bytes(b"GIF89a")
    with pytest.raises(FileError, match=r"neither an experiment file \(.optx\) nor a PNG, SVG or PDF"):
        experiment_in(tmp_path / "film.gif")
    with pytest.raises(FileError, match="folder"):
        experiment_in(tmp_path)


def test_other_programs_find_the_attachment_and_the_file_keeps_its_version(
    plain: dict[PictureFormat, bytes],
) -> None:
    whole = embed(plain["pdf"], "pdf", JAPANESE)
    reader = PdfReader(io.BytesIO(whole))
    assert reader.attachments == {metadata.ATTACHMENT: [files.to_json(JAPANESE)]}
    assert reader.pdf_header == plain["pdf"][:8].decode()
    assert len(reader.pages) == 1


def test_a_pdf_that_another_program_has_written_anew_still_brings_it_back(
    plain: dict[PictureFormat, bytes], tmp_path: Path
) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(embed(plain["pdf"], "pdf", JAPANESE)))
    writer.compress_identical_objects()
    writer.write(tmp_path / "again.pdf")
    assert experiment_in(tmp_path / "again.pdf") == JAPANESE


def test_the_last_of_several_attachments_counts(plain: dict[PictureFormat, bytes], tmp_path: Path) -> None:
    twice = embed(embed(plain["pdf"], "pdf", default_experiment()), "pdf", JAPANESE)
    (tmp_path / "twice.pdf").write_bytes(twice)
    assert experiment_in(tmp_path / "twice.pdf") == JAPANESE


def test_an_experiment_that_could_not_be_read_again_is_not_embedded(
    plain: dict[PictureFormat, bytes],
) -> None:
    wrong = default_experiment().model_copy(update={"start": (1.0, 2.0, 3.0)})
    for kind in KINDS:
        with pytest.raises(FileError, match="could not be read again: start"):
            embed(plain[kind], kind, wrong)


class CountingFile(io.BytesIO):
    """Counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


@pytest.mark.parametrize(
    ("before", "after"), [("<!--", "-->"), ("<?p ", "?>"), ("<a b='", "'/>"), ("<![CDATA[", "]]>")]
)
def test_a_long_piece_of_an_svg_is_not_parsed_again_and_again(before: str, after: str) -> None:
    # The parser begins anew with an unfinished piece each time that it is given more of the file.
    file = CountingFile(f"<svg>{before}{'a' * 8 * 2**20}{after}</svg>".encode())
    with pytest.raises(FileError, match="carries no experiment"):
        metadata._of_svg(file)
    assert file.reads < 12


def test_default_attributes_of_an_svg_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "attributes.svg"
    path.write_text("<!DOCTYPE svg [<!ATTLIST a b CDATA 'x'>]><svg><a/></svg>", encoding="utf-8")
    with pytest.raises(FileError, match="declares XML entities or attributes"):
        experiment_in(path)


HOSTILE = {
    "a long text": b'{"a": "' + b"a" * 2**22 + b'"}',
    "escapes": b'{"a": "' + b"\\n" * 2**21 + b'"}',
    "backslashes": b'{"a": "' + b"\\\\" * 2**21 + b'"}',
    "lists": b'{"racers": [' + b"[]," * 2**20 + b"[]]}",
    "numbers": b'{"racers": [' + b"1," * 2**21 + b"1]}",
    "brackets": b"[" * 2**22,
    "quotes": b'"' * 2**22,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_small_picture_does_not_unfold_to_much_memory(
    plain: dict[PictureFormat, bytes], tmp_path: Path, name: str
) -> None:
    path = tmp_path / "hostile.png"
    body = b"zTXt" + KEYWORD + b"\0\0" + zlib.compress(HOSTILE[name], 9)
    path.write_bytes(with_chunk(plain["png"], body))
    tracemalloc.start()
    try:
        with pytest.raises(FileError):
            experiment_in(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 15 * len(HOSTILE[name])


@pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX systems")
def test_pipes_and_devices_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(FileError, match="device"):
            experiment_in(path)
