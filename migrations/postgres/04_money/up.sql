-- The way of the money: allocations, one-card batches and what the bank made of them, project payments, refunds.
CREATE TABLE allocation_act (
    book       BIGINT NOT NULL REFERENCES book (id),
    id         BIGINT NOT NULL,
    doc_no     TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('下达', '调减', '收回')),
    date       BIGINT NOT NULL,
    fund       TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    project    TEXT    NOT NULL,
    program    TEXT    NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    memo       TEXT,
    voucher    BIGINT NOT NULL,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, doc_no, kind, fund, unit, project, program),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);
CREATE INDEX allocation_act_by_voucher ON allocation_act (book, voucher);

CREATE TABLE batch (
    book         BIGINT NOT NULL REFERENCES book (id),
    id           BIGINT NOT NULL,
    code         TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    program      TEXT    NOT NULL,
    allocation   TEXT    NOT NULL, -- allocation document
    period_first BIGINT NOT NULL, -- first month, 201803
    period_last  BIGINT NOT NULL,
    made         BIGINT NOT NULL,
    notice_from  BIGINT,
    notice_to    BIGINT,
    reissue_of   BIGINT,
    maker        TEXT    NOT NULL CHECK (maker <> ''),
    file         BIGINT,
    PRIMARY KEY (book, id),
    UNIQUE (book, code),
    FOREIGN KEY (book, reissue_of) REFERENCES batch (book, id)
);

-- Which money a batch draws on: slices of its running total, in line order.
CREATE TABLE batch_slice (
    book   BIGINT NOT NULL,
    batch  BIGINT NOT NULL,
    slice  BIGINT NOT NULL,
    dim    BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (book, batch, slice),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id),
    FOREIGN KEY (book, dim) REFERENCES dim (book, id)
);

-- The stages a batch went through, each once: 占用 reserved, 审批 approved, 送银行 sent, 撤销 cancelled.
CREATE TABLE batch_stage (
    book    BIGINT NOT NULL,
    batch   BIGINT NOT NULL,
    stage   TEXT    NOT NULL CHECK (stage IN ('reserved', 'approved', 'sent', 'cancelled')),
    date    BIGINT NOT NULL,
    actor   TEXT    NOT NULL CHECK (actor <> ''),
    voucher BIGINT,
    lines   BIGINT NOT NULL CHECK (lines > 0),
    total   BIGINT NOT NULL CHECK (total > 0),
    digest  BYTEA    NOT NULL, -- SM3 over the payment lines: every stage is bound to the same lines
    at      BIGINT NOT NULL,
    PRIMARY KEY (book, batch, stage),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);

-- The payment lines (发放明细): the subsidiary ledger by payee under a batch's vouchers.
CREATE TABLE payment (
    book      BIGINT NOT NULL,
    batch     BIGINT NOT NULL,
    line      BIGINT NOT NULL,
    person    BIGINT NOT NULL,
    household BIGINT NOT NULL,
    card      BIGINT NOT NULL,
    quantity  BIGINT NOT NULL, -- 1/10000 of the measure
    rate      BIGINT NOT NULL,
    amount    BIGINT NOT NULL CHECK (amount > 0),
    start     BIGINT NOT NULL, -- sum of the lines before it: where it lies in the batch's slices
    file_row  BIGINT NOT NULL,
    memo      TEXT,
    PRIMARY KEY (book, batch, line),
    FOREIGN KEY (book, batch) REFERENCES batch (book, id),
    FOREIGN KEY (book, person) REFERENCES person (book, id),
    FOREIGN KEY (book, card) REFERENCES card (book, id)
);
CREATE INDEX payment_by_person ON payment (book, person);

-- What the bank answered for a line, once: paid 1 (on the card) or 0 (returned 退票).
CREATE TABLE payment_result (
    book     BIGINT NOT NULL,
    batch    BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    paid     BIGINT NOT NULL CHECK (paid IN (0, 1)),
    reason   TEXT    NOT NULL,
    booked   BIGINT NOT NULL,
    bank_ref TEXT    NOT NULL,
    voucher  BIGINT NOT NULL,
    file     BIGINT NOT NULL,
    file_row BIGINT NOT NULL,
    PRIMARY KEY (book, batch, line),
    FOREIGN KEY (book, batch, line) REFERENCES payment (book, batch, line),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);

-- What became of a returned line, once: reissued in another batch, or released to its allocation.
CREATE TABLE payment_exit (
    book     BIGINT NOT NULL,
    batch    BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    into_batch BIGINT, -- NULL = released
    voucher  BIGINT NOT NULL,
    PRIMARY KEY (book, batch, line),
    FOREIGN KEY (book, batch, line) REFERENCES payment_result (book, batch, line),
    FOREIGN KEY (book, into_batch) REFERENCES batch (book, id),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);

CREATE TABLE disbursement (
    book       BIGINT NOT NULL REFERENCES book (id),
    id         BIGINT NOT NULL,
    doc_no     TEXT    NOT NULL,
    date       BIGINT NOT NULL,
    unit       TEXT    NOT NULL,
    allocation TEXT    NOT NULL,
    project    TEXT    NOT NULL,
    payee      TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    payee_kind TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    method     TEXT    NOT NULL,
    retention  BIGINT NOT NULL,
    event      TEXT    NOT NULL, -- paid, moved, onward, retained, retention_paid
    voucher    BIGINT NOT NULL,
    file       BIGINT NOT NULL,
    file_row   BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, doc_no),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);
CREATE INDEX disbursement_by_project ON disbursement (book, project);

-- Which money a disbursement drew on.
CREATE TABLE disbursement_slice (
    book         BIGINT NOT NULL,
    disbursement BIGINT NOT NULL,
    slice        BIGINT NOT NULL,
    dim          BIGINT NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (book, disbursement, slice),
    FOREIGN KEY (book, disbursement) REFERENCES disbursement (book, id),
    FOREIGN KEY (book, dim) REFERENCES dim (book, id)
);

CREATE TABLE refund (
    book         BIGINT NOT NULL REFERENCES book (id),
    id           BIGINT NOT NULL,
    doc_no       TEXT    NOT NULL,
    date         BIGINT NOT NULL,
    disbursement BIGINT, -- either this
    batch        BIGINT, -- or this payment line
    line         BIGINT,
    amount       BIGINT NOT NULL CHECK (amount > 0),
    reason       TEXT    NOT NULL,
    voucher      BIGINT NOT NULL,
    file         BIGINT NOT NULL,
    file_row     BIGINT NOT NULL,
    PRIMARY KEY (book, id),
    UNIQUE (book, doc_no),
    CONSTRAINT of_one_payment CHECK ((disbursement IS NULL) <> (batch IS NULL) AND (batch IS NULL) = (line IS NULL)),
    FOREIGN KEY (book, disbursement) REFERENCES disbursement (book, id),
    FOREIGN KEY (book, batch, line) REFERENCES payment_result (book, batch, line),
    FOREIGN KEY (book, voucher) REFERENCES voucher (book, seq)
);
CREATE INDEX refund_by_payment ON refund (book, batch, line);
CREATE INDEX refund_by_disbursement ON refund (book, disbursement);

-- Uses a fund's money may have, by function code (功能科目): data that a bureau may change.
CREATE TABLE fund_use (
    book       BIGINT NOT NULL REFERENCES book (id),
    function   TEXT    NOT NULL, -- prefix of the function code
    use_kind   TEXT    NOT NULL, -- project kind, or 补贴 for a household programme
    valid_from BIGINT NOT NULL,
    source     TEXT    NOT NULL,
    PRIMARY KEY (book, function, use_kind, valid_from)
);
