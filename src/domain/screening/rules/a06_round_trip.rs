//! A06 回流: money that was paid and soon returned to the unit, its staff or a related account: by a refund without a case
//! behind it, or by a payment whose account is a unit's or its staff's.

use crate::domain::screening::facts::{Card, Disbursement, Payroll, Refund, Unit, days_between, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "A06",
    name: "回流",
    version: 1,
    severity: Severity::Hold,
    meaning: "付给领款人、施工单位的款项短期内大部分回到单位、职工或关联账户。应排除：注明案件或线索编号的追缴；银行退票和账号更正；\
              工程结算核减的小额退回；单位之间正常拨款。",
    source: "审计署贫困县扶贫审计结果公告（虚列支出、套取资金）；审计署财政审计方法 A0109；东发〔2018〕14号“虚报冒领”",
    needs: &[],
    params: &[
        Param { name: "days", title: "付款后多少天内", kind: ParamKind::Count, default: "30" },
        Param { name: "share", title: "回流占付款的比例达到多少", kind: ParamKind::Share, default: "0.2" },
        Param { name: "case", title: "追缴依据字样（原因、用途中）", kind: ParamKind::Words, default: "案;线索" },
        Param {
            name: "mended",
            title: "更正差错字样（原因中）",
            kind: ParamKind::Words,
            default: "退票;账号有误;账号错误;账户有误;户名不符;户名有误;账户已销户;结算核减;工程量核减",
        },
        Param {
            name: "public", title: "单位账户不应作收款账户的单位类型", kind: ParamKind::Words, default: "财政;主管部门;乡镇"
        },
        Param { name: "between", title: "单位之间拨款的收款人类型", kind: ParamKind::Words, default: "预算单位;村集体" },
    ],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    refunds(facts, params, hits);
    let mut units: BTreeMap<&str, &Unit> = BTreeMap::new();
    for unit in facts.units.iter().filter(|unit| !unit.account.is_empty()) {
        units.entry(unit.account.as_str()).or_insert(unit);
    }
    let staff = staff(facts);
    let moves = moves(facts, &units);
    for at in 0..facts.disbursements.len() as u32 {
        let paid = &facts.disbursements[at as usize];
        let case = || payee::says_one_of(&paid.purpose, params.words("case", paid.date));
        if paid.amount <= paid.refunded || paid.event == "retain" && paid.retention_paid == 0 {
            continue;
        }
        let found = own_account(facts, params, &units, paid)
            .or_else(|| staff_account(facts, params, &staff, paid))
            .or_else(|| sent_back(facts, params, &units, &moves, paid));
        if let Some(evidence) = found
            && !case()
        {
            let hit = evidence.into_iter().fold(Hit::new(Subject::Disbursement(at)), Hit::evidence);
            hits.push(hit.disbursement(facts, at));
        }
    }
}

/// What was paid and refunded soon, for the most part, with neither a case nor a mistake as the reason.
fn refunds(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let mut lines: BTreeMap<u32, Vec<&Refund>> = BTreeMap::new();
    let mut projects: BTreeMap<u32, Vec<&Refund>> = BTreeMap::new();
    for refund in &facts.refunds {
        let (group, at, paid) = match (facts.payments.get(refund.payment as usize), facts.disbursements.get(refund.disbursement as usize)) {
            (Some(line), _) => (&mut lines, refund.payment, line.booked),
            (None, Some(payment)) => (&mut projects, refund.disbursement, payment.date),
            (None, None) => continue,
        };
        let days = days_between(paid, refund.date);
        let explained = payee::says_one_of(&refund.reason, params.words("case", refund.date))
            || payee::says_one_of(&refund.reason, params.words("mended", refund.date));
        if paid > 0 && (0..=params.count("days", refund.date)).contains(&days) && !explained {
            group.entry(at).or_default().push(refund);
        }
    }
    let most = |amount: i64, refunds: &[&Refund]| {
        let day = refunds.first().map_or(facts.as_of, |refund| refund.date);
        Decimal::from(sum(refunds)) >= Decimal::from(amount) * params.share("share", day)
    };
    let mut people: BTreeMap<u32, Vec<(u32, Vec<&Refund>)>> = BTreeMap::new();
    for (at, refunds) in lines {
        let line = &facts.payments[at as usize];
        if line.state.counts() && most(line.amount, &refunds) {
            people.entry(line.person).or_default().push((at, refunds));
        }
    }
    for (person, lines) in people {
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        for (at, refunds) in &lines {
            hit = came_back(hit.payment(facts, *at), refunds, facts.payments[*at as usize].booked);
        }
        let back = lines.iter().map(|(_, refunds)| sum(refunds)).sum();
        hits.push(hit.amount(back));
    }
    for (at, refunds) in projects {
        let paid = &facts.disbursements[at as usize];
        if most(paid.amount, &refunds) {
            let hit = Hit::new(Subject::Disbursement(at)).occasion("退回").disbursement(facts, at);
            hits.push(came_back(hit, &refunds, paid.date).amount(sum(&refunds)));
        }
    }
}

