//! One request carried out, the same way for programs and pages: the session, the condition (If-Match), the key against doing
//! twice, the door, the answer kept for a repetition.

use super::auth::{self, Ticket};
use super::problem::Problem;
use super::reply::{self, Reply, Wants};
use super::{etag, pool::Lane};
use crate::app::access::{Origin, log, requests};
use crate::app::caller::{Caller, RequestKey};
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use crate::service::call::Watch;
use crate::service::door::{self, Refused, Visit};
use crate::service::{Answer, Input, Method, Operation, Place, Reach, catalogue};
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

/// It tells a job in memory and writes nothing itself.
const CANCEL: &str = "job.cancel";

/// Which lane an operation takes.
pub fn lane(operation: &Operation) -> Lane {
    // whoever stops a job does not wait for it
    if operation.method.writes() && operation.id != CANCEL { Lane::Write } else { Lane::Read }
}

/// Carries out an order on a connection. The person is given back for whoever shows the answer.
pub fn perform(bureau: &mut Bureau, order: &Order, watch: &dyn Watch) -> Result<(Principal, Performed), Problem> {
    let who = auth::seat(bureau, &order.ticket)?;
    if let Some(answered) = before(bureau, &who, order)? {
        return Ok((who, answered));
    }
    let ctx = Context::new(&who.name);
    if let Some(condition) = &order.if_match {
        hold_condition(bureau, &who, order, &ctx, condition)?;
    }
    let caller = caller(&who, order);
    bureau.work_for(Some(caller.clone()));
    let visit = Visit {
        who: &who,
        operation: order.operation,
        input: order.input.clone(),
        ctx: ctx.clone(),
        watch,
        scratch: &order.scratch,
        files: &order.files,
    };
    let done = door::enter(bureau, visit);
    bureau.work_for(None);
    // whoever came with the same key at the same moment and was first has done it: theirs is the answer
    if !matches!(&done, Ok(answer) if !answer.refused())
        && let Some(answered) = before(bureau, &who, order)?
    {
        return Ok((who, answered));
    }
    note(bureau, order, &caller, &done, ctx.now());
    let answer = done?;
    if let Some(request) = &order.request {
        let (status, body) = kept(order.operation, &answer)?;
        requests::answered(bureau, who.user, &request.key, status, &body)?;
    }
    Ok((who, Performed::Answer(answer)))
}

/// A list taken out whole (CSV, XLSX): the same door, the same scope and filters as its pages. `None` where a page is wanted.
pub fn whole_list(bureau: &mut Bureau, order: &Order, wants: Wants) -> Result<Option<(Principal, Reply)>, Problem> {
    if !matches!(wants, Wants::Csv | Wants::Xlsx) || catalogue::lists::spec_of(order.operation).is_none() {
        return Ok(None);
    }
    let who = auth::seat(bureau, &order.ticket)?;
    admit(bureau, &who, order)?;
    let reply = reply::whole_list(bureau, &who, order.operation, &order.input, wants, &order.scratch)?;
    Ok(reply.map(|reply| (who, reply)))
}

/// Whether the door would let the order in; who is turned away is written down.
pub fn admit(bureau: &mut Bureau, who: &Principal, order: &Order) -> Result<(), Problem> {
    let Err(refused) = door::admit(bureau, who, order.operation, &order.input) else { return Ok(()) };
    let refused: Result<Answer, Refused> = Err(refused);
    note(bureau, order, &caller(who, order), &refused, Context::new(&who.name).now());
    refused.map(|_| ()).map_err(Problem::from)
}

/// Whether a change may be asked for at all, before its body is read; who is turned away is written down.
pub fn knock(bureau: &mut Bureau, operation: &'static Operation, ticket: &Ticket, origin: Origin) -> Result<(), Problem> {
    let who = auth::seat(bureau, ticket)?;
    let Err(refused) = door::knock(&who, operation) else { return Ok(()) };
    let order = Order {
        operation,
        input: Input::default(),
        ticket: ticket.clone(),
        origin,
        request: None,
        if_match: None,
        scratch: PathBuf::new(),
        files: PathBuf::new(),
    };
    let refused: Result<Answer, Refused> = Err(refused);
    note(bureau, &order, &caller(&who, &order), &refused, Context::new(&who.name).now());
    refused.map(|_| ()).map_err(Problem::from)
}

