//! The books worked out anew from the vouchers of the chain and nothing else: hashes, numbers, balance by group, opening
//! balances, what passed month by month, and progress. An export's tables are compared with this.

use crate::domain::ledger::chain::{Canonical, VERSION, hex};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// A line of `chain/vouchers.jsonl`.
#[derive(Debug, Clone, Deserialize)]
pub struct ChainVoucher {
    pub book: String,
    pub seq: i64,
    pub number: i64,
    pub date: i64,
    pub closing: i64,
    pub event: String,
    pub summary: String,
    pub reference: String,
    pub attachments: i64,
    pub maker: String,
    pub checker: String,
    pub reverses: i64,
    pub file_digest: String,
    pub details: i64,
    pub details_digest: String,
    pub recorded_at: i64,
    pub prev_hash: String,
    pub hash: String,
    pub postings: Vec<ChainPosting>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ChainPosting {
    pub account: i64,
    pub grp: String,
    pub place: String,
    pub normal: i64,
    pub fund: String,
    pub allocation: String,
    pub unit: String,
    pub project: String,
    pub program: String,
    pub debit: i64,
    pub credit: i64,
}

/// Fund, unit, project and programme: what the tables know of a dimension set.
pub type Words = [String; 4];

/// The four kinds of auxiliary item (辅助类型), in the order of [`Words`].
pub const AUX_TYPES: [(&str, &str); 4] = [("01", "指标"), ("02", "预算单位"), ("03", "项目"), ("04", "补贴政策")];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub account: i64,
    pub dim: usize,
    pub debit: i64,
    pub credit: i64,
}

/// A voucher of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    pub seq: i64,
    pub date: i64,
    pub summary: String,
    pub maker: String,
    pub checker: String,
    pub entries: Vec<Entry>,
    pub seen: Vec<bool>,
}

/// What any voucher of the chain says that tables of payments are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub year: i64,
    pub event: String,
    pub reversal: bool,
    /// Debits in the control group, fen.
    pub moved: i128,
    pub details: i64,
    pub details_digest: String,
    pub hash: String,
}

/// Sums of an account in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Debit minus credit before the month.
    pub opening: i128,
    pub debit: i128,
    pub credit: i128,
    pub year_debit: i128,
    pub year_credit: i128,
}

impl Sums {
    pub fn closing(&self) -> i128 {
        self.opening + self.debit - self.credit
    }

    fn add(&mut self, other: &Sums) {
        self.opening += other.opening;
        self.debit += other.debit;
        self.credit += other.credit;
        self.year_debit += other.year_debit;
        self.year_credit += other.year_credit;
    }
}

/// By what a table of balances is cut, beside account and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Account,
    /// By fund, unit, project and programme; parent accounts without any.
    Dimensions,
    /// By one auxiliary type and code.
    Auxiliary,
}

pub type Key = (i64, i64, Words);

#[derive(Debug, Default)]
struct YearSums {
    opening: i128,
    months: BTreeMap<i64, (i128, i128)>,
}

#[derive(Debug, Default)]
pub struct Truth {
    pub year: i64,
    pub book: String,
    pub seq: i64,
    pub recorded_at: i64,
    hash: Vec<u8>,
    numbers: BTreeMap<i64, i64>,
    pub control: BTreeMap<i64, bool>,
    dims: HashMap<Words, usize>,
    pub words: Vec<Words>,
    sums: BTreeMap<(i64, usize), YearSums>,
    pub vouchers: BTreeMap<(i64, i64), Voucher>,
    pub facts: BTreeMap<i64, Fact>,
    /// By fund: money available and money spent.
    pub progress: BTreeMap<String, (i128, i128)>,
    pub debits: i128,
    pub credits: i128,
}

const HOLDING: [&str; 7] = ["unallocated", "allocated", "reserved", "in_transit", "returned", "moved", "retention"];
const PAID: [&str; 2] = ["paid_household", "paid_payee"];

impl Truth {
    pub fn new(year: i64) -> Truth {
        Truth { year, hash: vec![0; 32], ..Truth::default() }
    }

