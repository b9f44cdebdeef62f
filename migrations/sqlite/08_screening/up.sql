-- Screening (疑点筛查): runs, what each rule could check, and what was found. Findings are never deleted: each change of what
-- they rest on, and their passing away, is a version of its own.
CREATE TABLE screen_run (
    book     INTEGER NOT NULL REFERENCES book (id),
    id       INTEGER NOT NULL,
    as_of    INTEGER NOT NULL,
    batch    INTEGER, -- NULL = the whole book
    seq      INTEGER NOT NULL, -- head of the chain that it saw
    files    INTEGER NOT NULL, -- last file that it saw
    digest   BLOB    NOT NULL, -- SM3 over rules, versions and parameters
    payments INTEGER NOT NULL,
    people   INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    at       INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX screen_run_by_batch ON screen_run (book, batch);

-- What each rule of a run could check: a rule whose list is missing or stale is not clean.
CREATE TABLE screen_check (
    book     INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    rule     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('checked', 'missing', 'stale')),
    why      TEXT    NOT NULL,
    lists    TEXT    NOT NULL, -- JSON: kind of list and the day on which it last came
    params   TEXT    NOT NULL, -- JSON: parameters in force on the run's day
    findings INTEGER NOT NULL,
    PRIMARY KEY (book, run, rule),
    FOREIGN KEY (book, run) REFERENCES screen_run (book, id)
) STRICT, WITHOUT ROWID;

