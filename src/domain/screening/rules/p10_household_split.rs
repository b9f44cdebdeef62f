//! P10 违规分户: a household was split off shortly before it was recognised as poor, and the other part is registered too, or
//! was not poor. Rows of the hukou list with one booklet (户号) belong together.

use crate::domain::screening::facts::{Hukou, NONE, add_months, month_of, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "P10",
    name: "违规分户",
    version: 1,
    severity: Severity::Hold,
    meaning: "识别为贫困户之前不久分户，分出的两户都在册，或原户不在册（不符合条件）。应排除：结婚成家（分户前后有配偶迁入，或本人\
              迁入配偶户）；分户后仍按一户登记的；识别多年以前分户的。",
    source: "东发〔2018〕14号“全面整顿贫困户违规分户”；审计署贫困县扶贫审计结果公告（违规分户）",
    needs: &[List::Hukou],
    params: &[
        Param { name: "months", title: "分户在识别日期（任一户）之前多少个月内", kind: ParamKind::Count, default: "12" },
        Param {
            name: "marriage_months", title: "分户前后多少个月内有成年人迁入视为结婚成家", kind: ParamKind::Count, default: "12"
        },
        Param { name: "adult", title: "成年年龄", kind: ParamKind::Count, default: "18" },
    ],
    pass: Pass::Lines,
    find,
};

/// People of the other part whom a finding names.
const SHOWN: usize = 20;

/// A row of the list with its person.
type Entry<'a> = (u32, &'a Hukou);

/// Rows of one booklet.
#[derive(Default)]
struct Booklet<'a> {
    entries: Vec<Entry<'a>>,
    /// When the households were recognised that its people are registered in.
    recognised: BTreeSet<(i64, u32)>,
    /// It names people of several households, or people who are not registered.
    apart: bool,
    /// It names somebody who did not split off.
    stayed: bool,
}

impl<'a> Booklet<'a> {
    fn add(&mut self, facts: &Facts, person: u32, row: &'a Hukou) {
        let household = facts.people[person as usize].household;
        self.apart |= self.entries.last().is_some_and(|(other, _)| facts.people[*other as usize].household != household);
        self.stayed |= row.change != "分户" && row.change != "注销";
        if let Some(home) = facts.household(household).filter(|home| home.identified > 0) {
            self.recognised.insert((home.identified, household));
        }
        self.entries.push((person, row));
    }

    /// The household was recognised after a split, and it or the other part not long after: both parts gain by it.
    fn was_late(&self, params: &Params<'_>, identified: i64, split: i64) -> bool {
        let until = months_later(split, params.count("months", split));
        split <= identified && self.recognised.range((split, 0)..=(until, NONE)).next().is_some()
    }

    /// Somebody stayed behind, and all are registered in the same household: one benefit for all.
    fn is_one_household(&self) -> bool {
        self.stayed && !self.apart
    }
}

type Booklets<'a> = BTreeMap<&'a str, Booklet<'a>>;

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut booklets = Booklets::new();
    for person in facts.lists.hukou.owners() {
        for row in facts.lists.hukou.of(person) {
            booklets.entry(&row.booklet).or_default().add(facts, person, row);
        }
    }
    let mut split: BTreeMap<u32, Vec<Entry<'_>>> = BTreeMap::new();
    for booklet in booklets.values().filter(|booklet| !booklet.is_one_household()) {
        for (person, row) in booklet.entries.iter().filter(|(_, row)| row.change == "分户") {
            let household = facts.people[*person as usize].household;
            let Some(home) = facts.household(household).filter(|home| home.identified > 0) else { continue };
            if booklet.was_late(params, home.identified, row.changed) && !married(facts, params, household, row) {
                split.entry(household).or_default().push((*person, row));
            }
        }
    }
    for (household, rows) in split {
        report(facts, &booklets, household, &rows, hits);
    }
}

/// An adult moved in about the time of the split: somebody of the household, who may be the one that split off.
fn married(facts: &Facts, params: &Params<'_>, household: u32, split: &Hukou) -> bool {
    let months = params.count("marriage_months", split.changed);
    let adult = params.count("adult", split.changed) * 10_000;
    let (from, to) = (months_later(split.changed, -months), months_later(split.changed, months));
    facts.members(household).iter().any(|member| {
        let grown = |day: i64| day - facts.people[*member as usize].id_no.birth() >= adult;
        let moved_in = |row: &Hukou| row.change == "迁入" && from <= row.changed && row.changed <= to && grown(row.changed);
        facts.lists.hukou.of(*member).iter().any(moved_in)
    })
}

fn months_later(day: i64, months: i64) -> i64 {
    add_months(month_of(day), months) * 100 + day % 100
}

