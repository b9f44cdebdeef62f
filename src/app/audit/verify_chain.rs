//! The chain of an export: every voucher from the first, hashed and balanced again, and the payee lines against the digests
//! in their vouchers.

use super::verify::Faults;
use crate::app::export::Exported;
use crate::domain::audit::manifest::{self, Manifest, yuan};
use crate::domain::audit::truth::{ChainVoucher, Truth, unhex};
use crate::domain::ledger::chain::{self, PaymentDigest, ResultDigest, hex};
use crate::files::reading::package::chain_rows;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

pub(super) fn read_chain(dir: &Path, manifest: &Manifest, heads: &[String], faults: &mut Faults) -> Truth {
    const FILE: &str = "chain/vouchers.jsonl";
    let mut truth = Truth::new(manifest.year);
    let mut wanted: BTreeSet<String> = heads.iter().map(|head| head.trim().to_ascii_lowercase()).collect();
    if let Ok(file) = File::open(dir.join(FILE)) {
        for (row, line) in (1..).zip(BufReader::new(file).lines()) {
            match line
                .map_err(|error| error.to_string())
                .and_then(|line| serde_json::from_str::<ChainVoucher>(&line).map_err(|e| e.to_string()))
            {
                Ok(voucher) => {
                    wanted.remove(&voucher.hash);
                    for what in truth.take(&voucher) {
                        faults.tell(FILE, row, what);
                    }
                }
                Err(error) => {
                    faults.tell(FILE, row, format!("看不懂：{error}"));
                    break;
                }
            }
        }
    }
    let said = (manifest.chain.seq, manifest.chain.hash.as_str(), manifest.known_at.seq, manifest.known_at.recorded_at);
    if said != (truth.seq, truth.head().as_str(), truth.seq, truth.recorded_at) || manifest.chain.canonical != chain::VERSION {
        faults.tell(manifest::MANIFEST, 0, format!("链尾应为序号 {}、摘要 {}", truth.seq, truth.head()));
    }
    if manifest.book.code != truth.book {
        faults.tell(manifest::MANIFEST, 0, format!("账套应为“{}”", truth.book));
    }
    for head in wanted {
        faults.tell(FILE, 0, format!("留存的链尾摘要 {head} 不在凭证链中：账已被截断或改写"));
    }
    truth
}

/// Payee lines against the digests in their vouchers. Gives the number of payment lines and their sum.
pub(super) fn payees(dir: &Path, truth: &Truth, faults: &mut Faults) -> (u64, i128) {
    let payments = details(
        dir,
        "chain/payments.csv",
        truth,
        &["reserve"],
        faults,
        |digest: &mut PaymentDigest, row| {
            let number = |at: usize| row[at].parse::<i64>().ok();
            let commitment = <[u8; 32]>::try_from(unhex(&row[3])?).ok()?;
            digest.line(number(2)?, &commitment, number(4)?, number(5)?, number(6)?);
            Some(())
        },
        PaymentDigest::finish,
    );
    let results = details(
        dir,
        "chain/results.csv",
        truth,
        &["confirm", "return"],
        faults,
        |digest: &mut ResultDigest, row| {
            let number = |at: usize| row[at].parse::<i64>().ok();
            digest.line(number(1)?, row[2] == "1", &row[3], number(4)?, &row[5], number(6)?);
            Some(())
        },
        ResultDigest::finish,
    );
    let head = fs::read_to_string(dir.join("chain/head.txt")).ok().and_then(|text| serde_json::from_str::<Exported>(&text).ok());
    let vouchers = u64::try_from(truth.seq).unwrap_or(0);
    let holds = head.is_some_and(|head| {
        (head.seq, head.hash, head.vouchers, head.payments, head.results) == (truth.seq, truth.head(), vouchers, payments.0, results.0)
    });
    if !holds {
        faults.tell("chain/head.txt", 0, "与凭证链不符");
    }
    payments
}

/// The payee lines of one file, voucher by voucher.
fn details<D: Default>(
    dir: &Path,
    file: &str,
    truth: &Truth,
    events: &[&str],
    faults: &mut Faults,
    mut add: impl FnMut(&mut D, &[String]) -> Option<()>,
    finish: impl Fn(D) -> [u8; 32],
) -> (u64, i128) {
    let Ok(rows) = chain_rows(&dir.join(file)) else {
        faults.tell(file, 0, "读不了");
        return (0, 0);
    };
    let mut left: BTreeSet<i64> =
        truth.facts.iter().filter(|(_, fact)| fact.details > 0 && events.contains(&fact.event.as_str())).map(|(seq, _)| *seq).collect();
    let (mut count, mut sum) = (0_u64, 0_i128);
    let mut rows = rows.peekable();
    while let Some(seq) = rows.peek().map(|row| row[0].clone()) {
        let (mut digest, mut of, mut amount, first) = (D::default(), 0, 0_i128, count + 1);
        while let Some(row) = rows.next_if(|row| row[0] == seq) {
            (count, of) = (count + 1, of + 1);
            amount += row[6].parse::<i128>().unwrap_or_default();
            if add(&mut digest, &row).is_none() {
                faults.tell(file, count, "看不懂的数字或摘要");
            }
        }
        sum += amount;
        let Some(fact) = seq.parse().ok().filter(|seq| left.remove(seq)).and_then(|seq: i64| truth.facts.get(&seq)) else {
            faults.tell(file, first, format!("凭证序号 {seq} 下不应有明细，或明细分成了几段"));
            continue;
        };
        if fact.details != of || fact.details_digest != hex(&finish(digest)) {
            faults.tell(file, first, format!("凭证序号 {seq} 的明细与凭证中的行数或摘要不符"));
        }
        if fact.moved != amount {
            faults.tell(file, first, format!("凭证序号 {seq} 的明细合计 {}，凭证为 {}", yuan(amount), yuan(fact.moved)));
        }
    }
    for seq in left {
        faults.tell(file, 0, format!("缺凭证序号 {seq} 的明细"));
    }
    (count, sum)
}
