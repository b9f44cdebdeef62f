//! Lists of supervision: 疑点, 线索, 公示, 信访, 检查计划, 考核结果, 约谈, 突破.

use crate::app::lists::spec::{Col, ListSpec, Match, Show, Words};
use crate::app::screening::findings::SUBJECT_WORDS;

const SEVERITIES: Words = &[("block", "禁付"), ("hold", "待核"), ("note", "提示")];
const FINDING_STATES: Words = &[("open", "待处理"), ("in_case", "已立线索"), ("gone", "已消除")];
const FINDING_STATE: &str = "CASE WHEN v.present = 0 THEN 'gone' WHEN lf.lead IS NOT NULL THEN 'in_case' ELSE 'open' END";

pub static FINDINGS: ListSpec = ListSpec::new("findings", "finding.list", "疑点", "screening.read")
    .about("每个疑点的最新版本；主体为人员或账户时隐去号码中段。")
    .from(
        "finding f JOIN finding_version v ON v.book = f.book AND v.finding = f.id
           AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = f.book AND w.finding = f.id)
         LEFT JOIN lead_finding lf ON lf.book = f.book AND lf.finding = f.id
         LEFT JOIN lead l ON l.book = lf.book AND l.id = lf.lead",
        "f.book = $1",
        &[("f.id", false)],
    )
    .columns(&[
        Col::text("key", "疑点号", "f.key").exact().link("finding"),
        Col::text("rule", "规则", "f.rule").sort().exact(),
        Col::words("severity", "等级", SEVERITIES, "v.severity").sort(),
        Col::words("subject_kind", "主体类型", SUBJECT_WORDS, "f.subject_kind").sort(),
        Col::new("subject", "主体", Show::Digits, "f.subject").exact(),
        Col::new("occasion", "情形", Show::Digits, "f.occasion"),
        Col::money("amount", "涉及金额", "v.amount").sort().range().sum(),
        Col::words("state", "状态", FINDING_STATES, FINDING_STATE).sort(),
        Col::text("case", "线索", "l.code").nullable().exact().link("case"),
        Col::date("until", "暂缓至", "(SELECT MAX(s.until) FROM finding_suppression s WHERE s.book = f.book AND s.finding = f.id)")
            .nullable(),
        Col::count("first_run", "首次筛查", "f.first_run"),
        Col::count("run", "最近变化的筛查", "v.run"),
    ])
    .order("amount", true)
    .search(&[("f.key", Match::Prefix), ("f.rule", Match::Exact), ("f.subject", Match::Exact)]);

const CASE_SOURCES: Words = &[("finding", "疑点"), ("inspection", "检查"), ("complaint", "信访"), ("other", "其他")];
const CASE_STATES: Words = &[
    ("opened", "待交办"),
    ("assigned", "核查中"),
    ("checked", "待认定"),
    ("confirmed", "已查实"),
    ("refuted", "已查否"),
    ("rectifying", "整改中"),
    ("closed", "已销号"),
];
/// The state after the last step that moves a case (追回 does not).
const CASE_STATE: &str = "COALESCE((SELECT CASE e.step WHEN 'ordered' THEN 'rectifying' WHEN 'done' THEN 'rectifying' WHEN 'reopened' THEN 'assigned'
       ELSE e.step END FROM lead_event e WHERE e.book = l.book AND e.lead = l.id AND e.step <> 'recovered' ORDER BY e.seq DESC LIMIT 1), 'opened')";

pub static CASES: ListSpec = ListSpec::new("cases", "case.list", "线索", "screening.read")
    .from("lead l", "l.book = $1", &[("l.id", false)])
    .columns(&[
        Col::text("code", "线索号", "l.code").sort().prefix().link("case"),
        Col::words("source", "来源", CASE_SOURCES, "l.source").sort(),
        Col::text("reference", "依据", "l.reference").exact(),
        Col::new("title", "事由", Show::Digits, "l.title").contains(),
        Col::words("state", "状态", CASE_STATES, CASE_STATE).sort(),
        Col::money("amount", "涉及金额", "l.amount").sort().range().sum(),
        Col::money(
            "recovered",
            "已追回",
            "(SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM lead_event e WHERE e.book = l.book AND e.lead = l.id AND e.step = 'recovered')",
        ),
        Col::date("opened", "立案日期", "l.opened").sort().range(),
        Col::text("actor", "立案人", "l.actor").exact(),
    ])
    .order("opened", true)
    .search(&[("l.code", Match::Prefix), ("l.title", Match::Contains)]);

const NOTICE_KINDS: Words = &[("entry", "项目入库公示"), ("completion", "项目完工公告"), ("batch", "发放公示")];

