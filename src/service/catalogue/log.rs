//! The access log (操作日志), for the log administrator (审计管理员), who only reads.

use crate::app::access::log::{self, LogFilter};
use crate::app::context::{end_of_china_day, start_of_china_day};
use crate::domain::report::{Cell, Kind, Table};
use crate::service::answer::ListPage;
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Reach};

const PERSON: Param = Param::query("person", "姓名", ParamKind::Text(40)).hint("姓名中的字");
const OPERATION: Param = Param::query("operation", "操作", ParamKind::Text(60)).hint("如 batch 或 batch.approve");
const TARGET: Param = Param::query("target", "对象", ParamKind::Text(100)).hint("对象中的字");
const OUTCOME: Param = Param::query("outcome", "结果", ParamKind::Text(40)).hint("done 或拒绝的编码");
const FROM: Param = Param::query("from", "从某日", ParamKind::Date);
const TO: Param = Param::query("to", "至某日", ParamKind::Date);
const CURSOR: Param = Param::query("cursor", "接着看", ParamKind::Int(1, i64::MAX)).hint("上一页给出的序号");
const LIMIT: Param = Param::query("limit", "行数", ParamKind::Int(1, log::LONGEST_LIST)).or("50");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("log.list", "/log", "操作日志")
        .about("按人员、时间、操作、对象查询，最近的在前。")
        .may("log.read")
        .reach(Reach::Open)
        .params(&[PERSON, OPERATION, TARGET, OUTCOME, FROM, TO, CURSOR, LIMIT])
        .gives(Gives::List)
        .does(|call| {
            let (filter, limit) = (filter(call), call.input.int("limit").unwrap_or(50));
            let rows = log::list(call.bureau, &filter, call.input.int("cursor"), limit)?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
            let next = rows.last().filter(|row| full && row.seq > 1).map(|row| row.seq.to_string());
            let count = log::count(call.bureau, &filter)?;
            Ok(Answer::List(ListPage { table: log::table(&rows), next, count, totals: Vec::new() }))
        }),
    Operation::get("log.export", "/log/export", "导出操作日志")
        .about("按条件导出全部行，含摘要，供离线核对；导出本身记入日志。")
        .may("log.read")
        .reach(Reach::Open)
        .params(&[PERSON, OPERATION, TARGET, OUTCOME, FROM, TO])
        .does(|call| {
            let filter = filter(call);
            Ok(log::export(call.bureau, &call.ctx, &filter)?.0.into())
        }),
    Operation::get("log.verify", "/log/verification", "核验操作日志")
        .about("从头重算摘要链，核对有无删、插、改、截断。")
        .may("log.read")
        .reach(Reach::Open)
        .does(|call| {
            let report = log::check(call.bureau, &call.ctx)?;
            let mut table = Table::new("log_verification", "操作日志核验")
                .column("rows", "行数", Kind::Count)
                .column("holds", "是否完整", Kind::Text)
                .column("head", "链尾摘要", Kind::Text)
                .column("since", "最早一行", Kind::Text)
                .column("keep_days", "规定保存天数", Kind::Count);
            table.push(vec![
                Cell::Count(report.rows),
                Cell::text(if report.problems.is_empty() { "完整" } else { "不完整" }),
                Cell::text(&report.head),
                Cell::text(report.since.clone().unwrap_or_default()),
                Cell::Count(report.keep_days),
            ]);
            for problem in report.problems {
                table = table.note(problem);
            }
            Ok(table.into())
        }),
];

fn filter(call: &Call<'_>) -> LogFilter {
    let text = |name: &str| call.input.text(name).unwrap_or_default().to_string();
    LogFilter {
        person: text("person"),
        operation: text("operation"),
        target: text("target"),
        outcome: text("outcome"),
        from: call.input.date("from").map(start_of_china_day),
        to: call.input.date("to").map(end_of_china_day),
    }
}
