//! The walk along the chain, voucher by voucher: links, hashes, numbers, balance by group and by fund, maker and checker.

use super::{Check, Watched};
use crate::app::Result;
use crate::app::ledger::voucher_label;
use crate::app::stored::{self, Stored};
use crate::domain::calendar::date_from_int;
use crate::domain::ledger::chain::{DimKey, Seal, hex, voucher_hash};
use crate::domain::ledger::{Draft, Line};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Missing vouchers of one gap that are named one by one.
const NAMED_MISSING: i64 = 20;

struct Walk {
    dims: HashMap<i64, DimKey>,
    /// Last number met of each year and month.
    numbers: BTreeMap<(i64, i64), i64>,
    /// Heads still to be met.
    heads: HashSet<String>,
}

pub(super) fn walk(check: &mut Check<'_>, tx: &mut Tx<'_>, heads: &[String]) -> Result<()> {
    let head = tx.first("SELECT seq, hash FROM chain WHERE book = $1", params![check.book.id])?;
    let (head_seq, head_hash) = match &head {
        Some(row) => (row.int(0)?, row.bytes(1)?.to_vec()),
        None => (0, Vec::new()),
    };
    let heads = heads.iter().map(|head| head.trim().to_ascii_lowercase()).collect();
    let mut walk = Walk { dims: stored::dim_words(tx, check.book)?, numbers: BTreeMap::new(), heads };
    let total = u64::try_from(head_seq).unwrap_or(0);
    check.tell("重算凭证链", 0, total);
    loop {
        let page = stored::page(tx, check.book, check.last_seq)?;
        if page.is_empty() {
            break;
        }
        for voucher in &page {
            one(check, &mut walk, voucher);
        }
        check.tell("重算凭证链", check.vouchers, total);
    }
    compare_head(check, head_seq, &head_hash);
    compare_periods(check, tx, &walk)?;
    for head in walk.heads {
        let message = format!("留存的链尾摘要 {head} 不在本账套的凭证链中：账已被截断或改写");
        check.findings.book("expected_head", "链尾", message);
    }
    Ok(())
}

fn one(check: &mut Check<'_>, walk: &mut Walk, voucher: &Stored) {
    let label = voucher.label();
    let seq = voucher.seq;
    report_gap(check, seq);
    if voucher.prev_hash != check.last_hash {
        let message = format!("与上一张凭证（序号 {}）的摘要接不上：上一张被改写，或其间有凭证被删、插、换位", seq - 1);
        check.findings.voucher("chain_link", seq, &label, message);
    }
    if recompute(voucher, &check.book.code, &walk.dims).as_deref() != Some(voucher.hash.as_slice()) {
        check.findings.voucher("chain_hash", seq, &label, "内容与摘要不符：凭证或其分录、附件摘要被改动".into());
    }
    dates_and_number(check, walk, voucher, &label);
    people(check, voucher, &label);
    balance(check, walk, voucher, &label);
    watch(check, voucher, label);
    walk.heads.remove(&hex(&voucher.hash));
    check.vouchers += 1;
    check.postings += voucher.lines.len() as u64;
    check.last_seq = seq;
    check.last_hash.clone_from(&voucher.hash);
}

fn report_gap(check: &mut Check<'_>, seq: i64) {
    let expected = check.last_seq + 1;
    for missing in (expected..seq).take(NAMED_MISSING as usize) {
        check.findings.voucher("chain_gap", missing, "", format!("序号 {missing} 的凭证不见了"));
    }
    if seq - expected > NAMED_MISSING {
        check.findings.voucher("chain_gap", expected, "", format!("序号 {expected} 至 {} 的凭证都不见了", seq - 1));
    }
}

/// The hash of a voucher from its stored fields; `None` where they cannot even be hashed.
fn recompute(voucher: &Stored, book: &str, dims: &HashMap<i64, DimKey>) -> Option<Vec<u8>> {
    let previous = <[u8; 32]>::try_from(voucher.prev_hash.as_slice()).ok()?;
    let date = date_from_int(voucher.date).unwrap_or(NaiveDate::MIN); // the seal's whole number is what is hashed
    let mut draft = Draft::new(date, &voucher.event, voucher.summary.clone(), &voucher.reference);
    draft.closing = voucher.closing == 1;
    draft.attachments = voucher.attachments;
    draft.reverses = voucher.reverses;
    draft.details = match voucher.details_digest.as_slice() {
        [] if voucher.details == 0 => None,
        digest => Some((voucher.details, <[u8; 32]>::try_from(digest).ok()?)),
    };
    for line in &voucher.lines {
        draft.lines.push(Line { account: line.account, dim: line.dim, debit: Fen::new(line.debit), credit: Fen::new(line.credit) });
    }
    let seal = Seal {
        book,
        seq: voucher.seq,
        number: voucher.number,
        date: voucher.date,
        maker: &voucher.maker,
        checker: &voucher.checker,
        file_digest: &voucher.file_digest,
        recorded_at: voucher.recorded_at,
    };
    let none = DimKey::default();
    Some(voucher_hash(&previous, &draft, &seal, |dim| dims.get(&dim).unwrap_or(&none)).to_vec())
}

