//! How well a screening finds what is known: labels say which subjects and payments are misuse and which only look like it,
//! and each rule's findings are held against them. Recall (查全率) is the share of labelled misuse that was found; precision
//! (查准率) the share of findings that are labelled misuse: a finding that nobody labelled counts as false. A rule whose list
//! is missing has not looked, and gets no figure.

mod table;
#[cfg(test)]
mod tests;

pub use table::{findings_table, table};

use super::engine::{Availability, Outcome};
use super::facts::Facts;
use super::hits::{Hit, Subject};
use crate::domain::identity::{mask_account, mask_id};
use crate::domain::report::figure;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of subjects as [`Subject::kind`] names them, with the words of the file.
pub const SUBJECT_KINDS: [(&str, &str); 12] = [
    ("person", "人员"),
    ("household", "户"),
    ("account", "账户"),
    ("batch", "批次"),
    ("disbursement", "项目支付"),
    ("program", "政策"),
    ("project", "项目"),
    ("unit", "单位"),
    ("fund", "资金"),
    ("region", "区划"),
    ("payee", "收款人"),
    ("year", "年度"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 违规
    Misuse,
    /// 无辜: looks like misuse and is none.
    Innocent,
}

/// What is known of one subject under one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// `P03`
    pub rule: String,
    pub verdict: Verdict,
    /// As [`Subject::kind`]: `person`.
    pub kind: String,
    /// As [`Subject::key`]: an ID number, a code.
    pub key: String,
    /// Payment keys (`批次号+序号`, a payment document, a voucher number). Where there are any, a finding must hold one.
    pub payments: Vec<String>,
    /// Why, in Chinese.
    pub note: String,
}

/// How one rule did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleScore {
    pub rule: &'static str,
    pub name: &'static str,
    pub checked: bool,
    /// Why it has not checked, or what was stale.
    pub why: String,
    pub labels: usize,
    pub found: usize,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub recall: Option<Decimal>,
    pub findings: usize,
    pub true_findings: usize,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub precision: Option<Decimal>,
    pub innocents: usize,
    pub innocents_hit: usize,
}

/// Labelled misuse that no finding touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    pub rule: String,
    pub kind: String,
    /// Masked for people and accounts.
    pub subject: String,
    pub payments: Vec<String>,
    pub note: String,
}

/// A finding that touches no labelled misuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FalseFinding {
    pub rule: &'static str,
    pub kind: &'static str,
    /// Masked for people and accounts.
    pub subject: String,
    pub occasion: String,
    pub payments: Vec<String>,
    /// What the label of an innocent look-alike says that was hit; `None` where nothing is labelled.
    pub innocent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScoreReport {
    pub rules: Vec<RuleScore>,
    /// Labels of the rules that have checked.
    pub labels: usize,
    pub found: usize,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub recall: Option<Decimal>,
    pub findings: usize,
    pub true_findings: usize,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub precision: Option<Decimal>,
    pub missed: Vec<Missed>,
    pub false_findings: Vec<FalseFinding>,
}

/// The labels of one rule, found by payment and by subject.
#[derive(Default)]
struct Known<'a> {
    labels: Vec<&'a Label>,
    by_payment: BTreeMap<&'a str, Vec<usize>>,
    by_subject: BTreeMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Known<'a> {
    fn add(&mut self, label: &'a Label) {
        let at = self.labels.len();
        self.labels.push(label);
        if label.payments.is_empty() {
            self.by_subject.entry((&label.kind, &label.key)).or_default().push(at);
        }
        for payment in &label.payments {
            self.by_payment.entry(payment).or_default().push(at);
        }
    }

    /// Labels that a hit touches.
    fn touched(&self, facts: &Facts, hit: &Hit) -> BTreeSet<usize> {
        let key = hit.subject.key(facts);
        let mut touched: BTreeSet<usize> =
            self.by_subject.get(&(hit.subject.kind(), key.as_str())).into_iter().flatten().copied().collect();
        if !self.by_payment.is_empty() {
            for payment in payment_keys(facts, hit) {
                touched.extend(self.by_payment.get(payment.as_str()).into_iter().flatten());
            }
        }
        touched
    }
}

