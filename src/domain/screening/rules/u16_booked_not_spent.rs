//! U16 虚列支出、以拨列支: in the last days of the year expenditure was booked by paying a unit's own account (实有资金账户),
//! and at the year's end the money lay there, or it came back afterwards.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{Day, Disbursement, Holding, Refund, add_days, payee_key, year_of};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "U16",
    name: "虚列支出、以拨列支",
    version: 1,
    severity: Severity::Hold,
    meaning: "年末最后几天把款项拨入预算单位实有资金账户并列支，年末仍未付给最终收款人，或次年退回。\
              应排除：年内已转付最终收款人的；年内已退回的；付给村集体、企业、施工单位的；年初、年中拨付的（见以拨代支）。",
    source: "审计署财政审计方法 A0103、A0108（以拨列支、虚列支出）；财政总预算会计制度（财库〔2015〕192号）",
    needs: &[],
    params: &[
        Param { name: "days", title: "年末最后多少天", kind: ParamKind::Count, default: "15" },
        Param {
            name: "unit_kinds", title: "视为实有资金账户的单位类型", kind: ParamKind::Words, default: "财政;主管部门;乡镇"
        },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let own = OwnAccounts::new(facts, params);
    let mut back: BTreeMap<u32, Vec<&Refund>> = BTreeMap::new();
    for refund in &facts.refunds {
        back.entry(refund.disbursement).or_default().push(refund);
    }
    let (mut unspent, mut found) = (Unspent::new(facts), Vec::new());
    // the latest first: what a unit holds at the end of the year is what came last
    for (at, paid) in facts.disbursements.iter().enumerate().rev() {
        let end = year_of(paid.date) * 10_000 + 1231;
        if facts.as_of < end || paid.date <= add_days(end, -params.count("days", paid.date)) {
            continue;
        }
        let refunds = back.get(&(at as u32)).map_or(&[][..], Vec::as_slice);
        let within: i64 = refunds.iter().filter(|refund| refund.date <= end).map(|refund| refund.amount).sum();
        let left = match paid.event.as_str() {
            "move" => unspent.take(paid, end),
            "pay" if own.holds(paid) => paid.amount - within,
            _ => 0,
        };
        if left > 0 {
            found.push(hit(facts, at as u32, refunds, left, end));
        }
    }
    found.into_iter().rev().for_each(|hit| hits.push(hit));
}

fn hit(facts: &Facts, at: u32, refunds: &[&Refund], left: i64, end: Day) -> Hit {
    let paid = &facts.disbursements[at as usize];
    let later: i64 = refunds.iter().filter(|refund| refund.date > end).map(|refund| refund.amount).sum();
    let figures = Evidence::new("计算")
        .day("列支日期", paid.date)
        .day("年末", end)
        .fen("列支金额", paid.amount)
        .fen("年末未付最终收款人", left)
        .fen("次年以后退回", later);
    let hit = Hit::new(Subject::Disbursement(at)).disbursement(facts, at).evidence(figures);
    let hit = refunds.iter().filter(|refund| refund.date > end).fold(hit, |hit, refund| {
        let row = Evidence::new("退回").text("退回凭证号", &refund.doc_no).day("日期", refund.date).fen("金额", refund.amount);
        hit.voucher(refund.voucher).evidence(row.text("原因", &refund.reason).from(refund.origin))
    });
    hit.amount(left)
}

/// What units still held of what came to them on a day, by dimension set.
struct Unspent {
    moved: BTreeMap<u32, Holding>,
    /// By dimension set, year's end and day of arrival.
    left: BTreeMap<(u32, Day, Day), i64>,
    known: BTreeSet<(u32, Day)>,
}

impl Unspent {
    fn new(facts: &Facts) -> Unspent {
        let moved = facts.holdings(&[Place::Moved], |at, _| Some(at));
        Unspent { moved, left: BTreeMap::new(), known: BTreeSet::new() }
    }

    /// What of a payment was still there at the year's end.
    fn take(&mut self, paid: &Disbursement, end: Day) -> i64 {
        let mut sum = 0;
        for slice in &paid.slices {
            if self.known.insert((slice.dim, end))
                && let Some(holding) = self.moved.get(&slice.dim)
            {
                self.left.extend(holding.layers(end).into_iter().map(|layer| ((slice.dim, end, layer.since), layer.amount)));
            }
            if let Some(left) = self.left.get_mut(&(slice.dim, end, paid.date)) {
                let part = slice.amount.min(*left);
                *left -= part;
                sum += part;
            }
        }
        sum
    }
}

