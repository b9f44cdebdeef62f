-- Who signs for what (审批): proposals (送审件) that wait for others' signatures, signatures of batches by amount band, the levels
-- themselves, and long work (任务). What was proposed, signed, returned or done stays; a state is that of the last row.

-- Something asked for by its maker and not done before the others have signed. `digest` binds what is signed.
CREATE TABLE proposal (
    book        INTEGER NOT NULL REFERENCES book (id),
    id          INTEGER NOT NULL,
    operation   TEXT    NOT NULL CHECK (operation <> ''),
    subject     TEXT    NOT NULL CHECK (subject <> ''), -- of the approval levels: money, account, setting, role
    title       TEXT    NOT NULL,
    summary     TEXT    NOT NULL, -- what people read before they sign
    input       TEXT    NOT NULL, -- JSON: parameters and their values as written
    file_param  TEXT    NOT NULL, -- the parameter that a file came with, or ''
    file_name   TEXT    NOT NULL, -- as sent, or ''
    file_digest BLOB    NOT NULL, -- SM3 of its content, empty without a file; it is kept under this name
    amount      INTEGER NOT NULL CHECK (amount >= 0), -- fen that it moves, 0 where it moves none
    unit        TEXT    NOT NULL, -- whose it is, '' = the county's
    digest      BLOB    NOT NULL CHECK (length(digest) = 32), -- SM3 over operation, input, file, amount, unit and maker
    maker       TEXT    NOT NULL CHECK (maker <> ''),
    maker_user  INTEGER NOT NULL, -- number of the account, 0 at the bureau's own desk
    at          INTEGER NOT NULL,
    PRIMARY KEY (book, id)
) STRICT, WITHOUT ROWID;

-- What became of it, in order. Rounds of signatures begin anew with a return.
CREATE TABLE proposal_event (
    book       INTEGER NOT NULL,
    proposal   INTEGER NOT NULL,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    act        TEXT    NOT NULL CHECK (act IN ('signed', 'returned', 'resent', 'withdrawn', 'done', 'failed')),
    level      INTEGER NOT NULL CHECK (level >= 0), -- of a signature, else 0
    permission TEXT    NOT NULL,                    -- by which it was given, or ''
    reason     TEXT    NOT NULL,
    result     TEXT    NOT NULL, -- JSON, of what was done; or ''
    digest     BLOB    NOT NULL, -- of what was signed, empty where nothing was
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    actor_user INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, proposal, seq),
    CONSTRAINT level_of_signature CHECK ((act = 'signed') = (level > 0)),
    CONSTRAINT returned_with_reason CHECK (act <> 'returned' OR reason <> ''),
    FOREIGN KEY (book, proposal) REFERENCES proposal (book, id)
) STRICT, WITHOUT ROWID;

-- From which amount on a subject needs a level's signature, and who may give it. A later day's row takes the place of the one
-- before; where a book has none, the shipped levels hold. No permission: the level is not needed.
CREATE TABLE approval_level (
    book        INTEGER NOT NULL REFERENCES book (id),
    subject     TEXT    NOT NULL,
    level       INTEGER NOT NULL CHECK (level BETWEEN 1 AND 9),
    valid_from  INTEGER NOT NULL,
    from_amount INTEGER NOT NULL CHECK (from_amount >= 0), -- fen, included
    permission  TEXT    NOT NULL,
    source      TEXT    NOT NULL, -- document that orders it
    actor       TEXT    NOT NULL CHECK (actor <> ''),
    at          INTEGER NOT NULL,
    PRIMARY KEY (book, subject, level, valid_from),
    CONSTRAINT first_level_for_all CHECK (level > 1 OR (from_amount = 0 AND permission <> ''))
) STRICT, WITHOUT ROWID;

