//! U03 化整为零: what should have been put out to tender was bought in parts, each below the threshold.

use crate::domain::screening::facts::{Day, Disbursement, Project, days_between, payee_key};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "U03",
    name: "化整为零",
    version: 1,
    severity: Severity::Hold,
    meaning: "短期内付给同一收款人的多笔款项，每笔低于招标限额、合计达到限额，而项目计划投资低于限额（同一项目），\
              或分属同一单位的几个小项目。应排除：计划投资已达限额、已公开招标项目的进度款；质保金；各有合同的进度款、结算款；\
              拨付单位；合作社、村集体的投入。",
    source: "招标投标法第四条；国家发展改革委令第16号（2018-06-01 起施行）；审计署扶贫审计结果公告（拆分规避招标）",
    needs: &[],
    params: &[
        Param { name: "days", title: "多少天之内", kind: ParamKind::Count, default: "30" },
        Param { name: "payments", title: "至少几笔", kind: ParamKind::Count, default: "2" },
        Param {
            name: "new_limits_from", title: "新招标限额施行日期（年月日八位）", kind: ParamKind::Count, default: "20180601"
        },
        Param { name: "works", title: "工程招标限额（元）", kind: ParamKind::Yuan, default: "4000000" },
        Param { name: "goods", title: "货物招标限额（元）", kind: ParamKind::Yuan, default: "2000000" },
        Param { name: "services", title: "服务招标限额（元）", kind: ParamKind::Yuan, default: "1000000" },
        Param {
            name: "works_before", title: "施行日期以前的工程招标限额（元）", kind: ParamKind::Yuan, default: "2000000"
        },
        Param {
            name: "goods_before", title: "施行日期以前的货物招标限额（元）", kind: ParamKind::Yuan, default: "1000000"
        },
        Param {
            name: "services_before", title: "施行日期以前的服务招标限额（元）", kind: ParamKind::Yuan, default: "500000"
        },
        Param {
            name: "service_words",
            title: "用途为服务的字样",
            kind: ParamKind::Words,
            default: "监理;设计费;勘察;测绘;咨询;评审;审计费;服务费;技术服务;检测;造价",
        },
        Param {
            name: "contract_words",
            title: "用途为合同付款的字样（跨项目不合并）",
            kind: ParamKind::Words,
            default: "进度款;预付款;结算款;尾款;质保;质量保证;合同款",
        },
    ],
    pass: Pass::Book,
    find,
};

/// What is bought, which decides the threshold: works, goods or services.
fn sort(paid: &Disbursement, words: &[String]) -> Option<&'static str> {
    match paid.payee_kind.as_str() {
        "施工单位" | "供应商" if says(&paid.purpose, words) => Some("services"),
        "施工单位" => Some("works"),
        "供应商" => Some("goods"),
        _ => None,
    }
}

fn says(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

fn limit(params: &Params<'_>, sort: &str, day: Day) -> i64 {
    let now = day >= params.count("new_limits_from", day);
    let name = match (sort, now) {
        ("works", true) => "works",
        ("works", false) => "works_before",
        ("goods", true) => "goods",
        ("goods", false) => "goods_before",
        (_, true) => "services",
        (_, false) => "services_before",
    };
    params.fen(name, day)
}

/// Payments that might be parts of one purchase: under one project, or by one unit under several.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Purchase<'a> {
    Project(String, &'a str, &'static str),
    Unit(String, &'a str, &'static str),
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut groups: BTreeMap<Purchase<'_>, Vec<u32>> = BTreeMap::new();
    for (at, paid) in facts.disbursements.iter().enumerate() {
        if paid.still_paid() <= 0 || paid.retention || !matches!(paid.event.as_str(), "pay" | "onward") {
            continue;
        }
        let Some(sort) = sort(paid, params.words("service_words", paid.date)) else { continue };
        let limit = limit(params, sort, paid.date);
        let planned = facts.project(&paid.project).map_or(0, |project: &Project| project.planned);
        if paid.still_paid() >= limit || planned >= limit {
            continue; // open by itself, or planned as what has to be put out to tender
        }
        let payee = payee_key(&paid.payee);
        groups.entry(Purchase::Project(payee.clone(), &paid.project, sort)).or_default().push(at as u32);
        if !says(&paid.purpose, params.words("contract_words", paid.date)) {
            groups.entry(Purchase::Unit(payee, &paid.unit, sort)).or_default().push(at as u32);
        }
    }
    let mut told: BTreeSet<u32> = BTreeSet::new(); // projects come first; what they tell is not told again with the unit
    for (purchase, mut parts) in groups {
        parts.retain(|at| !told.contains(at));
        parts.sort_by_key(|at| (facts.disbursements[*at as usize].date, *at));
        let (place, sort) = match purchase {
            Purchase::Project(_, place, sort) | Purchase::Unit(_, place, sort) => (place, sort),
        };
        for cluster in clusters(facts, params, &parts, sort) {
            told.extend(&cluster);
            hits.push(hit(facts, params, &cluster, place, sort));
        }
    }
}

