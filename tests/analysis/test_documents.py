"""Letters and extracts: what stands in them, what does not, and the slips that are refused in their files."""

import io
import shutil

import docx
import pytest

from desktop.analysis.documents import documents_of, fill, load_documents
from desktop.analysis.report import Facts, Signatures
from desktop.analysis.word import as_word
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.problems import DeclarationError
from desktop.registers.resources import RESOURCES
from desktop.store.continuity import courses
from tests.care import keep_hiv_case, keep_patient, keep_tb_case, keep_therapy, release


@pytest.fixture(scope="module")
def declared():
    return load()


@pytest.fixture(scope="module")
def documents(declared):
    return load_documents(declared)


@pytest.fixture
def vault(make_vault, declared):
    return make_vault(own=declared)


def course(vault, name="tb_cases"):
    return courses(vault.zone("health"), vault.definitions.registers[name])[0]


def words_of(vault, document, name="tb_cases", language="ru"):
    return fill(vault.zone("health"), document, course(vault, name), language).words


def test_every_document_of_every_register_is_filled_in_in_every_language(vault, documents):
    patient = keep_patient(vault)
    keep_tb_case(vault, patient)
    keep_hiv_case(vault, patient)
    keep_therapy(vault, patient)
    for name in ("tb_cases", "hiv_cases", "opioid_therapy"):
        found = documents_of(documents, name)
        assert [document.name for document in found] == ["referral", "extract"]
        for document in found:
            for language in LANGUAGES:
                said = words_of(vault, document, name, language)
                assert "Асанов" in said
                assert "{" not in said


def test_the_letter_says_where_to_and_leaves_blank_what_nobody_knows(vault, documents):
    line = release(facility="ЦСМ № 7", package="DRU", supply_days=14)
    keep_tb_case(vault, keep_patient(vault), lines={"transfers": [line]})
    said = words_of(vault, documents["referral"])
    assert "Куда: ЦСМ № 7" in said
    assert "Телефон: ____" in said
    assert "Лекарства выданы на руки на: 14 дн." in said
    assert "Дата явки: ____" in said
    assert "Бактериологически подтверждён" in said


@pytest.mark.parametrize(("package", "is_told"), [(None, False), ("EXT", False), ("EXT CNS", True)])
@pytest.mark.parametrize("name", ["referral", "extract"])
def test_hiv_is_told_to_a_tb_clinic_with_consent_only(vault, documents, name, package, is_told):
    keep_tb_case(vault, keep_patient(vault), lines={"transfers": [release(package=package)]})
    assert ("ВИЧ" in words_of(vault, documents[name])) is is_told


def test_the_slip_that_comes_back_and_the_file_name_nobody(vault, documents):
    keep_tb_case(vault, keep_patient(vault), lines={"transfers": [release()]})
    report = fill(vault.zone("health"), documents["referral"], course(vault), "ru")
    slip = report.words[report.words.index("Талон") :]
    assert "Асанов" not in slip
    assert course(vault).number in slip
    assert "Асанов" not in f"{report.name} {report.foot}"
    assert report.name == f"{course(vault).number}_referral_ru"


def test_lines_stand_as_a_table_without_empty_columns(vault, documents):
    tests = [{"drug": drug, "result": "S"} for drug in "HR"]
    keep_tb_case(vault, keep_patient(vault), lines={"susceptibility": tests})
    assert "Препарат | Результат\nИзониазид (H) | Чувствителен\nРифампицин (R) | Чувствителен" in words_of(
        vault, documents["extract"]
    )


def test_word_gets_every_text_of_the_report_and_no_author(vault, documents):
    keep_tb_case(vault, keep_patient(vault), lines={"transfers": [release(facility="ЦСМ № 7")]})
    report = fill(vault.zone("health"), documents["referral"], course(vault), "ky")
    made = docx.Document(io.BytesIO(as_word(report)))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*(written.text for written in made.paragraphs), *cells])
    assert report.title in said
    for piece in report.pieces:
        if isinstance(piece, Facts):
            assert all(name in cells and value in cells for name, value in piece.rows)
        if isinstance(piece, Signatures):
            assert all(who in said for who in piece.who)
    assert report.foot in made.sections[0].footer.paragraphs[0].text
    assert (made.core_properties.author, made.core_properties.title) == ("Depter", "")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"person.surname"', '"person.family"', "'person.family' is no field of tb_cases"),
        ("{line.facility}", "{line.clinic}", "'line.clinic' is no field"),
        ("{here.prison}", "{here.city}", "'here.city' is no field"),
        ('registers = ["tb_cases"', 'registers = ["patients"', "'patients', which tells of no care"),
        ('of = ["tb_cases"]', 'of = ["seizures"]', "'seizures', which is none of the document's registers"),
        ("has(package, 'CNS')", "has(packet, 'CNS')", "no such column: packet"),
        ("has(package, 'CNS')", "has(package, 'CNT')", "'CNT' is no code of package"),
        ("cut = true", 'cut = true\nlines = "follow_ups"', "a part has one of"),
        ('labels = { "line.transferred_on"', 'labels = { "line.left_on"', "labels names 'line.left_on'"),
    ],
)
def test_a_slip_in_a_document_is_refused(tmp_path, right, wrong, said):
    path = tmp_path / "documents/referral.toml"
    path.parent.mkdir()
    shutil.copy(RESOURCES / "documents/referral.toml", path)
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace('name = "referral"', 'name = "other"').replace(right, wrong, 1), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        load_documents(load(RESOURCES, tmp_path))
    assert str(caught.value).startswith("referral.toml: ")
    assert said in str(caught.value)
