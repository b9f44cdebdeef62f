//! S01 吃空饷: a paid post without the attendance, or by somebody who could not have worked.

use crate::domain::screening::facts::{Enrolment, Payment, PostMonth, add_months, days_between, last_day, month_of, months_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

/// Names of programmes that pay for a post; S02 asks the same.
pub const POSTS: Param = Param {
    name: "posts",
    title: "岗位类政策（编码或名称中的词）",
    kind: ParamKind::Words,
    default: "公益岗;公益性岗位;公益专岗;护林员;特设岗;保洁员;管护员;护路员;HLY;TSGW",
};

pub static RULE: Rule = Rule {
    id: "S01",
    name: "吃空饷",
    version: 1,
    severity: Severity::Hold,
    meaning: "岗位补贴发放的月数多于出勤达标的月数，或发放月份内服刑、死亡、在校就读、在其他单位领工资。应排除：月中上岗离岗按实际月数发放；寒暑假；考勤表尚未报来的月份。",
    source: "东发〔2018〕14号（防止虚设岗位、变相发钱、吃空饷等问题）",
    needs: &[List::Posts],
    params: &[
        POSTS,
        Param { name: "days", title: "每月最少出勤天数", kind: ParamKind::Count, default: "15" },
        Param { name: "coverage", title: "当月考勤表覆盖的发放人数至少占比", kind: ParamKind::Share, default: "0.5" },
        Param {
            name: "part_time", title: "不算全日制的学校（词）", kind: ParamKind::Words, default: "成人;函授;夜校;开放大学;电大"
        },
    ],
    pass: Pass::Lines,
    find,
};

struct Check<'a> {
    facts: &'a Facts,
    params: &'a Params<'a>,
    posts: Vec<bool>,
    enrolment: Enrolment<'a>,
    /// Days that a month must have at least, for each month paid.
    least: BTreeMap<i64, i64>,
    words: &'a [String],
    /// Months of each programme for which the attendance sheets have come.
    reported: BTreeSet<(&'a str, &'a str, i64)>,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let posts = facts.batches_named(|day| params.words("posts", day).to_vec());
    if !posts.contains(&true) {
        return;
    }
    let paid = facts.batches.iter().zip(&posts).filter(|(_, post)| **post).flat_map(|(batch, _)| months(batch.first, batch.last));
    let least = paid.map(|month| (month, params.count("days", month * 100 + 1))).collect();
    let (enrolment, words) = (Enrolment::new(facts), params.words("posts", facts.as_of));
    let mut check = Check { facts, params, posts, enrolment, least, words, reported: BTreeSet::new() };
    check.reported = reported(&check);
    for person in 0..facts.registered as u32 {
        let lines: Vec<u32> = facts.payment_range(person).filter(|at| check.is_post(&facts.payments[*at as usize])).collect();
        let mut bad: BTreeMap<&str, Vec<(u32, Vec<Evidence>)>> = BTreeMap::new();
        for at in lines {
            let payment = &facts.payments[at as usize];
            let why = check.problems(payment);
            if !why.is_empty() {
                bad.entry(&facts.batch(payment).program).or_default().push((at, why));
            }
        }
        for (program, lines) in bad {
            let hit = Hit::new(Subject::Person(person)).occasion(program).evidence(facts.person_evidence(person));
            let with = |hit: Hit, (at, why): (u32, Vec<Evidence>)| why.into_iter().fold(hit.payment(facts, at), Hit::evidence);
            hits.push(lines.into_iter().fold(hit, with));
        }
    }
}

/// Programme, unit and month where attendance of enough of those paid is in the list: elsewhere the sheet has not come.
fn reported<'a>(check: &Check<'a>) -> BTreeSet<(&'a str, &'a str, i64)> {
    let facts = check.facts;
    let mut counts: BTreeMap<(&str, &str, i64), (i64, i64)> = BTreeMap::new();
    // by batch first, which is a number
    let spans = facts.batches.iter().map(|batch| months(batch.first, batch.last).map(|month| (month, 0, 0)).collect());
    let mut by_batch: Vec<Vec<(i64, i64, i64)>> = spans.collect();
    for payment in facts.payments.iter().filter(|payment| check.is_post(payment)) {
        for (month, paid, seen) in &mut by_batch[payment.batch as usize] {
            *paid += 1;
            *seen += i64::from(facts.lists.posts.of(payment.person).iter().any(|row| row.first <= *month && *month <= row.last));
        }
    }
    for (batch, counted) in facts.batches.iter().zip(by_batch) {
        for (month, paid, seen) in counted {
            let count = counts.entry((&batch.program, &batch.unit, month)).or_default();
            *count = (count.0 + paid, count.1 + seen);
        }
    }
    let enough = |month: i64, (paid, seen): (i64, i64)| {
        rust_decimal::Decimal::from(seen) >= check.params.share("coverage", month * 100 + 1) * rust_decimal::Decimal::from(paid)
    };
    counts.into_iter().filter(|(key, count)| count.1 > 0 && enough(key.2, *count)).map(|(key, _)| key).collect()
}

