//! What is answered, described: the shapes of answers and problems, and the few paths that are no operations.

use crate::api::perform::shown_by;
use crate::api::reply::XLSX;
use crate::app::lists::spec::Col;
use crate::service::catalogue::lists;
use crate::service::{Gives, Operation};
use serde_json::{Map, Value, json};

/// Media types of the documents that operations give.
pub const DOCUMENTS: &[&str] = &[
    "application/octet-stream",
    "application/zip",
    "application/pdf",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX,
];

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Headers of an answer by name, each described once in the components.
fn headers(names: &[&str]) -> Value {
    let all = ["X-Request-Id"].iter().chain(names);
    Value::Object(all.map(|name| ((*name).to_string(), json!({ "$ref": format!("#/components/headers/{name}") }))).collect())
}

fn problem(description: &str) -> Value {
    problem_with(description, &[])
}

fn problem_with(description: &str, names: &[&str]) -> Value {
    let content = json!({ "application/problem+json": { "schema": schema("Problem") } });
    json!({ "description": description, "headers": headers(names), "content": content })
}

fn response(description: &str, names: &[&str], content: Value) -> Value {
    json!({ "description": description, "headers": headers(names), "content": content })
}

fn answer(name: &str) -> Value {
    json!({ "application/json": { "schema": schema(name) } })
}

fn tables(name: &str) -> Value {
    let file = json!({ "schema": { "type": "string" } });
    json!({ "application/json": { "schema": schema(name) }, "text/csv": file, XLSX: file })
}

/// A page of a list whose rows are told column by column. Which of them are there, the query says.
fn list(operation: &Operation) -> Value {
    let mut content = tables("List");
    if let Some(spec) = lists::spec_of(operation) {
        let column = |column: &Col| (column.key.to_string(), json!({ "description": column.title, "type": ["string", "integer", "null"] }));
        let columns: Map<String, Value> = spec.columns.iter().map(column).collect();
        let items = json!({ "properties": { "items": { "items": { "properties": columns } } } });
        content["application/json"]["schema"] = json!({ "allOf": [schema("List"), items] });
    }
    content
}

/// The answers of an operation by status.
pub fn responses(operation: &'static Operation) -> Value {
    let mut responses = refusals();
    let (writes, tabular) = (operation.method.writes(), matches!(operation.gives, Gives::Tables | Gives::List));
    if operation.is_job() {
        let accepted = response("已受理，按任务编号查看进度和结果", &["Location"], answer("Accepted"));
        responses.insert("202".into(), accepted);
    } else {
        let (content, mut names) = match operation.gives {
            Gives::Tables => (tables("Tables"), vec!["Content-Disposition"]),
            Gives::List => (list(operation), vec!["Content-Disposition"]),
            Gives::Done | Gives::Taken => (answer("Done"), vec![]),
            // a repetition is told that it is one
            Gives::File if writes => (joined(documents(), answer("Done")), vec!["Content-Disposition"]),
            Gives::File => (documents(), vec!["Content-Disposition"]),
        };
        names.extend((!writes).then_some("ETag"));
        responses.insert("200".into(), response("已办", &names, content));
    }
    if operation.gives == Gives::Taken && !operation.is_job() {
        let told = joined(answer("Imported"), json!({ "application/problem+json": { "schema": schema("Problem") } }));
        responses.insert("409".into(), response("与现状不符，没有办理；或逐行说明的错误", &[], told));
    }
    if !writes && !operation.is_job() {
        responses.insert("304".into(), json!({ "description": "与客户端已有的相同", "headers": headers(&["ETag"]) }));
    }
    if tabular && !operation.is_job() {
        responses.insert("406".into(), problem("没有客户端要求的格式"));
    }
    if writes {
        responses.extend(unread());
    }
    if writes && shown_by(operation).is_some() {
        responses.insert("412".into(), problem("内容已被他人更改"));
    }
    Value::Object(responses)
}

/// The media types of both.
fn joined(mut one: Value, other: Value) -> Value {
    if let (Some(one), Value::Object(other)) = (one.as_object_mut(), other) {
        one.extend(other);
    }
    one
}

fn documents() -> Value {
    let media = DOCUMENTS.iter().map(|media| ((*media).to_string(), json!({ "schema": { "type": "string", "contentMediaType": media } })));
    Value::Object(media.collect())
}

