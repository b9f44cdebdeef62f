//! The access log (操作日志): a row for each act and each look at full personal data, written in the act's own transaction, chained by
//! SM3, never changed or deleted. Listed by person, time, operation and object; exported as a table; verified from its beginning.

use super::requests::Keyed;
use crate::app::context::{china_day, china_time};
use crate::app::{Book, Bureau, Caller, Context, Result};
use crate::domain::access::entry::{Entry, clean};
use crate::domain::ledger::chain::{GENESIS, hex};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{Row, StoreError, Tx, Value};
use serde::Serialize;

/// Outcome of what was done.
pub const DONE: &str = "done";
/// Rows that are read at once when the chain is recomputed.
const PAGE: i64 = 10_000;
/// Most rows of one list.
pub const LONGEST_LIST: i64 = 1_000;

/// Writes down what a caller did. Errors: the store's.
pub fn record(tx: &mut Tx<'_>, book: &Book, caller: &Caller, now: i64) -> Result<()> {
    record_outcome(tx, book, caller, DONE, now)
}

/// The same with its outcome: [`DONE`], or the code of a refusal.
pub fn record_outcome(tx: &mut Tx<'_>, book: &Book, caller: &Caller, outcome: &str, now: i64) -> Result<()> {
    let head = tx.one("SELECT seq, hash FROM access_head WHERE book = $1", params![book.id])?;
    let previous = head.digest(1)?;
    let entry = Entry {
        seq: head.int(0)? + 1,
        at: now,
        user: caller.user,
        name: clean(&caller.name),
        session: caller.session,
        ip: clean(&caller.ip),
        operation: clean(&caller.operation),
        target: clean(&caller.target),
        reason: clean(&caller.reason),
        outcome: clean(outcome),
    };
    let hash = entry.hash(&previous, &book.code);
    let Entry { seq, at, user, name, session, ip, operation, target, reason, outcome } = entry;
    tx.execute(
        "INSERT INTO access_log (book, seq, at, person, name, session, ip, operation, target, reason, outcome, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![book.id, seq, at, user, name, session, ip, operation, target, reason, outcome, previous, hash],
    )?;
    Ok(())
}

/// What every write ends with: the log's row and the request's key, where somebody is known to ask.
pub(crate) fn seal(tx: &mut Tx<'_>, book: &Book, caller: Option<&Caller>, keyed: &Keyed, now: i64) -> Result<()> {
    let Some(caller) = caller else { return Ok(()) };
    record(tx, book, caller, now)?;
    super::requests::begin(tx, book, caller, keyed, now)
}

/// A row of its own, for what wrote nothing: a refusal, an export, a look.
pub fn note(bureau: &mut Bureau, caller: &Caller, outcome: &str, now: i64) -> Result<()> {
    let Bureau { store, book, .. } = bureau;
    store.write(book.id, |tx| record_outcome(tx, book, caller, outcome, now))
}

/// What is looked for; an empty text is no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Part of a name.
    pub person: String,
    /// Beginning of an operation's id: `batch` or `batch.approve`.
    pub operation: String,
    /// Part of the object.
    pub target: String,
    /// `done` or the code of a refusal.
    pub outcome: String,
    /// Microseconds, both included.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// The newest rows first; `before` is the sequence of the last row already seen.
pub fn list(bureau: &mut Bureau, filter: &LogFilter, before: Option<i64>, limit: i64) -> Result<Vec<LogRow>> {
    let limit = limit.clamp(1, LONGEST_LIST);
    let mut params = filter.params(bureau.book.id);
    params.extend([before.unwrap_or(i64::MAX).into(), limit.into()]);
    let sql = format!("SELECT {COLUMNS} FROM access_log WHERE {CONDITIONS} AND seq < $8 ORDER BY seq DESC LIMIT $9");
    bureau.read(|tx, _| tx.query(&sql, &params)?.iter().map(LogRow::read).collect())
}

/// How many rows there are.
pub fn count(bureau: &mut Bureau, filter: &LogFilter) -> Result<i64> {
    let params = filter.params(bureau.book.id);
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM access_log WHERE {CONDITIONS}");
    bureau.read(|tx, _| Ok(tx.one(&sql, &params)?.int(0)?))
}

/// All rows in their order, with their hashes, as a table; taking it out is itself logged.
pub fn export(bureau: &mut Bureau, ctx: &Context, filter: &LogFilter) -> Result<(Table, Vec<LogRow>)> {
    let caller = bureau.caller.clone().unwrap_or_else(|| Caller::at_desk(ctx, "log.export", "", ""));
    note(bureau, &caller, DONE, ctx.now())?;
    let params = filter.params(bureau.book.id);
    let sql = format!("SELECT {COLUMNS} FROM access_log WHERE {CONDITIONS} ORDER BY seq");
    let rows: Vec<LogRow> = bureau.read(|tx, _| tx.query(&sql, &params)?.iter().map(LogRow::read).collect())?;
    Ok((table(&rows), rows))
}

const COLUMNS: &str = "seq, at, person, name, session, ip, operation, target, reason, outcome, hash";
const CONDITIONS: &str = "book = $1 AND name LIKE $2 ESCAPE '\\' AND operation LIKE $3 ESCAPE '\\' AND target LIKE $4 ESCAPE '\\'
    AND outcome LIKE $5 ESCAPE '\\' AND at >= $6 AND at <= $7";

impl LogFilter {
    fn params(&self, book: i64) -> Vec<Value> {
        let plain = |text: &str| text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let within = |text: &str| format!("%{}%", plain(text));
        let outcome = if self.outcome.trim().is_empty() { "%".to_string() } else { plain(&self.outcome) };
        vec![
            book.into(),
            within(&self.person).into(),
            format!("{}%", plain(&self.operation)).into(),
            within(&self.target).into(),
            outcome.into(),
            self.from.unwrap_or(i64::MIN).into(),
            self.to.unwrap_or(i64::MAX).into(),
        ]
    }
}

