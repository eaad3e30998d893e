"""An experienced clerk's path: ten seizures with two items each, typed by the keyboard alone, every key counted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.gui.conftest import press, type_text
from tests.gui.test_register_page import CTRL, ENTER

MOST_KEYS_PER_FIELD = 2
NEXT_PART = Qt.Key.Key_PageDown

# What acts say, as a clerk types it: a code, or as much of a word as it takes. The category of an item is a drug unless said.
HASHISH = {"substance": "гаш", "quantity": "12,5", "unit": "г", "pack_count": "3"}
HEROIN = {"substance": "OPI-HER", "quantity": "0,35", "unit": "г", "form": "POW"}
PHONE = {"category": "PHO", "description": "Samsung", "quantity": "1", "unit": "шт"}
TABLETS = {"substance": "трамад", "quantity": "20", "unit": "таб", "presumptive_test": "POS"}
THROWN = {"location": "YRD", "unit_wing": "2-14", "entry_route": "THR", "owner_known": "N", "detection": "PRM"}
PARCEL = {"seized_at": "1425", "location": "PAR", "entry_route": "PAR", "owner_known": "N", "detection": "DOG", "dog": "Рекс"}
PAIRS = ((THROWN, HASHISH, HEROIN), (PARCEL, PHONE, TABLETS))


class Clerk:
    """Reads an act and types it; counts the values, and every key that is no letter of one, Ctrl for a key as well."""

    def __init__(self, form):
        self.form, self.values, self.keys = form, 0, 0

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        press(key, modifier)
        self.keys += 1 if modifier == Qt.KeyboardModifier.NoModifier else 2

    def type_act(self, event, *items):
        left, waiting = dict(event), [dict(item) for item in items]
        line, add = waiting.pop(0), self.form.lines_editors["items"].add
        while left or line or waiting:
            focus = QApplication.focusWidget()
            if focus is add and waiting:
                line = waiting.pop(0)
                first = next(iter(line))
                if first == "category":
                    self._type(line.pop(first))
                    self.press(ENTER)
                else:
                    self.press(Qt.Key.Key_Space)
                continue
            row = next((row for row in self.form.rows() if row.editor is focus), None)
            own = line if row and row.context.table == "items" else left
            if row and row.field.name in own:
                self._type(own.pop(row.field.name))
            if left or line or waiting:
                # Nothing more to say of a line, but of others: past the rest of it.
                is_said = own is line and not line
                self.press(NEXT_PART if is_said or focus is add else ENTER)
        self.press(ENTER, CTRL)

    def _type(self, text):
        type_text(text)
        self.values += 1


def test_a_clerk_types_ten_seizures_of_two_items_with_at_most_two_keys_a_field_beyond_its_value(show_page, vault):
    records = vault.records("seizures")
    page = show_page(records)
    press(Qt.Key.Key_Insert)
    clerk = Clerk(page.form)
    for number in range(10):
        event, *items = PAIRS[number % 2]
        clerk.type_act({"seized_on": f"{number + 1:02}0313", "act_no": str(number + 1)} | event, *items)
        assert (records.count("READY"), records.count("DRAFT")) == (number + 1, 0), page.form.problems.told
    print(f"{clerk.values} values, {clerk.keys} keys beyond them: {clerk.keys / clerk.values:.2f} a field")
    assert clerk.keys <= MOST_KEYS_PER_FIELD * clerk.values
    kept = sorted((r.record["seized_on"], [line["category"] for line in r.lines["items"]]) for r in records.all())
    assert kept[:2] == [("2013-03-01", ["DRG", "DRG"]), ("2013-03-02", ["PHO", "DRG"])]


def test_page_down_goes_past_a_section_and_page_up_back(show_page, vault):
    page = show_page(vault.records("seizures"))
    press(Qt.Key.Key_Insert)
    first = QApplication.focusWidget()
    press(NEXT_PART)
    items = page.form.lines_editors["items"]
    assert items.isAncestorOf(QApplication.focusWidget())
    press(NEXT_PART)
    assert QApplication.focusWidget() is items.add
    press(Qt.Key.Key_PageUp)
    assert QApplication.focusWidget() is first
