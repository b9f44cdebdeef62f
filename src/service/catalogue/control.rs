//! The ladder of the 95% rule (支出进度考核): the month's run, what it decided, what it proposes to take back, what is looked
//! for against gaming the rate, and the checks of a day.

use super::asked::{AS_OF, DATE, YEAR, day, said, year};
use crate::app::control::{checks, gaming, reclaim, run, show};
use crate::app::{AppError, Result};
use crate::domain::control::SubjectKind;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Reach};
use chrono::NaiveDate;

const RUN_MONTH: Param = Param::body("month", "月份", ParamKind::Month).required();
const MONTH: Param = Param::query("month", "月份", ParamKind::Month).hint("默认最近一次");
const VERSION: Param = Param::query("version", "版本", ParamKind::Int(1, 9_999)).hint("默认最新，须同时写明月份");
const ALL: Param = Param::query("all", "也列出正常的", ParamKind::Flag);
const WIDE: Param = Param::query("wide", "全部栏目", ParamKind::Flag).or("true");
const DOC: Param = Param::body("doc", "收回文号", ParamKind::Text(100)).required();
pub const UNIT: Param = Param::body("unit", "单位编码", ParamKind::Text(50)).hint("单位和指标写一项");
pub const FUND: Param = Param::body("fund", "指标文号", ParamKind::Text(100)).hint("单位和指标写一项");

pub const OPERATIONS: &[Operation] = &[
    Operation::post("control.run", "/control/runs", "月度考核")
        .about("按支出进度考核一个月：提醒、通报、约谈、暂停新增分配、收回。设立或解除暂停须由另一人复核。")
        .may("control.run")
        .reach(Reach::County)
        .review("control")
        .params(&[RUN_MONTH])
        .long()
        .does(run_month),
    Operation::get("control.show", "/control/decisions", "考核结果")
        .about("一个月的考核结果及依据。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[MONTH, VERSION, ALL, WIDE])
        .does(|call| {
            let (month, version, all) = (call.input.month("month"), call.input.int("version"), call.input.flag("all"));
            if month.is_none() && version.is_some() {
                return AppError::refuse("no_month", "看某一版须写明月份", "请填写“月份”");
            }
            let shown = show::show(call.bureau, month, version)?;
            Ok(if call.input.flag("wide") { shown.table(all) } else { shown.narrow_table(all) }.into())
        }),
    Operation::get("control.proposals", "/control/proposals", "考核提出的收回")
        .about("最近一次考核提出的收回，已办理的写明收回文号。")
        .may("progress.read")
        .reach(Reach::County)
        .does(|call| Ok(reclaim::proposals_table(&reclaim::proposals(call.bureau)?).into())),
    Operation::post("control.reclaim", "/control/reclaims", "收回闲置资金")
        .about("按最近一次考核提出的收回办理，须由另一人复核。")
        .may("control.run")
        .reach(Reach::County)
        .review("control")
        .params(&[UNIT, FUND, DOC, DATE])
        .does(take_back),
    Operation::get("control.gaming", "/control/gaming", "虚列支出线索")
        .about("突击花钱、以拨代支、截止日后退回、回流、化整为零、提前支付。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[YEAR, AS_OF.hint("退回看到哪一天，默认次年 3 月 31 日")])
        .does(|call| {
            let year = i32::try_from(year(call)).unwrap_or_default();
            let until = call.input.date("as_of").or_else(|| NaiveDate::from_ymd_opt(year + 1, 3, 31)).unwrap_or_default();
            Ok(Answer::Tables(gaming::gaming(call.bureau, year, until)?.tables()))
        }),
    Operation::get("control.checks", "/control/checks", "到期核对")
        .about("分配时限、本级投入、检查、闲置资金。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[AS_OF])
        .does(|call| {
            let as_of = day(call, "as_of");
            Ok(Answer::Tables(checks::checks(call.bureau, as_of)?.tables()))
        }),
];

fn run_month(call: &mut Call<'_>) -> Result<Answer> {
    let Some(month) = call.input.month("month") else {
        return AppError::refuse("no_month", "请写明考核月份", "请填写“月份”");
    };
    call.watch.advance(0, 1);
    let ran = run::run(call.bureau, &call.ctx, month)?;
    call.watch.advance(1, 1);
    let done = said(ran.sentences()).fact("month", ran.run.month.to_string()).fact("version", ran.run.version);
    Ok(done.fact("interviews", ran.interviews.clone()).repeated(ran.repeated).into())
}

/// The unit or fund that a request names. Errors: neither or both.
pub fn subject(call: &Call<'_>) -> Result<(SubjectKind, String)> {
    match (call.input.text("unit"), call.input.text("fund")) {
        (Some(unit), None) => Ok((SubjectKind::Unit, unit.to_string())),
        (None, Some(fund)) => Ok((SubjectKind::Fund, fund.to_string())),
        _ => AppError::refuse("one_of", "“单位编码”和“指标文号”应填写一项", "请填写其中一项"),
    }
}

fn take_back(call: &mut Call<'_>) -> Result<Answer> {
    let ((kind, subject), date) = (subject(call)?, day(call, "date"));
    let done = reclaim::reclaim(call.bureau, &call.ctx, kind, &subject, call.input.must("doc"), date)?;
    let vouchers: Vec<String> = done.result.vouchers.iter().map(|voucher| voucher.label()).collect();
    let total = crate::domain::money::Fen::new(done.result.total).yuan();
    let answer = said([reclaim::told(&done)]).fact("lines", done.result.lines).fact("total", total).fact("vouchers", vouchers);
    Ok(answer.repeated(done.repeated).into())
}