/// Runs of payments in which some within the days are enough and reach the threshold; overlapping ones are one run.
fn clusters(facts: &Facts, params: &Params<'_>, parts: &[u32], sort: &str) -> Vec<Vec<u32>> {
    let paid = |at: usize| &facts.disbursements[parts[at] as usize];
    let mut found: Vec<(usize, usize)> = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for end in 0..parts.len() {
        sum += paid(end).still_paid();
        while days_between(paid(start).date, paid(end).date) > params.count("days", paid(end).date) {
            sum -= paid(start).still_paid();
            start += 1;
        }
        let enough = (end - start + 1) as i64 >= params.count("payments", paid(end).date).max(2);
        if enough && sum >= limit(params, sort, paid(end).date) {
            match found.last_mut() {
                Some(last) if start <= last.1 => last.1 = end,
                _ => found.push((start, end)),
            }
        }
    }
    found.into_iter().map(|(from, to)| parts[from..=to].to_vec()).collect()
}

fn hit(facts: &Facts, params: &Params<'_>, cluster: &[u32], place: &str, sort: &str) -> Hit {
    let paid = |at: &u32| &facts.disbursements[*at as usize];
    let (first, last) = (paid(&cluster[0]), paid(&cluster[cluster.len() - 1]));
    let sum: i64 = cluster.iter().map(|at| paid(at).still_paid()).sum();
    let title = match sort {
        "works" => "工程",
        "goods" => "货物",
        _ => "服务",
    };
    let figures = Evidence::new("计算")
        .text("类别", title)
        .fen("招标限额", limit(params, sort, last.date))
        .count("笔数", cluster.len() as i64)
        .day("首笔", first.date)
        .day("末笔", last.date)
        .fen("合计", sum);
    let hit = Hit::new(Subject::Payee(first.payee.clone())).occasion(format!("{place} {}", first.doc_no)).evidence(figures);
    cluster.iter().fold(hit, |hit, at| hit.disbursement(facts, *at))
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const WAN: i64 = 1_000_000;

    /// Two payments of 210 万元 for works, 20 days apart, each under a project of 210 万元.
    fn county() -> Sample {
        let mut s = Sample::new();
        for (at, day) in [(1, 20180701), (2, 20180721)] {
            s.project(&format!("X{at}"), 210 * WAN);
            s.disbursement(&format!("ZF{at}"), &format!("X{at}"), "示例甲公司", 210 * WAN, day);
        }
        s
    }

    #[test]
    fn parts_that_reach_the_threshold_together_are_one_purchase() {
        let found = county().hits("U03");
        assert_eq!((found.len(), found[0].amount, found[0].disbursements.len()), (1, 420 * WAN, 2));
        assert_eq!(found[0].occasion, "108 ZF1");
    }

    #[test]
    fn under_one_project_it_is_told_once() {
        let mut s = county();
        s.last().project = "X1".into();
        let found = s.hits("U03");
        assert_eq!((found.len(), found[0].occasion.as_str()), (1, "X1 ZF1"));
    }

    #[test]
    fn far_apart_below_the_threshold_or_to_somebody_else_is_innocent() {
        let mut s = county();
        s.last().date = 20180801; // 31 days
        assert!(s.hits("U03").is_empty());
        s.last().date = 20180721;
        s.last().amount = 189 * WAN;
        assert!(s.hits("U03").is_empty(), "399 万元");
        s.last().amount = 210 * WAN;
        s.last().payee = "示例乙公司".into();
        assert!(s.hits("U03").is_empty());
    }

    #[test]
    fn progress_under_a_project_planned_above_the_threshold_is_innocent() {
        let mut s = county();
        s.facts.projects.iter_mut().for_each(|project| project.planned = 450 * WAN);
        assert!(s.hits("U03").is_empty());
    }

    #[test]
    fn progress_of_several_contracts_retention_moves_and_cooperatives_are_innocent() {
        for change in 0..5 {
            let mut s = county();
            for paid in &mut s.facts.disbursements {
                match change {
                    0 => paid.purpose = "进度款".into(),
                    1 => (paid.retention, paid.event) = (true, "retain".into()),
                    2 => (paid.payee_kind, paid.event) = ("预算单位".into(), "move".into()),
                    3 => paid.payee_kind = "合作社".into(),
                    _ => paid.refunded = paid.amount,
                }
            }
            assert!(s.hits("U03").is_empty(), "{change}");
        }
    }

    #[test]
    fn another_buyer_is_another_purchase() {
        let mut s = county();
        s.last().unit = "109".into();
        assert!(s.hits("U03").is_empty());
    }

    #[test]
    fn goods_services_and_the_time_before_have_their_own_thresholds() {
        let sums = |kind: &str, purpose: &str, each: i64, month: i64| {
            let mut s = county();
            for (at, paid) in s.facts.disbursements.iter_mut().enumerate() {
                (paid.payee_kind, paid.purpose, paid.amount) = (kind.into(), purpose.into(), each);
                paid.date = month * 100 + 1 + at as i64;
            }
            s.facts.projects.iter_mut().for_each(|project| project.planned = each);
            s.hits("U03").len()
        };
        assert_eq!((sums("供应商", "种苗", 99 * WAN, 201807), sums("供应商", "种苗", 100 * WAN, 201807)), (0, 1));
        assert_eq!((sums("供应商", "监理费", 49 * WAN, 201807), sums("供应商", "监理费", 50 * WAN, 201807)), (0, 1));
        assert_eq!((sums("施工单位", "工程款", 100 * WAN, 201807), sums("施工单位", "工程款", 100 * WAN, 201805)), (0, 1));
    }
}