-- Signatures of a batch on its way to approval, returns for correction and what the maker answers.
CREATE TABLE batch_signature (
    book       INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    act        TEXT    NOT NULL CHECK (act IN ('signed', 'returned', 'resent')),
    level      INTEGER NOT NULL CHECK (level >= 0),
    permission TEXT    NOT NULL,
    date       INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    digest     BLOB    NOT NULL, -- of the lines, as in batch_stage
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, batch, seq),
    CONSTRAINT level_of_signature CHECK ((act = 'signed') = (level > 0)),
    CONSTRAINT returned_with_reason CHECK (act <> 'returned' OR reason <> ''),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
) STRICT, WITHOUT ROWID;

-- Long work. Its state moves; a row is never deleted.
CREATE TABLE job (
    book      INTEGER NOT NULL REFERENCES book (id),
    id        INTEGER NOT NULL,
    person    INTEGER NOT NULL, -- number of the account
    name      TEXT    NOT NULL, -- 姓名
    operation TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    done      INTEGER NOT NULL, -- bytes or rows
    total     INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    started   INTEGER,
    ended     INTEGER,
    result    TEXT    NOT NULL, -- JSON, or ''
    file      TEXT    NOT NULL, -- name of the file it is about, or ''
    process   TEXT    NOT NULL, -- which process runs it: what another one left unfinished is interrupted
    PRIMARY KEY (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_by_person ON job (book, person, id);

-- What was proposed and signed stays; also under INSERT OR REPLACE.
CREATE TRIGGER proposal_no_update BEFORE UPDATE ON proposal BEGIN SELECT RAISE(ABORT, 'append-only: proposal'); END;
CREATE TRIGGER proposal_no_delete BEFORE DELETE ON proposal BEGIN SELECT RAISE(ABORT, 'append-only: proposal'); END;
CREATE TRIGGER proposal_no_replace BEFORE INSERT ON proposal WHEN EXISTS (SELECT 1 FROM proposal WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: proposal'); END;
CREATE TRIGGER proposal_event_no_update BEFORE UPDATE ON proposal_event BEGIN SELECT RAISE(ABORT, 'append-only: proposal_event'); END;
CREATE TRIGGER proposal_event_no_delete BEFORE DELETE ON proposal_event BEGIN SELECT RAISE(ABORT, 'append-only: proposal_event'); END;
CREATE TRIGGER proposal_event_no_replace BEFORE INSERT ON proposal_event WHEN EXISTS (SELECT 1 FROM proposal_event WHERE book = NEW.book AND proposal = NEW.proposal AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: proposal_event'); END;
CREATE TRIGGER approval_level_no_update BEFORE UPDATE ON approval_level BEGIN SELECT RAISE(ABORT, 'append-only: approval_level'); END;
CREATE TRIGGER approval_level_no_delete BEFORE DELETE ON approval_level BEGIN SELECT RAISE(ABORT, 'append-only: approval_level'); END;
CREATE TRIGGER approval_level_no_replace BEFORE INSERT ON approval_level WHEN EXISTS (SELECT 1 FROM approval_level WHERE book = NEW.book AND subject = NEW.subject AND level = NEW.level AND valid_from = NEW.valid_from)
BEGIN SELECT RAISE(ABORT, 'append-only: approval_level'); END;
CREATE TRIGGER batch_signature_no_update BEFORE UPDATE ON batch_signature BEGIN SELECT RAISE(ABORT, 'append-only: batch_signature'); END;
CREATE TRIGGER batch_signature_no_delete BEFORE DELETE ON batch_signature BEGIN SELECT RAISE(ABORT, 'append-only: batch_signature'); END;
CREATE TRIGGER batch_signature_no_replace BEFORE INSERT ON batch_signature WHEN EXISTS (SELECT 1 FROM batch_signature WHERE book = NEW.book AND batch = NEW.batch AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: batch_signature'); END;
CREATE TRIGGER job_no_delete BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'append-only: job'); END;

-- Events run on; a signature is another person's (by name: two accounts of one person are one), given once, level by level.
CREATE TRIGGER proposal_event_runs_on BEFORE INSERT ON proposal_event
WHEN NEW.seq <> (SELECT COALESCE(MAX(e.seq), 0) + 1 FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal)
  OR COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') IN ('done', 'withdrawn')
  OR (COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') IN ('returned', 'failed') AND NEW.act NOT IN ('resent', 'withdrawn'))
  OR (NEW.act IN ('done', 'failed') AND COALESCE((SELECT e.act FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal ORDER BY e.seq DESC LIMIT 1), 'resent') <> 'signed')
BEGIN
    SELECT RAISE(ABORT, 'sequence: events of a proposal run on');
END;

CREATE TRIGGER proposal_signed_by_others BEFORE INSERT ON proposal_event
WHEN (NEW.act IN ('signed', 'returned') AND EXISTS (SELECT 1 FROM proposal p
         WHERE p.book = NEW.book AND p.id = NEW.proposal AND p.maker = NEW.actor))
  OR (NEW.act = 'signed' AND EXISTS (SELECT 1 FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal AND e.act = 'signed' AND e.actor = NEW.actor
         AND e.seq > COALESCE((SELECT MAX(r.seq) FROM proposal_event r WHERE r.book = NEW.book AND r.proposal = NEW.proposal AND r.act IN ('returned', 'failed')), 0)))
  OR (NEW.act = 'signed' AND NEW.level <= (SELECT COALESCE(MAX(e.level), 0) FROM proposal_event e WHERE e.book = NEW.book AND e.proposal = NEW.proposal AND e.act = 'signed'
         AND e.seq > COALESCE((SELECT MAX(r.seq) FROM proposal_event r WHERE r.book = NEW.book AND r.proposal = NEW.proposal AND r.act IN ('returned', 'failed')), 0)))
  OR (NEW.act = 'signed' AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.book = NEW.book AND p.id = NEW.proposal AND p.digest = NEW.digest))
BEGIN
    SELECT RAISE(ABORT, 'duties: a proposal is signed by others than its maker, each once, level by level');
END;

CREATE TRIGGER batch_signature_runs_on BEFORE INSERT ON batch_signature
WHEN NEW.seq <> (SELECT COALESCE(MAX(e.seq), 0) + 1 FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch)
  OR (COALESCE((SELECT e.act FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch ORDER BY e.seq DESC LIMIT 1), 'resent') = 'returned' AND NEW.act <> 'resent')
  OR EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = NEW.book AND s.batch = NEW.batch AND s.stage <> 'reserved')
BEGIN
    SELECT RAISE(ABORT, 'sequence: signatures of a batch run on');
END;

CREATE TRIGGER batch_signed_by_others BEFORE INSERT ON batch_signature
WHEN (NEW.act IN ('signed', 'returned') AND EXISTS (SELECT 1 FROM batch b
         WHERE b.book = NEW.book AND b.id = NEW.batch AND b.maker = NEW.actor))
  OR (NEW.act = 'signed' AND EXISTS (SELECT 1 FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch AND e.act = 'signed' AND e.actor = NEW.actor
         AND e.seq > COALESCE((SELECT MAX(r.seq) FROM batch_signature r WHERE r.book = NEW.book AND r.batch = NEW.batch AND r.act = 'returned'), 0)))
  OR (NEW.act = 'signed' AND NEW.level <= (SELECT COALESCE(MAX(e.level), 0) FROM batch_signature e WHERE e.book = NEW.book AND e.batch = NEW.batch AND e.act = 'signed'
         AND e.seq > COALESCE((SELECT MAX(r.seq) FROM batch_signature r WHERE r.book = NEW.book AND r.batch = NEW.batch AND r.act = 'returned'), 0)))
  OR (NEW.act = 'signed' AND NOT EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = NEW.book AND s.batch = NEW.batch
         AND s.stage = 'reserved' AND s.digest = NEW.digest))
BEGIN
    SELECT RAISE(ABORT, 'duties: a batch is signed by others than its maker, each once, level by level');
END;
