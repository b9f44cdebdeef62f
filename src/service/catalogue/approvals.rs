//! Approvals (审批): proposals (送审件) that wait for signatures, signatures of batches by amount band, many at once, and the
//! levels themselves.

use crate::app::workflow::levels::{self, Change};
use crate::app::workflow::proposals::{self, Filter};
use crate::app::workflow::{batches, levels_table, list_table, say_missing, show_tables, signatures_table, steps};
use crate::app::{AppError, Result, reach};
use crate::domain::access::Thing;
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::service::answer::{Done, SECRET};
use crate::service::review::{self, At};
use crate::service::{Answer, Call, Gives, Operation, Param, ParamKind, Place, Reach};

const PROPOSAL: Param = Param::new("proposal", Place::Path, "送审件编号", ParamKind::Int(1, i64::MAX)).required();
const BATCH: Param = Param::path("batch", "批次号");
const DATE: Param = Param::body("date", "日期", ParamKind::Date).hint("默认今天");
const NOTE: Param = Param::body("note", "说明", ParamKind::Words(500));
const REASON: Param = Param::body("reason", "理由", ParamKind::Words(500)).required();
const ALL: Param = Param::query("all", "包括已办理和已撤回的", ParamKind::Flag).or("false");
const OWN: Param = Param::query("own", "只看本人编制的", ParamKind::Flag).or("false");
const LIMIT: Param = Param::query("limit", "最多几件", ParamKind::Int(1, 500)).or("100");
const BEFORE: Param = Param::query("before", "从这个编号之前接着列", ParamKind::Int(1, i64::MAX));
const PROPOSALS: Param = Param::body("proposals", "送审件编号", ParamKind::Ints(1, i64::MAX));
const BATCHES: Param = Param::body("batches", "批次号", ParamKind::Texts(100));
const ON: Param = Param::query("on", "哪一天有效的", ParamKind::Date).hint("默认今天");
const SUBJECT: Param = Param::body("subject", "事项", ParamKind::Choice(&crate::domain::workflow::SUBJECTS)).required();
const LEVEL: Param = Param::body("level", "第几级", ParamKind::Int(1, 9)).required();
const FROM_AMOUNT: Param = Param::body("from_amount", "起始金额（含）", ParamKind::Money).hint("不写为零，对所有金额有效");
const PERMISSION: Param = Param::body("permission", "由何种权限签批", ParamKind::Text(40)).hint("不写则这一级不再需要");
const FROM: Param = Param::body("from", "生效日期", ParamKind::Date).required();
const SOURCE: Param = Param::body("source", "依据", ParamKind::Text(200)).required();

/// The most that one request may sign.
const AT_ONCE: usize = 200;

