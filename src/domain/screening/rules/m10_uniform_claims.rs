//! M10 整数、雷同: claims with too many round or identical sums, or with first digits that nature does not make.
//!
//! Only claims: project payments, and card payments whose sum is claimed up to a ceiling or by area. Equal sums of a fixed
//! rate, or of a few classes under a ceiling, are alike everywhere, and nobody stands out from peers who are alike too.

use crate::domain::screening::benford;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};

pub static RULE: Rule = Rule {
    id: "M10",
    name: "申报金额整数或雷同",
    version: 1,
    severity: Severity::Note,
    meaning: "项目支付或按上限、面积申报的款项中，整数或相同金额的占比远高于同类，或首两位数字分布异常。应排除：固定标准和分档标准；村集体等额扶持资金；按合同等额付款。",
    source: "审计署财政审计方法（整数付款、金额雷同）；审计署158县审计结果公告（32县81项目“平均主义”）",
    needs: &[],
    params: &[
        Param { name: "claims", title: "同一收款人的项目支付笔数至少", kind: ParamKind::Count, default: "5" },
        Param { name: "lines", title: "同一村同一政策的申报笔数至少", kind: ParamKind::Count, default: "10" },
        Param { name: "share", title: "整数或相同金额占比达到", kind: ParamKind::Share, default: "0.6" },
        Param { name: "times", title: "为同类占比的多少倍", kind: ParamKind::Count, default: "3" },
        Param { name: "class", title: "在同类中占比超过多少的金额视为分档标准", kind: ParamKind::Share, default: "0.1" },
        Param { name: "round_project", title: "项目支付的整数单位（元）", kind: ParamKind::Yuan, default: "10000" },
        Param { name: "round_card", title: "到卡申报的整数单位（元）", kind: ParamKind::Yuan, default: "1000" },
        Param {
            name: "set_kinds", title: "金额由规定确定的收款人类型", kind: ParamKind::Words, default: "村集体;预算单位"
        },
        Param { name: "benford", title: "首两位数字检验的最少笔数", kind: ParamKind::Count, default: "1000" },
    ],
    pass: Pass::Book,
    find,
};

/// Chi-square with 89 degrees of freedom is beyond this by chance once in a thousand (thousandths).
const CHI_SQUARE: i64 = 135_978;
/// Mean absolute deviation of first two digits that Nigrini calls nonconforming (millionths).
const NONCONFORMING: i64 = 2_200;
/// At most so many rows stand in the evidence of one hit.
const SHOWN: usize = 20;

/// Claims of one village or payee.
#[derive(Default)]
struct Group {
    /// Index and fen.
    claims: Vec<(u32, i64)>,
    round: i64,
    /// The commonest sum, and how often.
    same: (i64, i64),
}

impl Group {
    fn all(&self) -> i64 {
        self.claims.len() as i64
    }

    /// Counts round and equal sums among those that `counts`.
    fn count(&mut self, unit: i64, times: &BTreeMap<i64, i64>, counts: impl Fn(i64) -> bool) {
        let of = |(amount, _): &(&i64, &i64)| counts(**amount);
        self.round = times.iter().filter(of).filter(|(amount, _)| unit > 0 && **amount % unit == 0).map(|(_, times)| times).sum();
        let most = times.iter().filter(of).max_by_key(|(amount, times)| (**times, -**amount));
        self.same = most.map_or((0, 0), |(amount, times)| (*amount, *times));
    }

    /// How often each sum stands in it.
    fn times(&self) -> BTreeMap<i64, i64> {
        let mut times: BTreeMap<i64, i64> = BTreeMap::new();
        for (_, amount) in &self.claims {
            *times.entry(*amount).or_default() += 1;
        }
        times
    }
}

