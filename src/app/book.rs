//! Books (账套): creating one with the chart, templates and settings that ship, and opening one by code.

use super::vault::DataKey;
use super::{AppError, Caller, Clock, Context, Refusal, Result, access};
use crate::domain::ledger::chain::GENESIS;
use crate::domain::ledger::chart::{self, Account, ChartProblem, Template};
use crate::domain::ledger::{Chart, Group, Templates};
use crate::domain::setting::shipped_value;
use crate::params;
use crate::store::{Store, StoreError, Tx, Value};
use rand::TryRng;
use rand::rngs::SysRng;
use std::path::Path;

pub const DEFAULT_BOOK: &str = "default";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub first_year: i64,
    /// Keys the commitments that stand for personal data in the chain. Never printed.
    pub secret: Vec<u8>,
}

/// A store with one of its books open: what every use case works on.
pub struct Bureau {
    pub store: Store,
    pub book: Book,
    /// Who asks, where the service works for somebody: each write is logged in its own transaction.
    pub caller: Option<Caller>,
    /// What the log's times are taken from.
    pub clock: Clock,
    /// Opens what is sealed in the book (动态验证码). The service has it; the command line needs none of that.
    pub data_key: Option<DataKey>,
    /// The request key that the caller's writes so far have left.
    pub keyed: access::requests::Keyed,
}

/// What a new book is.
#[derive(Debug, Clone)]
pub struct NewBook<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub first_year: i64,
    /// Given for reproducible books (demo, tests); otherwise drawn from the system.
    pub secret: Option<[u8; 32]>,
}

impl Bureau {
    /// Opens a book. Errors: no such book.
    pub fn open(url: &str, code: &str) -> Result<Bureau> {
        let mut store = Store::open(url)?;
        let book = store.read(|tx| find(tx, code))?;
        match book {
            Some(book) => Bureau::of(store, book),
            None => AppError::refuse("no_book", format!("数据库中没有账套“{code}”"), "请先运行 ⟦book.init⟧，或用 ⟦book⟧ 指明账套"),
        }
    }

    /// Opens a book, creating the database and the book where they are missing.
    pub fn open_or_create(url: &str, ctx: &Context, new: &NewBook<'_>) -> Result<Bureau> {
        let mut store = Store::create(url)?;
        let book = store.write_unbooked(|tx| match find(tx, new.code)? {
            Some(book) => Ok::<_, AppError>(book),
            None => create(tx, ctx, new),
        })?;
        Bureau::of(store, book)
    }

    fn of(mut store: Store, book: Book) -> Result<Bureau> {
        access::establish(&mut store, &book)?;
        Ok(Bureau { store, book, caller: None, clock: Clock::System, keyed: Default::default(), data_key: None })
    }

    pub fn read<T>(&mut self, work: impl FnOnce(&mut Tx<'_>, &Book) -> Result<T>) -> Result<T> {
        let book = &self.book;
        self.store.read(|tx| work(tx, book))
    }

    /// The same with a second reader of the same view for another thread, where one can be had.
    pub fn read_by_two<T>(&mut self, work: impl FnOnce(&mut Tx<'_>, Option<&mut Tx<'_>>, &Book) -> Result<T>) -> Result<T> {
        let book = &self.book;
        self.store.read_by_two(|tx, second| work(tx, second, book))
    }

    pub fn write<T>(&mut self, work: impl FnOnce(&mut Tx<'_>, &Book) -> Result<T>) -> Result<T> {
        let Bureau { store, book, caller, clock, keyed, .. } = self;
        let done = store.write(book.id, |tx| {
            let done = work(tx, book)?;
            access::log::seal(tx, book, caller.as_ref(), keyed, clock.now())?;
            Ok::<_, AppError>(done)
        })?;
        keyed.wrote(caller.as_ref());
        Ok(done)
    }

    /// Begins to work for somebody, or for nobody.
    pub fn work_for(&mut self, caller: Option<Caller>) {
        self.caller = caller;
        self.keyed = Default::default();
    }

    /// Several use cases as one act: all that they write is kept together, or nothing where `work` ends in an error.
    pub fn whole<T>(&mut self, work: impl FnOnce(&mut Bureau) -> Result<T>) -> Result<T> {
        let before = self.keyed.clone();
        self.store.whole_begin(self.book.id)?;
        let outcome = work(self);
        let ended = self.store.whole_end(outcome.is_ok());
        if outcome.is_err() || ended.is_err() {
            self.keyed = before;
        }
        let value = outcome?;
        ended?;
        Ok(value)
    }

    /// Use cases tried out as if in earnest; nothing of them is kept.
    pub fn trial<T>(&mut self, work: impl FnOnce(&mut Bureau) -> Result<T>) -> Result<T> {
        let before = self.keyed.clone();
        self.store.whole_begin(self.book.id)?;
        let outcome = work(self);
        self.keyed = before;
        self.store.whole_end(false)?;
        outcome
    }
}

fn find(tx: &mut Tx<'_>, code: &str) -> Result<Option<Book>> {
    let row = tx.first("SELECT id, code, name, first_year, secret FROM book WHERE code = $1", params![code])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Book { id: row.int(0)?, code: row.string(1)?, name: row.string(2)?, first_year: row.int(3)?, secret: row.bytes(4)?.to_vec() }))
}

