//! U02 未公示: a batch or a project was not put up for all to see before the money, or its completion never was. A period of
//! notice counts both its first and its last day, and is over when its last day is: payment follows on a later day.

use crate::domain::screening::facts::{Batch, Day, NONE, Project, add_days, days_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "U02",
    name: "未公示",
    version: 1,
    severity: Severity::Hold,
    meaning: "发放清册或项目入库没有公示、公示天数不足或公示未满即审批支付；竣工后逾期未公告。\
              应排除：退票重发（沿用原清册公示）；政策未规定公示天数；已公示但日期漏录；储备项目。",
    source: "国开办发〔2018〕11号 公告公示；东发〔2018〕14号（逐级公示、竣工公告）；各补贴政策的公示天数",
    needs: &[],
    params: &[
        Param {
            name: "batch_days", title: "政策未规定时清册应公示的天数（0 为不要求）", kind: ParamKind::Count, default: "0"
        },
        Param { name: "entry_days", title: "项目入库应公示的天数", kind: ParamKind::Count, default: "10" },
        Param { name: "completion_days", title: "竣工后应在多少天内公告", kind: ParamKind::Count, default: "30" },
    ],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    batches(facts, params, hits);
    if facts.focus.is_some() {
        return; // projects are none of a batch's matter
    }
    let paid = facts.paid_by_project();
    for project in &facts.projects {
        let payments = paid.get(project.code.as_str()).map_or(&[][..], Vec::as_slice);
        entry(facts, params, project, payments, hits);
        completion(facts, params, project, hits);
    }
}

/// Why a notice from day to day does not do for an act on `act` (0 if there was none yet).
fn fault(from: Day, to: Day, needed: i64, act: Day) -> Option<String> {
    if from == 0 || to == 0 {
        return Some("没有公示".to_string());
    }
    let shown = days_between(from, to) + 1;
    if shown < needed {
        return Some(format!("公示 {shown} 天，少于 {needed} 天"));
    }
    (act > 0 && act <= to).then(|| "公示未满即审批或支付".to_string())
}

fn notice(evidence: Evidence, from: Day, to: Day, needed: i64) -> Evidence {
    let day = |evidence: Evidence, title, day| if day > 0 { evidence.day(title, day) } else { evidence.text(title, "无") };
    day(day(evidence, "公示开始", from), "公示结束", to).count("应公示天数", needed)
}

/// A reissue pays what was noticed with its original.
fn origin<'a>(facts: &'a Facts, batch: &'a Batch) -> &'a Batch {
    let mut root = batch;
    for _ in 0..facts.batches.len() {
        match facts.batches.get(root.reissue_of as usize).filter(|_| root.reissue_of != NONE) {
            Some(earlier) => root = earlier,
            None => break,
        }
    }
    root
}

fn batches(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut wrong: BTreeMap<u32, (Hit, i64)> = BTreeMap::new();
    for (at, batch) in facts.batches.iter().enumerate() {
        let at = at as u32;
        let needed = facts.program_of(batch).and_then(|program| program.notice_days);
        let needed = needed.unwrap_or_else(|| params.count("batch_days", batch.made));
        if needed == 0 {
            continue;
        }
        let decided = [batch.approved, batch.sent].into_iter().filter(|day| *day > 0).min();
        let act = decided.unwrap_or(if facts.focus == Some(at) { facts.as_of } else { 0 });
        let root = origin(facts, batch);
        let Some(why) = fault(root.notice_from, root.notice_to, needed, act) else { continue };
        let evidence =
            Evidence::new("发放清册").text("批次", &batch.code).text("单位", facts.unit_name(&batch.unit)).day("造表日期", batch.made);
        let mut evidence = notice(evidence, root.notice_from, root.notice_to, needed).text("情形", &why);
        for (title, day) in [("审批日期", batch.approved), ("送银行日期", batch.sent)] {
            if day > 0 {
                evidence = evidence.day(title, day);
            }
        }
        wrong.insert(at, (Hit::new(Subject::Batch(at)).voucher(batch.voucher).evidence(evidence), 0));
    }
    if wrong.is_empty() {
        return;
    }
    for (at, payment) in facts.payments.iter().enumerate() {
        if let Some((hit, sum)) = wrong.get_mut(&payment.batch)
            && payment.kept() > 0
        {
            hit.payments.push(at as u32);
            *sum += payment.kept();
        }
    }
    for (mut hit, sum) in wrong.into_values().filter(|(_, sum)| *sum > 0) {
        let lines = hit.payments.len() as i64;
        if facts.focus.is_some() {
            hit.payments.truncate(1); // the notice is one matter for one decision, not one for each line
        }
        hits.push(hit.evidence(Evidence::new("计算").count("笔数", lines).fen("金额", sum)).amount(sum));
    }
}

fn entry(facts: &Facts, params: &Params<'_>, project: &Project, paid: &[u32], hits: &mut Hits<'_>) {
    let sent: Vec<u32> = paid.iter().copied().filter(|at| facts.disbursements[*at as usize].still_paid() > 0).collect();
    if sent.is_empty() && matches!(project.status.as_str(), "储备" | "退出") {
        return;
    }
    let first = sent.first().map_or(0, |at| facts.disbursements[*at as usize].date);
    let judged = [project.county_approved, first].into_iter().find(|day| *day > 0).unwrap_or(facts.as_of);
    let needed = params.count("entry_days", judged);
    let Some(why) = fault(project.notice_from, project.notice_to, needed, first) else { return };
    let evidence = Evidence::new("项目库").text("项目", &format!("{} {}", project.code, project.name)).from(project.origin);
    let evidence = notice(evidence, project.notice_from, project.notice_to, needed).text("情形", &format!("入库{why}"));
    let hit = Hit::new(Subject::Project(project.code.clone())).occasion("入库公示").evidence(evidence);
    hits.push(sent.into_iter().fold(hit, |hit, at| hit.disbursement(facts, at)));
}

