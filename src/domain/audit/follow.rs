//! Findings, cases, the ladder and inspections of an export against each other and against the books: rows counted where a
//! table says how many another has for it, payments that are named against the payment tables or the voucher of another year,
//! recoveries against refunds, findings against what the screening says it found, and heads of the chain against the chain.

use super::check::Fault;
use super::compare::At;
use super::spec::{Check, Spec, TableSpec};
use super::truth::Truth;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A parent table's name, and the key of its row.
type Parent = (String, String);

/// What a column's role begins with where this module looks at its table.
const OWN: [&str; 11] =
    ["rows:", "disbursed.", "refund.", "paid.", "recovery.", "run.", "checked.", "finding.", "known.", "sample.", "inspected."];

#[derive(Default)]
pub(super) struct Follow {
    /// By table: whether it is looked at.
    own: Vec<bool>,
    /// Whether any table names payments.
    names_payments: bool,
    /// Rows that a parent says a table has for it, less those met.
    rows: BTreeMap<(String, Parent), i64>,
    /// Tables whose rows a parent counts, with the column that names the parent.
    counted: HashMap<String, (usize, String)>,
    /// Payment lines and documents of project payments; by the keys that findings name them with.
    paid: HashSet<u64, foldhash::fast::FixedState>,
    refunds: HashMap<String, i128>,
    /// By run: its findings, and whether it is the last.
    runs: BTreeMap<String, (i64, bool)>,
    /// By rule: state, run and number of findings that it says; and those met.
    checks: BTreeMap<String, (bool, String, i64)>,
    findings: BTreeMap<String, i64>,
}

impl Follow {
    pub fn new(spec: &Spec) -> Follow {
        let mut counted = HashMap::new();
        for table in &spec.tables {
            let roles = table.columns.iter().flat_map(|column| &column.roles);
            for child in roles.filter_map(|role| role.strip_prefix("rows:")) {
                let columns = spec.tables.iter().filter(|other| other.name == child).flat_map(|other| other.columns.iter().enumerate());
                let to_parent = |check: &Check| matches!(check, Check::Ref(to, _) if *to == table.name);
                for (at, _) in columns.filter(|(_, column)| to_parent(&column.check)) {
                    counted.insert(child.to_string(), (at, table.name.clone()));
                }
            }
        }
        let roles = |table: &TableSpec| table.columns.iter().flat_map(|column| column.roles.clone()).collect::<Vec<String>>();
        let looked_at = |table: &TableSpec| roles(table).iter().any(|role| OWN.iter().any(|own| role.starts_with(own)));
        let own = spec.tables.iter().map(|table| looked_at(table) || counted.contains_key(&table.name)).collect();
        let names_payments = spec.tables.iter().any(|table| table.role("paid.key").is_some());
        Follow { own, names_payments, counted, ..Follow::default() }
    }

    pub fn row(&mut self, at: &mut At<'_>, truth: &Truth) {
        if let (true, Some(batch), Some(line)) = (self.names_payments, at.text("line.batch"), at.text("line.line")) {
            self.paid.insert(hash(&format!("{batch}+{line}")));
        }
        if !self.own.get(at.table).copied().unwrap_or_default() {
            return;
        }
        self.count(at);
        if let Some(document) = at.text("disbursed.doc") {
            self.paid.insert(hash(document));
        }
        if let (Some(document), Some(amount)) = (at.text("refund.doc"), at.money("detail.amount")) {
            self.refunds.insert(document.to_string(), amount);
        }
        if at.has("paid.key") {
            self.payment(at, truth);
        }
        if at.has("recovery.doc") {
            self.recovery(at, truth);
        }
        self.screening(at);
        heads(at, truth);
        if let (Some(size), Some(items)) = (at.int("sample.size"), at.int("sample.items"))
            && items > size
        {
            at.tell(format!("样本有 {items} 项，多于样本量 {size}"));
        }
        if let (Some(items), Some(wrong)) = (at.int("inspected.items"), at.int("inspected.wrong"))
            && !(0..=items).contains(&wrong)
        {
            at.tell(format!("差错 {wrong} 项，核查只有 {items} 项"));
        }
    }

    /// What a row says of the number of others, and a row that another counts.
    fn count(&mut self, at: &At<'_>) {
        let table = &at.spec.name;
        for (column, cell) in at.spec.columns.iter().zip(at.cells) {
            for child in column.roles.iter().filter_map(|role| role.strip_prefix("rows:")) {
                let parent = (table.clone(), key(at.spec, at.cells));
                *self.rows.entry((child.to_string(), parent)).or_default() += cell.parse::<i64>().unwrap_or(0);
            }
        }
        if let Some((column, parent)) = self.counted.get(table) {
            let parent = (parent.clone(), at.cells[*column].clone());
            *self.rows.entry((table.clone(), parent)).or_default() -= 1;
        }
    }