    pub fn head(&self) -> String {
        hex(&self.hash)
    }

    /// The last month of the year that has a voucher, 0 where none has.
    pub fn last_month(&self) -> i64 {
        self.vouchers.keys().next_back().map_or(0, |(month, _)| *month)
    }

    /// Takes the next voucher of the chain; says what is wrong with it.
    pub fn take(&mut self, v: &ChainVoucher) -> Vec<String> {
        let mut wrong = Vec::new();
        self.follow(v, &mut wrong);
        self.balance(v, &mut wrong);
        let (year, month) = (v.date / 10_000, v.date / 100 % 100);
        let mut entries = Vec::with_capacity(v.postings.len());
        let mut moved = 0;
        for p in &v.postings {
            let control = p.grp == "control";
            if control {
                moved += i128::from(p.debit);
            }
            if self.control.insert(p.account, control).is_some_and(|before| before != control) {
                wrong.push(format!("科目 {} 先后属于不同账组", p.account));
            }
            let dim = self.dim([&p.fund, &p.unit, &p.project, &p.program]);
            self.move_money(v, p, year);
            entries.push(Entry { account: p.account, dim, debit: p.debit, credit: p.credit });
            if year <= self.year {
                let sums = self.sums.entry((p.account, dim)).or_default();
                if year < self.year {
                    sums.opening += i128::from(p.debit) - i128::from(p.credit);
                } else {
                    let sides = sums.months.entry(month).or_default();
                    sides.0 += i128::from(p.debit);
                    sides.1 += i128::from(p.credit);
                }
            }
        }
        let fact = Fact {
            year,
            event: v.event.clone(),
            reversal: v.reverses != 0,
            moved,
            details: v.details,
            details_digest: v.details_digest.clone(),
            hash: v.hash.clone(),
        };
        self.facts.insert(v.seq, fact);
        if year == self.year {
            for entry in &entries {
                self.debits += i128::from(entry.debit);
                self.credits += i128::from(entry.credit);
            }
            let seen = vec![false; entries.len()];
            let voucher = Voucher {
                seq: v.seq,
                date: v.date,
                summary: v.summary.clone(),
                maker: v.maker.clone(),
                checker: v.checker.clone(),
                entries,
                seen,
            };
            self.vouchers.insert((month, v.number), voucher);
        }
        wrong
    }

    fn follow(&mut self, v: &ChainVoucher, wrong: &mut Vec<String>) {
        if self.book.is_empty() {
            self.book.clone_from(&v.book);
        }
        if v.book != self.book {
            wrong.push(format!("属于另一账套“{}”", v.book));
        }
        if v.seq != self.seq + 1 {
            wrong.push(format!("序号 {} 之后是 {}：其间有凭证被删、插或换位", self.seq, v.seq));
        }
        if v.prev_hash != hex(&self.hash) {
            wrong.push("与上一张凭证的摘要接不上".into());
        }
        let hash = hash_of(&self.hash, v);
        if hash.as_deref().map(hex).as_deref() != Some(v.hash.as_str()) {
            wrong.push("内容与摘要不符：凭证被改动".into());
        }
        let number = self.numbers.entry(v.date / 100).or_default();
        if v.number != *number + 1 {
            wrong.push(format!("凭证号不连续：{} 月应为 {}，实为 {}", v.date / 100, *number + 1, v.number));
        }
        if v.maker.is_empty() || v.maker == v.checker {
            wrong.push("制单人为空，或制单、复核是同一人".into());
        }
        *number = v.number;
        (self.seq, self.recorded_at) = (v.seq, v.recorded_at);
        self.hash = hash.unwrap_or_default();
    }

    fn balance(&self, v: &ChainVoucher, wrong: &mut Vec<String>) {
        let mut nets: BTreeMap<&str, i128> = BTreeMap::new();
        for p in &v.postings {
            *nets.entry(&p.grp).or_default() += i128::from(p.debit) - i128::from(p.credit);
        }
        for (group, net) in nets.into_iter().filter(|(_, net)| *net != 0) {
            let group = if group == "control" { "指标账" } else { "资金账" };
            wrong.push(format!("{group}借贷不平，相差 {} 元", super::manifest::yuan(net)));
        }
    }

