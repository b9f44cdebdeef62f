-- The ledger: chart, vouchers and their postings in two groups (指标账 control, 资金账 statutory), balances kept with the posting.

-- Chart of accounts (会计科目), data by book. Codes are digits only, so they are kept as numbers.
CREATE TABLE account (
    book       INTEGER NOT NULL REFERENCES book (id),
    code       INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    grp        TEXT    NOT NULL CHECK (grp IN ('control', 'statutory')),
    parent     INTEGER,
    normal     INTEGER NOT NULL CHECK (normal IN (1, -1)), -- 1 debit (借), -1 credit (贷)
    guarded    INTEGER NOT NULL CHECK (guarded IN (0, 1)), -- 1: its balance may never go below zero (invariant 2)
    role       TEXT    NOT NULL,                           -- what the program knows it as, or ''
    leaf       INTEGER NOT NULL CHECK (leaf IN (0, 1)),
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (book, code),
    CONSTRAINT control_is_guarded CHECK (grp <> 'control' OR guarded = 1)
) STRICT, WITHOUT ROWID;

-- Posting templates (记账模板): which lines an event writes.
CREATE TABLE template (
    book       INTEGER NOT NULL REFERENCES book (id),
    event      TEXT    NOT NULL,
    variant    TEXT    NOT NULL, -- '' or the case it serves, such as 'prior_year'
    line       INTEGER NOT NULL,
    side       TEXT    NOT NULL CHECK (side IN ('借', '贷')),
    account    INTEGER NOT NULL,
    summary    TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (book, event, variant, valid_from, line),
    FOREIGN KEY (book, account) REFERENCES account (book, code)
) STRICT, WITHOUT ROWID;

-- A fund is one budget document (指标文).
CREATE TABLE fund (
    book         INTEGER NOT NULL REFERENCES book (id),
    doc_no       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    level        TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    year         INTEGER NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount > 0),
    received     INTEGER NOT NULL,
    function     TEXT    NOT NULL,
    carried_over INTEGER NOT NULL,
    carried_from INTEGER,
    memo         TEXT,
    file         INTEGER NOT NULL,
    file_row     INTEGER NOT NULL,
    PRIMARY KEY (book, doc_no)
) STRICT, WITHOUT ROWID;

-- An allocation (分配) is money of one fund for one unit, project and programme under one document.
CREATE TABLE allocation (
    book    INTEGER NOT NULL REFERENCES book (id),
    id      INTEGER NOT NULL,
    doc_no  TEXT    NOT NULL,
    fund    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    project TEXT    NOT NULL, -- '' = none
    program TEXT    NOT NULL, -- '' = none
    PRIMARY KEY (book, id),
    UNIQUE (book, doc_no, fund, unit, project, program),
    FOREIGN KEY (book, fund) REFERENCES fund (book, doc_no),
    FOREIGN KEY (book, unit) REFERENCES unit (book, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX allocation_by_fund ON allocation (book, fund, unit);

-- A dimension set (辅助核算组合) that postings carry: a fund, and the allocation that it went to (0 = not yet allocated).
CREATE TABLE dim (
    book       INTEGER NOT NULL REFERENCES book (id),
    id         INTEGER NOT NULL,
    fund       TEXT    NOT NULL,
    allocation INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, fund, allocation),
    FOREIGN KEY (book, fund) REFERENCES fund (book, doc_no)
) STRICT, WITHOUT ROWID;

-- Head of the hash chain (invariant 6); it hands out the sequence and is the lock of the book's writers.
CREATE TABLE chain (
    book INTEGER NOT NULL REFERENCES book (id),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL,
    PRIMARY KEY (book)
) STRICT;

CREATE TABLE period (
    book     INTEGER NOT NULL REFERENCES book (id),
    year     INTEGER NOT NULL,
    month    INTEGER NOT NULL CHECK (month BETWEEN 1 AND 12),
    state    TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    vouchers INTEGER NOT NULL, -- last voucher number given out
    PRIMARY KEY (book, year, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_event (
    book   INTEGER NOT NULL REFERENCES book (id),
    id     INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    month  INTEGER NOT NULL,
    state  TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    actor  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, year, month) REFERENCES period (book, year, month)
) STRICT, WITHOUT ROWID;

-- A voucher is inserted after its postings and seals them: the checks of 06_guards run at that moment.
CREATE TABLE voucher (
    book           INTEGER NOT NULL REFERENCES book (id),
    seq            INTEGER NOT NULL, -- commit sequence: the known-at axis
    year           INTEGER NOT NULL,
    month          INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    date           INTEGER NOT NULL,
    closing        INTEGER NOT NULL CHECK (closing IN (0, 1)), -- 1: year-end closing entry
    event          TEXT    NOT NULL,
    summary        TEXT    NOT NULL,
    attachments    INTEGER NOT NULL,
    maker          TEXT    NOT NULL CHECK (maker <> ''),
    checker        TEXT    NOT NULL, -- '' = not yet reviewed
    reverses       INTEGER,
    reference      TEXT    NOT NULL, -- document, batch or payment it is about
    file           INTEGER,
    details        INTEGER NOT NULL, -- payee lines under it
    details_digest BLOB    NOT NULL, -- SM3 over them, empty if none
    recorded_at    INTEGER NOT NULL,
    prev_hash      BLOB    NOT NULL,
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book, seq),
    UNIQUE (book, year, month, number),
    UNIQUE (book, reverses),
    CONSTRAINT maker_is_not_checker CHECK (maker <> checker),
    CONSTRAINT reversal_after_original CHECK (reverses < seq),
    FOREIGN KEY (book, year, month) REFERENCES period (book, year, month),
    FOREIGN KEY (book, reverses) REFERENCES voucher (book, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_by_reference ON voucher (book, reference);
CREATE INDEX voucher_by_time ON voucher (book, recorded_at);

CREATE TABLE posting (
    book    INTEGER NOT NULL,
    voucher INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    date    INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    account INTEGER NOT NULL,
    dim     INTEGER NOT NULL,
    debit   INTEGER NOT NULL,
    credit  INTEGER NOT NULL,
    PRIMARY KEY (book, voucher, line),
    CONSTRAINT one_side CHECK ((debit = 0) <> (credit = 0)),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (book, account) REFERENCES account (book, code),
    FOREIGN KEY (book, dim) REFERENCES dim (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_by_account ON posting (book, account, dim, date);

-- Cumulative debit and credit of each account and dimension set, kept by trigger with each posting.
CREATE TABLE balance (
    book    INTEGER NOT NULL,
    account INTEGER NOT NULL,
    dim     INTEGER NOT NULL,
    sign    INTEGER NOT NULL, -- normal side of a guarded account, 0 where not guarded
    debit   INTEGER NOT NULL,
    credit  INTEGER NOT NULL,
    voucher INTEGER NOT NULL, -- the last posting that moved it
    line    INTEGER NOT NULL,
    PRIMARY KEY (book, account, dim),
    CONSTRAINT place_not_below_zero CHECK (sign * (debit - credit) >= 0)
) STRICT, WITHOUT ROWID;

-- The same by day, so that a figure of any date never reads postings.
CREATE TABLE daily (
    book    INTEGER NOT NULL,
    account INTEGER NOT NULL,
    dim     INTEGER NOT NULL,
    date    INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    debit   INTEGER NOT NULL,
    credit  INTEGER NOT NULL,
    voucher INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    PRIMARY KEY (book, account, dim, date, closing)
) STRICT, WITHOUT ROWID;
