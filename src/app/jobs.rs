//! Long work (任务): written down when it begins and when it ends; how far it has come is known only to the process that runs it,
//! in memory, because the work itself holds the book's lock. What a process that is gone left unfinished is marked as interrupted.

use super::{AppError, Book, Bureau, Context, Result};
use crate::app::context::china_time;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{Row, StoreError, Tx};
use rand::TryRng;
use rand::rngs::SysRng;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A job as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    pub id: i64,
    pub name: String,
    pub operation: String,
    pub title: String,
    /// queued, running, done, failed, cancelled, interrupted
    pub state: String,
    pub done: i64,
    pub total: i64,
    /// Microseconds since 1970 UTC.
    pub created: i64,
    pub started: Option<i64>,
    pub ended: Option<i64>,
    /// JSON, or empty.
    pub result: String,
    pub file: String,
    #[serde(skip)]
    pub person: i64,
    #[serde(skip)]
    process: String,
}

impl Job {
    pub fn is_over(&self) -> bool {
        !matches!(self.state.as_str(), "queued" | "running")
    }

    fn state_title(&self) -> &str {
        match self.state.as_str() {
            "queued" => "排队",
            "running" => "办理中",
            "done" => "完成",
            "failed" => "未成",
            "cancelled" => "已取消",
            _ => "已中断",
        }
    }

    /// Seconds that the rest is likely to take, while it runs.
    pub fn seconds_left(&self, now: i64) -> Option<i64> {
        let run = now.checked_sub(self.started?)?;
        let rest = self.total.checked_sub(self.done)?;
        (self.state == "running" && self.done > 0)
            .then(|| i128::from(run) * i128::from(rest) / i128::from(self.done) / 1_000_000)?
            .try_into()
            .ok()
    }
}

/// How far work in this process has come, and whether it is to stop. Shared by the work and by those who look at it.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    pub fn advance(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn so_far(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Work of this process by its mark; jobs of several databases may be among it.
fn board() -> &'static Mutex<HashMap<String, Arc<Progress>>> {
    static BOARD: OnceLock<Mutex<HashMap<String, Arc<Progress>>>> = OnceLock::new();
    BOARD.get_or_init(Mutex::default)
}

fn on_board<T>(look: impl FnOnce(&mut HashMap<String, Arc<Progress>>) -> T) -> T {
    look(&mut board().lock().unwrap_or_else(PoisonError::into_inner)) // a map is whole after any panic
}

/// The mark of this process, drawn once.
fn process() -> Result<&'static str> {
    static MARK: OnceLock<String> = OnceLock::new();
    if MARK.get().is_none() {
        let mut drawn = [0u8; 8];
        SysRng.try_fill_bytes(&mut drawn).map_err(|e| StoreError::Other(format!("系统随机数不可用：{e}")))?;
        MARK.get_or_init(|| crate::domain::ledger::chain::hex(&drawn));
    }
    Ok(MARK.get().map_or("", String::as_str))
}

/// What a new job is.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    pub person: i64,
    pub name: &'a str,
    pub operation: &'a str,
    pub title: &'a str,
    pub file: &'a str,
}

/// Writes a job down as queued; gives its number and the progress that its work is to tell.
pub fn create(bureau: &mut Bureau, ctx: &Context, new: &NewJob<'_>) -> Result<(i64, Arc<Progress>)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mark = format!("{}-{}", process()?, NEXT.fetch_add(1, Ordering::Relaxed));
    let id = bureau.write(|tx, book| {
        let id = tx.take_ids(book.id, "job", 1)?;
        tx.execute(
            "INSERT INTO job (book, id, person, name, operation, title, state, done, total, created, result, file, process)
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, 0, $7, '', $8, $9)",
            params![book.id, id, new.person, new.name, new.operation, new.title, ctx.now(), new.file, &mark],
        )?;
        Ok(id)
    })?;
    let progress = Arc::new(Progress::default());
    on_board(|board| board.insert(mark, Arc::clone(&progress)));
    Ok((id, progress))
}

/// The work begins. Errors: it was cancelled while it waited.
pub fn start(bureau: &mut Bureau, ctx: &Context, id: i64) -> Result<()> {
    let begun = bureau.write(|tx, book| {
        if load(tx, book, id)?.is_some_and(|job| job.is_over()) {
            return Ok(0);
        }
        let sql = "UPDATE job SET state = 'running', started = $3 WHERE book = $1 AND id = $2 AND state = 'queued'";
        Ok(tx.execute(sql, params![book.id, id, ctx.now()])?)
    })?;
    if begun == 1 { Ok(()) } else { AppError::refuse("cancelled", format!("任务 {id} 已取消"), "需要时重新办理") }
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Done,
    Failed,
    Cancelled,
}

