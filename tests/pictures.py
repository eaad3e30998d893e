"""Take the pictures of the documents: `make picture` opens the window on invented stations and photographs its pages.

Headquarters is that of the demonstration, in which little happens beside what the published figures rest on: a minute or two.
"""

import argparse
import datetime as dt
import random
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.analysis.totals import month_totals
from desktop.demo.chance import Chance
from desktop.demo.invent import Inventor, Wish
from desktop.demo.run import PASSWORD as DEMONSTRATED
from desktop.demo.run import demonstrate
from desktop.exchange.handoff import write_handoff
from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.registers.declarations import load
from desktop.registers.kinds import MILLIONTHS
from desktop.store import clock
from desktop.store.keyring import Newcomer
from desktop.store.recovery import confirm, new_code
from desktop.store.roles import at_station, roles_of
from desktop.store.vault import make_station, open_vault

PERSON, PASSWORD = "Асанов А.", "картина"
# The clock of every picture, so that one taken again differs only where the program does, and in check numbers.
MOMENT = dt.datetime(2026, 4, 1, 9, 20, tzinfo=dt.timezone(dt.timedelta(hours=6)))
LAST_DAY = dt.date(2013, 3, 31)
CHANCE = random.Random(2013)
WIDTH, HEIGHT = 1366, 728  # a screen of 1366x768 less the bar of Windows

# Day, place, route, how it was found, and what: a drug with its grams, or another thing with its pieces.
SEIZURES = [
    ("2013-02-19", "PER", "THR", "PRM", [("CAN-RES", 48.2), ("PHO", 2)]),
    ("2013-02-26", "PAR", "PAR", "XRB", [("OPI-HER", 3.05)]),
    ("2013-03-04", "GAT", "STF", "STS", [("PHO", 1), ("CHG", 1)]),
    ("2013-03-06", "CEL", "UNK", "CEL", [("CAN-HRB", 16.25)]),
    ("2013-03-08", "YRD", "THR", "CAM", [("CAN-RES", 22.1)]),
    ("2013-03-11", "VIS", "VIS", "VIS", [("OPI-HER", 0.8)]),
    ("2013-03-13", "WRK", "WRK", "SUD", [("BRA", 5), ("WEB", 1)]),
    ("2013-03-15", "PAR", "PAR", "DOG", [("CAN-RES", 7.0)]),
    ("2013-03-19", "SHU", "UNK", "BOD", [("PHO", 1), ("SIM", 2)]),
    ("2013-03-21", "PER", "THR", "PRM", [("CAN-RES", 31.4), ("OPI-OPM", 9.6)]),
    ("2013-03-25", "LVR", "VIS", "INT", [("OPI-HER", 1.25)]),
    ("2013-03-27", "CEL", "PAR", "SUD", [("PHO", 3)]),
]
COURSES = [
    ("2013-02-14", "SEA", "Бишкек", 8),
    ("2013-03-13", "DSE", "Ош", 6),
    ("2013-03-28", "CPP", "Бишкек", 12),
]
# The posts of a station's people, and which zones each opens.
POSTS = {
    "Токтогулова Н.": (("administrator", "training_officer"), ("training",)),
    PERSON: (("security_officer",), ("security", "intelligence")),
    "Бекова Г.": (("prison_medic",), ("health",)),
    "Садыков М.": (("head_of_prison",), ()),
}
MEDIC = "Бекова Г."
TRAINED = ["Абдылдаев А.", "Боронова Г.", "Жапаров Т.", "Исаева Н.", "Кадыров Э.", "Маматова Ж.", "Нурматов Б.", "Осмонова Ч."]


def take_all(out):
    """Take every picture of the documents into the folder *out*."""
    clock.now = lambda: MOMENT
    out.mkdir(parents=True, exist_ok=True)
    definitions = load()
    with TemporaryDirectory() as folder:
        station, staffed = Path(folder) / "station", Path(folder) / "staffed"
        make_prison(station, definitions, Path(folder))
        make_staffed(staffed, definitions)
        headquarters = make_headquarters(Path(folder), definitions)
        app = QApplication([])
        dress(app)
        take(out / "seizures.png", station, definitions, "ru", show_a_draft)
        take(out / "hand_off.png", station, definitions, "ru", show_a_hand_off)
        take(out / "people.png", staffed, definitions, "ru", show_who_opens, person=MEDIC)
        take(out / "covers.png", station, definitions, "ru", show_the_covers)
        take(out / "headquarters.png", headquarters, definitions, "ru", show_the_nation, password=DEMONSTRATED)
        take(out / "course_sessions-ky.png", station, definitions, "ky", lambda window: show(window, "course_sessions"))
        take(out / "drug_weight-en.png", station, definitions, "en", show_a_table)


def make_prison(station, definitions, sent):
    begin_station(station, definitions)
    with open_vault(station, definitions, PASSWORD) as vault:
        for day, place, route, found_by, items in SEIZURES:
            record = {"seized_on": day, "location": place, "entry_route": route, "detection": found_by, "owner_known": "N"}
            keep(vault, "seizures", record, {"items": [item(*each) for each in items]})
        for day, topic, place, count in COURSES:
            people = [participant(number) for number in range(count)]
            record = {"started_on": day, "ended_on": day, "topic": topic, "place": place}
            keep(vault, "course_sessions", record, {"participants": people})
        write_handoff(vault, "security", "2013-02", sent, totals=month_totals)
        write_handoff(vault, "training", "2013-02", sent, totals=month_totals)
        begin_a_draft(vault.records("seizures"))


