import shutil

import pytest

from desktop.registers.declarations import STORE_TABLES, load
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES
from desktop.registers.rules import Judge
from tests.sample import DIRECTIONS, FINDS, GATE_LOG, load_line, passage, write_sample

SLIPS = [
    ('kind = "time"', 'kind = "tiem"', ["gate_log.toml", "field passed_at", "'tiem' is unknown, did you mean 'time'?"]),
    ("identifies = true", "identifys = true", ["field driver", "unknown word 'identifys', did you mean 'identifies'?"]),
    ("required = true", 'required = "yes"', ["field passed_on", "'required' cannot be 'yes'"]),
    ('codes = "directions"', 'codes = "direction"', ["field direction", "did you mean 'directions'?"]),
    ('ru = "Водитель", ', "", ["field driver", "'label' has no words for 'ru'"]),
    ('ru = "Водитель"', 'ru = ""', ["field driver", "'label' has no words for 'ru'"]),
    ('name = "driver"', 'name = "passed_on"', ["field passed_on", "used twice"]),
    ('name = "driver"', 'name = "state"', ["field state", "kept for the header"]),
    ('name = "weight"', 'name = "driver"', ["lines loads, field driver", "used twice"]),
    ("before(left_on, passed_on)", "before(left_at, passed_on)", ["rule leaves_after: check", "no such column: left_at"]),
    ('check = "total <= 5000"', 'check = "total <= "', ["rule heavy: check", "syntax error"]),
    ('check = "total <= 5000"', 'check = "1) or (1"', ["rule heavy: check", "brackets or quotes do not match"]),
    ('check = "total <= 5000"', "check = \"load_extension('x') is null\"", ["rule heavy: check", "load_extension"]),
    ('check = "total <= 5000"', 'check = "(select count(*) from sqlite_master) = 0"', ["rule heavy: check", "sqlite_master"]),
    ('severity = "warning"', 'severity = "hint"', ["rule heavy", "'hint' is unknown"]),
    ('about = ["total"]', 'about = ["totals"]', ["rule heavy", "did you mean 'total'?"]),
    ('ask_if = "searched = 1"', 'ask_if = "serched = 1"', ["field finds: ask_if", "no such column: serched"]),
    ('counts_on = "passed_on"', 'counts_on = "left_on"', ["counts_on = 'left_on' must name a required date"]),
    ('"direction", "loads"', '"direction", "load"', ["list names 'load'", "did you mean 'loads'?"]),
    ('zone = "security"', 'zone = "secrecy"', ["zone = 'secrecy' is unknown"]),
    ("{prison}-G-{year}", "{prison}-G", ["number must be made of"]),
    ('unit = "KG"\nsection', 'unit = "KILO"\nsection', ["field total", "unit = 'KILO'"]),
    ('section = "passage"\nidentifies', 'section = "pasage"\nidentifies', ["field driver", "did you mean 'passage'?"]),
    ('name = "gate_log"', 'name = "gatelog"', ["named 'gatelog' but its file 'gate_log'"]),
    ('[[section]]\nname = "loads"\n', "", ["no section places the lines 'loads'"]),
    ('name = "driver"', 'name = "Driver"', ["the name 'Driver' must be lower-case letters, digits and _"]),
    ('name = "driver"', 'name = "order"', ["field order", "the name 'order' is a word of SQL"]),
    ('name = "driver"', 'name = "rowid"', ["field rowid", "kept for the header"]),
    ('name = "driver"', 'name = "id"', ["field id", "kept for the header"]),
    ('name = "comment"', 'name = "loads"', ["a field and lines share the name 'loads'"]),
    ('name = "heavy"', 'name = "leaves_after"', ["rule leaves_after", "used twice"]),
    ('name = "passage"\nlabel', 'name = "loads"\nlabel', ["field passed_on", "section = 'passage' is unknown"]),
    ('[[section]]\nname = "loads"', '[[section]]\nname = "passage"\n[[section]]\nname = "loads"', ["section 'passage'"]),
    (
        'kind = "time"',
        'kind = "time"\ncodes = "finds"',
        ["field passed_at", "'codes' goes with the kinds choice, choices only"],
    ),
    ('kind = "note"', 'kind = "note"\nmin = 1', ["field comment", "'min' goes with the kinds integer, decimal only"]),
    ('kind = "note"', 'kind = "note"\nregister = "seizures"', ["'register' goes with the kinds reference only"]),
    ('kind = "note"', 'kind = "note"\nprecision = "month"', ["'precision' goes with the kinds date only"]),
    ('kind = "note"', 'kind = "reference"', ["field comment", "the word 'register' is missing"]),
    ('codes = "directions"\n', "", ["field direction", "the word 'codes' is missing"]),
    ('codes = "directions"', 'codes = "directions"\ngroup = "AIR"', ["field direction", "has no group 'AIR'"]),
    (
        'codes = "directions"',
        'codes = "directions"\ndefault = "UP"',
        ["field direction", "the default 'UP' is no choice of directions"],
    ),
    ('codes = "finds"', 'codes = "finds"\ndefault = "PHO KNIFE"', ["the default 'PHO KNIFE' is no choices of finds"]),
    ('kind = "time"', 'kind = "date"\ndefault = "tomorrow"', ["the default 'tomorrow' is no date"]),
    ('kind = "yes_no"', 'kind = "yes_no"\ndefault = 2', ["the default 2 is no yes_no"]),
    ('kind = "integer"', 'kind = "integer"\ndefault = 1.5', ["the default 1.5 is no integer"]),
    ('kind = "time"', 'kind = "date"\nprecision = "week"', ["precision = 'week' is unknown"]),
    ('kind = "time"', 'kind = "date"\ncoarse = true', ["a coarse date needs precision month or year"]),
    ("min = 0", "min = 5\nmax = 2", ["lines loads, field weight", "min = 5 is more than max = 2"]),
    ("digits = 3", "digits = 9", ["digits = 9 cannot be kept"]),
    ('kind = "text"\nsection', 'kind = "text"\nlength = 0\nsection', ["length = 0 leaves no room"]),
    ("identifies = true", 'until = "28.03.2013"', ["field driver", "until = '28.03.2013' is no day"]),
    ('value = "(select', 'required = true\nvalue = "(select', ["field total", "is computed"]),
    ("sum(weight)", "sum(wieght)", ["field total: value", "no such column: wieght"]),
    (
        'kind = "text"\nrequired',
        'kind = "text"\nsection = "passage"\nrequired',
        ["lines loads, field cargo", "'section' has no meaning"],
    ),
    ("at_least = 1", 'at_least = "one"', ["lines loads", "'at_least' cannot be 'one'"]),
    ('title = ["cargo"]', 'title = ["crago"]', ["title names 'crago', which is no field, did you mean 'cargo'?"]),
    ('title = ["driver"]', 'search = ["drivers"]', ["search names 'drivers', which is no field, did you mean 'driver'?"]),
    ('title = ["driver"]', 'unique = ["passed"]', ["unique names 'passed', which is no field"]),
    ('title = ["driver"]', 'resembles = ["passed_on", "cargo"]', ["resembles names 'cargo', which is no field"]),
    ('title = ["driver"]', 'resembles = ["loads.cargo"]', ["'resembles' must name 'passed_on'"]),
    ('title = ["driver"]', 'resembles = ["passed_on", "driver"]', ["'driver', which never leaves the prison"]),
    ('title = ["driver"]', "resembles_within = 3", ["resembles_within has no meaning without 'resembles'"]),
    (
        'title = ["driver"]',
        'resembles = ["passed_on", "prison"]\nresembles_within = 60',
        ["resembles_within must lie between 0 and 31 days"],
    ),
    ('title = ["driver"]', "title = [1]", ["'title' must be a list of names"]),
    ('list = ["number", "passed_on", "direction", "loads", "state"]\n', "list = []\n", ["the word 'list' is missing"]),
    ('about = ["total"]', "about = []", ["rule heavy", "the word 'about' is missing"]),
    ("required = true\nlabel", 'required = true\nask_if = "1"\nlabel', ["counts_on = 'passed_on' must name a required date"]),
    ("{prison}-G-{year}", "{prison}-S-{year}", ["is that of seizures.toml already"]),
    (
        'check = "total <= 5000"',
        "check = \"direction <> 'OT'\"",
        ["rule heavy: check", "'OT' is no code of direction, did you mean 'OUT'?"],
    ),
    ('check = "total <= 5000"', "check = \"has(finds, 'PHONE')\"", ["rule heavy: check", "'PHONE' is no code of finds"]),
    (
        'check = "total <= 5000"',
        "check = \"code('direction', direction, 'group') is null\"",
        ["the code list 'direction' is unknown"],
    ),
    (
        'check = "total <= 5000"',
        "check = \"code('finds', finds, 'drug') is null\"",
        ["the code list 'finds' has no column 'drug'"],
    ),
    ('check = "total <= 5000"', "check = \"date('now') > passed_on\"", ["rule heavy: check", "comes from today()"]),
    ('check = "total <= 5000"', 'check = "random() > 0"', ["rule heavy: check", "not authorized to use function: random"]),
    ('check = "total <= 5000"', 'check = "total <= ?"', ["rule heavy: check", "bindings"]),
    (
        'label = { en = "Driver", ru = "Водитель", ky = "Айдоочу" }',
        'label = "Driver"',
        ["'label' must give the words in ru, ky and en"],
    ),
    ('ky = "Айдоочу"', 'ky = "Айдоочу", de = "Fahrer"', ["has words for the unknown language 'de'"]),
    ('zone = "security"', "zone = security", ["cannot be read"]),
]


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS)
def test_a_slip_is_refused_with_file_place_and_what_is_wrong(right, wrong, said, tmp_path):
    assert right in GATE_LOG
    write_sample(tmp_path, GATE_LOG.replace(right, wrong, 1))
    with pytest.raises(DeclarationError) as refused:
        load(RESOURCES, tmp_path)
    assert str(refused.value).startswith("gate_log.toml")
    for words in said:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (DIRECTIONS.replace("Въезд", ""), "code IN: has no words for 'ru'"),
        (DIRECTIONS + "IN,a,b,c,,,\n", "IN: this code stands twice"),
        (DIRECTIONS + "a b,a,b,c,,,\n", "'a b' is no code"),
        (DIRECTIONS + "X,a,b,c\n", "more or fewer cells"),
        (DIRECTIONS.replace("code,ru", "ru,code"), "columns must begin with"),
        (DIRECTIONS.replace(",,,2012", ",,,2012.05"), "code OLD: until = '2012.05' is no day"),
        (DIRECTIONS.replace(",,,2012", ",,2013-05,2012"), "code OLD: ends before it begins"),
        (DIRECTIONS + '"X,a,b,c,,,\n', "cannot be read as CSV in UTF-8"),
    ],
)
def test_a_slip_in_a_code_list_is_refused(wrong, said, tmp_path):
    write_sample(tmp_path)
    (tmp_path / "codes" / "directions.csv").write_text(wrong, "utf-8")
    with pytest.raises(DeclarationError, match=r"directions\.csv") as refused:
        load(RESOURCES, tmp_path)
    assert said in str(refused.value)


