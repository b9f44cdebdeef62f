-- The project library (项目库) and publicity: what was done to a project, its goals and results, notices and objections.
-- All of it is history: rows are added, never changed.

-- Filing steps (四个流程), 退回, entry and exit, veto and its lifting, in the order recorded.
CREATE TABLE project_event (
    book    BIGINT  NOT NULL REFERENCES book (id),
    id      BIGINT  NOT NULL,
    project TEXT    NOT NULL,
    act     TEXT    NOT NULL CHECK (act IN ('village', 'township', 'county', 'province', 'return', 'admit', 'start', 'finish', 'exit',
                                           'veto', 'unveto')),
    target  TEXT    NOT NULL CHECK (target IN ('', 'village', 'township', 'county', 'province')), -- to which step a return goes
    date    BIGINT  NOT NULL,
    doc_no  TEXT    NOT NULL,
    office  TEXT    NOT NULL,
    opinion TEXT    NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    at      BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    CHECK ((act = 'return') = (target <> '')),
    FOREIGN KEY (book, project) REFERENCES project (book, code)
);
CREATE INDEX project_event_by_project ON project_event (book, project);

-- Performance goals (绩效目标); a later row of the same indicator takes the place of the one before.
CREATE TABLE project_goal (
    book      BIGINT  NOT NULL REFERENCES book (id),
    id        BIGINT  NOT NULL,
    project   TEXT    NOT NULL,
    indicator TEXT    NOT NULL CHECK (indicator <> ''),
    at_most   BIGINT  NOT NULL CHECK (at_most IN (0, 1)), -- 1 = the less the better, such as cost
    target    BIGINT  NOT NULL CHECK (target >= 0),       -- 1/10000 of the measure
    measure   TEXT    NOT NULL,
    date      BIGINT  NOT NULL,
    doc_no    TEXT    NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor <> ''),
    at        BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, project) REFERENCES project (book, code)
);
CREATE INDEX project_goal_by_project ON project_goal (book, project);

-- What was measured; the latest counts.
CREATE TABLE project_result (
    book         BIGINT  NOT NULL REFERENCES book (id),
    id           BIGINT  NOT NULL,
    goal         BIGINT  NOT NULL,
    value        BIGINT  NOT NULL CHECK (value >= 0), -- 1/10000 of the goal's measure
    date         BIGINT  NOT NULL,
    proof_name   TEXT    NOT NULL,
    proof_digest BYTEA, -- SM3 of the proof's file
    remark       TEXT    NOT NULL,
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    at           BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    CHECK ((proof_name = '') = (proof_digest IS NULL)),
    FOREIGN KEY (book, goal) REFERENCES project_goal (book, id)
);
CREATE INDEX project_result_by_goal ON project_result (book, goal);

-- Self-evaluation (绩效自评).
CREATE TABLE project_score (
    book    BIGINT  NOT NULL REFERENCES book (id),
    id      BIGINT  NOT NULL,
    project TEXT    NOT NULL,
    score   BIGINT  NOT NULL CHECK (score BETWEEN 0 AND 1000000), -- 1/10000 of a point, of 100
    date    BIGINT  NOT NULL,
    opinion TEXT    NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    at      BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, project) REFERENCES project (book, code)
);
CREATE INDEX project_score_by_project ON project_score (book, project);

-- Notices (公示、公告) as they were written: of a project, or of a batch in one village.
CREATE TABLE notice (
    book    BIGINT  NOT NULL REFERENCES book (id),
    id      BIGINT  NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind IN ('entry', 'completion', 'batch')),
    project TEXT,
    batch   BIGINT ,
    region  TEXT    NOT NULL,
    name    TEXT    NOT NULL, -- of its files, without the ending
    written BIGINT  NOT NULL,
    docx    BYTEA    NOT NULL, -- SM3
    xlsx    BYTEA    NOT NULL, -- SM3
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    at      BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    CHECK ((kind = 'batch') = (project IS NULL) AND (kind = 'batch') = (batch IS NOT NULL)),
    FOREIGN KEY (book, project) REFERENCES project (book, code),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
);
CREATE INDEX notice_by_project ON notice (book, project);
CREATE INDEX notice_by_batch ON notice (book, batch);

-- Where and how long a notice hung, and the proof of it (photograph).
CREATE TABLE notice_publication (
    book         BIGINT  NOT NULL REFERENCES book (id),
    id           BIGINT  NOT NULL,
    notice       BIGINT  NOT NULL,
    level        TEXT    NOT NULL CHECK (level IN ('', '村', '乡', '县')), -- of whose board it was; empty = not said
    place        TEXT    NOT NULL CHECK (place <> ''),
    date_from    BIGINT  NOT NULL,
    date_to      BIGINT  NOT NULL,
    proof_name   TEXT    NOT NULL CHECK (proof_name <> ''),
    proof_digest BYTEA    NOT NULL, -- SM3
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    at           BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    CHECK (date_from <= date_to),
    FOREIGN KEY (book, notice) REFERENCES notice (book, id)
);
CREATE INDEX notice_publication_by_notice ON notice_publication (book, notice);

