//! One-card batches (发放批次): one batch, and the steps on its way to the bank and back. Its approval is signed elsewhere
//! (审批); its file comes in by `import.batch`.

use super::common::{DATE, REASON, day};
use crate::app::act::{Once, record_unmasking};
use crate::app::inquiry::batch;
use crate::app::payout::stage::{self, Staged};
use crate::app::payout::{reissue, strip};
use crate::app::screening::gate;
use crate::app::{AppError, Result};
use crate::domain::money::Fen;
use crate::domain::text::file_name;
use crate::files::writing::BankFormat;
use crate::service::answer::{CSV, Done, XLSX};
use crate::service::{Answer, Call, Download, Gives, Operation, Param, ParamKind, Reach, Thing};
use std::io::Cursor;

const BATCH: Param = Param::path("batch", "批次号");
const OF_BATCH: Reach = Reach::Of(Thing::Batch, "batch");
const LINES: Param = Param::body("lines", "序号", ParamKind::Ints(1, 99_999_999));
const RULE: Param = Param::body("rule", "规则", ParamKind::Text(10)).required().hint("如 P04");
const VERDICT: Param = Param::body("verdict", "核定", ParamKind::Choice(&[("pass", "放行"), ("reject", "不予发放")])).required();
const FORMAT: Param =
    Param::query("format", "格式", ParamKind::Choice(&[("csv", "CSV（UTF-8）"), ("gbk", "CSV（GB18030）"), ("xlsx", "Excel")])).or("csv");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("batch.show", "/batches/{batch}", "发放批次")
        .about("一个批次：办理过程、资金来源、待处理退票。")
        .may("payout.read")
        .reach(OF_BATCH)
        .params(&[BATCH])
        .does(|call| {
            let found = batch::show(call.bureau, call.input.must("batch"))?;
            Ok(Answer::Tables(found.tables()))
        }),
    Operation::post("batch.decide", "/batches/{batch}/decisions", "核定待核行")
        .about("对规则判为待核的行逐行核定：放行，或不予发放。须由编制人以外的人，写明核实情况和依据。")
        .may("payout.check")
        .reach(OF_BATCH)
        .params(&[BATCH, LINES.required(), RULE, VERDICT, REASON.required(), DATE])
        .does(decide),
    Operation::post("batch.strip", "/batches/{batch}/strip", "剔除后重编")
        .about("剔除若干行：原批次撤销，其余行另成一批，公示日期不变，须重新审批。")
        .may("payout.make")
        .reach(OF_BATCH)
        .params(&[BATCH, LINES.required(), REASON.required(), DATE])
        .does(strip_lines),
    Operation::post("batch.send", "/batches/{batch}/sending", "送银行")
        .about("把已审批的批次送银行，资金转为在途。须由审批人以外的人；银行文件随后下载。")
        .may("payout.send")
        .reach(OF_BATCH)
        .params(&[BATCH, DATE])
        .does(|call| Ok(staged("已送银行", &stage::send(call.bureau, &call.ctx, call.input.must("batch"), day(call))?))),
    Operation::get("batch.bank_file", "/batches/{batch}/bank-file", "银行文件")
        .about("已送银行批次的代发文件，含完整账号，每次下载留有记录；内容每次相同。")
        .may("payout.send")
        .reach(OF_BATCH)
        .params(&[BATCH, FORMAT])
        .gives(Gives::File)
        .does(bank_file),
    Operation::post("batch.cancel", "/batches/{batch}/cancellation", "撤销批次")
        .about("撤销尚未送银行的批次，资金退回分配。")
        .may("payout.make")
        .reach(OF_BATCH)
        .params(&[BATCH, DATE])
        .does(|call| Ok(staged("已撤销", &stage::cancel(call.bureau, &call.ctx, call.input.must("batch"), day(call))?))),
    Operation::post("batch.reissue", "/batches/{batch}/reissue", "退票更正重发")
        .about("给已登记新账户的退票行编制重发批次；须先导入更正后的一卡通信息。")
        .may("payout.make")
        .reach(OF_BATCH)
        .params(&[BATCH, DATE])
        .does(pay_again),
    Operation::post("batch.release", "/batches/{batch}/release", "退票释放")
        .about("退票不再发放，资金退回分配；不写序号则释放全部待处理退票。")
        .may("payout.send")
        .reach(OF_BATCH)
        .params(&[BATCH, LINES, DATE])
        .does(release),
];

