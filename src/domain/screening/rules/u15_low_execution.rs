//! U15 执行率连年偏低: a unit, project or programme that spent less than it should, year after year. Spent is what arrived
//! (money.md); available is that and what still lay anywhere at the year's end, money carried over included, next year's
//! documents that came early left out. What the year's close took back (收回存量) lay there until then: it was available and
//! not spent. Retention waits by contract and is left out as well.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{Dim, Holding};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

pub static RULE: Rule = Rule {
    id: "U15",
    name: "执行率连年偏低",
    version: 1,
    severity: Severity::Note,
    meaning: "单位、项目或政策连续几个完整年度的支出率（实际到卡、到最终收款人÷可用资金，含上年结转）低于规定。\
              应排除：提前下达的下年指标；只剩质保金或零星余额的年度；年度中间已被收回的资金（年终收回的存量资金计入可用资金）；中间有一年达标。",
    source: "审计署财政审计方法 A0102（预算执行率连年偏低）；东发〔2018〕14号 五（一）（支出进度）",
    needs: &[],
    params: &[
        Param { name: "share", title: "支出率低于", kind: ParamKind::Share, default: "0.80" },
        Param { name: "years", title: "连续年数", kind: ParamKind::Count, default: "3" },
        Param { name: "least", title: "可用资金低于此金额的年度不判断（元）", kind: ParamKind::Yuan, default: "10000" },
    ],
    pass: Pass::Book,
    find,
};

const UNSPENT: [Place; 5] = [Place::Allocated, Place::Reserved, Place::InTransit, Place::Returned, Place::Moved];
const SPENT: [Place; 2] = [Place::PaidHousehold, Place::PaidPayee];

/// How to group, and the subject that a group is.
struct By {
    title: &'static str,
    key: fn(&Dim) -> &str,
    subject: fn(String) -> Subject,
}

const GROUPS: [By; 3] = [
    By { title: "单位", key: |dim| &dim.unit, subject: Subject::Unit },
    By { title: "项目", key: |dim| &dim.project, subject: Subject::Project },
    By { title: "政策", key: |dim| &dim.program, subject: Subject::Program },
];

/// Fen of one year.
struct Figures {
    year: i64,
    available: i64,
    spent: i64,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let last = if facts.as_of % 10_000 == 1231 { facts.as_of / 10_000 } else { facts.as_of / 10_000 - 1 };
    let Some(first) = facts.places.iter().map(|row| row.date / 10_000).min() else { return };
    for by in GROUPS {
        let grouped = |places: &[Place]| group(facts, places, &by);
        let (unspent, spent, back) = (grouped(&UNSPENT), grouped(&SPENT), taken_back(facts, &by, first..=last));
        for (code, left) in &unspent {
            let none = BTreeMap::new();
            let gone = spent.get(code).unwrap_or(&none);
            let figures = |year| figures(year, left, gone, back.get(&(*code, year)).copied().unwrap_or(0));
            let years: Vec<Figures> = (first..=last).map(figures).collect();
            for run in runs(params, &years) {
                hits.push(hit(facts, params, &by, code, run));
            }
        }
    }
}

/// Holdings by code, then by the year of the fund.
type Years = BTreeMap<i64, Holding>;

fn group<'a>(facts: &'a Facts, places: &[Place], by: &By) -> BTreeMap<&'a str, Years> {
    let mut grouped: BTreeMap<&str, Years> = BTreeMap::new();
    let held = facts.holdings(places, |_, dim| {
        let code = (by.key)(dim);
        (!code.is_empty()).then(|| (code, facts.fund(&dim.fund).map_or(0, |fund| fund.year)))
    });
    for ((code, year), holding) in held {
        grouped.entry(code).or_default().insert(year, holding);
    }
    grouped
}