/// A row as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRow {
    pub seq: i64,
    /// In China: `2018-10-05 09:00:00`.
    pub at: String,
    pub user: i64,
    pub name: String,
    pub session: i64,
    pub ip: String,
    pub operation: String,
    pub target: String,
    pub reason: String,
    pub outcome: String,
    pub hash: String,
}

impl LogRow {
    fn read(row: &Row) -> Result<LogRow> {
        let Entry { seq, at, user, name, session, ip, operation, target, reason, outcome } = entry(row)?;
        let (at, hash) = (china_time(at), hex(row.bytes(10)?));
        Ok(LogRow { seq, at, user, name, session, ip, operation, target, reason, outcome, hash })
    }
}

pub fn table(rows: &[LogRow]) -> Table {
    let mut table = Table::new("access_log", "操作日志")
        .column("seq", "序号", Kind::Count)
        .column("at", "时间", Kind::Text)
        .column("user", "用户编号", Kind::Count)
        .column("name", "姓名", Kind::Text)
        .column("session", "会话", Kind::Count)
        .column("ip", "来源", Kind::Text)
        .column("operation", "操作", Kind::Text)
        .column("target", "对象", Kind::Text)
        .column("reason", "理由", Kind::Text)
        .column("outcome", "结果", Kind::Text)
        .column("hash", "摘要", Kind::Text);
    for row in rows {
        let text = |text: &String| Cell::text(text);
        table.push(vec![
            Cell::Count(row.seq),
            text(&row.at),
            Cell::Count(row.user),
            text(&row.name),
            Cell::Count(row.session),
            text(&row.ip),
            text(&row.operation),
            text(&row.target),
            text(&row.reason),
            text(&row.outcome),
            text(&row.hash),
        ]);
    }
    table
}

/// What a check of the log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogReport {
    pub rows: i64,
    /// Hash of the last row, hex: what is kept elsewhere to prove later that nothing was cut off.
    pub head: String,
    /// The first row's day in China, if there is one.
    pub since: Option<String>,
    /// What does not hold, in Chinese, the first of it first.
    pub problems: Vec<String>,
    /// Days for which rows are to be kept (`access.log_days`); the program never removes any.
    pub keep_days: i64,
}

impl LogReport {
    /// The report as people read it.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = self.problems.clone();
        let verdict = if lines.is_empty() { "摘要链完整" } else { "摘要链不完整" };
        lines.push(format!("操作日志 {} 行，{verdict}", self.rows));
        lines.push(format!("链尾摘要：{}", self.head));
        let since = self.since.as_deref().unwrap_or("（尚无）");
        lines.push(format!("最早一行：{since}；规定至少保存 {} 天，本程序不删除日志", self.keep_days));
        lines
    }
}

/// [`verify`] for people: with how long the log is to be kept.
pub fn check(bureau: &mut Bureau, ctx: &Context) -> Result<LogReport> {
    bureau.read(|tx, book| {
        let keep_days = super::policy::in_force(tx, book, ctx.today())?.log_days;
        Ok(LogReport { keep_days, ..verify(tx, book)? })
    })
}

/// Most problems told word for word.
const TOLD: usize = 20;

/// Recomputes the chain from its beginning. Finding something wrong is a report, not an error.
pub fn verify(tx: &mut Tx<'_>, book: &Book) -> Result<LogReport> {
    let mut report = LogReport { rows: 0, head: String::new(), since: None, problems: Vec::new(), keep_days: 0 };
    let (mut last, mut hash) = (0, GENESIS.to_vec());
    let tell = |report: &mut LogReport, what: String| {
        if report.problems.len() < TOLD {
            report.problems.push(what);
        }
    };
    loop {
        let sql = format!("SELECT {COLUMNS}, prev_hash FROM access_log WHERE book = $1 AND seq > $2 ORDER BY seq LIMIT $3");
        let page = tx.query(&sql, params![book.id, last, PAGE])?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            let entry = entry(row)?;
            if entry.seq != last + 1 {
                tell(&mut report, format!("操作日志第 {} 至 {} 行不见了", last + 1, entry.seq - 1));
            }
            if row.bytes(11)? != hash.as_slice() {
                tell(&mut report, format!("操作日志第 {} 行与上一行的摘要接不上：有行被删、插、换位或改写", entry.seq));
            }
            if row.bytes(10)? != entry.hash(row.bytes(11)?, &book.code) {
                tell(&mut report, format!("操作日志第 {} 行的内容与摘要不符：该行被改动", entry.seq));
            }
            report.since.get_or_insert_with(|| china_day(entry.at).to_string());
            report.rows += 1;
            last = entry.seq;
            hash = row.bytes(10)?.to_vec();
        }
    }
    match tx.first("SELECT seq, hash FROM access_head WHERE book = $1", params![book.id])? {
        Some(head) if head.int(0)? == last && head.bytes(1)? == hash.as_slice() => {}
        Some(head) => tell(&mut report, format!("操作日志末尾应为第 {} 行，实为第 {last} 行：末尾被截断或改写", head.int(0)?)),
        None => tell(&mut report, "操作日志的末尾标记不见了".into()),
    }
    report.head = hex(&hash);
    Ok(report)
}

fn entry(row: &Row) -> std::result::Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.int(0)?,
        at: row.int(1)?,
        user: row.int(2)?,
        name: row.string(3)?,
        session: row.int(4)?,
        ip: row.string(5)?,
        operation: row.string(6)?,
        target: row.string(7)?,
        reason: row.string(8)?,
        outcome: row.string(9)?,
    })
}
