"""A receipt file is what its members determine, to the last byte."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from mrv.messages import Refused
from mrv.receipt.container import open_container, write_container

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS = [
    ("receipt.json", b'{"a":1}'),
    ("inputs/ship.parquet", bytes(range(256)) * 2),
    ("rules/水运.yaml", "中文".encode()),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_container(tmp_path / "one.mrv", PARTS)
    return tmp_path / "one.mrv"


def refused(path: Path) -> str:
    with pytest.raises(Refused) as found, open_container(path):
        pass
    return found.value.diagnostics[0].rule


def test_members_come_back_as_they_were(file: Path) -> None:
    with open_container(file) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == PARTS


def test_other_programs_can_read_it(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("bit", [0, 7])
def test_any_flipped_bit_is_found(file: Path, bit: int) -> None:
    whole = file.read_bytes()
    found = set()
    for place in range(len(whole)):
        altered = bytearray(whole)
        altered[place] ^= 1 << bit
        file.write_bytes(altered)
        found.add(refused(file))
    assert found <= {"receipt.damaged", "receipt.not-one", "receipt.member"}


def test_any_cut_is_found(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(0, len(whole), 3):
        file.write_bytes(whole[:length])
        assert refused(file) in {"receipt.damaged", "receipt.not-one"}


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b + b"x",
        lambda b: b + b,
        lambda b: b"#!/bin/sh\n" + b,
        lambda b: b[:-2] + b"\x05\x00hello",
    ],
)
def test_whatever_is_added_is_found(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))
    assert refused(file) in {"receipt.damaged", "receipt.not-one"}


def zipped(path: Path, *entries: tuple[zipfile.ZipInfo, bytes], packed: bool = False) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for info, body in entries:
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(info, body)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../up", "/etc/passwd", "a/../../b", "a//b", "./a", "C:\\x", "a\\b", "a/.hidden", "",
        "nul\x00", "a" + "/b" * 9, "x\n",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "bad.mrv", (zipfile.ZipInfo("a"), b"1"), (zipfile.ZipInfo(name), b"1"))
    assert refused(path) in {"receipt.member", "receipt.damaged"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.mrv"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    one, two = (zipfile.ZipInfo("receipt.json") for _ in range(2))
    assert refused(zipped(tmp_path / "twice.mrv", (one, b"1"), (two, b"2"))) == "receipt.member"


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("receipt.json", (1980, 1, 1, 0, 0, 0))
    link.create_system, link.external_attr = 3, 0o120777 << 16
    assert refused(zipped(tmp_path / "link.mrv", (link, b"/etc/passwd"))) == "receipt.damaged"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "bomb.mrv", (zipfile.ZipInfo("receipt.json"), bytes(50_000_000)), packed=True
    )
    assert path.stat().st_size < 100_000
    assert refused(path) == "receipt.damaged"


def test_members_in_another_order_make_another_file(file: Path, tmp_path: Path) -> None:
    write_container(tmp_path / "two.mrv", PARTS[::-1])
    assert file.read_bytes() != (tmp_path / "two.mrv").read_bytes()


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04", b"hello", io.BytesIO().getvalue()])
def test_a_file_of_another_kind_is_named_as_such(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "other.mrv"
    path.write_bytes(body)
    assert refused(path) in {"receipt.not-one", "receipt.damaged"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.mrv") == "call.no-file"


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_container(tmp_path / "x.mrv", [("a", b"1"), ("b", tmp_path / "missing")])
    assert list(tmp_path.iterdir()) == []
