//! The inbox (待办): what waits for the signed-in person.

use crate::app::workflow::{inbox, inbox_table};
use crate::service::{Answer, Operation, Reach};

pub const OPERATIONS: &[Operation] = &[Operation::get("inbox.list", "/inbox", "待办事项")
    .about("等待本人办理的事项：送审件和批次的签批、退回更正、送银行、催收回盘、退票、待核行、公示、投诉、线索、约谈、突破，附已等待天数和入口。")
    .reach(Reach::Rows)
    .does(|call| {
        let items = inbox::list(call.bureau, &call.ctx, call.who)?;
        Ok(Answer::Tables(vec![inbox_table(&items)]))
    })];