/// The work is over; `result` is JSON.
pub fn finish(bureau: &mut Bureau, ctx: &Context, id: i64, end: End, result: &str) -> Result<()> {
    let state = match end {
        End::Done => "done",
        End::Failed => "failed",
        End::Cancelled => "cancelled",
    };
    let mark = bureau.write(|tx, book| {
        let Some(job) = load(tx, book, id)? else { return unknown(id) };
        let so_far = on_board(|board| board.get(&job.process).map(|progress| progress.so_far()));
        let (done, total) = so_far.unwrap_or_default();
        tx.execute(
            "UPDATE job SET state = $3, ended = $4, result = $5, done = $6, total = $7 WHERE book = $1 AND id = $2 AND ended IS NULL",
            params![book.id, id, state, ctx.now(), result, bounded(done), bounded(total)],
        )?;
        Ok(job.process)
    })?;
    on_board(|board| board.remove(&mark));
    Ok(())
}

fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Asks a job to stop: one that waits is cancelled at once, one that runs stops where it next tells its progress, and nothing of
/// it is kept. Jobs of this process are told in memory, because a job that runs holds the book's lock.
/// Errors: no such job of this person's; it is over.
pub fn cancel(bureau: &mut Bureau, ctx: &Context, person: i64, id: i64) -> Result<Job> {
    let job = get(bureau, person, id)?;
    if job.is_over() {
        return AppError::refuse("job_over", format!("任务 {id} {}，不能取消", job.state_title()), "请查看任务结果");
    }
    let told = on_board(|board| board.get(&job.process).map(|progress| progress.stop())).is_some();
    if !told && job.state == "queued" {
        bureau.write(|tx, book| {
            let sql = "UPDATE job SET state = 'cancelled', ended = $3 WHERE book = $1 AND id = $2 AND state = 'queued'";
            Ok(tx.execute(sql, params![book.id, id, ctx.now()])?)
        })?;
    }
    get(bureau, person, id)
}

const COLUMNS: &str = "id, person, name, operation, title, state, done, total, created, started, ended, result, file, process";

fn read(row: &Row) -> Result<Job> {
    let mut job = Job {
        id: row.int(0)?,
        person: row.int(1)?,
        name: row.string(2)?,
        operation: row.string(3)?,
        title: row.string(4)?,
        state: row.string(5)?,
        done: row.int(6)?,
        total: row.int(7)?,
        created: row.int(8)?,
        started: row.opt_int(9)?,
        ended: row.opt_int(10)?,
        result: row.string(11)?,
        file: row.string(12)?,
        process: row.string(13)?,
    };
    if !job.is_over()
        && let Some((stopped, (done, total))) =
            on_board(|board| board.get(&job.process).map(|progress| (progress.is_stopped(), progress.so_far())))
    {
        (job.done, job.total) = (bounded(done), bounded(total));
        if stopped && job.state == "queued" {
            job.state = "cancelled".into(); // it will not begin
        }
    }
    Ok(job)
}

fn load(tx: &mut Tx<'_>, book: &Book, id: i64) -> Result<Option<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE book = $1 AND id = $2");
    tx.first(&sql, params![book.id, id])?.map(|row| read(&row)).transpose()
}

fn unknown<T>(id: i64) -> Result<T> {
    AppError::refuse("no_job", format!("没有任务 {id}"), "请查看任务列表")
}

/// One job of a person's. Errors: no such job; another's is answered alike.
pub fn get(bureau: &mut Bureau, person: i64, id: i64) -> Result<Job> {
    match bureau.read(|tx, book| load(tx, book, id))?.filter(|job| job.person == person) {
        Some(job) => Ok(job),
        None => unknown(id),
    }
}

/// A person's jobs, the newest first.
pub fn list(bureau: &mut Bureau, person: i64, limit: i64) -> Result<Vec<Job>> {
    bureau.read(|tx, book| {
        let sql = format!("SELECT {COLUMNS} FROM job WHERE book = $1 AND person = $2 ORDER BY id DESC LIMIT $3");
        tx.query(&sql, params![book.id, person, limit])?.iter().map(read).collect()
    })
}

/// When the service starts: what another process left queued or running is interrupted. Gives how many.
pub fn interrupt_dead(bureau: &mut Bureau, ctx: &Context) -> Result<u64> {
    let own = format!("{}-%", process()?);
    bureau.write(|tx, book| {
        let sql =
            "UPDATE job SET state = 'interrupted', ended = $2 WHERE book = $1 AND state IN ('queued', 'running') AND process NOT LIKE $3";
        Ok(tx.execute(sql, params![book.id, ctx.now(), own])?)
    })
}

pub fn table(jobs: &[Job], now: i64) -> Table {
    let mut table = Table::new("jobs", "任务")
        .column("job", "编号", Kind::Count)
        .column("title", "事项", Kind::Text)
        .column("file", "文件", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("done", "已办", Kind::Count)
        .column("total", "共计", Kind::Count)
        .column("seconds_left", "预计还需（秒）", Kind::Count)
        .column("created", "开始", Kind::Text)
        .column("ended", "结束", Kind::Text);
    for job in jobs {
        table.push(vec![
            Cell::Count(job.id),
            Cell::text(&job.title),
            Cell::text(&job.file),
            Cell::text(job.state_title()),
            Cell::Count(job.done),
            Cell::Count(job.total),
            job.seconds_left(now).map_or(Cell::Empty, Cell::Count),
            Cell::text(china_time(job.created)),
            job.ended.map_or(Cell::Empty, |at| Cell::text(china_time(at))),
        ]);
    }
    table
}
