-- Screening (疑点筛查): runs, what each rule could check, and what was found. Findings are never deleted: each change of what
-- they rest on, and their passing away, is a version of its own.
CREATE TABLE screen_run (
    book     BIGINT NOT NULL REFERENCES book (id),
    id       BIGINT NOT NULL,
    as_of    BIGINT NOT NULL,
    batch    BIGINT, -- NULL = the whole book
    seq      BIGINT NOT NULL, -- head of the chain that it saw
    files    BIGINT NOT NULL, -- last file that it saw
    digest   BYTEA    NOT NULL, -- SM3 over rules, versions and parameters
    payments BIGINT NOT NULL,
    people   BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    at       BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
);
CREATE INDEX screen_run_by_batch ON screen_run (book, batch);

-- What each rule of a run could check: a rule whose list is missing or stale is not clean.
CREATE TABLE screen_check (
    book     BIGINT NOT NULL,
    run      BIGINT NOT NULL,
    rule     TEXT    NOT NULL,
    version  BIGINT NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('checked', 'missing', 'stale')),
    why      TEXT    NOT NULL,
    lists    TEXT    NOT NULL, -- JSON: kind of list and the day on which it last came
    params   TEXT    NOT NULL, -- JSON: parameters in force on the run's day
    findings BIGINT NOT NULL,
    PRIMARY KEY (book, run, rule),
    FOREIGN KEY (book, run) REFERENCES screen_run (book, id)
);

-- A finding is known again by rule, subject and occasion: the same facts give the same key on every run.
CREATE TABLE finding (
    book         BIGINT NOT NULL REFERENCES book (id),
    id           BIGINT NOT NULL,
    key          TEXT    NOT NULL, -- 24 hex digits of SM3 over rule, kind and key of the subject, occasion
    rule         TEXT    NOT NULL,
    subject_kind TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    occasion     TEXT    NOT NULL,
    first_run    BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, key),
    FOREIGN KEY (book, first_run) REFERENCES screen_run (book, id)
);
CREATE INDEX finding_by_rule ON finding (book, rule);
CREATE INDEX finding_by_subject ON finding (book, subject_kind, subject);
CREATE INDEX finding_by_first_run ON finding (book, first_run);

-- What it rests on, from a run on; `present` 0: the facts have changed and it is found no more.
CREATE TABLE finding_version (
    book     BIGINT NOT NULL,
    finding  BIGINT NOT NULL,
    run      BIGINT NOT NULL,
    present  BIGINT NOT NULL CHECK (present IN (0, 1)),
    severity TEXT    NOT NULL CHECK (severity IN ('block', 'hold', 'note')),
    amount   BIGINT NOT NULL,
    payments TEXT    NOT NULL, -- JSON: 批次号+序号, 支付凭证号, 记-凭证号
    evidence TEXT    NOT NULL, -- JSON, see domain::screening::Evidence
    digest   BYTEA    NOT NULL, -- SM3 over the four before it
    PRIMARY KEY (book, finding, run),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id),
    FOREIGN KEY (book, run) REFERENCES screen_run (book, id)
);
CREATE INDEX finding_version_by_run ON finding_version (book, run);

-- Set aside until a day, by two people, with a reason.
CREATE TABLE finding_suppression (
    book    BIGINT NOT NULL,
    id      BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    until   BIGINT NOT NULL, -- last day on which it is set aside
    reason  TEXT    NOT NULL CHECK (reason <> ''),
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    checker TEXT    NOT NULL CHECK (checker <> ''),
    at      BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    CONSTRAINT suppressed_by_two CHECK (actor <> checker),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id)
);
CREATE INDEX finding_suppression_by_finding ON finding_suppression (book, finding);

-- A reviewer's word on a line of a batch that a rule holds (待核), bound to what the rule had found.
CREATE TABLE line_decision (
    book     BIGINT NOT NULL,
    id       BIGINT NOT NULL,
    batch    BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    rule     TEXT    NOT NULL,
    digest   BYTEA    NOT NULL, -- of the hit that was decided on: another hit needs another decision
    decision TEXT    NOT NULL CHECK (decision IN ('pass', 'reject')),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    date     BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, batch, line) REFERENCES payment (book, batch, line)
);
CREATE INDEX line_decision_by_line ON line_decision (book, batch, line);

-- What was found and decided stays.
CREATE TRIGGER screen_run_no_update BEFORE UPDATE OR DELETE ON screen_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screen_run_no_truncate BEFORE TRUNCATE ON screen_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screen_check_no_update BEFORE UPDATE OR DELETE ON screen_check FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screen_check_no_truncate BEFORE TRUNCATE ON screen_check FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_no_update BEFORE UPDATE OR DELETE ON finding FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_no_truncate BEFORE TRUNCATE ON finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_version_no_update BEFORE UPDATE OR DELETE ON finding_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_version_no_truncate BEFORE TRUNCATE ON finding_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_suppression_no_update BEFORE UPDATE OR DELETE ON finding_suppression FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_suppression_no_truncate BEFORE TRUNCATE ON finding_suppression FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_decision_no_update BEFORE UPDATE OR DELETE ON line_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_decision_no_truncate BEFORE TRUNCATE ON line_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whoever made a batch does not decide on its lines.
CREATE FUNCTION line_decision_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM batch WHERE book = NEW.book AND id = NEW.batch AND maker = NEW.actor) THEN
        RAISE EXCEPTION 'duties: the maker of a batch does not decide on its lines';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_decision_by_another BEFORE INSERT ON line_decision FOR EACH ROW EXECUTE FUNCTION line_decision_by_another();
