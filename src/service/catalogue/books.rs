//! The books (账簿): trial balance, account ledger, one voucher, one fund.

use super::asked::{AS_OF, KNOWN_AT, choices, day, known_at, not_both};
use crate::app::Result;
use crate::app::account_ledger::account_ledger;
use crate::app::inquiry::{fund, voucher};
use crate::app::trial_balance::{Query, trial_balance};
use crate::domain::ledger::Group;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Place, Reach, Thing};
use chrono::{Datelike, NaiveDate};

const GROUPS: [Group; 2] = [Group::Control, Group::Statutory];
const MONTH: Param = Param::query("month", "月份", ParamKind::Month).hint("默认本月");
const BEFORE: Param = Param::query("before_closing", "年终结转前", ParamKind::Flag);
const GROUP: Param = Param::query("group", "账组", choices!(GROUPS, title));
const ACCOUNT: Param =
    Param::new("account", Place::Path, "科目编码", ParamKind::Int(1, 999_999_999_999)).required().hint("上级科目列出全部下级");
const FROM: Param = Param::query("from", "起始日期", ParamKind::Date).hint("默认截止日期当年 1 月 1 日");
const TO: Param = Param::query("to", "截止日期", ParamKind::Date).hint("默认今天");
const VOUCHER: Param = Param::path("voucher", "凭证").hint("序号，或凭证号（记-2018-09-0012）");
const FUND: Param = Param::path("fund", "指标文号");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("trial_balance.show", "/trial-balance", "科目余额表")
        .about("一个月或截至某日的期初、发生、期末，指标账和资金账各一张。")
        .may("money.read")
        .reach(Reach::County)
        .params(&[MONTH, AS_OF, KNOWN_AT, BEFORE, GROUP])
        .does(balances),
    Operation::get("ledger.show", "/ledger/{account}", "明细账")
        .about("一个科目在一段时间的全部分录和余额。")
        .may("money.read")
        .reach(Reach::County)
        .params(&[ACCOUNT, FROM, TO, KNOWN_AT])
        .does(ledger),
    Operation::get("voucher.show", "/vouchers/{voucher}", "记账凭证")
        .about("一张凭证的全部分录、制单、复核和校验值。")
        .may("money.read")
        .reach(Reach::Of(Thing::Voucher, "voucher"))
        .params(&[VOUCHER])
        .does(|call| Ok(voucher::show(call.bureau, call.input.must("voucher"))?.table().into())),
    Operation::get("fund.show", "/funds/{fund}", "指标")
        .about("一个指标：金额、现在何处、各项分配、有关凭证。")
        .may("money.read")
        .reach(Reach::County) // it names what every unit got
        .params(&[FUND])
        .does(|call| Ok(Answer::Tables(fund::show(call.bureau, call.input.must("fund"))?.tables()))),
];

fn balances(call: &mut Call<'_>) -> Result<Answer> {
    not_both(call, &MONTH, &AS_OF)?;
    let to = call.input.month("month").map_or_else(|| day(call, "as_of"), |month| month.last_day());
    let from = to.with_day(1).unwrap_or(to);
    let query = Query { from, to, known_at: known_at(call)?, before_closing: call.input.flag("before_closing") };
    let wanted = GROUPS.into_iter().find(|group| call.input.text("group") == Some(group.code()));
    Ok(Answer::Tables(trial_balance(call.bureau, &query)?.tables(wanted)))
}

fn ledger(call: &mut Call<'_>) -> Result<Answer> {
    let (to, known_at) = (day(call, "to"), known_at(call)?);
    let from = call.input.date("from").or_else(|| NaiveDate::from_ymd_opt(to.year(), 1, 1)).unwrap_or(to);
    let account = call.input.int("account").unwrap_or_default();
    Ok(account_ledger(call.bureau, account, from, to, known_at)?.table().into())
}