def begin_station(station, definitions):
    """Make a station of one person with every role and every key."""
    roles = tuple(role.name for role in at_station(roles_of(definitions), headquarters=False))
    make_and_prove(station, definitions, [Newcomer(PERSON, roles, PASSWORD)], dict.fromkeys(definitions.zones, PERSON))


def make_staffed(station, definitions):
    """Make a station of several people, as a first start does."""
    people = [Newcomer(name, roles, PASSWORD) for name, (roles, _) in POSTS.items()]
    make_and_prove(station, definitions, people, {zone: name for name, (_, zones) in POSTS.items() for zone in zones})


def make_and_prove(station, definitions, people, holders):
    """Make a station as it should be: every recovery sheet was typed back once, so nothing is left to warn of."""
    sheets = make_station(station, definitions, prison="IK-08", people=people, holders=holders, profile="cheapest")
    for zone, code in sheets.items():
        confirm(station, zone, code)


def make_headquarters(folder, definitions):
    """Make the demonstration and give the folder of its headquarters, with a recovery sheet for every zone."""
    made = demonstrate(folder / "demonstration", definitions, lambda _: None, share=0.05).headquarters
    with open_vault(made, definitions, DEMONSTRATED) as vault:
        for zone in vault.zones:
            confirm(made, zone, new_code(vault, zone))
    return made


def keep(vault, register, fields, lines):
    """Keep a record of which *fields* and *lines* are given and the rest is invented."""
    records = vault.records(register)
    month = fields[records.register.counts_on][:7]
    chance = Chance(CHANCE, vault.definitions.codes, {}, LAST_DAY)
    record, lines = Inventor(records, chance).invent(month, Wish(fields, lines))
    if not records.save(record, lines, ready=True).kept:
        raise ValueError(f"{register}: {fields} cannot be ready")


def item(what, amount):
    if "-" in what:
        return {"category": "DRG", "substance": what, "quantity": amount, "unit": "G", "quantity_kind": "NET"}
    return {"category": what, "quantity": amount, "unit": "L" if what == "BRA" else "PCS"}


def participant(number):
    name = TRAINED[number % len(TRAINED)]
    sex = "F" if name.split()[0].endswith("а") else "M"
    return {
        "person_code": f"{number + 1:03}",
        "participant_name": name,
        "participant_sex": sex,
        "job": "GUARD",
        "agency": "SIN",
    }


def begin_a_draft(records):
    """Leave a record as an officer does who typed the letter О for a nought."""
    record = records.blank() | {
        "seized_on": "2013-03-28", "location": "CEL", "entry_route": "PAR", "owner_known": "N", "detection": "SUD",
        "concealment": "FOO",
    }  # fmt: skip
    lines = {"items": [item("CAN-RES", None), item("PHO", MILLIONTHS) | {"description": "Nokia 105"}]}
    records.save(record, lines, ready=False, unread={"items/0/quantity": "12,5О"})


def take(path, station, definitions, language, arrange, *, person=None, password=PASSWORD):
    window = MainWindow(station, definitions, language)
    window.resize(WIDTH, HEIGHT)
    window.show()
    vault = open_vault(station, definitions, password, person)
    window.open(vault)
    arrange(window)
    settle()
    if not window.grab().save(str(path)):
        raise OSError(f"{path.name} was not written")
    # Closing would back the station up first.
    window.hide()
    vault.close()
    print(path)


def show(window, register):
    """Show a register with its newest record open."""
    window.show_page(register)
    page = window.pages[register]
    page.open(page.model.row(0)["uid"])
    return page


def show_a_table(window):
    """Show what one table counts, and the records behind its first number."""
    window.show_page("tables")
    page = window.pages["tables"]
    page.choose("drug_weight")
    settle()
    page.pane.figures.setFocus()
    QTest.keyClick(page.pane.figures, Qt.Key.Key_Return)


def show_the_nation(window):
    """Show a year of the whole country by prison."""
    window.show_page("tables")
    page = window.pages["tables"]
    page.choose("drug_weight")
    pane = page.pane
    for editor in pane.period.editors.values():
        editor.setText("2012")
    pane.period.read()
    pane.by[0].setCurrentIndex(pane.by[0].findData("prison"))
    pane.by[0].activated.emit(pane.by[0].currentIndex())


def show_a_hand_off(window):
    """Show what the month would carry, with the folder already named."""
    window.show_page("hand_off")
    window.pages["hand_off"].folder.setText("E:\\")


def show_the_covers(window):
    """Show the month that was handed off."""
    window.show_page("covers")


def show_who_opens(window):
    """Show for every register who can open it, and for one of them what follows."""
    window.show_page("people")
    page = window.pages["people"]
    page.show_view(1)
    page.access.selectRow([register.name for register in page.registers].index("patients"))


def settle():
    """Let layouts inside layouts find their sizes, each of which takes a turn of its own."""
    for _ in range(5):
        QApplication.processEvents()


def show_a_draft(window):
    page = show(window, "seizures")
    page.form._lines["items"].open_line(0)
    page.form.judge()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the pictures")
    take_all(parser.parse_args().out)
