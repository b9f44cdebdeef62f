-- Inspection (检查): plans and what became of each, the frozen frame and the sample drawn from it, what the teams found at the
-- door, what was concluded. All of it is history: rows are added, never changed; the one thing written later, once, is the
-- case (线索) that an exception was handed to. Rates are basis points (1/10000), amounts fen.
CREATE TABLE inspection_plan (
    book         BIGINT NOT NULL REFERENCES book (id),
    id           BIGINT NOT NULL,
    code         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('quarterly', 'annual', 'targeted')),
    year         BIGINT NOT NULL,
    quarter      BIGINT, -- 1 to 4, of a quarterly one
    population   TEXT    NOT NULL CHECK (population IN ('payments', 'disbursements', 'households')),
    period_first BIGINT NOT NULL, -- first day of what is looked at
    period_last  BIGINT NOT NULL,
    method       TEXT    NOT NULL CHECK (method IN ('random', 'stratified', 'neyman', 'systematic', 'mus', 'discovery', 'risk')),
    confidence   BIGINT NOT NULL CHECK (confidence > 5000 AND confidence < 10000),
    tolerable    BIGINT NOT NULL CHECK (tolerable > 0 AND tolerable < 10000), -- share of items, or of the money for mus
    expected     BIGINT NOT NULL CHECK (expected >= 0),
    size         BIGINT CHECK (size > 0), -- where it is ordered rather than worked out
    due          BIGINT NOT NULL, -- day by which it is to be reported
    reason       TEXT    NOT NULL, -- what a targeted one is about, or ''
    maker        TEXT    NOT NULL CHECK (maker <> ''),
    at           BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code),
    CONSTRAINT quarter_of_quarterly CHECK ((kind = 'quarterly') = (quarter IS NOT NULL) AND COALESCE(quarter, 1) IN (1, 2, 3, 4)),
    CONSTRAINT expects_less_than_it_tolerates CHECK (expected < tolerable),
    CONSTRAINT inspection_period_runs_on CHECK (period_first <= period_last)
);
CREATE INDEX inspection_plan_by_time ON inspection_plan (book, year, quarter);

