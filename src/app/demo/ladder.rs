//! The ladder in the demo: after each month is closed it is run, its interviews are held and written down, and closed once the
//! unit has caught up. A file that a hold refuses is sent in again after somebody asked for leave and a leader granted it.

use super::plan::{Content, DemoFile, Line, Plan, after};
use super::run::clock;
use crate::app::control::{interview, permit, run};
use crate::app::{Bureau, Context, Result, setting};
use crate::domain::calendar::{Month, date_to_int};
use crate::domain::control::decide::Subject;
use crate::domain::control::{Rung, SubjectKind};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

const CLERK: &str = "经办甲";
const REVIEWER: &str = "审批乙";
const CHIEF: &str = "主管丙";
/// Of the leading role: may let money pass a hold.
pub const LEADER: &str = "分管领导丁";

/// What stands on the ladder, for the doors and for the narration.
#[derive(Debug, Default)]
pub struct Ladder {
    held: BTreeSet<Subject>,
    /// Leave asked for, counted for its document numbers.
    asked: usize,
    /// What the next month's line tells.
    said: String,
}

impl Ladder {
    /// Names the leader from the first day.
    pub fn begin(bureau: &mut Bureau, first: NaiveDate) -> Result<()> {
        let ctx = clock(CHIEF, first);
        bureau.write(|tx, book| setting::change(tx, book, &ctx, "control.leaders", date_to_int(first), LEADER))
    }

    /// What is to be told since last asked.
    pub fn say(&mut self) -> String {
        std::mem::take(&mut self.said)
    }

    /// Runs a month that was just closed; holds the interviews that it opens and closes those of who has caught up.
    pub fn month(&mut self, bureau: &mut Bureau, month: Month, date: NaiveDate) -> Result<()> {
        let ctx = clock(CLERK, date).checked_by(REVIEWER);
        let ran = run::run(bureau, &ctx, month)?;
        self.held = ran.decisions.iter().filter(|d| d.rung.holds()).map(|d| (d.kind, d.key.clone())).collect();
        let count = |rung: Rung| ran.decisions.iter().filter(|d| d.rung == rung).count();
        let counts: Vec<String> =
            Rung::ALL[1..].iter().filter(|rung| count(**rung) > 0).map(|rung| format!("{} {}", rung.chinese(), count(*rung))).collect();
        let lifted = ran.decisions.iter().filter(|d| d.lifted).count();
        self.said = format!("；{} 月考核：{}", month.month(), if counts.is_empty() { "正常".into() } else { counts.join("、") });
        if lifted > 0 {
            self.said.push_str(&format!("、解除 {lifted}"));
        }
        for id in ran.interviews {
            record(bureau, &clock(CHIEF, date), id, date)?;
        }
        let ctx = clock(REVIEWER, date);
        for one in interview::list(bureau)? {
            if one.held.is_some() && one.closed.is_none() && !one.now.stays() {
                interview::close(bureau, &ctx, one.id, date, "支出进度已赶上序时，整改到位")?;
            }
        }
        Ok(())
    }

    /// Leave for a file that holds refuse: what it needs for each subject that is held. True if any was granted.
    pub fn override_file(&mut self, bureau: &mut Bureau, date: NaiveDate, file: &DemoFile, plan: &Plan) -> Result<bool> {
        self.let_pass(bureau, date, &file.name, needs(file, plan))
    }

    /// The same for a batch that was reserved before its unit was held.
    pub fn override_batch(&mut self, bureau: &mut Bureau, date: NaiveDate, code: &str, plan: &Plan) -> Result<bool> {
        let batch = plan.batches.iter().find(|batch| batch.code == code);
        let need = batch.map(|batch| ((SubjectKind::Unit, batch.unit.clone()), batch.lines.iter().map(Line::amount).sum()));
        self.let_pass(bureau, date, code, need.into_iter().collect())
    }

    fn let_pass(&mut self, bureau: &mut Bureau, date: NaiveDate, name: &str, needs: BTreeMap<Subject, i64>) -> Result<bool> {
        let needs: Vec<(Subject, i64)> = needs.into_iter().filter(|(subject, _)| self.held.contains(subject)).collect();
        for ((kind, subject), amount) in &needs {
            self.asked += 1;
            let ask = permit::Ask {
                kind: *kind,
                subject: subject.clone(),
                amount: Fen::new(*amount),
                from: date,
                to: after(date, 5),
                reason: format!("{name}：涉及当年到户和在建项目，暂缓将影响群众"),
                document: format!("东财请〔{}〕{}号", date.format("%Y"), self.asked),
            };
            let asked = permit::ask(bureau, &clock(CLERK, date), &ask)?.result.id;
            permit::rule(bureau, &clock(LEADER, date), asked, true, "同意，限本次")?;
        }
        if !needs.is_empty() {
            self.said.push_str(&format!("；暂停拦下“{name}”，经领导批准突破 {} 项", needs.len()));
        }
        Ok(!needs.is_empty())
    }
}

fn record(bureau: &mut Bureau, ctx: &Context, id: i64, date: NaiveDate) -> Result<()> {
    let held = interview::Record {
        date,
        who: "单位主要负责人（示例）".into(),
        attendees: "市财政局、市扶贫办".into(),
        commitments: "逐笔核对未支出资金，一个月内赶上序时进度".into(),
        deadline: after(date, 30),
    };
    interview::record(bureau, ctx, id, &held).map(|_| ())
}

/// What a file of allocations or batches gives to each unit, and hands out of each fund, in fen.
fn needs(file: &DemoFile, plan: &Plan) -> BTreeMap<Subject, i64> {
    let mut sums: BTreeMap<Subject, i64> = BTreeMap::new();
    match &file.content {
        Content::Batches(batches) => {
            for batch in batches.iter().map(|at| &plan.batches[*at]) {
                let total: i64 = batch.lines.iter().map(Line::amount).sum();
                *sums.entry((SubjectKind::Unit, batch.unit.clone())).or_default() += total;
            }
        }
        Content::Rows(rows) if file.kind.name == "allocations" => {
            for row in rows.iter().filter(|row| row[1] == "下达") {
                let amount = Fen::parse(&row[7]).unwrap_or_default().get();
                *sums.entry((SubjectKind::Unit, row[4].clone())).or_default() += amount;
                *sums.entry((SubjectKind::Fund, row[3].clone())).or_default() += amount;
            }
        }
        _ => {}
    }
    sums
}
