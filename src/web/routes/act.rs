//! What is done: the form of an operation, and what comes back with it. A form is read like a request of the API, but as people
//! write; what is wrong in it comes back beside the fields with all that was typed.

use super::account;
use super::choices;
use super::seat::{self, Desk, Visitor};
use super::{gate, html, leave, refusals, see};
use crate::api::auth;
use crate::api::intake::{self, Asked, Given};
use crate::api::jobs;
use crate::api::perform::{self, Order, Performed};
use crate::api::pool::Lane;
use crate::api::problem::{Item, Problem};
use crate::api::reply::{self, Reply, Wants};
use crate::api::routes::key_of;
use crate::api::session;
use crate::api::state::{AppState, unguessable};
use crate::app::{Bureau, Context};
use crate::service::answer::Done;
use crate::service::call::Unwatched;
use crate::service::door;
use crate::service::imported::Imported;
use crate::service::{Answer, Input, Manner, Operation, Problem as FieldProblem, catalogue};
use crate::web::address::Query;
use crate::web::pages::{self, Wrong};
use crate::web::{render, report};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::Arc;

/// What is wrong with a form that was sent.
#[derive(Default)]
pub struct Trouble {
    pub fields: Vec<FieldProblem>,
    pub whole: Vec<Wrong>,
    pub back: String,
}

/// Operations with a form: what changes something, and long questions, which run as jobs.
fn operation(request: &HttpRequest) -> Result<&'static Operation, Problem> {
    let id = request.match_info().get("operation").unwrap_or_default();
    catalogue::find(id).filter(|operation| operation.method.writes() || operation.is_job()).ok_or_else(Problem::not_found)
}

pub async fn ask(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let state = state.into_inner();
    let visitor = match seat::enter(&state, &request).await {
        Ok(visitor) => visitor,
        Err(problem) => return gate::turn_away(&request, &problem),
    };
    let answer = asked(&state, &request, &visitor).await;
    leave(&state, &request, visitor, answer).await
}

async fn asked(state: &Arc<AppState>, request: &HttpRequest, visitor: &Visitor) -> Result<HttpResponse, Problem> {
    let operation = operation(request)?;
    let known = Query::new(intake::query(request.query_string())?);
    let back = super::refusals::back(request).to_string();
    let (shared, ticket) = (state.clone(), visitor.ticket.clone());
    let made = state.pool.run(Lane::Read, move |bureau| {
        let who = auth::seat(bureau, &ticket)?;
        let desk = Desk::new(&shared, bureau, who, shared.recall.mark()?)?;
        door::knock(&desk.who, operation)?;
        form_page(bureau, &desk, operation, &known, Trouble { back, ..Trouble::default() })
    });
    Ok(html(StatusCode::OK, made.await?))
}

/// The form with what is known or was typed, and what is wrong with it.
pub fn form_page(
    bureau: &mut Bureau,
    desk: &Desk,
    operation: &'static Operation,
    typed: &Query,
    trouble: Trouble,
) -> Result<String, Problem> {
    let back = if trouble.back.is_empty() { back_of(operation, typed) } else { trouble.back };
    let mut form = pages::form(operation, typed, &trouble.fields, trouble.whole, &unguessable(), &back);
    choices::fill(bureau, desk, &mut form.controls);
    Ok(render::page("form.html", &desk.frame(&format!("/do/{}", operation.id), operation.title), form)?)
}

/// Where one comes from who does not say: the page of the object, else the section.
fn back_of(operation: &'static Operation, typed: &Query) -> String {
    let shown = perform::shown_by(operation);
    let page = shown.and_then(|shown| crate::web::address::page_of(shown, |name| typed.get(name).map(str::to_string)));
    page.unwrap_or_else(|| match crate::web::menu::section_of(operation.id) {
        Some(section) => format!("/sections/{section}"),
        None => "/account".into(),
    })
}

pub async fn send(state: web::Data<AppState>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let state = state.into_inner();
    let visitor = match seat::enter(&state, &request).await {
        Ok(visitor) => visitor,
        Err(problem) => return gate::turn_away(&request, &problem),
    };
    let answer = sent(&state, &request, &visitor, payload).await;
    leave(&state, &request, visitor, answer).await
}

