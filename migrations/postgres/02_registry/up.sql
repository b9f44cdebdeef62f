-- The registers that payments are checked against. `file` and `file_row` are where each record last came from.
CREATE TABLE region (
    book         BIGINT NOT NULL REFERENCES book (id),
    code         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    parent       TEXT,
    level        TEXT    NOT NULL,
    poor_village BIGINT,
    deep_poverty BIGINT,
    exit_year    BIGINT,
    file         BIGINT NOT NULL,
    file_row     BIGINT NOT NULL,
    PRIMARY KEY (book, code)
);

CREATE TABLE unit (
    book     BIGINT NOT NULL REFERENCES book (id),
    code     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    parent   TEXT,
    region   TEXT,
    uscc     TEXT,
    bank     TEXT,
    account  TEXT,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, code)
);

-- One row per programme and effective date: a new rate is a new row.
CREATE TABLE program (
    book        BIGINT NOT NULL REFERENCES book (id),
    code        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    department  TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    rate        BIGINT NOT NULL, -- fen per measure
    measure     TEXT    NOT NULL,
    bound       TEXT    NOT NULL,
    eligibility TEXT,
    valid_from  BIGINT NOT NULL,
    valid_to    BIGINT,
    notice_days BIGINT,
    excludes    TEXT,
    file        BIGINT NOT NULL,
    file_row    BIGINT NOT NULL,
    PRIMARY KEY (book, code, valid_from)
);

CREATE TABLE project (
    book              BIGINT NOT NULL REFERENCES book (id),
    code              TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    department        TEXT    NOT NULL,
    implementer       TEXT,
    region            TEXT    NOT NULL,
    planned           BIGINT NOT NULL,
    village_applied   BIGINT,
    township_reviewed BIGINT,
    county_approved   BIGINT,
    province_filed    BIGINT,
    notice_from       BIGINT,
    notice_to         BIGINT,
    started           BIGINT,
    finished          BIGINT,
    completion_notice BIGINT,
    goal              TEXT,
    status            TEXT    NOT NULL,
    file              BIGINT NOT NULL,
    file_row          BIGINT NOT NULL,
    PRIMARY KEY (book, code)
);

CREATE TABLE household (
    book        BIGINT NOT NULL REFERENCES book (id),
    id          BIGINT NOT NULL,
    code        TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    head        TEXT    NOT NULL,
    head_id     TEXT    NOT NULL,
    identified  BIGINT NOT NULL,
    status      TEXT    NOT NULL,
    status_date BIGINT,
    kind        TEXT,
    housing     TEXT,
    file        BIGINT NOT NULL,
    file_row    BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code)
);

CREATE TABLE person (
    book        BIGINT NOT NULL REFERENCES book (id),
    id          BIGINT NOT NULL,
    household   TEXT    NOT NULL, -- household code
    name        TEXT    NOT NULL,
    id_no       TEXT    NOT NULL,
    relation    TEXT    NOT NULL,
    labour      TEXT,
    school      TEXT,
    health      TEXT,
    status      TEXT    NOT NULL,
    status_date BIGINT,
    file        BIGINT NOT NULL,
    file_row    BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, id_no),
    FOREIGN KEY (book, household) REFERENCES household (book, code)
);
CREATE INDEX person_by_household ON person (book, household);

CREATE TABLE card (
    book       BIGINT NOT NULL REFERENCES book (id),
    id         BIGINT NOT NULL,
    id_no      TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    bank       TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, id_no, account, valid_from)
);
CREATE INDEX card_by_account ON card (book, account);