def test_a_reference_to_another_zone_is_refused(tmp_path):
    other = GATE_LOG.replace('kind = "text"\nsection', 'kind = "reference"\nregister = "patients"\nsection', 1)
    write_sample(tmp_path, other)
    with pytest.raises(DeclarationError, match="'patients', which is no register of the zone security"):
        load(RESOURCES, tmp_path)


def test_a_translation_to_review_is_marked_and_shown_without_its_mark(tmp_path):
    write_sample(tmp_path, GATE_LOG.replace('ky = "Айдоочу"', 'ky = "?Айдоочу"'))
    label = load(RESOURCES, tmp_path).registers["gate_log"].by_name["driver"].label
    assert label["ky"] == "Айдоочу"
    assert label.unsure == {"ky"}


def test_a_later_folder_changes_the_rows_of_a_code_list(tmp_path):
    write_sample(tmp_path)
    header = "code,ru,ky,en,group,from,until\n"
    (tmp_path / "codes" / "prisons.csv").write_text(header + "X-NEW,Новая,Жаңы,New,,,\n", "utf-8")
    prisons = load(RESOURCES, tmp_path).codes["prisons"].codes
    assert "X-NEW" in prisons
    assert "IK-01" in prisons


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gate_log", "lines cannot have the name of their register"),
        ("words", "the table 'gate_log_words' is used by gate_log.toml already"),
    ],
)
def test_lines_that_would_share_a_table_are_refused(name, said, tmp_path):
    write_sample(tmp_path, GATE_LOG.replace('"loads"', f'"{name}"').replace("from loads", f"from {name}"))
    with pytest.raises(DeclarationError, match=said):
        load(RESOURCES, tmp_path)


