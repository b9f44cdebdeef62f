//! What is asked: path, query, body and files of a request become the texts of the declared parameters. What is not declared is
//! refused, not ignored; JSON must have the declared types, no key twice, and no depth.

use super::problem::Problem;
use super::state::{AppState, Scratch};
use crate::domain::text::percent_decoded;
use crate::service::input::Upload;
use crate::service::{Gives, Input, Manner, Method, Operation, ParamKind, Place, Value};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::time::Duration;

pub type Given = BTreeMap<String, Vec<String>>;

/// A request as it was understood.
pub struct Asked {
    pub input: Input,
    pub given: Given,
    /// Holds the files; dropped with them.
    pub scratch: Scratch,
    pub format: Option<String>,
}

/// What looks that answer tables take in their query beside their own parameters.
pub const FORMAT: &str = "format";

/// Whether the query may say in what form the tables are wanted. Documents come in the forms that their own parameters name.
pub fn takes_format(operation: &Operation) -> bool {
    let own = operation.params.iter().any(|param| param.name == FORMAT);
    operation.method == Method::Get && matches!(operation.gives, Gives::Tables | Gives::List) && !own
}

/// Reads a request of a program.
pub async fn read(state: &AppState, operation: &'static Operation, request: &HttpRequest, payload: web::Payload) -> Result<Asked, Problem> {
    let mut given = path(operation, request)?;
    let mut format = None;
    for (name, value) in query(request.query_string())? {
        if operation.params_in(Place::Query).any(|param| param.name == name) {
            given.entry(name).or_default().push(value);
        } else if name == FORMAT && takes_format(operation) && format.is_none() {
            format = Some(value);
        } else {
            return Err(unknown(&name));
        }
    }
    let scratch = state.scratch().map_err(crate::app::AppError::from)?;
    let mut files = Vec::new();
    if operation.takes_files() {
        let takes = |name: &str| operation.params_in(Place::Body).any(|param| param.name == name) || OWN_FIELDS.contains(&name);
        files = multipart(state, operation, request, payload, &scratch, &mut given, &takes).await?;
    } else if operation.method.writes() {
        json(state, operation, request, payload, &mut given).await?;
    }
    let mut input = Input::parse(operation.params, &given, Manner::Exact).map_err(refuse)?;
    set_files(operation, files, &mut input)?;
    Ok(Asked { input, given, scratch, format })
}

/// Problems of form are the request's (422), a well-formed value that means nothing here is refused like any other act (409).
pub fn refuse(problems: Vec<crate::service::Problem>) -> Problem {
    let meaning = problems.iter().all(|problem| problem.well_formed);
    let mut problem = Problem::invalid(problems);
    if meaning {
        problem.status = StatusCode::CONFLICT;
    }
    problem
}

pub fn set_files(operation: &'static Operation, files: Vec<(String, Upload)>, input: &mut Input) -> Result<(), Problem> {
    for (name, upload) in files {
        if let Some(param) = operation.params_in(Place::File).find(|param| param.name == name) {
            input.set(param, Value::File(upload));
        }
    }
    match operation.params_in(Place::File).find(|param| param.required && input.file(param.name).is_none()) {
        Some(param) => Err(Problem::invalid_field(param.name, format!("请选择“{}”", param.title))),
        None => Ok(()),
    }
}

fn unknown(name: &str) -> Problem {
    let message = format!("没有“{}”这个参数", name.chars().take(40).collect::<String>());
    Problem::invalid_field(name.chars().take(100).collect::<String>(), message)
}

/// The parameters in the path. The router leaves `%2F`, `%2B` and `%25` as they came; they are undone here.
pub fn path(operation: &Operation, request: &HttpRequest) -> Result<Given, Problem> {
    let mut given = Given::new();
    for param in operation.params_in(Place::Path) {
        let raw = request.match_info().get(param.name).unwrap_or_default();
        let value = percent_decoded(raw).ok_or_else(|| Problem::bad_request("网址中有不是 UTF-8 的文字"))?;
        given.insert(param.name.into(), vec![value]);
    }
    Ok(given)
}

