-- Inspection (检查): plans and what became of each, the frozen frame and the sample drawn from it, what the teams found at the
-- door, what was concluded. All of it is history: rows are added, never changed; the one thing written later, once, is the
-- case (线索) that an exception was handed to. Rates are basis points (1/10000), amounts fen.
CREATE TABLE inspection_plan (
    book         INTEGER NOT NULL REFERENCES book (id),
    id           INTEGER NOT NULL,
    code         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('quarterly', 'annual', 'targeted')),
    year         INTEGER NOT NULL,
    quarter      INTEGER, -- 1 to 4, of a quarterly one
    population   TEXT    NOT NULL CHECK (population IN ('payments', 'disbursements', 'households')),
    period_first INTEGER NOT NULL, -- first day of what is looked at
    period_last  INTEGER NOT NULL,
    method       TEXT    NOT NULL CHECK (method IN ('random', 'stratified', 'neyman', 'systematic', 'mus', 'discovery', 'risk')),
    confidence   INTEGER NOT NULL CHECK (confidence > 5000 AND confidence < 10000),
    tolerable    INTEGER NOT NULL CHECK (tolerable > 0 AND tolerable < 10000), -- share of items, or of the money for mus
    expected     INTEGER NOT NULL CHECK (expected >= 0),
    size         INTEGER CHECK (size > 0), -- where it is ordered rather than worked out
    due          INTEGER NOT NULL, -- day by which it is to be reported
    reason       TEXT    NOT NULL, -- what a targeted one is about, or ''
    maker        TEXT    NOT NULL CHECK (maker <> ''),
    at           INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code),
    CONSTRAINT quarter_of_quarterly CHECK ((kind = 'quarterly') = (quarter IS NOT NULL) AND COALESCE(quarter, 1) IN (1, 2, 3, 4)),
    CONSTRAINT expects_less_than_it_tolerates CHECK (expected < tolerable),
    CONSTRAINT inspection_period_runs_on CHECK (period_first <= period_last)
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_plan_by_time ON inspection_plan (book, year, quarter);

