-- Who may enter and what they may do: users, roles with their rights, grants, sessions, the access log (操作日志) and the keys of
-- requests. Users and sessions change state; grants, rights, passwords once used and the log are history and only grow.

-- A user (用户). Two accounts of one person carry one name (姓名), and a name is never changed: two-person rules rest on it.
CREATE TABLE user_account (
    book            INTEGER NOT NULL REFERENCES book (id),
    id              INTEGER NOT NULL,
    login           TEXT    NOT NULL CHECK (login <> ''),
    name            TEXT    NOT NULL CHECK (name <> ''),
    state           TEXT    NOT NULL CHECK (state IN ('active', 'disabled')),
    password        TEXT    NOT NULL, -- Argon2id, PHC string
    must_change     INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    password_set_at INTEGER NOT NULL,
    secret_ends     INTEGER, -- until when a first secret may be used; NULL for a password of the user's own
    failed          INTEGER NOT NULL CHECK (failed >= 0), -- wrong tries since the last right one
    wait_until      INTEGER NOT NULL, -- no try counts before
    totp            BLOB, -- secret of the second step
    totp_confirmed  INTEGER NOT NULL CHECK (totp_confirmed IN (0, 1)),
    totp_step       INTEGER NOT NULL, -- last step whose code was used; none is taken twice
    created_at      INTEGER NOT NULL,
    created_by      TEXT    NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_account_by_name ON user_account (book, name);

-- Passwords once used, so that they are not used again.
CREATE TABLE password_history (
    book     INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    password TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (book, person, seq),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id)
) STRICT, WITHOUT ROWID;

-- A role (角色). Its reach says for which part of the county it may be granted.
CREATE TABLE role (
    book     INTEGER NOT NULL REFERENCES book (id),
    code     TEXT    NOT NULL,
    place    INTEGER NOT NULL, -- order in lists
    title    TEXT    NOT NULL,
    reach    TEXT    NOT NULL CHECK (reach IN ('county', 'part', 'none')),
    business INTEGER NOT NULL CHECK (business IN (0, 1)), -- sees or moves money; else an administrator's
    about    TEXT    NOT NULL,
    PRIMARY KEY (book, code)
) STRICT, WITHOUT ROWID;

