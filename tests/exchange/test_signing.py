"""What became of a signed hand-off on its way: saved again, edited, cut, or made by somebody else."""

import base64
import zlib
from hashlib import sha256

import openpyxl
import pytest

from desktop.exchange.merge import Choice, merge, preview
from desktop.exchange.reading import parse, read_source
from desktop.exchange.signing import SIGNATURE, SIGNER
from desktop.exchange.template import write_template
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.resources import RESOURCES
from desktop.store import received, station_keys
from tests.exchange.steps import GATE, LOADS, MONTH, edit, enter, hand_off, letter, put
from tests.meeting import meet
from tests.sample import GATE_LOG, load_line, write_sample


@pytest.fixture
def made(prison, headquarters, stick):
    """A hand-off of three records with two lines each, from a prison whose words were compared."""
    meet(prison, headquarters)
    for n in range(3):
        lines = [load_line(cargo=f"мука {n}", weight=1_000_000 * (n + 1)), load_line(cargo="007", weight=None)]
        enter(prison, loads=lines, comment=f"строка {n}\n=вторая", passed_at="09:05", searched=1, finds="DRG PHO")
    return hand_off(prison, stick)


def signature_of(headquarters, path):
    (plan,) = preview(headquarters, [path])
    assert plan.refused is None
    return plan.signature


def told(signature):
    return [(one.cell, one.name, one.old, one.new) for one in signature.edits]


def rows_of(book, title):
    return [row for row in book[title].iter_rows(min_row=3, values_only=True) if any(row)]


def cells(row, *others):
    """Give what the openpyxl cells of a row hold."""
    return [cell.value for cell in row]


# What needs nobody's choice


def test_a_file_that_nobody_touched_is_the_same(headquarters, made):
    signature = signature_of(headquarters, made.path)
    assert (signature.state, signature.edits, signature.unread) == ("same", (), ())


def test_a_copy_under_another_name_is_the_same(headquarters, made):
    other = made.path.with_name("копия.xlsx")
    other.write_bytes(made.path.read_bytes())
    assert signature_of(headquarters, other).state == "same"


def test_saved_again_with_the_same_values_is_told_from_the_same(headquarters, made):
    edit(made.path, lambda _: None)
    signature = signature_of(headquarters, made.path)
    assert (signature.state, signature.edits) == ("resaved", ())


def test_rows_that_were_sorted_and_columns_that_were_hidden_moved_or_narrowed_are_no_edit(headquarters, made):
    def work(book):
        sheet = book[GATE]
        rows = [cells(row) for row in sheet.iter_rows(min_row=3, max_row=5)]
        for number, row in enumerate(reversed(rows), 3):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value
        sheet.column_dimensions[letter(sheet, "comment")].hidden = True
        sheet.column_dimensions[letter(sheet, "direction")].width = 3

    edit(made.path, work)
    assert (signature_of(headquarters, made.path).state, signature_of(headquarters, made.path).edits) == ("resaved", ())


def test_a_renamed_sheet_is_no_edit(headquarters, made):
    def work(book):
        book[GATE].title = "Журнал"

    edit(made.path, work)
    signature = signature_of(headquarters, made.path)
    assert (signature.state, signature.edits) == ("resaved", ())


def test_a_remark_beside_the_table_is_unread_and_no_edit(headquarters, made):
    def work(book):
        sheet = book[GATE]
        sheet.cell(2, sheet.max_column + 1).value = "Замечание ЦА"
        sheet.cell(3, sheet.max_column).value = "проверить"

    edit(made.path, work)
    (plan,) = preview(headquarters, [made.path])
    assert (plan.signature.state, plan.signature.edits) == ("resaved", ())
    assert plan.unread == (f"{GATE}: Замечание ЦА",)
    merge(headquarters, [plan])
    assert [row.record["extra"] for row in headquarters.records("gate_log").all()] == [None] * 3


# What was edited


def test_one_edited_cell_is_named_with_what_was_signed(headquarters, made):
    edit(made.path, lambda book: put(book[GATE], 4, comment="ящик"))
    signature = signature_of(headquarters, made.path)
    assert signature.state == "edited"
    (one,) = signature.edits
    cell = f"{letter(openpyxl.load_workbook(made.path)[GATE], 'comment')}4"
    assert (one.sheet, one.row, one.number, one.name, one.cell) == (GATE, 4, "IK-01-G-2013-0002", "comment", cell)
    assert (one.old, one.new) == ("строка 1\n=вторая", "ящик")


