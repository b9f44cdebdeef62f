//! The routes of the API, one for each declared operation, and what a request goes through.

use super::auth::Ticket;
use super::intake::Asked;
use super::perform::{Order, Performed, lane, perform as do_it};
use super::pool::Lane;
use super::problem::Problem;
use super::recall::Recalled;
use super::reply::{self, Reply, Wants};
use super::state::AppState;
use super::{auth, etag, intake, jobs, perform};
use crate::app::caller::RequestKey;
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use crate::service::answer::Content;
use crate::service::call::Unwatched;
use crate::service::input::{Upload, Value};
use crate::service::{Method, Operation, catalogue};
use actix_web::http::header::{IF_MATCH, IF_NONE_MATCH};
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use std::collections::BTreeMap;
use std::sync::Arc;

pub const BASE: &str = "/api/v1";
const KEY: &str = "Idempotency-Key";

/// Routes of all operations. What a path does not do is answered 405 with what it does.
pub fn configure(config: &mut web::ServiceConfig) {
    let mut by_path: BTreeMap<&str, Vec<&'static Operation>> = BTreeMap::new();
    for operation in catalogue::all() {
        by_path.entry(operation.path).or_default().push(operation);
    }
    // fixed parts before parameters: `/cases/overdue` before `/cases/{case}`
    let mut paths: Vec<_> = by_path.into_iter().collect();
    paths.sort_by_key(|(path, _)| path.split('/').map(|part| (part.starts_with('{'), part.to_string())).collect::<Vec<_>>());
    for (path, operations) in paths {
        config.service(resource(path, operations));
    }
}

fn resource(path: &str, operations: Vec<&'static Operation>) -> Resource {
    let allowed = operations.iter().map(|operation| operation.method.name()).collect::<Vec<_>>().join(", ");
    let mut resource = web::resource(path.to_string());
    for operation in operations {
        let route = match operation.method {
            Method::Get => web::get(),
            Method::Post => web::post(),
            Method::Put => web::put(),
            Method::Delete => web::delete(),
        };
        resource = resource.route(route.to(move |state: web::Data<AppState>, request: HttpRequest, payload: web::Payload| async move {
            answer(state.into_inner(), operation, request, payload).await
        }));
    }
    resource.default_service(not_allowed(&allowed))
}

/// What a path answers to methods that it does not know.
pub fn not_allowed(allowed: &str) -> actix_web::Route {
    let allowed = allowed.to_string();
    web::to(move || {
        let allowed = allowed.clone();
        async move { refuse_method(&allowed) }
    })
}

fn refuse_method(allowed: &str) -> HttpResponse {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "这个地址不支持这种请求方法", format!("可用：{allowed}"));
    let mut response = actix_web::ResponseError::error_response(&problem);
    if let Ok(value) = header::HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

async fn answer(
    state: Arc<AppState>,
    operation: &'static Operation,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let ticket = auth::ticket(&state, &request)?;
    if operation.method.writes() {
        auth::no_forgery(&state, &request, &ticket, None)?;
    }
    let recalled = recall_key(operation, &request, &ticket);
    let mark = match &recalled {
        Some(key) => {
            let mark = state.mark().await?;
            let seated = state.recall.seat(mark, ticket.claims.sid);
            if let (Some(_), Some(kept)) = (seated, state.recall.answer(mark, key)) {
                return Ok(send_again(&request, &kept));
            }
            mark
        }
        None => 0,
    };
    let origin = auth::origin(&state, &request);
    if operation.method.writes() {
        let (ticket, origin) = (ticket.clone(), origin.clone());
        state.pool.run(Lane::Read, move |bureau| perform::knock(bureau, operation, &ticket, origin)).await?;
    }
    let asked = intake::read(&state, operation, &request, payload).await?;
    let wants = reply::wants(&request, asked.format.as_deref())?;
    let if_match = request.headers().get(IF_MATCH).and_then(|value| value.to_str().ok()).map(str::to_string);
    let order = Order {
        operation,
        input: asked.input.clone(),
        ticket,
        origin,
        request: request_key(&request, operation, &asked)?,
        if_match: if_match.filter(|_| operation.method.writes()),
        scratch: asked.scratch.dir.clone(),
        files: state.config.uploads(),
    };
    if operation.is_job() {
        return jobs::start(state, order, asked).await;
    }
    let pool = state.pool.clone();
    let done = pool.run(lane(operation), move |bureau| finish(bureau, &order, wants)).await;
    let (who, reply) = done?;
    state.recall.keep_seat(mark, &who);
    let tag = (operation.method == Method::Get).then(|| reply.bytes().map(etag::of)).flatten();
    if let Some(same) = has_already(&request, tag.as_deref()) {
        return Ok(same);
    }
    if let (Some(key), Some(bytes), None) = (recalled, reply.bytes(), &reply.name) {
        let bytes = Bytes::copy_from_slice(bytes);
        state.recall.keep(mark, key, Recalled { media: reply.media.clone(), etag: tag.clone(), bytes });
    }
    let response = reply::send(reply, tag);
    drop(asked); // files of the request have been read or are open
    Ok(response)
}

