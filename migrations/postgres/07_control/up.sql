-- The ladder of the 95% rule (通报约谈): each month's run with the figures, the policy and the chain head that led there; the 约谈
-- records that it opens; what is taken back; and who may pass a hold, for how much and until when. Nothing here is changed:
-- a run after corrections is a new version, a state is a new row.
CREATE TABLE control_run (
    book     BIGINT  NOT NULL REFERENCES book (id),
    id       BIGINT  NOT NULL,
    month    BIGINT  NOT NULL, -- 201809
    version  BIGINT  NOT NULL CHECK (version > 0),
    previous BIGINT,          -- the run whose rungs stood before
    seq      BIGINT  NOT NULL, -- known-at: the last voucher then, 0 before the first
    head     BYTEA   NOT NULL, -- its hash
    policy   TEXT    NOT NULL, -- names and values in force, JSON
    digest   BYTEA   NOT NULL, -- SM3 over decisions and proposals
    changes  TEXT    NOT NULL, -- against the version before, a line each
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    checker  TEXT    NOT NULL, -- '' where no hold was set or lifted
    at       BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, month, version),
    CONSTRAINT maker_is_not_checker CHECK (actor <> checker),
    FOREIGN KEY (book, previous) REFERENCES control_run (book, id)
);
CREATE INDEX control_run_by_previous ON control_run (book, previous);

CREATE TABLE control_decision (
    book          BIGINT  NOT NULL,
    run           BIGINT  NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('unit', 'fund')),
    subject       TEXT    NOT NULL, -- unit code or document number
    name          TEXT    NOT NULL,
    available     BIGINT  NOT NULL,
    spent         BIGINT  NOT NULL,
    due           BIGINT  NOT NULL, -- what should have been spent
    schedule      TEXT    NOT NULL, -- share of one, '' where nothing is available
    target        TEXT    NOT NULL,
    gap           TEXT    NOT NULL, -- percentage points
    place         BIGINT,          -- rank among the units
    behind_months BIGINT  NOT NULL,
    bottom_months BIGINT  NOT NULL,
    idle_days     BIGINT,
    by_rule       BIGINT  NOT NULL CHECK (by_rule BETWEEN 0 AND 5),
    before        BIGINT  NOT NULL CHECK (before BETWEEN 0 AND 5),
    rung          BIGINT  NOT NULL CHECK (rung BETWEEN 0 AND 5), -- 提醒 1, 通报 2, 约谈 3, 暂停新增分配 4, 收回 5
    lifted        BIGINT  NOT NULL CHECK (lifted IN (0, 1)),
    reasons       TEXT    NOT NULL,
    PRIMARY KEY (book, run, kind, subject),
    FOREIGN KEY (book, run) REFERENCES control_run (book, id)
);

-- What the rung 收回 proposes to take back.
CREATE TABLE control_proposal (
    book    BIGINT  NOT NULL,
    run     BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    BIGINT  NOT NULL,
    fund    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    project TEXT    NOT NULL,
    program TEXT    NOT NULL,
    amount  BIGINT  NOT NULL CHECK (amount > 0),
    PRIMARY KEY (book, run, kind, subject, line),
    FOREIGN KEY (book, run, kind, subject) REFERENCES control_decision (book, run, kind, subject)
);

-- A proposal carried out, once.
CREATE TABLE control_reclaim (
    book    BIGINT  NOT NULL,
    run     BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    line    BIGINT  NOT NULL,
    doc_no  TEXT    NOT NULL,
    voucher BIGINT  NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    checker TEXT    NOT NULL CHECK (checker <> ''),
    at      BIGINT  NOT NULL,
    PRIMARY KEY (book, run, kind, subject, line),
    CONSTRAINT maker_is_not_checker CHECK (actor <> checker),
    FOREIGN KEY (book, run, kind, subject, line) REFERENCES control_proposal (book, run, kind, subject, line),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);
CREATE INDEX control_reclaim_by_voucher ON control_reclaim (book, voucher);

-- 约谈: opened by a run, held and written down by one person, closed by another.
CREATE TABLE control_interview (
    book    BIGINT  NOT NULL,
    id      BIGINT  NOT NULL,
    run     BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    opened  BIGINT  NOT NULL,
    due     BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, run, kind, subject),
    FOREIGN KEY (book, run, kind, subject) REFERENCES control_decision (book, run, kind, subject)
);

