//! Verification (核验): everything that a book says is computed again from what it rests on, and compared. The chain of
//! vouchers from their stored fields, the payee lines from their digests, balances from postings, places from payment lines,
//! documents from vouchers. Nothing is taken on trust and nothing is changed; memory does not grow with the book.

mod chain;
mod details;
mod documents;
mod findings;
mod sums;
#[cfg(test)]
mod tests;

use super::stored::{self, AccountFacts};
use super::{Book, Bureau, Result};
use crate::domain::ledger::chain::hex;
use crate::domain::report::{Cell, Kind, Table};
use crate::store::Tx;
use findings::Findings;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable English code, such as `chain_hash`.
    pub code: &'static str,
    /// Sequence of the voucher that it concerns, if one can be named.
    pub voucher: Option<i64>,
    /// 凭证号 of that voucher, or the name of what else is meant.
    pub label: String,
    /// What is wrong, in Chinese.
    pub message: String,
}

/// The first voucher, in order of the chain, that does not stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstBroken {
    pub seq: i64,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    pub vouchers: u64,
    pub postings: u64,
    pub payments: u64,
    pub head_seq: i64,
    pub head_hash: String,
    /// The first of each code; `problem_count` counts them all.
    pub problems: Vec<Problem>,
    pub problem_count: u64,
    pub first_broken: Option<FirstBroken>,
}

impl VerifyReport {
    pub fn holds(&self) -> bool {
        self.problem_count == 0
    }

    /// What was checked, and whether it holds.
    pub fn sentences(&self) -> [String; 3] {
        let verdict = match &self.first_broken {
            _ if self.holds() => "核验通过：凭证链完整，凭证号连续，借贷平衡，余额与分录一致，每一分钱都有去处。".to_string(),
            Some(first) => format!("核验不通过：共 {} 处，最先出错的凭证是 {}（#{}）", self.problem_count, first.label, first.seq),
            None => format!("核验不通过：共 {} 处，凭证链本身完整", self.problem_count),
        };
        [
            format!("核对凭证 {} 张、分录 {} 条、发放明细 {} 行", self.vouchers, self.postings, self.payments),
            format!("链尾：序号 {}，摘要 {}", self.head_seq, self.head_hash),
            verdict,
        ]
    }

    /// The problems as a sheet, with the sentences beneath.
    pub fn table(&self) -> Table {
        let mut table = Table::new("verification", "账簿核验")
            .column("code", "问题代码", Kind::Text)
            .column("voucher", "凭证序号", Kind::Count)
            .column("label", "凭证或对象", Kind::Text)
            .column("message", "问题", Kind::Text);
        for problem in &self.problems {
            let voucher = problem.voucher.map(Cell::Count).into();
            table.push(vec![Cell::text(problem.code), voucher, Cell::text(&problem.label), Cell::text(&problem.message)]);
        }
        self.sentences().into_iter().fold(table, Table::note)
    }
}

/// How far a check has come: what is being done, and `done` of `total` in its own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub phase: &'static str,
    pub done: u64,
    pub total: u64,
}

/// What vouchers say that is compared with other tables later.
struct Watched {
    label: String,
    event: String,
    details: i64,
    digest: Vec<u8>,
    /// The sum that it moved, fen: its debits in the control group.
    moved: i64,
    met: bool,
}

/// What the passes share.
struct Check<'a> {
    book: &'a Book,
    accounts: HashMap<i64, AccountFacts>,
    findings: Findings,
    /// Vouchers under which payee lines stand, by sequence.
    watched: BTreeMap<i64, Watched>,
    vouchers: u64,
    postings: u64,
    payments: u64,
    last_seq: i64,
    last_hash: Vec<u8>,
    progress: &'a mut dyn FnMut(Progress),
}

/// Checks a book. Finding something wrong is a report, not an error.
pub fn verify(bureau: &mut Bureau, progress: &mut dyn FnMut(Progress)) -> Result<VerifyReport> {
    verify_against(bureau, &[], progress)
}

/// The same, and that the chain still holds the heads (hex) that were printed or deposited before: a book whose end was cut
/// off and whose tables were made to agree can be told only by what was kept elsewhere.
pub fn verify_against(bureau: &mut Bureau, heads: &[String], progress: &mut dyn FnMut(Progress)) -> Result<VerifyReport> {
    progress(Progress { phase: "检查数据库文件", done: 0, total: 1 });
    let complaints = bureau.store.integrity()?;
    bureau.read(|tx, book| {
        let mut check = Check {
            book,
            accounts: stored::accounts(tx, book)?,
            findings: Findings::default(),
            watched: BTreeMap::new(),
            vouchers: 0,
            postings: 0,
            payments: 0,
            last_seq: 0,
            last_hash: crate::domain::ledger::chain::GENESIS.to_vec(),
            progress,
        };
        for complaint in complaints {
            check.findings.book("integrity", "数据库文件", format!("数据库自检报告：{complaint}"));
        }
        check.run(tx, heads)?;
        Ok(check.report())
    })
}

impl Check<'_> {
    fn run(&mut self, tx: &mut Tx<'_>, heads: &[String]) -> Result<()> {
        chain::walk(self, tx, heads)?;
        details::walk(self, tx)?;
        self.tell("核对余额与合计", 0, 3);
        sums::balances(self, tx)?;
        self.tell("核对余额与合计", 1, 3);
        sums::orphans(self, tx)?;
        self.tell("核对余额与合计", 2, 3);
        documents::compare(self, tx)?;
        self.tell("核对余额与合计", 3, 3);
        for run in super::control::verify::check(tx, self.book)? {
            self.findings.book("control_run", &run.label, run.message);
        }
        for problem in super::access::log::verify(tx, self.book)?.problems {
            self.findings.book("access_log", "操作日志", problem);
        }
        Ok(())
    }

    fn tell(&mut self, phase: &'static str, done: u64, total: u64) {
        (self.progress)(Progress { phase, done, total });
    }

    fn report(self) -> VerifyReport {
        let (problems, problem_count, first_broken) = self.findings.into_parts();
        VerifyReport {
            vouchers: self.vouchers,
            postings: self.postings,
            payments: self.payments,
            head_seq: self.last_seq,
            head_hash: hex(&self.last_hash),
            problems,
            problem_count,
            first_broken,
        }
    }
}