fn create(tx: &mut Tx<'_>, ctx: &Context, new: &NewBook<'_>) -> Result<Book> {
    let id = tx.one("SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM book", params![])?.int(0)?;
    let secret = match new.secret {
        Some(secret) => secret,
        None => {
            let mut secret = [0u8; 32];
            SysRng.try_fill_bytes(&mut secret).map_err(|e| StoreError::Other(format!("系统随机数不可用：{e}")))?;
            secret
        }
    };
    tx.execute(
        "INSERT INTO book (id, code, name, first_year, secret, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id, new.code, new.name, new.first_year, secret, ctx.now(), &ctx.actor],
    )?;
    tx.execute("INSERT INTO chain (book, seq, hash) VALUES ($1, 0, $2)", params![id, GENESIS])?;
    let book = Book { id, code: new.code.into(), name: new.name.into(), first_year: new.first_year, secret: secret.to_vec() };
    load_chart(tx, &book, &chart::parse_accounts(chart::SHIPPED_CHART).map_err(refuse_chart)?)?;
    load_templates(tx, &book, &chart::parse_templates(chart::SHIPPED_TEMPLATES).map_err(refuse_chart)?)?;
    for (_, cells) in chart::rows(chart::SHIPPED_SETTINGS, 4).map_err(refuse_chart)? {
        let from: i64 = cells[1].parse().map_err(|_| StoreError::Schema(cells[1].into()))?;
        set(tx, &book, ctx, cells[0], from, cells[2])?;
    }
    for (_, cells) in chart::rows(chart::SHIPPED_FUND_USE, 4).map_err(refuse_chart)? {
        let from: i64 = cells[2].parse().map_err(|_| StoreError::Schema(cells[2].into()))?;
        tx.execute(
            "INSERT INTO fund_use (book, function, use_kind, valid_from, source) VALUES ($1, $2, $3, $4, $5)",
            params![id, cells[0], cells[1], from, cells[3]],
        )?;
    }
    Ok(book)
}

/// Puts a setting in force from a day on; settings are added, never changed.
pub fn set(tx: &mut Tx<'_>, book: &Book, ctx: &Context, name: &str, from: i64, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO setting (book, name, valid_from, value, actor, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![book.id, name, from, value, &ctx.actor, ctx.now()],
    )?;
    Ok(())
}

/// The words of a setting in force on a day, as the book has them or, if it has none, as they ship.
pub fn words(tx: &mut Tx<'_>, book: &Book, name: &str, day: i64) -> Result<String> {
    Ok(match setting(tx, book, name, day)? {
        Some(value) => value,
        None => shipped_value(name).unwrap_or_default().to_string(),
    })
}

/// The same as a whole number. Errors: the value is none.
pub fn number(tx: &mut Tx<'_>, book: &Book, name: &str, day: i64) -> Result<i64> {
    let value = words(tx, book, name, day)?;
    value
        .trim()
        .parse()
        .map_err(|_| Refusal::new("setting", format!("参数 {name} 的值“{value}”不是整数"), "请用 ⟦setting.set⟧ 重新设置").into())
}

/// A value that a setting has from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingValue {
    pub name: String,
    pub valid_from: i64,
    pub value: String,
    pub actor: String,
}

/// All settings with all their values, by name and day.
pub fn settings(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<SettingValue>> {
    let sql = "SELECT name, valid_from, value, actor FROM setting WHERE book = $1 ORDER BY name, valid_from";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id])? {
        found.push(SettingValue { name: row.string(0)?, valid_from: row.int(1)?, value: row.string(2)?, actor: row.string(3)? });
    }
    Ok(found)
}

/// What was loaded: accounts and lines of templates, where a file of each was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    pub accounts: Option<usize>,
    pub templates: Option<usize>,
}

/// Loads a chart and posting templates out of CSV files, both or neither. Errors: a file that is none, or does not fit.
pub fn load_files(bureau: &mut Bureau, accounts: Option<&Path>, templates: Option<&Path>) -> Result<Loaded> {
    let misfit = |problem: String| Refusal::new("chart", problem, "请改正文件后重新装入；格式可先用 ⟦chart.export⟧ 查看");
    let read = |path: &Path| -> Result<String> {
        let bytes = std::fs::read(path)?;
        Ok(String::from_utf8(bytes).map_err(|_| misfit("文件不是 UTF-8 编码".into()))?)
    };
    let (accounts, templates) = (accounts.map(read).transpose()?, templates.map(read).transpose()?);
    bureau.write(|tx, book| {
        let mut loaded = Loaded::default();
        if let Some(text) = &accounts {
            let accounts = chart::parse_accounts(text).map_err(|problem| misfit(problem.to_string()))?;
            load_chart(tx, book, &accounts)?;
            loaded.accounts = Some(accounts.len());
        }
        if let Some(text) = &templates {
            let lines = chart::parse_templates(text).map_err(|problem| misfit(problem.to_string()))?;
            load_templates(tx, book, &lines)?;
            loaded.templates = Some(lines.len());
        }
        Ok(loaded)
    })
}

