//! Accounting periods (会计期间): the months, their close and reopening, and the year's close.

use super::common::REASON;
use crate::app::inquiry::period;
use crate::app::{AppError, Result, close};
use crate::domain::calendar::Month;
use crate::domain::money::Fen;
use crate::service::answer::Done;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Place};

const MONTH: Param = Param::new("month", Place::Path, "月份", ParamKind::Month).required().hint("如 2018-09");
const YEAR: Param = Param::new("year", Place::Path, "年度", ParamKind::Int(1990, 2199)).required();
const OF_YEAR: Param = Param::query("year", "年度", ParamKind::Year);

pub const OPERATIONS: &[Operation] = &[
    Operation::get("period.list", "/periods", "会计期间")
        .about("各月的结账状态、凭证张数，最近一次结账或反结账的经办人和事由。")
        .may("money.read")
        .params(&[OF_YEAR])
        .does(|call| Ok(period::table(&period::list(call.bureau, call.input.int("year"))?).into())),
    Operation::post("period.close", "/periods/{month}/closing", "月末结账")
        .about("结账后该月不再记账；须按月份顺序。")
        .may("period.close")
        .params(&[MONTH])
        .does(|call| {
            let month = month(call)?;
            let (year, number) = parts(month);
            let changed = close::close_period(call.bureau, &call.ctx, year, number)?;
            Ok(answer(month, changed, "已结账", "此前已经结账"))
        }),
    Operation::post("period.reopen", "/periods/{month}/reopening", "反结账")
        .about("重新打开已结账的月份，理由留痕；已年终结账的年度不能再打开。")
        .may("period.close")
        .params(&[MONTH, REASON.required()])
        .does(|call| {
            let month = month(call)?;
            let (year, number) = parts(month);
            let changed = close::reopen_period(call.bureau, &call.ctx, year, number, call.input.must("reason"))?;
            Ok(answer(month, changed, "已重新打开，理由已留痕", "本来就没有结账"))
        }),
    Operation::post("year.close", "/years/{year}/closing", "年终结账")
        .about("收回超期存量资金，其余结转下年，十二个月全部结账。")
        .may("period.close")
        .params(&[YEAR])
        .does(close_year),
];

fn month(call: &Call<'_>) -> Result<Month> {
    match call.input.month("month") {
        Some(month) => Ok(month),
        None => AppError::refuse("month", "没有写明月份", "请写成 2018-09"),
    }
}

fn parts(month: Month) -> (i64, i64) {
    (i64::from(month.year()), i64::from(month.month()))
}

fn answer(month: Month, changed: bool, what: &str, before: &str) -> Answer {
    let (year, number) = parts(month);
    let said = if changed { what.to_string() } else { format!("没有变化：{before}") };
    Done::new(format!("{year} 年 {number} 月{said}")).fact("month", month.to_string()).fact("changed", changed).repeated(!changed).into()
}

fn close_year(call: &mut Call<'_>) -> Result<Answer> {
    let year = call.input.int("year").unwrap_or_default();
    let done = close::close_year(call.bureau, &call.ctx, year)?;
    let y = &done.result;
    let (carried, reclaimed) = (Fen::new(y.carried), Fen::new(y.reclaimed));
    let vouchers: Vec<String> = y.vouchers.iter().map(|voucher| voucher.label()).collect();
    let said = format!("{year} 年度已年终结账：结转下年 {} 元，收回 {} 元", carried.yuan_grouped(), reclaimed.yuan_grouped());
    Ok(Done::new(said)
        .fact("year", year)
        .fact("carried", carried.yuan())
        .fact("reclaimed", reclaimed.yuan())
        .fact("reclaimed_funds", y.reclaimed_funds.clone())
        .fact("vouchers", vouchers)
        .repeated(done.repeated)
        .into())
}
