//! Files and rows that come in: one operation to send a file and one to enter a row, for every kind (`domain::kinds`), and
//! the templates to fill in. They are made of the table of kinds, so that they cannot disagree with it.

use crate::app::import::{ImportOptions, ImportReport, Progress, foreign_units, import_file};
use crate::app::money::enter::moves_money;
use crate::app::{AppError, Result};
use crate::domain::access::Scope;
use crate::domain::kinds::{Column, KINDS, Kind, Type};
use crate::files::writing::{write_bundle, write_one_row, write_template};
use crate::service::answer::{XLSX, ZIP};
use crate::service::{Answer, Call, Download, Gives, Imported, Operation, Param, ParamKind, Place, Reach, Value, words};
use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

const DRY_RUN: Param = Param::body("dry_run", "只检查，不入账", ParamKind::Flag).or("false");
const FILE: Param = Param::file("file", "文件").hint("CSV 或 XLSX，列见模板");
const KIND: Param = Param::path("kind", "文件种类").hint("如 persons");

pub const TEMPLATES: &[Operation] = &[
    Operation::get("template.download", "/import-templates/{kind}", "导入模板")
        .about("一种文件的空白模板（XLSX），列名、必填和可选值都写在里面。")
        .reach(Reach::Open)
        .params(&[KIND])
        .gives(Gives::File)
        .does(template),
    Operation::get("template.all", "/import-templates", "全部导入模板")
        .about("全部种类的空白模板，一个 ZIP 文件。")
        .reach(Reach::Open)
        .gives(Gives::File)
        .does(all_templates),
];

type Run = fn(&mut Call<'_>) -> Result<Answer>;

/// A function of its own for each kind, because an operation's function takes nothing but the call.
macro_rules! each {
    ($run:ident: $($at:literal)*) => { [$($run::<$at> as Run),*] };
}
const SENDS: [Run; KINDS.len()] = each!(send_of: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25);
const ENTERS: [Run; KINDS.len()] = each!(enter_of: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25);

/// `import.persons` and `row.persons`, and so on for every kind.
pub fn operations() -> &'static [Operation] {
    static MADE: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let files = KINDS.iter().zip(SENDS).map(|(kind, run)| {
            guarded(kind, Operation::post(named("import", kind), forever(format!("/imports/{}", kind.name)), titled("导入", kind)))
                .about(forever(format!("导入“{}”文件；有错误的文件一行也不入账，全部错误一次告知。", kind.title)))
                .params(&[FILE, DRY_RUN])
                .gives(Gives::Taken)
                .does(run)
        });
        let rows = KINDS.iter().zip(ENTERS).map(|(kind, run)| {
            guarded(kind, Operation::post(named("row", kind), forever(format!("/rows/{}", kind.name)), titled("录入", kind)))
                .about(forever(format!("录入一行“{}”，与导入文件同样检查、同样留痕。", kind.title)))
                .params(fields(kind))
                .gives(Gives::Taken)
                .does(run)
        });
        files.chain(rows).collect()
    });
    &MADE
}

/// Who may send a kind, and under whose review.
fn guarded(kind: &'static Kind, operation: Operation) -> Operation {
    match kind.name {
        "batch" => operation.may("payout.make").reach(Reach::Rows),
        "returns" => operation.may("payout.send"),
        "cards" => operation.may("registry.write").review("account"),
        _ if moves_money(kind) => operation.may("money.make").review("money"),
        _ => operation.may("registry.write"),
    }
}

/// Declared operations live as long as the program; these are made once.
fn forever(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn named(feature: &str, kind: &Kind) -> &'static str {
    forever(format!("{feature}.{}", kind.name.replace('-', "_")))
}

fn titled(what: &str, kind: &Kind) -> &'static str {
    forever(format!("{what}{}", kind.title))
}

