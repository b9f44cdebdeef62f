//! U11 管理费超限: more management fee (项目管理费) than a hundredth of the special fund. The law measures it against all special
//! money of the level and year; a single document that bears more than its share while the year keeps the limit is held only.

use crate::domain::screening::facts::Disbursement;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "U11",
    name: "管理费超限",
    version: 1,
    severity: Severity::Block,
    meaning: "从专项扶贫资金列支的项目管理费超过规定比例；全年未超、单个指标超过的为待核（可能集中在一个指标列支）。\
              应排除：县级自有资金列支的管理费；代建、物业、经营管理费；已退回的；拨付后再转付的同一笔。",
    source: "财农〔2017〕8号 中央财政专项扶贫资金管理办法（项目管理费不超过 1%）；琼府办〔2016〕324号",
    needs: &[],
    params: &[
        Param { name: "share", title: "管理费占专项资金的比例", kind: ParamKind::Share, default: "0.01" },
        Param { name: "words", title: "用途为管理费的字样", kind: ParamKind::Words, default: "管理费" },
        Param {
            name: "not", title: "排除字样", kind: ParamKind::Words, default: "代建;物业;经营管理;养护管理;运营管理;管理费用补贴"
        },
        Param { name: "levels", title: "适用的资金级次", kind: ParamKind::Words, default: "中央;省" },
        Param { name: "categories", title: "适用的资金类别", kind: ParamKind::Words, default: "财政专项扶贫资金" },
    ],
    pass: Pass::Book,
    find,
};

/// Fees of a fund: paid, moved to a unit, and paid on by units out of what was moved.
#[derive(Default)]
struct Fees {
    paid: i64,
    moved: i64,
    onward: i64,
    payments: Vec<u32>,
}

impl Fees {
    /// What a unit pays on is the fee that was moved to it, not another one.
    fn sum(&self) -> i64 {
        self.paid + self.moved.max(self.onward)
    }
}

fn is_fee(paid: &Disbursement, params: &Params<'_>) -> bool {
    let says = |name| params.words(name, paid.date).iter().any(|word| paid.purpose.contains(word.as_str()));
    paid.still_paid() > 0 && paid.event != "retain" && says("words") && !says("not")
}

fn fees<'a>(facts: &'a Facts, params: &Params<'_>) -> BTreeMap<&'a str, Fees> {
    let mut fees: BTreeMap<&str, Fees> = BTreeMap::new();
    for (at, paid) in facts.disbursements.iter().enumerate().filter(|(_, paid)| is_fee(paid, params)) {
        let mut left = paid.still_paid(); // what came last goes back first
        for slice in &paid.slices {
            let (part, dim) = (slice.amount.min(left), facts.dims.get(slice.dim as usize));
            left -= part;
            let Some(dim) = dim.filter(|_| part > 0) else { continue };
            let of = fees.entry(&dim.fund).or_default();
            match paid.event.as_str() {
                "move" => of.moved += part,
                "onward" => of.onward += part,
                _ => of.paid += part,
            }
            if of.payments.last() != Some(&(at as u32)) {
                of.payments.push(at as u32);
            }
        }
    }
    fees
}