fn sum(refunds: &[&Refund]) -> i64 {
    refunds.iter().map(|refund| refund.amount).sum()
}

fn came_back(hit: Hit, refunds: &[&Refund], paid: i64) -> Hit {
    refunds.iter().fold(hit, |hit, refund| {
        let evidence = Evidence::new("退回").text("退回凭证号", &refund.doc_no).day("日期", refund.date).fen("金额", refund.amount);
        let evidence = evidence.count("付款后天数", days_between(paid, refund.date)).text("原因", &refund.reason);
        hit.evidence(evidence.from(refund.origin)).voucher(refund.voucher)
    })
}

/// A payee who is no unit is paid to a unit's account.
fn own_account(facts: &Facts, params: &Params<'_>, units: &BTreeMap<&str, &Unit>, paid: &Disbursement) -> Option<Vec<Evidence>> {
    let unit = units.get(paid.account.as_str())?;
    let public = params.words("public", paid.date).contains(&unit.kind);
    if !public || params.words("between", paid.date).contains(&paid.payee_kind) || payee::same_name(&paid.payee, &unit.name) {
        return None;
    }
    let evidence = Evidence::new("收款账户").says("账号", Says::Account(paid.account.clone())).text("账户所属单位", &unit.name);
    Some(vec![evidence.text("付款单位", facts.unit_name(&paid.unit))])
}

/// Cards of people on the payroll, by account.
type Staff<'a> = BTreeMap<&'a str, Vec<(&'a Card, &'a [Payroll])>>;

fn staff(facts: &Facts) -> Staff<'_> {
    let mut staff = Staff::new();
    for person in facts.lists.payroll.owners() {
        for card in facts.cards_of(person) {
            let number = facts.accounts.get(card.account as usize).map_or("", |account| &account.number);
            staff.entry(number).or_default().push((card, facts.lists.payroll.of(person)));
        }
    }
    staff
}

/// A payee who is no person is paid to the card of somebody whom the paying unit employs.
fn staff_account(facts: &Facts, params: &Params<'_>, staff: &Staff<'_>, paid: &Disbursement) -> Option<Vec<Evidence>> {
    if paid.payee_kind == "个人" || params.words("between", paid.date).contains(&paid.payee_kind) {
        return None;
    }
    let unit = facts.unit_name(&paid.unit);
    let employed = |row: &&Payroll| row.employer == unit && row.from <= paid.date && paid.date <= row.to;
    let (card, row) = staff.get(paid.account.as_str())?.iter().find_map(|(card, rows)| Some((card, rows.iter().find(employed)?)))?;
    let account = Evidence::new("收款账户").says("账号", Says::Account(paid.account.clone()));
    let account = account.says("一卡通户名", Says::Name(card.holder.to_string())).from(card.origin);
    let listed = payee::row_of(facts, "财政供养名单", card.person).text("单位", &row.employer);
    Some(vec![account, listed.day("起始日期", row.from).day("终止日期", row.to).from(row.origin)])
}

/// Paying unit and paid unit → payments, by date.
type Moves<'a> = BTreeMap<(&'a str, &'a str), Vec<(i64, &'a Disbursement)>>;

fn moves<'a>(facts: &'a Facts, units: &BTreeMap<&'a str, &'a Unit>) -> Moves<'a> {
    let mut moves = Moves::new();
    for paid in &facts.disbursements {
        if let Some(unit) = units.get(paid.account.as_str()).filter(|unit| unit.code != paid.unit) {
            moves.entry((paid.unit.as_str(), unit.code.as_str())).or_default().push((paid.date, paid));
        }
    }
    moves.values_mut().for_each(|payments| payments.sort_by_key(|(date, _)| *date));
    moves
}

