//! The project library (项目库): one project, its four filing steps and all that follows, its goals and results.

use super::common::{AS_OF, DATE, PROOF, REASON, as_of, day, proof, quantity, text};
use crate::app::Result;
use crate::app::projects::act::{AUDIT_OFFICE, Asked, act};
use crate::app::projects::{goals, show};
use crate::domain::money::Fen;
use crate::domain::projects::{Act, Step};
use crate::service::answer::Done;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Reach, Thing};

const PROJECT: Param = Param::path("project", "项目编码");
const OF_PROJECT: Reach = Reach::Of(Thing::Project, "project");
const DOC: Param = Param::body("doc_no", "文号", ParamKind::Text(100));
const OFFICE: Param = Param::body("office", "办理单位", ParamKind::Text(100));
const OPINION: Param = Param::body("reason", "意见或理由", ParamKind::Words(1000));
const TO: Param = Param::body(
    "to",
    "退回到",
    ParamKind::Choice(&[("village", "村级申报"), ("township", "乡镇初审"), ("county", "市县审定"), ("province", "省级备案")]),
)
.or("village");
const FILING: &[Param] = &[PROJECT, DATE, DOC.required(), OFFICE, OPINION];
const ACT: &[Param] = &[PROJECT, DATE, DOC, OFFICE, OPINION];
const REASONED: &[Param] = &[PROJECT, DATE, DOC, OFFICE, REASON.required()];
const INDICATOR: Param = Param::body("indicator", "绩效指标", ParamKind::Text(100)).required().hint("如 受益户数");
const MEASURE: Param = Param::body("measure", "计量单位", ParamKind::Text(20)).required();
const TARGET: Param = Param::body("target", "目标值", ParamKind::Text(20)).required();
const AT_MOST: Param = Param::body("at_most", "不超过目标值为达标", ParamKind::Flag).or("false").hint("成本、工期等");
const VALUE: Param = Param::body("value", "核实的数值", ParamKind::Text(20)).required();
const REMARK: Param = Param::body("remark", "说明", ParamKind::Words(1000));
const SCORE: Param = Param::body("score", "得分", ParamKind::Text(20)).required().hint("0 至 100");
const OPINION_OF_SCORE: Param = Param::body("opinion", "自评意见", ParamKind::Words(1000));
const MISSING: Param = Param::query("missing", "只列已竣工而没有绩效结果的", ParamKind::Flag).or("false");

/// An act on a project by whoever keeps the library.
const fn written(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::post(id, path, title).may("project.write").reach(OF_PROJECT)
}

/// An act that decides on a project.
const fn decided(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::post(id, path, title).may("project.decide").reach(OF_PROJECT)
}