impl Loaded {
    pub fn said(&self) -> Vec<String> {
        let accounts = self.accounts.map(|count| format!("已装入 {count} 个会计科目"));
        accounts.into_iter().chain(self.templates.map(|count| format!("已装入 {count} 行记账模板"))).collect()
    }
}

/// Adds accounts to a book's chart, or changes those not yet in use.
pub fn load_chart(tx: &mut Tx<'_>, book: &Book, accounts: &[Account]) -> Result<()> {
    for a in accounts {
        tx.execute(
            "INSERT INTO account (book, code, name, grp, parent, normal, guarded, role, leaf, valid_from, valid_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (book, code) DO UPDATE SET name = excluded.name, grp = excluded.grp, parent = excluded.parent,
               normal = excluded.normal, guarded = excluded.guarded, role = excluded.role, leaf = excluded.leaf,
               valid_from = excluded.valid_from, valid_to = excluded.valid_to",
            params![
                book.id,
                a.code,
                &a.name,
                a.group.code(),
                a.parent,
                if a.debit_normal { 1 } else { -1 },
                i64::from(a.guarded),
                &a.role,
                i64::from(a.leaf),
                a.valid_from,
                a.valid_to
            ],
        )?;
    }
    chart(tx, book).map(|_| ())
}

/// Replaces the templates that have the same event, variant and effective date; adds the others.
pub fn load_templates(tx: &mut Tx<'_>, book: &Book, lines: &[Template]) -> Result<()> {
    for t in lines {
        tx.execute(
            "DELETE FROM template WHERE book = $1 AND event = $2 AND variant = $3 AND valid_from = $4",
            params![book.id, &t.event, &t.variant, t.valid_from],
        )?;
    }
    for t in lines {
        tx.execute(
            "INSERT INTO template (book, event, variant, line, side, account, summary, valid_from, valid_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                book.id,
                &t.event,
                &t.variant,
                t.line,
                if t.debit { "借" } else { "贷" },
                t.account,
                &t.summary,
                t.valid_from,
                t.valid_to
            ],
        )?;
    }
    templates(tx, book).map(|_| ())
}

/// The book's chart. Errors: a role without its account.
pub fn chart(tx: &mut Tx<'_>, book: &Book) -> Result<Chart> {
    let rows = tx.query(
        "SELECT code, name, grp, parent, normal, guarded, role, leaf, valid_from, valid_to FROM account WHERE book = $1 ORDER BY code",
        params![book.id],
    )?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in rows {
        accounts.push(Account {
            code: row.int(0)?,
            name: row.string(1)?,
            group: if row.text(2)? == "control" { Group::Control } else { Group::Statutory },
            parent: row.opt_int(3)?,
            debit_normal: row.int(4)? == 1,
            guarded: row.int(5)? == 1,
            role: row.string(6)?,
            leaf: row.int(7)? == 1,
            valid_from: row.int(8)?,
            valid_to: row.opt_int(9)?,
        });
    }
    Chart::new(accounts).map_err(refuse_chart)
}

/// The book's posting templates, checked against its chart.
pub fn templates(tx: &mut Tx<'_>, book: &Book) -> Result<Templates> {
    let chart = chart(tx, book)?;
    let rows = tx.query(
        "SELECT event, variant, line, side, account, summary, valid_from, valid_to FROM template
         WHERE book = $1 ORDER BY event, variant, valid_from, line",
        params![book.id],
    )?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(Template {
            event: row.string(0)?,
            variant: row.string(1)?,
            line: row.int(2)?,
            debit: row.text(3)? == "借",
            account: row.int(4)?,
            summary: row.string(5)?,
            valid_from: row.int(6)?,
            valid_to: row.opt_int(7)?,
        });
    }
    Templates::new(lines, &chart).map_err(refuse_chart)
}

/// The value of a setting in force on a day.
pub fn setting(tx: &mut Tx<'_>, book: &Book, name: &str, day: i64) -> Result<Option<String>> {
    let row = tx.first(
        "SELECT value FROM setting WHERE book = $1 AND name = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1",
        &[Value::Int(book.id), name.into(), day.into()],
    )?;
    row.map(|row| row.string(0)).transpose().map_err(Into::into)
}

fn refuse_chart(problem: ChartProblem) -> AppError {
    Refusal::new("chart", problem.to_string(), "请改正科目表或记账模板后重新装入").into()
}

/// The county and its finance bureau, as documents name them, from the name of a book: 东方市（示范数据） gives 东方市 and
/// 东方市财政局（示范数据）.
pub(crate) fn county_and_bureau(book: &str) -> (String, String) {
    let (name, note) = book.find('（').map_or((book, ""), |at| book.split_at(at));
    let county = name.strip_suffix("财政局").unwrap_or(name);
    let bureau = if county.ends_with(['市', '县', '区', '州', '旗']) { "财政局" } else { "" };
    (county.to_string(), format!("{county}{bureau}{note}"))
}
