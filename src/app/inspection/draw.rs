//! Drawing (抽样), once a plan: the frame is frozen with its digest, the size worked out, the sample drawn from the seed, and
//! all of it kept, so that what was drawn can be proved later. What goes to a third party is three files: the frame, the sample
//! and the parameters.

use super::frame;
use super::plan::{self, Plan};
use super::{steps, stored};
use crate::app::act::{Once, once};
use crate::app::book::number;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::draw::{self, Chosen, Share};
use crate::domain::inspection::frame::{Frame, FrameChange, SAMPLE_HEADER, digest, field};
use crate::domain::inspection::plan::{Method, PlanKind, Population, State};
use crate::domain::inspection::size;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Field, StoreError, Tx};
use chrono::NaiveDate;
use rand::TryRng;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How to draw.
#[derive(Debug, Clone)]
pub struct DrawOptions {
    /// Chosen in the open, such as a lottery number of the day; without it drawn from the system.
    pub seed: Option<String>,
    /// The frame that was exported before the seed was chosen: if the books would give another, the drawing is refused.
    pub frame: Option<Frame>,
    pub date: NaiveDate,
}

/// How the sample came to be, as it is kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawSteps {
    pub method: Method,
    pub how: String,
    /// The size that was handed to the drawing.
    pub size: u64,
    pub allowed: Option<u64>,
    pub shares: Vec<Share>,
    pub interval: Option<i64>,
    pub start: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub plan: String,
    pub items: i64,
    pub total: Fen,
    pub households: i64,
    pub known_to: i64,
    pub frame_digest: String,
    pub seed: String,
    pub sampled: i64,
    /// Of them taken whole.
    pub whole: i64,
    pub townships: i64,
    pub households_drawn: i64,
    pub sample_digest: String,
    pub steps: DrawSteps,
}

/// Draws the sample of a plan. Errors: drawn before with another seed; an empty frame; a frame other than the one exported.
pub fn draw(bureau: &mut Bureau, ctx: &Context, code: &str, options: &DrawOptions) -> Result<Once<Drawn>> {
    let seed = seed(options.seed.as_deref())?;
    bureau.write(|tx, book| {
        let key = format!("inspect-draw:{code}");
        // a repeat without a seed asks for the drawing that stands
        let asked = match (&options.seed, stored::seed_of(tx, book, code)?) {
            (None, Some(standing)) => standing,
            _ => seed.clone(),
        };
        once(tx, book, ctx, "inspect-draw", &key, &[&asked], |tx| {
            let plan = plan::load(tx, book, code)?;
            let known_to = frame::head(tx, book)?;
            let frame = frame::build(tx, book, &plan, known_to)?;
            if let Some(exported) = options.frame.as_ref().filter(|exported| **exported != frame) {
                let change = FrameChange::between(exported, &frame).words();
                let message = format!("检查 {code} 的抽样框与导出时不同：{change}");
                return AppError::refuse("frame_changed", message, "请重新导出抽样框（inspect frame），再公开选取种子");
            }
            if frame.items().is_empty() {
                let message = format!("检查 {code} 的范围内 {} 至 {} 没有{}", plan.first, plan.last, plan.population.title());
                return AppError::refuse("frame_empty", message, "请核对检查期和范围");
            }
            let drawn = work_out(tx, book, &plan, &frame, known_to, &asked, options.date)?;
            keep(tx, book, ctx, &plan, &frame, &drawn)?;
            let witness = if ctx.checker.is_empty() { String::new() } else { format!("监抽：{}", ctx.checker) };
            steps::record(tx, book, ctx, &plan, State::Drawn, options.date, &witness)?;
            Ok(drawn.told)
        })
    })
}

fn seed(given: Option<&str>) -> Result<String> {
    let Some(text) = given.map(str::trim) else {
        let mut bytes = [0u8; 16];
        SysRng.try_fill_bytes(&mut bytes).map_err(|e| StoreError::Other(format!("系统随机数不可用：{e}")))?;
        return Ok(hex(&bytes));
    };
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return AppError::refuse("seed", "种子应为 1 至 200 个字，不含换行", "请写一段公开选取的文字或数字");
    }
    Ok(text.to_string())
}