/// Whether a query may ask for something that is written down; percent signs could hide the word.
pub fn leaves_record(query: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        name.contains('%') || matches!(name, "reason" | "unmask")
    })
}

/// Under what an answer is remembered: the session, the day, and all that was asked. What leaves a record (a reason is given)
/// is never answered from memory, nor is how far a job has come, which no commit tells.
fn recall_key(operation: &Operation, request: &HttpRequest, ticket: &Ticket) -> Option<String> {
    let query = request.query_string();
    if operation.method != Method::Get || operation.is_job() || operation.feature() == "job" || leaves_record(query) {
        return None;
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Some(format!("{}|{}|{accept}|{}", ticket.claims.sid, Context::new("").today(), request.uri()))
}

/// What a client is told that has the answer of this tag already.
fn has_already(request: &HttpRequest, tag: Option<&str>) -> Option<HttpResponse> {
    let tag = tag.filter(|tag| etag::listed(request, IF_NONE_MATCH, tag) == Some(true))?;
    Some(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish())
}

/// Sends what is remembered; a client that has it already is told so.
pub fn send_again(request: &HttpRequest, kept: &Recalled) -> HttpResponse {
    if let Some(same) = has_already(request, kept.etag.as_deref()) {
        return same;
    }
    let mut response = HttpResponse::Ok();
    response.content_type(kept.media.as_str()).insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(tag) = &kept.etag {
        response.insert_header((header::ETAG, tag.as_str()));
    }
    response.body(kept.bytes.clone())
}

fn finish(bureau: &mut Bureau, order: &Order, wants: Wants) -> Result<(Arc<Principal>, Reply), Problem> {
    if let Some((who, reply)) = perform::whole_list(bureau, order, wants)? {
        return Ok((Arc::new(who), reply));
    }
    let (who, performed) = do_it(bureau, order, &Unwatched)?;
    let reply = match performed {
        Performed::Answer(answer) => reply::write(answer, wants, Context::new(&who.name).today())?,
        Performed::Before { status, body } => Reply {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            media: reply::JSON.into(),
            name: None,
            content: Content::Bytes(body),
        },
    };
    Ok((Arc::new(who), reply))
}

/// The key by which a client asks for the effect of once, with the digest of what it asks.
pub fn request_key(request: &HttpRequest, operation: &Operation, asked: &Asked) -> Result<Option<RequestKey>, Problem> {
    let Some(header) = request.headers().get(KEY) else { return Ok(None) };
    if operation.method != Method::Post {
        return Ok(None);
    }
    let key = header.to_str().unwrap_or_default();
    if !(1..=100).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::invalid_field(KEY, "Idempotency-Key 应为 1 至 100 个可见的 ASCII 字符"));
    }
    key_of(key, operation, asked).map(Some)
}

/// A key with the digest of the operation, the values given and the contents of the files.
pub fn key_of(key: &str, operation: &Operation, asked: &Asked) -> Result<RequestKey, Problem> {
    let mut parts = vec![operation.id.to_string()];
    for (name, values) in asked.given.iter().filter(|(name, _)| !intake::OWN_FIELDS.contains(&name.as_str())) {
        parts.push(name.clone());
        parts.push(values.len().to_string());
        parts.extend(values.iter().cloned());
    }
    for param in operation.params {
        if let Some(Value::File(Upload { name, path })) = asked.input.get(param.name) {
            let (_, content) = crate::files::digest::of_file(path).map_err(crate::app::AppError::from)?;
            parts.extend([name.clone(), content]);
        }
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(RequestKey { key: key.to_string(), digest: crate::app::act::digest(&parts) })
}