def test_a_register_is_not_named_like_a_table_of_the_store(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "registers" / "gate_log.toml").rename(tmp_path / "registers" / "history.toml")
    text = GATE_LOG.replace('name = "gate_log"', 'name = "history"')
    (tmp_path / "registers" / "history.toml").write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match="the table 'history' is used by the store already"):
        load(RESOURCES, tmp_path)


def test_the_tables_of_the_store_are_known(vault):
    zone = vault.zone("security")
    stored = {row["name"] for row in zone.select("select name from sqlite_master where type = 'table'")}
    declared = {table.table for register in zone.registers for table in register.tables}
    words = tuple(f"{register.name}_words" for register in zone.registers)
    own = {name for name in stored - declared if not name.startswith(("sqlite_", "_sqlite_", *words))}
    assert own == STORE_TABLES


def test_files_saved_by_windows_notepad_are_read(tmp_path):
    write_sample(tmp_path)
    for path in (tmp_path / "registers" / "gate_log.toml", tmp_path / "codes" / "finds.csv"):
        path.write_text(path.read_text("utf-8").replace("\n", "\r\n"), "utf-8-sig", newline="")
    definitions = load(RESOURCES, tmp_path)
    assert definitions.registers["gate_log"].label["ru"] == "Журнал КПП"
    assert definitions.codes["finds"].codes["DRG"].label["en"] == "Hashish"


