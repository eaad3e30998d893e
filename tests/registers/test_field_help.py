"""Help is derived: every field of every register has it in every language, and every page is written in all of them."""

import re

import pytest

from desktop.registers.declarations import load
from desktop.registers.field_help import FIELD, explain_address, explain_field, explain_register
from desktop.registers.help_pages import HELP, heading, help_page
from desktop.registers.labels import LANGUAGES
from tests.sample import write_sample

DEFINITIONS = load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_every_register_has_help(language):
    for register in DEFINITIONS.registers.values():
        for table in register.tables:
            for f in table.fields:
                told = explain_field(DEFINITIONS, table, f.name, language)
                assert f.label[language] in told.splitlines()[0]
                assert f.value or "###" in told, f"{table.name}.{f.name} does not say how it is typed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_of_a_register_leads_to_the_help_of_each_field_that_is_typed(language):
    for register in DEFINITIONS.registers.values():
        told = explain_register(register, language)
        led = set(re.findall(rf"\(({FIELD}[^)]+)\)", told))
        assert len(led) == sum(not f.value and not f.until for table in register.tables for f in table.fields)
        assert all(explain_address(DEFINITIONS, address, language) for address in led)


def test_a_stranger_s_field_tells_its_codes_its_rules_and_what_it_depends_on(tmp_path):
    from desktop.registers.resources import RESOURCES

    definitions = load(RESOURCES, write_sample(tmp_path))
    register = definitions.registers["gate_log"]
    direction = explain_field(definitions, register, "direction", "ru", "2026-11-26")
    assert "| IN | Въезд |" in direction
    assert "OLD" not in direction, "a code that is no longer valid is offered"
    assert "Не может выехать раньше въезда." in explain_field(definitions, register, "left_on", "ru")
    assert "«Досмотрена»" in explain_field(definitions, register, "finds", "ru")
    assert "никогда не передаётся" in explain_field(definitions, register, "driver", "ru")
    assert "«Груз»" in explain_field(definitions, register, "total", "ru")


def test_every_page_of_help_is_there_in_every_language_and_hides_the_mark_of_review():
    names = {path.name.partition(".")[0] for path in HELP.glob("*.md")}
    for name in names:
        for language in LANGUAGES:
            page = help_page(name, language)
            assert heading(page), f"{name}.{language}.md has no heading"
            assert page.startswith("# "), f"{name}.{language}.md shows a mark"
    assert len({(HELP / f"{name}.ky.md").read_text("utf-8")[0] for name in names}) == 1


def test_every_picture_of_the_help_is_there():
    for path in HELP.glob("*.md"):
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text("utf-8")):
            assert (HELP / picture).is_file(), f"{path.name}: {picture}"
