"""After a whole day's work nothing of a record stands in the clear on the disk, in a log, in a title or in a file's name.

Workbooks are looked into by themselves: what is handed off in the clear is for reading, and may only not name a person. Of
the sealed ones nothing at all is to be read without the key of headquarters, whatever is tried to inflate in them.
"""

import base64
import io
import json
import logging
import random
import re
import sys
import tempfile
import zipfile
import zlib
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.exchange.enrolment import write_keys
from desktop.exchange.handoff import write_handoff
from desktop.exchange.merge import merge, preview
from desktop.exchange.sealed import SUFFIX, open_source, workbooks
from desktop.gui import prompts, run
from desktop.gui.main_window import MainWindow
from desktop.gui.words import Words
from desktop.registers.folding import fold
from desktop.store.backups import back_up, back_up_outside, own_place
from desktop.store.restoring import prove, restore
from desktop.store.vault import create_vault, open_vault
from tests.conftest import PASSWORD
from tests.gui.conftest import type_text
from tests.meeting import meet
from tests.test_every_register import LAST_DAY, LAST_MONTH, MONTH, _references

SECRET = "Канарейкин"
WRITTEN = (SECRET, fold(SECRET), json.dumps(SECRET)[1:-1], PASSWORD)
SIGNS = [word.encode(code) for word in WRITTEN for code in ("utf-8", "utf-16-le", "utf-16-be")]
TEXTS = ("text", "note")


@dataclass
class Left:
    """What a day of work leaves: folders, and all that was said outside of the records."""

    station: Path
    headquarters: Path
    stick: Path
    temporary: Path
    home: Path
    titles: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[Path]:
        roots = (self.station, self.headquarters, self.stick, self.temporary, self.home)
        return [path for root in roots for path in root.rglob("*")]


@pytest.fixture(scope="module")
def left(tmp_path_factory, definitions, qapp):
    """Let a prison and headquarters work for a day, and the program crash in the end."""
    root = tmp_path_factory.mktemp("day")
    found = Left(*(root / name for name in ("station", "hq", "stick", "temporary", "home")))
    for folder in (found.stick, found.temporary, found.home):
        folder.mkdir()
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(heard), redirect_stderr(heard):
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, str(found.home))
        patch.setenv("TMPDIR", str(found.temporary))
        patch.setattr(tempfile, "tempdir", None)
        for module in (prompts, run):
            patch.setattr(module, "tell", lambda _parent, words, error: found.said.append(words.of(error.text)))
        _work(found, definitions)
        _sit_at_the_window(found, definitions)
    logging.getLogger().removeHandler(handler)
    found.said.append(heard.getvalue())
    return found


def _vault(folder, definitions, prison):
    return create_vault(folder, definitions, prison=prison, person="Бекова Г.", password=PASSWORD, profile="cheapest")


def _work(left, definitions):
    with _vault(left.station, definitions, "IK-01") as prison, _vault(left.headquarters, definitions, "HQ") as headquarters:
        for register in sorted(definitions.registers.values(), key=lambda r: len(_references(r, definitions))):
            _enter(prison.records(register.name), definitions)
        for zone in definitions.zones:
            prison.zone(zone).log("print", f"{SECRET} напечатан")
        meet(prison, headquarters)
        for vault in (prison, headquarters):
            write_keys(vault, left.stick)
        files = [write_handoff(prison, zone, MONTH, left.stick).path for zone in prison.zones]
        merge(headquarters, preview(headquarters, files))
        back_up(prison, own_place(prison.folder), "wish")
        back_up_outside(prison, left.stick)
        assert prove(prison, own_place(prison.folder)).holds
        backup, keys = back_up(prison, own_place(prison.folder), "restore"), prison.keys
    restore(left.station, backup, keys)


def _enter(records, definitions):
    """Save one ready record whose persons are the canary, and one draft that is nothing else; void it, and keep a form open."""
    register = records.register
    texts = {f.name: [f"{SECRET} {f.name}"] for table in register.tables for f in table.fields if f.identifies}
    chance = Chance(random.Random(register.name), definitions.codes, texts, LAST_DAY, fills=0.35, known=_KNOWN)
    record, lines = Inventor(records, chance).invent(MONTH, Wish(lines={t.name: [{}] for t in register.lines}), LAST_MONTH)
    saved = records.save(record, lines, ready=True)
    assert saved.kept
    _KNOWN[register.name] = [saved.record["number"]]
    draft = {
        table.name: {f.name: f"{SECRET} {f.name}" for f in table.fields if f.kind_name in TEXTS} for table in register.tables
    }
    own = draft.pop(register.name) | {"remarks": SECRET}
    half = records.save(own, {name: [row] for name, row in draft.items()}, ready=False, unread={"x": SECRET})
    records.save(half.record | {"remarks": f"{SECRET} ещё раз"}, half.lines, ready=False)
    records.void(half.record["uid"], "DUP", f"{SECRET} записан дважды")
    records.keep_form("", {"at": "01.03.2013 08:00", "by": SECRET, "record": own, "lines": {}, "unread": {"x": SECRET}})
    assert [item.record["remarks"] for item in records.stored([half.record["uid"]]).values()] == [f"{SECRET} ещё раз"]


