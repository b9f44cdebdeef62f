//! U06 大额现金: public money paid in cash.

use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "U06",
    name: "大额现金",
    version: 1,
    severity: Severity::Hold,
    meaning: "以现金支付达到结算起点，或以现金付给单位、企业、合作社。应排除：起点以下付给个人的零星支出；向农户收购农副产品；已全额退回。",
    source: "现金管理暂行条例（国务院令第12号）第五条、第六条；财库〔2011〕160号 公务支出结算；国库集中支付规定",
    needs: &[],
    params: &[
        Param { name: "limit", title: "现金结算起点（元）", kind: ParamKind::Yuan, default: "1000" },
        Param {
            name: "exempt", title: "可以现金付给个人的用途字样", kind: ParamKind::Words, default: "收购农副产品;农副产品收购"
        },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for (at, paid) in facts.disbursements.iter().enumerate() {
        if paid.method != "现金" || paid.still_paid() <= 0 {
            continue;
        }
        let (person, limit) = (paid.payee_kind == "个人", params.fen("limit", paid.date));
        let why = if !person {
            "以现金付给单位、企业或合作社"
        } else if paid.amount >= limit && !params.words("exempt", paid.date).iter().any(|word| paid.purpose.contains(word.as_str())) {
            "现金达到结算起点"
        } else {
            continue;
        };
        let evidence =
            Evidence::new("计算").text("情形", why).text("收款人类型", &paid.payee_kind).fen("现金", paid.amount).fen("结算起点", limit);
        let at = at as u32;
        hits.push(Hit::new(Subject::Disbursement(at)).evidence(evidence).disbursement(facts, at));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    fn cash(kind: &str, purpose: &str, fen: i64) -> usize {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", "示例甲", fen, 20180701);
        let paid = s.last();
        (paid.method, paid.payee_kind, paid.purpose) = ("现金".into(), kind.into(), purpose.into());
        s.hits("U06").len()
    }

    #[test]
    fn a_person_may_have_less_than_the_limit_and_a_firm_nothing() {
        assert_eq!((cash("个人", "误工费", 99_999), cash("个人", "误工费", 100_000)), (0, 1));
        assert_eq!((cash("供应商", "种苗", 100), cash("村集体", "种苗", 100)), (1, 1));
    }

    #[test]
    fn produce_bought_from_a_farmer_is_exempt_but_not_from_a_firm() {
        assert_eq!((cash("个人", "收购农副产品款", 500_000), cash("合作社", "收购农副产品款", 500_000)), (0, 1));
    }

    #[test]
    fn transfers_and_cash_given_back_are_innocent() {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", "示例甲公司", 500_000, 20180701);
        assert!(s.hits("U06").is_empty());
        s.last().method = "现金".into();
        assert_eq!(s.hits("U06")[0].amount, 500_000);
        s.last().refunded = 500_000;
        assert!(s.hits("U06").is_empty());
    }

    #[test]
    fn the_limit_is_that_of_the_day() {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", "示例甲", 150_000, 20180701);
        let paid = s.last();
        (paid.method, paid.payee_kind) = ("现金".into(), "个人".into());
        assert!(s.hits_with("U06", &[("screen.U06.limit", "2000")]).is_empty());
    }
}