pub const OPERATIONS: &[Operation] = &[
    Operation::get("project.show", "/projects/{project}", "项目")
        .about("一个项目的全部经过：流程、公示、绩效、投诉，能否安排资金及原因。")
        .may("project.read")
        .reach(OF_PROJECT)
        .params(&[PROJECT, AS_OF])
        .does(|call| {
            let (code, on) = (call.input.must("project"), as_of(call));
            let shown = call.bureau.read(|tx, book| show::show(tx, book, code, on))?;
            Ok(Answer::Tables(shown.tables()))
        }),
    written("project.step_village", "/projects/{project}/steps/village", "村级申报")
        .about("登记村级申报，写明文号。")
        .params(FILING)
        .does(|call| done(call, Act::File(Step::Village))),
    written("project.step_township", "/projects/{project}/steps/township", "乡镇初审")
        .about("登记乡镇初审，写明文号；须由村级申报经办人以外的人。")
        .params(FILING)
        .does(|call| done(call, Act::File(Step::Township))),
    decided("project.step_county", "/projects/{project}/steps/county", "市县审定")
        .about("登记市县审定，写明文号；须由乡镇初审经办人以外的人。")
        .params(FILING)
        .does(|call| done(call, Act::File(Step::County))),
    decided("project.step_province", "/projects/{project}/steps/province", "省级备案")
        .about("登记省级备案，写明文号；须由市县审定经办人以外的人。")
        .params(FILING)
        .does(|call| done(call, Act::File(Step::Province))),
    written("project.return", "/projects/{project}/return", "退回重办")
        .about("从所选流程起作废重办，写明理由；入库前可以退回。")
        .params(&[PROJECT, TO, DATE, DOC, OFFICE, REASON.required()])
        .does(|call| {
            let to = Step::find(call.input.must("to")).unwrap_or(Step::Village);
            done(call, Act::Return(to))
        }),
    decided("project.admit", "/projects/{project}/admission", "入库")
        .about("流程走完、公示期满、没有未结投诉后入库。")
        .params(ACT)
        .does(|call| done(call, Act::Admit)),
    written("project.start", "/projects/{project}/start", "开工")
        .about("登记在库项目开工。")
        .params(ACT)
        .does(|call| done(call, Act::Start)),
    written("project.finish", "/projects/{project}/finish", "竣工")
        .about("登记实施中的项目竣工。")
        .params(ACT)
        .does(|call| done(call, Act::Finish)),
    decided("project.exit", "/projects/{project}/exit", "退出项目库")
        .about("项目退出，写明理由；未支付的分配另行调减收回。")
        .params(REASONED)
        .does(|call| done(call, Act::Exit)),
    decided("project.veto", "/projects/{project}/veto", "一票否决")
        .about("审计部门冻结项目，停止分配和支付；写明文号和理由。")
        .params(&[PROJECT, DATE, DOC.required(), OFFICE, REASON.required()])
        .does(|call| done(call, Act::Veto)),
    decided("project.unveto", "/projects/{project}/unveto", "解除一票否决")
        .about("解除冻结，写明理由；须由办理否决的人以外的人。")
        .params(REASONED)
        .does(|call| done(call, Act::Unveto)),
    written("project.goal", "/projects/{project}/goals", "设定绩效指标")
        .about("设定或调整一项绩效指标的目标值。")
        .params(&[PROJECT, INDICATOR, TARGET, MEASURE, AT_MOST, DOC, DATE])
        .does(goal),
    written("project.result", "/projects/{project}/results", "登记绩效结果")
        .about("登记核实的数值，可附佐证文件。")
        .params(&[PROJECT, INDICATOR, VALUE, REMARK, DATE, PROOF])
        .does(result),
    written("project.score", "/projects/{project}/scores", "登记绩效自评")
        .about("登记竣工项目的绩效自评得分和意见。")
        .params(&[PROJECT, SCORE, OPINION_OF_SCORE, DATE])
        .does(score),
    Operation::get("project.performance", "/projects/{project}/performance", "绩效完成情况")
        .about("一个项目的绩效目标与结果。")
        .may("project.read")
        .reach(OF_PROJECT)
        .params(&[PROJECT])
        .does(|call| {
            let wanted = goals::Wanted { code: Some(call.input.must("project")), missing: false };
            let rows = call.bureau.read(|tx, book| goals::compare(tx, book, wanted))?;
            Ok(goals::table(&rows, goals::TITLE).into())
        }),
    Operation::get("performance.all", "/performance", "绩效目标完成情况表")
        .about("全部项目的绩效目标与结果，或已竣工而没有绩效结果的项目。")
        .may("project.read")
        .params(&[MISSING])
        .does(|call| {
            let wanted = goals::Wanted { code: None, missing: call.input.flag("missing") };
            let rows = call.bureau.read(|tx, book| goals::compare(tx, book, wanted))?;
            Ok(goals::table(&rows, wanted.title()).into())
        }),
];

fn done(call: &mut Call<'_>, what: Act) -> Result<Answer> {
    let vetoes = matches!(what, Act::Veto | Act::Unveto);
    let office = text(call, "office");
    let asked = Asked {
        code: text(call, "project"),
        act: what,
        date: day(call),
        doc_no: text(call, "doc_no"),
        office: if office.is_empty() && vetoes { AUDIT_OFFICE.to_string() } else { office },
        opinion: text(call, "reason"),
    };
    let done = act(call.bureau, &call.ctx, &asked)?;
    let d = &done.result;
    let said = Done::new(d.said());
    let said = match d.said_unspent() {
        Some(unspent) => said.also(unspent),
        None => said,
    };
    Ok(said
        .fact("project", d.code.as_str())
        .fact("act", what.code())
        .fact("state", d.state.as_str())
        .fact("steps", d.steps)
        .fact("unspent", Fen::new(d.unspent).yuan())
        .repeated(done.repeated)
        .into())
}

fn goal(call: &mut Call<'_>) -> Result<Answer> {
    let new = goals::NewGoal {
        code: text(call, "project"),
        indicator: text(call, "indicator"),
        at_most: call.input.flag("at_most"),
        target: quantity(call, "target", "目标值")?,
        measure: text(call, "measure"),
        doc_no: text(call, "doc_no"),
        date: day(call),
    };
    let done = goals::set(call.bureau, &call.ctx, &new)?;
    Ok(Done::new(new.said()).fact("project", new.code).fact("goal", done.result).repeated(done.repeated).into())
}

fn result(call: &mut Call<'_>) -> Result<Answer> {
    let new = goals::NewResult {
        code: text(call, "project"),
        indicator: text(call, "indicator"),
        value: quantity(call, "value", "数值")?,
        date: day(call),
        remark: text(call, "remark"),
        proof: proof(call, "proof")?,
    };
    let done = goals::measure(call.bureau, &call.ctx, &new)?;
    Ok(Done::new(new.said()).fact("project", new.code).fact("result", done.result).repeated(done.repeated).into())
}

fn score(call: &mut Call<'_>) -> Result<Answer> {
    let (code, score) = (text(call, "project"), quantity(call, "score", "得分")?);
    let done = goals::score(call.bureau, &call.ctx, &code, score, day(call), call.input.must("opinion"))?;
    Ok(Done::new(format!("项目 {code} 绩效自评 {score} 分"))
        .fact("project", code)
        .fact("score", score.to_string())
        .repeated(done.repeated)
        .into())
}
