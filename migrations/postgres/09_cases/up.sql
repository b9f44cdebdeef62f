-- Cases (线索): a finding, an inspection's exception or a complaint, followed until it is closed. What happened stands as events in
-- order; the state of a case is that of its last one.
CREATE TABLE lead (
    book      BIGINT NOT NULL REFERENCES book (id),
    id        BIGINT NOT NULL,
    code      TEXT    NOT NULL, -- XS2018-0001
    source    TEXT    NOT NULL CHECK (source IN ('finding', 'inspection', 'complaint', 'other')),
    reference TEXT    NOT NULL, -- inspection plan, objection or document that it comes from, or ''
    title     TEXT    NOT NULL CHECK (title <> ''),
    payments  TEXT    NOT NULL, -- JSON: 批次号+序号, 支付凭证号
    amount    BIGINT NOT NULL CHECK (amount >= 0), -- fen in question when it was opened
    opened    BIGINT NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code)
);

-- A finding is followed in one case only.
CREATE TABLE lead_finding (
    book    BIGINT NOT NULL,
    lead    BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    PRIMARY KEY (book, finding),
    FOREIGN KEY (book, lead) REFERENCES lead (book, id),
    FOREIGN KEY (book, finding) REFERENCES finding (book, id)
);
CREATE INDEX lead_finding_by_lead ON lead_finding (book, lead);

CREATE TABLE lead_event (
    book    BIGINT NOT NULL,
    lead    BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    step    TEXT    NOT NULL CHECK (step IN ('assigned', 'checked', 'confirmed', 'refuted', 'ordered', 'done', 'recovered', 'closed', 'reopened')),
    date    BIGINT NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    text    TEXT    NOT NULL CHECK (text <> ''),
    person  TEXT    NOT NULL, -- to whom it is assigned, or whom a measure binds; ''
    measure BIGINT,          -- number of the rectification measure that is ordered or done
    kind    TEXT    NOT NULL CHECK (kind IN ('', 'recover', 'correct', 'discipline')),
    due     BIGINT,          -- day by which the measure is due
    amount  BIGINT NOT NULL CHECK (amount >= 0), -- fen confirmed, to be recovered, or recovered
    refund  BIGINT,          -- the recovery as it was posted
    proof   BYTEA    NOT NULL, -- SM3 of the proof file, empty if none
    proof_name TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (book, lead, seq),
    UNIQUE (book, refund),
    CONSTRAINT measure_has_its_data CHECK ((step IN ('ordered', 'done')) = (measure IS NOT NULL) AND (step = 'ordered') = (kind <> '')
        AND (step = 'ordered') = (due IS NOT NULL)),
    CONSTRAINT recovery_names_its_posting CHECK ((step = 'recovered') = (refund IS NOT NULL)),
    CONSTRAINT refuted_with_proof CHECK (step <> 'refuted' OR length(proof) = 32),
    FOREIGN KEY (book, lead) REFERENCES lead (book, id),
    FOREIGN KEY (book, refund) REFERENCES refund (book, id)
);

-- What happened stays.
CREATE TRIGGER lead_no_update BEFORE UPDATE OR DELETE ON lead FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lead_no_truncate BEFORE TRUNCATE ON lead FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lead_finding_no_update BEFORE UPDATE OR DELETE ON lead_finding FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lead_finding_no_truncate BEFORE TRUNCATE ON lead_finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lead_event_no_update BEFORE UPDATE OR DELETE ON lead_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lead_event_no_truncate BEFORE TRUNCATE ON lead_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Events run on, and whoever checked a case on site does not close it.
CREATE FUNCTION lead_event_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM lead_event WHERE book = NEW.book AND lead = NEW.lead) THEN
        RAISE EXCEPTION 'sequence: events of a case run on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lead_event_runs_on BEFORE INSERT ON lead_event FOR EACH ROW EXECUTE FUNCTION lead_event_runs_on();
CREATE FUNCTION lead_closed_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.step = 'closed' AND EXISTS (SELECT 1 FROM lead_event WHERE book = NEW.book AND lead = NEW.lead AND step = 'checked' AND actor = NEW.actor) THEN
        RAISE EXCEPTION 'duties: who checked a case does not close it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lead_closed_by_another BEFORE INSERT ON lead_event FOR EACH ROW EXECUTE FUNCTION lead_closed_by_another();
