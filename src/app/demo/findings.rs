//! The years looked back on: all rules over the whole book, the score against the labels of what was planted, and one case
//! from its finding to its close, with the money that came back.

use super::door::import;
use super::people::day;
use super::plan::{Content, DemoFile, Look, Plan};
use super::write::write_file;
use crate::app::cases::{Act, act, open_from_findings};
use crate::app::screening::{self, Finding, Wanted};
use crate::app::{Bureau, Context, Result};
use crate::domain::cases::{Remedy, Step};
use crate::domain::kinds::refunds;
use crate::domain::money::Fen;
use crate::domain::report::figure::percent;
use crate::domain::screening::Severity;
use crate::domain::screening::score::ScoreReport;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::path::Path;

/// Money paid twice comes back whole: the plainest case there is.
const FOLLOWED: &str = "M03";

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Rules that could not check.
    pub unchecked: Vec<&'static str>,
    pub score: ScoreReport,
    /// The case that was walked to its close.
    pub case: Option<String>,
}

impl Found {
    /// The score in one line.
    pub fn words(&self) -> String {
        let share = |share: Option<Decimal>| share.map_or_else(|| "—".to_string(), percent);
        let s = &self.score;
        let unchecked =
            if self.unchecked.is_empty() { String::new() } else { format!("；未检查的规则：{}", self.unchecked.join("、")) };
        format!(
            "筛查评分：查全率 {}（{}/{}），查准率 {}（{}/{}）{unchecked}",
            share(s.recall),
            s.found,
            s.labels,
            share(s.precision),
            s.true_findings,
            s.findings
        )
    }
}

/// Screens as of the end of `last`, scores against the labels, and follows one finding in the year after.
pub fn look_back(bureau: &mut Bureau, dir: &Path, plan: &Plan, last: i32, labels: &Path, narrate: &mut dyn FnMut(&str)) -> Result<Found> {
    let end = day(last, 12, 31);
    let screened = screening::run(bureau, &on("筛查丁", day(last + 1, 1, 5)), &Wanted { as_of: end, ..Wanted::default() })?;
    let count = |severity: Severity| screened.findings.iter().filter(|finding| finding.severity == severity).count();
    narrate(&format!(
        "疑点筛查（截至 {end}）：{} 条规则，疑点 {} 条（禁付 {}，待核 {}，提示 {}）",
        screened.checks.len(),
        screened.findings.len(),
        count(Severity::Block),
        count(Severity::Hold),
        count(Severity::Note)
    ));
    let score = screening::score::run(bureau, end, labels)?;
    // the plan's double payments are of two lines: one due, one too many
    let case = screened.findings.iter().find(|finding| finding.rule.id == FOLLOWED && finding.payments.len() == 2);
    let case = case.map(|finding| follow(bureau, dir, plan, finding, last + 1)).transpose()?;
    if let Some(code) = &case {
        narrate(&format!("线索 {code}：交办、实地核查、查实、追回入账、整改完成，由另一人销号"));
    }
    let unchecked = screened.checks.iter().filter(|check| !check.why.is_empty()).map(|check| check.rule.id).collect();
    Ok(Found { unchecked, score, case })
}

fn on(actor: &str, date: NaiveDate) -> Context {
    super::run::clock(actor, date)
}

fn follow(bureau: &mut Bureau, dir: &Path, plan: &Plan, finding: &Finding, year: i32) -> Result<String> {
    let key = [finding.key.clone()];
    let opened = open_from_findings(bureau, &on("筛查丁", day(year, 1, 6)), &key, "", day(year, 1, 6))?.result;
    let step = |bureau: &mut Bureau, actor: &str, step: Step, date: NaiveDate, asked: Act| {
        act(bureau, &on(actor, date), &opened.code, step, date, &asked).map(|_| ())
    };
    let said = |text: &str| Act { text: text.into(), ..Act::default() };
    step(bureau, "主管丙", Step::Assigned, day(year, 1, 7), Act { person: "核查戊".into(), ..said("请入户核查") })?;
    step(bureau, "核查戊", Step::Checked, day(year, 1, 12), said("入户核对存折，两笔均已到卡，本人说不清第二笔的来由"))?;
    step(bureau, "主管丙", Step::Confirmed, day(year, 1, 13), Act { amount: finding.amount, ..said("同一所属期重复发放属实") })?;
    let order = Act { remedy: Some(Remedy::Recover), due: Some(day(year, 2, 10)), amount: finding.amount, ..said("追回多发的一笔") };
    step(bureau, "主管丙", Step::Ordered, day(year, 1, 13), order)?;
    let doc = format!("TH{year}-XS1");
    let back = [
        doc.clone(),
        day(year, 1, 25).to_string(),
        finding.payments[1].clone(),
        Fen::new(finding.amount).yuan(),
        format!("线索 {} 追回", opened.code),
    ];
    let file =
        DemoFile { kind: &refunds::KIND, name: "线索追回".into(), content: Content::Rows(vec![back.to_vec()]), look: Look::Plain };
    let path = write_file(dir, day(year, 1, 25), &file, plan)?;
    import(bureau, &on("经办甲", day(year, 1, 25)), file.kind, &path)?;
    step(bureau, "出纳甲", Step::Recovered, day(year, 1, 26), Act { refund: Some(doc), ..said("已缴回国库") })?;
    step(bureau, "核查戊", Step::Done, day(year, 1, 26), Act { measure: Some(1), ..said("资金已追回") })?;
    step(bureau, "主管丙", Step::Closed, day(year, 1, 28), said("整改完成，销号"))?;
    Ok(opened.code)
}
