-- Cases (线索): a finding, an inspection's exception or a complaint, followed until it is closed. What happened stands as events in
-- order; the state of a case is that of its last one.
CREATE TABLE lead (
    book      INTEGER NOT NULL REFERENCES book (id),
    id        INTEGER NOT NULL,
    code      TEXT    NOT NULL, -- XS2018-0001
    source    TEXT    NOT NULL CHECK (source IN ('finding', 'inspection', 'complaint', 'other')),
    reference TEXT    NOT NULL, -- inspection plan, objection or document that it comes from, or ''
    title     TEXT    NOT NULL CHECK (title <> ''),
    payments  TEXT    NOT NULL, -- JSON: 批次号+序号, 支付凭证号
    amount    INTEGER NOT NULL CHECK (amount >= 0), -- fen in question when it was opened
    opened    INTEGER NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code)
) STRICT, WITHOUT ROWID;

-- A finding is followed in one case only.
CREATE TABLE lead_finding (
    book    INTEGER NOT NULL,
    lead    INTEGER NOT NULL,
    finding INTEGER NOT NULL,
    PRIMARY KEY (book, finding),
    FOREIGN KEY (book, lead) REFERENCES lead (book, id),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_finding_by_lead ON lead_finding (book, lead);

CREATE TABLE lead_event (
    book    INTEGER NOT NULL,
    lead    INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    step    TEXT    NOT NULL CHECK (step IN ('assigned', 'checked', 'confirmed', 'refuted', 'ordered', 'done', 'recovered', 'closed', 'reopened')),
    date    INTEGER NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    text    TEXT    NOT NULL CHECK (text <> ''),
    person  TEXT    NOT NULL, -- to whom it is assigned, or whom a measure binds; ''
    measure INTEGER,          -- number of the rectification measure that is ordered or done
    kind    TEXT    NOT NULL CHECK (kind IN ('', 'recover', 'correct', 'discipline')),
    due     INTEGER,          -- day by which the measure is due
    amount  INTEGER NOT NULL CHECK (amount >= 0), -- fen confirmed, to be recovered, or recovered
    refund  INTEGER,          -- the recovery as it was posted
    proof   BLOB    NOT NULL, -- SM3 of the proof file, empty if none
    proof_name TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (book, lead, seq),
    UNIQUE (book, refund),
    CONSTRAINT measure_has_its_data CHECK ((step IN ('ordered', 'done')) = (measure IS NOT NULL) AND (step = 'ordered') = (kind <> '')
        AND (step = 'ordered') = (due IS NOT NULL)),
    CONSTRAINT recovery_names_its_posting CHECK ((step = 'recovered') = (refund IS NOT NULL)),
    CONSTRAINT refuted_with_proof CHECK (step <> 'refuted' OR length(proof) = 32),
    FOREIGN KEY (book, lead) REFERENCES lead (book, id),
    FOREIGN KEY (book, refund) REFERENCES refund (book, id)
) STRICT, WITHOUT ROWID;

-- What happened stays; also under INSERT OR REPLACE.
CREATE TRIGGER lead_no_update BEFORE UPDATE ON lead BEGIN SELECT RAISE(ABORT, 'append-only: lead'); END;
CREATE TRIGGER lead_no_delete BEFORE DELETE ON lead BEGIN SELECT RAISE(ABORT, 'append-only: lead'); END;
CREATE TRIGGER lead_no_replace BEFORE INSERT ON lead WHEN EXISTS (SELECT 1 FROM lead WHERE book = NEW.book AND (id = NEW.id OR code = NEW.code))
BEGIN SELECT RAISE(ABORT, 'append-only: lead'); END;
CREATE TRIGGER lead_finding_no_update BEFORE UPDATE ON lead_finding BEGIN SELECT RAISE(ABORT, 'append-only: lead_finding'); END;
CREATE TRIGGER lead_finding_no_delete BEFORE DELETE ON lead_finding BEGIN SELECT RAISE(ABORT, 'append-only: lead_finding'); END;
CREATE TRIGGER lead_finding_no_replace BEFORE INSERT ON lead_finding WHEN EXISTS (SELECT 1 FROM lead_finding WHERE book = NEW.book AND (finding = NEW.finding))
BEGIN SELECT RAISE(ABORT, 'append-only: lead_finding'); END;
CREATE TRIGGER lead_event_no_update BEFORE UPDATE ON lead_event BEGIN SELECT RAISE(ABORT, 'append-only: lead_event'); END;
CREATE TRIGGER lead_event_no_delete BEFORE DELETE ON lead_event BEGIN SELECT RAISE(ABORT, 'append-only: lead_event'); END;
CREATE TRIGGER lead_event_no_replace BEFORE INSERT ON lead_event WHEN EXISTS (SELECT 1 FROM lead_event WHERE book = NEW.book AND (lead = NEW.lead AND seq = NEW.seq OR refund = NEW.refund))
BEGIN SELECT RAISE(ABORT, 'append-only: lead_event'); END;

-- Events run on, and whoever checked a case on site does not close it.
CREATE TRIGGER lead_event_runs_on BEFORE INSERT ON lead_event
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM lead_event WHERE book = NEW.book AND lead = NEW.lead)
BEGIN
    SELECT RAISE(ABORT, 'sequence: events of a case run on');
END;
CREATE TRIGGER lead_closed_by_another BEFORE INSERT ON lead_event
WHEN NEW.step = 'closed' AND EXISTS (SELECT 1 FROM lead_event WHERE book = NEW.book AND lead = NEW.lead AND step = 'checked' AND actor = NEW.actor)
BEGIN
    SELECT RAISE(ABORT, 'duties: who checked a case does not close it');
END;