@pytest.mark.parametrize(
    ("title", "name", "value", "old", "new"),
    [
        (GATE, "direction", "OUT", "IN — Въезд", "OUT — Выезд"),
        (GATE, "searched", "нет", "Да", "Нет"),
        (GATE, "finds", "DRG", "DRG — Гашиш; PHO — Телефон", "DRG — Гашиш"),
        (GATE, "passed_at", "09:06", "09:05", "09:06"),
        (GATE, "passed_on", "29.03.2013", "28.03.2013", "29.03.2013"),
        (GATE, "comment", None, "строка 0\n=вторая", ""),
        (GATE, "number", "IK-01-G-2013-0099", "IK-01-G-2013-0001", "IK-01-G-2013-0099"),
        (GATE, "revision", 2, "1", "2"),
        (GATE, "state", "VOID", "SUBMITTED — Передано", "VOID — Аннулировано"),
        (GATE, "remarks", "приписка", "", "приписка"),
        (GATE, "direction", "ничего такого", "IN — Въезд", "ничего такого"),
        (LOADS, "weight", 1.5, "1", "1.5"),
        (LOADS, "weight", "много", "1", "много"),
        (LOADS, "record", "IK-01-G-2013-0002", "IK-01-G-2013-0001", "IK-01-G-2013-0002"),
    ],
)
def test_every_kind_of_edit_is_shown_as_excel_shows_it(title, name, value, old, new, headquarters, made):
    edit(made.path, lambda book: put(book[title], 3, **{name: value}))
    signature = signature_of(headquarters, made.path)
    assert [(one.sheet, one.row, one.name, one.old, one.new) for one in signature.edits] == [(title, 3, name, old, new)]


def test_a_computed_cell_is_computed_anew_and_no_edit_of_what_was_entered(headquarters, made):
    edit(made.path, lambda book: put(book[GATE], 3, total=999))
    assert signature_of(headquarters, made.path).state == "resaved"


def test_a_removed_row_and_its_lines_are_named(headquarters, made):
    def work(book):
        book[GATE].delete_rows(4)
        book[LOADS].delete_rows(5, 2)

    edit(made.path, work)
    signature = signature_of(headquarters, made.path)
    assert signature.state == "edited"
    assert [(one.sheet, one.row, one.number, one.new) for one in signature.edits] == [
        (GATE, 4, "IK-01-G-2013-0002", None), (LOADS, 5, "IK-01-G-2013-0002", None), (LOADS, 6, "IK-01-G-2013-0002", None),
    ]  # fmt: skip
    assert "строка 1" in signature.edits[0].old


def test_an_added_row_is_named(headquarters, made):
    edit(made.path, lambda book: put(book[LOADS], 9, record="IK-01-G-2013-0001", cargo="сахар"))
    signature = signature_of(headquarters, made.path)
    (one,) = signature.edits
    assert (signature.state, one.sheet, one.row, one.number, one.old) == ("edited", LOADS, 9, "IK-01-G-2013-0001", None)
    assert "сахар" in one.new


def test_a_row_that_was_copied_below_counts_once_as_signed_and_once_as_added(headquarters, made):
    def work(book):
        for place, value in enumerate(cells(book[GATE][3]), 1):
            book[GATE].cell(6, place).value = value

    edit(made.path, work)
    signature = signature_of(headquarters, made.path)
    assert [(one.row, one.old) for one in signature.edits] == [(6, None)]


def test_a_line_moved_to_another_record_is_an_edit_of_the_cell_that_names_it(headquarters, made):
    edit(made.path, lambda book: put(book[LOADS], 8, record="IK-01-G-2013-0001"))
    (one,) = signature_of(headquarters, made.path).edits
    assert (one.name, one.old, one.new) == ("record", "IK-01-G-2013-0003", "IK-01-G-2013-0001")


