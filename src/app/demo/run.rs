//! Walks the plan through the real way: every file is written, sent in as any office's file is, and every act is done by
//! somebody other than who did the one before it. The clock stands at nine in the morning of the step's day.

use super::audit::{HandedOver, hand_over};
use super::closing;
use super::door::import;
use super::findings;
use super::generate::{Shape, generate};
use super::inspections;
use super::ladder::Ladder;
use super::library;
use super::misuse::{weave, write_labels};
use super::plan::{Act, DemoFile, Plan, Step, YearTotals, before};
use super::review;
use super::seats::{self, Seated};
use super::write::write_file;
use crate::app::book::{DEFAULT_BOOK, NewBook};
use crate::app::{AppError, Bureau, Context, Refusal, Result, close, money, payout};
use crate::domain::calendar::Month;
use crate::domain::money::Fen;
use crate::files::writing::BankFormat;
use chrono::{Datelike, NaiveDate};
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

pub const BOOK_NAME: &str = "东方市（示范数据）";
/// Says that a database was made here and may be made anew.
const MARKER: &str = "示范数据.txt";
const MARKER_TEXT: &str = "本目录由 sunledger demo 生成，全部为虚构数据，可重新生成。\n";
const DATABASE: &str = "sunledger.db";

pub(super) const MAKER: &str = "经办甲";
pub(super) const APPROVER: &str = "审批乙";
pub(super) const CASHIER: &str = "出纳甲";
pub(super) const CHIEF: &str = "主管丙";
pub(super) const REVIEWER: &str = "复核丁";

#[derive(Debug, Clone)]
pub struct Options {
    pub dir: PathBuf,
    pub shape: Shape,
    /// With people who can sign in to the service.
    pub seats: bool,
}

/// What the demo came to.
#[derive(Debug)]
pub struct DemoReport {
    pub database: PathBuf,
    pub files: usize,
    pub households: usize,
    pub people: usize,
    pub totals: Vec<YearTotals>,
    /// What is misuse in the county: `labels.csv`.
    pub labels: PathBuf,
    /// Lines of the bank's answers that did not match: none, unless something is wrong.
    pub differences: usize,
    /// What the rules found in the years, and its score against the labels.
    pub found: findings::Found,
    /// The project library at work in the year after.
    pub library: library::Library,
    pub closing: closing::Closing,
    /// The first year, handed over to audit.
    pub handed_over: HandedOver,
    /// People who can sign in, and the file with their passwords.
    pub seats: Option<(Vec<Seated>, PathBuf)>,
    pub generated: Duration,
    pub took: Duration,
}

/// The book that an earlier demo left in a directory, if there is one to go on with.
pub fn left_in(dir: &Path) -> Option<PathBuf> {
    let made = [dir.join(MARKER), dir.join(DATABASE), dir.join(seats::FILE)].iter().all(|path| path.exists());
    made.then(|| dir.join(DATABASE))
}

/// Makes the county in the directory. Errors: years that do not follow each other; a database there that is not the demo's.
pub fn run(options: &Options, narrate: &mut dyn FnMut(&str)) -> Result<DemoReport> {
    let begun = Instant::now();
    refuse_shape(&options.shape)?;
    let database = prepare(&options.dir)?;
    let mut plan = generate(&options.shape);
    weave(&mut plan, &options.shape);
    let generated = begun.elapsed();
    let (households, people) = (plan.people.households.len(), plan.people.persons.len());
    narrate(&format!("{BOOK_NAME}：建档立卡 {households} 户 {people} 人，{} 个步骤", plan.steps.len()));
    let first = plan.steps.first().map_or_else(NaiveDate::default, |step| step.date);
    let new = NewBook { code: DEFAULT_BOOK, name: BOOK_NAME, first_year: i64::from(first.year()), secret: Some([0x5d; 32]) };
    let mut bureau = Bureau::open_or_create(&format!("sqlite://{}", database.display()), &clock(CHIEF, first), &new)?;
    Ladder::begin(&mut bureau, first)?;
    let (files, differences) = {
        let (month, ladder) = (Tally::default(), Ladder::default());
        let mut walk = Walk { bureau: &mut bureau, dir: &options.dir, plan: &plan, files: 0, differences: 0, month, ladder };
        walk.all(narrate)?;
        (walk.files, walk.differences)
    };
    let labels = write_labels(&options.dir, &plan.labels)?;
    let last = options.shape.years.last().copied().unwrap_or_default();
    let found = findings::look_back(&mut bureau, &options.dir, &plan, last, &labels, narrate)?;
    let library = library::walk(&mut bureau, &options.dir, &plan, last)?;
    narrate(&format!("项目库：{} 个项目入库，公示 {} 份，投诉 1 件办结，一票否决 1 次已解除", library.admitted, library.notices));
    let (closing, handed_over) = finish(&mut bureau, options, narrate)?;
    let seats = if options.seats { Some(seats::seat_all(&mut bureau, &options.dir)?) } else { None };
    let took = begun.elapsed();
    Ok(DemoReport {
        database,
        files,
        households,
        people,
        totals: plan.totals,
        labels,
        differences,
        found,
        library,
        closing,
        handed_over,
        seats,
        generated,
        took,
    })
}

