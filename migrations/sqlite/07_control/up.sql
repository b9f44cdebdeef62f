-- The ladder of the 95% rule (通报约谈): each month's run with the figures, the policy and the chain head that led there; the 约谈
-- records that it opens; what is taken back; and who may pass a hold, for how much and until when. Nothing here is changed:
-- a run after corrections is a new version, a state is a new row.
CREATE TABLE control_run (
    book     INTEGER NOT NULL REFERENCES book (id),
    id       INTEGER NOT NULL,
    month    INTEGER NOT NULL, -- 201809
    version  INTEGER NOT NULL CHECK (version > 0),
    previous INTEGER,          -- the run whose rungs stood before
    seq      INTEGER NOT NULL, -- known-at: the last voucher then, 0 before the first
    head     BLOB    NOT NULL, -- its hash
    policy   TEXT    NOT NULL, -- names and values in force, JSON
    digest   BLOB    NOT NULL, -- SM3 over decisions and proposals
    changes  TEXT    NOT NULL, -- against the version before, a line each
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    checker  TEXT    NOT NULL, -- '' where no hold was set or lifted
    at       INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, month, version),
    CONSTRAINT maker_is_not_checker CHECK (actor <> checker),
    FOREIGN KEY (book, previous) REFERENCES control_run (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_run_by_previous ON control_run (book, previous);

CREATE TABLE control_decision (
    book          INTEGER NOT NULL,
    run           INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('unit', 'fund')),
    subject       TEXT    NOT NULL, -- unit code or document number
    name          TEXT    NOT NULL,
    available     INTEGER NOT NULL,
    spent         INTEGER NOT NULL,
    due           INTEGER NOT NULL, -- what should have been spent
    schedule      TEXT    NOT NULL, -- share of one, '' where nothing is available
    target        TEXT    NOT NULL,
    gap           TEXT    NOT NULL, -- percentage points
    place         INTEGER,          -- rank among the units
    behind_months INTEGER NOT NULL,
    bottom_months INTEGER NOT NULL,
    idle_days     INTEGER,
    by_rule       INTEGER NOT NULL CHECK (by_rule BETWEEN 0 AND 5),
    before        INTEGER NOT NULL CHECK (before BETWEEN 0 AND 5),
    rung          INTEGER NOT NULL CHECK (rung BETWEEN 0 AND 5), -- 提醒 1, 通报 2, 约谈 3, 暂停新增分配 4, 收回 5
    lifted        INTEGER NOT NULL CHECK (lifted IN (0, 1)),
    reasons       TEXT    NOT NULL,
    PRIMARY KEY (book, run, kind, subject),
    FOREIGN KEY (book, run) REFERENCES control_run (book, id)
) STRICT, WITHOUT ROWID;

-- What the rung 收回 proposes to take back.
CREATE TABLE control_proposal (
    book    INTEGER NOT NULL,
    run     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    INTEGER NOT NULL,
    fund    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    project TEXT    NOT NULL,
    program TEXT    NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (book, run, kind, subject, line),
    FOREIGN KEY (book, run, kind, subject) REFERENCES control_decision (book, run, kind, subject)
) STRICT, WITHOUT ROWID;