/// A unit that was paid pays the payer within the days.
fn sent_back(
    facts: &Facts,
    params: &Params<'_>,
    units: &BTreeMap<&str, &Unit>,
    moves: &Moves<'_>,
    paid: &Disbursement,
) -> Option<Vec<Evidence>> {
    let back_to = units.get(paid.account.as_str())?;
    let earlier = moves.get(&(back_to.code.as_str(), paid.unit.as_str()))?;
    let before = earlier.partition_point(|(date, _)| *date <= paid.date);
    let (share, days) = (params.share("share", paid.date), params.count("days", paid.date));
    let soon = earlier[..before].iter().rev().take_while(|(date, _)| days_between(*date, paid.date) <= days);
    let enough = |first: &&Disbursement| Decimal::from(paid.amount) >= Decimal::from(first.amount) * share;
    let first = soon.map(|(_, first)| *first).find(enough)?;
    let evidence = Evidence::new("先前付款").text("支付凭证号", &first.doc_no).day("日期", first.date).fen("金额", first.amount);
    let evidence = evidence.text("付款单位", facts.unit_name(&first.unit)).text("收款单位", facts.unit_name(&paid.unit));
    Some(vec![evidence.count("相隔天数", days_between(first.date, paid.date)).from(first.origin)])
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{NONE, Payroll, Refund, Unit};
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";
    const CLERK: &str = "469007197001010044";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H2", "李样职", CLERK);
        s.program("DB", "月", 30_000);
        for (code, name, kind, account) in [("108", "某局（样）", "主管部门", "4600100108"), ("201", "某镇（样）", "乡镇", "4600100201")]
        {
            s.facts.units.push(Unit {
                code: code.into(),
                name: name.into(),
                kind: kind.into(),
                account: account.into(),
                ..Unit::default()
            });
        }
        s
    }

    /// A line on the card on 2018-03-30 that was refunded.
    fn line_refunded(amount: i64, date: i64, reason: &str) -> usize {
        let mut s = county();
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.refunded(amount);
        let reason = reason.into();
        s.facts.refunds.push(Refund { doc_no: "TH1".into(), date, payment: 0, disbursement: NONE, amount, reason, ..Refund::default() });
        s.hits("A06").len()
    }

    #[test]
    fn a_line_that_came_back_within_the_days_is_found() {
        assert_eq!(line_refunded(30_000, 20180429, "退回单位"), 1);
        assert_eq!(line_refunded(30_000, 20180430, "退回单位"), 0, "thirty-one days");
        assert_eq!(line_refunded(6_000, 20180405, "退回单位"), 1, "a fifth");
        assert_eq!(line_refunded(5_999, 20180405, "退回单位"), 0);
    }

    #[test]
    fn recovery_with_a_case_and_mended_mistakes_are_innocent() {
        assert_eq!(line_refunded(30_000, 20180405, "东纪案〔2018〕5号追缴"), 0);
        assert_eq!(line_refunded(30_000, 20180405, "线索XS2018-03核实后追回"), 0);
        assert_eq!(line_refunded(30_000, 20180405, "银行退票"), 0);
    }

    fn paid_to(payee: &str, kind: &str, account: &str, purpose: &str) -> usize {
        let mut s = county();
        let clerk = Payroll { employer: "某局（样）".into(), from: 20100101, to: 99991231, ..Payroll::default() };
        s.rows.payroll.push((CLERK.into(), clerk));
        let paid = s.disbursement("ZF1", "X1", payee, 50_000, 20180601);
        (paid.payee_kind, paid.account, paid.purpose) = (kind.into(), account.into(), purpose.into());
        s.hits("A06").len()
    }

    #[test]
    fn a_contractor_with_a_units_or_its_clerks_account_is_found() {
        assert_eq!(paid_to("样板建筑公司", "施工单位", "4600100108", "工程款"), 1);
        assert_eq!(paid_to("样板建筑公司", "施工单位", &format!("62{CLERK}"), "工程款"), 1);
        assert_eq!(paid_to("样板建筑公司", "施工单位", &format!("62{ID}"), "工程款"), 0, "nobody of the unit");
        assert_eq!(paid_to("样板建筑公司", "施工单位", "62100000001", "工程款"), 0);
        assert_eq!(paid_to("某镇（样）", "预算单位", "4600100201", "项目资金拨付"), 0, "from unit to unit");
        assert_eq!(paid_to("样板建筑公司", "施工单位", "4600100108", "案件追缴"), 0);
    }

    /// The bureau pays the township on 2018-06-01, and the township pays the bureau.
    fn back(amount: i64, date: i64) -> usize {
        let mut s = county();
        for (doc_no, unit, account, amount, date) in
            [("ZF1", "108", "4600100201", 100_000, 20180601), ("ZF2", "201", "4600100108", amount, date)]
        {
            let paid = s.disbursement(doc_no, "X1", "某单位", amount, date);
            (paid.unit, paid.account, paid.payee_kind) = (unit.into(), account.into(), "预算单位".into());
        }
        s.hits("A06").len()
    }

    #[test]
    fn a_unit_that_pays_its_payer_back_soon_is_found() {
        assert_eq!(back(90_000, 20180701), 1);
        assert_eq!(back(90_000, 20180702), 0);
        assert_eq!(back(19_999, 20180701), 0);
    }

    #[test]
    fn a_contractors_full_refund_is_found_and_a_settlement_is_not() {
        for (amount, reason, found) in [(60_000, "退回", 1), (60_000, "工程量核减，多付部分退回", 0), (5_000, "退回", 0)] {
            let mut s = county();
            s.disbursement("ZF1", "X1", "样板建筑公司", 100_000, 20180601).refunded = amount;
            let refund = Refund { date: 20180610, payment: NONE, disbursement: 0, amount, reason: reason.into(), ..Refund::default() };
            s.facts.refunds.push(refund);
            assert_eq!(s.hits("A06").len(), found, "{reason} {amount}");
        }
    }
}
