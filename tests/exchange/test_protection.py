"""A workbook locked with a password opens with it alone, and not at all once anything in it was changed."""

import io
import zipfile

import olefile
import pytest

from desktop.exchange import protection
from desktop.exchange.protection import SHORTEST, is_protected, protect, unprotect
from desktop.registers.problems import AppError
from tests.exchange.steps import enter, hand_off

PASSWORD = "ёлка под снегом №7"


@pytest.fixture
def workbook(prison, stick):
    enter(prison, comment="Канарейкин")
    return hand_off(prison, stick).path.read_bytes()


@pytest.fixture
def locked(workbook):
    return protect(workbook, PASSWORD)


def refusal(content, password=PASSWORD):
    with pytest.raises(AppError) as caught:
        unprotect("передача.xlsx", content, password)
    assert "передача.xlsx" in caught.value.text["ru"]
    return caught.value.name


def with_stream(content, name, change):
    """Give the file with one of its streams changed in place, as long as before."""
    file = io.BytesIO(content)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = ole.openstream(name).read()
        ole.write_stream(name, change(stream))
        return file.getvalue()


def test_a_locked_hand_off_opens_with_its_password_byte_for_byte(workbook, locked):
    assert unprotect("передача.xlsx", locked, PASSWORD) == workbook
    assert (is_protected(locked), is_protected(workbook)) == (True, False)
    assert not zipfile.is_zipfile(io.BytesIO(locked))


def test_no_two_locked_files_are_alike(workbook, locked):
    assert protect(workbook, PASSWORD) != locked


@pytest.mark.parametrize("password", [" ", "ёлка под снегом №8", PASSWORD.upper()])
def test_another_password_opens_nothing(password, locked):
    assert refusal(locked, password) == "protection.wrong_password"


@pytest.mark.parametrize("place", [0, 8, 100, 2000, -1])
def test_one_changed_bit_of_the_content_is_noticed(place, locked):
    def flip(stream):
        changed = bytearray(stream)
        changed[place] ^= 1
        return bytes(changed)

    assert refusal(with_stream(locked, "EncryptedPackage", flip)) == "protection.changed"


def test_a_short_password_locks_nothing(workbook):
    with pytest.raises(AppError) as caught:
        protect(workbook, "1" * (SHORTEST - 1))
    assert caught.value.name == "protection.too_short"


@pytest.mark.parametrize("length", [0, 8, 600, 5000])
def test_a_file_cut_off_is_refused(length, locked):
    assert refusal(locked[:length]) in ("protection.changed", "file.damaged")


def test_a_workbook_without_a_password_is_not_taken_for_a_locked_one(workbook):
    assert refusal(workbook) == "protection.changed"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'spinCount="100000"', b'spinCount="9900000"', "protection.other_kind"),
        (b'<?xml version="1.0"', b"<!DOCTYPE a [      ", "file.bomb"),
        (b"<keyData ", b"<keyGone ", "protection.changed"),
    ],
)
def test_a_description_that_would_keep_the_computer_busy_is_refused(old, new, said, locked):
    def put(stream):
        assert old in stream
        changed = stream.replace(old, new)
        # As long as before, for the stream is changed in its place.
        return changed if len(changed) == len(stream) else changed.replace(b'standalone="yes"', b'standalone="no"')

    assert refusal(with_stream(locked, "EncryptionInfo", put)) == said


def test_what_is_larger_than_any_hand_off_is_not_opened(locked, monkeypatch):
    monkeypatch.setattr(protection, "_LARGEST", 1000)
    assert refusal(locked) == "file.too_large"
