-- Reference lists (比对名单) that other offices send, for screening. Nobody in them need be in our registers.
-- Keys begin with the ID number, so that what is known of a person is found at once.

-- 死亡
CREATE TABLE ref_deaths (
    book     BIGINT NOT NULL REFERENCES book (id),
    id_no    TEXT   NOT NULL,
    name     TEXT,
    died     BIGINT NOT NULL,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, id_no)
);

-- 财政供养
CREATE TABLE ref_payroll (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    name       TEXT,
    employer   TEXT   NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, employer, valid_from)
);

-- 工商登记
CREATE TABLE ref_companies (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    company    TEXT   NOT NULL,
    uscc       TEXT,
    role       TEXT   NOT NULL,
    capital    BIGINT, -- fen
    registered BIGINT NOT NULL,
    cancelled  BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, company, role)
);

-- 车辆
CREATE TABLE ref_vehicles (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    plate      TEXT   NOT NULL,
    model      TEXT   NOT NULL,
    price      BIGINT, -- fen
    registered BIGINT NOT NULL,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, plate)
);
CREATE INDEX ref_vehicles_by_plate ON ref_vehicles (book, plate);

-- 房产
CREATE TABLE ref_properties (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    location   TEXT   NOT NULL,
    use_kind   TEXT   NOT NULL,
    area       BIGINT NOT NULL, -- 1/10000 m²
    registered BIGINT NOT NULL,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, location)
);

-- 村镇干部
CREATE TABLE ref_cadres (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    name       TEXT,
    region     TEXT   NOT NULL,
    post       TEXT   NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, region, valid_from)
);

-- 亲属
CREATE TABLE ref_kin (
    book     BIGINT NOT NULL REFERENCES book (id),
    id_no    TEXT   NOT NULL,
    kin_id   TEXT   NOT NULL,
    relation TEXT   NOT NULL,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, kin_id)
);
CREATE INDEX ref_kin_by_kin ON ref_kin (book, kin_id);

-- 户籍变动
CREATE TABLE ref_hukou (
    book     BIGINT NOT NULL REFERENCES book (id),
    id_no    TEXT   NOT NULL,
    booklet  TEXT   NOT NULL,
    change   TEXT   NOT NULL,
    changed  BIGINT NOT NULL,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, change, changed)
);
CREATE INDEX ref_hukou_by_booklet ON ref_hukou (book, booklet);

-- 服刑
CREATE TABLE ref_custody (
    book       BIGINT NOT NULL REFERENCES book (id),
    id_no      TEXT   NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, valid_from)
);

-- 学籍
CREATE TABLE ref_students (
    book     BIGINT NOT NULL REFERENCES book (id),
    id_no    TEXT   NOT NULL,
    school   TEXT   NOT NULL,
    stage    TEXT   NOT NULL,
    term     TEXT   NOT NULL,
    status   TEXT   NOT NULL,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, term)
);

-- 岗位考勤
CREATE TABLE ref_posts (
    book         BIGINT NOT NULL REFERENCES book (id),
    id_no        TEXT   NOT NULL,
    post         TEXT   NOT NULL,
    period_first BIGINT NOT NULL, -- first month, 201803
    period_last  BIGINT NOT NULL,
    days         BIGINT NOT NULL, -- 1/10000 day
    file         BIGINT NOT NULL,
    file_row     BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, post, period_first, period_last)
);

-- 小额信贷
CREATE TABLE ref_loans (
    book     BIGINT NOT NULL REFERENCES book (id),
    id_no    TEXT   NOT NULL,
    amount   BIGINT NOT NULL, -- fen
    issued   BIGINT NOT NULL,
    account  TEXT   NOT NULL,
    borrower TEXT,
    purpose  TEXT,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, id_no, issued, account)
);
CREATE INDEX ref_loans_by_account ON ref_loans (book, account);

-- 危房改造
CREATE TABLE ref_housing (
    book       BIGINT NOT NULL REFERENCES book (id),
    household  TEXT   NOT NULL,
    grade      TEXT   NOT NULL,
    appraiser  TEXT,
    method     TEXT   NOT NULL,
    area       BIGINT NOT NULL, -- 1/10000 m²
    persons    BIGINT NOT NULL,
    finished   BIGINT,
    demolished BIGINT,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, household)
);