/// Fen that the close of a year took back from a group, by code and year: what left the group, for no payment and for no
/// retention, on the last day of a year on which its fund was taken back.
fn taken_back<'a>(facts: &'a Facts, by: &By, years: RangeInclusive<i64>) -> BTreeMap<(&'a str, i64), i64> {
    let reclaimed = facts.holdings(&[Place::Reclaimed], |_, dim| Some(dim.fund.as_str()));
    let all = [&UNSPENT[..], &SPENT, &[Place::Retention]].concat();
    let groups = facts.holdings(&all, |_, dim| {
        let code = (by.key)(dim);
        (!code.is_empty() && reclaimed.contains_key(dim.fund.as_str())).then_some((code, dim.fund.as_str()))
    });
    let mut back = BTreeMap::new();
    for ((code, fund), group) in groups {
        for year in years.clone() {
            let day = year * 10_000 + 1231;
            let left = -group.net(day, day);
            if left > 0 && reclaimed.get(fund).is_some_and(|fund| fund.net(day, day) > 0) {
                *back.entry((code, year)).or_default() += left;
            }
        }
    }
    back
}

fn figures(year: i64, left: &Years, gone: &Years, taken_back: i64) -> Figures {
    let (from, to) = (year * 10_000 + 101, year * 10_000 + 1231);
    let spent: i64 = gone.range(..=year).map(|(_, holding)| holding.net(from, to)).sum();
    let unspent: i64 = left.range(..=year).map(|(_, holding)| holding.balance(to)).sum();
    Figures { year, available: spent + unspent + taken_back, spent }
}

fn rate(figures: &Figures) -> Option<Decimal> {
    (figures.available > 0).then(|| Decimal::from(figures.spent) / Decimal::from(figures.available))
}

/// Runs of low years that are long enough.
fn runs<'a>(params: &Params<'_>, years: &'a [Figures]) -> Vec<&'a [Figures]> {
    let low = |figures: &Figures| {
        let day = figures.year * 10_000 + 1231;
        figures.available >= params.fen("least", day).max(1) && rate(figures).is_some_and(|rate| rate < params.share("share", day))
    };
    let wanted = |last: &Figures| params.count("years", last.year * 10_000 + 1231).max(1);
    let long = |run: &&[Figures]| run.last().is_some_and(|last| run.len() as i64 >= wanted(last));
    years.split(|figures| !low(figures)).filter(long).collect()
}