def test_rows_of_another_prison_copied_over_are_all_named(headquarters, made, make_vault, stick):
    other = make_vault("IK-03")
    meet(other, headquarters)
    enter(other, comment="чужая")
    theirs = openpyxl.load_workbook(hand_off(other, stick).path)

    def work(book):
        for place, value in enumerate(cells(theirs[GATE][3]), 1):
            book[GATE].cell(3, place).value = value
        for number in (3, 4):
            row = cells(theirs[LOADS][3]) if number == 3 else [None] * 9
            for place, value in enumerate(row, 1):
                book[LOADS].cell(number, place).value = value

    edit(made.path, work)
    edits = signature_of(headquarters, made.path).edits
    assert [(one.sheet, one.number) for one in edits if one.old is None] == [
        (GATE, "IK-03-G-2013-0001"), (LOADS, "IK-03-G-2013-0001"),
    ]  # fmt: skip
    assert [(one.sheet, one.number) for one in edits if one.new is None] == [(GATE, "IK-01-G-2013-0001")] + [
        (LOADS, "IK-01-G-2013-0001")
    ] * 2


# What no signature vouches for


def test_a_template_filled_in_by_hand_is_unsigned(definitions, prison, headquarters, stick):
    meet(prison, headquarters)
    path = write_template(definitions, "security", stick / "бланк.xlsx", prison="IK-01", month=MONTH)
    edit(path, lambda book: put(book[GATE], 3, number="1", passed_on="28.03.2013", direction="IN"))
    signature = signature_of(headquarters, path)
    assert (signature.state, signature.edits) == ("unsigned", ())
    assert "by hand" in signature.said["en"]


def test_that_the_signed_sheet_was_deleted_is_said(headquarters, made):
    edit(made.path, lambda book: book.remove(book["_signed"]))
    signature = signature_of(headquarters, made.path)
    assert signature.state == "unsigned"
    assert "deleted" in signature.said["en"]


def _meta(book, **values):
    sheet = book["_meta"]
    for row in sheet.iter_rows():
        if row[0].value in values:
            row[1].value = values.pop(row[0].value)
    assert not values


def test_a_signature_that_was_taken_out_leaves_the_file_unsigned(headquarters, made):
    def work(book):
        number = [row[0].value for row in book["_meta"].iter_rows()].index(SIGNATURE) + 1
        book["_meta"].delete_rows(number)

    edit(made.path, work)
    signature = signature_of(headquarters, made.path)
    assert (signature.state, "no signature" in signature.said["en"]) == ("unsigned", True)


@pytest.mark.parametrize("key", ["month", "revision", "sequence", "previous", "nil", "sealing", "check", "definitions"])
def test_whatever_else_the_file_says_of_itself_is_signed_too(key, headquarters, made):
    other = {"month": "2013-04", "sealing": "AAAA"}.get(key, "7")
    edit(made.path, lambda book: _meta(book, **{key: other}))
    assert signature_of(headquarters, made.path).state == "damaged"


def test_a_line_added_to_what_the_file_says_of_itself_is_noticed(headquarters, made):
    edit(made.path, lambda book: book["_meta"].append(["approved", "yes"]))
    assert signature_of(headquarters, made.path).state == "damaged"


def test_signed_values_that_were_changed_with_the_visible_ones_are_damaged(headquarters, made):
    def work(book):
        texts = [row[0].value for row in book["_signed"].iter_rows()]
        content = zlib.decompress(base64.b64decode("".join(texts))).replace("строка 1".encode(), "строка 9".encode())
        book["_signed"].delete_rows(1, len(texts))
        book["_signed"]["A1"] = base64.b64encode(zlib.compress(content)).decode()
        put(book[GATE], 4, comment="строка 9\n=вторая")

    edit(made.path, work)
    assert signature_of(headquarters, made.path).state == "damaged"


def test_the_signed_sheet_of_another_prison_does_not_fit(headquarters, made, make_vault, stick):
    other = make_vault("IK-03")
    meet(other, headquarters)
    enter(other)
    theirs = openpyxl.load_workbook(hand_off(other, stick).path)

    def work(book):
        book["_signed"]["A1"] = theirs["_signed"]["A1"].value

    edit(made.path, work)
    assert signature_of(headquarters, made.path).state == "damaged"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no zip", zlib.compress(b"[" * 100_000), zlib.compress(b"{}"), zlib.compress(b'{"tables":{"a":{}},"facts":[]}'),
        zlib.compress(b'{"tables":{"a":{"columns":["b"],"kinds":["text"],"rows":[[{}]]}},"facts":[]}'),
        zlib.compress(b'{"tables":{"a":{"columns":["b"],"kinds":["text"],"rows":[[1,2]]}},"facts":[]}'),
        zlib.compress(b" " * (65 * 1024 * 1024)), zlib.compress(b"{}" * 5_000)[:-10],
    ],
)  # fmt: skip
def test_a_signed_sheet_that_is_nonsense_or_a_bomb_is_damaged(content, headquarters, made):
    def work(book):
        texts = base64.b64encode(content).decode()
        for number in range(1, book["_signed"].max_row + 1):
            book["_signed"].cell(number, 1).value = None
        for number, start in enumerate(range(0, len(texts), 32_000), 1):
            book["_signed"].cell(number, 1).value = texts[start : start + 32_000]

    edit(made.path, work)
    assert signature_of(headquarters, made.path).state in ("damaged", "unsigned")


