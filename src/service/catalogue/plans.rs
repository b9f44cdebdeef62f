//! Inspections (检查): plans drawn up and shown, sample sizes and risk reckoned beforehand, the paper at the end.

use super::asked::{AS_OF, DATE, choices, day, folder, said, zipped};
use crate::app::inspection::aim::{self, percent};
use crate::app::inspection::plan::{self, NewPlan};
use crate::app::inspection::report::{self, ReportOptions};
use crate::app::inspection::risk::{By, risk};
use crate::app::inspection::{Member, Scope, ScopeKind, plan_view, steps, words};
use crate::app::{AppError, Refusal, Result};
use crate::domain::inspection::plan::{Method, PlanKind, Population};
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Reach, Thing};

pub const PLAN: Param = Param::path("plan", "计划编号");
const KIND: Param = Param::body("kind", "类型", choices!(PlanKind::ALL, title)).required();
const YEAR: Param = Param::body("year", "年度", ParamKind::Year).required();
const QUARTER: Param = Param::body("quarter", "季度", ParamKind::Int(1, 4));
const CODE: Param = Param::body("code", "编号", ParamKind::Text(40)).hint("默认如 JC2018Q3");
const TITLE: Param = Param::body("title", "名称", ParamKind::Text(200));
const POPULATION: Param = Param::body("population", "检查对象", choices!(Population::ALL, title)).or("payments");
const FROM: Param = Param::body("from", "检查期首日", ParamKind::Date).hint("默认为该季度或年度");
const TO: Param = Param::body("to", "检查期末日", ParamKind::Date);
const METHOD: Param = Param::body("method", "抽样方法", choices!(Method::ALL, title)).or("stratified");
const CONFIDENCE: Param = Param::body("confidence", "可靠程度（%）", ParamKind::Text(10)).hint("默认见设置 inspect.confidence");
const TOLERABLE: Param = Param::body("tolerable", "可容忍差错率（%）", ParamKind::Text(10));
const EXPECTED: Param = Param::body("expected", "预计差错率（%）", ParamKind::Text(10));
const SIZE: Param = Param::body("size", "指定样本量", ParamKind::Int(1, 1_000_000)).hint("不写则按公式");
const DUE: Param = Param::body("due", "应完成日期", ParamKind::Date).hint("默认检查期末后 30 日");
const REASON: Param = Param::body("reason", "事由", ParamKind::Words(1_000)).hint("重点检查必填");
const PROGRAM: Param = Param::body("program", "只查这些补贴政策", ParamKind::Texts(50));
const TOWNSHIP: Param = Param::body("township", "只查这些乡镇", ParamKind::Texts(20));
const VILLAGE: Param = Param::body("village", "只查这些村", ParamKind::Texts(20));
const UNIT: Param = Param::body("unit", "只查这些单位", ParamKind::Texts(50));
const PROJECT: Param = Param::body("project", "只查这些项目", ParamKind::Texts(50));
const FINDING: Param = Param::body("finding", "按疑点检查", ParamKind::Texts(64));
const LEADER: Param = Param::body("leader", "组长", ParamKind::Text(100)).hint("如 王某 或 王某@财政局");
const MEMBER: Param = Param::body("member", "组员", ParamKind::Texts(100)).hint("姓名@单位，可写多个");
const SIZE_METHOD: Param = Param::query("method", "抽样方法", choices!(Method::ALL, title)).or("random");
const SIZE_CONFIDENCE: Param = Param::query("confidence", "可靠程度（%）", ParamKind::Text(10)).or("95");
const SIZE_TOLERABLE: Param = Param::query("tolerable", "可容忍差错率（%）", ParamKind::Text(10)).or("5");
const SIZE_EXPECTED: Param = Param::query("expected", "预计差错率（%）", ParamKind::Text(10)).or("0");
const ITEMS: Param = Param::query("items", "总体个数", ParamKind::Int(1, 1_000_000_000)).hint("不写则按很大的总体");
const RISK_BY: Param = Param::query("by", "对象", choices!(By::ALL, title)).or("unit");
const DOC_NO: Param = Param::body("doc_no", "发文字号", ParamKind::Text(100));
const ISSUED_ON: Param = Param::body("issued_on", "成文日期", ParamKind::Date).hint("默认今天");
const DEMAND: Param = Param::body("demand", "整改要求", ParamKind::Words(2_000)).hint("一行一条；不写则按结论给出");
const NOTE: Param = Param::body("note", "整改和处理的结果", ParamKind::Words(2_000));

