//! How an answer leaves: JSON, or CSV and XLSX of its tables where the client asks for them, or the file that it is.

use super::problem::Problem;
use crate::app::lists::{export_csv, export_table};
use crate::app::{AppError, Bureau, Context, Refusal};
use crate::domain::access::Principal;
use crate::domain::report::Table;
use crate::domain::report::table::Kind;
use crate::files::writing::table_csv::Bom;
use crate::files::writing::{table_csv, table_json, table_xlsx};
use crate::service::answer::{Content, Done, Download, ListPage};
use crate::service::catalogue::lists;
use crate::service::{Answer, Input, Operation};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use futures_util::{Stream, stream};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

pub use crate::service::answer::{CSV, XLSX};

pub const JSON: &str = "application/json";

/// The form that a client wants tables in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    Json,
    Csv,
    Xlsx,
    /// None of ours.
    Nothing,
}

/// `format=` of the query stands before the Accept header.
pub fn wants(request: &HttpRequest, format: Option<&str>) -> Result<Wants, Problem> {
    match format {
        Some("json") => return Ok(Wants::Json),
        Some("csv") => return Ok(Wants::Csv),
        Some("xlsx") => return Ok(Wants::Xlsx),
        Some(_) => return Err(Problem::invalid_field("format", "format 可用：json、csv、xlsx")),
        None => {}
    }
    let Some(accept) = request.headers().get(header::ACCEPT) else { return Ok(Wants::Json) };
    let accept = accept.to_str().unwrap_or_default();
    for part in accept.split(',') {
        let media = part.split(';').next().unwrap_or_default().trim();
        match media {
            "" | "*/*" | "application/*" | "application/json" | "application/problem+json" => return Ok(Wants::Json),
            "text/csv" | "text/*" => return Ok(Wants::Csv),
            XLSX => return Ok(Wants::Xlsx),
            _ => {}
        }
    }
    Ok(Wants::Nothing)
}

/// An answer ready to be sent.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub media: String,
    pub name: Option<String>,
    pub content: Content,
}

impl Reply {
    fn json(status: StatusCode, value: &Value) -> Result<Reply, Problem> {
        let bytes = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
        Ok(Reply { status, media: JSON.into(), name: None, content: Content::Bytes(bytes) })
    }

    /// The bytes, where they are in memory.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Path(_) => None,
        }
    }
}

/// Writes an answer in the form wanted. `today` becomes a workbook's date.
pub fn write(answer: Answer, wants: Wants, today: NaiveDate) -> Result<Reply, Problem> {
    match answer {
        Answer::Tables(tables) => write_tables(&tables, wants, today),
        Answer::List(page) if wants == Wants::Json => Reply::json(StatusCode::OK, &list_value(&page)),
        Answer::List(page) => write_tables(&[page.table], wants, today),
        // it is done, whatever the client reads
        Answer::Done(done) => Reply::json(StatusCode::OK, &done_value(&done)),
        Answer::Import(imported) if wants == Wants::Csv || wants == Wants::Xlsx => write_tables(&[imported.errors_table()], wants, today),
        Answer::Import(imported) => {
            let status = if imported.accepted { StatusCode::OK } else { StatusCode::CONFLICT };
            Reply::json(status, &serde_json::to_value(&imported).map_err(|_| Problem::internal())?)
        }
        Answer::File(Download { name, media, content }) => {
            Ok(Reply { status: StatusCode::OK, media: media.to_string(), name: Some(name), content })
        }
    }
}

fn not_acceptable() -> Problem {
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", "没有客户端要求的格式", "可用：application/json、text/csv、xlsx")
}

fn write_tables(tables: &[Table], wants: Wants, today: NaiveDate) -> Result<Reply, Problem> {
    let stem = tables.first().map_or("表", |table| table.title.as_str());
    let (media, ending, bytes) = match wants {
        Wants::Json => return Reply::json(StatusCode::OK, &tables_value(tables)),
        Wants::Csv => (CSV, "csv", table_csv::write_all(tables, Bom::With).map_err(AppError::from)?),
        Wants::Xlsx => (XLSX, "xlsx", table_xlsx::write(tables, today).map_err(AppError::from)?),
        Wants::Nothing => return Err(not_acceptable()),
    };
    Ok(Reply { status: StatusCode::OK, media: media.into(), name: Some(format!("{stem}.{ending}")), content: Content::Bytes(bytes) })
}

