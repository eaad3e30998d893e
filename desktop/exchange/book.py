"""The empty workbook that every workbook of ours begins as: each text stands in its cell as it is, whatever it looks like."""

import io
import re

import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

# In memory, for XlsxWriter's own temporary files would leave records on the disk in the clear.
_WRITING = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# What XML cannot hold is written as _x000B_, and so is the beginning of whatever looks like that by itself.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]")
_NO_CHARACTER = re.compile(r"[\ud800-\udfff\ufffe\uffff]")  # which readers take for different texts, or no file holds


class Book(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """A workbook written into *content* that takes no text for a formula, a link or a part of its own XML."""

    def __init__(self, content: io.BytesIO) -> None:
        super().__init__(content, _WRITING)

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            texts = _Texts()
            texts.string_table = self.workbook.str_table
            texts._set_xml_writer(self._filename("xl/sharedStrings.xml"))  # noqa: SLF001 - as XlsxWriter's own packager does
            texts._assemble_xml_file()  # noqa: SLF001


class _Texts(SharedStrings):  # type: ignore[misc]
    """The texts of all cells. XlsxWriter's own takes `<r>…</r>` for XML, and escapes of two escapes in a row but one."""

    def _write_si(self, string: str) -> None:
        plain = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", string))
        self._xml_si_element(plain, [("xml:space", "preserve")] if plain != plain.strip() else [])
