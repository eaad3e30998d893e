"""Lock a workbook with a password as Excel does, and open one that is locked so: MS-OFFCRYPTO, agile, integrity always checked."""

import io
import struct
from binascii import Error as NotBase64
from xml.parsers.expat import ExpatError

from desktop.registers.problems import AppError

SHORTEST = 12  # characters: whoever finds the file may try passwords for as long as he likes
# Excel and this program hash a password 100,000 times; a file may ask for a hundred times as much to keep a computer busy.
_MOST_TURNS = 1_000_000
_LARGEST = 20 * 2**20
_LARGEST_DESCRIPTION = 64 * 2**10
# What is refused so opens as soon as somebody has the password.
ASKS = ("protection.locked", "protection.wrong_password")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def is_protected(content: bytes) -> bool:
    """Tell whether *content* is a workbook that opens with a password only."""
    return content.startswith(_OLE) and _PACKAGE in content


def check_password(password: str) -> None:
    """Refuse a password that is too short to hold. Raises AppError."""
    if len(password) < SHORTEST:
        raise AppError("protection.too_short", n=SHORTEST)


def protect(content: bytes, password: str) -> bytes:
    """Lock a workbook. Raises AppError where the password is too short to hold."""
    from msoffcrypto.format.ooxml import OOXMLFile

    check_password(password)
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, locked)
    return locked.getvalue()


def unprotect(name: str, content: bytes, password: str) -> bytes:
    """Open the locked workbook called *name*. Raises AppError for a wrong password, and for what was changed or is damaged."""
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    if len(content) > _LARGEST:
        raise AppError("file.too_large", file=name, limit=_LARGEST // 2**20)
    if not password:
        raise AppError("protection.locked", file=name)
    opened = io.BytesIO()
    try:
        _check_description(name, content)
        locked = OOXMLFile(io.BytesIO(content))
        if locked.type != "agile" or locked.info["spinValue"] > _MOST_TURNS:
            raise AppError("protection.other_kind", file=name)
        try:
            locked.load_key(password=password, verify_password=True)
        except InvalidKeyError as error:
            raise AppError("protection.wrong_password", file=name) from error
        locked.decrypt(opened, verify_integrity=True)
    except (DecryptionError, FileFormatError, ExpatError, NotBase64, struct.error, OSError, LookupError, ValueError) as error:
        raise AppError("protection.changed", file=name) from error
    return opened.getvalue()


def _check_description(name: str, content: bytes) -> None:
    """Refuse a description of the lock that is built to fill the memory, before anything reads it as XML."""
    from olefile import OleFileIO

    with OleFileIO(io.BytesIO(content)) as ole, ole.openstream("EncryptionInfo") as stream:
        description = stream.read(_LARGEST_DESCRIPTION + 1)
    if len(description) > _LARGEST_DESCRIPTION or b"<!" in description.replace(b"\0", b""):
        raise AppError("file.bomb", file=name)
