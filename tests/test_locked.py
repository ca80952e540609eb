"""Workbooks with a password, the old kind: ``tests/test_read.py`` has the new one."""

from __future__ import annotations

import io
import struct
from hashlib import md5
from pathlib import Path

import olefile
import pytest
from msoffcrypto.format import xls97
from msoffcrypto.method.rc4 import DocumentRC4

from pipeline.collect.formats import locked
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.opening import open_workbook

OPENS_FOR_EVERYBODY = Path(__file__).parent / "files" / "opens-for-everybody.xls"
"""Written by Excel with a protected structure, i.e. locked by a password that Excel knows."""
FILE_PASS, SALT_AT, PLAIN = 0x2F, 10, (0x809, 0x2F, 0x194, 0x195, 0xE1, 0x196, 0x138)
"""The record that locks a workbook, where its salt stands, and records never locked."""


def keystream(password: str, salt: bytes, length: int) -> bytes:
    return bytes(
        DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(length)), blocksize=1024).read()
    )


def locked_anew(data: bytes, password: str) -> bytes:
    """A workbook that opens for everybody, locked with another password instead."""
    file = io.BytesIO(data)
    with olefile.OleFileIO(file, write_mode=True) as container:
        stream = bytearray(container.openstream("Workbook").read())
        salt, at = b"", 0
        # whoever decodes passes over headers of records, but counts them
        while at + 4 <= len(stream):
            number, size = struct.unpack_from("<HH", stream, at)
            if number == FILE_PASS:
                salt = bytes(stream[at + SALT_AT : at + SALT_AT + 16])
                mask = keystream(password, salt, 32)
                verifier = bytes(16)
                plain = verifier + md5(verifier, usedforsecurity=False).digest()
                stream[at + SALT_AT + 16 : at + SALT_AT + 48] = bytes(
                    a ^ b for a, b in zip(plain, mask, strict=True)
                )
            at += 4 + size
        masks = zip(
            keystream(locked.NOBODYS, salt, len(stream)),
            keystream(password, salt, len(stream)),
            strict=True,
        )
        change = [a ^ b for a, b in masks]
        at = 0
        while at + 4 <= len(stream):
            number, size = struct.unpack_from("<HH", stream, at)
            # the place of a sheet stays plain
            first = size if number in PLAIN else 4 if number == 0x85 else 0
            for byte in range(at + 4 + first, at + 4 + size):
                stream[byte] ^= change[byte]
            at += 4 + size
        container.write_stream("Workbook", bytes(stream))
    return file.getvalue()


def test_an_old_workbook_that_opens_for_everybody_is_read() -> None:
    workbook = open_workbook(OPENS_FOR_EVERYBODY.read_bytes())
    assert workbook.names == ("Sheet1",)
    assert workbook.grid("Sheet1").columns


@pytest.mark.parametrize(("password", "opens"), [("hẹn trước", True), ("khác", False)])
def test_an_old_workbook_opens_with_the_agreed_password_alone(
    password: str, *, opens: bool
) -> None:
    data = locked_anew(OPENS_FOR_EVERYBODY.read_bytes(), password)
    if opens:
        assert open_workbook(data, "hẹn trước").names == ("Sheet1",)
    else:
        with pytest.raises(UnreadableError) as error:
            open_workbook(data, "hẹn trước")
        assert error.value.reason == "encrypted"


def test_a_wrong_call_of_the_library_is_not_taken_for_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xls97.Xls97File, "load_key", lambda _: None)
    with pytest.raises(TypeError, match="password"):
        locked.unlocked(OPENS_FOR_EVERYBODY.read_bytes(), [])


def test_damaged_bytes_are_no_mistake_of_ours() -> None:
    data = OPENS_FOR_EVERYBODY.read_bytes()
    for length in (100, 600, 2000, len(data) // 2):
        with pytest.raises(UnreadableError):
            locked.unlocked(data[:length], ["x"])