    /// Progress: holding places with everything but the year's closing entries, paid places with the year's own payments.
    fn move_money(&mut self, v: &ChainVoucher, p: &ChainPosting, year: i64) {
        let of_year = year >= self.year;
        if year > self.year || v.closing == 1 && of_year {
            return;
        }
        let net = i128::from(p.debit) - i128::from(p.credit);
        let (available, spent) = match p.place.as_str() {
            place if HOLDING.contains(&place) => (net, 0),
            place if PAID.contains(&place) && of_year => (net, net),
            _ => return,
        };
        let fund = self.progress.entry(super::plain(&p.fund)).or_default();
        fund.0 += available;
        fund.1 += spent;
    }

    fn dim(&mut self, words: [&String; 4]) -> usize {
        let words = words.map(|word| super::plain(word));
        if let Some(known) = self.dims.get(&words) {
            return *known;
        }
        self.words.push(words.clone());
        self.dims.insert(words, self.words.len() - 1);
        self.words.len() - 1
    }

    /// What a table of balances must hold: every month up to the last, for whatever has a balance or moved in the year.
    /// `parents` gives the account above an account.
    pub fn balances(&self, shape: Shape, parents: &BTreeMap<i64, i64>) -> HashMap<Key, Sums> {
        let mut expected: HashMap<Key, Sums> = HashMap::new();
        let empty = Words::default;
        for ((account, dim), year) in &self.sums {
            if year.opening == 0 && year.months.values().all(|(debit, credit)| *debit == 0 && *credit == 0) {
                continue;
            }
            let mut keys: Vec<(i64, Words)> = Vec::new();
            match shape {
                Shape::Account => keys.push((*account, empty())),
                Shape::Dimensions => keys.push((*account, self.words[*dim].clone())),
                Shape::Auxiliary => {
                    for ((kind, _), code) in AUX_TYPES.iter().zip(&self.words[*dim]).filter(|(_, code)| !code.is_empty()) {
                        keys.push((*account, [kind.to_string(), code.clone(), String::new(), String::new()]));
                    }
                }
            }
            let mut above = parents.get(account).filter(|_| shape != Shape::Auxiliary);
            while let Some(parent) = above {
                keys.push((*parent, empty()));
                above = parents.get(parent);
            }
            let mut sums = Sums { opening: year.opening, ..Sums::default() };
            for month in 1..=self.last_month() {
                let (debit, credit) = year.months.get(&month).copied().unwrap_or_default();
                sums = Sums {
                    opening: sums.closing(),
                    debit,
                    credit,
                    year_debit: sums.year_debit + debit,
                    year_credit: sums.year_credit + credit,
                };
                for (account, words) in &keys {
                    expected.entry((month, *account, words.clone())).or_default().add(&sums);
                }
            }
        }
        expected
    }
}

/// The hash that a voucher's content gives, or nothing where its digests cannot be read.
fn hash_of(previous: &[u8], v: &ChainVoucher) -> Option<Vec<u8>> {
    let mut c = Canonical::default();
    c.raw(previous).byte(VERSION).text(&v.book).int(v.seq);
    c.int(v.date / 10_000).int(v.date / 100 % 100).int(v.number).int(v.date).byte(u8::from(v.closing == 1));
    c.text(&v.event).text(&v.summary).text(&v.reference).int(v.attachments);
    c.text(&v.maker).text(&v.checker).int(v.reverses).bytes(&unhex(&v.file_digest)?);
    c.int(v.details).bytes(&unhex(&v.details_digest)?).int(v.recorded_at);
    c.raw(&u32::try_from(v.postings.len()).ok()?.to_be_bytes());
    for p in &v.postings {
        c.int(p.account).text(&p.fund).text(&p.allocation).text(&p.unit).text(&p.project).text(&p.program);
        c.int(p.debit).int(p.credit);
    }
    Some(c.finish().to_vec())
}

/// Lower-case hexadecimal as bytes.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
