"""Intelligence reports for tests: who appears in each, and how its one statement is graded."""

import json


def report(vault, *subjects, day="2013-03-05", grade=("4X4", "4X4-B", "4X4-2"), ready=True, **words):
    """Save a report on *subjects*, each a code, a (code, name, prison) or such with None, and give its record."""
    records = vault.records("intelligence_reports")
    rows = [one if isinstance(one, tuple) else (one, None, None) for one in subjects]
    lines = {
        "statements": [dict(zip(("grading_scheme", "source_grading", "information_grading"), grade, strict=True),
                            statement="Ожидается передача.")],
        "subjects": [dict(zip(("subject_code", "subject_name", "subject_prison"), row, strict=True)) for row in rows],
    }  # fmt: skip
    record = {"written_on": day, "topic": "DRU", "audience": "PRI", "action": "NFA"} | words
    warned = {
        problem.key: "кода нет" for problem in records.judge(dict(record), lines).problems if problem.severity == "warning"
    }
    saved = records.save(record | {"reasons": json.dumps(warned)}, lines, ready=ready)
    assert saved.kept, [str(problem.text) for problem in saved.judgement.problems]
    return saved.record
