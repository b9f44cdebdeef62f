//! Findings (疑点) as they are told: what a hit says in the book's own numbers, with the rows that it rests on.

use super::lookup::{FileName, finding_key};
use crate::domain::calendar::day_text;
use crate::domain::identity::{mask_account, mask_id};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::screening::{Evidence, Facts, Hit, Outcome, Rule, Severity, Subject};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// 待处理
    Open,
    /// 已暂缓, until a day
    Suppressed(i64),
    /// In a case (线索), by its code, with the case's own state.
    InCase(String, String),
    /// 已消除: the facts no longer show it.
    Gone,
}

impl State {
    pub fn code(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Suppressed(_) => "suppressed",
            State::InCase(..) => "in_case",
            State::Gone => "gone",
        }
    }

    pub fn chinese(&self) -> String {
        match self {
            State::Open => "待处理".into(),
            State::Suppressed(until) => {
                format!("暂缓至 {}", day_text(*until))
            }
            State::InCase(code, state) => format!("线索 {code}（{state}）"),
            State::Gone => "已消除".into(),
        }
    }
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    pub key: String,
    pub rule: &'static Rule,
    pub severity: Severity,
    pub subject_kind: &'static str,
    /// As the book knows it: personal for people and accounts, masked when told.
    pub subject: String,
    /// Household of a person; empty otherwise.
    pub household: String,
    pub occasion: String,
    /// 批次号+序号, 支付凭证号, 凭证号
    pub payments: Vec<String>,
    /// Fen.
    pub amount: i64,
    pub evidence: Vec<Evidence>,
    pub state: State,
}

impl Finding {
    pub fn of(facts: &Facts, rule: &'static Rule, hit: &Hit) -> Finding {
        let (kind, subject) = (hit.subject.kind(), hit.subject.key(facts));
        let household = match hit.subject {
            Subject::Person(at) => facts.person(at).and_then(|person| facts.household(person.household)).map(|h| h.code.clone()),
            _ => None,
        };
        Finding {
            key: finding_key(rule, kind, &subject, hit),
            rule,
            severity: hit.severity.unwrap_or(rule.severity),
            subject_kind: kind,
            subject,
            household: household.unwrap_or_default(),
            occasion: hit.occasion.clone(),
            payments: payment_keys(facts, hit),
            amount: hit.amount,
            evidence: hit.evidence.clone(),
            state: State::Open,
        }
    }

    /// All findings of outcomes, in the order of the catalogue; of each rule the gravest sums first.
    pub fn all(facts: &Facts, outcomes: &[Outcome]) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            outcomes.iter().flat_map(|outcome| outcome.hits.iter().map(|hit| Finding::of(facts, outcome.rule, hit))).collect();
        sort(&mut findings);
        findings
    }

    pub fn subject_shown(&self, open: bool) -> String {
        match self.subject_kind {
            "person" if !open => mask_id(&self.subject),
            "account" if !open => mask_account(&self.subject),
            _ => self.subject.clone(),
        }
    }

    /// Stable English keys; money in 元 as text.
    pub fn json(&self, files: &BTreeMap<i64, FileName>, open: bool) -> Json {
        let mut finding = json!({
            "id": self.key,
            "rule": self.rule.id,
            "rule_name": self.rule.name,
            "rule_version": self.rule.version,
            "severity": self.severity.code(),
            "subject_kind": self.subject_kind,
            "subject_key": self.subject_shown(open),
            "occasion": self.occasion,
            "payments": self.payments,
            "amount": Fen::new(self.amount).yuan(),
            "evidence": self.evidence.iter().map(|e| evidence_json(e, files, open)).collect::<Vec<_>>(),
            "state": self.state.code(),
            "source": self.rule.source,
        });
        if let (Json::Object(map), false) = (&mut finding, self.household.is_empty()) {
            map.insert("household".into(), json!(self.household));
        }
        if let (Json::Object(map), State::InCase(code, state)) = (&mut finding, &self.state) {
            map.insert("case".into(), json!({ "code": code, "state": state }));
        }
        finding
    }
}

