//! S04 危房超面积: a new house larger than the family's size allows.

use super::s05_housing_twice::{HOUSING, housing_lines};
use crate::domain::screening::facts::HousingWork;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "S04",
    name: "危房改造超面积",
    version: 1,
    severity: Severity::Hold,
    meaning: "新建房屋建筑面积超过该户人口的标准，整改前停拨。应排除：原房修缮（面积为旧房）；在建期间人口减少（按竣工时核定或登记的较多人口）。",
    source: "东发〔2018〕14号（危房改造面积不少也不超，未整改的停拨补助）；建村〔2011〕115号（人均面积、最大面积）",
    needs: &[List::Housing],
    params: &[
        HOUSING,
        Param { name: "per_head", title: "人均面积上限（平方米）", kind: ParamKind::Count, default: "18" },
        Param { name: "minimum", title: "不论人口均可建的面积（平方米）", kind: ParamKind::Count, default: "40" },
        Param {
            name: "maximum", title: "最大面积（人口数及以上:平方米）", kind: ParamKind::Words, default: "1:60;4:72;5:90;6:108"
        },
    ],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut lines: Option<Vec<(u32, u32)>> = None;
    for (at, household) in facts.households.iter().enumerate() {
        let Some(work) = facts.lists.housing_of(&household.code).filter(|work| work.method == "新建") else { continue };
        let at = at as u32;
        let day = if work.finished > 0 { work.finished } else { facts.as_of };
        let lived = facts.members(at).iter().filter(|person| facts.there_on(**person, day)).count() as i64;
        let heads = work.persons.max(lived).max(1);
        let limit = limit(params, heads, day);
        if work.area <= limit * 10_000 {
            continue;
        }
        let lines = lines.get_or_insert_with(|| housing_lines(facts, params));
        let start = lines.partition_point(|(owner, _)| *owner < at);
        let own = lines[start..].iter().take_while(|(owner, _)| *owner == at).map(|(_, line)| *line);
        let hit = Hit::new(Subject::Household(at)).evidence(evidence(work, (heads, lived, limit)));
        hits.push(hit.payments(facts, own));
    }
}

/// Square metres that a family of so many may have.
fn limit(params: &Params<'_>, heads: i64, day: i64) -> i64 {
    let most = params.words("maximum", day).iter().filter_map(|word| {
        let (size, area) = word.split_once([':', '：'])?;
        let (size, area): (i64, i64) = (size.trim().parse().ok()?, area.trim().parse().ok()?);
        (size <= heads).then_some((size, area))
    });
    let cap = most.max().map_or(i64::MAX, |(_, area)| area);
    (heads * params.count("per_head", day)).max(params.count("minimum", day)).min(cap)
}

fn evidence(work: &HousingWork, (heads, lived, limit): (i64, i64, i64)) -> Evidence {
    let evidence = Evidence::new("危房改造名单")
        .text("户编号", &work.household)
        .text("鉴定等级", &work.grade)
        .text("改造方式", &work.method)
        .says("建筑面积（平方米）", Says::Quantity(work.area))
        .count("核定人数", work.persons)
        .count("竣工时登记人口", lived)
        .count("计算人口", heads)
        .count("面积上限（平方米）", limit)
        .says("超出（平方米）", Says::Quantity(work.area - limit * 10_000));
    let evidence = if work.finished > 0 { evidence.day("竣工日期", work.finished) } else { evidence };
    evidence.from(work.origin)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::HousingWork;
    use crate::domain::screening::sample::Sample;

    /// A household of so many, whose new house has so many square metres.
    fn county(heads: i64, area: i64) -> Sample {
        let mut s = Sample::new();
        for n in 0..heads {
            s.person("H1", "王示甲", &format!("46900719600101{n:03}1"));
        }
        let work = HousingWork {
            household: "H1".into(),
            grade: "D".into(),
            method: "新建".into(),
            area: area * 10_000,
            persons: heads,
            finished: 20180601,
            demolished: 20180701,
            ..HousingWork::default()
        };
        s.facts.lists.housing.push(work);
        s.program("WFGZ", "次", 4_500_000).name = "农村危房改造".into();
        s.batch("6月", "WFGZ", 201806, 201806);
        s.paid("469007196001010001", 4_500_000);
        s
    }

    #[test]
    fn heads_times_eighteen_but_at_least_forty_and_at_most_the_table() {
        for (heads, most) in [(1, 40), (2, 40), (3, 54), (4, 72), (5, 90), (6, 108), (8, 108)] {
            assert!(county(heads, most).hits("S04").is_empty(), "{heads} heads in {most}");
            let mut s = county(heads, most + 1);
            let found = s.hits("S04");
            assert_eq!((found.len(), found[0].payments.len(), found[0].amount), (1, 1, 4_500_000), "{heads} heads");
        }
    }

    #[test]
    fn a_repaired_house_was_that_large_before() {
        let mut s = county(2, 120);
        s.facts.lists.housing[0].method = "修缮".into();
        assert!(s.hits("S04").is_empty());
    }

    #[test]
    fn whoever_died_after_it_was_finished_counted() {
        let mut s = county(4, 72);
        s.facts.lists.housing[0].persons = 3;
        s.death("469007196001010011", 20180901);
        assert!(s.hits("S04").is_empty());
        let mut s = county(4, 72);
        s.facts.lists.housing[0].persons = 3;
        s.death("469007196001010011", 20180101);
        assert_eq!(s.hits("S04").len(), 1);
    }

    #[test]
    fn the_table_is_a_parameter() {
        assert!(county(8, 130).hits_with("S04", &[("screen.S04.maximum", "")]).is_empty());
    }
}
