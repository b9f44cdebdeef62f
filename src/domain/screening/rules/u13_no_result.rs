//! U13 零效益项目: finished long ago, and nobody has written down what it was good for. The register holds one text for the
//! goal and its results; which households a project is linked to it does not hold, so that is not judged here.

use crate::domain::screening::facts::days_between;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "U13",
    name: "零效益项目",
    version: 2,
    severity: Severity::Note,
    meaning: "项目竣工已久，没有登记绩效目标和结果。应排除：登记在他处尚未录入；已退出的项目；竣工不久。",
    source: "国办发〔2018〕35号 扶贫项目资金绩效管理办法；审计署扶贫审计结果公告（项目效益不佳）",
    needs: &[],
    params: &[
        Param { name: "days", title: "竣工后多少天", kind: ParamKind::Count, default: "180" },
        Param {
            name: "blanks", title: "视为未登记的填写", kind: ParamKind::Words, default: "无;空;待定;待补充;-;—;/;暂无;0"
        },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let paid = facts.paid_by_project();
    let days = params.count("days", facts.as_of);
    let blanks = params.words("blanks", facts.as_of);
    for project in facts.projects.iter().filter(|project| project.finished > 0 && project.finished <= facts.as_of) {
        let since = days_between(project.finished, facts.as_of);
        let goal = project.goal.trim();
        let named = !goal.is_empty() && !blanks.iter().any(|blank| blank == goal);
        if since < days || named || project.status == "退出" {
            continue;
        }
        let evidence = Evidence::new("项目库")
            .text("项目", &format!("{} {}", project.code, project.name))
            .day("竣工日期", project.finished)
            .day("截至", facts.as_of)
            .count("竣工后天数", since)
            .text("绩效目标", if goal.is_empty() { "未登记" } else { goal })
            .from(project.origin);
        let hit = Hit::new(Subject::Project(project.code.clone())).evidence(evidence);
        let payments = paid.get(project.code.as_str()).into_iter().flatten().copied();
        // what a unit pays on was moved to it before, and would count twice
        let counted = payments.filter(|at| {
            let payment = &facts.disbursements[*at as usize];
            payment.left() && payment.event != "onward" && payment.still_paid() > 0
        });
        hits.push(counted.fold(hit, |hit, at| hit.disbursement(facts, at)));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    fn county(goal: &str) -> Sample {
        let mut s = Sample::new();
        let project = s.project("X1", 100_000_000);
        (project.finished, project.goal, project.status) = (20180301, goal.into(), "竣工".into());
        s
    }

    #[test]
    fn a_finished_project_without_a_goal_is_a_lead_after_its_days() {
        let mut s = county(" ");
        s.as_of(20180827); // 179 days
        assert!(s.hits("U13").is_empty());
        s.as_of(20180828);
        assert_eq!(s.hits("U13").len(), 1);
    }

    #[test]
    fn a_dash_is_no_goal_and_a_sentence_is_one() {
        assert_eq!(county("无").hits("U13").len(), 1);
        assert!(county("无害化改造 30 户").hits("U13").is_empty());
    }

    #[test]
    fn one_that_left_the_library_or_goes_on_is_innocent() {
        let mut s = county("");
        s.facts.projects[0].status = "退出".into();
        assert!(s.hits("U13").is_empty());
        let mut s = county("");
        s.facts.projects[0].finished = 0;
        assert!(s.hits("U13").is_empty());
    }

    #[test]
    fn money_moved_and_paid_on_counts_once() {
        let mut s = county("");
        s.disbursement("ZF1", "X1", "示镇人民政府", 10_000, 20180101).event = "move".into();
        s.disbursement("ZF2", "X1", "示例甲公司", 10_000, 20180201).event = "onward".into();
        assert_eq!(s.hits("U13")[0].amount, 10_000);
    }
}