-- Objections (信访投诉) against a project or a batch.
CREATE TABLE objection (
    book        BIGINT  NOT NULL REFERENCES book (id),
    id          BIGINT  NOT NULL,
    code        TEXT    NOT NULL,
    project     TEXT,
    batch       BIGINT ,
    received    BIGINT  NOT NULL,
    channel     TEXT    NOT NULL,
    complainant TEXT    NOT NULL, -- empty = 匿名
    contact     TEXT    NOT NULL,
    subject     TEXT    NOT NULL, -- the person complained of, if any
    content     TEXT    NOT NULL CHECK (content <> ''),
    actor       TEXT    NOT NULL CHECK (actor <> ''),
    at          BIGINT  NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, code),
    CHECK ((project IS NULL) <> (batch IS NULL)),
    FOREIGN KEY (book, project) REFERENCES project (book, code),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id)
);
CREATE INDEX objection_by_project ON objection (book, project);
CREATE INDEX objection_by_batch ON objection (book, batch);

-- Its stages, each once: 调查核实, 答复, 结果公开.
CREATE TABLE objection_event (
    book         BIGINT  NOT NULL,
    objection    BIGINT  NOT NULL,
    stage        TEXT    NOT NULL CHECK (stage IN ('investigated', 'answered', 'published')),
    date         BIGINT  NOT NULL,
    finding      TEXT    NOT NULL,
    body         TEXT    NOT NULL CHECK (body <> ''),
    proof_name   TEXT    NOT NULL,
    proof_digest BYTEA, -- SM3
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    at           BIGINT  NOT NULL,
    PRIMARY KEY (book, objection, stage),
    CHECK ((proof_name = '') = (proof_digest IS NULL)),
    FOREIGN KEY (book, objection) REFERENCES objection (book, id)
);

-- Whoever writes with plain SQL meets the same refusals: events run on; a step is not reviewed by who did the one before,
-- nor a veto lifted by who spoke it.
CREATE FUNCTION project_event_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <= (SELECT max(id) FROM project_event WHERE book = NEW.book) THEN
        RAISE EXCEPTION 'project event: must follow the last';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER project_event_runs_on BEFORE INSERT ON project_event FOR EACH ROW EXECUTE FUNCTION project_event_runs_on();

CREATE FUNCTION project_event_hands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM project_event p WHERE p.book = NEW.book AND p.project = NEW.project
        AND p.actor = NEW.actor
        AND p.id = (SELECT max(q.id) FROM project_event q WHERE q.book = NEW.book AND q.project = NEW.project AND q.act = CASE NEW.act
              WHEN 'township' THEN 'village' WHEN 'county' THEN 'township' WHEN 'province' THEN 'county' WHEN 'unveto' THEN 'veto' END)) THEN
        RAISE EXCEPTION 'project event: same person as the step before';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER project_event_hands BEFORE INSERT ON project_event FOR EACH ROW EXECUTE FUNCTION project_event_hands();

-- A veto (一票否决) stops the money of a project until it is lifted.
CREATE FUNCTION allocation_act_not_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = '下达' AND (SELECT e.act FROM project_event e WHERE e.book = NEW.book AND e.project = NEW.project AND e.act IN ('veto', 'unveto')
       ORDER BY e.id DESC LIMIT 1) = 'veto' THEN
        RAISE EXCEPTION 'project is frozen by a veto';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_act_not_frozen BEFORE INSERT ON allocation_act FOR EACH ROW EXECUTE FUNCTION allocation_act_not_frozen();

CREATE FUNCTION disbursement_not_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT e.act FROM project_event e WHERE e.book = NEW.book AND e.project = NEW.project AND e.act IN ('veto', 'unveto')
       ORDER BY e.id DESC LIMIT 1) = 'veto' THEN
        RAISE EXCEPTION 'project is frozen by a veto';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disbursement_not_frozen BEFORE INSERT ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_not_frozen();

-- An objection is not handled by the person complained of; answered after it was investigated, by somebody else.
CREATE FUNCTION objection_event_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM objection o WHERE o.book = NEW.book AND o.id = NEW.objection AND o.subject = NEW.actor)
  OR (NEW.stage = 'answered' AND NOT EXISTS (SELECT 1 FROM objection_event e
        WHERE e.book = NEW.book AND e.objection = NEW.objection AND e.stage = 'investigated' AND e.actor <> NEW.actor))
  OR (NEW.stage = 'published' AND NOT EXISTS (SELECT 1 FROM objection_event e
        WHERE e.book = NEW.book AND e.objection = NEW.objection AND e.stage = 'answered')) THEN
        RAISE EXCEPTION 'objection: wrong order or same person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER objection_event_order BEFORE INSERT ON objection_event FOR EACH ROW EXECUTE FUNCTION objection_event_order();

CREATE TRIGGER project_event_no_update BEFORE UPDATE OR DELETE ON project_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_event_no_truncate BEFORE TRUNCATE ON project_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_goal_no_update BEFORE UPDATE OR DELETE ON project_goal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_goal_no_truncate BEFORE TRUNCATE ON project_goal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_result_no_update BEFORE UPDATE OR DELETE ON project_result FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_result_no_truncate BEFORE TRUNCATE ON project_result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_score_no_update BEFORE UPDATE OR DELETE ON project_score FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER project_score_no_truncate BEFORE TRUNCATE ON project_score FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_no_update BEFORE UPDATE OR DELETE ON notice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_no_truncate BEFORE TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_publication_no_update BEFORE UPDATE OR DELETE ON notice_publication FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_publication_no_truncate BEFORE TRUNCATE ON notice_publication FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_no_update BEFORE UPDATE OR DELETE ON objection FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_no_truncate BEFORE TRUNCATE ON objection FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_event_no_update BEFORE UPDATE OR DELETE ON objection_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_event_no_truncate BEFORE TRUNCATE ON objection_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
