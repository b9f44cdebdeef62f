//! One-card batches (发放批次): the list, one batch, and the steps on its way to the bank.

use crate::app::act::Once;
use crate::app::inquiry::batch;
use crate::app::payout::stage::{self, Staged};
use crate::domain::money::Fen;
use crate::service::answer::Done;
use crate::service::{Answer, Call, Operation, Param, ParamKind, Reach, Thing};
use chrono::NaiveDate;

const BATCH: Param = Param::path("batch", "批次号");
const DATE: Param = Param::body("date", "日期", ParamKind::Date).hint("默认今天");

pub const OPERATIONS: &[Operation] = &[
    Operation::get("batch.show", "/batches/{batch}", "发放批次")
        .about("一个批次：办理过程、资金来源、待处理退票。")
        .may("payout.read")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH])
        .does(|call| {
            let found = batch::show(call.bureau, call.input.must("batch"))?;
            Ok(Answer::Tables(found.tables()))
        }),
    Operation::post("batch.cancel", "/batches/{batch}/cancellation", "撤销批次")
        .about("撤销尚未送银行的批次，资金退回分配。")
        .may("payout.make")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, DATE])
        .does(|call| Ok(staged("已撤销", &stage::cancel(call.bureau, &call.ctx, call.input.must("batch"), day(call))?))),
];

/// The day asked for, or today.
fn day(call: &Call<'_>) -> NaiveDate {
    call.input.date("date").unwrap_or_else(|| call.ctx.today())
}

fn staged(what: &str, done: &Once<Staged>) -> Answer {
    let s = &done.result;
    let voucher = s.voucher.as_ref().map(|voucher| voucher.label());
    let said = voucher.as_ref().map_or_else(String::new, |voucher| format!("，凭证 {voucher}"));
    let total = Fen::new(s.total);
    Done::new(format!("批次 {} {what}：{} 笔，{} 元{said}", s.batch, s.lines, total.yuan_grouped()))
        .fact("batch", s.batch.as_str())
        .fact("lines", s.lines)
        .fact("total", total.yuan())
        .fact("voucher", voucher)
        .fact("digest", s.digest.to_string())
        .repeated(done.repeated)
        .into()
}
