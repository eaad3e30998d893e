"""Patients in care, invented: some are about to leave, some have left, some have stopped taking their medicine."""

import datetime as dt
import json

DAY = dt.date(2013, 4, 1)


def keep_patient(vault, surname="Асанов", **changes):
    """Keep the card of a patient, and give its number."""
    record = {
        "registered_on": "2013-01-10", "surname": surname, "name": "Болот", "sex": "M", "birth_date": "1980-05-01",
        "legal_status": "SEN",
    } | changes  # fmt: skip
    saved = vault.records("patients").save(record, {}, ready=True)
    assert saved.kept, saved.judgement.problems
    return saved.record["number"]


def keep_tb_case(vault, patient, *, ready=True, lines=None, **changes):
    """Keep a case of tuberculosis under treatment, and give its uid."""
    record = {
        "patient": patient, "diagnosed_on": "2013-01-12", "notified_elsewhere": 0, "detection_route": "ADM", "method": "BAC",
        "site": "PUL", "history": "NEW", "smear": "P1", "mwrd": "MTB", "mwrd_rifampicin": "S", "culture": "ND",
        "hiv_status": "NEG", "is_started": 1, "started_on": "2013-01-14", "regimen": "2HRZE/4HR", "weight": 62_000_000,
    } | changes  # fmt: skip
    return _keep(vault.records("tb_cases"), record, lines or {}, ready=ready)


def keep_hiv_case(vault, patient, *, lines=None, **changes):
    """Keep a case of HIV under treatment, and give its uid."""
    record = {
        "patient": patient, "diagnosed_on": "2012-06-01", "test_reason": "ADM", "has_consent": 1, "result": "POS",
        "knew_before": "N", "art_status": "ON", "art_started_on": "2012-07-01",
    } | changes  # fmt: skip
    return _keep(vault.records("hiv_cases"), record, lines or {}, ready=False)


def keep_therapy(vault, patient, *, lines=None, **changes):
    """Keep a course of opioid agonist therapy, and give its uid."""
    record = {
        "patient": patient, "started_on": "2012-05-01", "oat_drug": "MTD", "origin": "PRI", "first_dose": 30_000_000,
        "current_dose": 60_000_000, "phase": "STA",
    } | changes  # fmt: skip
    return _keep(vault.records("opioid_therapy"), record, lines or {}, ready=True)


def _keep(records, record, lines, *, ready):
    warned = [p.key for p in records.judge(dict(record), lines).problems if p.severity == "warning"]
    if warned:
        record["reasons"] = json.dumps(dict.fromkeys(warned, "проверено"), ensure_ascii=False)
    saved = records.save(record, lines, ready=ready)
    assert saved.kept, [problem.text["en"] for problem in saved.judgement.problems]
    return saved.record["uid"]


def release(**changes):
    """Give a line of a release to a civil clinic."""
    return {"direction": "OUT", "transfer_kind": "CIV", "transferred_on": "2013-04-10", "transfer_state": "PRE"} | changes