/// Who asks, for the log.
pub fn caller(who: &Principal, order: &Order) -> Caller {
    Caller {
        user: who.user,
        name: who.name.clone(),
        session: who.session,
        ip: order.origin.ip.clone(),
        operation: order.operation.id.to_string(),
        target: target(order),
        reason: order.input.text("reason").unwrap_or_default().to_string(),
        request: order.request.clone(),
    }
}

/// What an earlier request of the same key was answered. Errors: the key was used for something else.
fn before(bureau: &mut Bureau, who: &Principal, order: &Order) -> Result<Option<Performed>, Problem> {
    let Some(request) = &order.request else { return Ok(None) };
    seen(bureau, who.user, request)
}

/// The same for any key.
pub fn seen(bureau: &mut Bureau, user: i64, request: &RequestKey) -> Result<Option<Performed>, Problem> {
    for _ in 0..LOOKS {
        match requests::seen(bureau, user, &request.key, &request.digest)? {
            requests::Seen::New => return Ok(None),
            requests::Seen::Answered { status, body } => return Ok(Some(Performed::Before { status, body })),
            requests::Seen::Other => {
                let title = "Idempotency-Key 已用于另一内容不同的请求";
                let status = actix_web::http::StatusCode::CONFLICT;
                return Err(Problem::new(status, "key_reused", title, "新的请求请换用新的键"));
            }
            // the act is kept and its answer is about to be
            requests::Seen::Underway => std::thread::sleep(LOOK),
        }
    }
    // the service ended between the act and its answer: that it was done is certain, what was said is lost
    Ok(Some(Performed::Before { status: 200, body: without_receipt()? }))
}

/// How often, and how far apart, the answer of an act that is kept is looked for.
const LOOKS: usize = 5;
const LOOK: std::time::Duration = std::time::Duration::from_millis(20);

fn without_receipt() -> Result<Vec<u8>, Problem> {
    let value = serde_json::json!({ "messages": ["这一请求此前已经办理，结果请另行查看，不必重办"], "facts": {}, "repeated": true });
    serde_json::to_vec(&value).map_err(|_| Problem::internal())
}

/// Writes down what left no row by itself: that somebody was turned away, and that a document was taken out.
fn note(bureau: &mut Bureau, order: &Order, caller: &Caller, done: &Result<Answer, Refused>, now: i64) {
    let outcome = match done {
        Err(Refused::NotAllowed(_)) => "forbidden",
        Err(Refused::App(error)) if order.operation.method.writes() => match error.code() {
            Some(code) => code,
            None => return, // a failure of the machine stands in the service's own lines
        },
        Err(Refused::NotFound(_)) if order.operation.method.writes() => "not_found",
        Ok(_) if order.operation.id == CANCEL => log::DONE,
        Ok(Answer::File(_)) if order.operation.reach != Reach::Open => log::DONE,
        _ => return,
    };
    if let Err(error) = log::note(bureau, caller, outcome, now) {
        tracing::error!(cause = %error, operation = order.operation.id, "not written into the access log");
    }
}

/// What the log says the request was about: the values in its path, in order.
fn target(order: &Order) -> String {
    let values: Vec<&str> = order.operation.params_in(Place::Path).filter_map(|param| order.input.text(param.name)).collect();
    values.join(" ")
}

/// What a repetition is answered with: the same, unless it holds a secret or is a document.
fn kept(operation: &Operation, answer: &Answer) -> Result<(u16, Vec<u8>), Problem> {
    let secret = catalogue::SECRET_ANSWERS.contains(&operation.id) || answer.shows_secret();
    let value = match answer {
        Answer::Done(done) if !secret => reply::done_value(done),
        Answer::Tables(tables) if !secret => reply::tables_value(tables),
        Answer::Import(imported) if !secret => serde_json::to_value(imported).map_err(|_| Problem::internal())?,
        _ => return Ok((200, without_receipt()?)),
    };
    let status = if answer.refused() { 409 } else { 200 };
    serde_json::to_vec(&value).map(|body| (status, body)).map_err(|_| Problem::internal())
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
