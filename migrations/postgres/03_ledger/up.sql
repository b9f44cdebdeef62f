-- The ledger: chart, vouchers and their postings in two groups (指标账 control, 资金账 statutory), balances kept with the posting.

-- Chart of accounts (会计科目), data by book. Codes are digits only, so they are kept as numbers.
CREATE TABLE account (
    book       BIGINT NOT NULL REFERENCES book (id),
    code       BIGINT NOT NULL,
    name       TEXT    NOT NULL,
    grp        TEXT    NOT NULL CHECK (grp IN ('control', 'statutory')),
    parent     BIGINT,
    normal     BIGINT NOT NULL CHECK (normal IN (1, -1)), -- 1 debit (借), -1 credit (贷)
    guarded    BIGINT NOT NULL CHECK (guarded IN (0, 1)), -- 1: its balance may never go below zero (invariant 2)
    role       TEXT    NOT NULL,                           -- what the program knows it as, or ''
    leaf       BIGINT NOT NULL CHECK (leaf IN (0, 1)),
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    PRIMARY KEY (book, code),
    CONSTRAINT control_is_guarded CHECK (grp <> 'control' OR guarded = 1)
);

-- Posting templates (记账模板): which lines an event writes.
CREATE TABLE template (
    book       BIGINT NOT NULL REFERENCES book (id),
    event      TEXT    NOT NULL,
    variant    TEXT    NOT NULL, -- '' or the case it serves, such as 'prior_year'
    line       BIGINT NOT NULL,
    side       TEXT    NOT NULL CHECK (side IN ('借', '贷')),
    account    BIGINT NOT NULL,
    summary    TEXT    NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    PRIMARY KEY (book, event, variant, valid_from, line),
    FOREIGN KEY (book, account) REFERENCES account (book, code)
);

-- A fund is one budget document (指标文).
CREATE TABLE fund (
    book         BIGINT NOT NULL REFERENCES book (id),
    doc_no       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    level        TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    year         BIGINT NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount > 0),
    received     BIGINT NOT NULL,
    function     TEXT    NOT NULL,
    carried_over BIGINT NOT NULL,
    carried_from BIGINT,
    memo         TEXT,
    file         BIGINT NOT NULL,
    file_row     BIGINT NOT NULL,
    PRIMARY KEY (book, doc_no)
);

-- An allocation (分配) is money of one fund for one unit, project and programme under one document.
CREATE TABLE allocation (
    book    BIGINT NOT NULL REFERENCES book (id),
    id      BIGINT NOT NULL,
    doc_no  TEXT    NOT NULL,
    fund    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    project TEXT    NOT NULL, -- '' = none
    program TEXT    NOT NULL, -- '' = none
    PRIMARY KEY (book, id),
    UNIQUE (book, doc_no, fund, unit, project, program),
    FOREIGN KEY (book, fund) REFERENCES fund (book, doc_no),
    FOREIGN KEY (book, unit) REFERENCES unit (book, code)
);
CREATE INDEX allocation_by_fund ON allocation (book, fund, unit);

-- A dimension set (辅助核算组合) that postings carry: a fund, and the allocation that it went to (0 = not yet allocated).
CREATE TABLE dim (
    book       BIGINT NOT NULL REFERENCES book (id),
    id         BIGINT NOT NULL,
    fund       TEXT    NOT NULL,
    allocation BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, fund, allocation),
    FOREIGN KEY (book, fund) REFERENCES fund (book, doc_no)
);

-- Head of the hash chain (invariant 6); it hands out the sequence and is the lock of the book's writers.
CREATE TABLE chain (
    book BIGINT NOT NULL REFERENCES book (id),
    seq  BIGINT NOT NULL,
    hash BYTEA    NOT NULL,
    PRIMARY KEY (book)
);

CREATE TABLE period (
    book     BIGINT NOT NULL REFERENCES book (id),
    year     BIGINT NOT NULL,
    month    BIGINT NOT NULL CHECK (month BETWEEN 1 AND 12),
    state    TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    vouchers BIGINT NOT NULL, -- last voucher number given out
    PRIMARY KEY (book, year, month)
);