/// What a column holds, for programs.
fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Money | Kind::Wan => "money",
        Kind::Percent => "ratio",
        Kind::Points => "points",
        Kind::Count => "count",
        Kind::Date => "date",
    }
}

fn columns(table: &Table) -> Value {
    let column =
        |column: &crate::domain::report::table::Column| json!({ "key": column.key, "title": column.title, "kind": kind_name(column.kind) });
    Value::Array(table.columns.iter().map(column).collect())
}

pub fn table_value(table: &Table) -> Value {
    let mut value = table_json::value(table);
    if let Some(object) = value.as_object_mut() {
        object.insert("columns".into(), columns(table));
    }
    value
}

pub fn tables_value(tables: &[Table]) -> Value {
    json!({ "tables": tables.iter().map(table_value).collect::<Vec<_>>() })
}

fn list_value(page: &ListPage) -> Value {
    let mut table = table_json::value(&page.table);
    let yuan = |fen: i64| Value::String(crate::domain::money::Fen::new(fen).yuan());
    let totals: Map<String, Value> = page.totals.iter().map(|(key, fen)| (key.clone(), yuan(*fen))).collect();
    json!({
        "name": page.table.name,
        "title": page.table.title,
        "columns": columns(&page.table),
        "items": table["rows"].take(),
        "next": page.next,
        "count": page.count,
        "totals": totals,
        "notes": page.table.notes,
    })
}

pub fn done_value(done: &Done) -> Value {
    json!({ "messages": done.messages, "facts": done.facts, "repeated": done.repeated })
}

/// The whole of a list as it is filtered, whatever page was asked for: a file in `folder`, or a workbook. `None` where the answer is
/// to be a page. Personal data stays masked.
pub fn whole_list(
    bureau: &mut Bureau,
    who: &Principal,
    operation: &Operation,
    input: &Input,
    wants: Wants,
    folder: &Path,
) -> Result<Option<Reply>, Problem> {
    let (Some(spec), Wants::Csv | Wants::Xlsx) = (lists::spec_of(operation), wants) else { return Ok(None) };
    let ask = lists::ask(spec, input);
    if ask.unmask {
        return Err(AppError::from(Refusal::new("export_masked", "导出的清单一律掩码", "请去掉 unmask；查看完整信息请逐页查看")).into());
    }
    if wants == Wants::Xlsx {
        let table = export_table(bureau, spec, &who.scope, &ask)?;
        return write_tables(&[table], wants, Context::new("").today()).map(Some);
    }
    let path = folder.join("list.csv");
    let mut out = BufWriter::new(File::create(&path).map_err(AppError::from)?);
    export_csv(bureau, spec, &who.scope, &ask, &mut out)?;
    out.flush().map_err(AppError::from)?;
    Ok(Some(Reply { status: StatusCode::OK, media: CSV.into(), name: Some(format!("{}.csv", spec.title)), content: Content::Path(path) }))
}

/// Sends what is ready. Nothing personal may stay in caches.
pub fn send(reply: Reply, etag: Option<String>) -> HttpResponse {
    let mut response = HttpResponse::build(reply.status);
    response.content_type(reply.media.as_str()).insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
        response.insert_header((header::ETAG, etag));
    }
    if let Some(name) = &reply.name {
        response.insert_header((header::CONTENT_DISPOSITION, disposition(name)));
    }
    match reply.content {
        Content::Bytes(bytes) => response.body(bytes),
        Content::Path(path) => match File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file))) {
            Ok((length, file)) => response.no_chunking(length).streaming(in_parts(file)),
            Err(error) => actix_web::ResponseError::error_response(&Problem::from(AppError::from(error))),
        },
    }
}

/// A file part by part, read on threads that may block. Once open it may be removed: it stays until it is read.
fn in_parts(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = actix_web::web::block(move || {
            let mut part = Vec::with_capacity(PART);
            let read = Read::by_ref(&mut file).take(PART as u64).read_to_end(&mut part);
            read.map(|_| (part, file))
        });
        match read.await {
            Ok(Ok((part, _))) if part.is_empty() => None,
            Ok(Ok((part, file))) => Some((Ok(Bytes::from(part)), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => Some((Err(std::io::Error::other("the reader has gone")), None)),
        }
    })
}

const PART: usize = 256 << 10;

/// A file's name for all browsers: plain for the old, UTF-8 for the others (RFC 6266).
pub fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