fn fields(kind: &'static Kind) -> &'static [Param] {
    let fields: Vec<Param> = kind.columns.iter().map(|column| field(kind, column)).chain([DRY_RUN]).collect();
    Box::leak(fields.into_boxed_slice())
}

/// A column as a field of a form. What a field cannot say of its column, the importer says.
fn field(kind: &Kind, column: &'static Column) -> Param {
    let what = match column.ty {
        _ if column.ty.choices().is_some() => ParamKind::Choice(choices(column.ty)),
        Type::Money if moves_money(kind) => ParamKind::Money,
        Type::Date => ParamKind::Date,
        Type::Year => ParamKind::Year,
        Type::Count => ParamKind::Int(0, 999_999_999),
        Type::Text => ParamKind::Text(500),
        _ => ParamKind::Text(40),
    };
    let hint = match (column.note, column.ty) {
        ("", Type::Money) => "元",
        ("", Type::Period) => "如 2018-03、2018年1季度、2018春",
        (note, _) => note,
    };
    let param = Param::new(column.en, Place::Body, column.zh, what).hint(hint);
    if column.required { param.required() } else { param }
}

fn choices(ty: Type) -> &'static [(&'static str, &'static str)] {
    let pairs: Vec<_> = ty.choices().unwrap_or_default().iter().map(|value| (*value, *value)).collect();
    Box::leak(pairs.into_boxed_slice())
}

fn send_of<const AT: usize>(call: &mut Call<'_>) -> Result<Answer> {
    let Some(upload) = call.input.file("file").cloned() else {
        return AppError::refuse("no_file", "没有附文件", "请选择 CSV 或 XLSX 文件");
    };
    take(call, KINDS[AT], &upload.path, &upload.name)
}

fn enter_of<const AT: usize>(call: &mut Call<'_>) -> Result<Answer> {
    let kind = KINDS[AT];
    let cell = |column: &Column| call.input.get(column.en).and_then(written).map(|value| (column.zh.to_string(), value));
    let cells: Vec<(String, String)> = kind.columns.iter().filter_map(cell).collect();
    let name = format!("手工录入-{}.csv", kind.title);
    let path = call.scratch.join(&name);
    write_one_row(&cells, File::create(&path)?)?;
    take(call, kind, &path, &name)
}

/// A value as it would stand in a file.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Money(fen) => Some(fen.yuan()),
        Value::Date(date) => Some(date.to_string()),
        _ => None, // columns are of no other kind
    }
}

/// Sends a file into the books. Where the person's rights reach only some units, a batch of another is refused as one of a
/// unit that does not exist, before anything else is said of it.
fn take(call: &mut Call<'_>, kind: &'static Kind, path: &Path, name: &str) -> Result<Answer> {
    let watch = call.watch;
    let (advance, cancelled) = (|at: Progress| watch.advance(at.bytes, at.of), || watch.cancelled());
    let options = ImportOptions {
        dry_run: call.input.flag("dry_run"),
        name: Some(name),
        errors_to: Some(call.scratch),
        words: Some(|text| words::say(text, None)),
        progress: Some(&advance),
        cancelled: Some(&cancelled),
    };
    if let Scope::Within(within) = call.scope() {
        let strangers = foreign_units(path, kind, &|unit| within.units.contains(unit))?;
        if !strangers.is_empty() {
            return Ok(Imported::with_errors(ImportReport::new(kind, path, &options), strangers).into());
        }
    }
    Ok(Imported::of(import_file(call.bureau, &call.ctx, kind, path, &options)?).into())
}

fn template(call: &mut Call<'_>) -> Result<Answer> {
    let kind = match Kind::named(call.input.must("kind")) {
        Ok(kind) => kind,
        Err(why) => return AppError::refuse("no_kind", why, ""),
    };
    Ok(Download::bytes(format!("{}.xlsx", kind.name), XLSX, blank(kind)?).into())
}

fn all_templates(_: &mut Call<'_>) -> Result<Answer> {
    let files: Vec<(String, Vec<u8>)> =
        KINDS.iter().map(|kind| Ok((format!("{}.xlsx", kind.name), blank(kind)?))).collect::<Result<_>>()?;
    Ok(Download::bytes("templates.zip", ZIP, write_bundle(&files)?).into())
}

fn blank(kind: &'static Kind) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    write_template(kind, &mut out)?;
    Ok(out.into_inner())
}