CREATE TABLE period_event (
    book   BIGINT NOT NULL REFERENCES book (id),
    id     BIGINT NOT NULL,
    year   BIGINT NOT NULL,
    month  BIGINT NOT NULL,
    state  TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    actor  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, year, month) REFERENCES period (book, year, month)
);

-- A voucher is inserted after its postings and seals them: the checks of 06_guards run at that moment.
CREATE TABLE voucher (
    book           BIGINT NOT NULL REFERENCES book (id),
    seq            BIGINT NOT NULL, -- commit sequence: the known-at axis
    year           BIGINT NOT NULL,
    month          BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    date           BIGINT NOT NULL,
    closing        BIGINT NOT NULL CHECK (closing IN (0, 1)), -- 1: year-end closing entry
    event          TEXT    NOT NULL,
    summary        TEXT    NOT NULL,
    attachments    BIGINT NOT NULL,
    maker          TEXT    NOT NULL CHECK (maker <> ''),
    checker        TEXT    NOT NULL, -- '' = not yet reviewed
    reverses       BIGINT,
    reference      TEXT    NOT NULL, -- document, batch or payment it is about
    file           BIGINT,
    details        BIGINT NOT NULL, -- payee lines under it
    details_digest BYTEA    NOT NULL, -- SM3 over them, empty if none
    recorded_at    BIGINT NOT NULL,
    prev_hash      BYTEA    NOT NULL,
    hash           BYTEA    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book, seq),
    UNIQUE (book, year, month, number),
    UNIQUE (book, reverses),
    CONSTRAINT maker_is_not_checker CHECK (maker <> checker),
    CONSTRAINT reversal_after_original CHECK (reverses < seq),
    FOREIGN KEY (book, year, month) REFERENCES period (book, year, month),
    FOREIGN KEY (book, reverses) REFERENCES voucher (book, seq)
);
CREATE INDEX voucher_by_reference ON voucher (book, reference);
CREATE INDEX voucher_by_time ON voucher (book, recorded_at);

CREATE TABLE posting (
    book    BIGINT NOT NULL,
    voucher BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    date    BIGINT NOT NULL,
    closing BIGINT NOT NULL,
    account BIGINT NOT NULL,
    dim     BIGINT NOT NULL,
    debit   BIGINT NOT NULL,
    credit  BIGINT NOT NULL,
    PRIMARY KEY (book, voucher, line),
    CONSTRAINT one_side CHECK ((debit = 0) <> (credit = 0)),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (book, account) REFERENCES account (book, code),
    FOREIGN KEY (book, dim) REFERENCES dim (book, id)
);
CREATE INDEX posting_by_account ON posting (book, account, dim, date);

-- Cumulative debit and credit of each account and dimension set, kept by trigger with each posting.
CREATE TABLE balance (
    book    BIGINT NOT NULL,
    account BIGINT NOT NULL,
    dim     BIGINT NOT NULL,
    sign    BIGINT NOT NULL, -- normal side of a guarded account, 0 where not guarded
    debit   BIGINT NOT NULL,
    credit  BIGINT NOT NULL,
    voucher BIGINT NOT NULL, -- the last posting that moved it
    line    BIGINT NOT NULL,
    PRIMARY KEY (book, account, dim),
    CONSTRAINT place_not_below_zero CHECK (sign * (debit - credit) >= 0)
);

-- The same by day, so that a figure of any date never reads postings.
CREATE TABLE daily (
    book    BIGINT NOT NULL,
    account BIGINT NOT NULL,
    dim     BIGINT NOT NULL,
    date    BIGINT NOT NULL,
    closing BIGINT NOT NULL,
    debit   BIGINT NOT NULL,
    credit  BIGINT NOT NULL,
    voucher BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    PRIMARY KEY (book, account, dim, date, closing)
);
