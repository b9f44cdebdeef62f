//! P07 有商品房: the payee owned a shop, several dwellings, or a large one away from the village.

use crate::domain::screening::facts::{Batch, Payment, Property, payee};
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

/// Quantities are 1/10000.
const UNIT: i64 = 10_000;

pub static RULE: Rule = Rule {
    id: "P07",
    name: "有商品房",
    version: 1,
    severity: Severity::Hold,
    meaning: "领款人在所属期之前或期内登记有商铺，或村外住宅超过套数，或村外住宅面积达到限额。应排除：本村自建房、易地搬迁安置房、\
              危改房；已转让的房产。",
    source: "审计署贫困县扶贫审计结果公告（有商品房人员纳入建档立卡）；东发〔2018〕14号 信息比对（住房）",
    needs: &[List::Properties],
    params: &[
        Param { name: "dwellings", title: "允许的村外住宅套数", kind: ParamKind::Count, default: "1" },
        Param { name: "area", title: "村外住宅面积限额（平方米）", kind: ParamKind::Count, default: "120" },
        Param {
            name: "resettlement",
            title: "安置房、自建房字样",
            kind: ParamKind::Words,
            default: "安置;搬迁;移民;自建;宅基地;危房改造;危改",
        },
        Param {
            name: "estate",
            title: "本乡镇内仍算商品房的字样",
            kind: ParamKind::Words,
            default: "小区;花园;家园;公寓;广场;商品房;单元;苑;幢;栋",
        },
    ],
    pass: Pass::Lines,
    find,
};

/// The parameters on the day of a batch.
struct Limits {
    dwellings: i64,
    area: i64,
}

/// What a property is to its owner.
#[derive(PartialEq, Clone, Copy)]
enum Kind {
    Shop,
    /// A dwelling away from the village.
    Away,
    /// A house in the village, or given to people who were moved.
    Home,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let limits = payee::by_batch(facts, |batch| Limits {
        dwellings: params.count("dwellings", batch.made),
        area: params.count("area", batch.made) * UNIT,
    });
    // how an address is written does not depend on the payment
    let words = (params.words("resettlement", facts.as_of), params.words("estate", facts.as_of));
    for person in facts.lists.properties.owners().filter(|owner| facts.is_registered(*owner)) {
        let rows = facts.lists.properties.of(person);
        if facts.payment_range(person).is_empty() || rows.iter().all(|row| kind_of(facts, words, person, row) == Kind::Home) {
            continue;
        }
        let kinds: Vec<Kind> = rows.iter().map(|row| kind_of(facts, words, person, row)).collect();
        let counts = |at: usize, payment: &Payment, batch: &Batch| in_question(rows, &kinds, at, &limits[payment.batch as usize], batch);
        let lines = payee::lines(facts, person, |payment, batch| (0..rows.len()).any(|at| counts(at, payment, batch)));
        if lines.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        for (at, row) in rows.iter().enumerate() {
            if payee::any_line(facts, &lines, |payment, batch| counts(at, payment, batch)) {
                let listed = payee::row_of(facts, "房产登记", person).text("坐落", &row.location).text("用途", &row.use_kind);
                let listed = listed.says("面积（平方米）", Says::Quantity(row.area)).day("登记日期", row.registered);
                hit = hit.evidence(listed.from(row.origin));
            }
        }
        hits.push(hit.payments(facts, lines));
    }
}

/// Whether the property `at` counts against a payment for a period.
fn in_question(rows: &[Property], kinds: &[Kind], at: usize, limits: &Limits, batch: &Batch) -> bool {
    let held = |at: usize| rows[at].registered <= payee::last_day(batch);
    if !held(at) || kinds[at] == Kind::Home {
        return false;
    }
    let dwellings = (0..rows.len()).filter(|other| kinds[*other] == Kind::Away && held(*other)).count() as i64;
    kinds[at] == Kind::Shop || dwellings > limits.dwellings || rows[at].area >= limits.area
}

/// In the own township only what is plainly no estate flat is a house at home.
fn kind_of(facts: &Facts, (resettlement, estate): (&[String], &[String]), person: u32, row: &Property) -> Kind {
    match row.use_kind.as_str() {
        "商铺" => return Kind::Shop,
        "住宅" if !payee::says_one_of(&row.location, resettlement) => {}
        _ => return Kind::Home,
    }
    let Some(household) = facts.household(facts.people[person as usize].household) else { return Kind::Away };
    let named = |code: &str| facts.region(code).is_some_and(|r| !r.name.is_empty() && row.location.contains(&r.name));
    let township = || named(&format!("{}000", household.township())) && !payee::says_one_of(&row.location, estate);
    if named(&household.region) || township() { Kind::Home } else { Kind::Away }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{Property, Region};
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn hits(rows: &[(&str, &str, i64, i64)]) -> Vec<usize> {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        for (code, name) in [("469007100000", "八所镇"), ("469007100201", "八所示一村")] {
            s.facts.regions.push(Region { code: code.into(), name: name.into(), ..Region::default() });
        }
        for (location, use_kind, square_metres, registered) in rows {
            let (location, use_kind, area) = (location.to_string(), use_kind.to_string(), square_metres * 10_000);
            s.rows.properties.push((ID.into(), Property { location, use_kind, area, registered: *registered, ..Property::default() }));
        }
        s.hits("P07").iter().map(|hit| hit.evidence.len()).collect()
    }

    #[test]
    fn a_shop_a_large_flat_and_a_second_flat_are_found() {
        assert_eq!(hits(&[("海口市样板路1号", "商铺", 20, 20160101)]).len(), 1);
        assert_eq!(hits(&[("海口市样板路2号", "住宅", 120, 20180331)]).len(), 1);
        // the person, two flats and the payment
        assert_eq!(hits(&[("海口市甲路", "住宅", 60, 20160101), ("海口市乙路", "住宅", 70, 20170101)]), [4]);
        assert_eq!(hits(&[("八所镇样板花园3栋", "住宅", 130, 20160101)]).len(), 1, "an estate in the own town");
    }

    #[test]
    fn home_resettlement_one_small_flat_and_later_ones_are_innocent() {
        assert!(hits(&[("东方市八所镇八所示一村8号", "住宅", 200, 20160101)]).is_empty());
        assert!(hits(&[("八所镇老街8号", "住宅", 200, 20160101)]).is_empty());
        assert!(hits(&[("东河镇易地扶贫搬迁安置区3栋", "住宅", 125, 20160101)]).is_empty());
        assert!(hits(&[("海口市样板路2号", "住宅", 119, 20160101)]).is_empty());
        assert!(hits(&[("海口市样板路2号", "住宅", 119, 20160101), ("八所示一村8号", "住宅", 90, 20100101)]).is_empty());
        assert!(hits(&[("海口市样板路1号", "商铺", 20, 20180401)]).is_empty());
    }
}
