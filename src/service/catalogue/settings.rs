//! What a bureau may change: the chart of accounts and posting templates (科目、记账模板), and settings with effective dates
//! (参数). All of it is signed by others before it holds.

use crate::app::{AppError, Result, book, setting};
use crate::domain::calendar::date_to_int;
use crate::service::answer::{CSV, Done};
use crate::service::{Answer, Call, Download, Gives, Operation, Param, ParamKind, Place};

const ACCOUNTS: Param = Param::new("accounts", Place::File, "科目表", ParamKind::File).hint("CSV，列与导出的相同");
const TEMPLATES: Param = Param::new("templates", Place::File, "记账模板", ParamKind::File).hint("CSV，列与导出的相同");
const PART: Param = Param::query("part", "内容", ParamKind::Choice(&[("accounts", "科目表"), ("templates", "记账模板")])).or("accounts");
const NAME: Param = Param::path("name", "参数名称");
const VALUE: Param = Param::body("value", "值", ParamKind::Text(2000)).required();
const FROM: Param = Param::body("from", "生效日期", ParamKind::Date).required();

pub const OPERATIONS: &[Operation] = &[
    Operation::post("chart.load", "/chart", "装入科目和模板")
        .about("装入会计科目表或记账模板；已使用的科目不能改变性质。")
        .may("setting.write")
        .review("setting")
        .params(&[ACCOUNTS, TEMPLATES])
        .does(load),
    Operation::get("chart.export", "/chart", "导出科目和模板")
        .about("本账套的会计科目表或记账模板（CSV）。")
        .may("setting.read")
        .params(&[PART])
        .gives(Gives::File)
        .does(export),
    Operation::get("setting.names", "/setting-names", "可以设置的参数")
        .about("全部参数的名称、值的种类、含义、依据和出厂值。")
        .may("setting.read")
        .does(|_| Ok(setting::names_table().into())),
    Operation::post("setting.set", "/settings/{name}", "修改参数")
        .about("从某日起改用新值；旧值保留，以往的通报不受影响。")
        .may("setting.write")
        .review("setting")
        .params(&[NAME, VALUE, FROM])
        .does(set),
];

fn load(call: &mut Call<'_>) -> Result<Answer> {
    let path = |name: &str| call.input.file(name).map(|upload| upload.path.as_path());
    let (accounts, templates) = (path("accounts"), path("templates"));
    if accounts.is_none() && templates.is_none() {
        return AppError::refuse("no_file", "没有附文件", "请附科目表或记账模板");
    }
    let loaded = book::load_files(call.bureau, accounts, templates)?;
    let done = Done { messages: loaded.said(), ..Done::default() };
    Ok(done.fact("accounts", loaded.accounts).fact("templates", loaded.templates).into())
}

fn export(call: &mut Call<'_>) -> Result<Answer> {
    let (name, text) = match call.input.must("part") {
        "templates" => ("templates.csv", call.bureau.read(book::templates)?.to_csv()),
        _ => ("chart.csv", call.bureau.read(book::chart)?.to_csv()),
    };
    Ok(Download::bytes(name, CSV, text.into_bytes()).into())
}

fn set(call: &mut Call<'_>) -> Result<Answer> {
    let (name, value) = (call.input.must("name"), call.input.must("value"));
    let Some(from) = call.input.date("from") else {
        return AppError::refuse("no_date", "没有写明生效日期", "请写明");
    };
    call.bureau.write(|tx, book| setting::change(tx, book, &call.ctx, name, date_to_int(from), value))?;
    Ok(Done::new(format!("{name} 自 {from} 起为 {value}")).fact("name", name).fact("value", value).fact("from", from.to_string()).into())
}
