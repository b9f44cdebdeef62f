//! Lists of the ledger: 凭证, 明细, 科目, 记账模板.

use crate::app::lists::spec::{Col, ListSpec, Match, Show, Words};

const EVENTS: Words = &[
    ("receive", "指标到达"),
    ("allocate", "下达"),
    ("adjust", "调减"),
    ("reclaim", "收回"),
    ("reserve", "发放占用"),
    ("cancel", "撤销"),
    ("send", "送银行"),
    ("confirm", "到卡"),
    ("return", "退票"),
    ("release", "释放"),
    ("pay", "项目支付"),
    ("move", "拨付单位"),
    ("onward", "单位转付"),
    ("retain", "留质保金"),
    ("retention_pay", "支付质保金"),
    ("refund_household", "到卡退回"),
    ("refund_payee", "支付退回"),
    ("refund_moved", "拨款退回"),
    ("refund_retained", "质保金退回"),
    ("correction", "更正"),
    ("reversal", "冲销"),
    ("year_close", "年终结账"),
];
const GROUPS: Words = &[("control", "指标账"), ("statutory", "资金账")];

pub static VOUCHERS: ListSpec = ListSpec::new("vouchers", "voucher.list", "凭证", "money.read")
    .about("记账凭证；金额为指标账借方合计。")
    .from("voucher v", "v.book = $1", &[("v.seq", false)])
    .columns(&[
        Col::count("seq", "凭证序号", "v.seq").sort().exact().link("voucher"),
        Col::new("month", "会计月份", Show::Month, "v.year * 100 + v.month").sort().range(),
        Col::count("number", "凭证号", "v.number").exact(),
        Col::date("date", "日期", "v.date").sort().range(),
        Col::words("event", "业务", EVENTS, "v.event").sort(),
        Col::text("summary", "摘要", "v.summary").contains(),
        Col::text("reference", "单据", "v.reference").sort().exact(),
        Col::money(
            "amount",
            "金额",
            "(SELECT CAST(COALESCE(SUM(p.debit), 0) AS BIGINT) FROM posting p
                JOIN account ac ON ac.book = p.book AND ac.code = p.account AND ac.grp = 'control'
               WHERE p.book = v.book AND p.voucher = v.seq)",
        ),
        Col::count("details", "明细笔数", "v.details").sort().sum(),
        Col::text("maker", "制单", "v.maker").sort().exact(),
        Col::text("checker", "稽核", "v.checker").sort().exact(),
        Col::count("reverses", "冲销凭证", "v.reverses").nullable().exact().link("voucher"),
        Col::time("recorded_at", "记账时间", "v.recorded_at"),
    ])
    .order("seq", true)
    .search(&[("v.summary", Match::Contains), ("v.reference", Match::Contains)]);

pub static POSTINGS: ListSpec = ListSpec::new("postings", "posting.list", "明细", "money.read")
    .about("凭证分录，按科目、指标、单位、项目、政策筛选即为明细账。")
    .from(
        "posting p JOIN voucher v ON v.book = p.book AND v.seq = p.voucher
         JOIN account ac ON ac.book = p.book AND ac.code = p.account
         JOIN dim d ON d.book = p.book AND d.id = p.dim
         LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
         LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit",
        "p.book = $1",
        &[("p.voucher", false), ("p.line", false)],
    )
    .columns(&[
        Col::count("voucher", "凭证序号", "p.voucher").sort().exact().link("voucher"),
        Col::count("line", "行", "p.line"),
        Col::date("date", "日期", "p.date").sort().range(),
        Col::words("group", "账", GROUPS, "ac.grp"),
        Col::count("account", "科目", "p.account").sort().exact(),
        Col::text("account_name", "科目名称", "ac.name"),
        Col::text("summary", "摘要", "v.summary").contains(),
        Col::text("reference", "单据", "v.reference").exact(),
        Col::text("fund", "指标文号", "d.fund").sort().exact().link("fund"),
        Col::text("unit", "单位编码", "COALESCE(a.unit, '')").sort().exact(),
        Col::text("unit_name", "单位", "COALESCE(u.name, '')"),
        Col::text("project", "项目编码", "COALESCE(a.project, '')").sort().exact().link("project"),
        Col::text("program", "补贴政策", "COALESCE(a.program, '')").sort().exact(),
        Col::money("debit", "借方", "p.debit").sort().range().sum(),
        Col::money("credit", "贷方", "p.credit").sort().range().sum(),
    ])
    .order("voucher", true)
    .of("a.unit IN {}", "")
    .remembered_with_ledger(&[])
    .search(&[("v.summary", Match::Contains), ("v.reference", Match::Contains)]);

pub static ACCOUNTS: ListSpec = ListSpec::new("accounts", "ledger_account.list", "会计科目", "setting.read")
    .from("account a", "a.book = $1", &[("a.code", false)])
    .columns(&[
        Col::count("code", "编码", "a.code").sort().exact(),
        Col::text("name", "名称", "a.name").sort().contains(),
        Col::words("group", "账", GROUPS, "a.grp").sort(),
        Col::count("parent", "上级科目", "a.parent").nullable().exact(),
        Col::text("normal", "方向", "CASE WHEN a.normal = 1 THEN '借' ELSE '贷' END"),
        Col::new("guarded", "不得为负", Show::YesNo, "a.guarded").exact(),
        Col::text("role", "用途", "a.role").sort(),
        Col::new("leaf", "末级", Show::YesNo, "a.leaf").exact(),
        Col::date("valid_from", "启用日期", "a.valid_from"),
        Col::date("valid_to", "停用日期", "a.valid_to").nullable(),
    ])
    .everyone()
    .search(&[("a.name", Match::Contains)]);

pub static TEMPLATES: ListSpec = ListSpec::new("templates", "template.list", "记账模板", "setting.read")
    .from(
        "template t JOIN account a ON a.book = t.book AND a.code = t.account",
        "t.book = $1",
        &[("t.event", true), ("t.variant", true), ("t.valid_from", false), ("t.line", false)],
    )
    .columns(&[
        Col::words("event", "业务", EVENTS, "t.event"),
        Col::text("variant", "情形", "t.variant").exact(),
        Col::count("line", "行", "t.line"),
        Col::text("side", "方向", "t.side"),
        Col::count("account", "科目", "t.account").exact(),
        Col::text("account_name", "科目名称", "a.name"),
        Col::text("summary", "摘要", "t.summary").contains(),
        Col::date("valid_from", "启用日期", "t.valid_from"),
        Col::date("valid_to", "停用日期", "t.valid_to").nullable(),
    ])
    .everyone();
