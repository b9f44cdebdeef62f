//! What the ladder calls for: interviews (约谈) and leave to pass a hold (突破暂停).

use super::asked::{DATE, day, said};
use super::control::{FUND, UNIT, subject};
use crate::app::Result;
use crate::app::control::{interview, permit};
use crate::domain::money::Fen;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Place, Reach};
use chrono::NaiveDate;

const INTERVIEW: Param = Param::new("interview", Place::Path, "约谈编号", ParamKind::Int(1, i64::MAX)).required();
const OVERRIDE: Param = Param::new("override", Place::Path, "突破编号", ParamKind::Int(1, i64::MAX)).required();
const WHO: Param = Param::body("who", "约谈对象", ParamKind::Text(100)).required().hint("姓名、职务");
const ATTENDEES: Param = Param::body("attendees", "参加人", ParamKind::Text(200));
const COMMITMENTS: Param = Param::body("commitments", "整改承诺", ParamKind::Words(2_000)).required();
const DEADLINE: Param = Param::body("deadline", "整改期限", ParamKind::Date).required();
const RESULT: Param = Param::body("result", "整改结果", ParamKind::Words(2_000)).required();
const AMOUNT: Param = Param::body("amount", "金额上限", ParamKind::Money).required();
const FROM: Param = Param::body("from", "起始日期", ParamKind::Date).hint("默认今天");
const UNTIL: Param = Param::body("until", "截止日期", ParamKind::Date).required();
const REASON: Param = Param::body("reason", "理由", ParamKind::Words(1_000)).required();
const DOCUMENT: Param = Param::body("document", "依据文件", ParamKind::Text(100)).required();
const NOTE: Param = Param::body("note", "批示", ParamKind::Words(1_000));

pub const OPERATIONS: &[Operation] = &[
    Operation::get("interview.show", "/control/interviews/{interview}", "约谈")
        .about("一次约谈：依据、期限、记录和结果。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[INTERVIEW])
        .does(|call| {
            let found = interview::show(call.bureau, id(call, "interview"))?;
            Ok(interview::list_table(&[found], call.ctx.today()).into())
        }),
    Operation::post("interview.record", "/control/interviews/{interview}/record", "记录约谈")
        .about("记录一次约谈：对象、参加人、整改承诺和期限。")
        .may("control.run")
        .reach(Reach::County)
        .params(&[INTERVIEW, WHO, ATTENDEES, COMMITMENTS, DEADLINE, DATE])
        .does(record),
    Operation::post("interview.close", "/control/interviews/{interview}/closure", "约谈销号")
        .about("整改完成后销号，须由记录人以外的人办理。")
        .may("control.run")
        .reach(Reach::County)
        .params(&[INTERVIEW, RESULT, DATE])
        .does(|call| {
            let (id, date, result) = (id(call, "interview"), day(call, "date"), call.input.must("result").to_string());
            let done = interview::close(call.bureau, &call.ctx, id, date, &result)?;
            Ok(said([interview::closed(id, &result, done.repeated)]).fact("interview", id).repeated(done.repeated).into())
        }),
    Operation::get("override.show", "/control/overrides/{override}", "突破暂停")
        .about("一项突破：金额、期限、批示和使用情况。")
        .may("progress.read")
        .reach(Reach::County)
        .params(&[OVERRIDE])
        .does(|call| {
            let found = permit::show(call.bureau, id(call, "override"))?;
            Ok(permit::list_table(&[found], call.ctx.today()).into())
        }),
    Operation::post("override.ask", "/control/overrides", "申请突破暂停")
        .about("为被暂停的单位或指标申请突破，写明金额上限、期限、理由和依据。")
        .may("control.run")
        .reach(Reach::County)
        .params(&[UNIT, FUND, AMOUNT, FROM, UNTIL, REASON, DOCUMENT])
        .does(ask),
    Operation::post("override.grant", "/control/overrides/{override}/grant", "批准突破")
        .about("由领导名单内、申请人以外的领导批准。")
        .may("control.lead")
        .reach(Reach::County)
        .params(&[OVERRIDE, NOTE])
        .does(|call| rule(call, true)),
    Operation::post("override.refuse", "/control/overrides/{override}/refusal", "不批准突破")
        .about("由领导名单内、申请人以外的领导决定不予批准。")
        .may("control.lead")
        .reach(Reach::County)
        .params(&[OVERRIDE, NOTE])
        .does(|call| rule(call, false)),
];

fn id(call: &Call<'_>, name: &str) -> i64 {
    call.input.int(name).unwrap_or_default()
}

fn record(call: &mut Call<'_>) -> Result<Answer> {
    let text = |name: &str| call.input.must(name).to_string();
    let held = interview::Record {
        date: day(call, "date"),
        who: text("who"),
        attendees: text("attendees"),
        commitments: text("commitments"),
        deadline: day(call, "deadline"),
    };
    let id = id(call, "interview");
    let done = interview::record(call.bureau, &call.ctx, id, &held)?;
    Ok(said([interview::recorded(id, &held, done.repeated)]).fact("interview", id).repeated(done.repeated).into())
}

fn ask(call: &mut Call<'_>) -> Result<Answer> {
    let (kind, subject) = subject(call)?;
    let ask = permit::Ask {
        kind,
        subject,
        amount: call.input.money("amount").unwrap_or(Fen::ZERO),
        from: day(call, "from"),
        to: call.input.date("until").unwrap_or(NaiveDate::MIN),
        reason: call.input.must("reason").to_string(),
        document: call.input.must("document").to_string(),
    };
    let done = permit::ask(call.bureau, &call.ctx, &ask)?;
    let id = done.result.id;
    Ok(said([permit::asked(id, &ask)]).fact("override", id).repeated(done.repeated).into())
}

fn rule(call: &mut Call<'_>, granted: bool) -> Result<Answer> {
    let id = id(call, "override");
    let done = permit::rule(call.bureau, &call.ctx, id, granted, call.input.must("note"))?;
    Ok(said([permit::ruled(id, granted, &call.ctx.actor)]).fact("override", id).repeated(done.repeated).into())
}
