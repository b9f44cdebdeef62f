//! What the declarations of several features share: the day of an act, its proof, and how a voucher is answered.

use crate::app::Result;
use crate::app::act::Once;
use crate::app::ledger::Posted;
use crate::app::notices::proof::Proof;
use crate::app::{AppError, Refusal};
use crate::domain::money::Quantity;
use crate::domain::problem::Problem;
use crate::service::answer::Done;
use crate::service::{Answer, Call, Param, ParamKind, Place};
use chrono::NaiveDate;

pub const DATE: Param = Param::body("date", "日期", ParamKind::Date).hint("默认今天");
pub const AS_OF: Param = Param::query("as_of", "截至日期", ParamKind::Date).hint("默认今天");
pub const REASON: Param = Param::body("reason", "理由", ParamKind::Words(1000));
pub const PROOF: Param = Param::new("proof", Place::File, "佐证文件", ParamKind::File).hint("照片、扫描件；只留存名称和摘要");

/// The day of an act: as given, or today.
pub fn day(call: &Call<'_>) -> NaiveDate {
    call.input.date("date").unwrap_or_else(|| call.ctx.today())
}

/// The day as of which something is shown: as given, or today.
pub fn as_of(call: &Call<'_>) -> NaiveDate {
    call.input.date("as_of").unwrap_or_else(|| call.ctx.today())
}

/// Text that may be left out, and is then empty.
pub fn text(call: &Call<'_>, name: &str) -> String {
    call.input.must(name).to_string()
}

/// The file sent as that parameter, read for its digest. Errors: it is empty.
pub fn proof(call: &Call<'_>, name: &str) -> Result<Option<Proof>> {
    call.input.file(name).map(|upload| Proof::sent(&upload.path, &upload.name)).transpose()
}

/// The same where the file must be there.
pub fn must_prove(call: &Call<'_>, name: &str) -> Result<Proof> {
    match proof(call, name)? {
        Some(proof) => Ok(proof),
        None => AppError::refuse("no_proof", "没有附佐证文件", "请附照片或扫描件"),
    }
}

/// A number with up to four decimals. Errors: it is none.
pub fn quantity(call: &Call<'_>, name: &str, title: &str) -> Result<Quantity> {
    let text = call.input.must(name);
    Ok(Quantity::parse(text).map_err(|problem| Refusal::new("quantity", format!("{title}“{text}”：{problem}"), problem.mend()))?)
}

/// An act that wrote one voucher.
pub fn posted(what: &str, done: &Once<Posted>) -> Answer {
    let label = done.result.label();
    Done::new(format!("{what}：凭证 {label}")).fact("voucher", label).fact("seq", done.result.seq).repeated(done.repeated).into()
}
