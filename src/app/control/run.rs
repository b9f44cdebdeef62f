//! The month's run (月度考核): decided by rule from the books as known now, written down with its figures, its policy and the
//! chain head. The same month again gives the same answer; where corrections changed a figure, a new version is written that
//! names what changed. A run that sets or lifts a hold needs a second person. It opens the 约谈 that it calls for.

use super::figures::{Assessed, assess};
use super::{interview, stored, values};
use crate::app::known_at::Known;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::Month;
use crate::domain::control::{ControlPolicy, Decision, RULES, Rung};
use crate::params;
use crate::store::Tx;
use std::collections::BTreeMap;

pub use super::stored::Run;

/// Under which the version of the rules stands among the policy's values; no setting has this name.
pub(super) const RULES_NAME: &str = "rules";

/// A run and what it decided.
#[derive(Debug, Clone)]
pub struct Ran {
    pub run: Run,
    pub decisions: Vec<Decision>,
    /// Nothing has changed since this version was written.
    pub repeated: bool,
    /// Numbers of the 约谈 that it opened.
    pub interviews: Vec<i64>,
}

impl Ran {
    /// What it came to, and what differs from the version before.
    pub fn sentences(&self) -> Vec<String> {
        let count = |rung: &Rung| self.decisions.iter().filter(|decision| decision.rung == *rung).count();
        let counts: Vec<String> = Rung::ALL[1..]
            .iter()
            .filter_map(|rung| Some(count(rung)).filter(|count| *count > 0).map(|count| format!("{} {count}", rung.chinese())))
            .collect();
        let result = if counts.is_empty() { "全部正常".to_string() } else { counts.join("，") };
        let (month, version) = (self.run.month, self.run.version);
        if self.repeated {
            return vec![format!("{month} 考核没有变化，仍为第 {version} 版：{result}")];
        }
        let mut said = vec![format!("{month} 考核第 {version} 版：{result}")];
        said.extend(self.run.changes.iter().map(|change| format!("较上一版：{change}")));
        let lifted = self.decisions.iter().filter(|decision| decision.lifted);
        said.extend(lifted.map(|decision| format!("解除：{} {}", decision.kind.chinese(), decision.name)));
        if !self.interviews.is_empty() {
            let numbers: Vec<String> = self.interviews.iter().map(i64::to_string).collect();
            said.push(format!("开出约谈：{}", numbers.join("、")));
        }
        said
    }
}

/// Runs a month. Errors: the month is not over; a hold is set or lifted and nobody else has reviewed it.
pub fn run(bureau: &mut Bureau, ctx: &Context, month: Month) -> Result<Ran> {
    bureau.write(|tx, book| {
        if month.last_day() > ctx.today() {
            return AppError::refuse("month_not_over", format!("{month} 尚未结束，不能考核"), "请在月末之后运行");
        }
        let head = tx.one("SELECT seq, hash FROM chain WHERE book = $1", params![book.id])?;
        let (seq, at) = (head.int(0)?, ctx.now());
        let mut values = values(tx, book, month.last_day(), &Known { seq: Some(seq), time: Some(at) })?;
        values.insert(RULES_NAME.to_string(), RULES.to_string());
        let previous = stored::latest_before(tx, book, Some(month))?.map(|run| run.id);
        let before = stored::rungs(tx, book, previous)?;
        let assessed = assess(tx, book, month, seq, &values, &before)?;
        let digest = assessed.digest(month);
        let latest = stored::latest_of(tx, book, month, None)?;
        if let Some(run) = latest.clone().filter(|run| run.digest == digest) {
            let decisions = stored::decisions(tx, book, run.id)?;
            return Ok(Ran { run, decisions, repeated: true, interviews: Vec::new() });
        }
        let checker = second_person(ctx, &assessed.decisions)?;
        let changes = match &latest {
            Some(latest) => changes(&stored::decisions(tx, book, latest.id)?, &assessed.decisions),
            None => Vec::new(),
        };
        let run = Run {
            id: tx.take_ids(book.id, "control_run", 1)?,
            month,
            version: latest.map_or(1, |latest| latest.version + 1),
            previous,
            seq,
            head: head.bytes(1)?.to_vec(),
            at,
            policy: values,
            digest,
            changes,
            actor: ctx.actor.clone(),
            checker,
        };
        stored::insert(tx, book, ctx, &run, &assessed)?;
        let interviews = open_interviews(tx, book, ctx, &run, &assessed)?;
        let decisions = stored::decisions(tx, book, run.id)?; // as it will be read again
        Ok(Ran { run, decisions, repeated: false, interviews })
    })
}