pub const OPERATIONS: &[Operation] = &[
    Operation::get("proposal.list", "/proposals", "送审件")
        .about("本人编制的，以及本人可签批或可查看的送审件，新的在前。")
        .reach(Reach::Rows)
        .params(&[ALL, OWN, LIMIT, BEFORE])
        .does(|call| {
            let filter = Filter {
                all: call.input.flag("all"),
                own: call.input.flag("own"),
                before: call.input.int("before").unwrap_or(0),
                limit: call.input.int("limit").unwrap_or(100),
            };
            Ok(list_table(&proposals::list(call.bureau, &call.ctx, call.who, &filter)?).into())
        }),
    Operation::get("proposal.show", "/proposals/{proposal}", "送审件详情")
        .about("一件送审件：内容、金额、须经哪几级签批、办理过程。")
        .reach(Reach::Rows)
        .params(&[PROPOSAL])
        .does(|call| {
            let (proposal, needed) = proposals::show(call.bureau, &call.ctx, call.who, number(call))?;
            Ok(Answer::Tables(show_tables(&proposal, &needed)))
        }),
    Operation::post("proposal.sign", "/proposals/{proposal}/signature", "签批送审件")
        .about("签批应签的一级；最后一级签批后随即办理，编制人为制单，最后签批人为稽核。编制人和各级签批人须各不相同（按姓名）。")
        .reach(Reach::Rows)
        .params(&[PROPOSAL, NOTE])
        .does(sign),
    Operation::post("proposal.return", "/proposals/{proposal}/correction", "退回送审件")
        .about("退回编制人更正，须写明理由；再次送审后重新逐级签批。")
        .reach(Reach::Rows)
        .params(&[PROPOSAL, REASON])
        .does(|call| {
            let title = steps::send_back(call.bureau, &call.ctx, call.who, number(call), call.input.must("reason"))?;
            Ok(stepped(call, &title, "已退回编制人", "returned"))
        }),
    Operation::post("proposal.resend", "/proposals/{proposal}/resubmission", "再次送审")
        .about("编制人把退回或办理未成的送审件按原内容再次送审；内容要改的，请撤回后重新提交。")
        .reach(Reach::Rows)
        .params(&[PROPOSAL, NOTE])
        .does(|call| {
            let title = steps::send_again(call.bureau, &call.ctx, call.who, number(call), call.input.must("note"))?;
            Ok(stepped(call, &title, "已再次送审", "waiting"))
        }),
    Operation::post("proposal.withdraw", "/proposals/{proposal}/withdrawal", "撤回送审件")
        .about("编制人撤回尚未办理的送审件。")
        .reach(Reach::Rows)
        .params(&[PROPOSAL, NOTE])
        .does(|call| {
            let title = steps::withdraw(call.bureau, &call.ctx, call.who, number(call), call.input.must("note"))?;
            Ok(stepped(call, &title, "已撤回", "withdrawn"))
        }),
    Operation::get("batch.signatures", "/batches/{batch}/signatures", "批次签批过程")
        .about("一个批次的各级签批、退回和再次送审，还缺哪几级。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH])
        .does(|call| Ok(signatures_table(&batches::show(call.bureau, &call.ctx, call.input.must("batch"))?).into())),
    Operation::post("batch.sign", "/batches/{batch}/signature", "签批批次")
        .about("按金额所需的层级签批批次；最后一级签批即为审批，此时进行审批前筛查。编制人和各级签批人须各不相同（按姓名）。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, DATE])
        .does(sign_batch),
    Operation::post("batch.return", "/batches/{batch}/correction", "退回批次")
        .about("把尚未审批的批次退回编制人更正，须写明理由。编制人可撤销、剔除重编，或说明情况后再次送审。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, REASON, DATE])
        .does(|call| {
            let (batch, date) = (call.input.must("batch"), day(call));
            batches::send_back(call.bureau, &call.ctx, call.who, batch, date, call.input.must("reason"))?;
            Ok(Done::new(format!("批次 {batch} 已退回编制人更正")).fact("batch", batch).fact("state", "returned").into())
        }),
    Operation::post("batch.resend", "/batches/{batch}/resubmission", "批次再次送审")
        .about("编制人说明情况后，把退回的批次按原样再次送审；各级重新签批。")
        .may("payout.make")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, REASON, DATE])
        .does(|call| {
            let batch = call.input.must("batch");
            batches::send_again(call.bureau, &call.ctx, batch, day(call), call.input.must("reason"))?;
            Ok(Done::new(format!("批次 {batch} 已再次送审")).fact("batch", batch).fact("state", "reserved").into())
        }),
    Operation::post("approval.bulk", "/approvals", "成批签批")
        .about("一次签批多件送审件和多个批次，各自独立办理：逐件说明办成与否及原因。一次最多 200 件。")
        .reach(Reach::Rows)
        .params(&[PROPOSALS, BATCHES, DATE, NOTE])
        .gives(Gives::Tables)
        .does(bulk),
    Operation::get("approval.levels", "/approval-levels", "审批层级")
        .about("各类事项从多少金额起须经哪几级签批，由何种权限签批。")
        .may("setting.read")
        .reach(Reach::Open)
        .params(&[ON])
        .does(|call| {
            let on = call.input.date("on").unwrap_or_else(|| call.ctx.today());
            Ok(levels_table(&levels::list(call.bureau, on)?).into())
        }),
    Operation::post("approval.set_level", "/approval-levels", "调整审批层级")
        .about("自某日起调整一级签批的起始金额或权限；以往的照旧。须经审批。")
        .may("setting.write")
        .reach(Reach::County)
        .params(&[SUBJECT, LEVEL, FROM_AMOUNT, PERMISSION, FROM, SOURCE])
        .review("setting")
        .does(|call| {
            let valid_from = call.input.date("from").unwrap_or_else(|| call.ctx.today());
            let change = Change {
                subject: call.input.must("subject"),
                level: call.input.int("level").unwrap_or(0),
                from_amount: call.input.money("from_amount").unwrap_or(Fen::ZERO),
                permission: call.input.must("permission"),
                valid_from,
                source: call.input.must("source"),
            };
            let done = levels::set(call.bureau, &call.ctx, &change)?;
            let title = crate::domain::workflow::subject_title(change.subject);
            Ok(Done::new(format!("{title}第 {} 级自 {valid_from} 起已调整", change.level)).repeated(done.repeated).into())
        }),
];

fn number(call: &Call<'_>) -> i64 {
    call.input.int("proposal").unwrap_or(0)
}

fn day(call: &Call<'_>) -> chrono::NaiveDate {
    call.input.date("date").unwrap_or_else(|| call.ctx.today())
}

fn stepped(call: &Call<'_>, title: &str, said: &str, state: &str) -> Answer {
    let id = number(call);
    Done::new(format!("送审件 {id}（{title}）{said}")).fact("proposal", id).fact("state", state).into()
}

fn sign(call: &mut Call<'_>) -> Result<Answer> {
    let (id, note) = (number(call), call.input.must("note").to_string());
    let (at, bureau) = At::of(call);
    let signed = review::sign(bureau, &at, id, &note)?;
    if !signed.failed.is_empty() {
        // the signature and the failure stand; the answer is the refusal, with its own reasons
        let mut refusals = vec![crate::app::Refusal::new("proposal_failed", signed.say(), "编制人更正后可再次送审")];
        refusals.extend(signed.failed);
        return Err(AppError::Refused(refusals));
    }
    let state = if signed.result.is_some() { "done" } else { "waiting" };
    let result = signed.result.as_deref().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let said = result.as_ref().and_then(|value| value["messages"][0].as_str()).map(str::to_string);
    let mut done = Done::new(signed.say()).fact("proposal", id).fact("level", signed.level).fact("state", state);
    if let Some(said) = said {
        done = done.also(said);
    }
    if let (Some(said), Some(secret)) = (signed.say_secret(), &signed.secret) {
        done = done.also(said).fact(SECRET, secret.as_str());
    }
    Ok(done.fact("result", result).repeated(signed.repeated).into())
}

fn sign_batch(call: &mut Call<'_>) -> Result<Answer> {
    let (code, date) = (call.input.must("batch"), day(call));
    let done = batches::sign(call.bureau, &call.ctx, call.who, code, date)?;
    let approval = &done.result;
    Ok(Done::new(say_batch(code, approval))
        .fact("batch", code)
        .fact("level", approval.level)
        .fact("state", if approval.missing.is_empty() { "approved" } else { "reserved" })
        .fact("lines", approval.staged.lines)
        .fact("total", Fen::new(approval.staged.total).yuan())
        .fact("digest", approval.staged.digest.as_str())
        .repeated(done.repeated)
        .into())
}

fn say_batch(code: &str, approval: &crate::app::payout::stage::Approval) -> String {
    let total = Fen::new(approval.staged.total).yuan_grouped();
    let what = format!("批次 {code}（{} 笔，{total} 元）", approval.staged.lines);
    match approval.missing.is_empty() {
        true => format!("{what}已审批"),
        false => format!("{what}已签第 {} 级，还缺{}", approval.level, say_missing(&approval.missing)),
    }
}

/// Each thing by itself: what one meets does not stop the others. A failure of the system ends the request.
fn bulk(call: &mut Call<'_>) -> Result<Answer> {
    let (ids, codes) = (call.input.ints("proposals").to_vec(), call.input.texts("batches").to_vec());
    if ids.is_empty() && codes.is_empty() {
        return AppError::refuse("nothing_chosen", "没有选择要签批的送审件或批次", "请至少选择一件");
    }
    if ids.len() + codes.len() > AT_ONCE {
        return AppError::refuse("too_many", format!("一次最多签批 {AT_ONCE} 件"), "请分几次签批");
    }
    let (date, note) = (day(call), call.input.must("note").to_string());
    let mut table = Table::new("signed", "成批签批结果")
        .column("kind", "类别", Kind::Text)
        .column("item", "编号", Kind::Text)
        .column("ok", "办成", Kind::Text)
        .column("message", "结果", Kind::Text);
    let mut secrets = Table::new("secrets", "首次口令（只显示这一次，请当面交给本人）").column("proposal", "送审件", Kind::Count).column(
        SECRET,
        "首次口令",
        Kind::Text,
    );
    let mut done = 0;
    for id in ids {
        let (at, bureau) = At::of(call);
        let outcome = review::sign(bureau, &at, id, &note).map(|signed| {
            if let Some(secret) = &signed.secret {
                secrets.push(vec![Cell::Count(id), Cell::text(secret)]);
            }
            match signed.failed.is_empty() {
                true => Ok(signed.say()),
                false => Err(format!("{}：{}", signed.say(), AppError::Refused(signed.failed.clone()))),
            }
        });
        done += tell(&mut table, "proposal", &id.to_string(), outcome)?;
    }
    for code in codes {
        let outcome = sign_one(call, &code, date).map(Ok);
        done += tell(&mut table, "batch", &code, outcome)?;
    }
    let refused = table.rows.len() - done;
    let table = table.subtitle(format!("办成 {done} 件，未成 {refused} 件"));
    Ok(Answer::Tables(if secrets.rows.is_empty() { vec![table] } else { vec![table, secrets] }))
}

/// A batch out of the scope, and one for which the person may not see batches, is answered as one that does not exist.
fn sign_one(call: &mut Call<'_>, code: &str, date: chrono::NaiveDate) -> Result<String> {
    let owners = call.bureau.read(|tx, book| reach::owners(tx, book, Thing::Batch, code))?;
    if !call.who.may("payout.read") || !owners.is_some_and(|owners| owners.within(&call.who.scope)) {
        return AppError::refuse("no_batch", format!("没有批次 {code}"), "");
    }
    Ok(say_batch(code, &batches::sign(call.bureau, &call.ctx, call.who, code, date)?.result))
}

/// A row of the summary; gives 1 where it was done.
fn tell(table: &mut Table, kind: &str, item: &str, outcome: Result<std::result::Result<String, String>>) -> Result<usize> {
    let (ok, message) = match outcome {
        Ok(Ok(said)) => (true, said),
        Ok(Err(why)) => (false, why),
        Err(refused @ AppError::Refused(_)) => (false, refused.to_string()),
        Err(error) => return Err(error),
    };
    let text = |text: &str| Cell::text(text.to_string());
    table.push(vec![text(kind), text(item), text(if ok { "是" } else { "否" }), Cell::text(message)]);
    Ok(usize::from(ok))
}
