"""Who appears with whom is counted over finished records, by codes first, and no grade is converted."""

import pytest

from desktop.analysis.counting import Period
from desktop.analysis.links import Wish, records_of, web_of
from desktop.registers.declarations import load
from tests.reports import report


@pytest.fixture
def vault(make_vault):
    return make_vault(own=load())


@pytest.fixture
def web(vault):
    register = vault.definitions.registers["intelligence_reports"]

    def ask(**words):
        return web_of(vault.zone("intelligence"), register, Wish(**words))

    return ask


def pairs(web):
    return {(link.first.text, link.second.text): len(link.uids) for link in web.links}


def test_who_is_named_in_one_record_is_linked_each_with_each(vault, web):
    report(vault, "К-1", "К-2", "К-3")
    report(vault, "К-2", "К-1")
    assert pairs(web()) == {("К-1", "К-2"): 2, ("К-1", "К-3"): 1, ("К-2", "К-3"): 1}


def test_one_named_twice_in_a_record_is_not_linked_with_himself(vault, web):
    report(vault, "К-1", "К-1")
    report(vault, "К-9")
    assert pairs(web()) == {}


def test_a_code_typed_in_letters_that_look_alike_is_one_person(vault, web):
    report(vault, "K-1", "К-2")  # a Latin letter
    report(vault, "к-1", "К-2")
    assert list(pairs(web()).values()) == [2]


def test_codes_that_only_fold_alike_are_two_persons(vault, web):
    report(vault, "М-1", "К-2")
    report(vault, "ММ-1", "К-2")
    assert list(pairs(web()).values()) == [1, 1]


def test_drafts_and_void_records_link_nobody(vault, web):
    report(vault, "К-1", "К-2", ready=False)
    void = report(vault, "К-1", "К-2")
    vault.records("intelligence_reports").void(void["uid"], "ERR", "ошибка")
    assert pairs(web()) == {}


def test_a_name_without_a_code_may_only_be_the_same_person(vault, web):
    report(vault, ("К-1", "Асанов Бакыт", None), "К-2")
    report(vault, (None, "асанов  бакыт", None), "К-2")
    found = {link.first.sort: link for link in web().links} | {link.second.sort: link for link in web().links}
    named = next(s for s in (found["name"].first, found["name"].second) if s.sort == "name")
    assert (named.name, named.perhaps) == ("асанов  бакыт", "К-1")
    assert len(web().links) == 2


def test_the_same_name_twice_is_perhaps_one_person(vault, web):
    report(vault, (None, "Асанов", None), "К-2")
    report(vault, (None, "Асанов", None), "К-2")
    assert list(pairs(web()).values()) == [2]


def test_prisons_are_linked_where_they_are_wanted(vault, web):
    report(vault, ("К-1", None, "IK-03"), (None, None, "IK-08"))
    assert pairs(web()) == {("К-1", "IK-03"): 1, ("К-1", "IK-08"): 1, ("IK-03", "IK-08"): 1}
    assert pairs(web(with_prisons=False)) == {}


def test_the_best_grade_of_each_scheme_is_told_and_none_is_converted(vault, web):
    report(vault, "К-1", "К-2", grade=("4X4", "4X4-A", "4X4-4"))
    report(vault, "К-1", "К-2", grade=("4X4", "4X4-C", "4X4-2"))
    report(vault, "К-1", "К-2", grade=("4X4", "4X4-B", "4X4-2"))
    report(vault, "К-1", "К-2", grade=("ADM", "ADM-F", "ADM-6"))
    (link,) = web().links
    assert link.grades == (("4X4", "B2"), ("ADM", "F6"))
    assert link.statements == 4


def test_months_prison_and_search_narrow_the_links(vault, web):
    report(vault, "К-1", "К-2", day="2013-01-10")
    last = report(vault, "К-3", ("К-4", "Жумабаев", None), day="2013-03-10")
    assert pairs(web(period=Period("2013-02", "2013-03"))) == {("К-3", "К-4"): 1}
    assert pairs(web(prison="IK-03")) == {}
    assert pairs(web(sought="жумабаев")) == {("К-3", "К-4"): 1}
    assert web().links[1].last == last["written_on"]


def test_the_records_of_a_link_are_listed_newest_first(vault, web):
    older, newer = report(vault, "К-1", "К-2", day="2013-01-10"), report(vault, "К-1", "К-2", day="2013-02-10")
    (link,) = web().links
    register = vault.definitions.registers["intelligence_reports"]
    found = records_of(vault.zone("intelligence"), register, link)
    assert [row["number"] for row in found] == [newer["number"], older["number"]]