fn staged(what: &str, done: &Once<Staged>) -> Answer {
    let s = &done.result;
    Done::new(s.said(what))
        .fact("batch", s.batch.as_str())
        .fact("lines", s.lines)
        .fact("total", Fen::new(s.total).yuan())
        .fact("voucher", s.voucher.as_ref().map(|voucher| voucher.label()))
        .fact("digest", s.digest.as_str())
        .repeated(done.repeated)
        .into()
}

fn decide(call: &mut Call<'_>) -> Result<Answer> {
    let (pass, date) = (call.input.must("verdict") == "pass", day(call));
    let input = &call.input;
    let (code, rule) = (input.must("batch"), input.must("rule"));
    let asked = gate::Decision { batch: code, lines: input.ints("lines"), rule, pass, reason: input.must("reason"), date };
    let done = gate::decide(call.bureau, &call.ctx, &asked)?;
    let word = if pass { "放行" } else { "不予发放" };
    Ok(Done::new(format!("批次 {code} 已核定{word} {} 处（{rule}）", done.result))
        .fact("batch", code)
        .fact("decided", done.result)
        .repeated(done.repeated)
        .into())
}

fn strip_lines(call: &mut Call<'_>) -> Result<Answer> {
    let (date, input) = (day(call), &call.input);
    let code = input.must("batch");
    let done = strip::strip(call.bureau, &call.ctx, code, input.ints("lines"), date, input.must("reason"))?;
    let s = &done.result;
    Ok(Done::new(s.said(code))
        .also(format!("下一步：由另一人审批批次 {}", s.batch))
        .fact("batch", s.batch.as_str())
        .fact("lines", s.lines)
        .fact("total", Fen::new(s.total).yuan())
        .fact("taken_out", s.taken_out)
        .fact("voucher", s.voucher.label())
        .repeated(done.repeated)
        .into())
}

fn pay_again(call: &mut Call<'_>) -> Result<Answer> {
    let done = reissue::reissue(call.bureau, &call.ctx, call.input.must("batch"), day(call))?;
    let r = &done.result;
    let said = Done::new(r.said());
    let said = match r.said_waiting() {
        Some(waiting) => said.also(waiting),
        None => said,
    };
    Ok(said
        .also(format!("下一步：由另一人审批批次 {}", r.batch))
        .fact("batch", r.batch.as_str())
        .fact("lines", r.lines)
        .fact("total", Fen::new(r.total).yuan())
        .fact("waiting", r.waiting.clone())
        .fact("voucher", r.voucher.label())
        .repeated(done.repeated)
        .into())
}

fn release(call: &mut Call<'_>) -> Result<Answer> {
    let (date, input) = (day(call), &call.input);
    let done = reissue::release(call.bureau, &call.ctx, input.must("batch"), input.ints("lines"), date)?;
    let r = &done.result;
    Ok(Done::new(r.said())
        .fact("lines", r.lines)
        .fact("total", Fen::new(r.total).yuan())
        .fact("voucher", r.voucher.label())
        .repeated(done.repeated)
        .into())
}

/// The file is made before the look at it is written down, and handed out only after.
fn bank_file(call: &mut Call<'_>) -> Result<Answer> {
    let code = call.input.must("batch").to_string();
    let (format, ending, media) = match call.input.must("format") {
        "csv" => (BankFormat::CsvUtf8Bom, "csv", CSV),
        "gbk" => (BankFormat::CsvGb18030, "csv", "text/csv; charset=gb18030"),
        "xlsx" => (BankFormat::Xlsx, "xlsx", XLSX),
        other => return AppError::refuse("format", format!("没有“{other}”这种格式"), "可用 csv、gbk、xlsx"),
    };
    let mut out = Cursor::new(Vec::new());
    stage::bank_file(call.bureau, &code, format, &mut out)?;
    record_unmasking(call.bureau, &call.ctx, &[format!("批次 {code} 银行文件")], "下载银行文件")?;
    Ok(Download::bytes(format!("{}.{ending}", file_name(&code)), media, out.into_inner()).into())
}
