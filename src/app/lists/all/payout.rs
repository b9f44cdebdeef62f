//! Lists of one-card payments: 发放批次, 发放明细, 退票.
//!
//! Payment lines are by far the longest list, and no index is spent on it but those by person and by card. It is read batch by
//! batch in the order of its key; what is asked of the batch (unit, programme, period) is decided on the batch, once for all
//! of its lines. Filters that name people or accounts leave few rows and are read from there; returned lines have an index of
//! their own, and those that something became of are a table of their own.

use super::super::payments;
use crate::app::lists::spec::{Col, Cost, Entrance, ListSpec, Match, REGISTERS, Show, Words};

const BATCH_STATES: Words =
    &[("reserved", "待审批"), ("approved", "待送银行"), ("sent", "待回盘"), ("answered", "已回盘"), ("cancelled", "已撤销")];

// Counted, not EXISTS: SQLite makes a join of EXISTS and then looks at every line of a batch for what the batch decides.
macro_rules! stage {
    ($stage:literal) => {
        concat!("((SELECT COUNT(*) FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = '", $stage, "') > 0)")
    };
}

/// Lines or money of a batch that the bank has answered, from the vouchers that carry them: no payment line is read.
macro_rules! answered {
    (lines $events:literal) => {
        concat!(
            "(SELECT CAST(COALESCE(SUM(v.details), 0) AS BIGINT) FROM voucher v
               WHERE v.book = b.book AND v.reference = b.code AND v.event IN (",
            $events,
            "))"
        )
    };
    (money $events:literal) => {
        concat!(
            "(SELECT CAST(COALESCE(SUM(y.credit), 0) AS BIGINT) FROM voucher v
                JOIN posting y ON y.book = v.book AND y.voucher = v.seq
                JOIN account ac ON ac.book = y.book AND ac.code = y.account AND ac.role = 'in_transit'
               WHERE v.book = b.book AND v.reference = b.code AND v.event IN (",
            $events,
            "))"
        )
    };
}

pub(in crate::app::lists) const PAID_LINES: &str = answered!(lines "'confirm'");
pub(in crate::app::lists) const PAID_MONEY: &str = answered!(money "'confirm'");
pub(in crate::app::lists) const ANSWERED_LINES: &str = answered!(lines "'confirm', 'return'");
pub(in crate::app::lists) const ANSWERED_MONEY: &str = answered!(money "'confirm', 'return'");
/// Sent, and some line still waits for the bank's answer.
pub(in crate::app::lists) const OPEN_AT_BANK: &str = concat!(
    "COALESCE((SELECT t.lines FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'sent'), 0) > ",
    answered!(lines "'confirm', 'return'")
);

/// The states that stages alone decide; the others are compared as they are shown.
const BATCH_STATE_CONDITIONS: Words = &[
    ("reserved", concat!("NOT ", stage!("approved"), " AND NOT ", stage!("cancelled"))),
    ("approved", concat!(stage!("approved"), " AND NOT ", stage!("sent"), " AND NOT ", stage!("cancelled"))),
    ("cancelled", stage!("cancelled")),
];

pub static BATCHES: ListSpec = ListSpec::new("batches", "batch.list", "发放批次", "payout.read")
    .about("一卡通发放批次及其办理状态；到卡和退票笔数来自凭证。")
    .from(
        "batch b JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
         LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit",
        "b.book = $1",
        &[("b.id", false)],
    )
    .columns(&[
        Col::text("code", "批次号", "b.code").sort().prefix().link("batch"),
        Col::text("unit", "单位编码", "b.unit").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, b.unit)").sort(),
        Col::text("program", "补贴政策", "b.program").sort().exact(),
        Col::text("allocation", "分配文号", "b.allocation").sort().exact(),
        Col::new("period_first", "所属期起", Show::Month, "b.period_first").sort().range(),
        Col::new("period_last", "所属期止", Show::Month, "b.period_last").sort().range(),
        Col::date("made", "编制日期", "b.made").sort().range(),
        Col::words(
            "state",
            "状态",
            BATCH_STATES,
            concat!(
                "CASE WHEN ",
                stage!("cancelled"),
                " THEN 'cancelled' WHEN ",
                stage!("sent"),
                " THEN CASE WHEN ",
                answered!(lines "'confirm', 'return'"),
                " >= s.lines THEN 'answered' ELSE 'sent' END WHEN ",
                stage!("approved"),
                " THEN 'approved' ELSE 'reserved' END"
            ),
        )
        .variants(BATCH_STATE_CONDITIONS),
        Col::count("lines", "笔数", "s.lines").sort().sum(),
        Col::money("total", "金额", "s.total").sort().range().sum(),
        Col::count("paid_lines", "到卡笔数", PAID_LINES),
        Col::money("paid", "到卡金额", PAID_MONEY),
        Col::count("returned_lines", "退票笔数", answered!(lines "'return'")),
        Col::money("returned", "退票金额", answered!(money "'return'")),
        Col::text("reissue_of", "重发自", "(SELECT o.code FROM batch o WHERE o.book = b.book AND o.id = b.reissue_of)")
            .nullable()
            .link("batch"),
        Col::text("maker", "经办", "b.maker").sort().exact(),
    ])
    .order("made", true)
    .of("b.unit IN {}", "")
    .search(&[("b.code", Match::Contains), ("COALESCE(u.name, '')", Match::Contains)]);

const LINE_STATES: Words = &[
    ("reserved", "待审批"),
    ("approved", "待送银行"),
    ("in_transit", "在途"),
    ("paid", "到卡"),
    ("returned", "退票"),
    ("reissued", "已重发"),
    ("released", "已释放"),
    ("cancelled", "撤销"),
];

const LINE_STATE: &str = concat!(
    "CASE WHEN x.batch IS NOT NULL THEN CASE WHEN x.into_batch IS NULL THEN 'released' ELSE 'reissued' END
          WHEN r.paid = 1 THEN 'paid' WHEN r.paid = 0 THEN 'returned' WHEN ",
    stage!("cancelled"),
    " THEN 'cancelled' WHEN ",
    stage!("sent"),
    " THEN 'in_transit' WHEN ",
    stage!("approved"),
    " THEN 'approved' ELSE 'reserved' END"
);

/// Each state as what it means for batch or line, so that the batch decides for all its lines where it can.
const LINE_STATE_CONDITIONS: Words = &[
    BATCH_STATE_CONDITIONS[0],
    BATCH_STATE_CONDITIONS[1],
    BATCH_STATE_CONDITIONS[2],
    (
        "in_transit",
        concat!(
            "COALESCE((SELECT t.lines FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'sent'), 0) > ",
            answered!(lines "'confirm', 'return'"),
            " AND NOT EXISTS (SELECT 1 FROM payment_result e WHERE e.book = p.book AND e.batch = p.batch AND e.line = p.line)"
        ),
    ),
    ("paid", "+r.paid = 1"),
    ("returned", "r.paid = 0 AND x.batch IS NULL"),
    ("reissued", "r.paid = 0 AND x.into_batch IS NOT NULL"),
    ("released", "r.paid = 0 AND x.batch IS NOT NULL AND x.into_batch IS NULL"),
];

macro_rules! line_joins {
    () => {
        "
         JOIN person q ON q.book = p.book AND q.id = p.person
         JOIN household h ON h.book = p.book AND h.id = p.household
         JOIN card c ON c.book = p.book AND c.id = p.card
         LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit"
    };
}
macro_rules! bank_joins {
    () => {
        "
         LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
         LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line"
    };
}

macro_rules! returned {
    ($result:literal) => {
        concat!(
            "b.book = $1 AND ",
            $result,
            ".book = $1 AND ",
            $result,
            ".paid = 0 AND ",
            $result,
            ".batch = b.id
             AND p.book = $1 AND p.batch = ",
            $result,
            ".batch AND p.line = ",
            $result,
            ".line"
        )
    };
}
/// From batches to their returned lines, by an index of these; `paid` in its key tells the databases which.
const FROM_RETURNED: Entrance = Entrance {
    from: concat!(
        "batch b CROSS JOIN payment_result r CROSS JOIN payment p",
        line_joins!(),
        " LEFT JOIN payment_exit x ON x.book = r.book AND x.batch = r.batch AND x.line = r.line"
    ),
    lean: "batch b CROSS JOIN payment_result r CROSS JOIN payment p
           LEFT JOIN payment_exit x ON x.book = r.book AND x.batch = r.batch AND x.line = r.line",
    base: returned!("r"),
    key: &[("b.id", false), ("r.line", false)],
};
/// The same where the payment line decides: the bank's answer is looked up only for lines that are wanted.
const FROM_RETURNED_LINES: Entrance = Entrance {
    from: concat!("batch b CROSS JOIN payment_result i CROSS JOIN payment p", line_joins!(), bank_joins!()),
    lean: concat!("batch b CROSS JOIN payment_result i CROSS JOIN payment p", bank_joins!()),
    base: returned!("i"),
    key: &[("b.id", false), ("i.line", false)],
};
/// From returned lines that something became of.
const FROM_EXITS: Entrance = Entrance {
    from: concat!("payment_exit x CROSS JOIN batch b CROSS JOIN payment_result r CROSS JOIN payment p", line_joins!()),
    lean: "payment_exit x CROSS JOIN batch b CROSS JOIN payment_result r CROSS JOIN payment p",
    base: "x.book = $1 AND b.book = $1 AND b.id = x.batch AND r.book = $1 AND r.batch = x.batch AND r.line = x.line AND r.paid = 0
           AND p.book = $1 AND p.batch = x.batch AND p.line = x.line",
    key: &[("x.batch", false), ("x.line", false)],
};
/// From people's lines to those that were returned.
const FROM_RETURNED_PEOPLE: Entrance = Entrance {
    from: concat!(
        "payment p CROSS JOIN payment_result r CROSS JOIN batch b",
        line_joins!(),
        " LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line"
    ),
    lean: "payment p CROSS JOIN payment_result r CROSS JOIN batch b
           LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line",
    base: "p.book = $1 AND r.book = $1 AND r.batch = p.batch AND r.line = p.line AND r.paid = 0 AND b.book = $1 AND b.id = p.batch",
    key: &[("p.batch", false), ("p.line", false)],
};
const FROM_PEOPLE: Entrance = Entrance {
    from: concat!("payment p JOIN batch b ON b.book = p.book AND b.id = p.batch", line_joins!(), bank_joins!()),
    lean: concat!("payment p JOIN batch b ON b.book = p.book AND b.id = p.batch", bank_joins!()),
    base: "p.book = $1",
    key: &[("p.batch", false), ("p.line", false)],
};
pub(in crate::app::lists) const FROM_BATCHES: Entrance = Entrance {
    from: concat!("batch b CROSS JOIN payment p", line_joins!(), bank_joins!()),
    lean: concat!("batch b CROSS JOIN payment p", bank_joins!()),
    base: "b.book = $1 AND p.book = $1 AND p.batch = b.id",
    key: &[("b.id", false), ("p.line", false)],
};

const OF_REGION: &str = "p.household IN (SELECT hh.id FROM household hh WHERE hh.book = $1 AND hh.region IN {})";
const OF_NAME: &str = "p.person IN (SELECT qq.id FROM person qq WHERE qq.book = $1 AND qq.name = {})";
const OF_ID: &str = "p.person IN (SELECT qq.id FROM person qq WHERE qq.book = $1 AND qq.id_no = {})";
const OF_HOUSEHOLD: &str = "p.person IN (SELECT qq.id FROM person qq WHERE qq.book = $1 AND qq.household = {})";
const OF_ACCOUNT: &str = "p.card IN (SELECT cc.id FROM card cc WHERE cc.book = $1 AND cc.account = {})";

const BATCH: Col = Col::text("batch", "批次号", "b.code").exact().cost(Cost::Bounds).link("batch");
const LINE: Col = Col::count("line", "序号", "p.line");
const UNIT: Col = Col::text("unit", "单位编码", "b.unit").exact();
const UNIT_NAME: Col = Col::text("unit_name", "单位", "COALESCE(u.name, b.unit)");
const PROGRAM: Col = Col::text("program", "补贴政策", "b.program").exact();
const FIRST: Col = Col::new("period_first", "所属期起", Show::Month, "b.period_first").range();
const LAST: Col = Col::new("period_last", "所属期止", Show::Month, "b.period_last").range();
const HOUSEHOLD: Col = Col::text("household", "户编号", "h.code").exact().when(OF_HOUSEHOLD).cost(Cost::Narrows).link("household");
const NAME: Col = Col::new("name", "姓名", Show::Name, "q.name").exact().when(OF_NAME).cost(Cost::Narrows);
const ID_NO: Col = Col::new("id_no", "身份证号", Show::IdNo, "q.id_no").exact().when(OF_ID).cost(Cost::Narrows);
const ACCOUNT: Col = Col::new("account", "账号", Show::Account, "c.account").exact().when(OF_ACCOUNT).cost(Cost::Narrows);
const AMOUNT: Col = Col::money("amount", "金额", "p.amount").sort().range().cost(Cost::NeedsBound).sum();
const BOOKED: Col = Col::date("booked", "入账日期", "r.booked").nullable().sort().range().cost(Cost::NeedsBound);
const REASON: Col = Col::text("return_reason", "退票原因", "r.reason").nullable();
const ROW: Col = Col::count("file_row", "清册行号", "p.file_row");

pub static PAYMENTS: ListSpec = ListSpec::new("payments", "payment.list", "发放明细", "payout.read")
    .about("每一笔到人的发放。按金额、入账日期筛选或排序须先指定批次、人员或账号；按户筛选为该户现有成员。")
    .entrance(FROM_BATCHES)
    .side_doors(&[("narrow", FROM_PEOPLE), ("returned", FROM_RETURNED), ("reissued", FROM_EXITS), ("released", FROM_EXITS)])
    .columns(&[
        BATCH,
        LINE,
        UNIT,
        UNIT_NAME,
        PROGRAM,
        FIRST,
        LAST,
        HOUSEHOLD,
        NAME,
        ID_NO,
        ACCOUNT,
        Col::new("quantity", "数量", Show::Quantity, "p.quantity"),
        Col::money("rate", "标准", "p.rate"),
        AMOUNT,
        Col::words("state", "状态", LINE_STATES, LINE_STATE).variants(LINE_STATE_CONDITIONS),
        BOOKED,
        REASON,
        Col::date("made", "编制日期", "b.made").range(),
        Col::count("file", "导入文件", "b.file").nullable().link("file"),
        ROW,
        Col::text("memo", "备注", "p.memo").nullable(),
    ])
    .of("b.unit IN {}", OF_REGION)
    .shortcut(payments::totals)
    .remembered_with_ledger(REGISTERS)
    .person("q.id_no");

const RETURN_STATES: Words = &[("returned", "待处理"), ("reissued", "已重发"), ("released", "已释放")];

const RETURN_STATE_CONDITIONS: Words = &[
    ("returned", "x.batch IS NULL"),
    ("reissued", "x.into_batch IS NOT NULL"),
    ("released", "x.batch IS NOT NULL AND x.into_batch IS NULL"),
];

pub static RETURNS: ListSpec = ListSpec::new("returns", "return.list", "退票", "payout.read")
    .about("银行退回的每一笔及其后续处理。")
    .entrance(FROM_RETURNED)
    .side_doors(&[("narrow", FROM_RETURNED_PEOPLE), ("reissued", FROM_EXITS), ("released", FROM_EXITS), ("amount", FROM_RETURNED_LINES)])
    .columns(&[
        BATCH,
        LINE,
        UNIT,
        UNIT_NAME,
        PROGRAM,
        HOUSEHOLD,
        NAME,
        ID_NO,
        ACCOUNT,
        Col::money("amount", "金额", "p.amount").range().sum(),
        REASON.exact(),
        Col::date("booked", "退回日期", "r.booked").range(),
        Col::text("bank_ref", "银行流水号", "r.bank_ref"),
        Col::words(
            "state",
            "状态",
            RETURN_STATES,
            "CASE WHEN x.batch IS NULL THEN 'returned' WHEN x.into_batch IS NULL THEN 'released' ELSE 'reissued' END",
        )
        .variants(RETURN_STATE_CONDITIONS),
        Col::text("into", "重发批次", "(SELECT o.code FROM batch o WHERE o.book = x.book AND o.id = x.into_batch)")
            .nullable()
            .link("batch"),
        Col::count("voucher", "退票凭证", "r.voucher").exact().link("voucher"),
        Col::count("file", "回盘文件", "r.file").link("file"),
        Col::count("file_row", "回盘行号", "r.file_row"),
    ])
    .of("b.unit IN {}", OF_REGION)
    .remembered_with_ledger(REGISTERS)
    .person("q.id_no");
