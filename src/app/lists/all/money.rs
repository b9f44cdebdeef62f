//! Lists of the money's way outside one-card payments: 指标, 分配, 分配单, 项目支付, 退回.

use crate::app::lists::spec::{Col, ListSpec, Match, Words};

/// What each place holds, by fund or dimension set; what was paid counts over all years, so closing entries are left out.
macro_rules! places {
    ($by:literal) => {
        concat!(
            "(SELECT ", $by, " AS owner,
               CAST(SUM(CASE WHEN ac.role = 'unallocated' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS unallocated,
               CAST(SUM(CASE WHEN ac.role = 'allocated' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS allocated,
               CAST(SUM(CASE WHEN ac.role = 'reserved' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS reserved,
               CAST(SUM(CASE WHEN ac.role = 'in_transit' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS in_transit,
               CAST(SUM(CASE WHEN ac.role = 'paid_household' AND x.closing = 0 THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS paid_household,
               CAST(SUM(CASE WHEN ac.role = 'paid_payee' AND x.closing = 0 THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS paid_payee,
               CAST(SUM(CASE WHEN ac.role = 'returned' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS returned,
               CAST(SUM(CASE WHEN ac.role = 'moved' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS moved,
               CAST(SUM(CASE WHEN ac.role = 'retention' THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS retention,
               CAST(SUM(CASE WHEN ac.role = 'reclaimed' AND x.closing = 0 THEN x.debit - x.credit ELSE 0 END) AS BIGINT) AS reclaimed
          FROM daily x
          JOIN account ac ON ac.book = x.book AND ac.code = x.account AND ac.grp = 'control' AND ac.role <> ''
          JOIN dim xd ON xd.book = x.book AND xd.id = x.dim
         WHERE x.book = $1 GROUP BY ", $by, ")"
        )
    };
}

const UNALLOCATED: Col = Col::money("unallocated", "待分配", "COALESCE(z.unallocated, 0)").sort().sum();
const ALLOCATED: Col = Col::money("allocated", "已分配未支付", "COALESCE(z.allocated, 0)").sort().sum();
const RESERVED: Col = Col::money("reserved", "发放占用", "COALESCE(z.reserved, 0)").sort().sum();
const IN_TRANSIT: Col = Col::money("in_transit", "在途", "COALESCE(z.in_transit, 0)").sort().sum();
const PAID_HOUSEHOLD: Col = Col::money("paid_household", "已到卡", "COALESCE(z.paid_household, 0)").sort().sum();
const PAID_PAYEE: Col = Col::money("paid_payee", "已付最终收款人", "COALESCE(z.paid_payee, 0)").sort().sum();
const RETURNED: Col = Col::money("returned", "退票待处理", "COALESCE(z.returned, 0)").sort().sum();
const MOVED: Col = Col::money("moved", "已拨单位未支出", "COALESCE(z.moved, 0)").sort().sum();
const RETENTION: Col = Col::money("retention", "质保金", "COALESCE(z.retention, 0)").sort().sum();
const RECLAIMED: Col = Col::money("reclaimed", "已收回", "COALESCE(z.reclaimed, 0)").sort().sum();

pub static FUNDS: ListSpec = ListSpec::new("funds", "fund.list", "指标", "money.read")
    .about("收到的指标文和每笔资金现在各处的金额；到卡和支付为历年累计。")
    .from(concat!("fund f LEFT JOIN ", places!("xd.fund"), " z ON z.owner = f.doc_no"), "f.book = $1", &[("f.doc_no", true)])
    .columns(&[
        Col::text("doc_no", "文号", "f.doc_no").sort().contains().link("fund"),
        Col::text("name", "资金名称", "f.name").sort().contains(),
        Col::text("level", "级次", "f.level").sort().exact(),
        Col::text("category", "类别", "f.category").sort().exact(),
        Col::count("year", "年度", "f.year").sort().exact(),
        Col::date("received", "到达日期", "f.received").sort().range(),
        Col::text("function", "功能科目", "f.function").sort().prefix(),
        Col::money("amount", "金额", "f.amount").sort().range().sum(),
        UNALLOCATED,
        ALLOCATED,
        RESERVED,
        IN_TRANSIT,
        PAID_HOUSEHOLD,
        PAID_PAYEE,
        RETURNED,
        MOVED,
        RETENTION,
        RECLAIMED,
        Col::text("memo", "备注", "f.memo").nullable(),
    ])
    .order("received", true)
    .search(&[("f.doc_no", Match::Contains), ("f.name", Match::Contains)]);

pub static ALLOCATIONS: ListSpec = ListSpec::new("allocations", "allocation.list", "资金分配", "money.read")
    .about("每笔分配（指标 × 单位 × 项目 × 政策）现在各处的金额。")
    .from(
        concat!(
            "allocation a JOIN fund f ON f.book = a.book AND f.doc_no = a.fund
             LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
             LEFT JOIN project p ON p.book = a.book AND p.code = a.project
             LEFT JOIN ",
            places!("xd.allocation"),
            " z ON z.owner = a.id"
        ),
        "a.book = $1",
        &[("a.id", false)],
    )
    .columns(&[
        Col::text("doc_no", "分配文号", "a.doc_no").sort().contains(),
        Col::text("fund", "指标文号", "a.fund").sort().exact().link("fund"),
        Col::count("year", "年度", "f.year").sort().exact(),
        Col::text("unit", "单位编码", "a.unit").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, a.unit)").sort(),
        Col::text("project", "项目编码", "a.project").sort().exact().link("project"),
        Col::text("project_name", "项目", "COALESCE(p.name, '')").sort(),
        Col::text("program", "补贴政策", "a.program").sort().exact(),
        ALLOCATED,
        RESERVED,
        IN_TRANSIT,
        PAID_HOUSEHOLD,
        PAID_PAYEE,
        RETURNED,
        MOVED,
        RETENTION,
    ])
    .of("a.unit IN {}", "")
    .search(&[("a.doc_no", Match::Contains), ("a.fund", Match::Contains), ("COALESCE(u.name, '')", Match::Contains)]);

const ACT_KINDS: Words = &[("下达", "下达"), ("调减", "调减"), ("收回", "收回")];

pub static ALLOCATION_ACTS: ListSpec = ListSpec::new("allocation_acts", "allocation_act.list", "分配单", "money.read")
    .about("下达、调减、收回的每一笔。")
    .from("allocation_act a LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit", "a.book = $1", &[("a.id", false)])
    .columns(&[
        Col::text("doc_no", "文号", "a.doc_no").sort().contains(),
        Col::words("kind", "类型", ACT_KINDS, "a.kind").sort(),
        Col::date("date", "日期", "a.date").sort().range(),
        Col::text("fund", "指标文号", "a.fund").sort().exact().link("fund"),
        Col::text("unit", "单位编码", "a.unit").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, a.unit)").sort(),
        Col::text("project", "项目编码", "a.project").sort().exact().link("project"),
        Col::text("program", "补贴政策", "a.program").sort().exact(),
        Col::money("amount", "金额", "a.amount").sort().range().sum(),
        Col::text("memo", "备注", "a.memo").nullable(),
        Col::count("voucher", "凭证序号", "a.voucher").exact().link("voucher"),
    ])
    .order("date", true)
    .of("a.unit IN {}", "")
    .search(&[("a.doc_no", Match::Contains), ("a.fund", Match::Contains), ("COALESCE(u.name, '')", Match::Contains)]);

const EVENTS: Words =
    &[("paid", "支付"), ("moved", "拨付单位"), ("onward", "单位转付"), ("retained", "支付并留质保金"), ("retention_paid", "支付质保金")];

pub static DISBURSEMENTS: ListSpec = ListSpec::new("disbursements", "disbursement.list", "项目支付", "money.read")
    .about("付给施工单位、供应商、合作社、村集体的款项，以及拨付单位的款项。")
    .from(
        "disbursement d LEFT JOIN unit u ON u.book = d.book AND u.code = d.unit
         LEFT JOIN project p ON p.book = d.book AND p.code = d.project",
        "d.book = $1",
        &[("d.id", false)],
    )
    .columns(&[
        Col::text("doc_no", "支付凭证号", "d.doc_no").sort().contains().link("disbursement"),
        Col::date("date", "日期", "d.date").sort().range(),
        Col::words("event", "业务", EVENTS, "d.event").sort(),
        Col::text("unit", "单位编码", "d.unit").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, d.unit)").sort(),
        Col::text("project", "项目编码", "d.project").sort().exact().link("project"),
        Col::text("project_name", "项目", "COALESCE(p.name, '')").sort(),
        Col::text("payee", "收款人", "d.payee").sort().contains(),
        Col::new("account", "收款账号", crate::app::lists::spec::Show::Account, "d.account").exact(),
        Col::text("payee_kind", "收款人类型", "d.payee_kind").sort().exact(),
        Col::text("purpose", "用途", "d.purpose").contains(),
        Col::money("amount", "金额", "d.amount").sort().range().sum(),
        Col::text("allocation", "分配文号", "d.allocation").exact(),
        Col::count("voucher", "凭证序号", "d.voucher").exact().link("voucher"),
        Col::count("file", "导入文件", "d.file").exact().link("file"),
        Col::count("file_row", "行号", "d.file_row"),
    ])
    .order("date", true)
    .of("d.unit IN {}", "p.region IN {}")
    .search(&[("d.doc_no", Match::Contains), ("d.payee", Match::Contains), ("COALESCE(p.name, '')", Match::Contains)]);

pub static REFUNDS: ListSpec = ListSpec::new("refunds", "refund.list", "退回", "money.read")
    .about("到卡补贴和项目支付的退回。")
    .from(
        "refund r LEFT JOIN disbursement d ON d.book = r.book AND d.id = r.disbursement
         LEFT JOIN batch b ON b.book = r.book AND b.id = r.batch
         LEFT JOIN unit u ON u.book = r.book AND u.code = COALESCE(d.unit, b.unit)",
        "r.book = $1",
        &[("r.id", false)],
    )
    .columns(&[
        Col::text("doc_no", "退回单号", "r.doc_no").sort().contains(),
        Col::date("date", "日期", "r.date").sort().range(),
        Col::text("unit", "单位编码", "COALESCE(d.unit, b.unit, '')").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, '')").sort(),
        Col::text("disbursement", "原支付凭证号", "d.doc_no").nullable().exact().link("disbursement"),
        Col::text("batch", "原批次", "b.code").nullable().exact().link("batch"),
        Col::count("line", "原序号", "r.line").nullable(),
        Col::money("amount", "金额", "r.amount").sort().range().sum(),
        Col::text("reason", "原因", "r.reason").contains(),
        Col::count("voucher", "凭证序号", "r.voucher").exact().link("voucher"),
    ])
    .order("date", true)
    .of("COALESCE(d.unit, b.unit) IN {}", "")
    .search(&[("r.doc_no", Match::Contains), ("r.reason", Match::Contains)]);
