//! M09 突击花钱: a unit that pays out much of its year in the last days.

use crate::domain::screening::facts::{LineState, add_days, year_of};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "M09",
    name: "年底突击花钱",
    version: 1,
    severity: Severity::Note,
    meaning: "单位全年支出中，最后十天或十二月占比过高（到卡按记账日期，项目支付按支付日期）。应排除：全年支出很少的单位；上级资金年底才下达；按合同年底结算。",
    source: "审计署财政审计方法（年底突击花钱）；东发〔2018〕14号（支出进度按序时推进）；财农〔2017〕115号",
    needs: &[],
    params: &[
        Param { name: "days", title: "年末天数", kind: ParamKind::Count, default: "10" },
        Param { name: "days_share", title: "年末几天占全年支出达到", kind: ParamKind::Share, default: "0.25" },
        Param { name: "month_share", title: "十二月占全年支出达到", kind: ParamKind::Share, default: "0.4" },
        Param { name: "minimum", title: "全年支出至少（元）", kind: ParamKind::Yuan, default: "500000" },
    ],
    pass: Pass::Book,
    find,
};

#[derive(Default)]
struct Spent {
    year: i64,
    month: i64,
    days: i64,
    /// Of the last month: by batch, and project payments.
    batches: BTreeMap<u32, i64>,
    disbursements: Vec<u32>,
}

impl Spent {
    /// Takes a payment in; tells whether it is of the last month.
    fn add(&mut self, day: i64, amount: i64, last_days: i64) -> bool {
        let december = day / 100 % 100 == 12;
        self.year += amount;
        self.month += if december { amount } else { 0 };
        self.days += if day >= last_days { amount } else { 0 };
        december
    }
}

/// At most so many rows of each kind stand in the evidence of one unit.
const SHOWN: usize = 20;

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut units: BTreeMap<(&str, i64), Spent> = BTreeMap::new();
    // a year is judged when it is over
    let over = |day: i64| day > 0 && year_of(day) * 10_000 + 1231 <= facts.as_of;
    let last_days = |day: i64| {
        let end = year_of(day) * 10_000 + 1231;
        add_days(end, 1 - params.count("days", end))
    };
    let mut starts: BTreeMap<i64, i64> = BTreeMap::new();
    let mut booked: BTreeMap<(u32, i64), i64> = BTreeMap::new();
    for payment in facts.payments.iter().filter(|payment| payment.state == LineState::Paid && payment.booked > 0) {
        *booked.entry((payment.batch, payment.booked)).or_default() += payment.amount;
    }
    for ((batch, day), amount) in booked.into_iter().filter(|((_, day), _)| over(*day)) {
        let start = *starts.entry(year_of(day)).or_insert_with(|| last_days(day));
        let spent = units.entry((&facts.batches[batch as usize].unit, year_of(day))).or_default();
        if spent.add(day, amount, start) {
            *spent.batches.entry(batch).or_default() += amount;
        }
    }
    for (at, paid) in facts.disbursements.iter().enumerate() {
        // money moved to a unit left the treasury then; its onward payment would count it twice
        let day = match paid.event.as_str() {
            "pay" | "move" => paid.date,
            "retain" => paid.retention_paid,
            _ => 0,
        };
        if over(day) {
            let start = *starts.entry(year_of(day)).or_insert_with(|| last_days(day));
            let spent = units.entry((&paid.unit, year_of(day))).or_default();
            if spent.add(day, paid.amount, start) {
                spent.disbursements.push(at as u32);
            }
        }
    }
    for ((unit, year), spent) in units {
        let end = year * 10_000 + 1231;
        let share = |part: i64| Decimal::from(part).checked_div(Decimal::from(spent.year)).unwrap_or_default();
        let (month, days) = (share(spent.month), share(spent.days));
        let rush = days >= params.share("days_share", end) || month >= params.share("month_share", end);
        if rush && spent.year >= params.fen("minimum", end) && spent.year > 0 {
            let evidence = Evidence::new("计算")
                .text("单位", facts.unit_name(unit))
                .count("年度", year)
                .fen("全年支出", spent.year)
                .fen("十二月支出", spent.month)
                .share("十二月占比", month)
                .count("年末天数", params.count("days", end))
                .fen("年末几天支出", spent.days)
                .share("年末几天占比", days);
            hits.push(hit(facts, unit, year, &spent, evidence));
        }
    }
}

fn hit(facts: &Facts, unit: &str, year: i64, spent: &Spent, evidence: Evidence) -> Hit {
    let mut hit = Hit::new(Subject::Unit(unit.to_string())).occasion(year.to_string()).evidence(evidence);
    for (batch, amount) in spent.batches.iter().take(SHOWN) {
        let row = &facts.batches[*batch as usize];
        hit = hit.evidence(Evidence::new("发放批次").text("批次", &row.code).day("造表日期", row.made).fen("十二月到卡", *amount));
    }
    hit = spent.disbursements.iter().take(SHOWN).fold(hit, |hit, at| hit.disbursement(facts, *at));
    hit.disbursements.clone_from(&spent.disbursements);
    hit.amount(spent.month)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    /// Payments of unit 108 in 2018: day and yuan.
    fn county(paid: &[(i64, i64)]) -> Sample {
        let mut s = Sample::new();
        for (n, (day, yuan)) in paid.iter().enumerate() {
            s.disbursement(&format!("ZF{n}"), "X1", "示样建筑公司", yuan * 100, *day);
        }
        s
    }

    #[test]
    fn a_quarter_of_the_year_in_the_last_ten_days() {
        let found = county(&[(20180301, 750_000), (20181222, 250_000)]).hits("M09");
        assert_eq!((found.len(), found[0].amount, found[0].occasion.as_str()), (1, 25_000_000, "2018"));
        assert!(county(&[(20180301, 750_001), (20181222, 249_999)]).hits("M09").is_empty());
        assert!(county(&[(20180301, 750_000), (20181221, 250_000)]).hits("M09").is_empty());
    }

    #[test]
    fn two_fifths_in_december() {
        assert_eq!(county(&[(20180301, 600_000), (20181203, 400_000)]).hits("M09").len(), 1);
        assert!(county(&[(20180301, 600_001), (20181203, 399_999)]).hits("M09").is_empty());
    }

    #[test]
    fn little_money_proves_nothing_and_an_open_year_neither() {
        assert!(county(&[(20181226, 499_999)]).hits("M09").is_empty());
        let mut s = county(&[(20180301, 500_000), (20181225, 500_000)]);
        s.as_of(20181230);
        assert!(s.hits("M09").is_empty());
    }

    #[test]
    fn cards_count_by_the_day_of_the_bank_and_returned_lines_do_not() {
        let mut s = county(&[]);
        s.person("H1", "王示甲", "469007196001010011");
        s.program("DB", "年", 60_000_000);
        s.batch("年", "DB", 201801, 201812);
        s.paid("469007196001010011", 60_000_000).booked = 20181225;
        s.returned("469007196001010011", 60_000_000).booked = 20181225;
        let found = s.hits("M09");
        assert_eq!((found.len(), found[0].amount), (1, 60_000_000));
        let mut s = county(&[(20181220, 600_000)]);
        s.facts.disbursements[0].event = "onward".into();
        assert!(s.hits("M09").is_empty(), "it was counted when it was moved");
    }
}