/// What any request may be refused with.
fn refusals() -> Map<String, Value> {
    let mut all: Map<String, Value> =
        [("400", "请求写法有误"), ("403", "没有权限"), ("404", "没有找到"), ("409", "与现状不符，没有办理"), ("422", "填写的内容有误")]
            .into_iter()
            .map(|(status, words)| (status.to_string(), problem(words)))
            .collect();
    all.insert("401".into(), problem_with("尚未登录", &["WWW-Authenticate"]));
    all.insert("405".into(), problem_with("请求方法不对", &["Allow"]));
    all.insert("429".into(), problem_with("请求过于频繁", &["Retry-After"]));
    all.insert("503".into(), problem_with("暂时办不了", &["Retry-After"]));
    all
}

/// What a request with a body may be refused with before it is understood.
fn unread() -> Map<String, Value> {
    let known = [("408", "请求迟迟没有传完"), ("413", "内容过大"), ("415", "内容类型不对")];
    known.into_iter().map(|(status, words)| (status.to_string(), problem(words))).collect()
}

/// Signing in, jobs' progress and results, health.
pub fn fixed_paths() -> Map<String, Value> {
    let object = json!({ "application/json": { "schema": { "type": "object" } } });
    let stream = json!({ "text/event-stream": { "schema": {} } });
    let figures = json!({ "text/plain": { "schema": { "type": "string" } } });
    let signed = with("200", response("已登录", &[], answer("Token")), unread());
    let out = json!({ "description": "已退出", "headers": headers(&[]) });
    let open = |tag: &str, id: &str, summary: &str, content: &Value| {
        let responses = with("200", response(summary, &[], content.clone()), Map::new());
        json!({ "get": { "operationId": id, "tags": [tag], "summary": summary, "security": [], "responses": responses } })
    };
    let of_job = |id: &str, summary: &str, names: &[&str], content: &Value| {
        let responses = with("200", response(summary, names, content.clone()), Map::new());
        json!({ "get": { "operationId": id, "tags": ["job"], "summary": summary, "parameters": [job()], "responses": responses } })
    };
    let paths = json!({
        "/api/v1/session": {
            "post": {
                "operationId": "session_sign_in", "tags": ["session"], "summary": "登录", "security": [],
                "description": "返回短期访问令牌；续期凭据在 HttpOnly Cookie 中。",
                "requestBody": { "required": true, "content": { "application/json": { "schema": schema("Credentials") } } },
                "responses": signed,
            },
            "delete": {
                "operationId": "session_sign_out", "tags": ["session"], "summary": "退出",
                "responses": with("204", out, Map::new()),
            },
        },
        "/api/v1/session/refresh": {
            "post": {
                "operationId": "session_refresh", "tags": ["session"], "summary": "续期", "security": [{ "refresh": [] }],
                "responses": with("200", response("新的访问令牌", &[], answer("Token")), Map::new()),
            },
        },
        "/api/v1/jobs/{job}/events": of_job("job_events", "任务进度（SSE），直至结束", &[], &stream),
        "/api/v1/jobs/{job}/result": of_job("job_result", "任务结果", &[], &answer("Ended")),
        "/api/v1/jobs/{job}/file": of_job("job_file", "任务产生的文件", &["Content-Disposition"], &joined(documents(), object.clone())),
        "/health": open("health", "health", "是否存活", &object),
        "/ready": open("health", "ready", "是否就绪", &object),
        "/metrics": open("health", "metrics", "运行数据（Prometheus），只供本机采集", &figures),
        crate::api::description::PATH: open("health", "description", "本说明（OpenAPI）", &object),
    });
    match paths {
        Value::Object(paths) => paths,
        _ => Map::new(),
    }
}

fn job() -> Value {
    json!({ "name": "job", "in": "path", "required": true, "description": "任务编号", "schema": { "type": "integer", "minimum": 1, "maximum": 1_000_000_000 } })
}

/// An answer of its own, what any request may be refused with, and what else.
fn with(status: &str, own: Value, more: Map<String, Value>) -> Value {
    let mut all = refusals();
    all.extend(more);
    all.insert(status.into(), own);
    Value::Object(all)
}