fn dates_and_number(check: &mut Check<'_>, walk: &mut Walk, voucher: &Stored, label: &str) {
    if voucher.date / 100 != voucher.year * 100 + voucher.month {
        check.findings.voucher("period_of_date", voucher.seq, label, format!("日期 {} 不属于凭证号的月份", voucher.date));
    }
    let last = walk.numbers.entry((voucher.year, voucher.month)).or_default();
    if voucher.number != *last + 1 {
        let message = format!("凭证号不连续：应为 {}，实为 {}", voucher_label(voucher.year, voucher.month, *last + 1), label);
        check.findings.voucher("number", voucher.seq, label, message);
    }
    *last = voucher.number;
    for (index, line) in voucher.lines.iter().enumerate() {
        if line.date != voucher.date || line.closing != voucher.closing || line.line != index as i64 + 1 {
            let message = format!("第 {} 条分录的日期、结账标志或行号与凭证不符", line.line);
            check.findings.voucher("posting_date", voucher.seq, label, message);
        }
    }
}

fn people(check: &mut Check<'_>, voucher: &Stored, label: &str) {
    if voucher.maker.is_empty() || voucher.maker == voucher.checker {
        check.findings.voucher("two_people", voucher.seq, label, "制单人为空，或制单、复核是同一人".into());
    }
}

/// Debits equal credits by group; in the control group also fund by fund, for money never changes its fund.
fn balance(check: &mut Check<'_>, walk: &Walk, voucher: &Stored, label: &str) {
    let mut net: BTreeMap<(bool, &str), i128> = BTreeMap::new();
    for line in &voucher.lines {
        let (Some(account), Some(dim)) = (check.accounts.get(&line.account), walk.dims.get(&line.dim)) else {
            let message = format!("第 {} 条分录的科目 {} 或辅助核算组合 {} 不存在", line.line, line.account, line.dim);
            check.findings.voucher("unknown_key", voucher.seq, label, message);
            continue;
        };
        let fund = if account.control { dim.fund.as_str() } else { "" };
        *net.entry((account.control, fund)).or_default() += i128::from(line.debit) - i128::from(line.credit);
    }
    if voucher.lines.len() < 2 {
        check.findings.voucher("unbalanced", voucher.seq, label, format!("只有 {} 条分录", voucher.lines.len()));
    }
    for ((control, fund), difference) in net {
        if difference == 0 {
            continue;
        }
        let (group, yuan) = (if control { "指标账" } else { "资金账" }, yuan(difference));
        let of = if fund.is_empty() { String::new() } else { format!("（指标 {fund}）") };
        check.findings.voucher("unbalanced", voucher.seq, label, format!("{group}{of}借贷不平，借方减贷方差 {yuan} 元"));
    }
}

pub(super) fn yuan(fen: i128) -> String {
    i64::try_from(fen).map_or_else(|_| format!("{fen} 分，约"), |fen| Fen::new(fen).yuan_grouped())
}

/// Keeps what later passes compare with payee lines.
fn watch(check: &mut Check<'_>, voucher: &Stored, label: String) {
    let has_lines = matches!(voucher.event.as_str(), "reserve" | "confirm" | "return") && voucher.reverses.is_none();
    if !has_lines {
        if voucher.details != 0 || !voucher.details_digest.is_empty() {
            check.findings.voucher("details", voucher.seq, &label, "这类凭证不应有发放明细".into());
        }
        return;
    }
    let control = voucher.lines.iter().filter(|line| check.accounts.get(&line.account).is_some_and(|a| a.control));
    let moved = control.fold(0i64, |sum, line| sum.saturating_add(line.debit));
    let (event, digest) = (voucher.event.clone(), voucher.details_digest.clone());
    check.watched.insert(voucher.seq, Watched { label, event, details: voucher.details, digest, moved, met: false });
}

fn compare_head(check: &mut Check<'_>, head_seq: i64, head_hash: &[u8]) {
    let last = check.last_seq;
    if head_seq > last {
        check.findings.voucher("chain_head", last + 1, "", format!("链尾为序号 {head_seq}，凭证只到 {last}：末尾的凭证被删"));
    } else if head_seq < last {
        check.findings.voucher("chain_head", head_seq + 1, "", format!("链尾停在序号 {head_seq}，其后还有凭证到 {last}"));
    } else if check.last_hash != head_hash {
        check.findings.voucher("chain_head", last, "", "链尾摘要与最后一张凭证不同".into());
    }
}

/// Numbers of each month end where the period says. Where the chain has no gap, a missing number stood after its end.
fn compare_periods(check: &mut Check<'_>, tx: &mut Tx<'_>, walk: &Walk) -> Result<()> {
    let mut numbers = walk.numbers.clone();
    for row in tx.query("SELECT year, month, vouchers FROM period WHERE book = $1 ORDER BY year, month", params![check.book.id])? {
        let (year, month, said) = (row.int(0)?, row.int(1)?, row.int(2)?);
        let found = numbers.remove(&(year, month)).unwrap_or(0);
        if said > found {
            let message = format!("{year} 年 {month} 月应有 {said} 张凭证，只到 {found} 号：其后的凭证被删");
            check.findings.voucher("number", check.last_seq + 1, &voucher_label(year, month, found + 1), message);
        } else if said < found {
            let message = format!("{year} 年 {month} 月登记 {said} 张凭证，实有 {found} 号");
            check.findings.book("number", &format!("{year}-{month:02}"), message);
        }
    }
    for (year, month) in numbers.into_keys() {
        check.findings.book("number", &format!("{year}-{month:02}"), format!("{year} 年 {month} 月有凭证，却没有会计期间"));
    }
    Ok(())
}
