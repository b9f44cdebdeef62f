//! S08 扶贫名义融资: poverty money that serves a debt, a guarantee or a financing platform.

use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "S08",
    name: "扶贫名义融资还债",
    version: 1,
    severity: Severity::Block,
    meaning: "项目支付的用途或收款人是还本付息、担保、垫资或融资平台。应排除：规定设立的风险补偿金；扶贫贷款贴息；工程履约、投标等保证金（设为参数）。",
    source: "东发〔2018〕14号（坚决查处打着扶贫旗号违法违规融资的行为，杜绝借扶贫名义为其他项目举债融资）；财农〔2017〕8号（不得用于弥补预算支出缺口和偿还债务）",
    needs: &[],
    params: &[
        Param {
            name: "purposes",
            title: "用途中的词",
            kind: ParamKind::Words,
            default: "还本付息;偿还贷款;偿还银行贷款;归还贷款;偿还债务;归还借款;偿还借款;偿债;还贷;还债;付息;支付利息;贷款利息;贷款本金;担保;垫资;融资;举债;注资平台",
        },
        Param {
            name: "payees",
            title: "收款人名称中的词",
            kind: ParamKind::Words,
            default: "融资;担保;城投;投融资平台;资产管理公司;小额贷款公司",
        },
        Param {
            name: "exempt",
            title: "规定设立、不算融资的用途（词）",
            kind: ParamKind::Words,
            default: "风险补偿;贴息;利息补贴;履约担保;投标担保;支付担保;预付款担保;质量担保;工资担保",
        },
    ],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for (at, paid) in facts.disbursements.iter().enumerate() {
        if paid.amount <= paid.refunded {
            continue;
        }
        let word = |list: &str, text: &str| params.words(list, paid.date).iter().find(|word| text.contains(word.as_str()));
        if word("exempt", &paid.purpose).is_some() {
            continue;
        }
        let purpose = word("purposes", &paid.purpose).map(|word| ("用途", word));
        // people are no platforms, whatever they are called
        let payee = word("payees", &paid.payee).filter(|_| paid.payee_kind != "个人").map(|word| ("收款人", word));
        let Some((place, word)) = purpose.or(payee) else { continue };
        let evidence = Evidence::new("计算").text("所在栏", place).text("词", word);
        let at = at as u32;
        hits.push(Hit::new(Subject::Disbursement(at)).disbursement(facts, at).evidence(evidence));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    fn hits(payee: &str, purpose: &str) -> usize {
        let mut s = Sample::new();
        s.disbursement("ZF1", "X1", payee, 1_000_000, 20180601).purpose = purpose.into();
        s.hits("S08").len()
    }

    #[test]
    fn debts_guarantees_and_platforms() {
        for (payee, purpose) in [
            ("示样银行", "贷款还本付息"),
            ("示样建设公司", "偿还债务"),
            ("示样公司", "为产业项目贷款提供担保"),
            ("示样城投公司", "项目资金"),
            ("示样融资担保公司", "往来款"),
            ("示样公司", "工程垫资款"),
        ] {
            assert_eq!(hits(payee, purpose), 1, "{payee} {purpose}");
        }
    }

    #[test]
    fn what_the_plan_itself_orders_and_ordinary_works_are_innocent() {
        for (payee, purpose) in [
            ("示样融资担保公司", "扶贫小额信贷风险补偿金"),
            ("示样银行", "扶贫小额信贷贴息"),
            ("示样建筑公司", "退还工程履约担保金"),
            ("示样建筑公司", "进度款"),
            ("示样合作社", "产业发展资金"),
        ] {
            assert_eq!(hits(payee, purpose), 0, "{payee} {purpose}");
        }
    }

    #[test]
    fn what_came_back_whole_is_settled() {
        let mut s = Sample::new();
        let paid = s.disbursement("ZF1", "X1", "示样银行", 1_000_000, 20180601);
        (paid.purpose, paid.refunded) = ("还本付息".into(), 1_000_000);
        assert!(s.hits("S08").is_empty());
    }
}