fn months(first: i64, last: i64) -> impl Iterator<Item = i64> {
    (0..=months_between(first, last).clamp(0, 120)).map(move |n| add_months(first, n))
}

impl Check<'_> {
    fn is_post(&self, payment: &Payment) -> bool {
        payment.kept() > 0 && self.posts.get(payment.batch as usize) == Some(&true)
    }

    /// Why a line was not earned; nothing where it was.
    fn problems(&self, payment: &Payment) -> Vec<Evidence> {
        let batch = self.facts.batch(payment);
        let all = months_between(batch.first, batch.last) + 1;
        let monthly = self.facts.standard(batch).is_some_and(|program| program.measure == "月");
        let paid = if monthly { payment.quantity } else { all * 10_000 };
        let mut why = Vec::new();
        let mut earned = 0;
        for month in months(batch.first, batch.last) {
            let reasons = self.hindrances(payment.person, month);
            let days = self.worked(payment, month);
            let least = self.least.get(&month).copied().unwrap_or(0) * 10_000;
            let enough = days.is_none_or(|days| days >= least);
            if reasons.is_empty() {
                // part of a month may be paid in part
                earned += if enough || least <= 0 { 10_000 } else { 10_000 * days.unwrap_or(0) / least };
            }
            if !enough {
                why.push(self.sheet(payment.person, month, days.unwrap_or(0)));
            }
            why.extend(reasons);
        }
        if paid <= earned {
            return Vec::new();
        }
        why.push(Evidence::new("计算").says("发放月数", Says::Quantity(paid)).says("可发月数", Says::Quantity(earned)));
        why
    }

    /// Ten-thousandths of days of a month on the sheets of this post, of any where none is called so; `None` where the sheets
    /// have not come.
    fn worked(&self, payment: &Payment, month: i64) -> Option<i64> {
        let batch = self.facts.batch(payment);
        let name = self.facts.standard(batch).map_or("", |program| program.name.as_str());
        let this = |row: &PostMonth| self.words.iter().any(|word| row.post.contains(word.as_str()) && name.contains(word.as_str()));
        let share = |row: &PostMonth| row.days / (months_between(row.first, row.last) + 1).max(1);
        let (mut own, mut any) = (None, None);
        for row in self.sheets(payment.person, month) {
            any = Some(any.unwrap_or(0) + share(row));
            if this(row) {
                own = Some(own.unwrap_or(0) + share(row));
            }
        }
        let come = || self.reported.contains(&(batch.program.as_str(), batch.unit.as_str(), month)).then_some(0);
        own.or(any).or_else(come)
    }

    fn sheets(&self, person: u32, month: i64) -> impl Iterator<Item = &PostMonth> {
        self.facts.lists.posts.of(person).iter().filter(move |row| row.first <= month && month <= row.last)
    }

    fn sheet(&self, person: u32, month: i64, days: i64) -> Evidence {
        let evidence = Evidence::new("岗位考勤").month("月份", month);
        let Some(row) = self.sheets(person, month).max_by_key(|row| row.days) else { return evidence.text("出勤", "无记录") };
        let evidence = evidence.text("岗位", &row.post).says("出勤天数", Says::Quantity(days));
        evidence.count("应不少于", self.least.get(&month).copied().unwrap_or(0)).from(row.origin)
    }

    /// Rows of lists that say that somebody could not have worked in a month.
    fn hindrances(&self, person: u32, month: i64) -> Vec<Evidence> {
        let lists = &self.facts.lists;
        let (start, end) = (month * 100 + 1, last_day(month));
        let mut reasons = Vec::new();
        let died = self.facts.died(person);
        if died > 0 && month > month_of(died) {
            let origin = lists.deaths.of(person).first().map(|death| death.origin);
            let evidence = Evidence::new("死亡名单").month("月份", month).day("死亡日期", died);
            reasons.push(origin.map_or_else(|| evidence.clone(), |origin| evidence.clone().from(origin)));
        }
        for row in lists.custody.of(person) {
            let held = days_between(row.from.max(start), row.to.min(end)) + 1;
            let free = days_between(start, end) + 1 - held.max(0);
            if row.from <= end && start <= row.to && free < self.least.get(&month).copied().unwrap_or(0) {
                let evidence = Evidence::new("服刑名单").month("月份", month).day("起始日期", row.from).day("终止日期", row.to);
                reasons.push(evidence.from(row.origin));
            }
        }
        if matches!(month % 100, 3..=6 | 9..=12) && !lists.students.of(person).is_empty() {
            let part_time = self.params.words("part_time", start);
            let full = self.enrolment.enrolled(person, (month, month));
            let full = full.filter(|row| self.enrolment.months(row).is_some());
            for row in
                full.filter(|row| !part_time.iter().any(|word| row.school.contains(word.as_str()) || row.stage.contains(word.as_str())))
            {
                let evidence = Evidence::new("学籍名单").month("月份", month).text("学校", &row.school).text("学段", &row.stage);
                reasons.push(evidence.text("学期", &row.term).from(row.origin));
            }
        }
        for row in lists.payroll.of(person).iter().filter(|row| row.from <= start && end <= row.to) {
            let evidence = Evidence::new("财政供养名单").month("月份", month).text("单位", &row.employer);
            reasons.push(evidence.day("起始日期", row.from).day("终止日期", row.to).from(row.origin));
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{Custody, Payroll, PostMonth, Student};
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007199001010011";
    const OTHER: &str = "469007199101010022";

    /// Two forest rangers paid for the first quarter; the other was there every month.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H2", "王示乙", OTHER);
        s.program("HLY", "月", 100_000).name = "生态护林员工资".into();
        s.batch("一季", "HLY", 201801, 201803);
        for id in [ID, OTHER] {
            let line = s.paid(id, 300_000);
            (line.quantity, line.rate) = (30_000, 100_000);
        }
        for month in [201801, 201802, 201803] {
            there(&mut s, OTHER, month, 22);
        }
        s
    }

    fn there(s: &mut Sample, id: &str, month: i64, days: i64) {
        let row = PostMonth { post: "生态护林员".into(), first: month, last: month, days: days * 10_000, ..PostMonth::default() };
        s.rows.posts.push((id.to_string(), row));
    }

    fn always(s: &mut Sample) {
        for month in [201801, 201802, 201803] {
            there(s, ID, month, 15);
        }
    }

    #[test]
    fn fifteen_days_are_enough_and_fourteen_are_not() {
        let mut s = county();
        always(&mut s);
        assert!(s.hits("S01").is_empty());
        s = county();
        for (month, days) in [(201801, 15), (201802, 14), (201803, 20)] {
            there(&mut s, ID, month, days);
        }
        let found = s.hits("S01");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["一季+1".to_string()]));
    }

    #[test]
    fn no_attendance_at_all_where_others_have_theirs() {
        assert_eq!(county().hits("S01").len(), 1);
    }

    #[test]
    fn a_month_whose_sheets_have_not_come_proves_nothing() {
        let mut s = county();
        always(&mut s);
        s.batch("二季", "HLY", 201804, 201806);
        s.paid(ID, 300_000).quantity = 30_000;
        s.paid(OTHER, 300_000).quantity = 30_000;
        assert!(s.hits("S01").is_empty());
    }

    #[test]
    fn whoever_began_in_february_and_is_paid_for_two_months_is_right() {
        // eight days of January are half a month
        for (january, quantity, hits) in [(0, 20_000, 0), (8, 25_000, 0), (0, 25_000, 1), (8, 30_000, 1)] {
            let mut s = county();
            for (month, days) in [(201801, january), (201802, 20), (201803, 20)] {
                there(&mut s, ID, month, days);
            }
            s.facts.payments.iter_mut().find(|p| p.line == 1).unwrap().quantity = quantity;
            assert_eq!(s.hits("S01").len(), hits, "{january} {quantity}");
        }
    }

    #[test]
    fn who_could_not_have_worked_did_not() {
        let custody = |from, to| Custody { from, to, ..Custody::default() };
        let mut s = county();
        always(&mut s);
        s.rows.custody.push((ID.into(), custody(20180205, 20181231)));
        assert_eq!(s.hits("S01").len(), 1);
        s = county();
        always(&mut s);
        s.rows.custody.push((ID.into(), custody(20180220, 20180228)));
        assert!(s.hits("S01").is_empty(), "nineteen days of February were free");
        s = county();
        always(&mut s);
        s.death(ID, 20180115);
        assert_eq!(s.hits("S01").len(), 1);
    }

    #[test]
    fn a_pupil_in_term_cannot_hold_a_post_and_holidays_and_evening_classes_are_free() {
        let student = |school: &str, term: &str| Student {
            school: school.into(),
            stage: "高等".into(),
            term: term.into(),
            status: "在读".into(),
            ..Student::default()
        };
        for (school, term, hit) in [("海南示范大学", "2018春", 1), ("海南示范大学", "2017秋", 0), ("东方开放大学", "2018春", 0)]
        {
            let mut s = county();
            always(&mut s);
            s.rows.students.push((ID.into(), student(school, term)));
            assert_eq!(s.hits("S01").len(), hit, "{school} {term}");
        }
    }

    #[test]
    fn another_payroll_for_a_whole_month() {
        let payroll = |from, to| Payroll { employer: "示范小学".into(), from, to, ..Payroll::default() };
        for (from, to, hit) in [(20180101, 99991231, 1), (20150101, 20180110, 0), (20180320, 99991231, 0)] {
            let mut s = county();
            always(&mut s);
            s.rows.payroll.push((ID.into(), payroll(from, to)));
            assert_eq!(s.hits("S01").len(), hit, "{from} {to}");
        }
    }

    #[test]
    fn other_programmes_are_no_posts() {
        let mut s = county();
        s.facts.programs[0].name = "生态补偿".into();
        assert_eq!(s.hits_with("S01", &[("screen.S01.posts", "护林员")]).len(), 0);
    }
}
