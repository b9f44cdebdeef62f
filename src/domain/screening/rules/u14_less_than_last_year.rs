//! U14 年度投入下降: the county's own special fund of a year is less than what it really put in the year before.

use crate::domain::ledger::Place;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "U14",
    name: "年度投入下降",
    version: 1,
    severity: Severity::Note,
    meaning: "本级财政专项扶贫资金预算低于上年实际投入（上年安排减去收回）。\
              应排除：年初预算尚未全部下达；上年结转转入的资金不算本年投入；上年安排后收回的部分；账套从上年中途启用。",
    source: "东发〔2018〕14号 五（一）（每年本级专项扶贫资金预算不低于上年实际投入）",
    needs: &[],
    params: &[
        Param { name: "from_month", title: "从当年几月起判断", kind: ParamKind::Count, default: "7" },
        Param { name: "levels", title: "本级资金级次", kind: ParamKind::Words, default: "县" },
        Param { name: "categories", title: "资金类别", kind: ParamKind::Words, default: "财政专项扶贫资金" },
    ],
    pass: Pass::Book,
    find,
};

/// Own money of a year: arranged, and taken back.
#[derive(Default)]
struct Own {
    arranged: i64,
    reclaimed: i64,
    rows: Vec<Evidence>,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let reclaimed = facts.holdings(&[Place::Reclaimed], |_, dim| Some(dim.fund.as_str()));
    let mut years: BTreeMap<i64, Own> = BTreeMap::new();
    for fund in facts.funds.iter().filter(|fund| !fund.carried_over && fund.received <= facts.as_of) {
        // a year in which other money came and none of the county's own is a year of nothing, not an unknown one
        let own = years.entry(fund.year).or_default();
        let counts = |name, text: &String| params.words(name, fund.received).contains(text);
        if !counts("levels", &fund.level) || !counts("categories", &fund.category) {
            continue;
        }
        own.arranged += fund.amount;
        // what was taken back within the year was not put in; old money taken back years later had been
        let end = fund.year * 10_000 + 1231;
        own.reclaimed += reclaimed.get(fund.doc_no.as_str()).map_or(0, |holding| holding.balance(end.min(facts.as_of)));
        let row = Evidence::new("指标").count("年度", fund.year).text("指标文号", &fund.doc_no);
        own.rows.push(row.day("收文日期", fund.received).fen("金额", fund.amount).from(fund.origin));
    }
    for (year, own) in &years {
        let Some(before) = years.get(&(year - 1)) else { continue };
        let judged = facts.as_of / 100 >= year * 100 + params.count("from_month", facts.as_of);
        let (budget, actual) = (own.arranged, before.arranged - before.reclaimed);
        if !judged || budget >= actual {
            continue;
        }
        let figures = Evidence::new("计算")
            .count("年度", *year)
            .fen("本年预算", budget)
            .fen("上年安排", before.arranged)
            .fen("上年收回", before.reclaimed)
            .fen("上年实际", actual)
            .fen("少安排", actual - budget)
            .day("截至", facts.as_of);
        let hit = Hit::new(Subject::Year(*year)).amount(actual - budget).evidence(figures);
        hits.push(before.rows.iter().chain(&own.rows).cloned().fold(hit, Hit::evidence));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::Subject;
    use crate::domain::screening::sample::Sample;

    fn county(second: i64) -> Sample {
        let mut s = Sample::new();
        s.fund("东财1", "县", 100_000, 20180115);
        s.fund("东财2", "县", second, 20190115);
        s.as_of(20190701);
        s
    }

    #[test]
    fn as_much_is_enough_and_a_fen_less_is_not() {
        assert!(county(100_000).hits("U14").is_empty());
        let found = county(99_999).hits("U14");
        assert_eq!((found.len(), found[0].amount, &found[0].subject), (1, 1, &Subject::Year(2019)));
    }

    #[test]
    fn nothing_at_all_is_less_but_a_year_that_the_book_does_not_know_is_not() {
        let mut s = county(100_000);
        s.as_of(20201231);
        assert!(s.hits("U14").is_empty(), "the book ends in 2019");
        s.fund("财农9", "中央", 900_000, 20200115);
        assert_eq!(s.hits("U14")[0].amount, 100_000);
    }

    #[test]
    fn before_july_more_may_come_and_before_the_first_year_nothing_is_known() {
        let mut s = county(50_000);
        s.as_of(20190630);
        assert!(s.hits("U14").is_empty());
        s.as_of(20190701);
        s.fund("东财3", "县", 50_000, 20190515);
        assert!(s.hits("U14").is_empty());
    }

    #[test]
    fn other_money_does_not_make_up_for_it() {
        for change in 0..3 {
            let mut s = county(50_000);
            let fund = s.fund("东财3", "县", 50_000, 20190515);
            match change {
                0 => fund.level = "省".into(),
                1 => fund.category = "其他".into(),
                _ => fund.carried_over = true,
            }
            assert_eq!(s.hits("U14").len(), 1, "{change}");
        }
    }

    #[test]
    fn what_was_taken_back_in_its_year_was_not_put_in() {
        let mut s = county(80_000);
        let dim = s.dim("东财1", "", "", "", "");
        s.moved(Place::Reclaimed, dim, 20181231, 20_000);
        assert!(s.hits("U14").is_empty());
        s.facts.places[0].date = 20190601;
        assert_eq!(s.hits("U14").len(), 1, "taken back a year later");
    }
}