/// Who reviewed a run that stops or frees money; nobody need have reviewed another.
fn second_person(ctx: &Context, decisions: &[Decision]) -> Result<String> {
    let moved: Vec<String> = decisions
        .iter()
        .filter(|decision| decision.rung.holds() != decision.before.holds())
        .map(|decision| format!("{}（{} → {}）", decision.name, decision.before.chinese(), decision.rung.chinese()))
        .collect();
    if ctx.actor.is_empty() || ctx.actor == ctx.checker || (!moved.is_empty() && ctx.checker.is_empty()) {
        let what = if moved.is_empty() { String::new() } else { format!("，本次涉及：{}", moved.join("、")) };
        let message = format!("设立或解除暂停的考核须由另一人复核{what}");
        return AppError::refuse("maker_is_checker", message, "请用 ⟦checker⟧ 写明复核人（不能是经办人）");
    }
    Ok(ctx.checker.clone())
}

fn open_interviews(tx: &mut Tx<'_>, book: &Book, ctx: &Context, run: &Run, assessed: &Assessed) -> Result<Vec<i64>> {
    let policy = ControlPolicy::read(&run.policy)?;
    let mut opened = Vec::new();
    for decision in assessed.decisions.iter().filter(|decision| decision.rung.stays()) {
        opened.extend(interview::open(tx, book, ctx, run.id, decision, policy.due_days)?);
    }
    Ok(opened)
}

/// What differs from the version before, a line for each subject.
pub(crate) fn changes(old: &[Decision], new: &[Decision]) -> Vec<String> {
    let key = |decision: &Decision| (decision.kind, decision.key.clone());
    let before: BTreeMap<_, &Decision> = old.iter().map(|decision| (key(decision), decision)).collect();
    let mut lines = Vec::new();
    for decision in new {
        let Some(was) = before.get(&key(decision)) else {
            lines.push(format!("{} {}：新增，{}", decision.kind.chinese(), decision.name, decision.rung.chinese()));
            continue;
        };
        let differences = differences(was, decision);
        if !differences.is_empty() {
            lines.push(format!("{} {}：{}", decision.kind.chinese(), decision.name, differences.join("，")));
        }
    }
    for (subject, was) in &before {
        if !new.iter().any(|decision| key(decision) == *subject) {
            lines.push(format!("{} {}：不再考核", was.kind.chinese(), was.name));
        }
    }
    lines
}

/// Figures and rungs in which two decisions differ, in words.
fn differences(was: &Decision, now: &Decision) -> Vec<String> {
    let mut found = Vec::new();
    let mut tell = |what: &str, was: String, now: String| {
        if was != now {
            found.push(format!("{what} {was} → {now}"));
        }
    };
    tell("可用资金", was.available.yuan_grouped(), now.available.yuan_grouped());
    tell("已支出", was.spent.yuan_grouped(), now.spent.yuan_grouped());
    tell("序时应支出", was.due.yuan_grouped(), now.due.yuan_grouped());
    tell("差距", stored::figure(was.gap), stored::figure(now.gap));
    let count = |number: Option<u32>| number.map_or_else(|| "—".to_string(), |number| number.to_string());
    tell("排名", count(was.rank), count(now.rank));
    tell("闲置天数", count(was.idle_days), count(now.idle_days));
    tell("连续落后月数", was.behind_months.to_string(), now.behind_months.to_string());
    tell("连续靠后月数", was.bottom_months.to_string(), now.bottom_months.to_string());
    tell("此前等次", was.before.chinese().into(), now.before.chinese().into());
    tell("等次", was.rung.chinese().into(), now.rung.chinese().into());
    if found.is_empty() && (was.reasons != now.reasons || was.lifted != now.lifted || was.target != now.target) {
        found.push(format!("依据改为：{}", now.reasons.join("；")));
    }
    found
}
