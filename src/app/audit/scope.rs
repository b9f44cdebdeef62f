//! What an export is about: the year, the last voucher that counts, the chart, the words of dimension sets and their names,
//! and the sums of every account and dimension set by month. All of it is small; vouchers and payments are streamed.

use crate::app::known_at::{KnownAt, horizon, known_daily};
use crate::app::{AppError, Book, Result, book, stored};
use crate::domain::audit::truth::Words;
use crate::domain::ledger::{Chart, Group};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who the books belong to.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub region: String,
    pub region_name: String,
    pub unit: String,
    pub unit_name: String,
    pub book: String,
    pub book_name: String,
}

#[derive(Debug, Clone)]
pub(super) struct AccountFacts {
    pub code: i64,
    pub name: String,
    /// Names from the top, joined by "/".
    pub full: String,
    pub level: i64,
    pub parent: Option<i64>,
    pub leaf: bool,
    pub control: bool,
    /// 1 debit, -1 credit
    pub normal: i64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct FundFacts {
    pub name: String,
    pub level: String,
    pub category: String,
    pub function: String,
    pub year: i64,
}

/// Sums of one account, or of one account and dimension set, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub opening: i64,
    /// Debit, credit and number of entries of each month; the first is January's.
    pub months: [(i64, i64, i64); 12],
}

/// An account's figures in one month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Month {
    pub year_opening: i64,
    pub opening: i64,
    pub debit: i64,
    pub credit: i64,
    pub entries: i64,
    pub year_debit: i64,
    pub year_credit: i64,
}

impl Month {
    pub fn closing(&self) -> i64 {
        self.opening + self.debit - self.credit
    }
}

/// A net balance on its debit side, 0 where it is a credit.
pub(super) fn debit(net: i64) -> Fen {
    Fen::new(net.max(0))
}

/// A net balance on its credit side, 0 where it is a debit.
pub(super) fn credit(net: i64) -> Fen {
    Fen::new((-net).max(0))
}

impl Figures {
    fn active(&self) -> bool {
        self.opening != 0 || self.months.iter().any(|(debit, credit, _)| *debit != 0 || *credit != 0)
    }

    fn add(&mut self, other: &Figures) -> Option<()> {
        self.opening = self.opening.checked_add(other.opening)?;
        for (own, more) in self.months.iter_mut().zip(&other.months) {
            *own = (own.0.checked_add(more.0)?, own.1.checked_add(more.1)?, own.2 + more.2);
        }
        Some(())
    }

    /// Month 1 to 12.
    pub fn month(&self, month: i64) -> Month {
        let mut at = Month { year_opening: self.opening, opening: self.opening, ..Month::default() };
        for (debit, credit, entries) in self.months.iter().take(usize::try_from(month).unwrap_or(0)) {
            at.opening = at.closing();
            (at.debit, at.credit, at.entries) = (*debit, *credit, *entries);
            at.year_debit += debit;
            at.year_credit += credit;
        }
        at
    }
}

pub(super) struct Scope {
    pub year: i64,
    /// Last voucher that counts.
    pub last: i64,
    pub last_month: i64,
    pub recorded_at: i64,
    /// What was recorded by this instant beside the vouchers (findings, cases, runs) is known: the moment asked for, or that
    /// of the next voucher.
    pub until: i64,
    pub hash: String,
    pub head: Head,
    pub accounts: BTreeMap<i64, AccountFacts>,
    /// Sorted.
    pub words: Vec<Words>,
    pub dims: HashMap<i64, usize>,
    /// Names of funds, units, projects and programmes by code.
    pub names: [BTreeMap<String, String>; 4],
    pub funds: BTreeMap<String, FundFacts>,
    /// By account and place in `words`; only what has a balance or moved.
    pub leaves: BTreeMap<(i64, usize), Figures>,
    /// By account, parents with the sum of their children.
    pub totals: BTreeMap<i64, Figures>,
}

impl Scope {
    /// Month, account and its figures, for every account of the chart, month after month.
    pub fn balances(&self) -> impl Iterator<Item = (i64, i64, Month)> {
        let charted = || self.totals.iter().filter(|(code, _)| self.accounts.contains_key(code));
        (1..=self.last_month).flat_map(move |month| charted().map(move |(code, sums)| (month, *code, sums.month(month))))
    }