/// The kind of a subject as the program writes it; what it does not know is a year.
pub fn known_kind(kind: &str) -> &'static str {
    SUBJECT_WORDS.iter().find(|(known, _)| *known == kind).map_or("year", |(known, _)| known)
}

pub fn sort(findings: &mut [Finding]) {
    let place = |id: &str| crate::domain::screening::rules::RULES.iter().position(|rule| rule.id == id);
    findings.sort_by(|a, b| (place(a.rule.id), -a.amount, &a.key).cmp(&(place(b.rule.id), -b.amount, &b.key)));
}

pub(super) fn evidence_json(evidence: &Evidence, files: &BTreeMap<i64, FileName>, open: bool) -> Json {
    let mut says = Map::new();
    for (title, value) in &evidence.says {
        says.insert(title.clone(), Json::String(value.wire(open)));
    }
    let mut told = json!({ "what": evidence.what, "says": says });
    if let (Json::Object(map), Some(origin)) = (&mut told, evidence.origin) {
        let file = files.get(&origin.file);
        map.insert(
            "origin".into(),
            json!({
                "file": file.map_or("", |file| file.name.as_str()),
                "kind": file.map_or("", |file| file.kind.as_str()),
                "digest": file.map_or("", |file| file.digest.as_str()),
                "row": origin.row,
            }),
        );
    }
    told
}

fn payment_keys(facts: &Facts, hit: &Hit) -> Vec<String> {
    let line = |at: &u32| {
        let payment = facts.payments.get(*at as usize)?;
        Some(format!("{}+{}", facts.batches.get(payment.batch as usize)?.code, payment.line))
    };
    let mut keys: Vec<String> = hit.payments.iter().filter_map(line).collect();
    keys.extend(hit.disbursements.iter().filter_map(|at| facts.disbursements.get(*at as usize)).map(|d| d.doc_no.clone()));
    let mut vouchers = hit.vouchers.clone();
    vouchers.sort_unstable();
    vouchers.dedup();
    keys.extend(vouchers.iter().map(|seq| format!("#{seq}")));
    keys
}

/// What a rule of a run could check.
#[derive(Debug, Clone)]
pub struct Check {
    pub rule: &'static Rule,
    /// Empty if it has checked; else why it has not, or not with a fresh list.
    pub why: String,
    /// checked, missing or stale
    pub state: &'static str,
    /// Kind of each list that it needs and the day on which it last came.
    pub lists: Vec<(String, i64)>,
    pub params: Vec<(String, String)>,
    pub findings: usize,
}

impl Check {
    pub fn json(&self) -> Json {
        let lists: Map<String, Json> = self.lists.iter().map(|(kind, day)| (kind.clone(), json!(day_text(*day)))).collect();
        let params: Map<String, Json> = self.params.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "rule": self.rule.id,
            "rule_name": self.rule.name,
            "rule_version": self.rule.version,
            "state": if self.why.is_empty() { "checked" } else { "not_checked" },
            "reason": self.why,
            "lists": lists,
            "parameters": params,
            "findings": self.findings,
        })
    }
}

