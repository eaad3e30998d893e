"""Say of each part of a workbook whether a hand-off may have it, by its name, its declared type and its relations."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from desktop.exchange.cells import Xml
from desktop.registers.problems import AppError

TYPES = "[Content_Types].xml"
_BOOK = "xl/workbook.xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SHEET = f"{_OFFICE}spreadsheetml."

# What Excel, LibreOffice and Google write into a workbook of values; none of it is read but the sheets, strings and styles.
_HARMLESS = {
    f"{_SHEET}{kind}" for kind in (
        "sheet.main+xml", "worksheet+xml", "chartsheet+xml", "styles+xml", "sharedStrings+xml", "calcChain+xml", "comments+xml",
        "table+xml", "pivotTable+xml", "pivotCacheDefinition+xml", "pivotCacheRecords+xml", "sheetMetadata+xml", "printerSettings",
    )
} | {
    f"{_OFFICE}{kind}" for kind in (
        "theme+xml", "themeOverride+xml", "drawing+xml", "drawingml.chart+xml", "drawingml.chartshapes+xml", "vmlDrawing",
        "extended-properties+xml", "custom-properties+xml", "customXmlProperties+xml",
    )
} | {
    "application/vnd.openxmlformats-package.relationships+xml", "application/vnd.openxmlformats-package.core-properties+xml",
    "application/vnd.ms-office.chartstyle+xml", "application/vnd.ms-office.chartcolorstyle+xml",
    "application/vnd.ms-excel.threadedcomments+xml", "application/vnd.ms-excel.person+xml", "application/binary",
    "application/xml", "text/xml", "image/png", "image/jpeg", "image/jpg", "image/gif", "image/x-emf", "image/emf", "image/x-wmf",
}  # fmt: skip
_HARMLESS_FOLDED = {kind.casefold() for kind in _HARMLESS}

# Words in names, types and relations of parts that a hand-off never has, and how they are refused.
_FORBIDDEN = {
    "vbaproject": "macros", "macroenabled": "macros", "macrosheet": "macros", "dialogsheet": "macros", "vbadata": "macros",
    "externallink": "external_links", "ddelink": "external_links", "attachedtemplate": "external_links",
    "embeddings": "embedded", "oleobject": "embedded", "relationships/package": "embedded",
    "activex": "active", "ctrlprop": "active", "customui": "active", "relationships/control": "active",
    "connections": "connections", "querytable": "connections",
}  # fmt: skip
_OTHER_KINDS = (
    ("xl/workbook.bin", "xlsb"),
    ("content.xml", "ods"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
_READ_AS_XML = ("xl/styles.xml", _BOOK)


def check_parts(name: str, parts: Mapping[str, bytes]) -> None:
    """Refuse, by the name of the part, whatever a workbook of values has no need of. Raises AppError."""
    seen = {part.casefold() for part in parts}
    if TYPES not in parts or _BOOK not in parts:
        kind = next((kind for part, kind in _OTHER_KINDS if part in seen), "zip")
        raise AppError("file.not_a_workbook", file=name, kind=kind)
    for part in parts:
        _refuse_word(name, part, f"/{part}")
    types = _Types(name)
    types.parse(parts[TYPES])
    for part in parts:
        _check_type(name, part, types)
    for part, content in parts.items():
        if part.endswith(".rels"):
            _Relations(name, part).parse(content)
        elif part in _READ_AS_XML:
            Xml(name).parse(content)
        _refuse_declaration(name, part, content)


def _check_type(name: str, part: str, types: "_Types") -> None:
    if part == TYPES:
        return
    kind = types.of(part)
    _refuse_word(name, part, kind)
    if kind.casefold() not in _HARMLESS_FOLDED:
        raise AppError("file.strange_part", file=name, part=part)


def _refuse_word(name: str, part: str, text: str) -> None:
    folded = text.casefold()
    for word, what in _FORBIDDEN.items():
        if word in folded:
            raise AppError(f"file.{what}", file=name, part=part)


def _refuse_declaration(name: str, part: str, content: bytes) -> None:
    """Refuse a document type even in a part that nothing here reads: Excel would."""
    if part.endswith((".xml", ".rels", ".vml")) and any(sign in content for sign in (b"<!DOCTYPE", b"<!ENTITY")):
        raise AppError("file.bomb", file=name)


class _Types(Xml):
    """Hears of which type each part is declared to be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._by_ending: dict[str, str] = {}
        self._by_part: dict[str, str] = {}

    def of(self, part: str) -> str:
        """Give the type of a part; nothing, where none is declared."""
        ending = PurePosixPath(part).name.rpartition(".")[2].casefold()
        return self._by_part.get(part.casefold(), self._by_ending.get(ending, ""))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        match tag:
            case "Default":
                self._by_ending[attributes["Extension"].casefold()] = kind
            case "Override":
                part = attributes["PartName"].removeprefix("/")
                _refuse_word(self.name, part, kind)
                self._by_part[part.casefold()] = kind


class _Relations(Xml):
    """Hears what a part points to: of what lies outside, only the links that people write into cells."""

    def __init__(self, name: str, part: str) -> None:
        super().__init__(name)
        self._part = part

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        _refuse_word(self.name, self._part, kind)
        is_outside = attributes.get("TargetMode") == "External" or "://" in target or target.startswith(("\\", "//"))
        if is_outside and not kind.endswith("/hyperlink"):
            raise AppError("file.external_links", file=self.name, part=self._part)
