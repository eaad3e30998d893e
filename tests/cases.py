"""Invented cases of tuberculosis, whose patients have names that are found again wherever they should not be."""

import json

HEALTH = "health"
SURNAME, NAME, FILE = "Канарейкин", "Жаворонок", "Дело-4711"
NAMES = (SURNAME, NAME, FILE)
CANARIES = (*NAMES, "Дрозд")


def keep_patient(vault, **words):
    own = {"registered_on": "2013-01-10", "surname": SURNAME, "name": NAME, "personal_file": FILE, "sex": "M",
           "birth_date": "1980-05-01", "legal_status": "SEN", "admitted_on": "2012-12-01"} | words  # fmt: skip
    saved = vault.records("patients").save(own, {}, ready=True)
    assert saved.kept, [p.text["en"] for p in saved.judgement.problems]
    return saved.record["number"]


def keep_case(vault, *, state="PRE", **words):
    own = {"patient": keep_patient(vault), "diagnosed_on": "2013-02-01", "notified_elsewhere": 0, "detection_route": "SYM",
           "method": "BAC", "smear": "P1", "site": "PUL", "history": "NEW", "hiv_status": "NEG", "is_started": 1,
           "started_on": "2013-02-04", "regimen": "2HRZE/4HR", "remarks": "Дрозд"} | words  # fmt: skip
    lines = {
        "transfers": [{"direction": "OUT", "transfer_kind": "PRI", "transferred_on": "2013-03-01", "other_prison": "IK-03",
                       "transfer_state": state}],
        "follow_ups": [{"seen_on": "2013-02-20", "month_no": 1, "smear_then": "NEG"}],
    }  # fmt: skip
    records = vault.records("tb_cases")
    reasons = {p.key: "проверено" for p in records.judge(dict(own), lines).problems if p.severity == "warning"}
    saved = records.save(own | {"reasons": json.dumps(reasons)}, lines, ready=True)
    assert saved.kept, [p.text["en"] for p in saved.judgement.problems]
    return saved.record["uid"]