/// What stands out in a group.
struct Strange {
    what: &'static str,
    own: Decimal,
    peers: Decimal,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let day = facts.as_of;
    for (program, mut villages) in card_claims(facts) {
        let unit = params.fen("round_card", day);
        for (village, strange) in outliers(params, day, &mut villages, params.count("lines", day), unit) {
            let group = &villages[&village];
            let mut hit = described(Hit::new(Subject::Region(village.to_string())).occasion(program), group, &strange);
            for (at, _) in group.claims.iter().take(SHOWN) {
                hit = hit.evidence(facts.payment_evidence(&facts.payments[*at as usize]));
            }
            hit.payments = group.claims.iter().map(|(at, _)| *at).collect();
            hits.push(hit);
        }
    }
    for (_, mut payees) in project_claims(facts, params.words("set_kinds", day)) {
        let unit = params.fen("round_project", day);
        for (payee, strange) in outliers(params, day, &mut payees, params.count("claims", day), unit) {
            let group = &payees[&payee];
            let mut hit = described(Hit::new(Subject::Payee(payee.to_string())), group, &strange);
            let amount = hit.amount;
            hit = group.claims.iter().take(SHOWN).fold(hit, |hit, (at, _)| hit.disbursement(facts, *at));
            hit.disbursements = group.claims.iter().map(|(at, _)| *at).collect();
            hits.push(hit.amount(amount));
        }
    }
    first_digits(facts, params, hits);
}

/// Lines claimed up to a ceiling or by area, by programme and village.
fn card_claims(facts: &Facts) -> BTreeMap<&str, BTreeMap<&str, Group>> {
    let standards = facts.standards();
    let claimed: Vec<bool> =
        standards.iter().map(|program| program.is_some_and(|program| program.bound == "上限" || program.measure == "平方米")).collect();
    let mut programs: BTreeMap<&str, BTreeMap<&str, Group>> = BTreeMap::new();
    for (at, payment) in facts.payments.iter().enumerate() {
        if payment.kept() <= 0 || claimed.get(payment.batch as usize) != Some(&true) {
            continue;
        }
        let Some(household) = facts.household(payment.household) else { continue };
        let villages = programs.entry(&facts.batch(payment).program).or_default();
        villages.entry(&household.region).or_default().claims.push((at as u32, payment.amount));
    }
    programs
}

/// Project payments by kind of payee and payee.
fn project_claims<'a>(facts: &'a Facts, set_kinds: &[String]) -> BTreeMap<&'a str, BTreeMap<&'a str, Group>> {
    let mut kinds: BTreeMap<&str, BTreeMap<&str, Group>> = BTreeMap::new();
    for (at, paid) in facts.disbursements.iter().enumerate() {
        let claim = matches!(paid.event.as_str(), "pay" | "onward") && !paid.retention && paid.amount > paid.refunded;
        if claim && !set_kinds.contains(&paid.payee_kind) {
            kinds.entry(&paid.payee_kind).or_default().entry(&paid.payee).or_default().claims.push((at as u32, paid.amount));
        }
    }
    kinds
}