def test_files_in_another_encoding_are_refused(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "codes" / "finds.csv").write_text(FINDS.replace("Өсүмдүк", "Осумдук"), "cp1251")
    with pytest.raises(DeclarationError, match=r"finds\.csv: cannot be read as CSV in UTF-8"):
        load(RESOURCES, tmp_path)
    write_sample(tmp_path)
    (tmp_path / "registers" / "gate_log.toml").write_bytes(b'label = "\xc6"')
    with pytest.raises(DeclarationError, match=r"gate_log\.toml: cannot be read"):
        load(RESOURCES, tmp_path)


def test_a_code_list_whose_name_is_no_word_is_refused(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "codes" / "my list.csv").write_text(DIRECTIONS, "utf-8")
    with pytest.raises(DeclarationError, match=r"my list\.csv: the file's name must be"):
        load(RESOURCES, tmp_path)


def test_a_missing_header_is_refused_in_words(tmp_path):
    shutil.copytree(RESOURCES / "codes", tmp_path / "codes")
    with pytest.raises(DeclarationError, match=r"record\.toml: cannot be read"):
        load(tmp_path)


def test_a_field_may_choose_from_one_group_of_a_list(tmp_path):
    grouped = DIRECTIONS.replace("Entry,,", "Entry,ROAD,").replace("Exit,,", "Exit,ROAD,")
    write_sample(tmp_path, GATE_LOG.replace('codes = "directions"', 'codes = "directions"\ngroup = "ROAD"'))
    (tmp_path / "codes" / "directions.csv").write_text(grouped, "utf-8")
    definitions = load(RESOURCES, tmp_path)
    field = definitions.registers["gate_log"].by_name["direction"]
    assert list(definitions.codes[field.codes].codes) == ["IN", "OUT"]
    assert definitions.codes[field.codes].whole == "directions"
    judged = Judge(definitions.registers["gate_log"], definitions.codes).judge(
        passage(direction="OLD"), {"loads": [load_line()]}
    )
    assert "direction.known" in {p.rule for p in judged.problems}