-- A proposal carried out, once.
CREATE TABLE control_reclaim (
    book    INTEGER NOT NULL,
    run     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    INTEGER NOT NULL,
    doc_no  TEXT    NOT NULL,
    voucher INTEGER NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    checker TEXT    NOT NULL CHECK (checker <> ''),
    at      INTEGER NOT NULL,
    PRIMARY KEY (book, run, kind, subject, line),
    CONSTRAINT maker_is_not_checker CHECK (actor <> checker),
    FOREIGN KEY (book, run, kind, subject, line) REFERENCES control_proposal (book, run, kind, subject, line),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_reclaim_by_voucher ON control_reclaim (book, voucher);

-- 约谈: opened by a run, held and written down by one person, closed by another.
CREATE TABLE control_interview (
    book    INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    run     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    opened  INTEGER NOT NULL,
    due     INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, run, kind, subject),
    FOREIGN KEY (book, run, kind, subject) REFERENCES control_decision (book, run, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_interview_held (
    book        INTEGER NOT NULL,
    interview   INTEGER NOT NULL,
    date        INTEGER NOT NULL,
    who         TEXT    NOT NULL CHECK (who <> ''), -- who was interviewed
    attendees   TEXT    NOT NULL,
    commitments TEXT    NOT NULL CHECK (commitments <> ''),
    deadline    INTEGER NOT NULL,
    actor       TEXT    NOT NULL CHECK (actor <> ''),
    at          INTEGER NOT NULL,
    PRIMARY KEY (book, interview),
    UNIQUE (book, interview, actor),
    FOREIGN KEY (book, interview) REFERENCES control_interview (book, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_interview_closed (
    book      INTEGER NOT NULL,
    interview INTEGER NOT NULL,
    date      INTEGER NOT NULL,
    result    TEXT    NOT NULL CHECK (result <> ''),
    held_by   TEXT    NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (book, interview),
    CONSTRAINT closed_by_another CHECK (actor <> held_by),
    FOREIGN KEY (book, interview, held_by) REFERENCES control_interview_held (book, interview, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_interview_closed_by_holder ON control_interview_closed (book, interview, held_by);

-- Leave to pass a hold (突破暂停): asked for by one, granted or refused by another of the leading role.
CREATE TABLE control_override (
    book       INTEGER NOT NULL REFERENCES book (id),
    id         INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('unit', 'fund')),
    subject    TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason <> ''),
    document   TEXT    NOT NULL CHECK (document <> ''),
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, document, kind, subject),
    UNIQUE (book, id, actor),
    CONSTRAINT days_in_order CHECK (valid_from <= valid_to)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_override_ruling (
    book     INTEGER NOT NULL,
    override INTEGER NOT NULL,
    granted  INTEGER NOT NULL CHECK (granted IN (0, 1)),
    asked_by TEXT    NOT NULL,
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    note     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (book, override),
    CONSTRAINT granted_by_another CHECK (actor <> asked_by),
    FOREIGN KEY (book, override, asked_by) REFERENCES control_override (book, id, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_override_ruling_by_asker ON control_override_ruling (book, override, asked_by);

-- What passed a hold by an override.
CREATE TABLE control_override_use (
    book      INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    override  INTEGER NOT NULL,
    door      TEXT    NOT NULL CHECK (door IN ('allocation', 'batch', 'reversal')),
    reference TEXT    NOT NULL, -- allocation document, batch or voucher
    amount    INTEGER NOT NULL CHECK (amount > 0),
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, override) REFERENCES control_override_ruling (book, override)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_override_use_by_override ON control_override_use (book, override);

CREATE TRIGGER control_run_no_update BEFORE UPDATE ON control_run BEGIN SELECT RAISE(ABORT, 'append-only: control_run'); END;
CREATE TRIGGER control_run_no_delete BEFORE DELETE ON control_run BEGIN SELECT RAISE(ABORT, 'append-only: control_run'); END;
CREATE TRIGGER control_run_no_replace BEFORE INSERT ON control_run
WHEN EXISTS (SELECT 1 FROM control_run WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM control_run WHERE book = NEW.book AND month = NEW.month AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'append-only: control_run'); END;
CREATE TRIGGER control_decision_no_update BEFORE UPDATE ON control_decision BEGIN SELECT RAISE(ABORT, 'append-only: control_decision'); END;
CREATE TRIGGER control_decision_no_delete BEFORE DELETE ON control_decision BEGIN SELECT RAISE(ABORT, 'append-only: control_decision'); END;
CREATE TRIGGER control_decision_no_replace BEFORE INSERT ON control_decision
WHEN EXISTS (SELECT 1 FROM control_decision WHERE book = NEW.book AND run = NEW.run AND kind = NEW.kind AND subject = NEW.subject)
BEGIN SELECT RAISE(ABORT, 'append-only: control_decision'); END;
CREATE TRIGGER control_proposal_no_update BEFORE UPDATE ON control_proposal BEGIN SELECT RAISE(ABORT, 'append-only: control_proposal'); END;
CREATE TRIGGER control_proposal_no_delete BEFORE DELETE ON control_proposal BEGIN SELECT RAISE(ABORT, 'append-only: control_proposal'); END;
CREATE TRIGGER control_proposal_no_replace BEFORE INSERT ON control_proposal
WHEN EXISTS (SELECT 1 FROM control_proposal WHERE book = NEW.book AND run = NEW.run AND kind = NEW.kind AND subject = NEW.subject AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'append-only: control_proposal'); END;
CREATE TRIGGER control_reclaim_no_update BEFORE UPDATE ON control_reclaim BEGIN SELECT RAISE(ABORT, 'append-only: control_reclaim'); END;
CREATE TRIGGER control_reclaim_no_delete BEFORE DELETE ON control_reclaim BEGIN SELECT RAISE(ABORT, 'append-only: control_reclaim'); END;
CREATE TRIGGER control_reclaim_no_replace BEFORE INSERT ON control_reclaim
WHEN EXISTS (SELECT 1 FROM control_reclaim WHERE book = NEW.book AND run = NEW.run AND kind = NEW.kind AND subject = NEW.subject AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'append-only: control_reclaim'); END;
CREATE TRIGGER control_interview_no_update BEFORE UPDATE ON control_interview BEGIN SELECT RAISE(ABORT, 'append-only: control_interview'); END;
CREATE TRIGGER control_interview_no_delete BEFORE DELETE ON control_interview BEGIN SELECT RAISE(ABORT, 'append-only: control_interview'); END;
CREATE TRIGGER control_interview_no_replace BEFORE INSERT ON control_interview
WHEN EXISTS (SELECT 1 FROM control_interview WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM control_interview WHERE book = NEW.book AND run = NEW.run AND kind = NEW.kind AND subject = NEW.subject)
BEGIN SELECT RAISE(ABORT, 'append-only: control_interview'); END;
CREATE TRIGGER control_interview_held_no_update BEFORE UPDATE ON control_interview_held BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_held'); END;
CREATE TRIGGER control_interview_held_no_delete BEFORE DELETE ON control_interview_held BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_held'); END;
CREATE TRIGGER control_interview_held_no_replace BEFORE INSERT ON control_interview_held
WHEN EXISTS (SELECT 1 FROM control_interview_held WHERE book = NEW.book AND interview = NEW.interview)
  OR EXISTS (SELECT 1 FROM control_interview_held WHERE book = NEW.book AND interview = NEW.interview AND actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_held'); END;
CREATE TRIGGER control_interview_closed_no_update BEFORE UPDATE ON control_interview_closed BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_closed'); END;
CREATE TRIGGER control_interview_closed_no_delete BEFORE DELETE ON control_interview_closed BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_closed'); END;
CREATE TRIGGER control_interview_closed_no_replace BEFORE INSERT ON control_interview_closed
WHEN EXISTS (SELECT 1 FROM control_interview_closed WHERE book = NEW.book AND interview = NEW.interview)
BEGIN SELECT RAISE(ABORT, 'append-only: control_interview_closed'); END;
CREATE TRIGGER control_override_no_update BEFORE UPDATE ON control_override BEGIN SELECT RAISE(ABORT, 'append-only: control_override'); END;
CREATE TRIGGER control_override_no_delete BEFORE DELETE ON control_override BEGIN SELECT RAISE(ABORT, 'append-only: control_override'); END;
CREATE TRIGGER control_override_no_replace BEFORE INSERT ON control_override
WHEN EXISTS (SELECT 1 FROM control_override WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM control_override WHERE book = NEW.book AND document = NEW.document AND kind = NEW.kind AND subject = NEW.subject)
  OR EXISTS (SELECT 1 FROM control_override WHERE book = NEW.book AND id = NEW.id AND actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, 'append-only: control_override'); END;
CREATE TRIGGER control_override_ruling_no_update BEFORE UPDATE ON control_override_ruling BEGIN SELECT RAISE(ABORT, 'append-only: control_override_ruling'); END;
CREATE TRIGGER control_override_ruling_no_delete BEFORE DELETE ON control_override_ruling BEGIN SELECT RAISE(ABORT, 'append-only: control_override_ruling'); END;
CREATE TRIGGER control_override_ruling_no_replace BEFORE INSERT ON control_override_ruling
WHEN EXISTS (SELECT 1 FROM control_override_ruling WHERE book = NEW.book AND override = NEW.override)
BEGIN SELECT RAISE(ABORT, 'append-only: control_override_ruling'); END;
CREATE TRIGGER control_override_use_no_update BEFORE UPDATE ON control_override_use BEGIN SELECT RAISE(ABORT, 'append-only: control_override_use'); END;
CREATE TRIGGER control_override_use_no_delete BEFORE DELETE ON control_override_use BEGIN SELECT RAISE(ABORT, 'append-only: control_override_use'); END;
CREATE TRIGGER control_override_use_no_replace BEFORE INSERT ON control_override_use
WHEN EXISTS (SELECT 1 FROM control_override_use WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: control_override_use'); END;