# Whose key it is


def test_a_computer_that_is_not_enrolled_is_told_with_its_words(headquarters, made, make_vault, stick):
    stranger = make_vault("IK-03")
    enter(stranger)
    signature = signature_of(headquarters, hand_off(stranger, stick).path)
    keys = station_keys.own(stranger.zone("security"))
    assert (signature.state, signature.keys, signature.signer) == ("unknown_key", keys, stranger.station.id)
    for language in LANGUAGES:
        assert station_keys.fingerprint(keys)[language] in signature.said[language]


def test_a_key_that_was_changed_is_told_with_both_words(headquarters, prison, made, stick):
    zone = prison.zone("security")
    before = station_keys.own(zone)
    after = station_keys.renew(zone)
    signature = signature_of(headquarters, hand_off(prison, stick).path)
    assert (signature.state, signature.keys) == ("unknown_key", after)
    for keys in (before, after):
        assert station_keys.fingerprint(keys)["ru"] in signature.said["ru"]


def test_a_stick_signed_by_the_key_before_is_told_as_old(headquarters, prison, made):
    keys = station_keys.renew(prison.zone("security"))
    station_keys.enrol(headquarters.zone("security"), prison.station.id, "IK-01", keys)
    signature = signature_of(headquarters, made.path)
    assert (signature.state, "replaced" in signature.said["en"]) == ("unknown_key", True)


def test_a_station_enrolled_for_another_prison_vouches_for_none_but_that(headquarters, prison, stick):
    keys = station_keys.own(prison.zone("security"))
    station_keys.enrol(headquarters.zone("security"), prison.station.id, "IK-03", keys)
    signature = signature_of(headquarters, hand_off(prison, stick).path)
    assert (signature.state, "IK-03" in signature.said["en"]) == ("unknown_key", True)


def test_edits_by_a_stranger_are_named_all_the_same(headquarters, made, make_vault, stick):
    stranger = make_vault("IK-03")
    enter(stranger)
    path = hand_off(stranger, stick).path
    edit(path, lambda book: put(book[GATE], 3, comment="ящик"))
    signature = signature_of(headquarters, path)
    assert (signature.state, [one.new for one in signature.edits]) == ("unknown_key", ["ящик"])


def test_a_forger_who_signs_anew_has_another_key(headquarters, prison, made, make_vault):
    forger = make_vault("IK-01", "подделка")
    keys = station_keys.own(forger.zone("security"))
    edit(made.path, lambda book: _meta(book, **{SIGNER: keys.signer}))
    assert signature_of(headquarters, made.path).state == "damaged"


# While nobody is enrolled


def _without_meta(book, *keys):
    sheet = book["_meta"]
    for number in range(sheet.max_row, 0, -1):
        if sheet.cell(number, 1).value in keys:
            sheet.delete_rows(number)


def test_while_nobody_is_enrolled_a_file_left_as_it_was_signed_merges_with_a_remark(prison, headquarters, stick):
    enter(prison)
    (plan,) = preview(headquarters, [hand_off(prison, stick).path])
    assert (plan.signature.state, plan.is_held, plan.is_unvouched) == ("unknown_key", False, True)
    assert "not enrolled" in plan.signature.said["en"]
    assert plan.head == ""
    merge(headquarters, [plan])
    assert headquarters.records("gate_log").count() == 1
    (again,) = preview(headquarters, [stick / plan.name])
    assert (again.known, again.is_held, again.is_unvouched) == (True, False, False)


