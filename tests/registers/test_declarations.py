import pytest

from desktop.registers.declarations import load
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES
from tests.sample import DIRECTIONS, GATE_LOG, write_sample

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
    ],
)
def test_a_slip_in_a_code_list_is_refused(wrong, said, tmp_path):
    write_sample(tmp_path)
    (tmp_path / "codes" / "directions.csv").write_text(wrong, "utf-8")
    with pytest.raises(DeclarationError, match="directions.csv") as refused:
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
