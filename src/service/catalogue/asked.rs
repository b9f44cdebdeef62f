//! What many operations of supervision ask for and do: days, moments, uploads under their own names, sentences as an answer.

use crate::app::{AppError, KnownAt, Refusal, Result};
use crate::domain::report::Table;
use crate::files::writing::archive::pack;
use crate::service::answer::{Content, Done, ZIP};
use crate::service::input::Upload;
use crate::service::{Answer, Call, Download, Param, ParamKind};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

pub const AS_OF: Param = Param::query("as_of", "截至日期", ParamKind::Date).hint("默认今天");
pub const KNOWN_AT: Param = Param::query("known_at", "记录时点", ParamKind::Text(40))
    .hint("只算到这一时点已入账的凭证：2018-10-05、2018-10-05 09:00:00、RFC 3339 或 #序号");
pub const YEAR: Param = Param::query("year", "年度", ParamKind::Year).required();
pub const DATE: Param = Param::body("date", "日期", ParamKind::Date).hint("默认今天");

/// Choices of an enumeration whose words are `code` and the named Chinese title, so that no choice is written twice.
macro_rules! choices {
    ($all:expr, $title:ident) => {{
        const COUNT: usize = $all.len();
        const fn make() -> [(&'static str, &'static str); COUNT] {
            let mut made = [("", ""); COUNT];
            let mut at = 0;
            while at < COUNT {
                made[at] = ($all[at].code(), $all[at].$title());
                at += 1;
            }
            made
        }
        const MADE: [(&str, &str); COUNT] = make();
        crate::service::ParamKind::Choice(&MADE)
    }};
}
pub(super) use choices;

/// The day of that name, or today.
pub fn day(call: &Call<'_>, name: &str) -> NaiveDate {
    call.input.date(name).unwrap_or_else(|| call.ctx.today())
}

pub fn known_at(call: &Call<'_>) -> Result<Option<KnownAt>> {
    call.input.text("known_at").map(KnownAt::parse).transpose()
}

/// The year of a required parameter.
pub fn year(call: &Call<'_>) -> i64 {
    call.input.int("year").unwrap_or_default()
}

/// A count that has a default and bounds of its own.
pub fn count(call: &Call<'_>, name: &str) -> usize {
    call.input.int(name).and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// Refuses unless the person holds a further permission. Errors: they do not.
pub fn needs(call: &Call<'_>, permission: &str) -> Result<()> {
    if call.who.may(permission) {
        return Ok(());
    }
    let title = crate::domain::access::permission(permission).map_or(permission, |known| known.title);
    AppError::refuse("forbidden", format!("没有“{title}”的权限"), "需要办理请与安全管理员联系")
}

/// Refuses two parameters that say the same thing in different ways.
pub fn not_both(call: &Call<'_>, one: &'static Param, other: &'static Param) -> Result<()> {
    match call.input.get(one.name).and(call.input.get(other.name)) {
        None => Ok(()),
        Some(_) => AppError::refuse("one_of", format!("“{}”和“{}”只能填写一项", one.title, other.title), "请去掉其中一项"),
    }
}

/// An upload under the name that it was sent by, which reports and records carry. Errors: no such upload.
pub fn named(call: &Call<'_>, param: &'static Param) -> Result<Option<PathBuf>> {
    let Some(upload) = call.input.file(param.name) else {
        if param.required {
            return AppError::refuse("no_file", format!("请选择“{}”", param.title), "请重新上传");
        }
        return Ok(None);
    };
    let name = plain_name(upload);
    if upload.path.file_name().is_some_and(|own| own == name.as_str()) {
        return Ok(Some(upload.path.clone()));
    }
    let dir = call.scratch.join(format!("upload-{}", param.name));
    std::fs::create_dir_all(&dir)?;
    let path = dir.join(name);
    if std::fs::hard_link(&upload.path, &path).is_err() {
        std::fs::copy(&upload.path, &path)?;
    }
    Ok(Some(path))
}

/// The name without anything that could lead elsewhere.
fn plain_name(upload: &Upload) -> String {
    let name: String = upload.name.chars().map(|c| if matches!(c, '/' | '\\') || c.is_control() { '_' } else { c }).take(80).collect();
    if name.trim_matches('.').is_empty() { "文件".into() } else { name }
}

/// The upload of a required parameter.
pub fn file(call: &Call<'_>, param: &'static Param) -> Result<PathBuf> {
    named(call, param)?.ok_or_else(|| Refusal::new("no_file", format!("请选择“{}”", param.title), "请重新上传").into())
}

/// Several sentences as an answer.
pub fn said(sentences: impl IntoIterator<Item = String>) -> Done {
    Done { messages: sentences.into_iter().collect(), ..Done::default() }
}

/// Tables with sentences beneath the first.
pub fn noted(mut tables: Vec<Table>, sentences: impl IntoIterator<Item = String>) -> Answer {
    if let Some(first) = tables.first_mut() {
        first.notes.extend(sentences);
    }
    Answer::Tables(tables)
}

/// An empty directory of the request's own.
pub fn folder(call: &Call<'_>, name: &str) -> Result<PathBuf> {
    let dir = call.scratch.join(name);
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Everything in a directory as one ZIP to download.
pub fn zipped(call: &Call<'_>, dir: &Path, name: String) -> Result<Answer> {
    let path = call.scratch.join("answer.zip");
    pack(dir, &path, &mut |done, of| call.watch.advance(done, of))?;
    Ok(Answer::File(Download { name: format!("{name}.zip"), media: ZIP, content: Content::Path(path) }))
}