/// Looks at the finished books through a connection of its own while the first year is handed over to audit: neither waits for
/// the other.
fn finish(bureau: &mut Bureau, options: &Options, narrate: &mut dyn FnMut(&str)) -> Result<(closing::Closing, HandedOver)> {
    let (dir, years) = (&options.dir, &options.shape.years);
    let year = years.first().copied().unwrap_or_default();
    narrate(&format!("核验全部凭证、清册和余额；移交 {year} 年度账务给审计，并离线核验……"));
    let mut reader = Bureau::open(&format!("sqlite://{}", dir.join(DATABASE).display()), DEFAULT_BOOK)?;
    thread::scope(|scope| {
        let closing = scope.spawn(|| closing::close(&mut reader, dir, years));
        let handed_over = hand_over(bureau, &clock(CHIEF, year_end(year)), dir, year);
        let closing = closing.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        Ok((closing, handed_over?))
    })
}

fn refuse_shape(shape: &Shape) -> Result<()> {
    let follow = shape.years.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let known = shape.years.iter().all(|year| (2018..=2020).contains(year));
    if shape.years.is_empty() || !follow || !known {
        return AppError::refuse("years", "年度应为 2018 至 2020 之间相连的年份", "请写成 --years 2018,2019,2020");
    }
    if !(20..=200_000).contains(&shape.households) {
        return AppError::refuse("households", "户数应在 20 至 200,000 之间", "请改用其他户数，如 --households 4649");
    }
    Ok(())
}