    /// Errors: no voucher of the year is known then.
    pub fn load(tx: &mut Tx<'_>, book: &Book, year: i64, known_at: Option<KnownAt>) -> Result<Scope> {
        let head = tx.one("SELECT seq FROM chain WHERE book = $1", params![book.id])?.int(0)?;
        let last = horizon(tx, book, known_at)?.map_or(head, |asked| asked.min(head));
        let sql = "SELECT CAST(MAX(month) AS BIGINT) FROM voucher WHERE book = $1 AND year = $2 AND seq <= $3";
        let Some(last_month) = tx.one(sql, params![book.id, year, last])?.opt_int(0)? else {
            return AppError::refuse("no_vouchers", format!("{year} 年度没有凭证（到所指时点）"), "请核对年度和时点");
        };
        let row = tx.one("SELECT recorded_at, hash FROM voucher WHERE book = $1 AND seq = $2", params![book.id, last])?;
        let chart = book::chart(tx, book)?;
        let mut scope = Scope {
            year,
            last,
            last_month,
            recorded_at: row.int(0)?,
            until: until(tx, book, known_at, last)?,
            hash: crate::domain::ledger::chain::hex(row.bytes(1)?),
            head: head_of(tx, book)?,
            accounts: BTreeMap::new(),
            words: Vec::new(),
            dims: HashMap::new(),
            names: Default::default(),
            funds: BTreeMap::new(),
            leaves: BTreeMap::new(),
            totals: BTreeMap::new(),
        };
        scope.sums(tx, book, &chart)?;
        scope.read_names(tx, book)?;
        Ok(scope)
    }

    fn sums(&mut self, tx: &mut Tx<'_>, book: &Book, chart: &Chart) -> Result<()> {
        let mut figures: BTreeMap<(i64, i64), Figures> = BTreeMap::new();
        let sql = format!(
            "SELECT x.account, x.dim, CAST(SUM(x.debit - x.credit) AS BIGINT) FROM {} GROUP BY x.account, x.dim",
            known_daily(Some(self.last), &[])
        );
        for row in tx.query(&sql, params![book.id, self.year * 10_000 - 1, self.last])? {
            figures.entry((row.int(0)?, row.int(1)?)).or_default().opening = row.int(2)?;
        }
        let sql = "SELECT account, dim, date / 100 % 100, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT), COUNT(*)
                     FROM posting WHERE book = $1 AND date >= $2 AND date <= $3 AND voucher <= $4 GROUP BY account, dim, date / 100 % 100";
        for row in tx.query(sql, params![book.id, self.year * 10_000 + 101, self.year * 10_000 + 1231, self.last])? {
            let month = usize::try_from(row.int(2)? - 1).unwrap_or(0).min(11);
            let of = figures.entry((row.int(0)?, row.int(1)?)).or_default();
            of.months[month] = (row.int(3)?, row.int(4)?, row.int(5)?);
        }
        self.accounts = accounts(chart, self.year, &figures.keys().map(|(account, _)| *account).collect());
        let known = stored::dim_words(tx, book)?;
        let word = |dim: i64| known.get(&dim).map(|key| [key.fund.clone(), key.unit.clone(), key.project.clone(), key.program.clone()]);
        let used: BTreeSet<Words> = figures.keys().filter_map(|(_, dim)| word(*dim)).collect();
        self.words = used.into_iter().collect();
        for (_, dim) in figures.keys() {
            if let Some(at) = word(*dim).and_then(|words| self.words.binary_search(&words).ok()) {
                self.dims.insert(*dim, at);
            }
        }
        let overflow = || AppError::from(crate::domain::progress::MoneyOverflow);
        for ((account, dim), more) in &figures {
            let Some(at) = self.dims.get(dim) else { continue };
            self.leaves.entry((*account, *at)).or_default().add(more).ok_or_else(overflow)?;
        }
        self.leaves.retain(|_, figures| figures.active());
        for ((account, _), more) in &self.leaves {
            let mut at = Some(*account);
            while let Some(code) = at {
                self.totals.entry(code).or_default().add(more).ok_or_else(overflow)?;
                at = self.accounts.get(&code).and_then(|account| account.parent);
            }
        }
        Ok(())
    }

    fn read_names(&mut self, tx: &mut Tx<'_>, book: &Book) -> Result<()> {
        for row in tx.query("SELECT doc_no, name, level, category, function, year FROM fund WHERE book = $1", params![book.id])? {
            let facts = FundFacts {
                name: row.string(1)?,
                level: row.string(2)?,
                category: row.string(3)?,
                function: row.string(4)?,
                year: row.int(5)?,
            };
            self.names[0].insert(row.string(0)?, facts.name.clone());
            self.funds.insert(row.string(0)?, facts);
        }
        for (at, sql) in [
            (1, "SELECT code, name FROM unit WHERE book = $1"),
            (2, "SELECT code, name FROM project WHERE book = $1"),
            (3, "SELECT code, name FROM program WHERE book = $1 ORDER BY valid_from"),
        ] {
            for row in tx.query(sql, params![book.id])? {
                self.names[at].insert(row.string(0)?, row.string(1)?);
            }
        }
        let used: [BTreeSet<&String>; 4] = std::array::from_fn(|at| self.words.iter().map(|words| &words[at]).collect());
        for (names, used) in self.names.iter_mut().zip(used) {
            names.retain(|code, _| used.contains(code));
        }
        Ok(())
    }

