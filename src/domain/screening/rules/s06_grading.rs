//! S06 鉴定不实: an appraiser who finds far more dangerous houses than the others do, or who may not appraise here.

use crate::domain::screening::facts::HousingWork;
use crate::domain::screening::statistics::Factorials;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "S06",
    name: "危房鉴定不实",
    version: 1,
    severity: Severity::Note,
    meaning: "鉴定机构评为 C、D 级的比例显著高于其他机构，或为本地单位、列入黑名单。应排除：专门承接受灾村鉴定的机构；所有机构比例相同。",
    source: "东发〔2018〕14号（危房鉴定由第三方机构进行，鉴定不实的列入黑名单）",
    needs: &[List::Housing],
    params: &[
        Param { name: "chance", title: "偶然出现的概率低于（费舍尔精确检验）", kind: ParamKind::Share, default: "0.001" },
        Param { name: "effect", title: "C、D 级比例高出（百分点）", kind: ParamKind::Count, default: "20" },
        Param {
            name: "local",
            title: "不得承担鉴定的本地单位（词）",
            kind: ParamKind::Words,
            default: "村委会;村民委员会;镇政府;乡政府;人民政府",
        },
        Param { name: "blacklist", title: "列入黑名单的鉴定机构（名称中的词）", kind: ParamKind::Words, default: "" },
    ],
    pass: Pass::Book,
    find,
};

#[derive(Default)]
struct Graded<'a> {
    all: usize,
    dangerous: usize,
    rows: Vec<&'a HousingWork>,
}

/// At most so many rows stand in the evidence of one appraiser.
const SHOWN: usize = 20;

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut appraisers: BTreeMap<&str, Graded<'_>> = BTreeMap::new();
    for work in facts.lists.housing.iter().filter(|work| !work.appraiser.trim().is_empty()) {
        let graded = appraisers.entry(work.appraiser.trim()).or_default();
        graded.all += 1;
        if is_dangerous(work) {
            graded.dangerous += 1;
            graded.rows.push(work);
        }
    }
    let all: usize = appraisers.values().map(|graded| graded.all).sum();
    let dangerous: usize = appraisers.values().map(|graded| graded.dangerous).sum();
    let factorials = Factorials::up_to(all);
    let day = facts.as_of;
    for (name, graded) in &appraisers {
        let mut evidence = Vec::new();
        for (list, what) in [("local", "本地单位"), ("blacklist", "黑名单")] {
            if let Some(word) = params.words(list, day).iter().find(|word| name.contains(word.as_str())) {
                evidence.push(Evidence::new("鉴定机构").text("名称", name).text("属于", what).text("词", word));
            }
        }
        let (others, their) = (all - graded.all, dangerous - graded.dangerous);
        let effect = share(graded.dangerous, graded.all) - share(their, others);
        let wide = others > 0 && effect * Decimal::ONE_HUNDRED >= Decimal::from(params.count("effect", day));
        let chance = factorials.at_least(graded.dangerous, graded.all, dangerous, all);
        if wide && chance.below(params.share("chance", day)) {
            let counted = Evidence::new("计算")
                .count("鉴定户数", graded.all as i64)
                .count("其中 C、D 级", graded.dangerous as i64)
                .share("占比", share(graded.dangerous, graded.all))
                .count("其他机构鉴定户数", others as i64)
                .count("其中 C、D 级", their as i64)
                .share("占比", share(their, others))
                .text("偶然概率", &chance.text());
            evidence.push(counted);
        }
        if evidence.is_empty() {
            continue;
        }
        let rows = graded.rows.iter().take(SHOWN).map(|work| {
            let row = Evidence::new("危房改造名单").text("户编号", &work.household).text("鉴定等级", &work.grade);
            row.text("鉴定机构", &work.appraiser).from(work.origin)
        });
        hits.push(evidence.into_iter().chain(rows).fold(Hit::new(Subject::Payee((*name).to_string())), Hit::evidence));
    }
}

/// C or D, however it is written: D, D级, d 级.
fn is_dangerous(work: &HousingWork) -> bool {
    let grade = crate::domain::text::squeeze(&work.grade).to_uppercase();
    grade.starts_with('C') || grade.starts_with('D')
}

fn share(part: usize, all: usize) -> Decimal {
    Decimal::from(part).checked_div(Decimal::from(all)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::HousingWork;
    use crate::domain::screening::sample::Sample;

    /// Appraisers with how many houses they graded C or D, and how many others.
    fn county(appraisers: &[(&str, usize, usize)]) -> Sample {
        let mut s = Sample::new();
        for (name, dangerous, safe) in appraisers {
            for n in 0..dangerous + safe {
                let grade = if n < *dangerous { ["C", "D级"][n % 2] } else { "B" };
                let household = format!("{name}{n}");
                let work = HousingWork { household, grade: grade.into(), appraiser: (*name).into(), ..HousingWork::default() };
                s.facts.lists.housing.push(work);
            }
        }
        s
    }

    #[test]
    fn far_more_than_the_others() {
        let found = county(&[("示一鉴定所", 30, 70), ("示二鉴定所", 35, 65), ("示三鉴定所", 80, 20)]).hits("S06");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, crate::domain::screening::Subject::Payee("示三鉴定所".into()));
    }

    #[test]
    fn few_houses_or_a_small_difference_prove_nothing() {
        assert!(county(&[("示一鉴定所", 2, 3), ("示二鉴定所", 4, 1)]).hits("S06").is_empty(), "ten houses");
        assert!(county(&[("示一鉴定所", 300, 700), ("示二鉴定所", 450, 550)]).hits("S06").is_empty(), "fifteen points");
    }

    #[test]
    fn all_alike_are_no_outliers() {
        assert!(county(&[("示一鉴定所", 500, 0), ("示二鉴定所", 400, 0), ("示三鉴定所", 10, 0)]).hits("S06").is_empty());
        assert!(county(&[("示一鉴定所", 500, 100)]).hits("S06").is_empty(), "there is nobody to compare with");
    }

    #[test]
    fn a_village_may_not_grade_its_own_houses() {
        let mut s = county(&[("示一鉴定所", 5, 5), ("示样村委会", 1, 1)]);
        assert_eq!(s.hits("S06").len(), 1);
        assert_eq!(s.hits_with("S06", &[("screen.S06.blacklist", "示一")]).len(), 2);
    }
}
