-- Who may enter and what they may do: users, roles with their rights, grants, sessions, the access log (操作日志) and the keys of
-- requests. Users and sessions change state; grants, rights, passwords once used and the log are history and only grow.

-- A user (用户). Two accounts of one person carry one name (姓名), and a name is never changed: two-person rules rest on it.
CREATE TABLE user_account (
    book            BIGINT NOT NULL REFERENCES book (id),
    id              BIGINT NOT NULL,
    login           TEXT    NOT NULL CHECK (login <> ''),
    name            TEXT    NOT NULL CHECK (name <> ''),
    state           TEXT    NOT NULL CHECK (state IN ('active', 'disabled')),
    password        TEXT    NOT NULL, -- Argon2id, PHC string
    must_change     BIGINT NOT NULL CHECK (must_change IN (0, 1)),
    password_set_at BIGINT NOT NULL,
    secret_ends     BIGINT, -- until when a first secret may be used; NULL for a password of the user's own
    failed          BIGINT NOT NULL CHECK (failed >= 0), -- wrong tries since the last right one
    wait_until      BIGINT NOT NULL, -- no try counts before
    totp            BYTEA, -- secret of the second step
    totp_confirmed  BIGINT NOT NULL CHECK (totp_confirmed IN (0, 1)),
    totp_step       BIGINT NOT NULL, -- last step whose code was used; none is taken twice
    created_at      BIGINT NOT NULL,
    created_by      TEXT    NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, login)
);
CREATE INDEX user_account_by_name ON user_account (book, name);

-- Passwords once used, so that they are not used again.
CREATE TABLE password_history (
    book     BIGINT NOT NULL,
    person   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    password TEXT    NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (book, person, seq),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id)
);

-- A role (角色). Its reach says for which part of the county it may be granted.
CREATE TABLE role (
    book     BIGINT NOT NULL REFERENCES book (id),
    code     TEXT    NOT NULL,
    place    BIGINT NOT NULL, -- order in lists
    title    TEXT    NOT NULL,
    reach    TEXT    NOT NULL CHECK (reach IN ('county', 'part', 'none')),
    business BIGINT NOT NULL CHECK (business IN (0, 1)), -- sees or moves money; else an administrator's
    about    TEXT    NOT NULL,
    PRIMARY KEY (book, code)
);

-- Roles that one person may not hold together, written both ways.
CREATE TABLE role_exclusion (
    book  BIGINT NOT NULL,
    role  TEXT    NOT NULL,
    other TEXT    NOT NULL,
    PRIMARY KEY (book, role, other),
    FOREIGN KEY (book, role) REFERENCES role (book, code),
    FOREIGN KEY (book, other) REFERENCES role (book, code)
);
CREATE INDEX role_exclusion_by_other ON role_exclusion (book, other);

-- The rights of a role: the last row of a permission says whether the role has it.
CREATE TABLE role_permission (
    book       BIGINT NOT NULL,
    role       TEXT    NOT NULL,
    permission TEXT    NOT NULL,
    seq        BIGINT NOT NULL,
    held       BIGINT NOT NULL CHECK (held IN (0, 1)),
    actor      TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, role, permission, seq),
    FOREIGN KEY (book, role) REFERENCES role (book, code)
);

-- A role given to a user (授权) for the county or, where places stand below it, for those.
CREATE TABLE role_grant (
    book       BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    person     BIGINT NOT NULL,
    role       TEXT    NOT NULL,
    scope      TEXT    NOT NULL CHECK (scope IN ('county', 'part', 'none')),
    granted_by TEXT    NOT NULL CHECK (granted_by <> ''),
    checker    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id),
    FOREIGN KEY (book, role) REFERENCES role (book, code)
);
CREATE INDEX role_grant_by_user ON role_grant (book, person);
CREATE INDEX role_grant_by_role ON role_grant (book, role);

-- Units and regions of a grant; what lies below them goes with them.
CREATE TABLE role_grant_place (
    book       BIGINT NOT NULL,
    role_grant BIGINT NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('unit', 'region')),
    code       TEXT    NOT NULL,
    PRIMARY KEY (book, role_grant, kind, code),
    FOREIGN KEY (book, role_grant) REFERENCES role_grant (book, id)
);

CREATE TABLE role_revocation (
    book       BIGINT NOT NULL,
    role_grant BIGINT NOT NULL,
    revoked_by TEXT    NOT NULL CHECK (revoked_by <> ''),
    reason     TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (book, role_grant),
    FOREIGN KEY (book, role_grant) REFERENCES role_grant (book, id)
);

-- A session (会话): from signing in to its end.
CREATE TABLE session (
    book      BIGINT NOT NULL,
    id        BIGINT NOT NULL,
    person    BIGINT NOT NULL,
    started   BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    idle      BIGINT NOT NULL CHECK (idle > 0), -- microseconds without a request after which it has ended
    ends      BIGINT NOT NULL, -- ends in any case
    ip        TEXT    NOT NULL,
    agent     TEXT    NOT NULL,
    ended     BIGINT,
    ended_by  TEXT    NOT NULL,
    end_why   TEXT    NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id)
);
CREATE INDEX session_by_user ON session (book, person, started);

-- Refresh tokens of a session, by digest; a replaced one that comes again ends the session.
CREATE TABLE session_token (
    book     BIGINT NOT NULL,
    digest   BYTEA    NOT NULL, -- SM3
    session  BIGINT NOT NULL,
    issued   BIGINT NOT NULL,
    replaced BIGINT,
    PRIMARY KEY (book, digest),
    FOREIGN KEY (book, session) REFERENCES session (book, id)
);
CREATE INDEX session_token_by_session ON session_token (book, session);