async fn sent(state: &Arc<AppState>, request: &HttpRequest, visitor: &Visitor, payload: web::Payload) -> Result<HttpResponse, Problem> {
    let operation = operation(request)?;
    if auth::is_foreign(request) {
        return Err(auth::forged());
    }
    let (ticket, origin) = (visitor.ticket.clone(), auth::origin(state, request));
    state.pool.run(Lane::Read, move |bureau| perform::knock(bureau, operation, &ticket, origin)).await?;
    let scratch = state.scratch().map_err(crate::app::AppError::from)?;
    let mut given = Given::new();
    let files = read(state, operation, request, payload, &scratch, &mut given).await?;
    let own = |given: &mut Given, name: &str| given.remove(name).and_then(|mut values| values.pop()).unwrap_or_default();
    let (token, key, back) = (own(&mut given, "_csrf"), own(&mut given, "_key"), own(&mut given, "_back"));
    auth::no_forgery(state, request, &visitor.ticket, Some(&token))?;
    let typed = typed(&given);
    let parsed = Input::parse(operation.params, &given, Manner::Human).map_err(intake::refuse).and_then(|mut input| {
        intake::set_files(operation, files, &mut input)?;
        Ok(input)
    });
    let input = match parsed {
        Ok(input) => input,
        Err(problem) => return again(state, visitor, operation, typed, back, problem).await,
    };
    let asked = Asked { input, given, scratch, format: None };
    let known = (1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let order = Order {
        operation,
        input: asked.input.clone(),
        ticket: visitor.ticket.clone(),
        origin: auth::origin(state, request),
        request: if known { Some(key_of(&key, operation, &asked)?) } else { None },
        if_match: None,
        scratch: asked.scratch.dir.clone(),
        files: state.config.uploads(),
    };
    let done = if operation.is_job() {
        jobs::accept(state.clone(), order, asked).await.map(|job| see(&format!("/jobs/{job}")))
    } else {
        carry_out(state, order).await
    };
    match done {
        Err(problem) if is_mendable(&problem) => again(state, visitor, operation, typed, back, problem).await,
        done => done,
    }
}

/// What somebody can put right in the form itself.
fn is_mendable(problem: &Problem) -> bool {
    let mendable = [
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::CONFLICT,
        StatusCode::NOT_FOUND,
        StatusCode::BAD_REQUEST,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    mendable.contains(&problem.status)
}

/// The fields of a form, as browsers send them: with files in parts, without as one line.
async fn read(
    state: &AppState,
    operation: &'static Operation,
    request: &HttpRequest,
    payload: web::Payload,
    scratch: &crate::api::state::Scratch,
    given: &mut Given,
) -> Result<Vec<(String, crate::service::input::Upload)>, Problem> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    if operation.takes_files() && media.trim_start().starts_with("multipart/form-data") {
        return intake::multipart(state, operation, request, payload, scratch, given, &|name| is_ours(operation, name)).await;
    }
    if !media.trim_start().starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "请从本系统的表单提交", "请返回表单重新提交"));
    }
    for (name, value) in session::form(&intake::body(state, payload).await?)? {
        if !is_ours(operation, &name) {
            return Err(Problem::bad_request("表单中有不认识的内容"));
        }
        given.entry(name).or_default().push(value);
    }
    Ok(Vec::new())
}

/// Names that a form of ours may send.
fn is_ours(operation: &Operation, name: &str) -> bool {
    intake::OWN_FIELDS.contains(&name) || operation.params.iter().any(|param| param.name == name)
}

fn typed(given: &Given) -> Query {
    let pairs = given.iter().flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())));
    Query::new(pairs.collect())
}

/// The form again, with what was typed and what is wrong.
async fn again(
    state: &Arc<AppState>,
    visitor: &Visitor,
    operation: &'static Operation,
    typed: Query,
    back: String,
    problem: Problem,
) -> Result<HttpResponse, Problem> {
    let (status, shared, ticket) = (problem.status, state.clone(), visitor.ticket.clone());
    let made = state.pool.run(Lane::Read, move |bureau| {
        let who = auth::seat(bureau, &ticket)?;
        let desk = Desk::new(&shared, bureau, who, shared.recall.mark()?)?;
        let (of_fields, of_whole): (Vec<_>, Vec<_>) = problem.errors.iter().partition(|item| !item.field.is_empty());
        let field =
            |item: &crate::api::problem::Item| FieldProblem { field: item.field.clone(), message: item.message.clone(), well_formed: true };
        let mut whole: Vec<Wrong> = of_whole.into_iter().map(refusals::wrong).collect();
        if problem.errors.is_empty() {
            whole.push(Wrong { field: String::new(), message: problem.title.clone(), mend: problem.detail.clone() });
        }
        let trouble = Trouble { fields: of_fields.into_iter().map(field).collect(), whole, back };
        form_page(bureau, &desk, operation, &typed, trouble)
    });
    Ok(html(status, made.await?))
}