-- What a plan is limited to: any of the values of a kind, and all kinds together. A finding (疑点) names what a targeted one is about.
CREATE TABLE inspection_scope (
    book  INTEGER NOT NULL,
    plan  INTEGER NOT NULL,
    kind  TEXT    NOT NULL CHECK (kind IN ('program', 'township', 'village', 'unit', 'project', 'finding')),
    value TEXT    NOT NULL,
    PRIMARY KEY (book, plan, kind, value),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- The working group (工作组).
CREATE TABLE inspection_member (
    book   INTEGER NOT NULL,
    plan   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    unit   TEXT    NOT NULL, -- where from, or ''
    leader INTEGER NOT NULL CHECK (leader IN (0, 1)),
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- The steps of a plan: 拟定 drafted, 已抽样 drawn, 入户 in_field, 已评价 evaluated, 已报告 reported, 已办结 closed.
CREATE TABLE inspection_event (
    book  INTEGER NOT NULL,
    plan  INTEGER NOT NULL,
    seq   INTEGER NOT NULL CHECK (seq > 0),
    state TEXT    NOT NULL CHECK (state IN ('drafted', 'drawn', 'in_field', 'evaluated', 'reported', 'closed')),
    date  INTEGER NOT NULL,
    actor TEXT    NOT NULL CHECK (actor <> ''),
    note  TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- The frozen frame (抽样框), in its order.
CREATE TABLE inspection_frame (
    book      INTEGER NOT NULL,
    plan      INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    item      TEXT    NOT NULL, -- batch+line, payment document, or household code
    stratum   TEXT    NOT NULL, -- township
    village   TEXT    NOT NULL,
    household TEXT    NOT NULL, -- household code, or '' for a payment to a project
    value     INTEGER NOT NULL, -- fen
    weight    INTEGER NOT NULL, -- risk points, where drawn by risk; else 1
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- The drawing, once: from which frame, by which method and seed. With these anyone draws the same sample again.
CREATE TABLE inspection_drawing (
    book          INTEGER NOT NULL,
    plan          INTEGER NOT NULL,
    known_to      INTEGER NOT NULL, -- last voucher that the frame knows
    items         INTEGER NOT NULL CHECK (items > 0),
    total         INTEGER NOT NULL,
    households    INTEGER NOT NULL,
    frame_digest  BLOB    NOT NULL, -- SM3 of the frame's CSV
    seed          TEXT    NOT NULL CHECK (seed <> ''),
    size          INTEGER NOT NULL CHECK (size > 0),
    steps         TEXT    NOT NULL, -- JSON: how the size was worked out, sizes by stratum, interval and start
    sample_digest BLOB    NOT NULL, -- SM3 of the sample's CSV
    actor         TEXT    NOT NULL CHECK (actor <> ''),
    at            INTEGER NOT NULL,
    PRIMARY KEY (book, plan),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- The sample, in the order of the frame.
CREATE TABLE inspection_sample (
    book  INTEGER NOT NULL,
    plan  INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    hits  INTEGER NOT NULL CHECK (hits > 0), -- selections that fell on it (PPS), else 1
    whole INTEGER NOT NULL CHECK (whole IN (0, 1)), -- of the top stratum (全查层), taken without chance
    PRIMARY KEY (book, plan, seq),
    UNIQUE (book, plan, frame),
    FOREIGN KEY (book, plan, frame) REFERENCES inspection_frame (book, plan, seq)
) STRICT, WITHOUT ROWID;

-- A visit as a worksheet (核查表) told it. What is told again otherwise is a further round with a reason; the last one counts.
CREATE TABLE inspection_visit (
    book      INTEGER NOT NULL,
    plan      INTEGER NOT NULL,
    sample    INTEGER NOT NULL,
    round     INTEGER NOT NULL CHECK (round > 0),
    visited   INTEGER NOT NULL,
    inspector TEXT    NOT NULL CHECK (inspector <> ''),
    note      TEXT    NOT NULL,
    reason    TEXT    NOT NULL, -- why it replaces the round before, '' for the first
    file      INTEGER NOT NULL,
    file_row  INTEGER NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (book, plan, sample, round),
    CONSTRAINT reason_of_later_rounds CHECK ((round = 1) = (reason = '')),
    FOREIGN KEY (book, plan, sample) REFERENCES inspection_sample (book, plan, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection_answer (
    book     INTEGER NOT NULL,
    plan     INTEGER NOT NULL,
    sample   INTEGER NOT NULL,
    round    INTEGER NOT NULL,
    question TEXT    NOT NULL,
    answer   TEXT    NOT NULL,
    PRIMARY KEY (book, plan, sample, round, question),
    FOREIGN KEY (book, plan, sample, round) REFERENCES inspection_visit (book, plan, sample, round)
) STRICT, WITHOUT ROWID;

-- What was concluded from the visits known at that time.
CREATE TABLE inspection_evaluation (
    book      INTEGER NOT NULL,
    plan      INTEGER NOT NULL,
    seq       INTEGER NOT NULL CHECK (seq > 0),
    date      INTEGER NOT NULL,
    examined  INTEGER NOT NULL,
    in_error  INTEGER NOT NULL,
    found     INTEGER NOT NULL, -- fen in error in the sample
    projected INTEGER NOT NULL, -- fen
    upper     INTEGER NOT NULL, -- fen
    verdict   TEXT    NOT NULL CHECK (verdict IN ('acceptable', 'not_acceptable', 'incomplete')),
    result    TEXT    NOT NULL, -- JSON: all figures
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
) STRICT, WITHOUT ROWID;

-- An item in error, and the case (线索) that it was handed to.
CREATE TABLE inspection_exception (
    book       INTEGER NOT NULL,
    plan       INTEGER NOT NULL,
    sample     INTEGER NOT NULL,
    round      INTEGER NOT NULL,
    evaluation INTEGER NOT NULL,
    what       TEXT    NOT NULL,
    amount     INTEGER NOT NULL, -- fen
    case_code  TEXT,
    PRIMARY KEY (book, plan, sample, round),
    FOREIGN KEY (book, plan, sample, round) REFERENCES inspection_visit (book, plan, sample, round),
    FOREIGN KEY (book, plan, evaluation) REFERENCES inspection_evaluation (book, plan, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_exception_by_evaluation ON inspection_exception (book, plan, evaluation);

-- A plan's steps run on: each from the step before it, and the end by someone other than who evaluated.
CREATE TRIGGER inspection_event_runs_on BEFORE INSERT ON inspection_event
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan)
  OR (COALESCE((SELECT state FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan ORDER BY seq DESC LIMIT 1), '')
      || '>' || NEW.state) NOT IN ('>drafted', 'drafted>drawn', 'drawn>in_field', 'in_field>evaluated', 'evaluated>in_field',
                                   'evaluated>evaluated', 'evaluated>reported', 'reported>closed')
BEGIN
    SELECT RAISE(ABORT, 'inspection: the steps of a plan run on');
END;

CREATE TRIGGER inspection_closed_by_another BEFORE INSERT ON inspection_event
WHEN NEW.state = 'closed'
 AND EXISTS (SELECT 1 FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan AND state = 'evaluated' AND actor = NEW.actor)
BEGIN
    SELECT RAISE(ABORT, 'inspection: closed by someone other than who evaluated');
END;

-- An exception is handed to a case once; else nothing of it changes.
CREATE TRIGGER inspection_exception_no_update BEFORE UPDATE ON inspection_exception
WHEN OLD.case_code IS NOT NULL OR NEW.case_code IS NULL OR NEW.book <> OLD.book OR NEW.plan <> OLD.plan OR NEW.sample <> OLD.sample
  OR NEW.round <> OLD.round OR NEW.evaluation <> OLD.evaluation OR NEW.what <> OLD.what OR NEW.amount <> OLD.amount
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_exception'); END;
CREATE TRIGGER inspection_plan_no_update BEFORE UPDATE ON inspection_plan BEGIN SELECT RAISE(ABORT, 'append-only: inspection_plan'); END;
CREATE TRIGGER inspection_plan_no_delete BEFORE DELETE ON inspection_plan BEGIN SELECT RAISE(ABORT, 'append-only: inspection_plan'); END;
CREATE TRIGGER inspection_scope_no_update BEFORE UPDATE ON inspection_scope BEGIN SELECT RAISE(ABORT, 'append-only: inspection_scope'); END;
CREATE TRIGGER inspection_scope_no_delete BEFORE DELETE ON inspection_scope BEGIN SELECT RAISE(ABORT, 'append-only: inspection_scope'); END;
CREATE TRIGGER inspection_member_no_update BEFORE UPDATE ON inspection_member BEGIN SELECT RAISE(ABORT, 'append-only: inspection_member'); END;
CREATE TRIGGER inspection_member_no_delete BEFORE DELETE ON inspection_member BEGIN SELECT RAISE(ABORT, 'append-only: inspection_member'); END;
CREATE TRIGGER inspection_event_no_update BEFORE UPDATE ON inspection_event BEGIN SELECT RAISE(ABORT, 'append-only: inspection_event'); END;
CREATE TRIGGER inspection_event_no_delete BEFORE DELETE ON inspection_event BEGIN SELECT RAISE(ABORT, 'append-only: inspection_event'); END;
CREATE TRIGGER inspection_frame_no_update BEFORE UPDATE ON inspection_frame BEGIN SELECT RAISE(ABORT, 'append-only: inspection_frame'); END;
CREATE TRIGGER inspection_frame_no_delete BEFORE DELETE ON inspection_frame BEGIN SELECT RAISE(ABORT, 'append-only: inspection_frame'); END;
CREATE TRIGGER inspection_drawing_no_update BEFORE UPDATE ON inspection_drawing BEGIN SELECT RAISE(ABORT, 'append-only: inspection_drawing'); END;
CREATE TRIGGER inspection_drawing_no_delete BEFORE DELETE ON inspection_drawing BEGIN SELECT RAISE(ABORT, 'append-only: inspection_drawing'); END;
CREATE TRIGGER inspection_sample_no_update BEFORE UPDATE ON inspection_sample BEGIN SELECT RAISE(ABORT, 'append-only: inspection_sample'); END;
CREATE TRIGGER inspection_sample_no_delete BEFORE DELETE ON inspection_sample BEGIN SELECT RAISE(ABORT, 'append-only: inspection_sample'); END;
CREATE TRIGGER inspection_visit_no_update BEFORE UPDATE ON inspection_visit BEGIN SELECT RAISE(ABORT, 'append-only: inspection_visit'); END;
CREATE TRIGGER inspection_visit_no_delete BEFORE DELETE ON inspection_visit BEGIN SELECT RAISE(ABORT, 'append-only: inspection_visit'); END;
CREATE TRIGGER inspection_answer_no_update BEFORE UPDATE ON inspection_answer BEGIN SELECT RAISE(ABORT, 'append-only: inspection_answer'); END;
CREATE TRIGGER inspection_answer_no_delete BEFORE DELETE ON inspection_answer BEGIN SELECT RAISE(ABORT, 'append-only: inspection_answer'); END;
CREATE TRIGGER inspection_evaluation_no_update BEFORE UPDATE ON inspection_evaluation BEGIN SELECT RAISE(ABORT, 'append-only: inspection_evaluation'); END;
CREATE TRIGGER inspection_evaluation_no_delete BEFORE DELETE ON inspection_evaluation BEGIN SELECT RAISE(ABORT, 'append-only: inspection_evaluation'); END;
CREATE TRIGGER inspection_exception_no_delete BEFORE DELETE ON inspection_exception BEGIN SELECT RAISE(ABORT, 'append-only: inspection_exception'); END;

-- As in 06_guards: INSERT OR REPLACE is refused beforehand.
CREATE TRIGGER inspection_plan_no_replace BEFORE INSERT ON inspection_plan
WHEN EXISTS (SELECT 1 FROM inspection_plan WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM inspection_plan WHERE book = NEW.book AND code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_plan'); END;
CREATE TRIGGER inspection_scope_no_replace BEFORE INSERT ON inspection_scope
WHEN EXISTS (SELECT 1 FROM inspection_scope WHERE book = NEW.book AND plan = NEW.plan AND kind = NEW.kind AND value = NEW.value)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_scope'); END;
CREATE TRIGGER inspection_member_no_replace BEFORE INSERT ON inspection_member
WHEN EXISTS (SELECT 1 FROM inspection_member WHERE book = NEW.book AND plan = NEW.plan AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_member'); END;
CREATE TRIGGER inspection_event_no_replace BEFORE INSERT ON inspection_event
WHEN EXISTS (SELECT 1 FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_event'); END;
CREATE TRIGGER inspection_frame_no_replace BEFORE INSERT ON inspection_frame
WHEN EXISTS (SELECT 1 FROM inspection_frame WHERE book = NEW.book AND plan = NEW.plan AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_frame'); END;
CREATE TRIGGER inspection_drawing_no_replace BEFORE INSERT ON inspection_drawing
WHEN EXISTS (SELECT 1 FROM inspection_drawing WHERE book = NEW.book AND plan = NEW.plan)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_drawing'); END;
CREATE TRIGGER inspection_sample_no_replace BEFORE INSERT ON inspection_sample
WHEN EXISTS (SELECT 1 FROM inspection_sample WHERE book = NEW.book AND plan = NEW.plan AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM inspection_sample WHERE book = NEW.book AND plan = NEW.plan AND frame = NEW.frame)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_sample'); END;
CREATE TRIGGER inspection_visit_no_replace BEFORE INSERT ON inspection_visit
WHEN EXISTS (SELECT 1 FROM inspection_visit WHERE book = NEW.book AND plan = NEW.plan AND sample = NEW.sample AND round = NEW.round)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_visit'); END;
CREATE TRIGGER inspection_answer_no_replace BEFORE INSERT ON inspection_answer
WHEN EXISTS (SELECT 1 FROM inspection_answer WHERE book = NEW.book AND plan = NEW.plan AND sample = NEW.sample AND round = NEW.round AND question = NEW.question)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_answer'); END;
CREATE TRIGGER inspection_evaluation_no_replace BEFORE INSERT ON inspection_evaluation
WHEN EXISTS (SELECT 1 FROM inspection_evaluation WHERE book = NEW.book AND plan = NEW.plan AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_evaluation'); END;
CREATE TRIGGER inspection_exception_no_replace BEFORE INSERT ON inspection_exception
WHEN EXISTS (SELECT 1 FROM inspection_exception WHERE book = NEW.book AND plan = NEW.plan AND sample = NEW.sample AND round = NEW.round)
BEGIN SELECT RAISE(ABORT, 'append-only: inspection_exception'); END;
