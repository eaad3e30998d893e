"""Packs of definitions: the rows of code lists and the added fields that headquarters sends to every station.

A pack is always all of them, never a difference, so that a station which missed one lacks nothing after the next. It is
additive for ever: what a former pack brought is never missing, renamed or given another meaning, only retired.
"""

import csv
import hashlib
import io
import json
import re
import shutil
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desktop.registers.codes import COLUMNS, Code, CodeList
from desktop.registers.declarations import ADDITIONS, Definitions, load
from desktop.registers.labels import LANGUAGES, UNSURE, Label
from desktop.registers.messages import message, sentences
from desktop.registers.problems import AppError, DeclarationError
from desktop.registers.register import Field, Register

NOTE = "pack.json"
LARGEST = 4 * 1024 * 1024  # characters of all files; the program's own code lists have a hundred thousand
# Windows takes these for devices, whatever their ending.
_FILE = re.compile(r"(codes/(?!DEVICE)[a-z][a-z0-9_]*\.csv|fields/(?!DEVICE)[a-z][a-z0-9_]*\.toml)".replace(
    "DEVICE", r"(?:con|prn|aux|nul|com\d|lpt\d)\."))  # fmt: skip
# By these the program itself lives: a pack signed in one zone could else unseal what must be sealed in another.
PROGRAMS_OWN = ("zones", "record_states")
# What a field means; all else of it may be worded anew.
_MEANING = ("kind_name", "codes", "register", "unit", "identifies", "value")


@dataclass(frozen=True)
class Pack:
    """Texts of definition files by name, `codes/x.csv` and `fields/y.toml`; of two packs that of the higher number holds."""

    number: int = 0
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Change:
    """What a pack does: *kind* is code_new, code_changed, code_retired, or the same of a field; *of* is the list or register."""

    kind: str
    of: str
    name: str
    label: Label


@dataclass(frozen=True)
class Foreseen:
    """The definitions as they will be with a pack, and what differs from those before."""

    definitions: Definitions
    changes: Sequence[Change]


def pack_of(told: Mapping[str, Any]) -> Pack:
    """Take a pack that came from elsewhere: names that lead nowhere else, and no more than a station can use. Raises AppError."""
    number, files = told.get("number"), told.get("files")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1 or not isinstance(files, dict):
        raise AppError("packs.none")
    for name, text in files.items():
        if not isinstance(name, str) or not _FILE.fullmatch(name) or not isinstance(text, str):
            raise AppError("packs.strange_file", file=str(name)[:80])
    if sum(map(len, files.values())) > LARGEST:
        raise AppError("packs.too_large")
    return Pack(number, dict(files))


# In a folder


def installed(own: Path) -> Pack:
    """Give the pack that lies in the folder *own* beside what the station may have of itself; number 0 where none does."""
    try:
        note = json.loads((own / NOTE).read_text("utf-8"))
        return Pack(note["number"], {name: (own / name).read_bytes().decode("utf-8") for name in note["files"]})
    except (OSError, ValueError, KeyError, TypeError):
        return Pack()


def note_of(pack: Pack) -> str:
    """Write what stands beside the files of *pack*, by which they are known to be whole."""
    files = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in pack.files.items()}
    return json.dumps({"number": pack.number, "files": files}, indent=1, sort_keys=True)


def is_whole(folder: Path) -> bool:
    """Tell whether every file of the pack in *folder* is as it was written."""
    found = installed(folder)
    return bool(found.number) and (folder / NOTE).read_text("utf-8") == note_of(found)


def lay_out(pack: Pack, own: Path, folder: Path) -> list[Path]:
    """Write *folder* anew: what *own* has besides its pack, the files of *pack*, and the note last. Give all paths."""
    brought = {*installed(own).files, NOTE}
    folder.mkdir(parents=True, exist_ok=True)
    if own.is_dir():
        for path in sorted(path for path in own.rglob("*") if path.is_file()):
            name = path.relative_to(own).as_posix()
            if name not in brought:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / name)
    for name, text in (*pack.files.items(), (NOTE, note_of(pack))):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return [path for path in sorted(folder.rglob("*")) if path.name != NOTE] + [folder / NOTE]


def foresee(pack: Pack, base: Sequence[Path], own: Path) -> Foreseen:
    """Try *pack* in a folder of its own, in place of the one in *own* and over the definitions of *base*. Raises AppError."""
    before = load(*base, own) if own.is_dir() else load(*base)
    with TemporaryDirectory() as name:
        try:
            lay_out(pack, own, Path(name))
            after = load(*base, Path(name))
        except DeclarationError as slip:
            raise AppError("packs.not_valid", slip=str(slip)) from slip
        except OSError as error:
            raise AppError("packs.not_tried", cause=error.strerror or "") from error
    check_additive(before, after)
    return Foreseen(after, tuple(_differences(before, after)))


