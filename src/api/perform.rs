//! One request carried out, the same way for programs and pages: the session, the condition (If-Match), the key against doing
//! twice, the door, the answer kept for a repetition.

use super::auth::{self, Ticket};
use super::problem::Problem;
use super::reply::{self, Wants};
use super::{etag, pool::Lane};
use crate::app::access::{Origin, requests};
use crate::app::caller::{Caller, RequestKey};
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use crate::service::answer::SECRET;
use crate::service::call::Watch;
use crate::service::door::{self, Visit};
use crate::service::{Answer, Input, Method, Operation, Place, catalogue};
use std::path::PathBuf;

/// What is to be done, for whom.
#[derive(Clone)]
pub struct Order {
    pub operation: &'static Operation,
    pub input: Input,
    pub ticket: Ticket,
    pub origin: Origin,
    /// The client's key of this request, and the digest of what it asks.
    pub request: Option<RequestKey>,
    pub if_match: Option<String>,
    pub scratch: PathBuf,
    /// Where files of proposals wait for signatures.
    pub files: PathBuf,
}

/// What came of it.
pub enum Performed {
    Answer(Answer),
    /// The same request was answered before; this was the answer.
    Before {
        status: u16,
        body: Vec<u8>,
    },
}

/// Which lane an operation takes.
pub fn lane(operation: &Operation) -> Lane {
    if operation.method.writes() { Lane::Write } else { Lane::Read }
}

/// Carries out an order on a connection. The person is given back for whoever shows the answer.
pub fn perform(bureau: &mut Bureau, order: &Order, watch: &dyn Watch) -> Result<(Principal, Performed), Problem> {
    let who = auth::seat(bureau, &order.ticket)?;
    let ctx = Context::new(&who.name);
    if let Some(condition) = &order.if_match {
        hold_condition(bureau, &who, order, &ctx, condition)?;
    }
    if let Some(request) = &order.request {
        match requests::seen(bureau, who.user, &request.key, &request.digest)? {
            requests::Seen::New => {}
            requests::Seen::Answered { status, body } => return Ok((who, Performed::Before { status, body })),
            requests::Seen::Underway => {
                let title = "同一请求此前已经办理，但没有留下回执";
                return Err(Problem::new(actix_web::http::StatusCode::CONFLICT, "request_underway", title, "请查看办理结果，不必重办"));
            }
            requests::Seen::Other => {
                let title = "Idempotency-Key 已用于另一内容不同的请求";
                let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
                return Err(Problem::new(status, "key_reused", title, "新的请求请换用新的键"));
            }
        }
    }
    bureau.caller = Some(Caller {
        user: who.user,
        name: who.name.clone(),
        session: who.session,
        ip: order.origin.ip.clone(),
        operation: order.operation.id.to_string(),
        target: target(order),
        reason: order.input.text("reason").unwrap_or_default().to_string(),
        request: order.request.clone(),
    });
    let visit = Visit {
        who: &who,
        operation: order.operation,
        input: order.input.clone(),
        ctx,
        watch,
        scratch: &order.scratch,
        files: &order.files,
    };
    let done = door::enter(bureau, visit);
    bureau.caller = None;
    let answer = done?;
    if let Some(request) = &order.request {
        let body = kept(&answer)?;
        requests::answered(bureau, who.user, &request.key, 200, &body)?;
    }
    Ok((who, Performed::Answer(answer)))
}

/// What the log says the request was about: the values in its path, in order.
fn target(order: &Order) -> String {
    let values: Vec<&str> = order.operation.params_in(Place::Path).filter_map(|param| order.input.text(param.name)).collect();
    values.join(" ")
}

/// What a repetition is answered with.
fn kept(answer: &Answer) -> Result<Vec<u8>, Problem> {
    let value = match answer {
        Answer::Done(done) if !done.facts.contains_key(SECRET) => reply::done_value(done),
        _ => serde_json::json!({ "messages": ["此前已办理，结果请另行查看"], "facts": {}, "repeated": true }),
    };
    serde_json::to_vec(&value).map_err(|_| Problem::internal())
}

/// Compares what the client has seen with what stands now. The lane of writers is held, so nothing comes in between.
fn hold_condition(bureau: &mut Bureau, who: &Principal, order: &Order, ctx: &Context, condition: &str) -> Result<(), Problem> {
    let Some(shows) = shown_by(order.operation) else { return Ok(()) };
    let mut input = Input::default();
    for param in shows.params {
        if let Some(value) = order.input.get(param.name) {
            input.set(param, value.clone());
        }
    }
    let visit = Visit {
        who,
        operation: shows,
        input,
        ctx: ctx.clone(),
        watch: &crate::service::call::Unwatched,
        scratch: &order.scratch,
        files: &order.files,
    };
    let answer = door::enter(bureau, visit)?;
    let reply = reply::write(answer, Wants::Json, ctx.today())?;
    let tag = reply.bytes().map(etag::of).unwrap_or_default();
    if etag::names(condition, &tag) { Ok(()) } else { Err(Problem::precondition()) }
}

/// The operation that shows what another changes: the one read at the longest beginning of its path.
pub fn shown_by(operation: &Operation) -> Option<&'static Operation> {
    catalogue::all()
        .filter(|other| other.method == Method::Get && other.path.contains('{') && !other.takes_files())
        .filter(|other| operation.path == other.path || operation.path.strip_prefix(other.path).is_some_and(|rest| rest.starts_with('/')))
        .max_by_key(|other| other.path.len())
}
