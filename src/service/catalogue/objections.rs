//! Objections (信访投诉): recorded against a project or a batch, and brought to their public result.

use super::common::{DATE, PROOF, day, proof, text};
use crate::app::Result;
use crate::app::act::Once;
use crate::app::objections::{self, NewObjection, Said, Seen};
use crate::domain::objections::Stage;
use crate::service::answer::Done;
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Reach, Thing};

const PROJECT: Param = Param::path("project", "项目编码");
const BATCH: Param = Param::path("batch", "批次号");
const OBJECTION: Param = Param::path("objection", "投诉编号");
const OF_OBJECTION: Reach = Reach::Of(Thing::Objection, "objection");
const CODE: Param = Param::body("code", "投诉编号", ParamKind::Text(50)).required().hint("如 TS2018-001");
const CHANNEL: Param = Param::body("channel", "来源", ParamKind::Text(50)).hint("来信、来访、电话 12317、网上等");
const COMPLAINANT: Param = Param::body("complainant", "投诉人", ParamKind::Text(50)).hint("不写为匿名");
const CONTACT: Param = Param::body("contact", "联系方式", ParamKind::Text(100));
const SUBJECT: Param = Param::body("subject", "被反映人", ParamKind::Text(50));
const CONTENT: Param = Param::body("content", "反映的内容", ParamKind::Words(4000)).required();
const FINDING: Param =
    Param::body("finding", "调查结论", ParamKind::Choice(&[("属实", "属实"), ("部分属实", "部分属实"), ("不属实", "不属实")])).required();
const TEXT: Param = Param::body("text", "内容", ParamKind::Words(4000)).required();
const WHY: Param = Param::body("reason", "理由", ParamKind::Text(200)).required();

pub const OPERATIONS: &[Operation] = &[
    Operation::post("objection.of_project", "/projects/{project}/objections", "登记项目投诉")
        .about("登记一件针对项目的投诉；办结公开前项目不能入库。")
        .may("project.write")
        .reach(Reach::Of(Thing::Project, "project"))
        .params(&[PROJECT, CODE, DATE, CHANNEL, COMPLAINANT, CONTACT, SUBJECT, CONTENT])
        .does(record),
    Operation::post("objection.of_batch", "/batches/{batch}/objections", "登记批次投诉")
        .about("登记一件针对发放批次的投诉；办结公开前批次不能审批。")
        .may("project.write")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, CODE, DATE, CHANNEL, COMPLAINANT, CONTACT, SUBJECT, CONTENT])
        .does(record),
    Operation::get("objection.show", "/objections/{objection}", "信访投诉")
        .about("一件投诉的办理过程；投诉人不显示全名。")
        .may("project.read")
        .reach(OF_OBJECTION)
        .params(&[OBJECTION])
        .does(|call| shown(call, Seen::Masked)),
    Operation::post("objection.complainant", "/objections/{objection}/complainant", "查看投诉人")
        .about("显示投诉人和联系方式，写明理由并留下记录。")
        .may("personal.unmask")
        .reach(OF_OBJECTION)
        .params(&[OBJECTION, WHY])
        .gives(Gives::Tables)
        .does(|call| {
            let reason = text(call, "reason");
            shown(call, Seen::Open(&reason))
        }),
    Operation::post("objection.investigate", "/objections/{objection}/investigation", "登记调查核实")
        .about("登记调查情况和结论；被反映人应当回避。")
        .may("project.write")
        .reach(OF_OBJECTION)
        .params(&[OBJECTION, FINDING, TEXT, DATE, PROOF])
        .does(|call| advance(call, Stage::Investigated)),
    Operation::post("objection.answer", "/objections/{objection}/answer", "登记答复")
        .about("登记对投诉的答复；须由调查人以外的人。")
        .may("project.write")
        .reach(OF_OBJECTION)
        .params(&[OBJECTION, TEXT, DATE, PROOF])
        .does(|call| advance(call, Stage::Answered)),
    Operation::post("objection.publish", "/objections/{objection}/publication", "登记结果公开")
        .about("登记结果公开的地点和方式，投诉办结。")
        .may("project.write")
        .reach(OF_OBJECTION)
        .params(&[OBJECTION, TEXT, DATE, PROOF])
        .does(|call| advance(call, Stage::Published)),
];

fn record(call: &mut Call<'_>) -> Result<Answer> {
    let given = |name: &str| call.input.text(name).map(str::to_string);
    let new = NewObjection {
        code: text(call, "code"),
        project: given("project"),
        batch: given("batch"),
        received: day(call),
        channel: text(call, "channel"),
        complainant: text(call, "complainant"),
        contact: text(call, "contact"),
        subject: text(call, "subject"),
        content: text(call, "content"),
    };
    Ok(done(&objections::record(call.bureau, &call.ctx, &new)?, Stage::Recorded))
}

fn advance(call: &mut Call<'_>, stage: Stage) -> Result<Answer> {
    let said = Said { stage, date: day(call), finding: text(call, "finding"), body: text(call, "text"), proof: proof(call, "proof")? };
    Ok(done(&objections::advance(call.bureau, &call.ctx, call.input.must("objection"), &said)?, stage))
}

fn done(done: &Once<String>, stage: Stage) -> Answer {
    Done::new(format!("投诉 {} {}", done.result, stage.title()))
        .fact("objection", done.result.as_str())
        .fact("stage", stage.code())
        .repeated(done.repeated)
        .into()
}

fn shown(call: &mut Call<'_>, seen: Seen<'_>) -> Result<Answer> {
    let found = objections::show(call.bureau, &call.ctx, call.input.must("objection"), seen)?;
    Ok(Answer::Tables(found.tables()))
}