/// Groups whose share of round or equal sums is high, and so many times that of all their peers together. Sums that many peers
/// have as well are classes of a standard, and nobody's invention.
fn outliers<'a>(
    params: &Params<'_>,
    day: i64,
    groups: &mut BTreeMap<&'a str, Group>,
    least: i64,
    unit: i64,
) -> Vec<(&'a str, Vec<Strange>)> {
    let mut pool: BTreeMap<i64, i64> = BTreeMap::new();
    for (amount, times) in groups.values().flat_map(Group::times) {
        *pool.entry(amount).or_default() += times;
    }
    let mut peers: Vec<(i64, i64)> = Vec::new();
    for group in groups.values_mut() {
        group.count(unit, &group.times(), |_| true);
        peers.push((group.round, group.same.1));
    }
    let all: i64 = groups.values().map(Group::all).sum();
    let (round, same) = peers.iter().fold((0, 0), |sum, peer| (sum.0 + peer.0, sum.1 + peer.1));
    let (share, times) = (params.share("share", day), Decimal::from(params.count("times", day)));
    let part = |part: i64, of: i64| Decimal::from(part).checked_div(Decimal::from(of)).unwrap_or_default();
    let mut found = Vec::new();
    for ((name, group), (own_round, own_same)) in groups.iter_mut().zip(peers) {
        let others = all - group.all();
        // who has hardly any peers cannot differ from them
        if group.all() < least || others < least {
            continue;
        }
        let own_times = group.times();
        let theirs = |amount: i64| pool.get(&amount).copied().unwrap_or(0) - own_times.get(&amount).copied().unwrap_or(0);
        group.count(unit, &own_times, |amount| part(theirs(amount), others) <= params.share("class", day));
        let measures = [("整数金额", group.round, round - own_round), ("相同金额", group.same.1, same - own_same)];
        let strange = measures.into_iter().filter_map(|(what, own, their)| {
            let (own, peers) = (part(own, group.all()), part(their, others));
            (own >= share && own >= times * peers).then_some(Strange { what, own, peers })
        });
        let strange: Vec<Strange> = strange.collect();
        if !strange.is_empty() {
            found.push((*name, strange));
        }
    }
    found
}

fn described(hit: Hit, group: &Group, strange: &[Strange]) -> Hit {
    let hit = hit.amount(group.claims.iter().map(|(_, amount)| amount).sum());
    strange.iter().fold(hit, |hit, strange| {
        let evidence = Evidence::new("计算").text("特征", strange.what).count("笔数", group.all()).share("本组占比", strange.own);
        let evidence = evidence.share("同类占比", strange.peers).fen("最常见金额", group.same.0).count("出现次数", group.same.1);
        hit.evidence(evidence)
    })
}

