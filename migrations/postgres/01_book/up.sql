-- The book (账套) and what every act leaves behind: files received, requests answered, settings in force, changes made.
-- Dates are whole numbers written as digits (20180305), instants are microseconds since 1970 UTC, money is fen:
-- the same values and the same SQL serve both databases.
CREATE TABLE book (
    id         BIGINT NOT NULL,
    code       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    first_year BIGINT NOT NULL,
    secret     BYTEA    NOT NULL, -- key of the commitments that stand for personal data in the hash chain
    created_at BIGINT NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);

-- Next free id of each table of a book.
CREATE TABLE counter (
    book BIGINT NOT NULL REFERENCES book (id),
    name TEXT    NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (book, name)
);

-- Every file that entered, by content: the same content twice has the effect of once (invariant 7).
CREATE TABLE file (
    book        BIGINT NOT NULL REFERENCES book (id),
    id          BIGINT NOT NULL,
    kind        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    digest      BYTEA    NOT NULL, -- SM3
    data_rows   BIGINT NOT NULL,
    actor       TEXT    NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, kind, digest)
);

-- Requests answered: same key and same digest give the stored result; same key and other digest are refused.
CREATE TABLE act (
    book   BIGINT NOT NULL REFERENCES book (id),
    key    TEXT    NOT NULL,
    digest BYTEA    NOT NULL,
    verb   TEXT    NOT NULL,
    result TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (book, key)
);

-- Settings with effective dates (target, curve, thresholds, limits of idle money …).
CREATE TABLE setting (
    book       BIGINT NOT NULL REFERENCES book (id),
    name       TEXT    NOT NULL,
    valid_from BIGINT NOT NULL,
    value      TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, name, valid_from)
);

-- What an update of a register replaced, so that nothing is lost.
CREATE TABLE change_log (
    book       BIGINT NOT NULL REFERENCES book (id),
    id         BIGINT NOT NULL,
    kind       TEXT    NOT NULL,
    record_key TEXT    NOT NULL,
    before     TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id)
);
