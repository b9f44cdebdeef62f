//! U10 超合同、超进度付款: a builder was paid nearly all before the work was done, or got the retention money too soon.

use crate::domain::screening::facts::{Project, add_days};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

pub static RULE: Rule = Rule {
    id: "U10",
    name: "超合同、超进度付款",
    version: 1,
    severity: Severity::Hold,
    meaning: "竣工以前付给施工单位的款项超过计划投资的规定比例，或质保金在质保期满以前放行。\
              应排除：竣工以后付清；货物交货付款；合作社、村集体的投入；计划投资为分期数；已竣工但日期漏录。",
    source: "建设工程价款结算暂行办法（财建〔2004〕369号）；建设工程质量保证金管理办法（建质〔2017〕138号，质保金 3%）",
    needs: &[],
    params: &[
        Param { name: "share", title: "竣工前可付的比例", kind: ParamKind::Share, default: "0.97" },
        Param { name: "retention_days", title: "竣工后多少天可放行质保金", kind: ParamKind::Count, default: "180" },
        Param { name: "payee_kinds", title: "按工程进度付款的收款人类型", kind: ParamKind::Words, default: "施工单位" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for (code, paid) in facts.paid_by_project() {
        let Some(project) = facts.project(code) else { continue };
        if project.status == "竣工" && project.finished == 0 {
            continue; // finished on a day that nobody wrote down
        }
        progress(facts, params, project, &paid, hits);
        retention(facts, params, project, &paid, hits);
    }
}

fn row(project: &Project) -> Evidence {
    let evidence = Evidence::new("项目库")
        .text("项目", &format!("{} {}", project.code, project.name))
        .fen("计划投资", project.planned)
        .text("状态", &project.status)
        .from(project.origin);
    if project.finished > 0 { evidence.day("竣工日期", project.finished) } else { evidence.text("竣工日期", "无") }
}

fn progress(facts: &Facts, params: &Params<'_>, project: &Project, paid: &[u32], hits: &mut Hits<'_>) {
    if project.planned <= 0 {
        return;
    }
    let (mut sum, mut over) = (0, 0);
    let mut counted = Vec::new();
    for at in paid {
        let payment = &facts.disbursements[*at as usize];
        let before = project.finished == 0 || payment.date < project.finished;
        let works = params.words("payee_kinds", payment.date).contains(&payment.payee_kind);
        if !before || !works || payment.retention || !matches!(payment.event.as_str(), "pay" | "onward") || payment.still_paid() <= 0 {
            continue;
        }
        sum += payment.still_paid();
        counted.push(*at);
        over = sum - limit(project.planned, params.share("share", payment.date));
    }
    if over <= 0 {
        return;
    }
    let figures = Evidence::new("计算").fen("竣工前可付", sum - over).fen("竣工前已付", sum).fen("超付", over);
    let hit = Hit::new(Subject::Project(project.code.clone())).occasion("进度").evidence(row(project)).evidence(figures);
    hits.push(counted.into_iter().fold(hit, |hit, at| hit.disbursement(facts, at)).amount(over));
}

/// A share of an amount, down to the whole fen.
fn limit(planned: i64, share: Decimal) -> i64 {
    (Decimal::from(planned) * share).floor().to_i64().unwrap_or(i64::MAX)
}

fn retention(facts: &Facts, params: &Params<'_>, project: &Project, paid: &[u32], hits: &mut Hits<'_>) {
    let early = paid.iter().copied().filter(|at| {
        let payment = &facts.disbursements[*at as usize];
        let days = params.count("retention_days", payment.retention_paid);
        let due = project.finished > 0 && payment.retention_paid >= add_days(project.finished, days);
        payment.event == "retain" && payment.retention_paid > 0 && !due && payment.still_paid() > 0
    });
    let early: Vec<u32> = early.collect();
    if early.is_empty() {
        return;
    }
    let mut hit = Hit::new(Subject::Project(project.code.clone())).occasion("质保金").evidence(row(project));
    for at in early {
        let payment = &facts.disbursements[at as usize];
        let days = params.count("retention_days", payment.retention_paid);
        let mut compare = Evidence::new("质保金").text("支付凭证号", &payment.doc_no).day("放行日期", payment.retention_paid);
        if project.finished > 0 {
            compare = compare.day("可放行日期", add_days(project.finished, days));
        }
        hit = hit.evidence(compare.count("质保期天数", days)).disbursement(facts, at);
    }
    hits.push(hit);
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    /// 100 万元 planned; 97 万元 paid in two parts, finished on 2018-10-01.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.project("X1", 100_000_000).finished = 20181001;
        s.disbursement("ZF1", "X1", "示例甲公司", 50_000_000, 20180401);
        s.disbursement("ZF2", "X1", "示例甲公司", 47_000_000, 20180901);
        s
    }

    #[test]
    fn ninety_seven_in_a_hundred_may_be_paid_and_no_fen_more() {
        let mut s = county();
        assert!(s.hits("U10").is_empty());
        s.last().amount += 1;
        let found = s.hits("U10");
        assert_eq!((found.len(), found[0].amount, found[0].disbursements.len()), (1, 1, 2));
    }

    #[test]
    fn the_rest_after_completion_is_innocent() {
        let mut s = county();
        s.disbursement("ZF3", "X1", "示例甲公司", 3_000_000, 20181001);
        assert!(s.hits("U10").is_empty());
        s.last().date = 20180930;
        assert_eq!(s.hits("U10").len(), 1);
        s.facts.projects[0].finished = 0;
        assert_eq!(s.hits("U10").len(), 1, "not finished at all");
        s.facts.projects[0].status = "竣工".into();
        assert!(s.hits("U10").is_empty(), "finished, but nobody wrote down when");
    }

    #[test]
    fn goods_investments_moves_and_money_given_back_are_innocent() {
        for change in 0..5 {
            let mut s = county();
            s.disbursement("ZF3", "X1", "示例甲公司", 3_000_000, 20180930);
            let paid = s.last();
            match change {
                0 => paid.payee_kind = "供应商".into(),
                1 => paid.payee_kind = "村集体".into(),
                2 => (paid.payee_kind, paid.event) = ("预算单位".into(), "move".into()),
                3 => (paid.retention, paid.event) = (true, "retain".into()),
                _ => paid.refunded = paid.amount,
            }
            assert!(s.hits("U10").is_empty(), "{change}");
        }
    }

    #[test]
    fn retention_waits_for_its_time() {
        let mut s = county();
        s.disbursement("ZF3", "X1", "示例甲公司", 3_000_000, 20180901).event = "retain".into();
        assert!(s.hits("U10").is_empty(), "withheld");
        s.last().retention_paid = 20190330; // 180 days
        assert!(s.hits("U10").is_empty());
        s.last().retention_paid = 20190329;
        let found = s.hits("U10");
        assert_eq!((found.len(), found[0].occasion.as_str(), found[0].amount), (1, "质保金", 3_000_000));
        s.facts.projects[0].finished = 0;
        s.last().retention_paid = 20191231;
        assert_eq!(s.hits("U10").iter().filter(|hit| hit.occasion == "质保金").count(), 1, "not finished");
    }
}