-- A finding is known again by rule, subject and occasion: the same facts give the same key on every run.
CREATE TABLE finding (
    book         INTEGER NOT NULL REFERENCES book (id),
    id           INTEGER NOT NULL,
    key          TEXT    NOT NULL, -- 24 hex digits of SM3 over rule, kind and key of the subject, occasion
    rule         TEXT    NOT NULL,
    subject_kind TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    occasion     TEXT    NOT NULL,
    first_run    INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, key),
    FOREIGN KEY (book, first_run) REFERENCES screen_run (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_by_rule ON finding (book, rule);
CREATE INDEX finding_by_subject ON finding (book, subject_kind, subject);
CREATE INDEX finding_by_first_run ON finding (book, first_run);

-- What it rests on, from a run on; `present` 0: the facts have changed and it is found no more.
CREATE TABLE finding_version (
    book     INTEGER NOT NULL,
    finding  INTEGER NOT NULL,
    run      INTEGER NOT NULL,
    present  INTEGER NOT NULL CHECK (present IN (0, 1)),
    severity TEXT    NOT NULL CHECK (severity IN ('block', 'hold', 'note')),
    amount   INTEGER NOT NULL,
    payments TEXT    NOT NULL, -- JSON: 批次号+序号, 支付凭证号, 记-凭证号
    evidence TEXT    NOT NULL, -- JSON, see domain::screening::Evidence
    digest   BLOB    NOT NULL, -- SM3 over the four before it
    PRIMARY KEY (book, finding, run),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id),
    FOREIGN KEY (book, run) REFERENCES screen_run (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_version_by_run ON finding_version (book, run);

-- Set aside until a day, by two people, with a reason.
CREATE TABLE finding_suppression (
    book    INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    finding INTEGER NOT NULL,
    until   INTEGER NOT NULL, -- last day on which it is set aside
    reason  TEXT    NOT NULL CHECK (reason <> ''),
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    checker TEXT    NOT NULL CHECK (checker <> ''),
    at      INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    CONSTRAINT suppressed_by_two CHECK (actor <> checker),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_suppression_by_finding ON finding_suppression (book, finding);

-- A reviewer's word on a line of a batch that a rule holds (待核), bound to what the rule had found.
CREATE TABLE line_decision (
    book     INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    batch    INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    rule     TEXT    NOT NULL,
    digest   BLOB    NOT NULL, -- of the hit that was decided on: another hit needs another decision
    decision TEXT    NOT NULL CHECK (decision IN ('pass', 'reject')),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    date     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, batch, line) REFERENCES payment (book, batch, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_decision_by_line ON line_decision (book, batch, line);

-- What was found and decided stays; also under INSERT OR REPLACE, which deletes without asking the triggers of deletion.
CREATE TRIGGER screen_run_no_update BEFORE UPDATE ON screen_run BEGIN SELECT RAISE(ABORT, 'append-only: screen_run'); END;
CREATE TRIGGER screen_run_no_delete BEFORE DELETE ON screen_run BEGIN SELECT RAISE(ABORT, 'append-only: screen_run'); END;
CREATE TRIGGER screen_run_no_replace BEFORE INSERT ON screen_run WHEN EXISTS (SELECT 1 FROM screen_run WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: screen_run'); END;
CREATE TRIGGER screen_check_no_update BEFORE UPDATE ON screen_check BEGIN SELECT RAISE(ABORT, 'append-only: screen_check'); END;
CREATE TRIGGER screen_check_no_delete BEFORE DELETE ON screen_check BEGIN SELECT RAISE(ABORT, 'append-only: screen_check'); END;
CREATE TRIGGER screen_check_no_replace BEFORE INSERT ON screen_check WHEN EXISTS (SELECT 1 FROM screen_check WHERE book = NEW.book AND run = NEW.run AND rule = NEW.rule)
BEGIN SELECT RAISE(ABORT, 'append-only: screen_check'); END;
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding BEGIN SELECT RAISE(ABORT, 'append-only: finding'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'append-only: finding'); END;
CREATE TRIGGER finding_no_replace BEFORE INSERT ON finding WHEN EXISTS (SELECT 1 FROM finding WHERE book = NEW.book AND (id = NEW.id OR key = NEW.key))
BEGIN SELECT RAISE(ABORT, 'append-only: finding'); END;
CREATE TRIGGER finding_version_no_update BEFORE UPDATE ON finding_version BEGIN SELECT RAISE(ABORT, 'append-only: finding_version'); END;
CREATE TRIGGER finding_version_no_delete BEFORE DELETE ON finding_version BEGIN SELECT RAISE(ABORT, 'append-only: finding_version'); END;
CREATE TRIGGER finding_version_no_replace BEFORE INSERT ON finding_version WHEN EXISTS (SELECT 1 FROM finding_version WHERE book = NEW.book AND finding = NEW.finding AND run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'append-only: finding_version'); END;
CREATE TRIGGER finding_suppression_no_update BEFORE UPDATE ON finding_suppression BEGIN SELECT RAISE(ABORT, 'append-only: finding_suppression'); END;
CREATE TRIGGER finding_suppression_no_delete BEFORE DELETE ON finding_suppression BEGIN SELECT RAISE(ABORT, 'append-only: finding_suppression'); END;
CREATE TRIGGER finding_suppression_no_replace BEFORE INSERT ON finding_suppression WHEN EXISTS (SELECT 1 FROM finding_suppression WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: finding_suppression'); END;
CREATE TRIGGER line_decision_no_update BEFORE UPDATE ON line_decision BEGIN SELECT RAISE(ABORT, 'append-only: line_decision'); END;
CREATE TRIGGER line_decision_no_delete BEFORE DELETE ON line_decision BEGIN SELECT RAISE(ABORT, 'append-only: line_decision'); END;
CREATE TRIGGER line_decision_no_replace BEFORE INSERT ON line_decision WHEN EXISTS (SELECT 1 FROM line_decision WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: line_decision'); END;

-- Whoever made a batch does not decide on its lines.
CREATE TRIGGER line_decision_by_another BEFORE INSERT ON line_decision
WHEN EXISTS (SELECT 1 FROM batch WHERE book = NEW.book AND id = NEW.batch AND maker = NEW.actor)
BEGIN
    SELECT RAISE(ABORT, 'duties: the maker of a batch does not decide on its lines');
END;
