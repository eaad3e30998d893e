"""Courses held, for tests: their people by code, from one day to another."""

import datetime as dt


def course(vault, *people, first="2013-03-04", last="2013-03-06", ready=True, attendance=(), given=(), **words):
    """Save a course of *people*, each a code or a (code, name); *given* are codes with a certificate. Give its record."""
    records = vault.records("course_sessions")
    pairs = [one if isinstance(one, tuple) else (one, None) for one in people]
    days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
    rows = [
        {"person_code": code, "participant_name": name, "participant_sex": "M", "job": "GUARD"}
        | (
            {"certificate_given": 1, "certificate_no": f"С-{place}", "certificate_on": last, "attended_days": days}
            if code in given
            else {}
        )
        for place, (code, name) in enumerate(pairs, 1)
    ]
    lines = {
        "participants": rows,
        "attendance": [dict(zip(("attendee", "attended_on", "mark"), one, strict=True)) for one in attendance],
    }
    record = {"started_on": first, "ended_on": last, "topic": "DRU", "place": "УЦ", "hours": 24} | words
    saved = records.save(record, lines, ready=ready)
    assert saved.kept, [problem.text["ru"] for problem in saved.judgement.problems]
    return saved.record