/// Headers of answers. Those that are not on every answer of their kind are not required.
fn header_components() -> Value {
    let header = |about: &str, required: bool| json!({ "description": about, "required": required, "schema": { "type": "string" } });
    json!({
        "X-Request-Id": header("请求的编号，日志中同此", true),
        "ETag": header("内容的标记：If-None-Match 中带上，未变则答 304；更改时放在 If-Match 中", false),
        "Content-Disposition": header("文件名（答复为文件时）", false),
        "Location": header("任务的地址", true),
        "Allow": header("这个地址支持的请求方法", true),
        "WWW-Authenticate": header("登录方式", true),
        "Retry-After": header("多少秒后再试", false),
    })
}

/// The shapes that answers share.
pub fn components() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let cell = json!({ "type": ["string", "integer", "null"] });
    let row = json!({ "type": "object", "additionalProperties": cell });
    let column = json!({
        "type": "object", "required": ["key", "title", "kind"],
        "properties": { "key": text, "title": text, "kind": { "type": "string", "enum": ["text", "money", "ratio", "points", "count", "date"] } },
    });
    let columns = json!({ "type": "array", "items": column });
    json!({
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "refresh": { "type": "apiKey", "in": "cookie", "name": crate::api::auth::REFRESH },
        },
        "headers": header_components(),
        "schemas": {
            "Table": {
                "type": "object", "required": ["name", "title", "columns", "rows", "total", "notes"],
                "properties": {
                    "name": text, "title": text, "subtitle": { "type": ["string", "null"] }, "columns": columns,
                    "rows": { "type": "array", "items": row }, "total": { "anyOf": [row, { "type": "null" }] }, "notes": texts,
                },
            },
            "Tables": { "type": "object", "required": ["tables"], "properties": { "tables": { "type": "array", "items": schema("Table") } } },
            "List": {
                "type": "object", "required": ["name", "title", "columns", "items", "next", "count", "totals"],
                "properties": {
                    "name": text, "title": text, "columns": columns, "items": { "type": "array", "items": row },
                    "next": { "type": ["string", "null"], "description": "下一页的游标" },
                    "count": { "type": "integer", "description": "筛选后的总行数" },
                    "totals": { "type": "object", "additionalProperties": { "type": "string" }, "description": "筛选后的合计（元）" },
                    "notes": texts,
                },
            },
            "Done": {
                "type": "object", "required": ["messages", "facts", "repeated"],
                "properties": { "messages": texts, "facts": { "type": "object" }, "repeated": { "type": "boolean" } },
            },
            "Imported": imported(),
            "Accepted": {
                "type": "object", "required": ["job", "events", "result"],
                "properties": { "job": { "type": "integer" }, "events": text, "result": text },
            },
            "Ended": {
                "type": "object", "required": ["job", "state", "result"],
                "properties": { "job": { "type": "integer" }, "state": text, "result": { "description": "结果；失败时为 Problem" } },
            },
            "Credentials": credentials(),
            "Token": token(),
            "Problem": {
                "type": "object", "required": ["type", "status", "code", "title", "detail", "errors"],
                "properties": {
                    "type": text, "status": { "type": "integer" }, "code": text, "title": text, "detail": text,
                    "errors": { "type": "array", "items": {
                        "type": "object", "required": ["field", "code", "message", "mend"],
                        "properties": { "field": text, "code": text, "message": text, "mend": text },
                    } },
                },
            },
        },
    })
}

fn credentials() -> Value {
    json!({
        "type": "object", "required": ["login", "password"], "additionalProperties": false,
        "properties": {
            "login": { "type": "string" }, "password": { "type": "string", "format": "password" }, "code": { "type": ["string", "null"] },
        },
    })
}

fn token() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object", "required": ["access_token", "token_type", "expires_in"],
        "properties": {
            "access_token": text, "token_type": text, "expires_in": { "type": "integer" }, "name": text,
            "roles": { "type": "array", "items": text }, "must_change_password": { "type": "boolean" },
        },
    })
}

/// What came of rows that were sent: taken, or everything that is wrong with them.
fn imported() -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let objects = |about: &str| json!({ "type": "array", "items": { "type": "object" }, "description": about });
    json!({
        "type": "object", "required": ["accepted", "messages", "facts", "repeated", "refused", "errors", "error_count"],
        "properties": {
            "accepted": { "type": "boolean" }, "messages": texts, "facts": { "type": "object" }, "repeated": { "type": "boolean" },
            "refused": objects("整个文件不收的原因"), "errors": objects("逐行的错误"), "error_count": { "type": "integer" },
            "warnings": texts, "warning_count": { "type": "integer" }, "differences": objects("与送出的不符的各行"),
            "unknown_columns": texts,
        },
    })
}