/// The pairs of a query string, in order.
pub fn query(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let read =
            |text: &str| percent_decoded(&text.replace('+', " ")).ok_or_else(|| Problem::bad_request("查询参数中有不是 UTF-8 的文字"));
        pairs.push((read(name)?, read(value)?));
    }
    Ok(pairs)
}

/// The whole body, which is small and comes in time.
pub async fn body(state: &AppState, mut payload: web::Payload) -> Result<Vec<u8>, Problem> {
    let read = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::bad_request("请求没有传完"))?;
            if bytes.len() + chunk.len() > state.config.limits.body {
                return Err(Problem::too_large("请求内容"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    in_time(state, read).await?
}

/// Errors: nothing came for longer than a request may take to arrive.
async fn in_time<T>(state: &AppState, work: impl Future<Output = T>) -> Result<T, Problem> {
    tokio::time::timeout(Duration::from_secs(state.config.limits.seconds), work).await.map_err(|_| Problem::slow())
}

pub fn must_be_json(request: &HttpRequest) -> Result<(), Problem> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "请求内容应为 application/json", "请改用 JSON"))
}

async fn json(
    state: &AppState,
    operation: &'static Operation,
    request: &HttpRequest,
    payload: web::Payload,
    given: &mut Given,
) -> Result<(), Problem> {
    let bytes = body(state, payload).await?;
    let wants_none = operation.params_in(Place::Body).next().is_none();
    if bytes.is_empty() {
        return Ok(());
    }
    must_be_json(request)?;
    let Fields(fields) = serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            Problem::invalid_field("", format!("请求内容应为 JSON 对象，键不重复：第 {} 行第 {} 列", error.line(), error.column()))
        }
        _ => Problem::bad_request(format!("请求内容不是 JSON：第 {} 行第 {} 列", error.line(), error.column())),
    })?;
    let mut problems = Vec::new();
    for (name, value) in fields {
        let Some(param) = operation.params_in(Place::Body).find(|param| param.name == name && !wants_none) else {
            return Err(unknown(&name));
        };
        match texts(param.kind, &value) {
            Some(texts) => {
                given.insert(name, texts);
            }
            None => problems.push(crate::service::Problem::of_form(name, format!("“{}”的类型不对", param.title))),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problem::invalid(problems)) }
}

/// A JSON value of the declared type as the texts that [`Input::parse`] reads; `None` where the type is another.
fn texts(kind: ParamKind, value: &serde_json::Value) -> Option<Vec<String>> {
    let whole = |value: &serde_json::Value| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15); // 1.0 is a whole number in JSON Schema
        value.as_i64().map(|number| number.to_string()).or_else(|| float.map(|float| format!("{float:.0}")))
    };
    match kind {
        ParamKind::Int(..) | ParamKind::Year => Some(vec![whole(value)?]),
        ParamKind::Flag => Some(vec![value.as_bool()?.to_string()]),
        ParamKind::Texts(_) => value.as_array()?.iter().map(|part| part.as_str().map(str::to_string)).collect(),
        ParamKind::Ints(..) => value.as_array()?.iter().map(whole).collect(),
        _ => Some(vec![value.as_str()?.to_string()]),
    }
}

/// An object whose keys are all different.
struct Fields(Vec<(String, serde_json::Value)>);