-- What a plan is limited to: any of the values of a kind, and all kinds together. A finding (疑点) names what a targeted one is about.
CREATE TABLE inspection_scope (
    book  BIGINT NOT NULL,
    plan  BIGINT NOT NULL,
    kind  TEXT    NOT NULL CHECK (kind IN ('program', 'township', 'village', 'unit', 'project', 'finding')),
    value TEXT    NOT NULL,
    PRIMARY KEY (book, plan, kind, value),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- The working group (工作组).
CREATE TABLE inspection_member (
    book   BIGINT NOT NULL,
    plan   BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    name   TEXT    NOT NULL,
    unit   TEXT    NOT NULL, -- where from, or ''
    leader BIGINT NOT NULL CHECK (leader IN (0, 1)),
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- The steps of a plan: 拟定 drafted, 已抽样 drawn, 入户 in_field, 已评价 evaluated, 已报告 reported, 已办结 closed.
CREATE TABLE inspection_event (
    book  BIGINT NOT NULL,
    plan  BIGINT NOT NULL,
    seq   BIGINT NOT NULL CHECK (seq > 0),
    state TEXT    NOT NULL CHECK (state IN ('drafted', 'drawn', 'in_field', 'evaluated', 'reported', 'closed')),
    date  BIGINT NOT NULL,
    actor TEXT    NOT NULL CHECK (actor <> ''),
    note  TEXT    NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- The frozen frame (抽样框), in its order.
CREATE TABLE inspection_frame (
    book      BIGINT NOT NULL,
    plan      BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    item      TEXT    NOT NULL, -- batch+line, payment document, or household code
    stratum   TEXT    NOT NULL, -- township
    village   TEXT    NOT NULL,
    household TEXT    NOT NULL, -- household code, or '' for a payment to a project
    value     BIGINT NOT NULL, -- fen
    weight    BIGINT NOT NULL, -- risk points, where drawn by risk; else 1
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- The drawing, once: from which frame, by which method and seed. With these anyone draws the same sample again.
CREATE TABLE inspection_drawing (
    book          BIGINT NOT NULL,
    plan          BIGINT NOT NULL,
    known_to      BIGINT NOT NULL, -- last voucher that the frame knows
    items         BIGINT NOT NULL CHECK (items > 0),
    total         BIGINT NOT NULL,
    households    BIGINT NOT NULL,
    frame_digest  BYTEA   NOT NULL, -- SM3 of the frame's CSV
    seed          TEXT    NOT NULL CHECK (seed <> ''),
    size          BIGINT NOT NULL CHECK (size > 0),
    steps         TEXT    NOT NULL, -- JSON: how the size was worked out, sizes by stratum, interval and start
    sample_digest BYTEA   NOT NULL, -- SM3 of the sample's CSV
    actor         TEXT    NOT NULL CHECK (actor <> ''),
    at            BIGINT NOT NULL,
    PRIMARY KEY (book, plan),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- The sample, in the order of the frame.
CREATE TABLE inspection_sample (
    book  BIGINT NOT NULL,
    plan  BIGINT NOT NULL,
    seq   BIGINT NOT NULL,
    frame BIGINT NOT NULL,
    hits  BIGINT NOT NULL CHECK (hits > 0), -- selections that fell on it (PPS), else 1
    whole BIGINT NOT NULL CHECK (whole IN (0, 1)), -- of the top stratum (全查层), taken without chance
    PRIMARY KEY (book, plan, seq),
    UNIQUE (book, plan, frame),
    FOREIGN KEY (book, plan, frame) REFERENCES inspection_frame (book, plan, seq)
);

-- A visit as a worksheet (核查表) told it. What is told again otherwise is a further round with a reason; the last one counts.
CREATE TABLE inspection_visit (
    book      BIGINT NOT NULL,
    plan      BIGINT NOT NULL,
    sample    BIGINT NOT NULL,
    round     BIGINT NOT NULL CHECK (round > 0),
    visited   BIGINT NOT NULL,
    inspector TEXT    NOT NULL CHECK (inspector <> ''),
    note      TEXT    NOT NULL,
    reason    TEXT    NOT NULL, -- why it replaces the round before, '' for the first
    file      BIGINT NOT NULL,
    file_row  BIGINT NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT NOT NULL,
    PRIMARY KEY (book, plan, sample, round),
    CONSTRAINT reason_of_later_rounds CHECK ((round = 1) = (reason = '')),
    FOREIGN KEY (book, plan, sample) REFERENCES inspection_sample (book, plan, seq)
);

CREATE TABLE inspection_answer (
    book     BIGINT NOT NULL,
    plan     BIGINT NOT NULL,
    sample   BIGINT NOT NULL,
    round    BIGINT NOT NULL,
    question TEXT    NOT NULL,
    answer   TEXT    NOT NULL,
    PRIMARY KEY (book, plan, sample, round, question),
    FOREIGN KEY (book, plan, sample, round) REFERENCES inspection_visit (book, plan, sample, round)
);

-- What was concluded from the visits known at that time.
CREATE TABLE inspection_evaluation (
    book      BIGINT NOT NULL,
    plan      BIGINT NOT NULL,
    seq       BIGINT NOT NULL CHECK (seq > 0),
    date      BIGINT NOT NULL,
    examined  BIGINT NOT NULL,
    in_error  BIGINT NOT NULL,
    found     BIGINT NOT NULL, -- fen in error in the sample
    projected BIGINT NOT NULL, -- fen
    upper     BIGINT NOT NULL, -- fen
    verdict   TEXT    NOT NULL CHECK (verdict IN ('acceptable', 'not_acceptable', 'incomplete')),
    result    TEXT    NOT NULL, -- JSON: all figures
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT NOT NULL,
    PRIMARY KEY (book, plan, seq),
    FOREIGN KEY (book, plan) REFERENCES inspection_plan (book, id)
);

-- An item in error, and the case (线索) that it was handed to.
CREATE TABLE inspection_exception (
    book       BIGINT NOT NULL,
    plan       BIGINT NOT NULL,
    sample     BIGINT NOT NULL,
    round      BIGINT NOT NULL,
    evaluation BIGINT NOT NULL,
    what       TEXT    NOT NULL,
    amount     BIGINT NOT NULL, -- fen
    case_code  TEXT,
    PRIMARY KEY (book, plan, sample, round),
    FOREIGN KEY (book, plan, sample, round) REFERENCES inspection_visit (book, plan, sample, round),
    FOREIGN KEY (book, plan, evaluation) REFERENCES inspection_evaluation (book, plan, seq)
);
CREATE INDEX inspection_exception_by_evaluation ON inspection_exception (book, plan, evaluation);

-- A plan's steps run on: each from the step before it, and the end by someone other than who evaluated.
CREATE FUNCTION inspection_event_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan)
       OR (COALESCE((SELECT state FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan ORDER BY seq DESC LIMIT 1), '')
           || '>' || NEW.state) NOT IN ('>drafted', 'drafted>drawn', 'drawn>in_field', 'in_field>evaluated', 'evaluated>in_field',
                                        'evaluated>evaluated', 'evaluated>reported', 'reported>closed') THEN
        RAISE EXCEPTION 'inspection: the steps of a plan run on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inspection_event_runs_on BEFORE INSERT ON inspection_event FOR EACH ROW EXECUTE FUNCTION inspection_event_runs_on();

CREATE FUNCTION inspection_closed_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'closed'
       AND EXISTS (SELECT 1 FROM inspection_event WHERE book = NEW.book AND plan = NEW.plan AND state = 'evaluated' AND actor = NEW.actor) THEN
        RAISE EXCEPTION 'inspection: closed by someone other than who evaluated';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inspection_closed_by_another BEFORE INSERT ON inspection_event
    FOR EACH ROW EXECUTE FUNCTION inspection_closed_by_another();

-- An exception is handed to a case once; else nothing of it changes.
CREATE TRIGGER inspection_exception_no_update BEFORE UPDATE ON inspection_exception FOR EACH ROW
WHEN (OLD.case_code IS NOT NULL OR NEW.case_code IS NULL OR NEW.book <> OLD.book OR NEW.plan <> OLD.plan OR NEW.sample <> OLD.sample
  OR NEW.round <> OLD.round OR NEW.evaluation <> OLD.evaluation OR NEW.what <> OLD.what OR NEW.amount <> OLD.amount)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_exception_no_delete BEFORE DELETE ON inspection_exception FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_plan_no_update BEFORE UPDATE OR DELETE ON inspection_plan FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_plan_no_truncate BEFORE TRUNCATE ON inspection_plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_scope_no_update BEFORE UPDATE OR DELETE ON inspection_scope FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_scope_no_truncate BEFORE TRUNCATE ON inspection_scope FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_member_no_update BEFORE UPDATE OR DELETE ON inspection_member FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_member_no_truncate BEFORE TRUNCATE ON inspection_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_event_no_update BEFORE UPDATE OR DELETE ON inspection_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_event_no_truncate BEFORE TRUNCATE ON inspection_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_frame_no_update BEFORE UPDATE OR DELETE ON inspection_frame FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_frame_no_truncate BEFORE TRUNCATE ON inspection_frame FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_drawing_no_update BEFORE UPDATE OR DELETE ON inspection_drawing FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_drawing_no_truncate BEFORE TRUNCATE ON inspection_drawing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_sample_no_update BEFORE UPDATE OR DELETE ON inspection_sample FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_sample_no_truncate BEFORE TRUNCATE ON inspection_sample FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_visit_no_update BEFORE UPDATE OR DELETE ON inspection_visit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_visit_no_truncate BEFORE TRUNCATE ON inspection_visit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_answer_no_update BEFORE UPDATE OR DELETE ON inspection_answer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_answer_no_truncate BEFORE TRUNCATE ON inspection_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_evaluation_no_update BEFORE UPDATE OR DELETE ON inspection_evaluation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_evaluation_no_truncate BEFORE TRUNCATE ON inspection_evaluation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inspection_exception_no_truncate BEFORE TRUNCATE ON inspection_exception FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
