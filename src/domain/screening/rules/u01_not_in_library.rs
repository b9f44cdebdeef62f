//! U01 未入库项目: money to a project that had not been filed through all four steps on the day of the payment.

use crate::domain::screening::facts::{Day, Disbursement, Project};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "U01",
    name: "未入库项目",
    version: 1,
    severity: Severity::Block,
    meaning: "支付当日项目未入库：不在项目库、仍为储备，或四个流程（村级申报、乡镇初审、市县审定、省级备案）缺少、颠倒或晚于支付。\
              应排除：支付以后才退出的项目；已全额退回的支付；步骤已办但日期漏录。",
    source: "东发〔2018〕14号（项目库四个流程）；国务院扶贫办《关于完善县级脱贫攻坚项目库建设的指导意见》（2018）",
    needs: &[],
    params: &[Param {
        name: "steps",
        title: "支付前应走完的入库步骤",
        kind: ParamKind::Words,
        default: "村级申报;乡镇初审;市县审定;省级备案",
    }],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for (code, paid) in facts.paid_by_project() {
        let project = facts.project(code);
        let mut faults: Vec<String> = Vec::new();
        let mut wrong = Vec::new();
        for at in paid {
            let payment = &facts.disbursements[at as usize];
            if payment.still_paid() <= 0 || !payment.left() {
                continue;
            }
            let day = paid_on(payment);
            let found = faults_on(project, day, params.words("steps", day));
            if !found.is_empty() {
                wrong.push(at);
                faults.extend(found.into_iter().filter(|fault| !faults.contains(fault)).collect::<Vec<_>>());
            }
        }
        if wrong.is_empty() {
            continue;
        }
        let row = match project {
            Some(project) => steps(project).into_iter().fold(
                Evidence::new("项目库")
                    .text("项目", &format!("{} {}", project.code, project.name))
                    .text("状态", &project.status)
                    .from(project.origin),
                |evidence, (step, day)| if day > 0 { evidence.day(step, day) } else { evidence.text(step, "无") },
            ),
            None => Evidence::new("项目库").text("项目", code).text("状态", "项目库中没有"),
        };
        let hit =
            Hit::new(Subject::Project(code.to_string())).evidence(row).evidence(Evidence::new("问题").text("情形", &faults.join("、")));
        hits.push(wrong.into_iter().fold(hit, |hit, at| hit.disbursement(facts, at)));
    }
}

/// Retention leaves on the day when it is paid out.
fn paid_on(payment: &Disbursement) -> Day {
    if payment.event == "retain" { payment.retention_paid } else { payment.date }
}

fn steps(project: &Project) -> [(&'static str, Day); 4] {
    [
        ("村级申报", project.village_applied),
        ("乡镇初审", project.township_reviewed),
        ("市县审定", project.county_approved),
        ("省级备案", project.province_filed),
    ]
}

/// What was wrong on a day. A project's status is that of today: one that has left the library (退出) was in it before.
fn faults_on(project: Option<&Project>, day: Day, wanted: &[String]) -> Vec<String> {
    let Some(project) = project else { return vec!["不在项目库".to_string()] };
    let mut faults = Vec::new();
    if project.status == "储备" {
        faults.push("项目仍为储备".to_string());
    }
    let mut before = ("", 0);
    for (step, done) in steps(project).into_iter().filter(|(step, _)| wanted.iter().any(|name| name == step)) {
        if done == 0 {
            faults.push(format!("缺{step}"));
            continue;
        }
        if done > day {
            faults.push(format!("{step}晚于 {} 的支付", Says::Day(day).show(false)));
        }
        if done < before.1 {
            faults.push(format!("{step}早于{}", before.0));
        }
        before = (step, done);
    }
    faults
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    fn county() -> Sample {
        let mut s = Sample::new();
        s.project("X1", 100_000_000);
        s.disbursement("ZF1", "X1", "示例甲公司", 20_000_000, 20180405);
        s
    }

    #[test]
    fn a_filed_project_may_be_paid_even_on_the_day_of_its_last_step() {
        let mut s = county();
        s.facts.projects[0].province_filed = 20180405;
        assert!(s.hits("U01").is_empty());
    }

    #[test]
    fn only_payments_before_the_last_step_are_wrong() {
        let mut s = county();
        s.facts.projects[0].province_filed = 20180406;
        s.disbursement("ZF2", "X1", "示例甲公司", 30_000_000, 20180601);
        let found = s.hits("U01");
        assert_eq!((found.len(), found[0].amount, &found[0].disbursements[..]), (1, 20_000_000, &[0][..]));
    }

    #[test]
    fn a_step_missing_or_out_of_order_a_reserve_project_and_none_at_all_are_hits() {
        for change in 0..4 {
            let mut s = county();
            match change {
                0 => s.facts.projects[0].township_reviewed = 0,
                1 => s.facts.projects[0].township_reviewed = 20170901,
                2 => s.facts.projects[0].status = "储备".into(),
                _ => s.last().project = "X9".into(),
            }
            assert_eq!(s.hits("U01").len(), 1, "{change}");
        }
    }

    #[test]
    fn a_project_that_left_the_library_later_and_money_that_came_back_are_innocent() {
        let mut s = county();
        s.facts.projects[0].status = "退出".into();
        assert!(s.hits("U01").is_empty());
        let mut s = county();
        s.facts.projects[0].province_filed = 0;
        s.last().refunded = 20_000_000;
        assert!(s.hits("U01").is_empty());
    }

    #[test]
    fn a_bureau_may_ask_for_fewer_steps_and_an_unpaid_project_is_no_matter() {
        let mut s = county();
        s.facts.projects[0].province_filed = 0;
        assert!(s.hits_with("U01", &[("screen.U01.steps", "村级申报;乡镇初审;市县审定")]).is_empty());
        s.facts.disbursements.clear();
        assert!(s.hits("U01").is_empty());
    }

    #[test]
    fn retention_still_withheld_has_not_been_paid() {
        let mut s = county();
        s.facts.projects[0].province_filed = 20180601;
        s.last().event = "retain".into();
        assert!(s.hits("U01").is_empty());
        s.last().retention_paid = 20180501;
        assert_eq!(s.hits("U01").len(), 1);
    }
}