fn report(facts: &Facts, booklets: &Booklets<'_>, household: u32, split: &[Entry<'_>], hits: &mut Hits<'_>) {
    let lines = facts.members(household).iter().flat_map(|member| payee::lines(facts, *member, |p, _| p.household == household));
    let mut lines: Vec<u32> = lines.collect();
    if lines.is_empty() {
        return;
    }
    lines.sort_unstable();
    let home = &facts.households[household as usize]; // `is_late_split` has found it
    let mut hit = Hit::new(Subject::Household(household))
        .evidence(Evidence::new("户登记").text("户编号", &home.code).day("识别日期", home.identified).from(home.origin));
    for (person, row) in split {
        hit = hit.evidence(facts.person_evidence(*person)).evidence(listed(facts, *person, row));
        let others = booklets.get(row.booklet.as_str()).map_or(&[][..], |booklet| &booklet.entries);
        let apart = others.iter().filter(|(other, _)| facts.people[*other as usize].household != household);
        let apart: Vec<&Entry<'_>> = apart.take(SHOWN).collect();
        if apart.is_empty() {
            hit = hit.evidence(Evidence::new("原户").text("户号", &row.booklet).text("结果", "原户其他人不在建档立卡人员中"));
        }
        for (other, row) in apart {
            let other_home = facts.people[*other as usize].household;
            let stands = if other_home == NONE { "不在册" } else { "另户在册" };
            hit = hit.evidence(listed(facts, *other, row).text("同户号人员", stands)).evidence(facts.person_evidence(*other));
        }
    }
    hits.push(hit.payments(facts, lines));
}

fn listed(facts: &Facts, person: u32, row: &Hukou) -> Evidence {
    let evidence = payee::row_of(facts, "户籍变动", person).text("户号", &row.booklet).text("变动", &row.change);
    evidence.day("变动日期", row.changed).from(row.origin)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Subject;
    use crate::domain::screening::facts::Hukou;
    use crate::domain::screening::sample::Sample;

    const FATHER: &str = "469007196001010011";
    const SON: &str = "469007199001010033";
    const BRIDE: &str = "469007199201010044";
    const CHILD: &str = "469007201501010055";

    /// The son's household was recognised on 2016-01-01.
    fn county(changes: &[(&str, &str, &str, i64)]) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", FATHER);
        s.person("H2", "王示丙", SON);
        s.person("H2", "李样乙", BRIDE);
        s.person("H2", "王示丁", CHILD);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        for id_no in [FATHER, SON, CHILD] {
            s.paid(id_no, 30_000);
        }
        for (id_no, booklet, change, changed) in changes {
            let row = Hukou { booklet: booklet.to_string(), change: change.to_string(), changed: *changed, ..Hukou::default() };
            s.rows.hukou.push((id_no.to_string(), row));
        }
        s
    }

    #[test]
    fn both_parts_registered_is_one_hit_on_the_part_split_off() {
        let mut s = county(&[(SON, "K1", "分户", 20150601), (CHILD, "K1", "分户", 20150601), (FATHER, "K1", "迁入", 19900101)]);
        let found = s.hits("P10");
        assert_eq!((found.len(), &found[0].subject, found[0].payments.len()), (1, &Subject::Household(1), 2));
    }

    #[test]
    fn a_parent_household_outside_the_register_is_not_poor() {
        assert_eq!(county(&[(SON, "K1", "分户", 20150101)]).hits("P10").len(), 1, "twelve months to the day");
        assert!(county(&[(SON, "K1", "分户", 20141231)]).hits("P10").is_empty());
        assert!(county(&[(SON, "K1", "分户", 20160102)]).hits("P10").is_empty(), "after the recognition");
        assert!(county(&[(SON, "K1", "迁出", 20150601)]).hits("P10").is_empty());
    }

    #[test]
    fn both_parts_gain_even_where_one_was_recognised_much_later() {
        let mut s = county(&[(SON, "K1", "分户", 20150601), (FATHER, "K1", "分户", 20150601)]);
        s.facts.households[0].identified = 20170101;
        assert_eq!(s.hits("P10").len(), 2);
        s.facts.households[1].identified = 20170101;
        assert!(s.hits("P10").is_empty());
    }

    #[test]
    fn marriage_makes_a_household_and_a_child_moving_in_does_not() {
        assert!(county(&[(SON, "K1", "分户", 20150601), (BRIDE, "K2", "迁入", 20150801)]).hits("P10").is_empty());
        assert!(county(&[(SON, "K1", "分户", 20150601), (SON, "K2", "迁入", 20150601)]).hits("P10").is_empty());
        assert_eq!(county(&[(SON, "K1", "分户", 20150601), (CHILD, "K2", "迁入", 20150801)]).hits("P10").len(), 1);
        assert_eq!(county(&[(SON, "K1", "分户", 20150601), (BRIDE, "K2", "迁入", 20120801)]).hits("P10").len(), 1);
    }

    #[test]
    fn who_is_still_registered_as_one_household_gains_nothing() {
        let mut s = county(&[(SON, "K1", "分户", 20150601), (FATHER, "K1", "迁入", 19900101)]);
        s.facts.people[0].household = 1;
        assert!(s.hits("P10").is_empty());
    }
}