/// Accounts and names of the units that are no final payees.
struct OwnAccounts {
    accounts: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl OwnAccounts {
    fn new(facts: &Facts, params: &Params<'_>) -> OwnAccounts {
        let kinds = params.words("unit_kinds", facts.as_of);
        let units = || facts.units.iter().filter(|unit| kinds.contains(&unit.kind));
        let accounts = units().map(|unit| digits(&unit.account)).filter(|account| !account.is_empty()).collect();
        OwnAccounts { accounts, names: units().map(|unit| payee_key(&unit.name)).collect() }
    }

    fn holds(&self, paid: &Disbursement) -> bool {
        self.accounts.contains(&digits(&paid.account)) || self.names.contains(&payee_key(&paid.payee))
    }
}

fn digits(account: &str) -> String {
    account.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::facts::{Refund, Slice};
    use crate::domain::screening::sample::Sample;

    /// 1,000 元 moved to the township's account on a day of December 2018.
    fn county(day: i64) -> (Sample, u32) {
        let mut s = Sample::new();
        s.unit("205", "示镇人民政府", "乡镇", "4600 1001");
        let dim = s.dim("财农1", "分1", "205", "X1", "");
        s.moved(Place::Moved, dim, day, 100_000);
        let paid = s.disbursement("ZF1", "X1", "示镇人民政府", 100_000, day);
        (paid.event, paid.payee_kind, paid.slices) = ("move".into(), "预算单位".into(), vec![Slice { dim, amount: 100_000 }]);
        s.as_of(20190131);
        (s, dim)
    }

    #[test]
    fn the_last_fifteen_days_begin_on_the_seventeenth() {
        assert!(county(20181216).0.hits("U16").is_empty());
        let found = county(20181217).0.hits("U16");
        assert_eq!((found.len(), found[0].amount), (1, 100_000));
        let (mut s, _) = county(20181217);
        s.as_of(20181230);
        assert!(s.hits("U16").is_empty(), "the year is not over");
    }

    #[test]
    fn what_was_paid_on_within_the_year_was_spent_and_after_it_was_not() {
        let (mut s, dim) = county(20181220);
        s.moved(Place::Moved, dim, 20181228, -70_000);
        assert_eq!(s.hits("U16")[0].amount, 30_000);
        s.moved(Place::Moved, dim, 20181231, -30_000);
        assert!(s.hits("U16").is_empty());
        let (mut s, dim) = county(20181220);
        s.moved(Place::Moved, dim, 20190105, -100_000);
        assert_eq!(s.hits("U16").len(), 1);
    }

    #[test]
    fn older_money_of_another_project_does_not_stand_in_its_way() {
        let (mut s, dim) = county(20181220);
        let other = s.dim("财农1", "分1", "205", "X2", "");
        s.moved(Place::Moved, other, 20180601, 500_000);
        s.moved(Place::Moved, dim, 20181228, -100_000);
        assert!(s.hits("U16").is_empty());
    }

    #[test]
    fn two_payments_of_a_day_share_what_is_left() {
        let (mut s, dim) = county(20181220);
        s.moved(Place::Moved, dim, 20181220, 50_000);
        s.moved(Place::Moved, dim, 20181228, -100_000);
        let paid = s.disbursement("ZF2", "X1", "示镇人民政府", 50_000, 20181220);
        (paid.event, paid.slices) = ("move".into(), vec![Slice { dim, amount: 50_000 }]);
        let found = s.hits("U16");
        assert_eq!((found.len(), found[0].amount, &found[0].disbursements[..]), (1, 50_000, &[1][..]));
    }

    fn paid(payee: &str, account: &str) -> Sample {
        let mut s = Sample::new();
        s.unit("205", "示镇人民政府", "乡镇", "4600 1001");
        s.unit("901", "示村股份经济合作社", "村", "46002002");
        s.disbursement("ZF1", "X1", payee, 100_000, 20181225).account = account.into();
        s.as_of(20190131);
        s
    }

    #[test]
    fn a_units_account_or_name_is_known_whatever_the_payee_is_called() {
        assert_eq!(paid("示例项目部", "46001001").hits("U16").len(), 1);
        assert_eq!(paid("示镇 人民政府", "999").hits("U16").len(), 1);
        assert!(paid("示村股份经济合作社", "46002002").hits("U16").is_empty(), "a village is a final payee");
        assert!(paid("示例甲公司", "").hits("U16").is_empty());
    }

    #[test]
    fn money_back_after_the_year_is_told_and_back_before_it_is_innocent() {
        for (day, expected) in [(20190110, 1), (20181230, 0)] {
            let mut s = paid("示例项目部", "46001001");
            s.facts.refunds.push(Refund { doc_no: "TH1".into(), date: day, disbursement: 0, amount: 100_000, ..Refund::default() });
            s.last().refunded = 100_000;
            let found = s.hits("U16");
            assert_eq!(found.len(), expected, "{day}");
            assert!(found.iter().all(|hit| hit.amount == 100_000 && hit.evidence.len() == 3));
        }
    }
}
