//! What a check has found: the first problems of each code word for word, the rest counted, and the first broken voucher.

use super::{FirstBroken, Problem};
use std::collections::HashMap;

/// Problems of one code that are kept word for word.
const KEPT: u64 = 100;

#[derive(Default)]
pub(super) struct Findings {
    problems: Vec<Problem>,
    by_code: HashMap<&'static str, u64>,
    count: u64,
    first: Option<FirstBroken>,
}

impl Findings {
    /// A problem of a voucher. `label` is empty where the voucher is gone.
    pub fn voucher(&mut self, code: &'static str, seq: i64, label: &str, message: String) {
        let label = if label.is_empty() { format!("序号 {seq}") } else { label.to_string() };
        if self.first.as_ref().is_none_or(|first| seq < first.seq) {
            self.first = Some(FirstBroken { seq, label: label.clone() });
        }
        self.push(Problem { code, voucher: Some(seq), label, message });
    }

    /// A problem that no single voucher can be named for.
    pub fn book(&mut self, code: &'static str, label: &str, message: String) {
        self.push(Problem { code, voucher: None, label: label.to_string(), message });
    }

    fn push(&mut self, problem: Problem) {
        self.count += 1;
        let seen = self.by_code.entry(problem.code).or_default();
        *seen += 1;
        if *seen <= KEPT {
            self.problems.push(problem);
        }
    }

    /// Problems in order of the chain, those of the whole book last.
    pub fn into_parts(mut self) -> (Vec<Problem>, u64, Option<FirstBroken>) {
        self.problems.sort_by_key(|problem| problem.voucher.unwrap_or(i64::MAX));
        (self.problems, self.count, self.first)
    }
}
