//! Tracing (追溯): from any number the whole way of the money, back to file and row and forward to the card. Personal data is
//! masked unless somebody who may see it says why.

use super::asked::needs;
use crate::app::trace::{Subject, TraceOptions, subjects, tables, trace, trace_of};
use crate::app::{AppError, Result};
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Place, Reach, Thing};

const ID: Param = Param::query("id", "编号", ParamKind::Text(100))
    .required()
    .hint("文号、批次号、批次号+序号、支付或退回凭证号、户编号、身份证号、姓名、凭证号或 #序号");
const ID_IN_BODY: Param = Param::new("id", Place::Body, "编号", ParamKind::Text(100)).required();
const ALL: Param = Param::query("all", "明细全部列出", ParamKind::Flag);
const ALL_IN_BODY: Param = Param::body("all", "明细全部列出", ParamKind::Flag);
const REASON: Param = Param::body("reason", "查看完整个人信息的理由", ParamKind::Words(500)).required();
const BATCH: Param = Param::path("batch", "批次号");
const LINE: Param = Param::new("line", Place::Path, "序号", ParamKind::Int(1, 9_999_999)).required();
const HOUSEHOLD: Param = Param::path("household", "户编号");
const UNIT: Param = Param::path("unit", "单位编码");
const PROJECT: Param = Param::path("project", "项目编码");
const DISBURSEMENT: Param = Param::path("disbursement", "支付凭证号");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("trace.show", "/trace", "追溯")
        .about("一个编号的来龙去脉：来自哪个文件哪一行，经过哪些凭证，去了哪里。个人信息遮盖。")
        .may("payout.read")
        .reach(Reach::County)
        .params(&[ID, ALL])
        .does(|call| {
            let options = options(call, None);
            Ok(Answer::Tables(tables(&trace(call.bureau, &call.ctx, call.input.must("id"), &options)?)))
        }),
    Operation::post("trace.unmask", "/trace/unmasking", "追溯（完整个人信息）")
        .about("同“追溯”，显示完整的姓名、身份证号和账号；须写明理由，并留下记录。")
        .may("payout.read")
        .reach(Reach::County)
        .params(&[ID_IN_BODY, REASON, ALL_IN_BODY])
        .gives(Gives::Tables)
        .does(|call| {
            needs(call, "personal.unmask")?;
            let options = options(call, Some(call.input.must("reason").to_string()));
            Ok(Answer::Tables(tables(&trace(call.bureau, &call.ctx, call.input.must("id"), &options)?)))
        }),
    Operation::get("payment.show", "/batches/{batch}/lines/{line}", "一笔发放")
        .about("批次中的一行：金额怎样算出，来自哪个文件哪一行，资金来源，凭证，银行结果，收款人。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, LINE, ALL])
        .does(|call| {
            let (batch, line) = (of(call, "batch"), call.input.int("line").unwrap_or_default());
            let wanted = |subject: &Subject| matches!(subject, Subject::Payment(_, found, code) if *found == line && *code == batch);
            page(call, &format!("{batch}+{line}"), wanted)
        }),
    Operation::get("household.show", "/households/{household}", "农户一页通")
        .about("一户：成员、一卡通、历年到卡和每一笔发放。个人信息遮盖。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Household, "household"))
        .params(&[HOUSEHOLD, ALL])
        .does(|call| {
            let id = of(call, "household");
            page(call, &id, |subject| matches!(subject, Subject::Household(..)))
        }),
    Operation::get("disbursement.show", "/disbursements/{disbursement}", "项目支付")
        .about("一笔项目支付：来源文件和行、资金来源、凭证、退回。")
        .may("money.read")
        .reach(Reach::Of(Thing::Disbursement, "disbursement"))
        .params(&[DISBURSEMENT, ALL])
        .does(|call| {
            let id = of(call, "disbursement");
            page(call, &id, |subject| matches!(subject, Subject::Disbursement(..)))
        }),
    Operation::get("unit.way", "/units/{unit}/way", "单位资金去向")
        .about("分配给一个单位的各项资金现在何处，由哪些批次和支付使用。")
        .may("money.read")
        .reach(Reach::Of(Thing::Unit, "unit"))
        .params(&[UNIT, ALL])
        .does(|call| {
            let unit = Subject::Unit(of(call, "unit"));
            show(call, &[unit])
        }),
    Operation::get("project.way", "/projects/{project}/way", "项目资金去向")
        .about("分配给一个项目的各项资金现在何处，由哪些支付使用。")
        .may("money.read")
        .reach(Reach::Of(Thing::Project, "project"))
        .params(&[PROJECT, ALL])
        .does(|call| {
            let project = Subject::Project(of(call, "project"));
            show(call, &[project])
        }),
];

fn options(call: &Call<'_>, unmask: Option<String>) -> TraceOptions {
    TraceOptions { all: call.input.flag("all"), unmask }
}

/// What of an id is of the wanted kind: a number that is also something else must not show that.
fn page(call: &mut Call<'_>, id: &str, wanted: impl Fn(&Subject) -> bool) -> Result<Answer> {
    let mut found = subjects(call.bureau, id)?;
    found.retain(wanted);
    if found.is_empty() {
        return AppError::refuse("not_found", "账簿中没有这个编号", "请核对编号");
    }
    show(call, &found)
}

fn show(call: &mut Call<'_>, found: &[Subject]) -> Result<Answer> {
    let options = options(call, None);
    Ok(Answer::Tables(tables(&trace_of(call.bureau, &call.ctx, found, &options)?)))
}

/// The text of a path's parameter, kept while the call goes on.
fn of(call: &Call<'_>, name: &str) -> String {
    call.input.must(name).to_string()
}