impl<'de> serde::Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields: Vec<(String, serde_json::Value)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, serde_json::Value>()? {
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom("a key twice"));
                    }
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// Streams the parts of an upload: files to disk, fields that are taken into `given`.
pub async fn multipart(
    state: &AppState,
    operation: &'static Operation,
    request: &HttpRequest,
    payload: web::Payload,
    scratch: &Scratch,
    given: &mut Given,
    takes: &dyn Fn(&str) -> bool,
) -> Result<Vec<(String, Upload)>, Problem> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "上传应为 multipart/form-data", "请改用表单上传"));
    }
    let broken = || Problem::bad_request("上传没有传完，或不是表单格式");
    let mut parts = Multipart::new(request.headers(), payload);
    let mut files: Vec<(String, Upload)> = Vec::new();
    let (mut passed, mut fields) = (0u64, 0usize);
    while let Some(part) = in_time(state, parts.next()).await? {
        let mut part = part.map_err(|_| broken())?;
        let name = part.name().unwrap_or_default().to_string();
        let file = part.content_disposition().and_then(|how| how.get_filename().map(file_name));
        let is_file = operation.params_in(Place::File).any(|param| param.name == name);
        if !is_file && !takes(&name) {
            return Err(unknown(&name));
        }
        if is_file {
            if files.iter().any(|(known, _)| *known == name) {
                return Err(Problem::bad_request("一次只能上传一个文件"));
            }
            let path = scratch.dir.join(format!("part{}", files.len()));
            let mut out = std::fs::File::create(&path).map_err(crate::app::AppError::from)?;
            while let Some(chunk) = in_time(state, part.next()).await? {
                let chunk = chunk.map_err(|_| broken())?;
                passed += chunk.len() as u64;
                if passed > state.config.limits.upload {
                    return Err(Problem::too_large("上传文件"));
                }
                // small writes to the page cache: they do not hold up the other requests of this thread
                out.write_all(&chunk).map_err(crate::app::AppError::from)?;
            }
            let named = file.filter(|name| !name.is_empty());
            if named.is_none() && std::fs::metadata(&path).map_err(crate::app::AppError::from)?.len() == 0 {
                continue; // what browsers send for a field in which no file was chosen
            }
            let shown = named.unwrap_or_else(|| "上传文件".into());
            let named = scratch.dir.join("named").join(files.len().to_string());
            std::fs::create_dir_all(&named).map_err(crate::app::AppError::from)?;
            let to = named.join(&shown); // use cases take a file's name from its path
            std::fs::rename(&path, &to).map_err(crate::app::AppError::from)?;
            files.push((name, Upload { name: shown, path: to }));
        } else {
            let left = state.config.limits.body.saturating_sub(fields);
            let bytes = in_time(state, part.bytes(left)).await?.map_err(|_| Problem::too_large("表单内容"))?.map_err(|_| broken())?;
            fields += bytes.len();
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| Problem::bad_request("表单中有不是 UTF-8 的文字"))?;
            given.entry(name).or_default().push(text);
        }
    }
    Ok(files)
}

/// Fields of our own forms that are no parameters: the CSRF token, the key against sending twice, and the page to go back to.
pub const OWN_FIELDS: &[&str] = &["_csrf", "_key", "_back"];

/// A file's name without folders and without what file systems and terminals take amiss.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control() && !":*?\"<>|".contains(*c)).take(80).collect();
    name.trim().trim_start_matches('.').to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_undone_once() {
        assert_eq!(percent_decoded("%E8%B4%A2%2F1"), Some("财/1".into()));
        assert_eq!(percent_decoded("100%"), Some("100%".into()));
        assert_eq!(percent_decoded("%2541"), Some("%41".into()));
        assert_eq!(percent_decoded("%FF"), None);
    }

    #[test]
    fn file_names_lose_folders_and_tricks() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\桌面\\清册.xlsx"), "清册.xlsx");
        assert_eq!(file_name("a\r\nb\0.csv"), "ab.csv");
        assert_eq!(file_name(".."), "");
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(serde_json::from_str::<Fields>(r#"{"a":1,"a":2}"#).is_err());
        assert_eq!(serde_json::from_str::<Fields>(r#"{"a":1,"b":2}"#).unwrap().0.len(), 2);
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(serde_json::from_str::<Fields>(&deep).is_err());
    }
}