    fn payment(&self, at: &mut At<'_>, truth: &Truth) {
        let (Some(kind), Some(named)) = (at.text("paid.kind"), at.text("paid.key").map(str::to_string)) else { return };
        let listed = self.paid.contains(&hash(&named));
        if kind == "未入账" {
            if listed || at.int("paid.voucher").is_some() {
                at.tell(format!("支付 {named} 写作未入账，而支付表中有"));
            }
            return;
        }
        let voucher_key = kind == "凭证";
        let (Some(year), Some(seq)) = (at.int("paid.year"), at.int("paid.voucher")) else {
            return at.tell(format!("支付 {named} 没有写明入账年度和凭证"));
        };
        if truth.facts.get(&seq).map(|fact| fact.year) != Some(year) {
            return at.tell(format!("支付 {named} 的入账凭证（序号 {seq}）不是凭证链中 {year} 年的凭证"));
        }
        if voucher_key && named != format!("#{seq}") {
            at.tell(format!("凭证 {named} 的序号写作 {seq}"));
        } else if !voucher_key && year == truth.year && !listed {
            at.tell(format!("支付 {named} 为本年入账，而支付表中没有"));
        }
    }

    fn recovery(&self, at: &mut At<'_>, truth: &Truth) {
        let (Some(document), Some(seq)) = (at.text("recovery.doc").map(str::to_string), at.int("recovery.voucher")) else { return };
        match truth.facts.get(&seq) {
            Some(fact) if fact.year == truth.year => {
                if self.refunds.get(&document).copied() != at.money("recovery.amount") {
                    at.tell(format!("追回的退回凭证 {document} 不在退回表中，或金额不同"));
                }
            }
            Some(_) => {}
            None => at.tell(format!("追回的凭证序号 {seq} 不在凭证链中")),
        }
    }

    fn screening(&mut self, at: &mut At<'_>) {
        if let (Some(run), Some(findings)) = (at.text("run.id"), at.int("run.findings")) {
            self.runs.insert(run.to_string(), (findings, at.text("run.last") == Some("1")));
        }
        if let (Some(rule), Some(run), Some(found)) = (at.text("checked.rule"), at.text("checked.run"), at.int("checked.findings")) {
            let looked = at.text("checked.state") == Some("已检查");
            self.checks.insert(rule.to_string(), (looked, run.to_string(), found));
        }
        if let (Some(rule), Some(state)) = (at.text("finding.rule"), at.text("finding.state"))
            && state != "已消除"
        {
            *self.findings.entry(rule.to_string()).or_default() += 1;
        }
    }

    /// What can be told only when all rows have been read.
    pub fn finish(&self, faults: &mut Vec<Fault>) {
        let mut tell = |file: &str, what: String| faults.push(Fault { file: file.to_string(), row: 0, what });
        for ((table, (parent, key)), left) in self.rows.iter().filter(|(_, left)| **left != 0) {
            let what = if *left > 0 { format!("少 {left} 行") } else { format!("多 {} 行", -left) };
            tell(table, format!("{parent} 的 {key} 在本表中{what}"));
        }
        let mut found: BTreeMap<&str, i64> = BTreeMap::new();
        for (rule, (looked, run, said)) in &self.checks {
            *found.entry(run).or_default() += said;
            let has = self.findings.get(rule).copied().unwrap_or(0);
            if *looked && has != *said || has < *said {
                tell("规则检查情况", format!("规则 {rule} 筛查记有疑点 {said} 个，疑点表中现存 {has} 个"));
            }
        }
        for (run, sum) in found {
            // rules of an earlier run may have run again since
            if !self.runs.get(run).is_some_and(|(said, last)| *said == sum || *said > sum && !last) {
                tell("疑点筛查", format!("第 {run} 次筛查各规则的疑点合计 {sum}，与所记的总数不符"));
            }
        }
    }
}

/// The key of a row, its words joined.
fn key(spec: &TableSpec, cells: &[String]) -> String {
    let words = spec.columns.iter().zip(cells).filter(|(column, _)| column.key).map(|(_, cell)| cell.as_str());
    words.collect::<Vec<_>>().join("、")
}

fn hash(text: &str) -> u64 {
    std::hash::BuildHasher::hash_one(&foldhash::fast::FixedState::default(), text)
}

/// Whatever says how far of the chain it saw has seen a voucher of it; a head that it names is that voucher's.
fn heads(at: &mut At<'_>, truth: &Truth) {
    let Some(seq) = at.int("known.seq").filter(|seq| *seq != 0) else { return };
    match truth.facts.get(&seq) {
        None => at.tell(format!("所见最后凭证序号 {seq} 不在凭证链中")),
        Some(fact) if at.text("known.head").is_some_and(|head| head != fact.hash) => {
            at.tell(format!("所见链尾不是凭证链中序号 {seq} 的摘要"));
        }
        Some(_) => {}
    }
}