CREATE TABLE control_interview_held (
    book        BIGINT  NOT NULL,
    interview   BIGINT  NOT NULL,
    date        BIGINT  NOT NULL,
    who         TEXT    NOT NULL CHECK (who <> ''), -- who was interviewed
    attendees   TEXT    NOT NULL,
    commitments TEXT    NOT NULL CHECK (commitments <> ''),
    deadline    BIGINT  NOT NULL,
    actor       TEXT    NOT NULL CHECK (actor <> ''),
    at          BIGINT  NOT NULL,
    PRIMARY KEY (book, interview),
    UNIQUE (book, interview, actor),
    FOREIGN KEY (book, interview) REFERENCES control_interview (book, id)
);

CREATE TABLE control_interview_closed (
    book      BIGINT  NOT NULL,
    interview BIGINT  NOT NULL,
    date      BIGINT  NOT NULL,
    result    TEXT    NOT NULL CHECK (result <> ''),
    held_by   TEXT    NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT  NOT NULL,
    PRIMARY KEY (book, interview),
    CONSTRAINT closed_by_another CHECK (actor <> held_by),
    FOREIGN KEY (book, interview, held_by) REFERENCES control_interview_held (book, interview, actor)
);
CREATE INDEX control_interview_closed_by_holder ON control_interview_closed (book, interview, held_by);

-- Leave to pass a hold (突破暂停): asked for by one, granted or refused by another of the leading role.
CREATE TABLE control_override (
    book       BIGINT  NOT NULL REFERENCES book (id),
    id         BIGINT  NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('unit', 'fund')),
    subject    TEXT    NOT NULL,
    amount     BIGINT  NOT NULL CHECK (amount > 0),
    valid_from BIGINT  NOT NULL,
    valid_to   BIGINT  NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason <> ''),
    document   TEXT    NOT NULL CHECK (document <> ''),
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    at         BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, document, kind, subject),
    UNIQUE (book, id, actor),
    CONSTRAINT days_in_order CHECK (valid_from <= valid_to)
);

CREATE TABLE control_override_ruling (
    book     BIGINT  NOT NULL,
    override BIGINT  NOT NULL,
    granted  BIGINT  NOT NULL CHECK (granted IN (0, 1)),
    asked_by TEXT    NOT NULL,
    actor    TEXT    NOT NULL CHECK (actor <> ''),
    note     TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    PRIMARY KEY (book, override),
    CONSTRAINT granted_by_another CHECK (actor <> asked_by),
    FOREIGN KEY (book, override, asked_by) REFERENCES control_override (book, id, actor)
);
CREATE INDEX control_override_ruling_by_asker ON control_override_ruling (book, override, asked_by);

-- What passed a hold by an override.
CREATE TABLE control_override_use (
    book      BIGINT  NOT NULL,
    id        BIGINT  NOT NULL,
    override  BIGINT  NOT NULL,
    door      TEXT    NOT NULL CHECK (door IN ('allocation', 'batch', 'reversal')),
    reference TEXT    NOT NULL, -- allocation document, batch or voucher
    amount    BIGINT  NOT NULL CHECK (amount > 0),
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, override) REFERENCES control_override_ruling (book, override)
);
CREATE INDEX control_override_use_by_override ON control_override_use (book, override);

CREATE TRIGGER control_run_no_update BEFORE UPDATE OR DELETE ON control_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_run_no_truncate BEFORE TRUNCATE ON control_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_decision_no_update BEFORE UPDATE OR DELETE ON control_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_decision_no_truncate BEFORE TRUNCATE ON control_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_proposal_no_update BEFORE UPDATE OR DELETE ON control_proposal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_proposal_no_truncate BEFORE TRUNCATE ON control_proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_reclaim_no_update BEFORE UPDATE OR DELETE ON control_reclaim FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_reclaim_no_truncate BEFORE TRUNCATE ON control_reclaim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_no_update BEFORE UPDATE OR DELETE ON control_interview FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_no_truncate BEFORE TRUNCATE ON control_interview FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_held_no_update BEFORE UPDATE OR DELETE ON control_interview_held FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_held_no_truncate BEFORE TRUNCATE ON control_interview_held FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_closed_no_update BEFORE UPDATE OR DELETE ON control_interview_closed FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_interview_closed_no_truncate BEFORE TRUNCATE ON control_interview_closed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_no_update BEFORE UPDATE OR DELETE ON control_override FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_no_truncate BEFORE TRUNCATE ON control_override FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_ruling_no_update BEFORE UPDATE OR DELETE ON control_override_ruling FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_ruling_no_truncate BEFORE TRUNCATE ON control_override_ruling FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_use_no_update BEFORE UPDATE OR DELETE ON control_override_use FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER control_override_use_no_truncate BEFORE TRUNCATE ON control_override_use FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