def test_while_nobody_is_enrolled_a_template_filled_in_by_hand_merges(definitions, headquarters, stick):
    path = write_template(definitions, "security", stick / "бланк.xlsx", prison="IK-01", month=MONTH)
    edit(path, lambda book: put(book[GATE], 3, number="1", passed_on="28.03.2013", direction="IN"))
    (plan,) = preview(headquarters, [path])
    assert (plan.signature.state, plan.is_held, plan.is_unvouched) == ("unsigned", False, True)


@pytest.mark.parametrize(
    ("work", "state"),
    [
        (lambda book: put(book[GATE], 3, comment="ящик"), "unknown_key"),
        (lambda book: book[GATE].delete_rows(3), "unknown_key"),
        (lambda book: _meta(book, month="2013-04"), "damaged"),
        (lambda book: _meta(book, sequence="0"), "damaged"),
        (lambda book: _without_meta(book, SIGNATURE), "unsigned"),
        (lambda book: book.remove(book["_signed"]), "unsigned"),
        (lambda book: _without_meta(book, SIGNATURE, "sequence"), "unsigned"),
    ],
    ids=["cell", "row", "month", "sequence", "signature", "signed sheet", "dressed as a template"],
)
def test_while_nobody_is_enrolled_what_was_edited_damaged_or_stripped_is_held(work, state, prison, headquarters, stick):
    enter(prison)
    path = hand_off(prison, stick).path
    edit(path, work)
    (plan,) = preview(headquarters, [path])
    assert (plan.signature.state, plan.is_held) == (state, True)
    (done,) = merge(headquarters, [plan])
    assert (done.held, headquarters.records("gate_log").count()) == (True, 0)


def test_once_one_station_is_enrolled_whatever_is_not_vouched_for_is_held(definitions, headquarters, made, make_vault, stick):
    stranger = make_vault("IK-03")
    enter(stranger)
    by_hand = write_template(definitions, "security", stick / "бланк.xlsx", prison="IK-08", month=MONTH)
    plans = preview(headquarters, [made.path, hand_off(stranger, stick).path, by_hand])
    assert [(plan.signature.state, plan.is_held) for plan in plans] == [
        ("same", False), ("unknown_key", True), ("unsigned", True),
    ]  # fmt: skip


# What is merged of it


def test_an_edited_file_is_held_and_what_was_signed_can_be_taken(headquarters, made, prison):
    def work(book):
        put(book[GATE], 3, comment="подчищено")
        put(book[LOADS], 3, weight=0.5)
        book[GATE].delete_rows(5)

    edit(made.path, work)
    (plan,) = preview(headquarters, [made.path])
    (done,) = merge(headquarters, [plan])
    assert (done.held, headquarters.records("gate_log").count()) == (True, 0)
    (done,) = merge(headquarters, [plan], {plan.check_number: Choice("signed", "правил секретарь")})
    assert (done.accepted, done.rejected) == (9, 0)
    here = {item.record["uid"]: item for item in headquarters.records("gate_log").all()}
    for item in prison.records("gate_log").all():
        kept = here.pop(item.record["uid"])
        for name in ("number", "comment", "finds", "passed_at", "direction", "revision"):
            assert kept.record[name] == item.record[name]
        wanted = [(row["uid"], row["cargo"], row["weight"]) for row in item.lines["loads"]]
        assert [(row["uid"], row["cargo"], row["weight"]) for row in kept.lines["loads"]] == wanted
    assert here == {}
    (file,) = headquarters.zone("security").received()
    assert (file["check_number"], file["signature"]) == (made.check_number, "edited")
    (decision,) = received.decisions(headquarters.zone("security"), made.check_number)
    assert (decision["about"], decision["choice"], decision["why"]) == ("signature", "signed", "правил секретарь")


def test_what_an_edited_file_would_bring_is_not_taken_for_known_by_the_next(headquarters, made, prison, stick):
    edit(made.path, lambda book: put(book[GATE], 3, comment="ящик"))
    plans = preview(headquarters, [made.path, hand_off(prison, stick, "2013-04").path])
    assert [plan.counts for plan in plans] == [{"new": 9}] * 2
    merge(headquarters, plans)
    assert headquarters.records("gate_log").count() == 3


# What is signed


def test_what_identifies_a_person_is_not_among_the_signed_values(prison, headquarters, stick):
    enter(prison, driver="Канарейкин")
    signed = parse(read_source(hand_off(prison, stick).path)).signed
    assert "driver" not in signed.tables["gate_log"].columns
    assert "Канарейкин" not in str(signed)