_KNOWN: dict[str, list[str]] = {}


def _sit_at_the_window(left, definitions):
    """Open every register's page with its kept form, lock, open again, and crash."""
    window = MainWindow(left.station, definitions, "ru")
    window.show()
    for _ in range(2):
        window.unlock_page.password.setFocus()
        type_text(PASSWORD, window.unlock_page.password)
        opening = QEventLoop()
        window.unlock_page.opened.connect(opening.quit)
        window.unlock_page.enter.click()
        opening.exec()
        _look_around(left, window, definitions)
        window.lock()
        QApplication.processEvents()
        while not window.isEnabled():
            QApplication.processEvents()
    try:
        _crash({"driver": SECRET}, window)
    except ValueError:
        run._crashed(window, Words("ru"))(*sys.exc_info())
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def _look_around(left, window, definitions):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompts, "ask_recover", lambda *_: True)
        for name in definitions.registers:
            window.show_page(name)
            page = window.pages[name]
            page.open(page.records.all()[0].record["uid"])
            page.begin()
            left.titles |= {widget.windowTitle() for widget in QApplication.allWidgets()}
            page.keep()
            page.form.is_dirty = False


def _crash(record, window):
    raise ValueError(f"{record['driver']} is no value")


# What must not be


def test_the_day_was_full_of_what_must_not_leak(left, definitions):
    with open_vault(left.station, definitions, PASSWORD) as vault:
        for name in definitions.registers:
            records = vault.records(name)
            assert SECRET in str(records.all())
            assert SECRET in str(records.kept_form(""))
    assert len(workbooks([left.stick])) == len(definitions.zones)
    assert list(left.station.glob("replaced/*/*.depter"))


def test_no_file_holds_it_in_the_clear(left):
    holding = [
        path.name for path in left.files if path.is_file() and any(sign in path.read_bytes() for sign in SIGNS)
    ]  # fmt: skip
    assert holding == []


def _parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_no_workbook_names_a_person_not_even_to_headquarters(left, definitions):
    with open_vault(left.headquarters, definitions, PASSWORD) as headquarters:
        found = workbooks([left.stick])
        assert {path.suffix for path in found} == {".xlsx", SUFFIX}
        for path in found:
            content = _parts(open_source(headquarters, path).content)
            assert not any(sign in content for sign in SIGNS), path.name


def _inflated(content):
    """Give whatever of *content* inflates, from any place on."""
    for place in range(len(content)):
        with suppress(zlib.error):
            yield zlib.decompressobj(-15).decompress(content[place:], 65536)


def test_whoever_finds_the_stick_reads_no_word_of_a_sealed_workbook(left, definitions):
    with open_vault(left.headquarters, definitions, PASSWORD) as headquarters:
        for path in left.stick.glob(f"*{SUFFIX}"):
            words = re.findall(rb"<t[^>]*>([^<]{8,})</t>", _parts(open_source(headquarters, path).content))
            assert len(words) > 100
            outside = json.loads(path.read_bytes())
            lying = [path.read_bytes(), *(base64.b64decode(outside[word]) for word in ("key", "content"))]
            read = b"\n".join([*lying, *(text for content in lying[1:] for text in _inflated(content))])
            assert [word for word in words if word in read and word.decode() != outside["zone"]] == [], path.name


def test_the_temporary_folder_and_the_persons_own_folders_stay_empty(left):
    assert list(left.temporary.rglob("*")) == []
    assert [path for path in left.home.rglob("*") if path.is_file()] == []


def test_no_title_and_no_file_name_holds_it(left):
    assert left.titles
    named = [*left.titles, *(path.name for path in left.files)]
    assert [name for name in named if fold(SECRET) in fold(name)] == []


def test_neither_the_log_nor_the_crash_report_holds_it(left):
    told = "\n".join(left.said)
    assert "ValueError" in told
    assert "test_no_leaks" in told
    assert not any(word in told for word in WRITTEN)
