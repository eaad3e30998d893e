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


@STEPS()
def s003_partners_letters_and_undone_merges(db: sqlite_utils.Database) -> None:
    """Make room for the keys of other stations, the letters exchanged with them, and merges that are taken back."""
    db.execute(
        "create table stations (station text not null, prison text not null, signer text not null, sealing text not null,"
        " since text not null, person text not null, retired text, primary key (station, signer, since)) strict"
    )
    for column in ("signature", "place", "head", "undone_at", "undone_by", "undone_why", "claimed"):
        db.execute(f"alter table received add column {column} text")
    db.execute(
        "create table received_records (check_number text not null, register text not null, uid text not null,"
        " revision integer not null, previous integer, changed_at text, primary key (check_number, register, uid)) strict"
    )
    db.execute(
        "create table decisions (id integer primary key, check_number text not null, register text, uid text,"
        " about text not null, choice text not null, why text, at text not null, person text not null, other text) strict"
    )
    db.execute("create index decisions_of_record on decisions (register, uid)")
    db.execute(
        "create table letters (number text not null, kind text not null, station text not null, prison text not null,"
        " direction text not null, at text not null, person text not null, content text not null,"
        " primary key (number, kind, station, direction)) strict"
    )
    db.execute(
        "create table questions (uid text primary key, station text not null, prison text not null, register text not null,"
        " record text not null, number text not null, field text, revision integer, asked text not null, asked_by text not null,"
        " asked_at text not null, state text not null, answer text, answered_by text, answered_at text, carried text) strict"
    )
    db.execute("create index questions_of_record on questions (register, record)")
    db.execute(
        "create table matchings (layout text primary key, register text not null, content text not null, at text not null,"
        " person text not null) strict"
    )


@STEPS()
def s004_preferences(db: sqlite_utils.Database) -> None:
    """Keep how a person likes to see and to type the records of this zone: filters and pinned values are as secret as they."""
    db.execute(
        "create table preferences (person text not null, name text not null, value text not null, primary key (person, name))"
        " strict"
    )