-- Roles that one person may not hold together, written both ways.
CREATE TABLE role_exclusion (
    book  INTEGER NOT NULL,
    role  TEXT    NOT NULL,
    other TEXT    NOT NULL,
    PRIMARY KEY (book, role, other),
    FOREIGN KEY (book, role) REFERENCES role (book, code),
    FOREIGN KEY (book, other) REFERENCES role (book, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_exclusion_by_other ON role_exclusion (book, other);

-- The rights of a role: the last row of a permission says whether the role has it.
CREATE TABLE role_permission (
    book       INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    permission TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    held       INTEGER NOT NULL CHECK (held IN (0, 1)),
    actor      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, role, permission, seq),
    FOREIGN KEY (book, role) REFERENCES role (book, code)
) STRICT, WITHOUT ROWID;

-- A role given to a user (授权) for the county or, where places stand below it, for those.
CREATE TABLE role_grant (
    book       INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    person     INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    scope      TEXT    NOT NULL CHECK (scope IN ('county', 'part', 'none')),
    granted_by TEXT    NOT NULL CHECK (granted_by <> ''),
    checker    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id),
    FOREIGN KEY (book, role) REFERENCES role (book, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_grant_by_user ON role_grant (book, person);
CREATE INDEX role_grant_by_role ON role_grant (book, role);

-- Units and regions of a grant; what lies below them goes with them.
CREATE TABLE role_grant_place (
    book       INTEGER NOT NULL,
    role_grant INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('unit', 'region')),
    code       TEXT    NOT NULL,
    PRIMARY KEY (book, role_grant, kind, code),
    FOREIGN KEY (book, role_grant) REFERENCES role_grant (book, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_revocation (
    book       INTEGER NOT NULL,
    role_grant INTEGER NOT NULL,
    revoked_by TEXT    NOT NULL CHECK (revoked_by <> ''),
    reason     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (book, role_grant),
    FOREIGN KEY (book, role_grant) REFERENCES role_grant (book, id)
) STRICT, WITHOUT ROWID;

-- A session (会话): from signing in to its end.
CREATE TABLE session (
    book      INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    started   INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    idle      INTEGER NOT NULL CHECK (idle > 0), -- microseconds without a request after which it has ended
    ends      INTEGER NOT NULL, -- ends in any case
    ip        TEXT    NOT NULL,
    agent     TEXT    NOT NULL,
    ended     INTEGER,
    ended_by  TEXT    NOT NULL,
    end_why   TEXT    NOT NULL,
    PRIMARY KEY (book, id),
    FOREIGN KEY (book, person) REFERENCES user_account (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_user ON session (book, person, started);

-- Refresh tokens of a session, by digest; a replaced one that comes again ends the session.
CREATE TABLE session_token (
    book     INTEGER NOT NULL,
    digest   BLOB    NOT NULL, -- SM3
    session  INTEGER NOT NULL,
    issued   INTEGER NOT NULL,
    replaced INTEGER,
    PRIMARY KEY (book, digest),
    FOREIGN KEY (book, session) REFERENCES session (book, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_token_by_session ON session_token (book, session);

-- The access log (操作日志): each act and each look at full personal data, hashed onto the one before.
CREATE TABLE access_log (
    book      INTEGER NOT NULL REFERENCES book (id),
    seq       INTEGER NOT NULL CHECK (seq > 0),
    at        INTEGER NOT NULL,
    person    INTEGER NOT NULL, -- 0: the command line, or nobody known
    name      TEXT    NOT NULL,
    session   INTEGER NOT NULL, -- 0: none
    ip        TEXT    NOT NULL,
    operation TEXT    NOT NULL CHECK (operation <> ''),
    target    TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    outcome   TEXT    NOT NULL CHECK (outcome <> ''), -- done, or the code of the refusal
    prev_hash BLOB    NOT NULL,
    hash      BLOB    NOT NULL,
    PRIMARY KEY (book, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_log_by_time ON access_log (book, at);
CREATE INDEX access_log_by_name ON access_log (book, name, seq);
CREATE INDEX access_log_by_operation ON access_log (book, operation, seq);

CREATE TABLE access_head (
    book INTEGER NOT NULL REFERENCES book (id),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL,
    PRIMARY KEY (book)
) STRICT, WITHOUT ROWID;

-- Keys of requests (Idempotency-Key) and what was answered.
CREATE TABLE request (
    book   INTEGER NOT NULL REFERENCES book (id),
    person INTEGER NOT NULL,
    key    TEXT    NOT NULL,
    digest BLOB    NOT NULL,
    status INTEGER, -- NULL until answered
    answer BLOB,
    at     INTEGER NOT NULL,
    PRIMARY KEY (book, person, key)
) STRICT, WITHOUT ROWID;

-- What lies below a place is looked for by its parent.
CREATE INDEX region_by_parent ON region (book, parent);
CREATE INDEX unit_by_parent ON unit (book, parent);
CREATE INDEX unit_by_region ON unit (book, region);

-- History only grows. As in 06_guards: INSERT OR REPLACE is refused beforehand.
CREATE TRIGGER password_history_no_update BEFORE UPDATE ON password_history BEGIN SELECT RAISE(ABORT, 'append-only: password_history'); END;
CREATE TRIGGER password_history_no_delete BEFORE DELETE ON password_history BEGIN SELECT RAISE(ABORT, 'append-only: password_history'); END;
CREATE TRIGGER password_history_no_replace BEFORE INSERT ON password_history
WHEN EXISTS (SELECT 1 FROM password_history WHERE book = NEW.book AND person = NEW.person AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: password_history'); END;
CREATE TRIGGER role_permission_no_update BEFORE UPDATE ON role_permission BEGIN SELECT RAISE(ABORT, 'append-only: role_permission'); END;
CREATE TRIGGER role_permission_no_delete BEFORE DELETE ON role_permission BEGIN SELECT RAISE(ABORT, 'append-only: role_permission'); END;
CREATE TRIGGER role_permission_no_replace BEFORE INSERT ON role_permission
WHEN EXISTS (SELECT 1 FROM role_permission WHERE book = NEW.book AND role = NEW.role AND permission = NEW.permission AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: role_permission'); END;
CREATE TRIGGER role_grant_no_update BEFORE UPDATE ON role_grant BEGIN SELECT RAISE(ABORT, 'append-only: role_grant'); END;
CREATE TRIGGER role_grant_no_delete BEFORE DELETE ON role_grant BEGIN SELECT RAISE(ABORT, 'append-only: role_grant'); END;
CREATE TRIGGER role_grant_no_replace BEFORE INSERT ON role_grant
WHEN EXISTS (SELECT 1 FROM role_grant WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: role_grant'); END;
CREATE TRIGGER role_grant_place_no_update BEFORE UPDATE ON role_grant_place BEGIN SELECT RAISE(ABORT, 'append-only: role_grant_place'); END;
CREATE TRIGGER role_grant_place_no_delete BEFORE DELETE ON role_grant_place BEGIN SELECT RAISE(ABORT, 'append-only: role_grant_place'); END;
CREATE TRIGGER role_grant_place_no_replace BEFORE INSERT ON role_grant_place
WHEN EXISTS (SELECT 1 FROM role_grant_place WHERE book = NEW.book AND role_grant = NEW.role_grant AND kind = NEW.kind AND code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'append-only: role_grant_place'); END;
CREATE TRIGGER role_revocation_no_update BEFORE UPDATE ON role_revocation BEGIN SELECT RAISE(ABORT, 'append-only: role_revocation'); END;
CREATE TRIGGER role_revocation_no_delete BEFORE DELETE ON role_revocation BEGIN SELECT RAISE(ABORT, 'append-only: role_revocation'); END;
CREATE TRIGGER role_revocation_no_replace BEFORE INSERT ON role_revocation
WHEN EXISTS (SELECT 1 FROM role_revocation WHERE book = NEW.book AND role_grant = NEW.role_grant)
BEGIN SELECT RAISE(ABORT, 'append-only: role_revocation'); END;
CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'append-only: access_log'); END;
CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'append-only: access_log'); END;
CREATE TRIGGER access_log_no_replace BEFORE INSERT ON access_log
WHEN EXISTS (SELECT 1 FROM access_log WHERE book = NEW.book AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append-only: access_log'); END;
CREATE TRIGGER role_exclusion_no_update BEFORE UPDATE ON role_exclusion BEGIN SELECT RAISE(ABORT, 'append-only: role_exclusion'); END;
CREATE TRIGGER role_exclusion_no_delete BEFORE DELETE ON role_exclusion BEGIN SELECT RAISE(ABORT, 'append-only: role_exclusion'); END;
CREATE TRIGGER role_exclusion_no_replace BEFORE INSERT ON role_exclusion
WHEN EXISTS (SELECT 1 FROM role_exclusion WHERE book = NEW.book AND role = NEW.role AND other = NEW.other)
BEGIN SELECT RAISE(ABORT, 'append-only: role_exclusion'); END;
CREATE TRIGGER role_no_update BEFORE UPDATE ON role BEGIN SELECT RAISE(ABORT, 'append-only: role'); END;
CREATE TRIGGER role_no_delete BEFORE DELETE ON role BEGIN SELECT RAISE(ABORT, 'append-only: role'); END;
CREATE TRIGGER role_no_replace BEFORE INSERT ON role
WHEN EXISTS (SELECT 1 FROM role WHERE book = NEW.book AND code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'append-only: role'); END;
CREATE TRIGGER user_account_no_delete BEFORE DELETE ON user_account BEGIN SELECT RAISE(ABORT, 'append-only: user_account'); END;
CREATE TRIGGER session_no_delete BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT, 'append-only: session'); END;
CREATE TRIGGER access_head_no_delete BEFORE DELETE ON access_head BEGIN SELECT RAISE(ABORT, 'append-only: access_head'); END;
CREATE TRIGGER user_account_no_replace BEFORE INSERT ON user_account
WHEN EXISTS (SELECT 1 FROM user_account WHERE book = NEW.book AND (id = NEW.id OR login = NEW.login))
BEGIN SELECT RAISE(ABORT, 'append-only: user_account'); END;
CREATE TRIGGER session_no_replace BEFORE INSERT ON session
WHEN EXISTS (SELECT 1 FROM session WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: session'); END;

-- Who a user is stays.
CREATE TRIGGER user_account_is_one_person BEFORE UPDATE ON user_account
WHEN NEW.book <> OLD.book OR NEW.id <> OLD.id OR NEW.login <> OLD.login OR NEW.name <> OLD.name
  OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by OR NEW.totp_step < OLD.totp_step
BEGIN SELECT RAISE(ABORT, 'user: login and name stay'); END;

-- A session is one user's, and ends once.
CREATE TRIGGER session_ends_once BEFORE UPDATE ON session
WHEN NEW.book <> OLD.book OR NEW.id <> OLD.id OR NEW.person <> OLD.person OR NEW.started <> OLD.started OR NEW.ends <> OLD.ends
  OR OLD.ended IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'session: ends once'); END;

-- The log follows its head, and only a row of the log moves the head.
CREATE TRIGGER access_log_follows BEFORE INSERT ON access_log
WHEN NOT EXISTS (SELECT 1 FROM access_head WHERE book = NEW.book AND seq + 1 = NEW.seq AND hash = NEW.prev_hash)
BEGIN SELECT RAISE(ABORT, 'access log: does not follow the head'); END;
CREATE TRIGGER access_log_advances AFTER INSERT ON access_log
BEGIN UPDATE access_head SET seq = NEW.seq, hash = NEW.hash WHERE book = NEW.book; END;
CREATE TRIGGER access_head_starts_at_zero BEFORE INSERT ON access_head
WHEN NEW.seq <> 0 OR NEW.hash <> zeroblob(32)
  OR EXISTS (SELECT 1 FROM access_head WHERE book = NEW.book) OR EXISTS (SELECT 1 FROM access_log WHERE book = NEW.book)
BEGIN SELECT RAISE(ABORT, 'access log: a book has one, from its beginning'); END;
CREATE TRIGGER access_head_only_advances BEFORE UPDATE ON access_head
WHEN NEW.book <> OLD.book OR NEW.seq <> OLD.seq + 1
  OR NOT EXISTS (SELECT 1 FROM access_log WHERE book = NEW.book AND seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'access log: only a row moves the head'); END;
