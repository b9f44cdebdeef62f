//! Long work (任务) of the signed-in person: list, one, cancel.

use crate::app::jobs;
use crate::service::answer::Done;
use crate::service::{Answer, Operation, Param, ParamKind, Place, Reach};

const JOB: Param = Param::new("job", Place::Path, "任务编号", ParamKind::Int(1, i64::MAX)).required();
const LIMIT: Param = Param::query("limit", "最多几项", ParamKind::Int(1, 500)).or("50");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("job.list", "/jobs", "任务").about("本人的任务，新的在前。").reach(Reach::Rows).params(&[LIMIT]).does(|call| {
        let found = jobs::list(call.bureau, call.who.user, call.input.int("limit").unwrap_or(50))?;
        Ok(jobs::table(&found, call.ctx.now()).into())
    }),
    Operation::get("job.show", "/jobs/{job}", "任务进度")
        .about("一项任务：已办多少、预计还需多久、结果。")
        .reach(Reach::Rows)
        .params(&[JOB])
        .does(|call| {
            let job = jobs::get(call.bureau, call.who.user, call.input.int("job").unwrap_or(0))?;
            Ok(Answer::Tables(vec![jobs::table(&[job], call.ctx.now())]))
        }),
    Operation::post("job.cancel", "/jobs/{job}/cancellation", "取消任务")
        .about("排队的立即取消；办理中的在下一个进度点停止，已做的全部撤销。")
        .reach(Reach::Rows)
        .params(&[JOB])
        .does(|call| {
            let job = jobs::cancel(call.bureau, &call.ctx, call.who.user, call.input.int("job").unwrap_or(0))?;
            let said = if job.is_over() { "已取消" } else { "已要求停止" };
            Ok(Done::new(format!("任务 {} {said}", job.id)).fact("job", job.id).fact("state", job.state).into())
        }),
];
