//! The description of the API (OpenAPI 3.1), made of the declared operations, and its viewer, which needs no network.

mod schemas;

use super::guard::VIEWER;
use super::intake::{FORMAT, takes_format};
use super::perform::shown_by;
use super::routes::{BASE, not_allowed};
use crate::service::{Method, Operation, Param, ParamKind, Place, catalogue};
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use utoipa_swagger_ui::{Config, SwaggerUi};

pub const PATH: &str = "/api/openapi.json";

pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource(PATH).route(web::get().to(show)).default_service(not_allowed("GET")));
    let viewer =
        SwaggerUi::new(format!("{VIEWER}/{{_:.*}}")).config(Config::new([PATH]).use_base_layout().filter(true).doc_expansion("none"));
    config.service(viewer).route(VIEWER, web::get().to(to_viewer));
}

async fn show() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    HttpResponse::Ok().content_type("application/json").body(TEXT.get_or_init(|| description().to_string()).as_str())
}

async fn to_viewer() -> HttpResponse {
    HttpResponse::Found().insert_header(("Location", format!("{VIEWER}/"))).finish()
}

/// The whole document.
pub fn description() -> Value {
    let mut paths: Map<String, Value> = schemas::fixed_paths();
    for operation in catalogue::all() {
        let path = paths.entry(format!("{BASE}{}", operation.path)).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.name().to_ascii_lowercase(), of_operation(operation));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "阳光账 Sunledger",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "扶贫资金从指标到卡的全过程台账。金额一律为元，十进制字符串，两位小数；日期为 YYYY-MM-DD；月份为 YYYY-MM。",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "tags": tags(),
        "paths": paths,
        "components": schemas::components(),
    })
}

fn tags() -> Vec<Value> {
    let mut seen = Vec::new();
    for operation in catalogue::all() {
        if !seen.contains(&operation.feature()) {
            seen.push(operation.feature());
        }
    }
    seen.into_iter().map(|name| json!({ "name": name })).collect()
}

fn of_operation(operation: &'static Operation) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for param in operation.params {
        match param.place {
            Place::Path => parameters.push(parameter(param, "path")),
            Place::Query => parameters.push(parameter(param, "query")),
            Place::Body | Place::File => {}
        }
    }
    parameters.extend(own_parameters(operation));
    let mut description = operation.about.to_string();
    if !operation.permission.is_empty() {
        description.push_str(&format!("\n\n权限：`{}`。", operation.permission));
    }
    if operation.review.is_some() {
        description.push_str("须经他人签批：返回送审件编号，签批齐全后办理。");
    }
    let mut value = json!({
        "operationId": operation.id.replace('.', "_"),
        "tags": [operation.feature()],
        "summary": operation.title,
        "description": description,
        "parameters": parameters,
        "responses": schemas::responses(operation),
    });
    if let (Some(body), Some(value)) = (body(operation), value.as_object_mut()) {
        value.insert("requestBody".into(), body);
    }
    value
}

/// Parameters that come with the way of asking.
fn own_parameters(operation: &'static Operation) -> Vec<Value> {
    let header = |name: &str, schema: Value, about: &str| json!({ "name": name, "in": "header", "required": false, "description": about, "schema": schema });
    let mut own = Vec::new();
    if takes_format(operation) {
        own.push(json!({
            "name": FORMAT, "in": "query", "required": false, "description": "表格的格式，也可用 Accept",
            "schema": { "type": "string", "enum": ["json", "csv", "xlsx"] },
        }));
    }
    if operation.method == Method::Post {
        let key = json!({ "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$" });
        own.push(header("Idempotency-Key", key, "同一键的同一请求只办一次；内容不同则拒绝"));
    }
    if operation.method.writes() && shown_by(operation).is_some() {
        // any text may stand there (RFC 9110): what is no tag of ours does not match
        own.push(header("If-Match", json!({ "type": "string" }), "读取时得到的 ETag：内容已变则不办（412）"));
    }
    own
}

fn parameter(param: &Param, place: &str) -> Value {
    json!({
        "name": param.name,
        "in": place,
        "required": param.required,
        "description": words(param),
        "schema": schema(param),
    })
}

fn words(param: &Param) -> String {
    if param.hint.is_empty() { param.title.to_string() } else { format!("{}：{}", param.title, param.hint) }
}

fn body(operation: &'static Operation) -> Option<Value> {
    let fields: Vec<&Param> = operation.params.iter().filter(|param| matches!(param.place, Place::Body | Place::File)).collect();
    if fields.is_empty() {
        return None;
    }
    let mut properties = Map::new();
    for param in &fields {
        let mut field = schema(param);
        if let Some(field) = field.as_object_mut() {
            field.insert("description".into(), words(param).into());
        }
        properties.insert(param.name.into(), field);
    }
    let required: Vec<&str> = fields.iter().filter(|param| param.required).map(|param| param.name).collect();
    let media = if operation.takes_files() { "multipart/form-data" } else { "application/json" };
    let schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    Some(json!({ "required": !required.is_empty(), "content": { media: { "schema": schema } } }))
}

/// No control characters; `LINES` lets words run over several lines.
const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";
const FILLED: &str = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$";
const LINES: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";
const FILLED_LINES: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";
const MONEY: &str = r"^(0\.0[1-9]|0\.[1-9][0-9]?|[1-9][0-9]{0,12}(\.[0-9]{1,2})?)$";
const MONTH: &str = r"^(19|20|21)[0-9][0-9]-(0[1-9]|1[0-2])$";

/// The JSON Schema of a value, exactly what [`crate::service::Input::parse`] takes from programs.
fn schema(param: &Param) -> Value {
    let text = |longest: usize, pattern: &str| json!({ "type": "string", "maxLength": longest, "pattern": pattern });
    let required = |mut schema: Value| {
        if let (true, Some(schema)) = (param.required, schema.as_object_mut()) {
            schema.insert("minLength".into(), 1.into());
        }
        schema
    };
    match param.kind {
        ParamKind::Text(longest) => required(text(longest, if param.required { FILLED } else { LINE })),
        ParamKind::Words(longest) => required(text(longest, if param.required { FILLED_LINES } else { LINES })),
        ParamKind::Secret => {
            let mut schema = required(text(256, if param.required { FILLED } else { LINE }));
            schema["format"] = "password".into();
            schema
        }
        ParamKind::Int(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        ParamKind::Year => json!({ "type": "integer", "minimum": 1900, "maximum": 2199 }),
        ParamKind::Money => json!({ "type": "string", "pattern": MONEY, "examples": ["1234.50"] }),
        ParamKind::Date => json!({ "type": "string", "format": "date" }),
        ParamKind::Month => json!({ "type": "string", "pattern": MONTH, "examples": ["2018-09"] }),
        ParamKind::Flag => json!({ "type": "boolean" }),
        ParamKind::Choice(choices) => json!({ "type": "string", "enum": choices.iter().map(|(code, _)| *code).collect::<Vec<_>>() }),
        ParamKind::Texts(longest) => {
            json!({ "type": "array", "items": text(longest, FILLED), "minItems": usize::from(param.required) })
        }
        ParamKind::Ints(least, most) => {
            let items = json!({ "type": "integer", "minimum": least, "maximum": most });
            json!({ "type": "array", "items": items, "minItems": usize::from(param.required) })
        }
        ParamKind::File => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
    }
}