fn hit(facts: &Facts, params: &Params<'_>, by: &By, code: &str, run: &[Figures]) -> Hit {
    let name = match by.title {
        "单位" => facts.unit_name(code),
        "项目" => facts.project(code).map_or("", |project| project.name.as_str()),
        _ => facts.program(code, facts.as_of).map_or("", |program| program.name.as_str()),
    };
    let day = |figures: &Figures| figures.year * 10_000 + 1231;
    let mut hit = Hit::new((by.subject)(code.to_string())).occasion(format!("自{}年", run[0].year));
    hit = hit.evidence(Evidence::new(by.title).text("编码", code).text("名称", name).count("连续年数", run.len() as i64));
    for figures in run {
        let row = Evidence::new("年度执行").count("年度", figures.year).fen("可用资金", figures.available).fen("已支出", figures.spent);
        let row = row.share("支出率", rate(figures).unwrap_or_default().round_dp(6)).share("应达到", params.share("share", day(figures)));
        hit = hit.evidence(row);
    }
    hit.amount(run.last().map_or(0, |figures| figures.available - figures.spent))
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::Subject;
    use crate::domain::screening::sample::Sample;

    /// A unit gets 100,000 元 a year for 2018–2020 and pays so much of what it has in each: the rest is carried over.
    fn county(spent: [i64; 3]) -> Sample {
        let mut s = Sample::new();
        for (at, spent) in spent.into_iter().enumerate() {
            let year = 2018 + at as i64;
            let fund = format!("财农{year}");
            s.fund(&fund, "省", 10_000_000, year * 10_000 + 201);
            let dim = s.dim(&fund, "分1", "108", "", "");
            s.moved(Place::Allocated, dim, year * 10_000 + 301, 10_000_000);
            s.moved(Place::Allocated, dim, year * 10_000 + 901, -spent);
            s.moved(Place::PaidPayee, dim, year * 10_000 + 901, spent);
        }
        s.as_of(20201231);
        s
    }

    #[test]
    fn three_low_years_are_a_run() {
        let found = county([7_000_000, 7_000_000, 7_000_000]).hits("U15");
        assert_eq!((found.len(), &found[0].subject, found[0].occasion.as_str()), (1, &Subject::Unit("108".into()), "自2018年"));
        // 70,000 of 100,000; 70,000 of 130,000; 70,000 of 160,000
        assert_eq!(found[0].amount, 9_000_000);
        assert!(found[0].evidence[2].line(true).contains("53.85%"), "{}", found[0].evidence[2].line(true));
    }

    #[test]
    fn eighty_in_a_hundred_is_enough_and_one_good_year_ends_the_run() {
        assert!(county([8_000_000, 7_000_000, 7_000_000]).hits("U15").is_empty());
        let mut s = county([7_000_000, 7_000_000, 7_000_000]);
        s.as_of(20201230); // the third year is not over
        assert!(s.hits("U15").is_empty());
    }

    #[test]
    fn money_moved_in_transit_or_reserved_is_not_spent() {
        for place in [Place::Moved, Place::InTransit, Place::Reserved, Place::Returned] {
            let mut s = county([9_000_000, 9_000_000, 9_000_000]);
            s.facts.places.iter_mut().filter(|row| row.place == Place::PaidPayee).for_each(|row| row.place = place);
            assert_eq!(s.hits("U15").len(), 1, "{place:?}");
        }
    }

    #[test]
    fn next_years_money_that_came_early_is_not_this_years() {
        let mut s = county([9_000_000, 9_000_000, 9_000_000]);
        for year in 2018..2021 {
            let fund = format!("提前{year}");
            s.fund(&fund, "省", 90_000_000, year * 10_000 + 1215).year = year + 1;
            let dim = s.dim(&fund, "分2", "108", "", "");
            s.moved(Place::Allocated, dim, year * 10_000 + 1220, 90_000_000);
            s.moved(Place::Allocated, dim, (year + 1) * 10_000 + 301, -90_000_000);
            s.moved(Place::PaidHousehold, dim, (year + 1) * 10_000 + 301, 90_000_000);
        }
        assert!(s.hits("U15").is_empty());
    }

    #[test]
    fn retention_alone_or_a_trifle_is_not_low_execution() {
        let mut s = Sample::new();
        let dim = s.dim("财农1", "分1", "108", "X1", "");
        s.moved(Place::Retention, dim, 20180301, 3_000_000);
        s.moved(Place::Allocated, dim, 20180301, 999_999);
        s.as_of(20201231);
        assert!(s.hits("U15").is_empty());
    }

    #[test]
    fn what_the_close_took_back_had_been_there() {
        // 100,000 元 of 2018 lie at a project for three years; the close of 2020 takes 90,000 元 back, 10,000 元 are paid that day
        for (month_and_day, found) in [(1231, 1), (630, 0)] {
            let mut s = Sample::new();
            let fund = s.dim("财农1", "", "", "", "");
            s.fund("财农1", "省", 10_000_000, 20180201);
            let dim = s.dim("财农1", "分1", "", "X1", "");
            s.moved(Place::Allocated, dim, 20180301, 10_000_000);
            s.moved(Place::Allocated, dim, 20201231, -1_000_000);
            s.moved(Place::PaidPayee, dim, 20201231, 1_000_000);
            let day = 20200000 + month_and_day;
            s.moved(Place::Allocated, dim, day, -9_000_000);
            s.moved(Place::Unallocated, fund, day, 9_000_000);
            s.moved(Place::Unallocated, fund, day, -9_000_000);
            s.moved(Place::Reclaimed, fund, day, 9_000_000);
            s.as_of(20201231);
            let hits = s.hits("U15");
            assert_eq!(hits.len(), found, "{day}");
            assert!(hits.iter().all(|hit| hit.amount == 9_000_000));
        }
    }

    #[test]
    fn projects_and_programmes_are_judged_too() {
        let mut s = county([1_000_000, 1_000_000, 1_000_000]);
        for dim in &mut s.facts.dims {
            (dim.project, dim.program) = ("X1".into(), "DB".into());
        }
        let subjects: Vec<Subject> = s.hits("U15").into_iter().map(|hit| hit.subject).collect();
        assert_eq!(subjects, [Subject::Unit("108".into()), Subject::Project("X1".into()), Subject::Program("DB".into())]);
    }
}
