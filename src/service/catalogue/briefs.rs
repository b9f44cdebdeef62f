//! The monthly 通报: the paper (DOCX) or its workbook (XLSX). The same question over the same books gives the same bytes.

use crate::app::brief::{Query, write};
use crate::app::{AppError, KnownAt, Result};
use crate::service::answer::{DOCX, XLSX};
use crate::service::{Answer, Call, Download, Gives, Operation, Param, ParamKind};

const MONTH: Param = Param::query("month", "月份", ParamKind::Month).required().hint("如 2018-09；数字截至月末");
const FORMAT: Param = Param::query("format", "格式", ParamKind::Choice(&[("docx", "通报"), ("xlsx", "附表")])).or("docx");
const KNOWN_AT: Param =
    Param::query("known_at", "时点", ParamKind::Text(40)).hint("只算到这一时点已入账的凭证：2018-10-05、2018-10-05 09:00:00 或 #序号");
const ISSUED_ON: Param = Param::query("issued_on", "成文日期", ParamKind::Date).hint("默认次月 5 日");
const DOC_NO: Param = Param::query("doc_no", "发文字号", ParamKind::Text(100)).hint("如 东财〔2018〕14号");

pub const OPERATIONS: &[Operation] = &[Operation::get("brief.make", "/briefs", "支出进度通报")
    .about("某月的支出进度通报（DOCX）或附表（XLSX）。")
    .may("brief.make")
    .params(&[MONTH, FORMAT, KNOWN_AT, ISSUED_ON, DOC_NO])
    .gives(Gives::File)
    .does(make)];

fn make(call: &mut Call<'_>) -> Result<Answer> {
    let input = &call.input;
    let Some(month) = input.month("month") else {
        return AppError::refuse("month", "没有写明月份", "请写成 2018-09");
    };
    let query = Query {
        month,
        known_at: input.text("known_at").map(KnownAt::parse).transpose()?,
        issued_on: input.date("issued_on"),
        doc_number: input.text("doc_no").map(str::to_string),
    };
    let written = write(call.bureau, &query, call.scratch)?;
    let (path, media) = if input.must("format") == "xlsx" { (written.xlsx, XLSX) } else { (written.docx, DOCX) };
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Download::bytes(name, media, std::fs::read(&path)?).into())
}
