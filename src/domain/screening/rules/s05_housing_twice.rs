//! S05 一户多次改造、旧房未拆: a household paid for its house more than once, or the old house still stands.

use crate::domain::screening::facts::{HousingWork, add_months, kept_quantity, month_of, months_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

/// Names of programmes for houses; S04 asks the same.
pub const HOUSING: Param =
    Param {
        name: "programs", title: "危房改造政策（编码或名称中的词）", kind: ParamKind::Words, default: "危房;危旧房;住房安全;WFGZ"
    };

pub static RULE: Rule = Rule {
    id: "S05",
    name: "一户多次改造或旧房未拆",
    version: 1,
    severity: Severity::Hold,
    meaning: "同一户领取危房改造补助两次以上，或新房竣工满期限旧房仍未拆除。应排除：分期拨付（各期数量合计不超过一次）；退票重发；修缮加固不拆旧房。",
    source: "东发〔2018〕14号（改造一户、销档一户；入住后三个月内拆除旧房）；审计署扶贫审计结果公告（重复享受危房改造补助）",
    needs: &[List::Housing],
    params: &[HOUSING, Param { name: "months", title: "竣工后多少个月内拆除旧房", kind: ParamKind::Count, default: "3" }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let lines = housing_lines(facts, params);
    for own in lines.chunk_by(|a, b| a.0 == b.0).filter(|own| own.len() > 1) {
        let quantity: i64 = own.iter().map(|(_, at)| kept_quantity(&facts.payments[*at as usize])).sum();
        if quantity <= 10_000 {
            continue;
        }
        let most = own.iter().map(|(_, at)| facts.payments[*at as usize].kept()).max().unwrap_or(0);
        let hit = Hit::new(Subject::Household(own[0].0)).occasion("多次改造").payments(facts, own.iter().map(|(_, at)| *at));
        let over = hit.amount - most;
        let sum = Evidence::new("计算").count("领取笔数", own.len() as i64).says("次数合计", Says::Quantity(quantity)).fen("多领", over);
        let hit = match facts.household(own[0].0).and_then(|household| facts.lists.housing_of(&household.code)) {
            Some(work) => hit.evidence(row(work)),
            None => hit,
        };
        hits.push(hit.amount(over).evidence(sum));
    }
    for (at, household) in facts.households.iter().enumerate() {
        let Some(work) = facts.lists.housing_of(&household.code) else { continue };
        let months = params.count("months", work.finished);
        if !stands(work, facts.as_of, months) {
            continue;
        }
        let at = at as u32;
        let start = lines.partition_point(|(owner, _)| *owner < at);
        let own = lines[start..].iter().take_while(|(owner, _)| *owner == at).map(|(_, line)| *line);
        let due = add_months(month_of(work.finished), months) * 100 + work.finished % 100;
        let evidence = row(work).text("旧房", "未拆除").day("应拆除日期", due).day("截至", facts.as_of);
        hits.push(Hit::new(Subject::Household(at)).occasion("旧房未拆").evidence(evidence).payments(facts, own));
    }
}

/// Whether the old house stands so many months after the new one was finished.
fn stands(work: &HousingWork, as_of: i64, months: i64) -> bool {
    let passed = months_between(month_of(work.finished), month_of(as_of));
    let whole = passed - i64::from(as_of % 100 <= work.finished % 100);
    let down = work.demolished > 0 && work.demolished <= as_of;
    work.method == "新建" && work.finished > 0 && work.finished <= as_of && !down && whole >= months
}

/// Lines of housing programmes with money kept, with the household each was paid under: sorted by household.
pub fn housing_lines(facts: &Facts, params: &Params<'_>) -> Vec<(u32, u32)> {
    let housing = facts.batches_named(|day| params.words("programs", day).to_vec());
    let is_housing = |payment: &crate::domain::screening::facts::Payment| {
        payment.kept() > 0 && housing.get(payment.batch as usize) == Some(&true) && facts.household(payment.household).is_some()
    };
    let all = facts.payments.iter().enumerate().filter(|(_, payment)| is_housing(payment));
    let mut lines: Vec<(u32, u32)> = all.map(|(at, payment)| (payment.household, at as u32)).collect();
    lines.sort_unstable();
    lines
}

fn row(work: &HousingWork) -> Evidence {
    let evidence =
        Evidence::new("危房改造名单").text("户编号", &work.household).text("鉴定等级", &work.grade).text("改造方式", &work.method);
    let evidence = if work.finished > 0 { evidence.day("竣工日期", work.finished) } else { evidence };
    evidence.from(work.origin)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::HousingWork;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";
    const SON: &str = "469007199001010022";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "王示乙", SON);
        s.person("H2", "李样丙", "469007199101010033");
        s.program("WFGZ", "次", 4_500_000).name = "农村危房改造".into();
        s
    }

    fn house(s: &mut Sample, method: &str, finished: i64, demolished: i64) {
        let work = HousingWork { household: "H1".into(), method: method.into(), finished, demolished, ..HousingWork::default() };
        s.facts.lists.housing = vec![work];
    }

    #[test]
    fn a_house_is_paid_once_whoever_of_the_household_takes_it() {
        let mut s = county();
        s.batch("5月", "WFGZ", 201805, 201805);
        s.paid(ID, 1_200_000);
        s.paid("469007199101010033", 1_200_000);
        assert!(s.hits("S05").is_empty());
        s.batch("次年", "WFGZ", 201909, 201909);
        s.paid(SON, 4_500_000);
        let found = s.hits("S05");
        assert_eq!((found.len(), found[0].payments.len(), found[0].amount), (1, 2, 1_200_000));
    }

    #[test]
    fn instalments_and_reissues_are_one_house() {
        let mut s = county();
        s.batch("首期", "WFGZ", 201805, 201805);
        s.paid(ID, 2_250_000).quantity = 5_000;
        s.batch("尾款", "WFGZ", 201809, 201809);
        s.paid(ID, 2_250_000).quantity = 5_000;
        assert!(s.hits("S05").is_empty());
        let mut s = county();
        s.batch("首次", "WFGZ", 201805, 201805);
        s.reissued(ID, 4_500_000);
        s.batch("重发", "WFGZ", 201805, 201805);
        s.paid(ID, 4_500_000);
        assert!(s.hits("S05").is_empty());
    }

    #[test]
    fn the_old_house_has_three_months() {
        let mut s = county();
        house(&mut s, "新建", 20180910, 0);
        s.as_of(20181210);
        assert!(s.hits("S05").is_empty());
        s.as_of(20181211);
        assert_eq!(s.hits("S05").len(), 1);
    }

    #[test]
    fn a_repaired_house_and_one_that_is_down_and_one_in_the_making_are_right() {
        for (method, finished, demolished) in [("修缮", 20180101, 0), ("新建", 20180101, 20180301), ("新建", 0, 0)] {
            let mut s = county();
            house(&mut s, method, finished, demolished);
            assert!(s.hits("S05").is_empty(), "{method} {finished}");
        }
    }
}
