//! What is answered, described: the shapes of answers and problems, and the few paths that are no operations.

use crate::api::perform::shown_by;
use crate::api::reply::XLSX;
use crate::service::{Gives, Method, Operation};
use serde_json::{Map, Value, json};

/// Media types of the documents that operations give.
pub const DOCUMENTS: &[&str] = &[
    "application/octet-stream",
    "application/zip",
    "application/pdf",
    "application/json",
    "text/csv",
    "text/csv; charset=utf-8",
    "text/plain; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX,
];

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn problem(description: &str) -> Value {
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema("Problem") } } })
}

fn answer(name: &str) -> Value {
    json!({ "application/json": { "schema": schema(name) } })
}

fn tables(name: &str) -> Value {
    let file = json!({ "schema": { "type": "string" } });
    json!({ "application/json": { "schema": schema(name) }, "text/csv": file, XLSX: file })
}

/// The answers of an operation by status.
pub fn responses(operation: &'static Operation) -> Value {
    let content = match operation.gives {
        Gives::Tables => tables("Tables"),
        Gives::List => tables("List"),
        Gives::Done => answer("Done"),
        Gives::File => documents(),
    };
    let mut responses = refusals();
    if operation.is_job() {
        responses.insert("202".into(), json!({ "description": "已受理，按任务编号查看进度和结果", "content": answer("Accepted") }));
    } else {
        responses.insert("200".into(), json!({ "description": "已办", "content": content }));
    }
    if operation.method == Method::Get {
        responses.insert("304".into(), json!({ "description": "与客户端已有的相同" }));
        responses.insert("406".into(), problem("没有客户端要求的格式"));
    }
    if operation.method.writes() {
        responses.insert("408".into(), problem("请求迟迟没有传完"));
        responses.insert("413".into(), problem("内容过大"));
        responses.insert("415".into(), problem("内容类型不对"));
    }
    if operation.method.writes() && shown_by(operation).is_some() {
        responses.insert("412".into(), problem("内容已被他人更改"));
    }
    Value::Object(responses)
}

fn documents() -> Value {
    let media = DOCUMENTS.iter().map(|media| ((*media).to_string(), json!({ "schema": { "type": "string", "contentMediaType": media } })));
    Value::Object(media.collect())
}

/// What any request may be refused with.
fn refusals() -> Map<String, Value> {
    let known = [
        ("400", "请求写法有误"),
        ("401", "尚未登录"),
        ("403", "没有权限"),
        ("404", "没有找到"),
        ("405", "请求方法不对"),
        ("409", "与现状不符，没有办理"),
        ("422", "填写的内容有误"),
        ("429", "请求过于频繁"),
        ("503", "暂时办不了"),
    ];
    known.into_iter().map(|(status, words)| (status.to_string(), problem(words))).collect()
}

/// Signing in, jobs' progress and results, health.
pub fn fixed_paths() -> Map<String, Value> {
    let paths = json!({
        "/api/v1/session": {
            "post": {
                "operationId": "session_sign_in", "tags": ["session"], "summary": "登录", "security": [],
                "description": "返回短期访问令牌；续期凭据在 HttpOnly Cookie 中。",
                "requestBody": { "required": true, "content": { "application/json": { "schema": schema("Credentials") } } },
                "responses": with(json!({ "200": { "description": "已登录", "content": answer("Token") }, "408": problem("请求迟迟没有传完"), "413": problem("内容过大"), "415": problem("内容类型不对") })),
            },
            "delete": {
                "operationId": "session_sign_out", "tags": ["session"], "summary": "退出",
                "responses": with(json!({ "204": { "description": "已退出" } })),
            },
        },
        "/api/v1/session/refresh": {
            "post": {
                "operationId": "session_refresh", "tags": ["session"], "summary": "续期", "security": [{ "refresh": [] }],
                "responses": with(json!({ "200": { "description": "新的访问令牌", "content": answer("Token") } })),
            },
        },
        "/api/v1/jobs/{job}/events": {
            "get": {
                "operationId": "job_events", "tags": ["job"], "summary": "任务进度（SSE）", "parameters": [job()],
                "responses": with(json!({ "200": { "description": "进度，直至结束", "content": { "text/event-stream": { "schema": { "type": "string" } } } } })),
            },
        },
        "/api/v1/jobs/{job}/result": {
            "get": {
                "operationId": "job_result", "tags": ["job"], "summary": "任务结果", "parameters": [job()],
                "responses": with(json!({ "200": { "description": "结果", "content": answer("Ended") } })),
            },
        },
        "/api/v1/jobs/{job}/file": {
            "get": {
                "operationId": "job_file", "tags": ["job"], "summary": "任务产生的文件", "parameters": [job()],
                "responses": with(json!({ "200": { "description": "文件", "content": documents() } })),
            },
        },
        "/health": { "get": { "operationId": "health", "tags": ["health"], "summary": "是否存活", "security": [],
            "responses": with(json!({ "200": { "description": "存活", "content": { "application/json": { "schema": { "type": "object" } } } } })) } },
        "/ready": { "get": { "operationId": "ready", "tags": ["health"], "summary": "是否就绪", "security": [],
            "responses": with(json!({ "200": { "description": "就绪", "content": { "application/json": { "schema": { "type": "object" } } } } })) } },
    });
    match paths {
        Value::Object(paths) => paths,
        _ => Map::new(),
    }
}

fn job() -> Value {
    json!({ "name": "job", "in": "path", "required": true, "description": "任务编号", "schema": { "type": "integer", "minimum": 1, "maximum": 1_000_000_000 } })
}

fn with(own: Value) -> Value {
    let mut all = refusals();
    if let Value::Object(own) = own {
        all.extend(own);
    }
    Value::Object(all)
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