pub static NOTICES: ListSpec = ListSpec::new("notices", "notice.list", "公示公告", "project.read")
    .from(
        "notice n LEFT JOIN batch b ON b.book = n.book AND b.id = n.batch
         LEFT JOIN project pr ON pr.book = n.book AND pr.code = n.project
         LEFT JOIN region r ON r.book = n.book AND r.code = n.region
         LEFT JOIN notice_publication p ON p.book = n.book AND p.notice = n.id",
        "n.book = $1",
        &[("n.id", false), ("COALESCE(p.id, 0)", false)],
    )
    .columns(&[
        Col::count("id", "公示号", "n.id").exact().link("notice"),
        Col::words("kind", "类型", NOTICE_KINDS, "n.kind").sort(),
        Col::text("project", "项目", "n.project").nullable().exact().link("project"),
        Col::text("batch", "批次", "b.code").nullable().exact().link("batch"),
        Col::text("region", "区划编码", "n.region").prefix(),
        Col::text("region_name", "地点", "COALESCE(r.name, n.region)"),
        Col::date("written", "编制日期", "n.written").sort().range(),
        Col::text("place", "张贴地点", "p.place").nullable(),
        Col::text("level", "公示栏级别", "p.level").nullable(),
        Col::date("date_from", "公示起", "p.date_from").nullable().sort(),
        Col::date("date_to", "公示止", "p.date_to").nullable().sort(),
        Col::text("proof", "影像", "p.proof_name").nullable(),
        Col::text("actor", "编制人", "n.actor"),
    ])
    .order("written", true)
    .of("(b.unit IN {} OR pr.department IN {} OR pr.implementer IN {})", "n.region IN {}");

const OBJECTION_STATES: Words = &[("recorded", "待调查"), ("investigated", "待答复"), ("answered", "待公开"), ("published", "已公开")];
const OBJECTION_STATE: &str = "COALESCE((SELECT e.stage FROM objection_event e WHERE e.book = o.book AND e.objection = o.id
       ORDER BY CASE e.stage WHEN 'published' THEN 3 WHEN 'answered' THEN 2 ELSE 1 END DESC LIMIT 1), 'recorded')";

pub static OBJECTIONS: ListSpec = ListSpec::new("objections", "objection.list", "信访投诉", "project.read")
    .from(
        "objection o LEFT JOIN batch b ON b.book = o.book AND b.id = o.batch
         LEFT JOIN project pr ON pr.book = o.book AND pr.code = o.project",
        "o.book = $1",
        &[("o.id", false)],
    )
    .columns(&[
        Col::text("code", "编号", "o.code").sort().prefix().link("objection"),
        Col::date("received", "收到日期", "o.received").sort().range(),
        Col::text("channel", "渠道", "o.channel").sort().exact(),
        Col::text("project", "项目", "o.project").nullable().exact().link("project"),
        Col::text("batch", "批次", "b.code").nullable().exact().link("batch"),
        Col::new("complainant", "投诉人", Show::Name, "o.complainant"),
        Col::new("contact", "联系方式", Show::Account, "o.contact"),
        Col::words("state", "状态", OBJECTION_STATES, OBJECTION_STATE).sort(),
        Col::text("actor", "登记人", "o.actor"),
    ])
    .order("received", true)
    .of("(b.unit IN {} OR pr.department IN {} OR pr.implementer IN {})", "pr.region IN {}")
    .search(&[("o.code", Match::Prefix)]);

const PLAN_KINDS: Words = &[("quarterly", "季度检查"), ("annual", "年度专项检查"), ("targeted", "重点检查")];
const PLAN_STATES: Words = &[
    ("drafted", "拟定"),
    ("drawn", "已抽样"),
    ("in_field", "入户"),
    ("evaluated", "已评价"),
    ("reported", "已报告"),
    ("closed", "已办结"),
];
const POPULATIONS: Words = &[("payments", "到卡补贴"), ("disbursements", "项目支付"), ("households", "受益户")];
const PLAN_STATE: &str =
    "COALESCE((SELECT e.state FROM inspection_event e WHERE e.book = p.book AND e.plan = p.id ORDER BY e.seq DESC LIMIT 1), 'drafted')";

pub static PLANS: ListSpec = ListSpec::new("inspection_plans", "inspection_plan.list", "检查计划", "inspection.read")
    .from("inspection_plan p LEFT JOIN inspection_drawing d ON d.book = p.book AND d.plan = p.id", "p.book = $1", &[("p.id", false)])
    .columns(&[
        Col::text("code", "编号", "p.code").sort().prefix().link("plan"),
        Col::text("title", "名称", "p.title").contains(),
        Col::words("kind", "类型", PLAN_KINDS, "p.kind").sort(),
        Col::count("year", "年度", "p.year").sort().exact(),
        Col::count("quarter", "季度", "p.quarter").nullable().exact(),
        Col::words("population", "对象", POPULATIONS, "p.population").sort(),
        Col::words("state", "状态", PLAN_STATES, PLAN_STATE).sort(),
        Col::count("items", "抽样框", "d.items").nullable(),
        Col::count("size", "样本量", "d.size").nullable(),
        Col::date("due", "报告期限", "p.due").sort().range(),
        Col::text("maker", "拟定人", "p.maker"),
    ])
    .order("due", true)
    .search(&[("p.code", Match::Prefix), ("p.title", Match::Contains)]);

const SUBJECTS: Words = &[("unit", "单位"), ("fund", "指标")];
const RUNGS: Words = &[("0", "正常"), ("1", "提醒"), ("2", "通报"), ("3", "约谈"), ("4", "暂停新增分配"), ("5", "收回")];

