//! M04 重叠期间: a month paid by two lines of one programme whose periods differ, as March in the first quarter.

use crate::domain::screening::facts::{Payment, overlap};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "M04",
    name: "所属期重叠",
    version: 1,
    severity: Severity::Block,
    meaning: "同一人同一政策的两笔款所属期不同但有重叠的月份（如 3 月与一季度）。应排除：两笔的月数合计不超过所属期月数（一季度只发两个月，三月另发）；退票后的重发。",
    source: "审计署贫困县扶贫审计结果公告（重复发放）；东发〔2018〕14号“虚报冒领”",
    needs: &[],
    params: &[],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    let mut lines: Vec<u32> = Vec::new();
    for person in 0..facts.registered as u32 {
        let range = facts.payment_range(person);
        if range.len() < 2 {
            continue;
        }
        lines.clear();
        lines.extend(range.filter(|at| facts.payments[*at as usize].kept() > 0));
        // lines stand by period; a stable sort by programme keeps that order within each
        lines.sort_by(|a, b| program(facts, *a).cmp(program(facts, *b)));
        for group in lines.chunk_by(|a, b| program(facts, *a) == program(facts, *b)) {
            let clashing = clashing(facts, group);
            if !clashing.is_empty() {
                hits.push(hit(facts, person, &clashing));
            }
        }
    }
}

fn program(facts: &Facts, at: u32) -> &str {
    &facts.batch(&facts.payments[at as usize]).program
}

fn period(facts: &Facts, payment: &Payment) -> (i64, i64) {
    let batch = facts.batch(payment);
    (batch.first, batch.last)
}

/// Lines of one programme, by period, that clash with a line of another period. Equal periods are for M03 to find.
fn clashing(facts: &Facts, group: &[u32]) -> Vec<u32> {
    let mut clashing = Vec::new();
    for (place, at) in group.iter().enumerate() {
        let one = &facts.payments[*at as usize];
        let own = period(facts, one);
        // a period ends at most a few places further on: those that follow begin later
        let others = group[place + 1..].iter().map(|at| (*at, &facts.payments[*at as usize]));
        for (next, other) in others.take_while(|(_, other)| period(facts, other).0 <= own.1) {
            let its = period(facts, other);
            if its != own && overlap(its, own) && !facts.share_the_months(one, other) {
                clashing.extend([*at, next]);
            }
        }
    }
    clashing.sort_unstable();
    clashing.dedup();
    clashing
}

fn hit(facts: &Facts, person: u32, lines: &[u32]) -> Hit {
    let code = program(facts, lines[0]).to_string();
    let hit = Hit::new(Subject::Person(person)).occasion(code).evidence(facts.person_evidence(person));
    let hit = hit.payments(facts, lines.iter().copied());
    let most = lines.iter().map(|at| facts.payments[*at as usize].kept()).max().unwrap_or(0);
    let over = hit.amount - most;
    let sum = Evidence::new("计算").count("期间重叠的笔数", lines.len() as i64).fen("合计", hit.amount).fen("除最大一笔外", over);
    hit.amount(over).evidence(sum)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.program("CY", "年", 150_000);
        s
    }

    fn months(s: &mut Sample, code: &str, first: i64, last: i64, months: i64) {
        s.batch(code, "DB", first, last);
        let line = s.paid(ID, 30_000 * months);
        (line.quantity, line.rate) = (months * 10_000, 30_000);
    }

    #[test]
    fn march_inside_the_first_quarter_is_paid_twice() {
        let mut s = county();
        months(&mut s, "一季", 201801, 201803, 3);
        months(&mut s, "3月", 201803, 201803, 1);
        months(&mut s, "4月", 201804, 201804, 1);
        let found = s.hits("M04");
        assert_eq!(found.len(), 1);
        assert_eq!((s.lines(&found[0]), found[0].amount), (vec!["一季+1".to_string(), "3月+1".to_string()], 30_000));
    }

    #[test]
    fn a_quarter_inside_a_year_is_paid_twice() {
        let mut s = county();
        s.batch("全年", "CY", 201801, 201812);
        s.paid(ID, 150_000);
        s.batch("二季", "CY", 201804, 201806);
        s.paid(ID, 150_000);
        assert_eq!(s.hits("M04").len(), 1);
    }

    #[test]
    fn two_months_of_the_quarter_and_then_the_third_are_no_clash() {
        let mut s = county();
        months(&mut s, "一季", 201801, 201803, 2);
        months(&mut s, "3月", 201803, 201803, 1);
        assert!(s.hits("M04").is_empty());
    }

    #[test]
    fn equal_periods_and_other_programmes_and_returned_lines_are_no_clash() {
        let mut s = county();
        months(&mut s, "一", 201803, 201803, 1);
        months(&mut s, "二", 201803, 201803, 1);
        s.batch("全年", "CY", 201801, 201812);
        s.paid(ID, 150_000);
        s.batch("退", "DB", 201801, 201806);
        s.returned(ID, 180_000);
        assert!(s.hits("M04").is_empty());
    }

    #[test]
    fn what_was_paid_back_clears_the_clash() {
        let mut s = county();
        months(&mut s, "一季", 201801, 201803, 3);
        s.refunded(30_000);
        months(&mut s, "3月", 201803, 201803, 1);
        assert!(s.hits("M04").is_empty());
    }
}
