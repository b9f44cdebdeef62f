-- Who signs for what (审批): proposals (送审件) that wait for others' signatures, signatures of batches by amount band, the levels
-- themselves, and long work (任务). What was proposed, signed, returned or done stays; a state is that of the last row.

-- Something asked for by its maker and not done before the others have signed. `digest` binds what is signed.
CREATE TABLE proposal (
    book        BIGINT NOT NULL REFERENCES book (id),
    id          BIGINT NOT NULL,
    operation   TEXT    NOT NULL CHECK (operation <> ''),
    subject     TEXT    NOT NULL CHECK (subject <> ''), -- of the approval levels: money, account, setting, role
    title       TEXT    NOT NULL,
    summary     TEXT    NOT NULL, -- what people read before they sign
    input       TEXT    NOT NULL, -- JSON: parameters and their values as written
    file_param  TEXT    NOT NULL, -- the parameter that a file came with, or ''
    file_name   TEXT    NOT NULL, -- as sent, or ''
    file_digest BYTEA   NOT NULL, -- SM3 of its content, empty without a file; it is kept under this name
    amount      BIGINT NOT NULL CHECK (amount >= 0), -- fen that it moves, 0 where it moves none
    unit        TEXT    NOT NULL, -- whose it is, '' = the county's
    digest      BYTEA   NOT NULL CHECK (length(digest) = 32), -- SM3 over operation, input, file, amount, unit and maker
    maker       TEXT    NOT NULL CHECK (maker <> ''),
    maker_user  BIGINT NOT NULL, -- number of the account, 0 at the bureau's own desk
    at          BIGINT NOT NULL,
    PRIMARY KEY (book, id)
);

-- What became of it, in order. Rounds of signatures begin anew with a return.
CREATE TABLE proposal_event (
    book       BIGINT NOT NULL,
    proposal   BIGINT NOT NULL,
    seq        BIGINT NOT NULL CHECK (seq > 0),
    act        TEXT    NOT NULL CHECK (act IN ('signed', 'returned', 'resent', 'withdrawn', 'done', 'failed')),
    level      BIGINT NOT NULL CHECK (level >= 0), -- of a signature, else 0
    permission TEXT    NOT NULL,                    -- by which it was given, or ''
    reason     TEXT    NOT NULL,
    result     TEXT    NOT NULL, -- JSON, of what was done; or ''
    digest     BYTEA   NOT NULL, -- of what was signed, empty where nothing was
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    actor_user BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, proposal, seq),
    CONSTRAINT level_of_signature CHECK ((act = 'signed') = (level > 0)),
    CONSTRAINT returned_with_reason CHECK (act <> 'returned' OR reason <> ''),
    FOREIGN KEY (book, proposal) REFERENCES proposal (book, id)
);

-- From which amount on a subject needs a level's signature, and who may give it. A later day's row takes the place of the one
-- before; where a book has none, the shipped levels hold. No permission: the level is not needed.
CREATE TABLE approval_level (
    book        BIGINT NOT NULL REFERENCES book (id),
    subject     TEXT    NOT NULL,
    level       BIGINT NOT NULL CHECK (level BETWEEN 1 AND 9),
    valid_from  BIGINT NOT NULL,
    from_amount BIGINT NOT NULL CHECK (from_amount >= 0), -- fen, included
    permission  TEXT    NOT NULL,
    source      TEXT    NOT NULL, -- document that orders it
    actor       TEXT    NOT NULL CHECK (actor <> ''),
    at          BIGINT NOT NULL,
    PRIMARY KEY (book, subject, level, valid_from),
    CONSTRAINT first_level_for_all CHECK (level > 1 OR (from_amount = 0 AND permission <> ''))
);

-- Signatures of a batch on its way to approval, returns for correction and what the maker answers.
CREATE TABLE batch_signature (
    book       BIGINT NOT NULL,
    batch      BIGINT NOT NULL,
    seq        BIGINT NOT NULL CHECK (seq > 0),
    act        TEXT    NOT NULL CHECK (act IN ('signed', 'returned', 'resent')),
    level      BIGINT NOT NULL CHECK (level >= 0),
    permission TEXT    NOT NULL,
    date       BIGINT NOT NULL,
    reason     TEXT    NOT NULL,
    digest     BYTEA   NOT NULL, -- of the lines, as in batch_stage
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, batch, seq),
    CONSTRAINT level_of_signature CHECK ((act = 'signed') = (level > 0)),
    CONSTRAINT returned_with_reason CHECK (act <> 'returned' OR reason <> ''),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
);

-- Long work. Its state moves; a row is never deleted.
CREATE TABLE job (
    book      BIGINT NOT NULL REFERENCES book (id),
    id        BIGINT NOT NULL,
    person    BIGINT NOT NULL, -- number of the account
    name      TEXT    NOT NULL, -- 姓名
    operation TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    done      BIGINT NOT NULL, -- bytes or rows
    total     BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    started   BIGINT,
    ended     BIGINT,
    result    TEXT    NOT NULL, -- JSON, or ''
    file      TEXT    NOT NULL, -- name of the file it is about, or ''
    process   TEXT    NOT NULL, -- which process runs it: what another one left unfinished is interrupted
    PRIMARY KEY (book, id)
);
CREATE INDEX job_by_person ON job (book, person, id);