fn completion(facts: &Facts, params: &Params<'_>, project: &Project, hits: &mut Hits<'_>) {
    let days = params.count("completion_days", project.finished);
    let due = add_days(project.finished, days);
    if project.finished == 0 || project.completion_notice > 0 || facts.as_of <= due {
        return;
    }
    let evidence = Evidence::new("项目库")
        .text("项目", &format!("{} {}", project.code, project.name))
        .day("竣工日期", project.finished)
        .day("应公告期限", due)
        .text("竣工公告日期", "无")
        .count("已逾期天数", days_between(due, facts.as_of))
        .from(project.origin);
    hits.push(Hit::new(Subject::Project(project.code.clone())).occasion("竣工公告").evidence(evidence));
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Subject;
    use crate::domain::screening::facts::NONE;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    /// Noticed from the 10th to the 24th, made, approved and sent on the 28th; ten days are needed.
    fn batch() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.batch("B1", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s
    }

    #[test]
    fn both_ends_of_a_notice_count() {
        let mut s = batch();
        assert!(s.hits("U02").is_empty());
        s.facts.batches[0].notice_to = 20180319; // ten days
        assert!(s.hits("U02").is_empty());
        s.facts.batches[0].notice_to = 20180318; // nine
        let found = s.hits("U02");
        assert_eq!((found.len(), found[0].amount, found[0].payments.len()), (1, 30_000, 1));
    }

    #[test]
    fn a_notice_must_be_over_before_approval() {
        let mut s = batch();
        s.facts.batches[0].approved = 20180324; // the notice's last day
        assert_eq!(s.hits("U02").len(), 1);
        s.facts.batches[0].approved = 20180325;
        assert!(s.hits("U02").is_empty());
    }

    #[test]
    fn a_reissue_has_the_notice_of_its_original() {
        let mut s = batch();
        s.batch("B1-R1", "DB", 201803, 201803);
        s.made(20180420);
        s.paid(ID, 30_000);
        let again = &mut s.facts.batches[1];
        (again.notice_from, again.notice_to, again.reissue_of) = (0, 0, 0);
        assert!(s.hits("U02").is_empty());
        s.facts.batches[1].reissue_of = NONE;
        assert_eq!(s.hits("U02")[0].subject, Subject::Batch(1));
    }

    #[test]
    fn no_days_ordered_or_nothing_paid_is_no_matter() {
        let mut s = batch();
        s.facts.batches[0].notice_from = 0;
        s.facts.programs[0].notice_days = None;
        assert!(s.hits("U02").is_empty());
        assert_eq!(s.hits_with("U02", &[("screen.U02.batch_days", "5")]).len(), 1);
        let mut s = batch();
        s.facts.batches[0].notice_from = 0;
        s.refunded(30_000);
        assert!(s.hits("U02").is_empty());
    }

    #[test]
    fn before_approval_the_notice_must_be_over_and_later_it_may_still_run() {
        let mut s = batch();
        s.as_of(20180320);
        let batch = &mut s.facts.batches[0];
        (batch.approved, batch.sent) = (0, 0);
        assert!(s.hits("U02").is_empty(), "nobody has approved it yet");
        s.facts.focus = Some(0);
        s.person("H2", "王示丁", "469007196001010019");
        s.paid("469007196001010019", 30_000);
        let found = s.hits("U02");
        assert_eq!((found.len(), found[0].payments.len(), found[0].amount), (1, 1, 60_000), "somebody is about to");
        s.facts.as_of = 20180325;
        assert!(s.hits("U02").is_empty());
    }

    #[test]
    fn a_project_is_noticed_before_it_is_paid() {
        let mut s = Sample::new();
        s.project("X1", 100_000_000); // ten days in November 2017
        s.disbursement("ZF1", "X1", "示例甲公司", 20_000_000, 20180405);
        assert!(s.hits("U02").is_empty());
        for (from, to) in [(0, 0), (20171106, 20171114), (20180401, 20180412)] {
            (s.facts.projects[0].notice_from, s.facts.projects[0].notice_to) = (from, to);
            let found = s.hits("U02");
            assert_eq!((found.len(), found[0].occasion.as_str(), found[0].amount), (1, "入库公示", 20_000_000), "{from}");
        }
    }

    #[test]
    fn a_reserve_project_has_not_been_noticed_yet() {
        let mut s = Sample::new();
        s.project("X1", 100_000_000);
        (s.facts.projects[0].notice_from, s.facts.projects[0].notice_to) = (0, 0);
        s.facts.projects[0].status = "储备".into();
        assert!(s.hits("U02").is_empty());
    }

    #[test]
    fn completion_is_published_within_its_days() {
        let mut s = Sample::new();
        s.project("X1", 100_000_000).finished = 20181001;
        s.as_of(20181031); // 30 days
        assert!(s.hits("U02").is_empty());
        s.as_of(20181101);
        assert_eq!(s.hits("U02")[0].occasion, "竣工公告");
        s.facts.projects[0].completion_notice = 20181020;
        assert!(s.hits("U02").is_empty());
    }
}