def test_a_decimal_default_is_written_in_the_unit_of_its_field(tmp_path):
    write_sample(tmp_path, GATE_LOG.replace("digits = 3", "digits = 3\ndefault = 12.5"))
    assert load(RESOURCES, tmp_path).registers["gate_log"].lines_by_name["loads"].by_name["weight"].default == 12_500_000


ADDITION = """
[[field]]
name = "hq_escort"
kind = "yes_no"
section = "passage"
label = { en = "With an escort", ru = "С конвоем", ky = "?Коштоо менен" }
"""


def write_addition(folder, text=ADDITION, name="gate_log"):
    (folder / "fields").mkdir(exist_ok=True)
    (folder / "fields" / f"{name}.toml").write_text(text, "utf-8")


def test_a_service_adds_a_field_to_a_register_by_a_file_of_its_own(tmp_path):
    write_sample(tmp_path)
    before = load(RESOURCES, tmp_path)
    section = before.registers["gate_log"].sections[0].name
    write_addition(tmp_path, ADDITION.replace("passage", section))
    after = load(RESOURCES, tmp_path)
    assert [f.name for f in after.registers["gate_log"].fields][-1] == "hq_escort"
    assert after.registers["gate_log"].by_name["hq_escort"].section == section
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("hq_escort", "escort", "hq_escort"),
        ('section = "passage"', 'section = "cellar"', "section"),
        ("hq_escort", "driver", "twice"),
    ],
)
def test_a_slip_in_an_added_field_is_refused(tmp_path, right, wrong, said):
    write_sample(tmp_path)
    section = load(RESOURCES, tmp_path).registers["gate_log"].sections[0].name
    write_addition(tmp_path, ADDITION.replace(right, wrong).replace("passage", section))
    with pytest.raises(DeclarationError, match=said):
        load(RESOURCES, tmp_path)


def test_fields_are_added_to_a_register_only(tmp_path):
    write_sample(tmp_path)
    write_addition(tmp_path, name="no_register")
    with pytest.raises(DeclarationError, match="no register"):
        load(RESOURCES, tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('lines = "transfers"', 'lines = "transfer"', "lines = 'transfer' is unknown, did you mean 'transfers'?"),
        ('prison = "other_prison"', 'prison = "facility"', "prison = 'facility' is unknown"),
        ("transfer_kind = 'PRI' and", "kind = 'PRI' and", "no such column: kind"),
        ("transfer_kind = 'PRI' and", "transfer_kind = 'PRO' and", "'PRO'"),
        ('person = "patient"', 'person = "method"', "person = 'method' is unknown"),
        ('"pin", ', '"pan", ', "'pan' is no field of patients"),
        ('sent = { transfer_state = "SEN" }', "sent = {}", "the word 'sent' is missing"),
        ('refused = { transfer_state = "REF" }', 'refused = { transfer_state = "NO" }', "transfer_state = 'NO' is no value"),
        ("arriving = { notified_elsewhere", "arriving = { notified", "arriving names 'notified', which is no field"),
    ],
)
def test_a_slip_in_what_is_said_of_transfers_is_refused(tmp_path, right, wrong, said):
    shutil.copytree(RESOURCES / "codes", tmp_path / "codes")
    shutil.copytree(RESOURCES / "registers", tmp_path / "registers")
    shutil.copy(RESOURCES / "record.toml", tmp_path)
    path = tmp_path / "registers/tb_cases.toml"
    words = path.read_text("utf-8")
    assert right in words
    path.write_text(words.replace(right, wrong, 1), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith("tb_cases.toml: ")
    assert "transfer" in str(caught.value)
    assert said in str(caught.value)