struct Worked {
    told: Drawn,
    chosen: Vec<Chosen>,
}

fn work_out(tx: &mut Tx<'_>, book: &Book, plan: &Plan, frame: &Frame, known_to: i64, seed: &str, date: NaiveDate) -> Result<Worked> {
    let percent = number(tx, book, "inspect.household_percent", date_to_int(date))?;
    let Wanted { mut size, allowed, mut how, households: floor } = decide_size(plan, frame, percent);
    let mut drawing = draw::draw(plan.method, frame, size, seed);
    // several lines of one household may be drawn: the rule is about households, so more are drawn until it is met
    loop {
        let short = floor.saturating_sub(households_in(frame, &drawing.chosen));
        if short == 0 || size >= frame.items().len() as u64 {
            break;
        }
        size = (size + short).min(frame.items().len() as u64);
        drawing = draw::draw(plan.method, frame, size, seed);
    }
    if floor > 0 {
        how.push_str(&format!("；抽查受益户不少于 {percent}%（{} 户中的 {floor} 户），实际样本量 {size}", frame.households()));
    }
    if drawing.chosen.is_empty() {
        return AppError::refuse("frame_empty", "抽样框内没有金额，不能按金额抽样", "请改用其他抽样方法");
    }
    let sample = sample_csv(frame, &drawing.chosen);
    let picked = || drawing.chosen.iter().map(|chosen| &frame.items()[chosen.at]);
    let townships: BTreeSet<&str> = picked().map(|item| item.stratum.as_str()).collect();
    let told = Drawn {
        plan: plan.code.clone(),
        items: frame.items().len() as i64,
        total: Fen::new(frame.total().unwrap_or_default()), // `build` has refused a total that runs over
        households: frame.households(),
        known_to,
        frame_digest: hex(&digest(&frame.to_csv())),
        seed: seed.to_string(),
        sampled: drawing.chosen.len() as i64,
        whole: drawing.chosen.iter().filter(|chosen| chosen.whole).count() as i64,
        townships: townships.len() as i64,
        households_drawn: households_in(frame, &drawing.chosen) as i64,
        sample_digest: hex(&digest(&sample)),
        steps: DrawSteps {
            method: plan.method,
            how,
            size,
            allowed,
            shares: drawing.shares,
            interval: drawing.interval,
            start: drawing.start,
        },
    };
    Ok(Worked { told, chosen: drawing.chosen })
}

/// How many households are among those chosen.
fn households_in(frame: &Frame, chosen: &[Chosen]) -> u64 {
    let codes = chosen.iter().map(|one| frame.items()[one.at].household.as_str()).filter(|code| !code.is_empty());
    codes.collect::<BTreeSet<_>>().len() as u64
}

/// What a sample must be.
struct Wanted {
    size: u64,
    allowed: Option<u64>,
    how: String,
    /// Households that must be among it, at the least.
    households: u64,
}

/// The size: ordered, or by the formula; lifted to what the strata need; never more than there is. And the tenth of the
/// households that the rule asks for, where it holds.
fn decide_size(plan: &Plan, frame: &Frame, household_percent: i64) -> Wanted {
    let all = frame.items().len() as u64;
    let aim = plan.aim();
    let by_formula = match plan.method {
        Method::Mus => size::money_units(&aim),
        Method::Discovery => size::discovery(&aim, Some(all)),
        _ => size::attribute(&aim, Some(all)),
    };
    let (mut wanted, mut how) = match plan.size {
        Some(size) => (size.unsigned_abs(), format!("样本量按计划指定为 {size}；按公式为 {}（{}）", by_formula.size, by_formula.how)),
        None => (by_formula.size, by_formula.how),
    };
    let percent = household_percent.clamp(0, 100).unsigned_abs();
    let ruled = plan.size.is_none() && plan.kind != PlanKind::Targeted && plan.population != Population::Disbursements;
    let households = if ruled { (frame.households().unsigned_abs() * percent).div_ceil(100) } else { 0 };
    let least = draw::least_for_strata(frame);
    if plan.method.is_stratified() && least > wanted {
        how.push_str(&format!("；每层至少 2 个，提高到 {least}"));
        wanted = least;
    }
    if wanted > all {
        how.push_str(&format!("；总体只有 {all} 个，全部检查"));
    }
    Wanted { size: wanted.min(all), allowed: by_formula.allowed, how, households }
}