pub static CONTROLS: ListSpec = ListSpec::new("control_decisions", "control.list", "历月考核等次", "progress.read")
    .about("每月最新一版考核的等次。")
    .from(
        "control_decision d JOIN control_run r ON r.book = d.book AND r.id = d.run
           AND r.version = (SELECT MAX(w.version) FROM control_run w WHERE w.book = r.book AND w.month = r.month)",
        "d.book = $1",
        &[("d.run", false), ("d.kind", true), ("d.subject", true)],
    )
    .columns(&[
        Col::new("month", "月份", Show::Month, "r.month").sort().range(),
        Col::words("kind", "对象", SUBJECTS, "d.kind").sort(),
        Col::text("subject", "编码", "d.subject").sort().exact(),
        Col::text("name", "名称", "d.name").sort().contains(),
        Col::money("available", "可用资金", "d.available").sort(),
        Col::money("spent", "已支出", "d.spent").sort(),
        Col::money("due", "应支出", "d.due").sort(),
        Col::count("place", "名次", "d.place").nullable().sort(),
        Col::count("behind_months", "连续滞后月数", "d.behind_months").sort(),
        Col::words("rung", "等次", RUNGS, "CAST(d.rung AS TEXT)").sort(),
        Col::new("lifted", "已解除", Show::YesNo, "d.lifted").exact(),
        Col::text("reasons", "理由", "d.reasons"),
    ])
    .order("month", true)
    .of("(d.kind = 'unit' AND d.subject IN {})", "");

const INTERVIEW_STATES: Words = &[("open", "待约谈"), ("held", "已约谈"), ("closed", "已办结")];

pub static INTERVIEWS: ListSpec = ListSpec::new("interviews", "interview.list", "约谈", "progress.read")
    .from(
        "control_interview i
         JOIN control_decision d ON d.book = i.book AND d.run = i.run AND d.kind = i.kind AND d.subject = i.subject
         LEFT JOIN control_interview_held h ON h.book = i.book AND h.interview = i.id
         LEFT JOIN control_interview_closed c ON c.book = i.book AND c.interview = i.id",
        "i.book = $1",
        &[("i.id", false)],
    )
    .columns(&[
        Col::count("id", "约谈号", "i.id").sort().exact().link("interview"),
        Col::words("kind", "对象", SUBJECTS, "i.kind").sort(),
        Col::text("subject", "编码", "i.subject").sort().exact(),
        Col::text("name", "名称", "d.name").contains(),
        Col::date("opened", "开出日期", "i.opened").sort().range(),
        Col::date("due", "期限", "i.due").sort().range(),
        Col::words(
            "state",
            "状态",
            INTERVIEW_STATES,
            "CASE WHEN c.interview IS NOT NULL THEN 'closed' WHEN h.interview IS NOT NULL THEN 'held' ELSE 'open' END",
        )
        .sort(),
        Col::date("held", "约谈日期", "h.date").nullable().sort(),
        Col::text("who", "被约谈人", "h.who").nullable(),
        Col::text("commitments", "承诺", "h.commitments").nullable(),
        Col::date("deadline", "整改期限", "h.deadline").nullable(),
        Col::text("result", "结果", "c.result").nullable(),
    ])
    .order("opened", true)
    .of("(i.kind = 'unit' AND i.subject IN {})", "");

const RULINGS: Words = &[("asked", "待批"), ("granted", "已批准"), ("refused", "未批准")];

pub static OVERRIDES: ListSpec = ListSpec::new("overrides", "override.list", "突破暂停", "progress.read")
    .from(
        "control_override o LEFT JOIN control_override_ruling r ON r.book = o.book AND r.override = o.id",
        "o.book = $1",
        &[("o.id", false)],
    )
    .columns(&[
        Col::count("id", "编号", "o.id").sort().exact().link("override"),
        Col::words("kind", "对象", SUBJECTS, "o.kind").sort(),
        Col::text("subject", "编码", "o.subject").sort().exact(),
        Col::money("amount", "金额", "o.amount").sort().sum(),
        Col::money(
            "used",
            "已用",
            "(SELECT CAST(COALESCE(SUM(u.amount), 0) AS BIGINT) FROM control_override_use u WHERE u.book = o.book AND u.override = o.id)",
        ),
        Col::date("valid_from", "起始日期", "o.valid_from").sort().range(),
        Col::date("valid_to", "终止日期", "o.valid_to").sort().range(),
        Col::words(
            "state",
            "状态",
            RULINGS,
            "CASE WHEN r.granted IS NULL THEN 'asked' WHEN r.granted = 1 THEN 'granted' ELSE 'refused' END",
        )
        .sort(),
        Col::text("reason", "理由", "o.reason"),
        Col::text("document", "依据文件", "o.document").contains(),
        Col::text("actor", "申请人", "o.actor"),
        Col::text("ruled_by", "批准人", "r.actor").nullable(),
    ])
    .order("valid_from", true)
    .of("(o.kind = 'unit' AND o.subject IN {})", "");
