//! Expenditure progress (支出进度) and forecasts (预测). A person of some units sees the money allocated to these, by unit or
//! project; other groupings tell of the whole county.

use super::asked::{self, KNOWN_AT, choices, known_at};
use crate::app::forecast::{By, backtest, forecast_within};
use crate::app::progress::{Query, progress_within, usual_day};
use crate::app::{AppError, Result};
use crate::domain::access::Scope;
use crate::domain::forecast::Method;
use crate::domain::progress::GroupBy;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Reach};
use chrono::NaiveDate;
use std::collections::BTreeSet;

const AS_OF: Param = asked::AS_OF.hint("默认今天；本年没有业务时为最后记账日");
const BY: Param = Param::query("by", "分组", choices!(GroupBy::ALL, chinese)).hint("默认：全县按指标，单位用户按单位");
const WIDE: Param = Param::query("wide", "全部栏目", ParamKind::Flag).or("true");
const FORECAST_BY: Param = Param::query("by", "分组", choices!(By::ALL, chinese)).or("unit");
const METHOD: Param = Param::query("method", "方法", choices!(Method::ALL, chinese)).hint("默认按有无以往年度选定");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("progress.show", "/progress", "支出进度")
        .about("支出进度对序时进度，按指标、级次、类别、单位、项目、政策或月份；可看任何一天、任何记录时点。")
        .may("progress.read")
        .reach(Reach::Rows)
        .params(&[AS_OF, KNOWN_AT, BY, WIDE])
        .does(show),
    Operation::get("forecast.show", "/forecast", "年底预测")
        .about("年底能支出到哪里：近期日均、以往年度同期、在办与周期性发放三种方法。")
        .may("progress.read")
        .reach(Reach::Rows)
        .params(&[AS_OF, FORECAST_BY, METHOD])
        .does(outlook),
    Operation::get("forecast.backtest", "/forecast/backtest", "预测回测")
        .about("用已结账年度检验各种预测方法的误差。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[FORECAST_BY])
        .does(|call| {
            let by = forecast_by(call);
            Ok(backtest(call.bureau, by)?.table().into())
        }),
];

fn show(call: &mut Call<'_>) -> Result<Answer> {
    let usual = if call.scope().is_county() { GroupBy::Fund } else { GroupBy::Unit };
    let wanted = call.input.text("by");
    let by = GroupBy::ALL.into_iter().find(|by| wanted == Some(by.code())).unwrap_or(usual);
    let query = Query { as_of: day(call)?, known_at: known_at(call)?, by };
    let report = progress_within(call.bureau, &query, &call.who.scope)?;
    Ok(if call.input.flag("wide") { report.table() } else { report.short_table() }.into())
}

/// The day named, or the one that 总览 shows.
fn day(call: &mut Call<'_>) -> Result<NaiveDate> {
    match call.input.date("as_of") {
        Some(day) => Ok(day),
        None => usual_day(call.bureau, call.ctx.today()),
    }
}

fn outlook(call: &mut Call<'_>) -> Result<Answer> {
    let (units, by, as_of) = (units(call.scope()), forecast_by(call), day(call)?);
    if units.is_some() && by != By::Unit {
        return county_only();
    }
    let method = call.input.text("method").and_then(Method::from_code);
    Ok(forecast_within(call.bureau, as_of, by, method, units.as_ref())?.table().into())
}

fn forecast_by(call: &Call<'_>) -> By {
    if call.input.text("by") == Some(By::Fund.code()) { By::Fund } else { By::Unit }
}

/// The units that a person may see; `None` for all.
fn units(scope: &Scope) -> Option<BTreeSet<String>> {
    match scope {
        Scope::County => None,
        Scope::Within(within) => Some(within.units.clone()),
    }
}

fn county_only<T>() -> Result<T> {
    AppError::refuse("county_only", "这种分组只有全县的数据", "请改按单位分组")
}
