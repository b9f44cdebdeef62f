-- Reference lists (比对名单) that other offices send, for screening. Nobody in them need be in our registers.
-- Keys begin with the ID number, so that what is known of a person is found at once.

-- 死亡
CREATE TABLE ref_deaths (
    book     INTEGER NOT NULL REFERENCES book (id),
    id_no    TEXT    NOT NULL,
    name     TEXT,
    died     INTEGER NOT NULL,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, id_no)
) STRICT, WITHOUT ROWID;

-- 财政供养
CREATE TABLE ref_payroll (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    name       TEXT,
    employer   TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, employer, valid_from)
) STRICT, WITHOUT ROWID;

-- 工商登记
CREATE TABLE ref_companies (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    company    TEXT    NOT NULL,
    uscc       TEXT,
    role       TEXT    NOT NULL,
    capital    INTEGER, -- fen
    registered INTEGER NOT NULL,
    cancelled  INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, company, role)
) STRICT, WITHOUT ROWID;

-- 车辆
CREATE TABLE ref_vehicles (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    plate      TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    price      INTEGER, -- fen
    registered INTEGER NOT NULL,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, plate)
) STRICT, WITHOUT ROWID;
CREATE INDEX ref_vehicles_by_plate ON ref_vehicles (book, plate);

-- 房产
CREATE TABLE ref_properties (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    location   TEXT    NOT NULL,
    use_kind   TEXT    NOT NULL,
    area       INTEGER NOT NULL, -- 1/10000 m²
    registered INTEGER NOT NULL,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, location)
) STRICT, WITHOUT ROWID;

-- 村镇干部
CREATE TABLE ref_cadres (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    name       TEXT,
    region     TEXT    NOT NULL,
    post       TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, region, valid_from)
) STRICT, WITHOUT ROWID;

-- 亲属
CREATE TABLE ref_kin (
    book     INTEGER NOT NULL REFERENCES book (id),
    id_no    TEXT    NOT NULL,
    kin_id   TEXT    NOT NULL,
    relation TEXT    NOT NULL,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, kin_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ref_kin_by_kin ON ref_kin (book, kin_id);

-- 户籍变动
CREATE TABLE ref_hukou (
    book     INTEGER NOT NULL REFERENCES book (id),
    id_no    TEXT    NOT NULL,
    booklet  TEXT    NOT NULL,
    change   TEXT    NOT NULL,
    changed  INTEGER NOT NULL,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, change, changed)
) STRICT, WITHOUT ROWID;
CREATE INDEX ref_hukou_by_booklet ON ref_hukou (book, booklet);

-- 服刑
CREATE TABLE ref_custody (
    book       INTEGER NOT NULL REFERENCES book (id),
    id_no      TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, valid_from)
) STRICT, WITHOUT ROWID;

-- 学籍
CREATE TABLE ref_students (
    book     INTEGER NOT NULL REFERENCES book (id),
    id_no    TEXT    NOT NULL,
    school   TEXT    NOT NULL,
    stage    TEXT    NOT NULL,
    term     TEXT    NOT NULL,
    status   TEXT    NOT NULL,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, term)
) STRICT, WITHOUT ROWID;

-- 岗位考勤
CREATE TABLE ref_posts (
    book         INTEGER NOT NULL REFERENCES book (id),
    id_no        TEXT    NOT NULL,
    post         TEXT    NOT NULL,
    period_first INTEGER NOT NULL, -- first month, 201803
    period_last  INTEGER NOT NULL,
    days         INTEGER NOT NULL, -- 1/10000 day
    file         INTEGER NOT NULL,
    file_row     INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, post, period_first, period_last)
) STRICT, WITHOUT ROWID;

-- 小额信贷
CREATE TABLE ref_loans (
    book     INTEGER NOT NULL REFERENCES book (id),
    id_no    TEXT    NOT NULL,
    amount   INTEGER NOT NULL, -- fen
    issued   INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    borrower TEXT,
    purpose  TEXT,
    file     INTEGER NOT NULL,
    file_row INTEGER NOT NULL,
    PRIMARY KEY (book, id_no, issued, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX ref_loans_by_account ON ref_loans (book, account);

-- 危房改造
CREATE TABLE ref_housing (
    book       INTEGER NOT NULL REFERENCES book (id),
    household  TEXT    NOT NULL,
    grade      TEXT    NOT NULL,
    appraiser  TEXT,
    method     TEXT    NOT NULL,
    area       INTEGER NOT NULL, -- 1/10000 m²
    persons    INTEGER NOT NULL,
    finished   INTEGER,
    demolished INTEGER,
    file       INTEGER NOT NULL,
    file_row   INTEGER NOT NULL,
    PRIMARY KEY (book, household)
) STRICT, WITHOUT ROWID;
