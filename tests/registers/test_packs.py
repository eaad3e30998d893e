"""Packs of definitions: names that lead nowhere else, valid as a whole, and additive for ever."""

from dataclasses import replace

import pytest

from desktop.registers import packs
from desktop.registers.codes import Code
from desktop.registers.declarations import load
from desktop.registers.labels import Label
from desktop.registers.packs import (
    NOTE,
    Pack,
    foresee,
    installed,
    is_whole,
    lay_out,
    list_label,
    own_lists,
    pack_of,
    with_codes,
    with_field,
)
from desktop.registers.problems import AppError
from desktop.registers.resources import RESOURCES
from tests.sample import write_sample

WORDS = {
    "name": "hq_escort", "kind": "yes_no", "section": "passage",
    "label": {"en": "With an escort", "ru": "С конвоем «3»", "ky": "?Коштоо менен"},
}  # fmt: skip
TRAIN = Code("TRAIN", Label.of({"ru": "Поездом", "ky": "?Поезд менен", "en": "By train"}), "Entry", "2013-03", "", {})


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The program's definitions, with the gate log as if it were the program's own."""
    return (RESOURCES, write_sample(tmp_path_factory.mktemp("program")))


@pytest.fixture
def own(tmp_path):
    return tmp_path / "definitions"


def changed_list(definitions, name, *rows):
    codes = definitions.codes[name]
    return replace(codes, codes={**codes.codes, **{row.code: row for row in rows}})


def with_train(base, pack=None, **words):
    known = load(*base)
    return with_codes(pack or Pack(1), known.codes["directions"], changed_list(known, "directions", replace(TRAIN, **words)))


def refusal(call, *values):
    with pytest.raises(AppError) as caught:
        call(*values)
    return caught.value


def told(changes):
    return [(change.kind, change.of, change.name) for change in changes]


def test_a_pack_brings_a_code_and_a_field_and_says_so(base, own):
    found = foresee(with_field(with_train(base), "gate_log", WORDS), base, own)
    assert told(found.changes) == [("code_new", "directions", "TRAIN"), ("field_new", "gate_log", "hq_escort")]
    assert found.definitions.registers["gate_log"].by_name["hq_escort"].label["ru"] == "С конвоем «3»"
    assert found.definitions.codes["directions"].codes["TRAIN"] == TRAIN
    assert found.definitions.codes["directions"].codes["TRAIN"].label.unsure == {"ky"}


def test_only_rows_that_differ_from_the_programs_own_travel(base):
    assert with_train(base).files["codes/directions.csv"].splitlines() == [
        "code,ru,ky,en,group,from,until",
        "TRAIN,Поездом,?Поезд менен,By train,Entry,2013-03,",
    ]
    known = load(*base)
    assert with_codes(with_train(base), known.codes["directions"], known.codes["directions"]).files == {}


def test_a_field_is_worded_anew_or_retired_without_losing_what_it_was(base, own):
    pack = with_field(Pack(1), "gate_log", WORDS | {"kind": "choice", "codes": "finds"})
    lay_out(pack, own, own)
    retired = with_field(replace(pack, number=2), "gate_log", {"name": "hq_escort", "until": "2014"})
    found = foresee(retired, base, own)
    assert told(found.changes) == [("field_retired", "gate_log", "hq_escort")]
    assert found.definitions.registers["gate_log"].by_name["hq_escort"].codes == "finds"


@pytest.mark.parametrize(
    "name",
    ["codes/../x.csv", "../codes/x.csv", "codes/x.toml", "codes\\x.csv", "registers/x.toml", "roles.toml", "codes/X.csv",
     "codes/con.csv", "fields/lpt1.toml", "codes/x.csv\n", "/codes/x.csv", ""],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name):
    assert refusal(pack_of, {"number": 1, "files": {name: ""}}).name == "packs.strange_file"


@pytest.mark.parametrize(
    "body",
    [{}, {"number": 0, "files": {}}, {"number": True, "files": {}}, {"number": "1", "files": {}}, {"number": 1, "files": []}],
)
def test_what_is_no_pack_is_refused(body):
    assert refusal(pack_of, body).name == "packs.none"


def test_a_pack_larger_than_code_lists_are_is_refused():
    assert refusal(pack_of, {"number": 1, "files": {"codes/x.csv": "x" * 5_000_000}}).name == "packs.too_large"


def test_a_slip_is_refused_with_its_place(base, own):
    pack = Pack(1, {"fields/gate_log.toml": "[[field]]\nname = 'hq_a'\nkind = 'colour'\nsection = 'passage'\n"})
    assert "gate_log.toml: field hq_a: kind = 'colour'" in refusal(foresee, pack, base, own).text["ru"]
    assert refusal(foresee, Pack(1, {"fields/nowhere.toml": ""}), base, own).name == "packs.not_valid"


@pytest.mark.parametrize(
    ("next_pack", "refused", "named"),
    [
        (lambda _: Pack(2), "packs.code_missing", "TRAIN"),
        (lambda p: Pack(2, {"codes/directions.csv": p.files["codes/directions.csv"]}), "packs.field_missing", "hq_escort"),
        (
            lambda p: with_field(replace(p, number=2), "gate_log", {"name": "hq_escort", "kind": "text"}),
            "packs.field_means_else",
            "С конвоем",
        ),
        (
            lambda p: Pack(2, {**p.files, "codes/directions.csv": p.files["codes/directions.csv"].replace("TRAIN", "RAIL")}),
            "packs.code_missing",
            "TRAIN",
        ),
    ],
)
def test_what_a_former_pack_brought_is_never_missing_renamed_or_of_another_kind(base, own, next_pack, refused, named):
    pack = with_field(with_train(base), "gate_log", WORDS)
    lay_out(pack, own, own)
    error = refusal(foresee, next_pack(pack), base, own)
    assert error.name == refused
    assert named in error.text["ru"]


def test_a_changed_row_keeps_the_columns_that_tables_count_by(base, own):
    known = load(*base)
    name = next(n for n in own_lists(known) if known.codes[n].codes and next(iter(known.codes[n].codes.values())).other)
    code = next(iter(known.codes[name].codes))
    bare = f"code,ru,ky,en,group,from,until\n{code},Иначе,?Башка,Else,,,\n"
    assert refusal(foresee, Pack(1, {f"codes/{name}.csv": bare}), base, own).name == "packs.column_missing"
    row = replace(known.codes[name].codes[code], label=Label.same("Иначе"))
    found = foresee(with_codes(Pack(1), known.codes[name], changed_list(known, name, row)), base, own)
    assert told(found.changes) == [("code_changed", name, code)]


def test_no_pack_unseals_a_zone(base, own):
    text = "code,ru,ky,en,group,from,until,keeps_views,due_day,sealed\nhealth,Здоровье,?Ден соолук,Health,,,,1,5,\n"
    assert refusal(foresee, Pack(1, {"codes/zones.csv": text}), base, own).name == "packs.programs_own"
    assert "zones" not in own_lists(load(*base))


def test_what_a_station_has_of_itself_stays_beside_a_pack(base, own, tmp_path):
    write_sample(own)
    program = base[:1]
    pack = with_field(Pack(1), "gate_log", WORDS)
    lay_out(pack, own, tmp_path / "next")
    assert installed(tmp_path / "next") == pack
    assert load(*program, tmp_path / "next").registers["gate_log"].by_name["hq_escort"]
    assert load(*program, tmp_path / "next").codes["finds"].codes


def test_a_pack_of_which_a_file_was_torn_is_not_whole(base, own):
    lay_out(with_train(base), own, own)
    assert is_whole(own)
    path = own / "codes" / "directions.csv"
    path.write_bytes(path.read_bytes()[:-9])
    assert not is_whole(own)
    (own / NOTE).unlink()
    assert not is_whole(own)
    assert installed(own) == Pack()


def test_a_code_list_is_named_by_what_it_is_chosen_for(base):
    known = load(*base)
    assert list_label(known, "directions")["ru"] == "Направление (Журнал КПП)"
    assert list_label(known, "prisons")["ru"] == known.header.by_name["prison"].label["ru"]


def test_every_code_list_that_can_be_changed_has_a_name_in_words():
    definitions = load()
    named = {name: packs.list_label(definitions, name) for name in packs.own_lists(definitions)}
    assert [name for name, label in named.items() if name in label.values()] == []
