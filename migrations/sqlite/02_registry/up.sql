-- The registers that payments are checked against. `file` and `file_row` are where each record last came from.
CREATE TABLE region (
    book         INTEGER NOT NULL REFERENCES book (id),
    code         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    parent       TEXT,
    level        TEXT    NOT NULL,
    poor_village INTEGER,
    deep_poverty INTEGER,
    exit_year    INTEGER,
    file         INTEGER NOT NULL,
    file_row     INTEGER NOT NULL,
    PRIMARY KEY (book, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    book     INTEGER NOT NULL REFERENCES book (id),
    code     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    parent   TEXT,
    region   TEXT,
    uscc     TEXT,
    bank     TEXT,
    account  TEXT,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, code)
) STRICT, WITHOUT ROWID;

-- One row per programme and effective date: a new rate is a new row.
CREATE TABLE program (
    book        INTEGER NOT NULL REFERENCES book (id),
    code        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    department  TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    rate        INTEGER NOT NULL, -- fen per measure
    measure     TEXT    NOT NULL,
    bound       TEXT    NOT NULL,
    eligibility TEXT,
    valid_from  INTEGER NOT NULL,
    valid_to    INTEGER,
    notice_days INTEGER,
    excludes    TEXT,
    file        INTEGER NOT NULL,
    file_row    INTEGER NOT NULL,
    PRIMARY KEY (book, code, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE project (
    book              INTEGER NOT NULL REFERENCES book (id),
    code              TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    department        TEXT    NOT NULL,
    implementer       TEXT,
    region            TEXT    NOT NULL,
    planned           INTEGER NOT NULL,
    village_applied   INTEGER,
    township_reviewed INTEGER,
    county_approved   INTEGER,
    province_filed    INTEGER,
    notice_from       INTEGER,
    notice_to         INTEGER,
    started           INTEGER,
    finished          INTEGER,
    completion_notice INTEGER,
    goal              TEXT,
    status            TEXT    NOT NULL,
    file              INTEGER NOT NULL,
    file_row          INTEGER NOT NULL,
    PRIMARY KEY (book, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE household (
    book        INTEGER NOT NULL REFERENCES book (id),
    id          INTEGER NOT NULL,
    code        TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    head        TEXT    NOT NULL,
    head_id     TEXT    NOT NULL,
    identified  INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    status_date INTEGER,
    kind        TEXT,
    housing     TEXT,
    file        INTEGER NOT NULL,
    file_row    INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    book        INTEGER NOT NULL REFERENCES book (id),
    id          INTEGER NOT NULL,
    household   TEXT    NOT NULL, -- household code
    name        TEXT    NOT NULL,
    id_no       TEXT    NOT NULL,
    relation    TEXT    NOT NULL,
    labour      TEXT,
    school      TEXT,
    health      TEXT,
    status      TEXT    NOT NULL,
    status_date INTEGER,
    file        INTEGER NOT NULL,
    file_row    INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, id_no),
    FOREIGN KEY (book, household) REFERENCES household (book, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_household ON person (book, household);

CREATE TABLE card (
    book       INTEGER NOT NULL REFERENCES book (id),
    id         INTEGER NOT NULL,
    id_no      TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    bank       TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, id_no, account, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_by_account ON card (book, account);
