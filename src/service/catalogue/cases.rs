//! Cases (线索): opened from findings, assigned, checked, decided, put right, closed by somebody else. One operation for each
//! step; papers that prove something are uploaded, of which name and digest are kept.

use super::asked::{DATE, choices, day, named, said};
use crate::app::Result;
use crate::app::cases::{Act, act, open_from_findings, opened_words, show, step_words};
use crate::domain::cases::{Remedy, Step};
use crate::domain::money::Fen;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Place, Reach, Thing};

const CASE: Param = Param::path("case", "线索编号").hint("如 XS2018-0001");
const FINDINGS: Param = Param::body("findings", "疑点编号", ParamKind::Texts(64)).required().hint("至少前 6 位，可写多个");
const TITLE: Param = Param::body("title", "标题", ParamKind::Text(200)).hint("默认为规则名称");
const TEXT: Param = Param::body("text", "情况", ParamKind::Words(4_000)).required();
const TO: Param = Param::body("to", "承办人", ParamKind::Text(50)).required();
const BY: Param = Param::body("by", "责任人或责任单位", ParamKind::Text(100));
const KIND: Param = Param::body("kind", "整改方式", choices!(Remedy::ALL, chinese)).required();
const DUE: Param = Param::body("due", "期限", ParamKind::Date).required();
const AMOUNT: Param = Param::body("amount", "金额", ParamKind::Money);
const MEASURE: Param = Param::body("measure", "第几项整改", ParamKind::Int(1, 9_999)).required();
const REFUND: Param = Param::body("refund", "退回凭证号", ParamKind::Text(100)).required();
const PROOF: Param = Param::new("proof", Place::File, "证明材料", ParamKind::File).hint("只存文件名和摘要");

const fn step(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::post(id, path, title).may("case.write").reach(Reach::Of(Thing::Case, "case"))
}

pub const OPERATIONS: &[Operation] = &[
    Operation::get("case.show", "/cases/{case}", "线索")
        .about("一个线索的全过程。")
        .may("screening.read")
        .reach(Reach::Of(Thing::Case, "case"))
        .params(&[CASE])
        .does(|call| Ok(show(call.bureau, call.input.must("case"))?.table().into())),
    Operation::post("case.open", "/cases", "立案")
        .about("由一个或几个疑点形成线索。")
        .may("case.write")
        .reach(Reach::County)
        .params(&[FINDINGS, TITLE, DATE])
        .does(|call| {
            let date = day(call, "date");
            let done = open_from_findings(call.bureau, &call.ctx, call.input.texts("findings"), call.input.must("title"), date)?;
            Ok(said([opened_words(&done)]).fact("case", done.result.code.as_str()).repeated(done.repeated).into())
        }),
    step("case.assign", "/cases/{case}/assignment", "交办").about("交办给承办人。").params(&[CASE, TO, TEXT, DATE]).does(|call| {
        let person = call.input.must("to").to_string();
        take(call, Step::Assigned, Act { person, ..Act::default() })
    }),
    step("case.check", "/cases/{case}/check", "实地核查")
        .about("记录实地核查情况。")
        .params(&[CASE, TEXT, DATE, PROOF])
        .does(|call| take(call, Step::Checked, Act::default())),
    step("case.confirm", "/cases/{case}/confirmation", "查实")
        .about("认定属实，写明查实的金额。")
        .params(&[CASE, TEXT, AMOUNT, DATE, PROOF])
        .does(|call| {
            let amount = amount(call);
            take(call, Step::Confirmed, Act { amount, ..Act::default() })
        }),
    step("case.refute", "/cases/{case}/refutation", "查否")
        .about("认定不属实，须有证明材料。")
        .params(&[CASE, TEXT, DATE, PROOF.required()])
        .does(|call| take(call, Step::Refuted, Act::default())),
    step("case.order", "/cases/{case}/measures", "责令整改")
        .about("追回资金、纠正或问责，写明期限。")
        .params(&[CASE, KIND, DUE, AMOUNT, BY, TEXT, DATE])
        .does(|call| {
            let remedy = call.input.text("kind").and_then(Remedy::from_code);
            let (due, amount, person) = (call.input.date("due"), amount(call), call.input.must("by").to_string());
            take(call, Step::Ordered, Act { person, remedy, due, amount, ..Act::default() })
        }),
    step("case.done", "/cases/{case}/measures/completion", "整改完成")
        .about("一项整改已完成。")
        .params(&[CASE, MEASURE, TEXT, DATE, PROOF])
        .does(|call| {
            let measure = call.input.int("measure");
            take(call, Step::Done, Act { measure, ..Act::default() })
        }),
    step("case.recover", "/cases/{case}/recoveries", "追回入账")
        .about("追回的资金已入账，写明退回凭证号。")
        .params(&[CASE, REFUND, TEXT, DATE])
        .does(|call| {
            let refund = call.input.text("refund").map(str::to_string);
            take(call, Step::Recovered, Act { refund, ..Act::default() })
        }),
    step("case.close", "/cases/{case}/closure", "销号")
        .about("整改完成、资金追回后销号，须由核查人以外的人办理。")
        .may("case.close")
        .params(&[CASE, TEXT, DATE, PROOF])
        .does(|call| take(call, Step::Closed, Act::default())),
    step("case.reopen", "/cases/{case}/reopening", "重新办理")
        .about("销号后重新办理。")
        .params(&[CASE, TEXT, DATE, PROOF])
        .does(|call| take(call, Step::Reopened, Act::default())),
];

fn amount(call: &Call<'_>) -> i64 {
    call.input.money("amount").map_or(0, Fen::get)
}

fn take(call: &mut Call<'_>, step: Step, asked: Act) -> Result<Answer> {
    let (case, date) = (call.input.must("case").to_string(), day(call, "date"));
    let proof = named(call, &PROOF)?;
    let asked = Act { text: call.input.must("text").to_string(), proof, ..asked };
    let done = act(call.bureau, &call.ctx, &case, step, date, &asked)?;
    let answer = said([step_words(&case, step, &done)]).fact("case", case.as_str()).fact("state", done.result.as_str());
    Ok(answer.repeated(done.repeated).into())
}
