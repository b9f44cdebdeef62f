//! P06 有车: the payee had a passenger car of some value before or in the period.

use crate::domain::screening::facts::{Batch, Payment, Vehicle, payee};
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "P06",
    name: "有车",
    version: 1,
    severity: Severity::Hold,
    meaning: "领款人在所属期之前或期内登记有轿车、客车，购置价达到限额。应排除：农用车、货车、摩托车；已转让他人的车；\
              未登记购置价的不判；营生所用的旧车须核实。",
    source: "审计署贫困县扶贫审计结果公告（有车人员纳入建档立卡）；东发〔2018〕14号 信息比对（车辆）",
    needs: &[List::Vehicles],
    params: &[
        Param { name: "price", title: "购置价下限（元）", kind: ParamKind::Yuan, default: "50000" },
        Param { name: "models", title: "车型", kind: ParamKind::Words, default: "轿车;客车" },
    ],
    pass: Pass::Lines,
    find,
};

/// Plate → when it was registered, and by whom.
type Plates<'a> = BTreeMap<&'a str, Vec<(i64, u32)>>;

/// The parameters on the day of a batch.
struct Limits<'a> {
    price: i64,
    models: &'a [String],
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let limits =
        payee::by_batch(facts, |batch| Limits { price: params.fen("price", batch.made), models: params.words("models", batch.made) });
    let mut suspects: Vec<u32> = Vec::new();
    let mut plates: BTreeSet<&str> = BTreeSet::new();
    for person in facts.lists.vehicles.owners().filter(|owner| facts.is_registered(*owner)) {
        if facts.payment_range(person).is_empty() {
            continue;
        }
        let rows = facts.lists.vehicles.of(person);
        if !payee::lines(facts, person, |payment, batch| rows.iter().any(|row| counts(row, &limits, payment, batch))).is_empty() {
            plates.extend(rows.iter().map(|row| row.plate.as_str()));
            suspects.push(person);
        }
    }
    let plates = histories(facts, &plates);
    for person in suspects {
        judge(facts, &limits, &plates, person, hits);
    }
}

fn histories<'a>(facts: &'a Facts, wanted: &BTreeSet<&str>) -> Plates<'a> {
    let mut plates = Plates::new();
    if wanted.is_empty() {
        return plates;
    }
    for owner in facts.lists.vehicles.owners() {
        for row in facts.lists.vehicles.of(owner).iter().filter(|row| !row.plate.is_empty() && wanted.contains(row.plate.as_str())) {
            plates.entry(row.plate.as_str()).or_default().push((row.registered, owner));
        }
    }
    plates
}

fn judge(facts: &Facts, limits: &[Limits<'_>], plates: &Plates<'_>, person: u32, hits: &mut Hits<'_>) {
    // another person's registration of the same plate, later and before the period, tells that it was sold
    let sold = |row: &Vehicle, batch: &Batch| {
        let later = |(day, owner): &(i64, u32)| *owner != person && *day > row.registered && *day < payee::first_day(batch);
        plates.get(row.plate.as_str()).is_some_and(|history| history.iter().any(later))
    };
    let owned = |row: &Vehicle, payment: &Payment, batch: &Batch| counts(row, limits, payment, batch) && !sold(row, batch);
    let rows = facts.lists.vehicles.of(person);
    let lines = payee::lines(facts, person, |payment, batch| rows.iter().any(|row| owned(row, payment, batch)));
    if lines.is_empty() {
        return;
    }
    let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
    for row in rows {
        if payee::any_line(facts, &lines, |payment, batch| owned(row, payment, batch)) {
            let listed = payee::row_of(facts, "车辆登记", person).text("号牌", &row.plate).text("车型", &row.model);
            hit = hit.evidence(listed.fen("购置价", row.price.unwrap_or(0)).day("登记日期", row.registered).from(row.origin));
        }
    }
    hits.push(hit.payments(facts, lines));
}

fn counts(row: &Vehicle, limits: &[Limits<'_>], payment: &Payment, batch: &Batch) -> bool {
    let limits = &limits[payment.batch as usize];
    row.registered <= payee::last_day(batch) && row.price.is_some_and(|price| price >= limits.price) && limits.models.contains(&row.model)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Vehicle;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";
    const BUYER: &str = "469007196201010022";

    fn car(model: &str, price: Option<i64>, registered: i64) -> Vehicle {
        Vehicle { plate: "琼D示001".into(), model: model.into(), price, registered, ..Vehicle::default() }
    }

    fn county(row: Vehicle) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H2", "李样乙", BUYER);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.rows.vehicles.push((ID.to_string(), row));
        s
    }

    #[test]
    fn a_car_before_or_in_the_period_counts_from_its_price_on() {
        for (model, registered) in [("轿车", 20160101), ("客车", 20180331)] {
            assert_eq!(county(car(model, Some(5_000_000), registered)).hits("P06").len(), 1, "{model}");
        }
    }

    #[test]
    fn other_vehicles_cheap_ones_and_later_ones_are_innocent() {
        for (model, price, registered) in [
            ("农用", Some(8_000_000), 20160101),
            ("摩托", Some(8_000_000), 20160101),
            ("货车", Some(8_000_000), 20160101),
            ("轿车", Some(4_999_999), 20160101),
            ("轿车", None, 20160101),
            ("轿车", Some(8_000_000), 20180401),
        ] {
            assert!(county(car(model, price, registered)).hits("P06").is_empty(), "{model} {price:?} {registered}");
        }
    }

    #[test]
    fn a_car_sold_before_is_the_buyers() {
        let mut s = county(car("轿车", Some(8_000_000), 20160101));
        s.rows.vehicles.push((BUYER.to_string(), car("轿车", Some(6_000_000), 20180201)));
        assert!(s.hits("P06").is_empty());
        let mut s = county(car("轿车", Some(8_000_000), 20160101));
        s.rows.vehicles.push((BUYER.to_string(), car("轿车", Some(6_000_000), 20180315)));
        assert_eq!(s.hits("P06").len(), 1, "sold in the period");
    }
}