enum Made {
    Page(String),
    File(Reply),
    See(String),
}

/// Does it, and makes the page that says so.
async fn carry_out(state: &Arc<AppState>, order: Order) -> Result<HttpResponse, Problem> {
    let shared = state.clone();
    let made = state.pool.run(perform::lane(order.operation), move |bureau| {
        let (who, performed) = perform::perform(bureau, &order, &Unwatched)?;
        // one's own password may just have been changed: what holds now, holds for the page
        let who = auth::seat(bureau, &order.ticket).unwrap_or(who);
        let desk = Desk::new(&shared, bureau, who, shared.recall.mark()?)?;
        match performed {
            Performed::Answer(answer) => outcome(&desk, &order, answer),
            Performed::Before { body, .. } => before(&desk, &order, &body),
        }
    });
    Ok(match made.await? {
        Made::Page(text) => html(StatusCode::OK, text),
        Made::File(reply) => reply::send(reply, None),
        Made::See(to) => see(&to),
    })
}

fn outcome(desk: &Desk, order: &Order, answer: Answer) -> Result<Made, Problem> {
    match answer {
        Answer::Done(done) => match (order.operation.id, order.input.int("job")) {
            ("job.cancel", Some(job)) => Ok(Made::See(format!("/jobs/{job}"))),
            ("account.totp_enrol", _) => account::enrol_page(desk, &done).map(Made::Page),
            _ => done_page(desk, order.operation, &done).map(Made::Page),
        },
        Answer::Tables(tables) => {
            let path = format!("/do/{}", order.operation.id);
            let page = report::result(order.operation, &tables);
            Ok(Made::Page(render::page("report.html", &desk.frame(&path, order.operation.title), page)?))
        }
        answer @ Answer::File(_) => Ok(Made::File(reply::write(answer, Wants::Json, Context::new("").today())?)),
        Answer::Import(imported) => entered(desk, order.operation, *imported),
        Answer::List(_) => Err(Problem::internal()), // lists are read
    }
}

/// A row that was typed: taken, or what is wrong with it beside the fields of its columns.
fn entered(desk: &Desk, operation: &Operation, imported: Imported) -> Result<Made, Problem> {
    if imported.accepted {
        let mut done = imported.done;
        done.messages.extend(imported.warnings);
        return done_page(desk, operation, &done).map(Made::Page);
    }
    let field = |column: &str| operation.params.iter().find(|param| param.title == column).map(|param| param.name.to_string());
    let of_columns = imported.errors.into_iter().map(|error| Item {
        field: field(&error.column).unwrap_or_default(),
        code: "row".into(),
        message: if error.mend.is_empty() { error.problem } else { format!("{}；{}", error.problem, error.mend) },
        mend: String::new(),
    });
    let of_whole = imported.refused.into_iter().map(|refusal| Item {
        field: String::new(),
        code: refusal.code.to_string(),
        message: refusal.message,
        mend: refusal.mend,
    });
    let mut problem = Problem::new(StatusCode::CONFLICT, "row_refused", "没有入账", "请按各项提示改正");
    problem.errors = of_columns.chain(of_whole).collect();
    Err(problem)
}

/// The same form was sent before: what was said then.
fn before(desk: &Desk, order: &Order, body: &[u8]) -> Result<Made, Problem> {
    let said: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    if said["accepted"] == serde_json::Value::Bool(false) {
        let title = said["messages"][0].as_str().unwrap_or("没有入账");
        return Err(Problem::new(StatusCode::CONFLICT, "row_refused", title, "请改正后再提交"));
    }
    let messages = said["messages"].as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_string)).collect();
    let facts = said["facts"].as_object().cloned().unwrap_or_default();
    done_page(desk, order.operation, &Done { messages, facts, repeated: true }).map(Made::Page)
}

pub fn done_page(desk: &Desk, operation: &Operation, done: &Done) -> Result<String, Problem> {
    let page = pages::done(operation, done);
    Ok(render::page("done.html", &desk.frame(&format!("/do/{}", operation.id), operation.title), page)?)
}
