//! `notice write`: the papers of a project or batch as .docx and .xlsx, and a row that says what was written, so that what hangs
//! can later be compared with it. The same notice written again is the same notice.

use super::paper::{self, Paper};
use super::proof::digest;
use super::{least_days, templates};
use crate::app::{AppError, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::notices::{Kind, Window};
use crate::domain::report::figure::{self, day_chinese};
use crate::domain::text;
use crate::files::writing::{docx, table_xlsx};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Of what, and how. Dates that are not given follow from the file or the settings.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub of: Of<'a>,
    /// The day on the paper.
    pub date: NaiveDate,
    /// First day of the notice; without it the batch's own, else the day of the paper.
    pub from: Option<NaiveDate>,
    pub days: Option<i64>,
    /// A directory with edited templates.
    pub templates: Option<&'a Path>,
}

#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    Project(&'a str, Kind),
    Batch(&'a str),
}

/// A notice that lies in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    pub id: i64,
    pub kind: Kind,
    pub docx: PathBuf,
    pub xlsx: PathBuf,
    #[serde(serialize_with = "figure::serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub to: NaiveDate,
    /// Lines of its table.
    pub rows: usize,
    /// Written before with the same content.
    pub repeated: bool,
}

/// A paper with its bytes.
struct Ready {
    paper: Paper,
    window: Window,
    docx: Vec<u8>,
    xlsx: Vec<u8>,
}

/// Writes the notices. Errors: no such project or batch; a template with mistakes; a notice shorter than the rules ask.
pub fn write(bureau: &mut Bureau, ctx: &Context, request: &Request<'_>, out: &Path) -> Result<Vec<Written>> {
    let ready = bureau.read(|tx, book| {
        let papers = match request.of {
            Of::Project(code, kind) => vec![paper::of_project(tx, book, code, kind)?],
            Of::Batch(code) => paper::of_batch(tx, book, code, request.date)?,
        };
        let mut ready = Vec::new();
        for paper in papers {
            let least = least_days(tx, book, paper.kind, paper.days, request.date)?;
            ready.push(compose(paper, request, least)?);
        }
        Ok(ready)
    })?;
    std::fs::create_dir_all(out)?;
    let mut written = Vec::new();
    for ready in ready {
        let name = file_name(&ready.paper.name);
        let (docx, xlsx) = (out.join(format!("{name}.docx")), out.join(format!("{name}.xlsx")));
        for (path, bytes) in [(&docx, &ready.docx), (&xlsx, &ready.xlsx)] {
            std::fs::write(path, bytes)
                .map_err(|error| AppError::Output(format!("写不了 {}：{error}（请检查目录和权限）", path.display())))?;
        }
        let (id, repeated) = bureau.write(|tx, book| record(tx, book.id, ctx, &ready, request.date))?;
        let rows = ready.paper.table.rows.len();
        written.push(Written { id, kind: ready.paper.kind, docx, xlsx, from: ready.window.from, to: ready.window.to, rows, repeated });
    }
    Ok(written)
}

fn compose(mut paper: Paper, request: &Request<'_>, least: i64) -> Result<Ready> {
    let window = match (request.from, request.days, paper.window) {
        (None, None, Some((from, to))) => Window { from, to },
        (from, days, _) => Window::of_days(from.unwrap_or(request.date), days.unwrap_or(least)),
    };
    if window.days() < least {
        let message = format!("{}至{} 只有 {} 天，{}至少 {least} 天", window.from, window.to, window.days(), paper.kind.title());
        return AppError::refuse("notice_short", message, "请用 ⟦from⟧、⟦days⟧ 给足公示期");
    }
    paper.values.insert("公示开始", day_chinese(window.from));
    paper.values.insert("公示结束", day_chinese(window.to));
    paper.values.insert("公示天数", window.days().to_string());
    let template = templates::load(paper.kind, request.templates)?;
    let document = template.render(&paper.values, &paper.table, &paper.by, request.date);
    let mut table = paper.table.clone();
    table.title = document.title.replace('\n', "");
    let note = format!("公示期：{} 至 {}（{} 天）　{}", window.from, window.to, window.days(), paper.by);
    let docx = docx::write(&document, request.date)?;
    let xlsx = table_xlsx::write(&[table.note(note)], request.date)?;
    Ok(Ready { paper, window, docx, xlsx })
}

/// Writes down what was written, once; gives its number.
fn record(tx: &mut Tx<'_>, book: i64, ctx: &Context, ready: &Ready, date: NaiveDate) -> Result<(i64, bool)> {
    let (paper, docx) = (&ready.paper, digest(&ready.docx));
    let same = "SELECT id FROM notice WHERE book = $1 AND kind = $2 AND region = $3 AND docx = $4 ORDER BY id LIMIT 1";
    if let Some(row) = tx.first(same, params![book, paper.kind.code(), &paper.region, docx])? {
        return Ok((row.int(0)?, true));
    }
    let id = tx.take_ids(book, "notice", 1)?;
    tx.execute(
        "INSERT INTO notice (book, id, kind, project, batch, region, name, written, docx, xlsx, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            book,
            id,
            paper.kind.code(),
            paper.project.clone(),
            paper.batch,
            &paper.region,
            &paper.name,
            date_to_int(date),
            docx,
            digest(&ready.xlsx),
            &ctx.actor,
            ctx.now()
        ],
    )?;
    Ok((id, false))
}

/// As a file name of bearable length.
fn file_name(name: &str) -> String {
    text::file_name(name).trim_matches(['.', ' ']).chars().take(80).collect()
}