pub const OPERATIONS: &[Operation] = &[
    Operation::post("plan.create", "/plans", "拟定检查计划")
        .about("季度检查、年度专项检查或重点检查：对象、期间、方法、可靠程度、范围和检查组。")
        .may("inspection.write")
        .reach(Reach::County)
        .params(&[
            KIND, YEAR, QUARTER, CODE, TITLE, POPULATION, FROM, TO, METHOD, CONFIDENCE, TOLERABLE, EXPECTED, SIZE, DUE, REASON, PROGRAM,
            TOWNSHIP, VILLAGE, UNIT, PROJECT, FINDING, LEADER, MEMBER, DATE,
        ])
        .does(create),
    Operation::get("plan.show", "/plans/{plan}", "检查计划")
        .about("一个检查计划：范围、成员、办理过程。")
        .may("inspection.read")
        .reach(Reach::Of(Thing::Plan, "plan"))
        .params(&[PLAN])
        .does(|call| Ok(Answer::Tables(plan_view::tables(&plan_view::show(call.bureau, call.input.must("plan"))?)))),
    Operation::get("plan.size", "/inspection/size", "试算样本量")
        .about("按可靠程度、可容忍和预计差错率试算样本量。")
        .may("inspection.read")
        .reach(Reach::Open)
        .params(&[SIZE_METHOD, SIZE_CONFIDENCE, SIZE_TOLERABLE, SIZE_EXPECTED, ITEMS])
        .gives(Gives::Done)
        .does(size),
    Operation::get("risk.show", "/inspection/risk", "风险分")
        .about("单位、补贴政策或村的风险分，逐项说明得分。")
        .may("inspection.read")
        .reach(Reach::County)
        .params(&[RISK_BY, AS_OF])
        .does(|call| {
            let wanted = call.input.text("by");
            let by = By::ALL.into_iter().find(|by| wanted == Some(by.code())).unwrap_or(By::Unit);
            let as_of = day(call, "as_of");
            Ok(risk(call.bureau, by, as_of)?.table(by).into())
        }),
    Operation::post("plan.report", "/plans/{plan}/report", "检查报告")
        .about("出具检查报告（DOCX）和附表（XLSX），打成一个压缩包。")
        .may("inspection.write")
        .reach(Reach::Of(Thing::Plan, "plan"))
        .params(&[PLAN, DOC_NO, ISSUED_ON, DEMAND])
        .gives(Gives::File)
        .does(paper),
    Operation::post("plan.close", "/plans/{plan}/closure", "检查办结")
        .about("由评价人以外的人办结。")
        .may("inspection.write")
        .reach(Reach::Of(Thing::Plan, "plan"))
        .params(&[PLAN, NOTE, DATE])
        .does(|call| {
            let date = day(call, "date");
            let done = steps::close(call.bureau, &call.ctx, call.input.must("plan"), date, call.input.must("note"))?;
            Ok(said([words::closed(call.input.must("plan"))]).fact("plan", call.input.must("plan")).repeated(done.repeated).into())
        }),
];

/// A percentage in basis points. Errors: no percentage.
fn share(call: &Call<'_>, name: &str) -> Result<Option<i64>> {
    let read = |text| percent(text).map_err(|why| Refusal::new("percent", format!("{name}：{why}"), "请写成 5 或 2.5").into());
    call.input.text(name).map(read).transpose()
}

fn create(call: &mut Call<'_>) -> Result<Answer> {
    let input = &call.input;
    let owned = |name: &str| input.text(name).map(str::to_string);
    let (Some(kind), Some(population), Some(method)) = (
        input.text("kind").and_then(PlanKind::find),
        input.text("population").and_then(Population::find),
        input.text("method").and_then(Method::find),
    ) else {
        return AppError::refuse("inspection_plan", "检查计划应有类型、对象和抽样方法", "请补齐");
    };
    if input.date("from").is_some() != input.date("to").is_some() {
        return AppError::refuse("inspection_plan", "检查期的首日和末日应同时写明", "请补齐，或都不写");
    }
    let scope = ScopeKind::ALL.into_iter().flat_map(|kind| {
        let of_kind = move |value: &String| Scope { kind, value: value.clone() };
        input.texts(kind.code()).iter().map(of_kind)
    });
    let leader = input.text("leader").map(|name| Member::named(name, true));
    let members = leader.into_iter().chain(input.texts("member").iter().map(|name| Member::named(name, false)));
    let new = NewPlan {
        code: owned("code"),
        title: owned("title"),
        kind,
        year: input.int("year").and_then(|year| i32::try_from(year).ok()).unwrap_or_default(),
        quarter: input.int("quarter").and_then(|quarter| u32::try_from(quarter).ok()),
        population,
        period: input.date("from").zip(input.date("to")),
        method,
        confidence: share(call, "confidence")?,
        tolerable: share(call, "tolerable")?,
        expected: share(call, "expected")?,
        size: input.int("size"),
        due: input.date("due"),
        reason: owned("reason").unwrap_or_default(),
        scope: scope.collect(),
        members: members.collect(),
        date: day(call, "date"),
    };
    let done = plan::create(call.bureau, &call.ctx, &new)?;
    Ok(said([words::planned(&done)]).fact("plan", done.result.as_str()).repeated(done.repeated).into())
}

fn size(call: &mut Call<'_>) -> Result<Answer> {
    let share = |name: &str| share(call, name).map(Option::unwrap_or_default);
    let aim = aim::aim_of(share("confidence")?, share("tolerable")?, share("expected")?)?;
    let method = call.input.text("method").and_then(Method::find).unwrap_or(Method::Random);
    let items = call.input.int("items").and_then(|items| u64::try_from(items).ok());
    let size = aim::size_of(method, &aim, items);
    Ok(said([size.how.clone()]).fact("size", size.size).into())
}

fn paper(call: &mut Call<'_>) -> Result<Answer> {
    let lines = call.input.must("demand").lines().map(str::trim).filter(|line| !line.is_empty());
    let options = ReportOptions {
        doc_number: call.input.text("doc_no").map(str::to_string),
        issued_on: day(call, "issued_on"),
        demands: lines.map(str::to_string).collect(),
    };
    let (plan, dir) = (call.input.must("plan").to_string(), folder(call, "report")?);
    report::write(call.bureau, &call.ctx, &plan, &options, &dir)?;
    zipped(call, &dir, format!("检查报告-{plan}"))
}
