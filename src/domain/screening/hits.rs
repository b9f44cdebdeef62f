//! What rules find, and how a finding is known again: by rule, subject and occasion.

use super::engine::Outcome;
use super::evidence::Evidence;
use super::facts::Facts;
use super::rule::{Rule, Severity};

/// Whom or what a hit is about. Indices are those of [`Facts`]; codes are those of the registers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Person(u32),
    Household(u32),
    /// A bank account, by index.
    Account(u32),
    Batch(u32),
    /// A project payment, by index.
    Disbursement(u32),
    Program(String),
    Project(String),
    Unit(String),
    Fund(String),
    /// A village or township.
    Region(String),
    /// A firm, co-op, appraiser or other payee that only a name tells.
    Payee(String),
    /// The county in a year.
    Year(i64),
}

impl Subject {
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Person(_) => "person",
            Subject::Household(_) => "household",
            Subject::Account(_) => "account",
            Subject::Batch(_) => "batch",
            Subject::Disbursement(_) => "disbursement",
            Subject::Program(_) => "program",
            Subject::Project(_) => "project",
            Subject::Unit(_) => "unit",
            Subject::Fund(_) => "fund",
            Subject::Region(_) => "region",
            Subject::Payee(_) => "payee",
            Subject::Year(_) => "year",
        }
    }

    /// The key by which the book knows the subject: ID number, household code, account number, code, document number. It is
    /// personal for people and accounts and must be masked when shown.
    pub fn key(&self, facts: &Facts) -> String {
        match self {
            Subject::Person(at) => facts.person(*at).map(|p| p.id_no.as_str().to_string()).unwrap_or_default(),
            Subject::Household(at) => facts.household(*at).map(|h| h.code.clone()).unwrap_or_default(),
            Subject::Account(at) => facts.accounts.get(*at as usize).map(|a| a.number.to_string()).unwrap_or_default(),
            Subject::Batch(at) => facts.batches.get(*at as usize).map(|b| b.code.clone()).unwrap_or_default(),
            Subject::Disbursement(at) => facts.disbursements.get(*at as usize).map(|d| d.doc_no.clone()).unwrap_or_default(),
            Subject::Program(code)
            | Subject::Project(code)
            | Subject::Unit(code)
            | Subject::Fund(code)
            | Subject::Region(code)
            | Subject::Payee(code) => code.clone(),
            Subject::Year(year) => year.to_string(),
        }
    }
}

/// One lead (疑点).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub subject: Subject,
    /// What tells several hits of one rule on one subject apart and stays the same when facts are added: programme and
    /// period, a project, a document. Empty where there can be only one.
    pub occasion: String,
    /// Where it is graver or lighter than the rule says.
    pub severity: Option<Severity>,
    /// Payment lines concerned, by index, in ascending order.
    pub payments: Vec<u32>,
    /// Project payments concerned, by index.
    pub disbursements: Vec<u32>,
    /// Vouchers concerned that are neither of these.
    pub vouchers: Vec<i64>,
    /// Fen in question.
    pub amount: i64,
    pub evidence: Vec<Evidence>,
}

impl Hit {
    pub fn new(subject: Subject) -> Hit {
        Hit {
            subject,
            occasion: String::new(),
            severity: None,
            payments: Vec::new(),
            disbursements: Vec::new(),
            vouchers: Vec::new(),
            amount: 0,
            evidence: Vec::new(),
        }
    }

    pub fn occasion(mut self, occasion: impl Into<String>) -> Hit {
        self.occasion = occasion.into();
        self
    }

    pub fn severity(mut self, severity: Severity) -> Hit {
        self.severity = Some(severity);
        self
    }

    /// Takes a payment line in: its index, its amount kept by the payee, and its row as evidence.
    pub fn payment(mut self, facts: &Facts, at: u32) -> Hit {
        if let Some(payment) = facts.payments.get(at as usize) {
            self.payments.push(at);
            self.amount += payment.kept();
            self.evidence.push(facts.payment_evidence(payment));
        }
        self
    }

    pub fn payments(self, facts: &Facts, all: impl IntoIterator<Item = u32>) -> Hit {
        all.into_iter().fold(self, |hit, at| hit.payment(facts, at))
    }

    /// Takes a project payment in: its index, its amount less what came back, and its row as evidence.
    pub fn disbursement(mut self, facts: &Facts, at: u32) -> Hit {
        if let Some(paid) = facts.disbursements.get(at as usize) {
            self.disbursements.push(at);
            self.amount += paid.still_paid();
            let evidence = Evidence::new("项目支付")
                .text("支付凭证号", &paid.doc_no)
                .day("日期", paid.date)
                .text("单位", facts.unit_name(&paid.unit))
                .text("项目", &paid.project);
            let personal = paid.payee_kind == "个人";
            let payee = if personal { super::Says::Name(paid.payee.clone()) } else { super::Says::Text(paid.payee.clone()) };
            let evidence = evidence.says("收款人", payee).text("用途", &paid.purpose).fen("金额", paid.amount);
            self.evidence.push(evidence.text("支付方式", &paid.method).from(paid.origin));
        }
        self
    }

    /// Sets the amount in question where it is not the sum of the payments.
    pub fn amount(mut self, fen: i64) -> Hit {
        self.amount = fen;
        self
    }

    pub fn evidence(mut self, evidence: Evidence) -> Hit {
        self.evidence.push(evidence);
        self
    }

    pub fn voucher(mut self, seq: i64) -> Hit {
        self.vouchers.push(seq);
        self
    }
}

/// Where a rule puts its hits.
pub struct Hits<'a> {
    pub(super) rule: &'static Rule,
    pub(super) found: Vec<Hit>,
    /// What the rules before found; only for rules of the last pass.
    pub(super) earlier: &'a [Outcome],
}

impl Hits<'_> {
    pub fn push(&mut self, hit: Hit) {
        self.found.push(hit);
    }

    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// People with a hit of another rule whose id begins with one of `families` (`P`, `A`), with that rule's id: sorted.
    pub fn people_hit_by(&self, families: &[&str]) -> Vec<(u32, &'static str)> {
        let mut people = Vec::new();
        for outcome in self.earlier.iter().filter(|o| families.iter().any(|family| o.rule.id.starts_with(family))) {
            for hit in &outcome.hits {
                if let Subject::Person(person) = hit.subject {
                    people.push((person, outcome.rule.id));
                }
            }
        }
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Payment lines (by index) that hits of other rules name whose id begins with one of `families`, with that rule's id.
    pub fn payments_hit_by(&self, families: &[&str]) -> Vec<(u32, &'static str)> {
        let mut lines = Vec::new();
        for outcome in self.earlier.iter().filter(|o| families.iter().any(|family| o.rule.id.starts_with(family))) {
            lines.extend(outcome.hits.iter().flat_map(|hit| hit.payments.iter().map(|at| (*at, outcome.rule.id))));
        }
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}
