"""Questions of headquarters reach the prison with a receipt, and answers come back with a hand-off, signed."""

import pytest

from desktop.exchange.merge import undo_merge
from desktop.exchange.questions import ask, ask_again, read_lines
from desktop.exchange.receipts import left_out, read_receipt, write_receipts
from desktop.registers.problems import AppError
from desktop.store.check import check
from desktop.store.questions import ANSWERED, CLOSED, LONGEST_TEXT, OPEN, SENT, answer, close, questions
from desktop.store.received import Decision, decide
from tests.exchange.steps import change, edit, enter, hand_off, take
from tests.meeting import meet


@pytest.fixture(autouse=True)
def met(prison, headquarters):
    meet(prison, headquarters)


@pytest.fixture
def merged(prison, headquarters, stick):
    """Enter a record, hand it off and merge it."""
    saved = enter(prison)
    take(headquarters, hand_off(prison, stick).path)
    return saved.record


def question(vault):
    (found,) = questions(vault.zone("security"))
    return found


def state(vault, record):
    return vault.records("gate_log").read(record["uid"])[0]["state"]


def post(headquarters, prison, stick):
    (path,) = write_receipts(headquarters, "security", stick)
    return read_receipt(prison, path.name, path.read_bytes())


def test_a_question_marks_the_record_on_both_sides_until_it_is_answered(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Вес указан верно?", "direction")
    assert (question(headquarters).state, state(headquarters, merged)) == (OPEN, "QUERIED")
    assert post(headquarters, prison, stick).asked == 1
    assert question(headquarters).state == SENT
    arrived = question(prison)
    assert (arrived.asked, arrived.number, arrived.field, arrived.state) == (
        "Вес указан верно?", merged["number"], "direction", OPEN,
    )  # fmt: skip
    assert state(prison, merged) == "QUERIED"
    answer(prison.zone("security"), arrived.uid, "Да, взвешено при двух свидетелях.")
    assert state(prison, merged) == "SUBMITTED"
    _, (done,) = take(headquarters, hand_off(prison, stick).path)
    assert not done.rejected
    answered = question(headquarters)
    assert (answered.state, answered.answer, answered.answered_by) == (
        ANSWERED, "Да, взвешено при двух свидетелях.", prison.person,
    )  # fmt: skip
    assert state(headquarters, merged) == "SUBMITTED"
    close(headquarters.zone("security"), answered.uid)
    post(headquarters, prison, stick)
    assert [question(vault).state for vault in (prison, headquarters)] == [CLOSED, CLOSED]
    assert check(prison).is_sound
    assert check(headquarters).is_sound


def test_a_correction_answers_by_its_reason(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Направление?")
    post(headquarters, prison, stick)
    record, lines = prison.records("gate_log").read(merged["uid"])
    assert (
        prison.records("gate_log")
        .save(record | {"comment": "ящик"}, lines, ready=True, why="проверено по журналу")
        .record["state"]
        == "READY"
    )
    take(headquarters, hand_off(prison, stick).path)
    found = question(headquarters)
    assert (found.state, found.answer) == (ANSWERED, "проверено по журналу")
    assert headquarters.records("gate_log").read(merged["uid"])[0]["revision"] == 2
    assert question(prison).state == ANSWERED


def test_an_answer_travels_until_the_hand_off_that_carries_it_has_arrived(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Верно?")
    post(headquarters, prison, stick)
    answer(prison.zone("security"), question(prison).uid, "Верно.")
    hand_off(prison, stick).path.unlink()
    made = hand_off(prison, stick)
    take(headquarters, made.path)
    assert question(headquarters).answer == "Верно."
    post(headquarters, prison, stick)
    assert question(prison).carried == made.check_number
    hand_off(prison, stick)
    assert question(prison).carried == made.check_number


def test_the_record_stays_queried_while_another_question_waits(prison, headquarters, stick, merged):
    for text in ("Первый?", "Второй?"):
        ask(headquarters, "gate_log", merged["uid"], text)
    post(headquarters, prison, stick)
    one, two = questions(prison.zone("security"))
    answer(prison.zone("security"), one.uid, "Да.")
    assert state(prison, merged) == "QUERIED"
    answer(prison.zone("security"), two.uid, "Нет.")
    assert state(prison, merged) == "SUBMITTED"


def test_the_same_hand_off_merges_as_unchanged_while_its_record_is_queried(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Верно?")
    plans, _ = take(headquarters, hand_off(prison, stick).path)
    assert {row.verdict for row in plans[0].rows} == {"unchanged"}
    assert state(headquarters, merged) == "QUERIED"


def test_an_answer_that_does_not_satisfy_is_asked_about_again(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Верно?")
    post(headquarters, prison, stick)
    answer(prison.zone("security"), question(prison).uid, "Не знаю.")
    take(headquarters, hand_off(prison, stick).path)
    ask_again(headquarters, "security", question(headquarters).uid, "Уточните по журналу.")
    post(headquarters, prison, stick)
    assert [(one.asked, one.state) for one in questions(prison.zone("security"))] == [
        ("Верно?", CLOSED), ("Уточните по журналу.", OPEN),
    ]  # fmt: skip
    assert state(prison, merged) == "QUERIED"


def test_a_question_that_was_closed_is_not_opened_by_an_older_receipt(prison, headquarters, stick, merged):
    asked = ask(headquarters, "gate_log", merged["uid"], "Верно?")
    (older,) = write_receipts(headquarters, "security", stick)
    close(headquarters.zone("security"), asked.uid)
    post(headquarters, prison, stick)
    taken = read_receipt(prison, older.name, older.read_bytes())
    assert (taken.state, taken.asked) == ("older", 0)
    assert state(prison, merged) == "SUBMITTED"


def test_taking_a_merge_back_is_not_hindered_by_a_question_and_closes_it(prison, headquarters, stick, merged):
    ask(headquarters, "gate_log", merged["uid"], "Верно?")
    check_number = headquarters.zone("security").received()[0]["check_number"]
    assert undo_merge(headquarters, "security", check_number, "не тот файл").removed == 1
    assert question(headquarters).state == CLOSED
    assert check(headquarters).is_sound


def test_a_decision_that_two_records_are_of_one_event_becomes_a_question(prison, headquarters, stick, merged, make_vault):
    other = make_vault("IK-03")
    meet(other, headquarters)
    theirs = enter(other).record
    take(headquarters, hand_off(other, stick).path)
    number = headquarters.zone("security").received()[0]["check_number"]
    decide(headquarters.zone("security"), number, [
        Decision("double", "same", "один и тот же проезд", "gate_log", merged["uid"], theirs["uid"])
    ])  # fmt: skip
    write_receipts(headquarters, "security", stick)
    assert theirs["number"] in question(headquarters).asked
    assert state(headquarters, merged) == "QUERIED"


def test_nobody_answers_for_another_prison_or_without_a_signature(prison, headquarters, stick, merged, make_vault):
    ask(headquarters, "gate_log", merged["uid"], "Верно?")
    post(headquarters, prison, stick)
    answer(prison.zone("security"), question(prison).uid, "Да.")
    made = hand_off(prison, stick)

    def forge(book):
        for row in book["_meta"].iter_rows():
            if str(row[0].value).startswith("answer."):
                row[1].value = str(row[1].value).replace("Да.", "Нет.")

    edit(made.path, forge)
    plans, _ = take(headquarters, made.path)
    assert plans[0].signature.state == "damaged"
    assert question(headquarters).state == SENT


def test_lines_that_are_no_answers_are_passed_over():
    assert read_lines({"answer.a": "{", "answer.b": "[]", "answer.c": '{"text": "x"}', "check": "1"}) == ()


def test_what_says_nothing_or_too_much_is_no_question(prison, headquarters, merged):
    for text, name in (("  ", "question.empty"), ("x" * (LONGEST_TEXT + 1), "question.too_long")):
        with pytest.raises(AppError) as caught:
            ask(headquarters, "gate_log", merged["uid"], text)
        assert caught.value.name == name
    with pytest.raises(AppError) as caught:
        ask(prison, "gate_log", merged["uid"], "Верно?")
    assert caught.value.name == "question.own_record"


def test_what_was_left_out_is_listed_until_it_is_mended(prison, headquarters, stick):
    from desktop.exchange.merge import Choice, merge
    from tests.exchange.steps import GATE, put

    saved = enter(prison)
    made = hand_off(prison, stick)
    edit(made.path, lambda book: put(book[GATE], 3, passed_on="потом"))
    plans, _ = take(headquarters, made.path)
    merge(headquarters, plans, {plans[0].check_number: Choice("edited", "по телефону")})
    post(headquarters, prison, stick)
    assert [one.is_mended for one in left_out(prison.zone("security"))] == [False, False]
    change(prison, saved, comment="исправлено")
    assert [one.is_mended for one in left_out(prison.zone("security"))] == [True, True]