/// Payment keys of a hit as labels write them.
pub fn payment_keys(facts: &Facts, hit: &Hit) -> Vec<String> {
    let lines = hit.payments.iter().filter_map(|at| facts.payments.get(*at as usize));
    let mut keys: Vec<String> = lines.map(|p| format!("{}+{}", facts.batch(p).code, p.line)).collect();
    keys.extend(hit.disbursements.iter().filter_map(|at| facts.disbursements.get(*at as usize)).map(|d| d.doc_no.clone()));
    if let Subject::Disbursement(_) = hit.subject {
        keys.push(hit.subject.key(facts));
    }
    keys.extend(hit.vouchers.iter().map(i64::to_string));
    keys
}

/// Holds the findings against the labels.
pub fn score(facts: &Facts, outcomes: &[Outcome], labels: &[Label]) -> ScoreReport {
    let mut known: BTreeMap<String, Known<'_>> = BTreeMap::new();
    for label in labels {
        known.entry(label.rule.to_uppercase()).or_default().add(label);
    }
    let (nothing, mut rules, mut missed, mut false_findings) = (Known::default(), Vec::new(), Vec::new(), Vec::new());
    for outcome in outcomes {
        let known = known.get(outcome.rule.id).unwrap_or(&nothing);
        rules.push(one(facts, outcome, known, &mut missed, &mut false_findings));
    }
    let looked = || rules.iter().filter(|rule| rule.checked);
    let sum = |of: fn(&RuleScore) -> usize| looked().map(of).sum::<usize>();
    let (labels, found, findings, good) = (sum(|r| r.labels), sum(|r| r.found), sum(|r| r.findings), sum(|r| r.true_findings));
    let (recall, precision) = (share(found, labels), share(good, findings));
    ScoreReport { labels, found, recall, findings, true_findings: good, precision, missed, false_findings, rules }
}

fn one(facts: &Facts, outcome: &Outcome, known: &Known<'_>, missed: &mut Vec<Missed>, wrong: &mut Vec<FalseFinding>) -> RuleScore {
    let checked = !matches!(outcome.checked.availability, Availability::Missing(_));
    let misuse = |at: &usize| known.labels[*at].verdict == Verdict::Misuse;
    let (mut touched, mut good) = (BTreeSet::new(), 0);
    for hit in &outcome.hits {
        let of_hit = known.touched(facts, hit);
        if of_hit.iter().any(misuse) {
            good += 1;
        } else {
            let innocent = of_hit.first().map(|at| known.labels[*at].note.clone());
            wrong.push(false_finding(facts, outcome, hit, innocent));
        }
        touched.extend(of_hit);
    }
    let of_misuse: Vec<usize> = (0..known.labels.len()).filter(misuse).collect();
    let found = of_misuse.iter().filter(|at| touched.contains(at)).count();
    if checked {
        missed.extend(of_misuse.iter().filter(|at| !touched.contains(at)).map(|at| Missed::of(known.labels[*at])));
    }
    RuleScore {
        rule: outcome.rule.id,
        name: outcome.rule.name,
        checked,
        why: outcome.checked.availability.why(),
        labels: of_misuse.len(),
        found,
        recall: share(found, of_misuse.len()).filter(|_| checked),
        findings: outcome.hits.len(),
        true_findings: good,
        precision: share(good, outcome.hits.len()).filter(|_| checked),
        innocents: known.labels.len() - of_misuse.len(),
        innocents_hit: touched.iter().filter(|at| !misuse(at)).count(),
    }
}

fn share(part: usize, whole: usize) -> Option<Decimal> {
    Decimal::from(part).checked_div(Decimal::from(whole))
}

/// A subject's key, masked where it is personal.
fn shown(kind: &str, key: &str) -> String {
    match kind {
        "person" => mask_id(key),
        "account" => mask_account(key),
        _ => key.to_string(),
    }
}

impl Missed {
    fn of(label: &Label) -> Missed {
        Missed {
            rule: label.rule.clone(),
            kind: label.kind.clone(),
            subject: shown(&label.kind, &label.key),
            payments: label.payments.clone(),
            note: label.note.clone(),
        }
    }
}

fn false_finding(facts: &Facts, outcome: &Outcome, hit: &Hit, innocent: Option<String>) -> FalseFinding {
    let kind = hit.subject.kind();
    FalseFinding {
        rule: outcome.rule.id,
        kind,
        subject: shown(kind, &hit.subject.key(facts)),
        occasion: hit.occasion.clone(),
        payments: payment_keys(facts, hit),
        innocent,
    }
}
