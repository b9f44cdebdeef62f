//! U13 零效益项目: finished long ago, and nobody has written down what it was good for.

use crate::domain::screening::facts::days_between;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "U13",
    name: "零效益项目",
    version: 1,
    severity: Severity::Note,
    meaning: "项目竣工已久，没有登记绩效目标。应排除：目标登记在他处尚未录入。",
    source: "国办发〔2018〕35号 扶贫项目资金绩效管理办法；审计署扶贫审计结果公告（项目效益不佳）",
    needs: &[],
    params: &[Param { name: "days", title: "竣工后多少天", kind: ParamKind::Count, default: "180" }],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for project in facts.projects.iter().filter(|project| project.finished > 0 && project.finished <= facts.as_of) {
        let since = days_between(project.finished, facts.as_of);
        if since < params.count("days", facts.as_of) || !project.goal.trim().is_empty() {
            continue;
        }
        let paid: Vec<u32> = (0..facts.disbursements.len() as u32)
            .filter(|at| facts.disbursements[*at as usize].project == project.code)
            .collect();
        let evidence = Evidence::new("项目库")
            .text("项目", &format!("{} {}", project.code, project.name))
            .day("竣工日期", project.finished)
            .count("竣工后天数", since)
            .from(project.origin);
        let hit = Hit::new(Subject::Project(project.code.clone())).evidence(evidence);
        hits.push(paid.into_iter().fold(hit, |hit, at| hit.disbursement(facts, at)));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Project;
    use crate::domain::screening::sample::Sample;

    #[test]
    fn a_finished_project_without_a_goal_is_a_lead_after_its_days() {
        let mut s = Sample::new();
        let project = |code: &str, goal: &str| Project {
            code: code.into(),
            finished: 20180301,
            goal: goal.into(),
            status: "竣工".into(),
            ..Project::default()
        };
        s.facts.projects = vec![project("X1", ""), project("X2", "带动 30 户")];
        s.as_of(20180827); // 179 days
        assert!(s.hits("U13").is_empty());
        s.as_of(20180828);
        assert_eq!(s.hits("U13").len(), 1);
    }
}
