//! 总览: the figures of the first page.

use crate::app::overview::overview;
use crate::service::{Answer, Operation, Param, ParamKind, Reach};

pub const OPERATIONS: &[Operation] = &[Operation::get("overview.show", "/overview", "总览")
    .about("资金去向、支出进度、单位排名、分级次进度和提示，按行范围。")
    .may("progress.read")
    .reach(Reach::Rows)
    .params(&[Param::query("date", "截止日期", ParamKind::Date).hint("默认今天；本年没有业务时为最后记账日")])
    .does(|call| {
        let (day, today) = (call.input.date("date"), call.ctx.today());
        let scope = call.who.scope.clone();
        Ok(Answer::Tables(overview(call.bureau, &scope, day, today)?))
    })];