fn limit(amount: i64, share: Decimal) -> i64 {
    (Decimal::from(amount) * share).floor().to_i64().unwrap_or(i64::MAX)
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let fees = fees(facts, params);
    if fees.is_empty() {
        return;
    }
    let mut years: BTreeMap<(i64, &str), Vec<usize>> = BTreeMap::new();
    for (at, fund) in facts.funds.iter().enumerate() {
        let counts = |name, text: &String| params.words(name, fund.received).contains(text);
        if counts("levels", &fund.level) && counts("categories", &fund.category) {
            years.entry((fund.year, &fund.level)).or_default().push(at);
        }
    }
    for ((year, level), funds) in years {
        let share = params.share("share", (year * 10_000 + 1231).min(facts.as_of));
        let fee = |at: &usize| fees.get(facts.funds[*at].doc_no.as_str());
        let (total, spent): (i64, i64) =
            funds.iter().fold((0, 0), |(total, spent), at| (total + facts.funds[*at].amount, spent + fee(at).map_or(0, Fees::sum)));
        let most = limit(total, share);
        let whole = Evidence::new("全年")
            .count("年度", year)
            .text("级次", level)
            .fen("专项资金", total)
            .share("比例", share)
            .fen("可列管理费", most)
            .fen("已列管理费", spent);
        // a year over its limit has at least one document over its own
        for at in &funds {
            let (fund, Some(fee)) = (&facts.funds[*at], fee(at)) else { continue };
            let own = limit(fund.amount, share);
            if fee.sum() <= own {
                continue;
            }
            let row = Evidence::new("指标")
                .text("指标文号", &fund.doc_no)
                .fen("指标金额", fund.amount)
                .fen("按比例可列", own)
                .fen("已列管理费", fee.sum())
                .from(fund.origin);
            let hit = Hit::new(Subject::Fund(fund.doc_no.clone())).evidence(row).evidence(whole.clone());
            let hit = fee.payments.iter().fold(hit, |hit, at| hit.disbursement(facts, *at)).amount(fee.sum() - own);
            hits.push(if spent > most { hit } else { hit.severity(Severity::Hold) });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Slice;
    use crate::domain::screening::sample::Sample;
    use crate::domain::screening::{Severity, Subject};

    /// Two central documents of 100 万元 each: 2 万元 of fee a year, 1 万元 for each.
    fn county() -> Sample {
        let mut s = Sample::new();
        for doc in ["财农1", "财农2"] {
            s.fund(doc, "中央", 100_000_000, 20180201);
            s.dim(doc, "分1", "108", "X1", "");
        }
        s
    }

    fn fee(s: &mut Sample, dim: u32, event: &str, amount: i64) {
        let paid = s.disbursement("ZF", "X1", "示例咨询公司", amount, 20180701);
        (paid.purpose, paid.event, paid.slices) = ("项目管理费".into(), event.into(), vec![Slice { dim, amount }]);
    }

    #[test]
    fn a_hundredth_of_the_year_is_the_limit() {
        let mut s = county();
        fee(&mut s, 0, "pay", 1_000_000);
        fee(&mut s, 1, "pay", 1_000_000);
        assert!(s.hits("U11").is_empty());
        fee(&mut s, 1, "pay", 1);
        let found = s.hits("U11");
        assert_eq!((found.len(), found[0].amount, found[0].severity), (1, 1, None));
        assert_eq!(found[0].subject, Subject::Fund("财农2".into()));
    }

    #[test]
    fn one_document_may_bear_the_fee_of_both_but_is_looked_at() {
        let mut s = county();
        fee(&mut s, 0, "pay", 2_000_000);
        let found = s.hits("U11");
        assert_eq!((found.len(), found[0].severity), (1, Some(Severity::Hold)));
    }

    #[test]
    fn a_fee_moved_and_paid_on_is_one_fee() {
        let mut s = county();
        fee(&mut s, 0, "move", 1_000_000);
        fee(&mut s, 0, "onward", 1_000_000);
        assert!(s.hits("U11").is_empty());
    }

    #[test]
    fn own_money_other_categories_other_fees_and_money_given_back_are_innocent() {
        for change in 0..4 {
            let mut s = county();
            fee(&mut s, 0, "pay", 3_000_000);
            match change {
                0 => s.facts.funds.iter_mut().for_each(|fund| fund.level = "县".into()),
                1 => s.facts.funds.iter_mut().for_each(|fund| fund.category = "其他".into()),
                2 => s.last().purpose = "代建管理费".into(),
                _ => s.last().refunded = 2_000_000,
            }
            assert!(s.hits("U11").is_empty(), "{change}");
        }
        let mut s = county();
        fee(&mut s, 0, "pay", 3_000_000);
        assert_eq!(s.hits("U11").len(), 1);
    }
}