/// Units whose project payments are many and do not begin as sums do that nobody invented.
fn first_digits(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let least = params.count("benford", facts.as_of);
    let mut units: HashMap<&str, Vec<i64>> = HashMap::new();
    for paid in facts.disbursements.iter().filter(|paid| matches!(paid.event.as_str(), "pay" | "onward") && !paid.retention) {
        units.entry(&paid.unit).or_default().push(paid.amount);
    }
    let mut units: Vec<(&str, Vec<i64>)> = units.into_iter().filter(|(_, amounts)| amounts.len() as i64 >= least.max(2)).collect();
    units.sort_unstable();
    for (unit, amounts) in units {
        let Some(fit) = benford::fit(amounts.iter().copied()) else { continue };
        if fit.count < least || fit.chi_square < CHI_SQUARE || fit.deviation <= NONCONFORMING {
            continue;
        }
        let thousandths = |value: i64| Says::Text(Decimal::new(value, 3).to_string());
        let evidence = Evidence::new("首两位数字检验")
            .text("单位", facts.unit_name(unit))
            .count("笔数", fit.count)
            .says("卡方（自由度 89）", thousandths(fit.chi_square))
            .says("临界值（概率 0.001）", thousandths(CHI_SQUARE))
            .text("平均绝对偏差", &Decimal::new(fit.deviation, 6).to_string())
            .text("不符合的界限", &Decimal::new(NONCONFORMING, 6).to_string());
        let hit = Hit::new(Subject::Unit(unit.to_string())).occasion("首两位数字").evidence(evidence);
        hits.push(hit.amount(amounts.iter().sum()));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Subject;
    use crate::domain::screening::sample::Sample;

    /// Payments to firms: name and yuan of each.
    fn projects(paid: &[(&str, &[i64])]) -> Sample {
        let mut s = Sample::new();
        for (payee, amounts) in paid {
            for (n, yuan) in amounts.iter().enumerate() {
                s.disbursement(&format!("ZF{payee}{n}"), "X1", payee, yuan * 100, 20180501);
            }
        }
        s
    }

    const ODD: [i64; 6] = [18_437, 92_316, 40_551, 77_318, 26_904, 63_127];

    #[test]
    fn round_sums_among_crooked_ones() {
        let round = [20_000, 50_000, 30_000, 40_000, 60_000];
        let found = projects(&[("示一公司", &ODD), ("示二公司", &round), ("示三公司", &ODD)]).hits("M10");
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].subject, found[0].disbursements.len()), (&Subject::Payee("示二公司".into()), 5));
    }

    #[test]
    fn the_same_sum_again_and_again() {
        let same = [18_888; 6];
        assert_eq!(projects(&[("示一公司", &ODD), ("示二公司", &same), ("示三公司", &ODD)]).hits("M10").len(), 1);
    }

    #[test]
    fn where_all_are_round_or_equal_nobody_stands_out() {
        let round = [20_000, 50_000, 30_000, 40_000, 60_000];
        assert!(projects(&[("示一公司", &round), ("示二公司", &round)]).hits("M10").is_empty());
        assert!(projects(&[("示一公司", &[50_000; 8]), ("示二公司", &[50_000; 9])]).hits("M10").is_empty());
        assert!(projects(&[("示一公司", &[50_000; 8])]).hits("M10").is_empty(), "no peers");
    }

    #[test]
    fn few_payments_and_villages_with_their_fixed_support_prove_nothing() {
        assert!(projects(&[("示一公司", &ODD), ("示二公司", &[50_000; 4])]).hits("M10").is_empty());
        let mut s = projects(&[("示一公司", &ODD), ("示样村", &[500_000; 6])]);
        s.facts.disbursements.iter_mut().filter(|paid| paid.payee == "示样村").for_each(|paid| paid.payee_kind = "村集体".into());
        assert!(s.hits("M10").is_empty());
    }

    /// Two villages with twelve lines each under a programme.
    fn villages(bound: &str, measure: &str, yuan: impl Fn(usize, usize) -> i64) -> Sample {
        let mut s = Sample::new();
        s.program("P", measure, 10_000_000).bound = bound.into();
        for village in 0..3 {
            for n in 0..12 {
                let household = format!("H{village}{n:02}");
                s.person(&household, "王示甲", &format!("4690071960{village}101{n:03}1"));
                s.facts.households.last_mut().unwrap().region = format!("46900710020{village}");
            }
        }
        s.batch("B", "P", 201806, 201806);
        for village in 0..3 {
            for n in 0..12 {
                s.paid(&format!("4690071960{village}101{n:03}1"), yuan(village, n) * 100);
            }
        }
        s
    }

    #[test]
    fn a_village_that_claims_one_area_for_all() {
        let crooked = |village: usize, n: usize| if village == 1 { 6_066 } else { 3_017 + (village * 100 + n) as i64 * 31 };
        let found = villages("固定", "平方米", crooked).hits("M10");
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].subject, found[0].payments.len()), (&Subject::Region("469007100201".into()), 12));
        assert!(villages("固定", "月", crooked).hits("M10").is_empty(), "a fixed rate is equal by right");
    }

    #[test]
    fn zero_spread_and_classes_under_a_ceiling_survive() {
        assert!(villages("上限", "月", |_, _| 300).hits("M10").is_empty());
        assert!(villages("上限", "月", |village, n| [300, 250, 180][if village == 0 { 0 } else { n % 3 }]).hits("M10").is_empty());
    }

    #[test]
    fn first_digits_are_looked_at_where_there_are_many() {
        let even: Vec<i64> = (0..1_200).map(|n| 1_001 + n * 83).collect();
        let payees: Vec<String> = (0..even.len()).map(|n| format!("示样{n}")).collect();
        let paid: Vec<(&str, &[i64])> = payees.iter().zip(even.chunks(1)).map(|(payee, yuan)| (payee.as_str(), yuan)).collect();
        let found = projects(&paid).hits("M10");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, Subject::Unit("108".into()));
        assert!(projects(&paid[..999]).hits("M10").is_empty());
    }
}