/// The sample's written form, as the frame's: `seq,frame_seq,item,hits,whole`.
pub(super) fn sample_csv(frame: &Frame, chosen: &[Chosen]) -> String {
    let mut out = format!("{SAMPLE_HEADER}\n");
    for (one, seq) in chosen.iter().zip(1..) {
        let item = field(&frame.items()[one.at].item);
        out.push_str(&format!("{seq},{},{item},{},{}\n", one.at + 1, one.hits, u8::from(one.whole)));
    }
    out
}

fn keep(tx: &mut Tx<'_>, book: &Book, ctx: &Context, plan: &Plan, frame: &Frame, drawn: &Worked) -> Result<()> {
    let mut rows = Bulk::into("inspection_frame", &["book", "plan", "seq", "item", "stratum", "village", "household", "value", "weight"]);
    for (item, seq) in frame.items().iter().zip(1i64..) {
        let text = Field::Text;
        let (stratum, village, household) = (text(&item.stratum), text(&item.village), text(&item.household));
        let int = Field::Int;
        let row = [int(book.id), int(plan.id), int(seq), text(&item.item), stratum, village, household, int(item.value), int(item.weight)];
        rows.push(tx, &row)?;
    }
    rows.finish(tx)?;
    let mut rows = Bulk::into("inspection_sample", &["book", "plan", "seq", "frame", "hits", "whole"]);
    for (one, seq) in drawn.chosen.iter().zip(1i64..) {
        let cells = [book.id, plan.id, seq, one.at as i64 + 1, one.hits, i64::from(one.whole)].map(Field::Int);
        rows.push(tx, &cells)?;
    }
    rows.finish(tx)?;
    let told = &drawn.told;
    let steps = serde_json::to_string(&told.steps).map_err(|e| StoreError::Schema(e.to_string()))?;
    tx.execute(
        "INSERT INTO inspection_drawing (book, plan, known_to, items, total, households, frame_digest, seed, size, steps,
           sample_digest, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            book.id,
            plan.id,
            told.known_to,
            told.items,
            told.total.get(),
            told.households,
            digest(&frame.to_csv()),
            &told.seed,
            told.steps.size as i64,
            steps,
            digest(&sample_csv(frame, &drawn.chosen)),
            &ctx.actor,
            ctx.now()
        ],
    )?;
    Ok(())
}

/// What a third party needs to draw again: `抽样框-CODE.csv`, `样本-CODE.csv`, `抽样参数-CODE.json`.
pub fn export(bureau: &mut Bureau, code: &str, directory: &Path) -> Result<Vec<PathBuf>> {
    let stored = bureau.read(|tx, book| stored::load(tx, book, code))?;
    std::fs::create_dir_all(directory)?;
    let d = &stored.drawing;
    let parameters = serde_json::json!({
        "form": "sunledger-draw-1",
        "plan": code,
        "method": d.steps.method.code(),
        "size": d.steps.size,
        "seed": d.seed,
        "known_to": d.known_to,
        "frame_sm3": hex(&d.frame_digest),
        "sample_sm3": hex(&d.sample_digest),
    });
    let parameters = serde_json::to_string_pretty(&parameters).map_err(std::io::Error::other)? + "\n";
    let files = [
        (format!("抽样框-{code}.csv"), stored.frame.to_csv()),
        (format!("样本-{code}.csv"), sample_csv(&stored.frame, &stored.chosen)),
        (format!("抽样参数-{code}.json"), parameters),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        std::fs::write(&path, text)?;
        written.push(path);
    }
    Ok(written)
}
