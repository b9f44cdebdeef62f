//! S03 学籍不符: student aid for a term in which the list of students does not have the payee at that stage.

use crate::domain::screening::facts::{Enrolment, Stage};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "S03",
    name: "学籍不符",
    version: 1,
    severity: Severity::Hold,
    meaning: "领取学生资助的学期没有在读学籍，或学段与资助学段不同。应排除：名单未包含的学期或学段（如外地高校）；学年中途升学的当期；家长代领（按学生本人登记）。",
    source: "东发〔2018〕14号（教育扶贫资助：学籍与建档立卡双线复核）；审计署扶贫审计结果公告（虚报学生套取补助）",
    needs: &[List::Students],
    params: &[Param {
        name: "programs",
        title: "学生资助政策（编码或名称中的词）",
        kind: ParamKind::Words,
        default: "学生;助学;教育资助;学前教育;小学资助;初中资助;高中资助;中职资助;高等教育;寄宿生;雨露计划;教育补助;教育补贴;教育扶贫",
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let aid = facts.batches_named(|day| params.words("programs", day).to_vec());
    if !aid.contains(&true) {
        return;
    }
    let enrolment = Enrolment::new(facts);
    let stages_of = |batch| facts.standard(batch).map(|program| Stage::named(&format!("{} {}", program.name, program.eligibility)));
    let stages: Vec<BTreeSet<Stage>> = facts.batches.iter().map(|batch| stages_of(batch).unwrap_or_default()).collect();
    // the same answer for all lines of a batch
    let covers =
        |(at, batch): (usize, &crate::domain::screening::facts::Batch)| aid[at] && enrolment.covers(&stages[at], (batch.first, batch.last));
    let covered: Vec<bool> = facts.batches.iter().enumerate().map(covers).collect();
    for person in 0..facts.registered as u32 {
        let mut wrong: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for at in facts.payment_range(person) {
            let payment = &facts.payments[at as usize];
            if payment.kept() <= 0 || covered.get(payment.batch as usize) != Some(&true) {
                continue;
            }
            let batch = facts.batch(payment);
            let wanted = &stages[payment.batch as usize];
            let mut rows = enrolment.enrolled(person, (batch.first, batch.last));
            if !rows.any(|row| fits(enrolment.stages(row), wanted)) {
                wrong.entry(&batch.program).or_default().push(at);
            }
        }
        for (program, lines) in wrong {
            hits.push(hit(facts, &enrolment, person, program, &lines));
        }
    }
}

/// Whether a row is of one of the stages wanted; a stage that cannot be told is taken to be.
fn fits(own: &BTreeSet<Stage>, wanted: &BTreeSet<Stage>) -> bool {
    wanted.is_empty() || own.is_empty() || own.iter().any(|stage| wanted.contains(stage))
}

fn hit(facts: &Facts, enrolment: &Enrolment<'_>, person: u32, program: &str, lines: &[u32]) -> Hit {
    let mut hit = Hit::new(Subject::Person(person)).occasion(program).evidence(facts.person_evidence(person));
    for at in lines {
        let batch = facts.batch(&facts.payments[*at as usize]);
        let months = (batch.first, batch.last);
        hit = hit.payment(facts, *at);
        let none = enrolment.enrolled(person, months).next().is_none();
        let wanted = facts.standard(batch).map_or(String::new(), |program| {
            let stages = Stage::named(&format!("{} {}", program.name, program.eligibility));
            stages.into_iter().map(Stage::chinese).collect::<Vec<_>>().join("、")
        });
        let evidence = Evidence::new("计算").month("所属期", batch.first).text("资助学段", &wanted);
        hit = hit.evidence(evidence.text("问题", if none { "当期没有在读学籍" } else { "在读学段与资助学段不同" }));
    }
    for row in facts.lists.students.of(person) {
        let evidence = Evidence::new("学籍名单").text("学校", &row.school).text("学段", &row.stage);
        hit = hit.evidence(evidence.text("学期", &row.term).text("状态", &row.status).from(row.origin));
    }
    if facts.lists.students.of(person).is_empty() {
        hit = hit.evidence(Evidence::new("学籍名单").text("记录", "名单中没有此人"));
    }
    hit
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Student;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007201001010011";
    const OTHER: &str = "469007201101010022";

    /// The other pupil is in the list for every term of 2018.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "王示乙", OTHER);
        let program = s.program("XSZZ2", "学期", 180_000);
        (program.name, program.eligibility) = ("小学资助".into(), "小学".into());
        at_school(&mut s, OTHER, "小学", "2018春", "在读");
        at_school(&mut s, OTHER, "小学", "2018-2019-1", "在读");
        s
    }

    fn at_school(s: &mut Sample, id: &str, stage: &str, term: &str, status: &str) {
        let row =
            Student { school: "示范学校".into(), stage: stage.into(), term: term.into(), status: status.into(), ..Student::default() };
        s.rows.students.push((id.to_string(), row));
    }

    fn hits(s: &mut Sample, month: i64) -> usize {
        s.batch("B", "XSZZ2", month, month);
        s.paid(ID, 180_000);
        s.hits("S03").len()
    }

    #[test]
    fn a_pupil_of_that_stage_and_term_is_right_however_the_list_writes_it() {
        for (term, month) in [("2018春", 201803), ("2017-2018学年第二学期", 201803), ("2018年秋季", 201809), ("201809", 201809)] {
            let mut s = county();
            at_school(&mut s, ID, "小学", term, "在读");
            assert_eq!(hits(&mut s, month), 0, "{term}");
        }
    }

    #[test]
    fn nobody_of_that_name_at_school() {
        assert_eq!(hits(&mut county(), 201803), 1);
    }

    #[test]
    fn another_term_another_stage_and_another_status_do_not_fit() {
        for (stage, term, status) in
            [("小学", "2018秋", "在读"), ("初中", "2018春", "在读"), ("小学", "2018春", "退学"), ("小学", "2018春", "休学")]
        {
            let mut s = county();
            at_school(&mut s, ID, stage, term, status);
            assert_eq!(hits(&mut s, 201803), 1, "{stage} {term} {status}");
        }
    }

    #[test]
    fn a_term_or_stage_that_the_list_leaves_out_proves_nothing() {
        assert_eq!(hits(&mut county(), 201903), 0, "the term has not come");
        let mut s = county();
        let program = &mut s.facts.programs[0];
        (program.name, program.eligibility) = ("高等教育资助".into(), "高等".into());
        assert_eq!(hits(&mut s, 201803), 0, "universities are elsewhere");
    }

    #[test]
    fn a_term_that_nobody_can_read_is_no_proof() {
        let mut s = county();
        at_school(&mut s, ID, "小学", "下学期", "在读");
        assert_eq!(hits(&mut s, 201803), 0);
    }

    #[test]
    fn other_money_needs_no_school() {
        let mut s = county();
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        assert!(s.hits("S03").is_empty());
    }
}