def check_additive(before: Definitions, after: Definitions) -> None:
    """Refuse definitions in which something is missing or means something else than *before*. Raises AppError."""
    for name, codes in _lists(before):
        now = after.codes[name].codes if name in after.codes else {}
        if name in PROGRAMS_OWN and now != codes.codes:
            raise AppError("packs.programs_own", list=list_label(before, name))
        for code, row in codes.codes.items():
            if code not in now:
                raise AppError("packs.code_missing", code=code, list=list_label(before, name))
            if lost := [column for column in row.other if column not in now[code].other]:
                raise AppError("packs.column_missing", code=code, column=lost[0], list=list_label(before, name))
    for register in before.registers.values():
        for f in register.fields:
            now_field = after.registers[register.name].by_name.get(f.name)
            if now_field is None:
                raise AppError("packs.field_missing", label=f.label, name=f.name, register=register.label)
            if any(getattr(f, word) != getattr(now_field, word) for word in _MEANING):
                raise AppError("packs.field_means_else", label=f.label, name=f.name, register=register.label)


def _lists(definitions: Definitions) -> list[tuple[str, CodeList]]:
    """Give the code lists that have a file, without the groups that fields make lists of."""
    return [(name, codes) for name, codes in sorted(definitions.codes.items()) if codes.whole == name]


def _differences(before: Definitions, after: Definitions) -> Iterator[Change]:
    for name, codes in _lists(after):
        yield from code_changes(before.codes.get(name), codes)
    for register in after.registers.values():
        known = before.registers[register.name].by_name
        for f in register.fields:
            if kind := _kind_of(known.get(f.name), f):
                yield Change(f"field_{kind}", register.name, f.name, f.label)


def code_changes(before: CodeList | None, after: CodeList) -> Iterator[Change]:
    """Walk through the rows of a code list that differ from those *before*."""
    known = before.codes if before else {}
    for code, row in after.codes.items():
        if kind := _kind_of(known.get(code), row):
            yield Change(f"code_{kind}", after.name, code, row.label)


def _kind_of(old: Code | Field | None, new: Code | Field) -> str:
    if old is None:
        return "new"
    if old == new:
        return ""
    return "retired" if _until(new) and not _until(old) else "changed"


def _until(one: Code | Field) -> str:
    return one.valid_until if isinstance(one, Code) else one.until


# In words


def own_lists(definitions: Definitions) -> list[str]:
    """Name the code lists that a pack may change, in the order of their names."""
    return [name for name, _ in _lists(definitions) if name not in PROGRAMS_OWN]


def list_label(definitions: Definitions, name: str) -> Label:
    """Name a code list by what it is chosen for; those that no field chooses from have words of their own."""
    if found := next((f for f in definitions.header.fields if f.codes == name), None):
        return found.label
    for register in definitions.registers.values():
        for table in register.tables:
            for f in table.fields:
                if f.codes and definitions.codes[f.codes].whole == name:
                    return Label({language: f"{f.label[language]} ({register.label[language]})" for language in LANGUAGES})
    own = f"code_list.{name}"
    return message(own) if own in sentences() else Label.same(name)


def further_columns(codes: CodeList) -> tuple[str, ...]:
    """Name the columns that a code list has besides those of every list."""
    return tuple(next((tuple(row.other) for row in codes.codes.values()), ()))


def marked(label: Label, language: str) -> str:
    """Give the words of *label* as they are declared: with a mark where a fluent speaker must still review them."""
    return f"{UNSURE if language in label.unsure else ''}{label[language]}"


# Changing one


def with_codes(pack: Pack, base: CodeList | None, codes: CodeList) -> Pack:
    """Put into *pack* the rows of *codes* that differ from those of the program's own list *base*."""
    known = base.codes if base else {}
    rows = [row for code, row in codes.codes.items() if known.get(code) != row]
    name = f"codes/{codes.name}.csv"
    files = {other: text for other, text in pack.files.items() if other != name}
    if rows:
        files[name] = _csv(rows, further_columns(base or codes))
    return replace(pack, files=files)


def _csv(rows: Sequence[Code], further: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *further])
    for row in rows:
        labels = [marked(row.label, language) for language in LANGUAGES]
        writer.writerow(
            [row.code, *labels, row.group, row.valid_from, row.valid_until, *(row.other.get(column, "") for column in further)]
        )
    return text.getvalue()


def with_field(pack: Pack, register: str, words: Mapping[str, Any]) -> Pack:
    """Add a field of these declared *words* to *register*, or give the added field of that name some other words."""
    name = f"{ADDITIONS}/{register}.toml"
    fields: dict[str, dict[str, Any]] = {f["name"]: f for f in tomllib.loads(pack.files.get(name, "")).get("field", [])}
    fields[words["name"]] = fields.get(words["name"], {}) | dict(words)
    return replace(pack, files={**pack.files, name: "\n".join(map(_block, fields.values()))})


def _block(words: Mapping[str, Any]) -> str:
    return "\n".join(["[[field]]", *(f"{word} = {_toml(value)}" for word, value in words.items())]) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{word} = {_toml(one)}" for word, one in value.items()) + " }"
    # A string of JSON is one of TOML, but for the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def added_fields(register: Register, names: Collection[str]) -> list[Field]:
    """List the fields of *register* that are among *names*."""
    return [f for f in register.fields if f.name in names]