    /// First and last day of the year, as digits.
    pub fn days(&self) -> (i64, i64) {
        (self.year * 10_000 + 101, self.year * 10_000 + 1231)
    }

    /// The codes of a kind of auxiliary item in use, with their names: 0 funds, 1 units, 2 projects, 3 programmes.
    pub fn items(&self, kind: usize) -> BTreeMap<&str, &str> {
        let codes = self.words.iter().map(|words| words[kind].as_str()).filter(|code| !code.is_empty());
        codes.map(|code| (code, self.name(kind, code))).collect()
    }

    /// The name of an item, or its code where the register has none.
    pub fn name<'a>(&'a self, kind: usize, code: &'a str) -> &'a str {
        self.names[kind].get(code).map_or(code, String::as_str)
    }

    /// The year of a fund, where the kind is that of funds.
    pub fn fund_year(&self, kind: usize, code: &str) -> Option<i64> {
        self.funds.get(code).filter(|_| kind == 0).map(|fund| fund.year)
    }

    pub fn words_of(&self, dim: i64) -> Option<&Words> {
        self.dims.get(&dim).and_then(|at| self.words.get(*at))
    }

    /// Sums by account and one kind of auxiliary item.
    pub fn by_item(&self, kind: usize) -> BTreeMap<(i64, &str), Figures> {
        let mut sums: BTreeMap<(i64, &str), Figures> = BTreeMap::new();
        for ((account, at), figures) in &self.leaves {
            let code = self.words[*at][kind].as_str();
            if !code.is_empty() {
                // the whole did not run over, so a part of it does not
                let _ = sums.entry((*account, code)).or_default().add(figures);
            }
        }
        sums
    }
}

/// The accounts in force in the year, and those that anything was ever written to, with the accounts above them.
fn accounts(chart: &Chart, year: i64, used: &BTreeSet<i64>) -> BTreeMap<i64, AccountFacts> {
    let mut accounts = BTreeMap::new();
    let in_force = |from: i64, to: Option<i64>| from <= year * 10_000 + 1231 && to.is_none_or(|to| to >= year * 10_000 + 101);
    let mut wanted: BTreeSet<i64> = chart.accounts().filter(|a| in_force(a.valid_from, a.valid_to)).map(|a| a.code).collect();
    for code in used {
        let mut at = Some(*code);
        while let Some(code) = at {
            wanted.insert(code);
            at = chart.get(code).and_then(|account| account.parent);
        }
    }
    for account in chart.accounts().filter(|account| wanted.contains(&account.code)) {
        let (mut full, mut level, mut above) = (account.name.clone(), 1, account.parent);
        while let Some(parent) = above.and_then(|code| chart.get(code)) {
            full = format!("{}/{full}", parent.name);
            level += 1;
            above = parent.parent;
        }
        let facts = AccountFacts {
            code: account.code,
            name: account.name.clone(),
            full,
            level,
            parent: account.parent,
            leaf: account.leaf,
            control: account.group == Group::Control,
            normal: if account.debit_normal { 1 } else { -1 },
        };
        accounts.insert(account.code, facts);
    }
    accounts
}

fn until(tx: &mut Tx<'_>, book: &Book, known_at: Option<KnownAt>, last: i64) -> Result<i64> {
    if let Some(KnownAt::Time(micros)) = known_at {
        return Ok(micros);
    }
    let next = tx.first("SELECT recorded_at FROM voucher WHERE book = $1 AND seq = $2", params![book.id, last + 1])?;
    next.map_or(Ok(i64::MAX), |row| Ok(row.int(0)?))
}

fn head_of(tx: &mut Tx<'_>, book: &Book) -> Result<Head> {
    let first = |rows: Vec<crate::store::Row>| -> Result<Option<(String, String)>> {
        let mut found = Vec::new();
        for row in rows {
            found.push((row.string(0)?, row.string(1)?));
        }
        Ok(found.into_iter().min())
    };
    let region = first(tx.query("SELECT code, name FROM region WHERE book = $1 AND level = '县'", params![book.id])?)?;
    let unit = first(tx.query("SELECT code, name FROM unit WHERE book = $1 AND kind = '财政'", params![book.id])?)?;
    let (region, region_name) = region.unwrap_or_default();
    let (unit, unit_name) = unit.unwrap_or_else(|| (book.code.clone(), book.name.clone()));
    Ok(Head { region, region_name, unit, unit_name, book: book.code.clone(), book_name: book.name.clone() })
}
