"""Numbered steps of the stored layout. The past is frozen: a step speaks SQL and literals, and calls nothing of ours."""

import sqlite_utils
from sqlite_utils import Migrations

STEPS = Migrations("depter")


@STEPS()
def s001_history_and_hand_offs(db: sqlite_utils.Database) -> None:
    """Make the tables that no register declares."""
    db.execute("create table settings (name text primary key, value text not null) strict")
    db.execute(
        "create table history (seq integer primary key, at text not null, person text not null, action text not null,"
        " register text, uid text, revision integer, changes text, why text, previous text not null, hash text not null)"
        " strict"
    )
    db.execute("create index history_of_record on history (uid) where uid is not null")
    for event in ("update", "delete"):
        db.execute(
            f"create trigger history_no_{event} before {event} on history"
            " begin select raise(abort, 'history is append-only'); end"
        )
    db.execute(
        "create trigger history_no_replace before insert on history when exists (select 1 from history where seq = new.seq)"
        " begin select raise(abort, 'history is append-only'); end"
    )
    db.execute(
        "create table drafts (register text not null, uid text not null, at text not null, content text not null,"
        " primary key (register, uid)) strict"
    )
    db.execute(
        "create table sent (sequence integer primary key, check_number text not null unique, month text not null,"
        " revision integer not null, file text not null, at text not null, person text not null, why text,"
        " counts text not null, acknowledged_at text) strict"
    )
    db.execute(
        "create table sent_records (sequence integer not null, register text not null, uid text not null,"
        " revision integer not null, primary key (sequence, register, uid)) strict"
    )
    db.execute(
        "create table received (id integer primary key, check_number text not null unique, prison text not null,"
        " station text not null, month text not null, revision integer not null, sequence integer not null,"
        " previous text, file text not null, at text not null, person text not null, counts text not null) strict"
    )
    db.execute("create index received_of_prison on received (prison, month)")


@STEPS()
def s002_events_of_the_station(db: sqlite_utils.Database) -> None:
    """Find the few events that concern no single record without reading those that do."""
    db.execute("create index history_of_station on history (action, seq) where uid is null")