def test_nil_reports_and_the_facts_of_the_cover_are_signed(made, prison):
    parsed = parse(read_source(made.path))
    nil = parsed.meta["nil"].split()
    assert ("gate_log" in nil, "seizures" in nil) == (False, True)
    assert made.check_number in dict(parsed.signed.facts).values()
    assert dict(parsed.signed.facts)["Изъятия"] == "не было: нулевой отчёт"


def test_a_nil_report_is_signed_too(prison, headquarters, stick):
    meet(prison, headquarters)
    assert signature_of(headquarters, hand_off(prison, stick).path).state == "same"


def test_a_hand_off_of_thousands_of_rows_fits_into_cells(headquarters, prison, stick):
    meet(prison, headquarters)
    enter(prison, loads=[load_line(cargo=sha256(bytes([n % 256, n // 256])).hexdigest(), weight=1_000) for n in range(1_500)])
    made = hand_off(prison, stick)
    texts = [row[0].value for row in openpyxl.load_workbook(made.path)["_signed"].iter_rows()]
    assert len(texts) > 1
    assert max(map(len, texts)) < 32_767
    assert signature_of(headquarters, made.path).state == "same"


# Between programs of different versions

NEWER = """
[[field]]
name = "colour"
kind = "text"
section = "passage"
label = { en = "Colour", ru = "Цвет", ky = "Түсү" }
[[field]]
name = "axles"
kind = "integer"
section = "passage"
label = { en = "Axles", ru = "Осей", ky = "Огу" }
[[field]]
name = "height"
kind = "decimal"
unit = "KG"
section = "passage"
label = { en = "Height", ru = "Высота", ky = "Бийиктиги" }
[[field]]
name = "built"
kind = "date"
precision = "month"
section = "passage"
label = { en = "Built", ru = "Выпуск", ky = "Чыккан айы" }
[[field]]
name = "sealed"
kind = "yes_no"
section = "passage"
label = { en = "Sealed", ru = "Опломбирована", ky = "Пломбаланган" }
[[field]]
name = "also"
kind = "choices"
codes = "finds"
section = "passage"
label = { en = "Also", ru = "Ещё", ky = "Дагы" }

[[rule]]
"""
KNOWN_TO_NOBODY = {"colour": "синий", "axles": 3, "height": 2_500_000, "built": "2003-07", "sealed": 1, "also": "PHO DRG"}


@pytest.fixture
def from_newer(tmp_path_factory, make_vault, headquarters, stick):
    """A hand-off of a program with columns and a code that headquarters does not know."""
    folder = write_sample(tmp_path_factory.mktemp("newer"), GATE_LOG.replace("\n[[rule]]\n", NEWER, 1))
    with (folder / "codes" / "directions.csv").open("a", encoding="utf-8") as codes:
        codes.write("AIR,Воздух,Аба,Air,,,\n")
    prison = make_vault("IK-01", own=load(RESOURCES, folder))
    meet(prison, headquarters)
    enter(prison, direction="AIR", **KNOWN_TO_NOBODY)
    return hand_off(prison, stick)


def test_what_only_a_newer_program_knows_is_no_edit(headquarters, from_newer):
    signature = signature_of(headquarters, from_newer.path)
    assert (signature.state, signature.edits, signature.unread) == ("same", (), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [("colour", "белый"), ("axles", 4), ("height", 2.6), ("built", "08.2003"), ("sealed", None), ("also", "DRG")],
)
def test_columns_of_a_newer_program_are_compared_as_well(name, value, headquarters, from_newer):
    edit(from_newer.path, lambda book: put(book[GATE], 3, **{name: value}))
    signature = signature_of(headquarters, from_newer.path)
    assert (signature.state, [one.name for one in signature.edits]) == ("edited", [name])


def test_a_column_that_an_older_program_did_not_have_is_no_edit(tmp_path_factory, make_vault, prison, stick):
    folder = write_sample(tmp_path_factory.mktemp("newer"), GATE_LOG.replace("\n[[rule]]\n", NEWER, 1))
    headquarters = make_vault("HQ", own=load(RESOURCES, folder))
    meet(prison, headquarters)
    enter(prison)
    assert signature_of(headquarters, hand_off(prison, stick).path).state == "same"