/// The rules with what each could check and found.
pub fn checks_table(checks: &[Check]) -> Table {
    let mut table = Table::new("screen_checks", "疑点筛查：各规则情况")
        .column("rule", "规则", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("severity", "程度", Kind::Text)
        .column("findings", "疑点", Kind::Count)
        .column("state", "检查情况", Kind::Text);
    for check in checks {
        let state = if check.why.is_empty() { "已检查".to_string() } else { format!("未检查：{}", check.why) };
        let found = if check.state == "missing" { Cell::Empty } else { Cell::Count(check.findings as i64) };
        let severity = check.rule.severity.chinese();
        table.push(vec![Cell::text(check.rule.id), Cell::text(check.rule.name), Cell::text(severity), found, Cell::text(state)]);
    }
    table
}

/// Findings as a table: one row each, the evidence in one cell.
pub fn table(findings: &[Finding], open: bool) -> Table {
    let mut table = Table::new("findings", "疑点清单")
        .column("id", "疑点编号", Kind::Text)
        .column("rule", "规则", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("severity", "程度", Kind::Text)
        .column("subject_kind", "对象", Kind::Text)
        .column("subject_key", "对象编号", Kind::Text)
        .column("household", "户编号", Kind::Text)
        .column("occasion", "事项", Kind::Text)
        .column("amount", "涉及金额", Kind::Money)
        .column("payments", "支付", Kind::Text)
        .column("evidence", "依据", Kind::Text)
        .column("state", "状态", Kind::Text);
    for finding in findings {
        let evidence: Vec<String> = finding.evidence.iter().map(|e| e.line(open)).collect();
        table.push(vec![
            Cell::text(&finding.key),
            Cell::text(finding.rule.id),
            Cell::text(finding.rule.name),
            Cell::text(finding.severity.chinese()),
            Cell::text(subject_word(finding.subject_kind)),
            Cell::text(finding.subject_shown(open)),
            Cell::text(&finding.household),
            Cell::text(&finding.occasion),
            Cell::Fen(Fen::new(finding.amount)),
            Cell::text(finding.payments.join("；")),
            Cell::text(evidence.join("；")),
            Cell::text(finding.state.chinese()),
        ]);
    }
    table
}

/// The same for a terminal: what fits on a line.
pub fn short_table(findings: &[Finding], most: usize, open: bool) -> Table {
    let mut table = Table::new("findings", "疑点清单")
        .column("id", "疑点编号", Kind::Text)
        .column("rule", "规则", Kind::Text)
        .column("severity", "程度", Kind::Text)
        .column("subject_key", "对象", Kind::Text)
        .column("occasion", "事项", Kind::Text)
        .column("amount", "涉及金额", Kind::Money)
        .column("payments", "支付", Kind::Text)
        .column("state", "状态", Kind::Text);
    for finding in findings.iter().take(most) {
        let more = if finding.payments.len() > 2 { format!(" 等 {} 笔", finding.payments.len()) } else { String::new() };
        let payments: Vec<&str> = finding.payments.iter().take(2).map(String::as_str).collect();
        table.push(vec![
            Cell::text(&finding.key[..finding.key.len().min(8)]),
            Cell::text(format!("{} {}", finding.rule.id, finding.rule.name)),
            Cell::text(finding.severity.chinese()),
            Cell::text(format!("{} {}", subject_word(finding.subject_kind), finding.subject_shown(open))),
            Cell::text(&finding.occasion),
            Cell::Fen(Fen::new(finding.amount)),
            Cell::text(format!("{}{more}", payments.join("；"))),
            Cell::text(finding.state.chinese()),
        ]);
    }
    if findings.len() > most {
        table = table.note(format!("另有 {} 条未列出；加 ⟦all_rows⟧，或用 ⟦format⟧ csv、json、xlsx 导出全部", findings.len() - most));
    }
    table
}

/// Kinds of subjects and their words.
pub const SUBJECT_WORDS: &[(&str, &str)] = &[
    ("person", "人员"),
    ("household", "户"),
    ("account", "账户"),
    ("batch", "批次"),
    ("disbursement", "支付"),
    ("program", "政策"),
    ("project", "项目"),
    ("unit", "单位"),
    ("fund", "指标"),
    ("region", "区划"),
    ("payee", "收款人"),
    ("year", "年度"),
];

pub fn subject_word(kind: &str) -> &'static str {
    SUBJECT_WORDS.iter().find(|(known, _)| *known == kind).map_or("年度", |(_, word)| word)
}
