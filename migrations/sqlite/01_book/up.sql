-- The book (账套) and what every act leaves behind: files received, requests answered, settings in force, changes made.
-- Dates are whole numbers written as digits (20180305), instants are microseconds since 1970 UTC, money is fen:
-- the same values and the same SQL serve both databases.
CREATE TABLE book (
    id         INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    first_year INTEGER NOT NULL,
    secret     BLOB    NOT NULL, -- key of the commitments that stand for personal data in the hash chain
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
) STRICT;

-- Next free id of each table of a book.
CREATE TABLE counter (
    book INTEGER NOT NULL REFERENCES book (id),
    name TEXT    NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (book, name)
) STRICT, WITHOUT ROWID;

-- Every file that entered, by content: the same content twice has the effect of once (invariant 7).
CREATE TABLE file (
    book        INTEGER NOT NULL REFERENCES book (id),
    id          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    digest      BLOB    NOT NULL, -- SM3
    data_rows   INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, kind, digest)
) STRICT, WITHOUT ROWID;

-- Requests answered: same key and same digest give the stored result; same key and other digest are refused.
CREATE TABLE act (
    book   INTEGER NOT NULL REFERENCES book (id),
    key    TEXT    NOT NULL,
    digest BLOB    NOT NULL,
    verb   TEXT    NOT NULL,
    result TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (book, key)
) STRICT, WITHOUT ROWID;

-- Settings with effective dates (target, curve, thresholds, limits of idle money …).
CREATE TABLE setting (
    book       INTEGER NOT NULL REFERENCES book (id),
    name       TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    value      TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, name, valid_from)
) STRICT, WITHOUT ROWID;

-- What an update of a register replaced, so that nothing is lost.
CREATE TABLE change_log (
    book       INTEGER NOT NULL REFERENCES book (id),
    id         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    record_key TEXT    NOT NULL,
    before     TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id)
) STRICT, WITHOUT ROWID;