-- The access log (操作日志): each act and each look at full personal data, hashed onto the one before.
CREATE TABLE access_log (
    book      BIGINT NOT NULL REFERENCES book (id),
    seq       BIGINT NOT NULL CHECK (seq > 0),
    at        BIGINT NOT NULL,
    person    BIGINT NOT NULL, -- 0: the command line, or nobody known
    name      TEXT    NOT NULL,
    session   BIGINT NOT NULL, -- 0: none
    ip        TEXT    NOT NULL,
    operation TEXT    NOT NULL CHECK (operation <> ''),
    target    TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    outcome   TEXT    NOT NULL CHECK (outcome <> ''), -- done, or the code of the refusal
    prev_hash BYTEA    NOT NULL,
    hash      BYTEA    NOT NULL,
    PRIMARY KEY (book, seq)
);
CREATE INDEX access_log_by_time ON access_log (book, at);
CREATE INDEX access_log_by_name ON access_log (book, name, seq);
CREATE INDEX access_log_by_operation ON access_log (book, operation, seq);

CREATE TABLE access_head (
    book BIGINT NOT NULL REFERENCES book (id),
    seq  BIGINT NOT NULL,
    hash BYTEA    NOT NULL,
    PRIMARY KEY (book)
);

-- Keys of requests (Idempotency-Key) and what was answered.
CREATE TABLE request (
    book   BIGINT NOT NULL REFERENCES book (id),
    person BIGINT NOT NULL,
    key    TEXT    NOT NULL,
    digest BYTEA    NOT NULL,
    status BIGINT, -- NULL until answered
    answer BYTEA,
    at     BIGINT NOT NULL,
    PRIMARY KEY (book, person, key)
);

-- What lies below a place is looked for by its parent.
CREATE INDEX region_by_parent ON region (book, parent);
CREATE INDEX unit_by_parent ON unit (book, parent);
CREATE INDEX unit_by_region ON unit (book, region);

-- History only grows.
CREATE TRIGGER password_history_no_update BEFORE UPDATE OR DELETE ON password_history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER password_history_no_truncate BEFORE TRUNCATE ON password_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_permission_no_update BEFORE UPDATE OR DELETE ON role_permission FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_permission_no_truncate BEFORE TRUNCATE ON role_permission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_grant_no_update BEFORE UPDATE OR DELETE ON role_grant FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_grant_no_truncate BEFORE TRUNCATE ON role_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_grant_place_no_update BEFORE UPDATE OR DELETE ON role_grant_place FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_grant_place_no_truncate BEFORE TRUNCATE ON role_grant_place FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_revocation_no_update BEFORE UPDATE OR DELETE ON role_revocation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_revocation_no_truncate BEFORE TRUNCATE ON role_revocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_no_update BEFORE UPDATE OR DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_exclusion_no_update BEFORE UPDATE OR DELETE ON role_exclusion FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_exclusion_no_truncate BEFORE TRUNCATE ON role_exclusion FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_no_update BEFORE UPDATE OR DELETE ON role FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER role_no_truncate BEFORE TRUNCATE ON role FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER user_account_no_delete BEFORE DELETE ON user_account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER user_account_no_truncate BEFORE TRUNCATE ON user_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER session_no_delete BEFORE DELETE ON session FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER session_no_truncate BEFORE TRUNCATE ON session FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_head_no_delete BEFORE DELETE ON access_head FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_head_no_truncate BEFORE TRUNCATE ON access_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who a user is stays.
CREATE FUNCTION user_account_is_one_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.book, NEW.id, NEW.login, NEW.name, NEW.created_at, NEW.created_by)
       <> (OLD.book, OLD.id, OLD.login, OLD.name, OLD.created_at, OLD.created_by) OR NEW.totp_step < OLD.totp_step THEN
        RAISE EXCEPTION 'user: login and name stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER user_account_is_one_person BEFORE UPDATE ON user_account FOR EACH ROW EXECUTE FUNCTION user_account_is_one_person();

-- A session is one user's, and ends once.
CREATE FUNCTION session_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.book, NEW.id, NEW.person, NEW.started, NEW.ends) <> (OLD.book, OLD.id, OLD.person, OLD.started, OLD.ends)
       OR OLD.ended IS NOT NULL THEN
        RAISE EXCEPTION 'session: ends once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_ends_once BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION session_ends_once();

-- The log follows its head, and only a row of the log moves the head.
CREATE FUNCTION access_log_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM access_head WHERE book = NEW.book AND seq + 1 = NEW.seq AND hash = NEW.prev_hash) THEN
        RAISE EXCEPTION 'access log: does not follow the head';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_log_follows BEFORE INSERT ON access_log FOR EACH ROW EXECUTE FUNCTION access_log_follows();
CREATE FUNCTION access_log_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_head SET seq = NEW.seq, hash = NEW.hash WHERE book = NEW.book;
    RETURN NULL;
END $$;
CREATE TRIGGER access_log_advances AFTER INSERT ON access_log FOR EACH ROW EXECUTE FUNCTION access_log_advances();
CREATE FUNCTION access_head_starts_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> 0 OR NEW.hash <> decode(repeat('00', 32), 'hex')
       OR EXISTS (SELECT 1 FROM access_log WHERE book = NEW.book) THEN
        RAISE EXCEPTION 'access log: a book has one, from its beginning';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_head_starts_at_zero BEFORE INSERT ON access_head FOR EACH ROW EXECUTE FUNCTION access_head_starts_at_zero();
CREATE FUNCTION access_head_only_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.book <> OLD.book OR NEW.seq <> OLD.seq + 1
       OR NOT EXISTS (SELECT 1 FROM access_log WHERE book = NEW.book AND seq = NEW.seq AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'access log: only a row moves the head';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_head_only_advances BEFORE UPDATE ON access_head FOR EACH ROW EXECUTE FUNCTION access_head_only_advances();