/// The directory, empty of an earlier demo; what somebody else made is left alone.
fn prepare(dir: &Path) -> Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let (database, marker) = (dir.join(DATABASE), dir.join(MARKER));
    if database.exists() && fs::read_to_string(&marker).is_ok_and(|text| text == MARKER_TEXT) {
        for ending in ["", "-wal", "-shm"] {
            match fs::remove_file(dir.join(format!("{DATABASE}{ending}"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    } else if database.exists() {
        let message = format!("{} 已有账簿，不是示范数据，未作改动", database.display());
        return AppError::refuse("not_demo", message, "请用 --dir 另选目录");
    }
    fs::write(marker, MARKER_TEXT)?;
    Ok(database)
}

/// An actor at nine in the morning of a day in China.
pub(super) fn clock(actor: &str, date: NaiveDate) -> Context {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    Context::new(actor).at((days * 24 + 1) * 3_600_000_000) // 01:00 UTC
}

/// What a month has seen, for its line of the narration.
#[derive(Default)]
struct Tally {
    files: usize,
    batches: usize,
    lines: i64,
    sent: i64,
    reissued: i64,
    /// Lines that a reviewer decided on, and batches that the rules stopped.
    decided: usize,
    stopped: usize,
}

struct Walk<'a> {
    bureau: &'a mut Bureau,
    dir: &'a Path,
    plan: &'a Plan,
    files: usize,
    differences: usize,
    month: Tally,
    ladder: Ladder,
}

impl Walk<'_> {
    fn all(&mut self, narrate: &mut dyn FnMut(&str)) -> Result<()> {
        let mut month: Option<Month> = None;
        for step in &self.plan.steps {
            let now = Month::of(step.date);
            if let Some(past) = month.filter(|past| Some(*past) != now) {
                self.tell(past, narrate)?;
                self.inspect(past, narrate)?;
            }
            month = now;
            self.step(step).map_err(|error| named(error, step))?;
        }
        month.map_or(Ok(()), |past| self.tell(past, narrate))
    }

    /// The inspections that fall due with a month's end.
    fn inspect(&mut self, past: Month, narrate: &mut dyn FnMut(&str)) -> Result<()> {
        if self.plan.totals.iter().any(|total| total.year == past.year()) {
            inspections::when_over(self.bureau, self.dir, past, &mut |line| narrate(line))?;
        }
        Ok(())
    }

    /// A month in one line: what was done, and how far the year's money has come.
    fn tell(&mut self, month: Month, narrate: &mut dyn FnMut(&str)) -> Result<()> {
        let done = std::mem::take(&mut self.month);
        if self.plan.totals.last().is_some_and(|last| last.year < month.year()) {
            // only the last year's close, and what December came to
            narrate(&format!("{} 年终结账{}", month.year() - 1, self.ladder.say()));
            return Ok(());
        }
        let progress = closing::progress_of(self.bureau, month.last_day())?;
        let (year, number) = (month.year(), month.month());
        let mut line = format!("{year} 年 {number:>2} 月：导入 {} 个文件", done.files);
        if done.batches > 0 {
            let sent = Fen::new(done.sent).wan();
            line.push_str(&format!("，发放 {} 批 {} 笔 {sent} 万元", done.batches, done.lines));
        }
        if done.reissued > 0 {
            line.push_str(&format!("，更正重发 {} 笔", done.reissued));
        }
        if done.decided > 0 {
            line.push_str(&format!("，待核 {} 处经复核放行", done.decided));
        }
        if done.stopped > 0 {
            line.push_str(&format!("，拦下 {} 批", done.stopped));
        }
        narrate(&format!("{line}{progress}{}", self.ladder.say()));
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        let date = step.date;
        match &step.act {
            Act::Import(file) => self.import(date, file)?,
            Act::Approve(code) => self.approve(date, code)?,
            Act::GiveUp(code) => {
                review::give_up(self.bureau, code, date)?;
                self.month.stopped += 1;
            }
            Act::Backfill(code) => {
                payout::stage::approve_as_history(self.bureau, &clock(APPROVER, date), code, date)?;
            }
            Act::Send(code) => self.send(date, code)?,
            Act::Reissue(code) => {
                self.month.reissued += payout::reissue::reissue(self.bureau, &clock(MAKER, date), code, date)?.result.lines;
            }
            Act::Release(code) => {
                payout::reissue::release(self.bureau, &clock(MAKER, date), code, &[], date)?;
            }
            Act::PayRetention(doc) => {
                money::disbursement::pay_retention(self.bureau, &clock(MAKER, date), doc, date)?;
            }
            Act::CloseMonth(year, month) => {
                close::close_period(self.bureau, &clock(CHIEF, date), i64::from(*year), i64::from(*month))?;
                self.judge(*year, *month, date)?;
            }
            Act::CloseYear(year) => {
                close::close_year(self.bureau, &clock(CHIEF, date), i64::from(*year))?;
                self.judge(*year, 12, date)?;
            }
        }
        Ok(())
    }

    fn judge(&mut self, year: i32, month: u32, date: NaiveDate) -> Result<()> {
        Month::new(year, month).map_or(Ok(()), |month| self.ladder.month(self.bureau, month, date))
    }

    /// Approves a batch; one whose unit has been held since gets leave first.
    fn approve(&mut self, date: NaiveDate, code: &str) -> Result<()> {
        let decided = match review::approve(self.bureau, code, date) {
            Err(error) if error.code() == Some("held") && self.ladder.override_batch(self.bureau, date, code, self.plan)? => {
                review::approve(self.bureau, code, date)?
            }
            done => done?,
        };
        self.month.decided += decided;
        Ok(())
    }

    fn import(&mut self, date: NaiveDate, file: &DemoFile) -> Result<()> {
        let path = write_file(self.dir, date, file, self.plan)?;
        self.differences += match import(self.bureau, &clock(MAKER, date), file.kind, &path) {
            // what a hold refuses comes in again once a leader has let it pass
            Err(AppError::Refused(_)) if self.ladder.override_file(self.bureau, date, file, self.plan)? => {
                import(self.bureau, &clock(MAKER, date), file.kind, &path)?
            }
            done => done?,
        };
        self.files += 1;
        self.month.files += 1;
        Ok(())
    }

    /// Sends a batch, and writes the file that the bank takes.
    fn send(&mut self, date: NaiveDate, code: &str) -> Result<()> {
        let sent = payout::stage::send(self.bureau, &clock(CASHIER, date), code, date)?.result;
        self.month.batches += 1;
        self.month.lines += sent.lines;
        self.month.sent += sent.total;
        let folder = self.dir.join("bank");
        fs::create_dir_all(&folder)?;
        let out = fs::File::create(folder.join(format!("{code}.csv")))?;
        payout::stage::bank_file(self.bureau, code, BankFormat::CsvGb18030, out)?;
        Ok(())
    }
}

/// The error with the step that met it.
fn named(error: AppError, step: &Step) -> AppError {
    let what = match &step.act {
        Act::Import(file) => format!("导入 {} {}", file.kind.title, file.name),
        act => format!("{act:?}"),
    };
    match error {
        AppError::Refused(mut refusals) => {
            refusals.insert(0, Refusal::new("demo_step", format!("{} {what}", step.date), ""));
            AppError::Refused(refusals)
        }
        error => error,
    }
}

/// The last day before a year's end on which the books of the demo are looked at.
pub(super) fn year_end(year: i32) -> NaiveDate {
    before(NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap_or_default(), 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::app::control;

    fn options(dir: &Path, households: u64, years: &[i32]) -> Options {
        Options { dir: dir.to_path_buf(), shape: Shape { seed: 2018, households, years: years.to_vec() }, seats: false }
    }

    #[test]
    fn a_small_county_goes_all_the_way() {
        let dir = tempfile::tempdir().unwrap();
        let report = run(&options(dir.path(), 60, &[2018, 2019]), &mut |_| {}).unwrap();
        assert_eq!((report.households, report.differences), (60, 0));
        assert!(report.database.exists());
        assert!(report.found.case.is_some() && report.found.score.findings > 20, "{}", report.found.words());
        assert!(report.closing.verified.as_ref().is_some_and(|verified| verified.holds()));
        assert!(report.handed_over.accepted && report.handed_over.refusal.starts_with("KMYE.csv"), "{:?}", report.handed_over);
        let mut bureau = Bureau::open(&format!("sqlite://{}", report.database.display()), DEFAULT_BOOK).unwrap();
        let judged = control::show::show(&mut bureau, None, None).unwrap();
        assert_eq!((judged.run.month, judged.run.version, judged.run.id), (Month::new(2019, 12).unwrap(), 1, 24), "every month once");
        assert!(control::interview::list(&mut bureau).unwrap().iter().all(|one| one.held.is_some()));
        drop(bureau);
        assert_eq!(report.closing.papers.iter().filter(|paper| paper.exists()).count(), 2);
        assert!(run(&options(dir.path(), 20, &[2018]), &mut |_| {}).is_ok(), "its own database is made anew");
        fs::remove_file(dir.path().join(MARKER)).unwrap();
        let refused = run(&options(dir.path(), 20, &[2018]), &mut |_| {});
        assert_eq!(refused.unwrap_err().code(), Some("not_demo"));
    }

    #[test]
    #[ignore = "the whole county; for timing"]
    fn the_full_county_goes_all_the_way() {
        let dir = tempfile::tempdir().unwrap();
        let report = run(&options(dir.path(), 4_649, &[2018, 2019, 2020]), &mut |line| eprintln!("{line}")).unwrap();
        eprintln!("{:#?} files {} generated {:?} took {:?}", report.totals, report.files, report.generated, report.took);
        report.closing.tables().iter().for_each(|table| eprintln!("{table}"));
        assert_eq!(report.differences, 0);
        assert!(report.closing.verified.is_some_and(|verified| verified.holds()));
    }
}