-- What was proposed and signed stays.
CREATE TRIGGER proposal_no_update BEFORE UPDATE OR DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_no_truncate BEFORE TRUNCATE ON proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_event_no_update BEFORE UPDATE OR DELETE ON proposal_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_event_no_truncate BEFORE TRUNCATE ON proposal_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_level_no_update BEFORE UPDATE OR DELETE ON approval_level FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_level_no_truncate BEFORE TRUNCATE ON approval_level FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_signature_no_update BEFORE UPDATE OR DELETE ON batch_signature FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_signature_no_truncate BEFORE TRUNCATE ON batch_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_no_delete BEFORE DELETE ON job FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_no_truncate BEFORE TRUNCATE ON job FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Events run on; a signature is another person's (by name: two accounts of one person are one), given once, level by level.
CREATE FUNCTION proposal_event_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(e.seq), 0) + 1 FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal)
      OR COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') IN ('done', 'withdrawn')
      OR (COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') IN ('returned', 'failed') AND NEW.act NOT IN ('resent', 'withdrawn'))
      OR (NEW.act IN ('done', 'failed') AND COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') <> 'signed') THEN
        RAISE EXCEPTION 'sequence: events of a proposal run on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_event_runs_on BEFORE INSERT ON proposal_event FOR EACH ROW EXECUTE FUNCTION proposal_event_runs_on();

CREATE FUNCTION proposal_signed_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.act IN ('signed', 'returned') AND EXISTS (SELECT 1 FROM proposal p
             WHERE p.book = NEW.book AND p.id = NEW.proposal AND p.maker = NEW.actor))
      OR (NEW.act = 'signed' AND EXISTS (SELECT 1 FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal AND e.act = 'signed' AND e.actor = NEW.actor
             AND e.seq > COALESCE((SELECT MAX(r.seq) FROM proposal_event r WHERE r.book = NEW.book AND r.proposal = NEW.proposal AND r.act IN ('returned', 'failed')), 0)))
      OR (NEW.act = 'signed' AND NEW.level <= (SELECT COALESCE(MAX(e.level), 0) FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal AND e.act = 'signed'
             AND e.seq > COALESCE((SELECT MAX(r.seq) FROM proposal_event r WHERE r.book = NEW.book AND r.proposal = NEW.proposal AND r.act IN ('returned', 'failed')), 0)))
      OR (NEW.act = 'signed' AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.book = NEW.book AND p.id = NEW.proposal AND p.digest = NEW.digest)) THEN
        RAISE EXCEPTION 'duties: a proposal is signed by others than its maker, each once, level by level';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_signed_by_others BEFORE INSERT ON proposal_event FOR EACH ROW EXECUTE FUNCTION proposal_signed_by_others();

CREATE FUNCTION batch_signature_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(e.seq), 0) + 1 FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch)
      OR (COALESCE((SELECT e.act FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch ORDER BY e.seq DESC LIMIT 1), 'resent') = 'returned' AND NEW.act <> 'resent')
      OR EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = NEW.book AND s.batch = NEW.batch AND s.stage <> 'reserved') THEN
        RAISE EXCEPTION 'sequence: signatures of a batch run on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_signature_runs_on BEFORE INSERT ON batch_signature FOR EACH ROW EXECUTE FUNCTION batch_signature_runs_on();

CREATE FUNCTION batch_signed_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.act IN ('signed', 'returned') AND EXISTS (SELECT 1 FROM batch b
             WHERE b.book = NEW.book AND b.id = NEW.batch AND b.maker = NEW.actor))
      OR (NEW.act = 'signed' AND EXISTS (SELECT 1 FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch AND e.act = 'signed' AND e.actor = NEW.actor
             AND e.seq > COALESCE((SELECT MAX(r.seq) FROM batch_signature r WHERE r.book = NEW.book AND r.batch = NEW.batch AND r.act = 'returned'), 0)))
      OR (NEW.act = 'signed' AND NEW.level <= (SELECT COALESCE(MAX(e.level), 0) FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch AND e.act = 'signed'
             AND e.seq > COALESCE((SELECT MAX(r.seq) FROM batch_signature r WHERE r.book = NEW.book AND r.batch = NEW.batch AND r.act = 'returned'), 0)))
      OR (NEW.act = 'signed' AND NOT EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = NEW.book AND s.batch = NEW.batch
             AND s.stage = 'reserved' AND s.digest = NEW.digest)) THEN
        RAISE EXCEPTION 'duties: a batch is signed by others than its maker, each once, level by level';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_signed_by_others BEFORE INSERT ON batch_signature FOR EACH ROW EXECUTE FUNCTION batch_signed_by_others();
