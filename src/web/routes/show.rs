//! What can be read: the page of an address, or the file that it stands for. Pages that leave no record are remembered like the
//! API's answers, as long as the books do not change.

use super::seat::{Desk, Visitor};
use super::{account, act, compose, html};
use crate::api::auth::{self, Ticket};
use crate::api::intake;
use crate::api::perform::{self, Order, Performed};
use crate::api::pool::Lane;
use crate::api::problem::Problem;
use crate::api::recall::Recalled;
use crate::api::reply::{self, Reply, Wants};
use crate::api::routes::{leaves_record, send_again};
use crate::api::state::{AppState, Scratch};
use crate::app::access::Origin;
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use crate::service::call::Unwatched;
use crate::service::door::{self, Refused};
use crate::service::{Answer, Input, Manner, Operation, Place as In, catalogue};
use crate::web::address::Query;
use crate::web::ways::{self, Values};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

const MEDIA: &str = "text/html; charset=utf-8";

/// What stands at an address.
enum Place {
    Home,
    Section(String),
    /// What was chosen in the inbox, before it is signed.
    Bulk,
    Account,
    Of(&'static Operation, Values),
}

fn place(path: &str) -> Option<Place> {
    match path {
        "/" => Some(Place::Home),
        "/inbox/sign" => Some(Place::Bulk),
        "/account" | "/account/password" => Some(Place::Account),
        _ => match path.strip_prefix("/sections/") {
            Some(key) => Some(Place::Section(key.to_string())),
            None => ways::find(path).map(|(operation, values)| Place::Of(operation, values)),
        },
    }
}

/// What came of it.
pub enum Made {
    Page(StatusCode, String),
    File(Reply),
}

pub async fn page(state: &Arc<AppState>, request: &HttpRequest, visitor: &Visitor) -> Result<HttpResponse, Problem> {
    let sid = visitor.ticket.claims.sid;
    // how far jobs have come is told from memory, not from the books
    let remembered = !leaves_record(request.query_string()) && !request.path().starts_with("/jobs");
    let key = remembered.then(|| format!("page|{sid}|{}|{}", Context::new("").today(), request.uri()));
    let mark = state.mark().await?;
    if let Some(key) = &key
        && state.recall.seat(mark, sid).is_some()
        && let Some(kept) = state.recall.answer(mark, key)
    {
        return Ok(send_again(request, &kept));
    }
    let place = place(request.path()).ok_or_else(Problem::not_found)?;
    let query = Query::new(intake::query(request.query_string())?);
    let work = Work {
        wants: wants(&place, &query)?,
        scratch: state.scratch().map_err(crate::app::AppError::from)?,
        state: state.clone(),
        path: request.path().to_string(),
        ticket: visitor.ticket.clone(),
        origin: auth::origin(state, request),
        place,
        query,
        mark,
    };
    let (who, made, _scratch) = state
        .pool
        .run(Lane::Read, move |bureau| {
            let (who, made) = work.make(bureau)?;
            Ok((Arc::new(who), made, work.scratch))
        })
        .await?;
    state.recall.keep_seat(mark, &who);
    match made {
        Made::Page(StatusCode::OK, text) => {
            let bytes = Bytes::from(text);
            if let Some(key) = key {
                state.recall.keep(mark, key, Recalled { media: MEDIA.into(), etag: None, bytes: bytes.clone() });
            }
            Ok(send_again(request, &Recalled { media: MEDIA.into(), etag: None, bytes }))
        }
        Made::Page(status, text) => Ok(html(status, text)),
        Made::File(reply) => Ok(reply::send(reply, None)),
    }
}

/// `format=` asks for a file, unless it is the operation's own.
fn wants(place: &Place, query: &Query) -> Result<Option<Wants>, Problem> {
    let own = matches!(place, Place::Of(operation, _) if operation.params_in(In::Query).any(|param| param.name == "format"));
    match query.get("format").filter(|_| !own) {
        None => Ok(None),
        Some("csv") => Ok(Some(Wants::Csv)),
        Some("xlsx") => Ok(Some(Wants::Xlsx)),
        Some(_) => Err(Problem::bad_request("可以导出 CSV 和 Excel")),
    }
}

/// A page to be made on a thread that may block.
struct Work {
    state: Arc<AppState>,
    mark: i64,
    path: String,
    query: Query,
    ticket: Ticket,
    origin: Origin,
    place: Place,
    wants: Option<Wants>,
    scratch: Scratch,
}

impl Work {
    fn make(&self, bureau: &mut Bureau) -> Result<(Principal, Made), Problem> {
        match &self.place {
            Place::Of(operation, values) => self.read(bureau, operation, values),
            Place::Home => match catalogue::find("overview.show") {
                Some(overview) if door::may(&auth::seat(bureau, &self.ticket)?, overview) => self.read(bureau, overview, &Values::new()),
                _ => self.fixed(bureau, |_, desk| compose::home(desk)),
            },
            Place::Section(key) => self.fixed(bureau, |_, desk| compose::section(desk, key)),
            Place::Bulk => self.fixed(bureau, |bureau, desk| compose::bulk(bureau, desk, &self.query)),
            Place::Account => {
                let who = auth::seat(bureau, &self.ticket)?;
                let desk = Desk::new(&self.state, bureau, who, self.mark)?;
                let text = account::page(bureau, &desk, &self.path)?;
                Ok((desk.who, Made::Page(StatusCode::OK, text)))
            }
        }
    }

    /// A page that is no operation's.
    fn fixed(
        &self,
        bureau: &mut Bureau,
        make: impl FnOnce(&mut Bureau, &Desk) -> Result<String, Problem>,
    ) -> Result<(Principal, Made), Problem> {
        let who = auth::seat(bureau, &self.ticket)?;
        let desk = Desk::new(&self.state, bureau, who, self.mark)?;
        desk.must_be_free()?;
        let text = make(bureau, &desk)?;
        Ok((desk.who, Made::Page(StatusCode::OK, text)))
    }

    fn read(&self, bureau: &mut Bureau, operation: &'static Operation, values: &Values) -> Result<(Principal, Made), Problem> {
        let mut given: intake::Given = values.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect();
        for (name, value) in self.query.pairs() {
            if operation.params_in(In::Query).any(|param| param.name == name) {
                given.entry(name.clone()).or_default().push(value.clone());
            }
        }
        let shown = compose::Shown { operation, path: &self.path, values, query: &self.query };
        if operation.is_job() {
            return self.fixed(bureau, |bureau, desk| act::form_page(bureau, desk, operation, &self.query, act::Trouble::default()));
        }
        let input = match Input::parse(operation.params, &given, Manner::Human) {
            Ok(input) => input,
            Err(problems) => {
                let asked = !self.query.pairs().is_empty();
                let wrong = Problem::invalid(problems);
                return self.ask_again(bureau, &shown, asked.then_some(wrong));
            }
        };
        let order = self.order(operation, input);
        if let Some(wants) = self.wants
            && let Some((who, reply)) = perform::whole_list(bureau, &order, wants)?
        {
            return Ok((who, Made::File(reply)));
        }
        let (who, answer) = match perform::perform(bureau, &order, &Unwatched) {
            Ok((who, Performed::Answer(answer))) => (who, answer),
            Ok((_, Performed::Before { .. })) => return Err(Problem::internal()), // a question has no key
            Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY && operation.params_in(In::Query).next().is_some() => {
                return self.ask_again(bureau, &shown, Some(problem));
            }
            Err(problem) => return Err(problem),
        };
        let today = Context::new("").today();
        let made = match (answer, self.wants) {
            (answer @ Answer::File(_), _) => Made::File(reply::write(answer, Wants::Json, today)?),
            (answer, Some(wants)) => Made::File(reply::write(answer, wants, today)?),
            (answer, None) => {
                let desk = Desk::new(&self.state, bureau, who.clone(), self.mark)?;
                Made::Page(StatusCode::OK, compose::page(bureau, &desk, &shown, answer)?)
            }
        };
        Ok((who, made))
    }

    fn order(&self, operation: &'static Operation, input: Input) -> Order {
        Order {
            operation,
            input,
            ticket: self.ticket.clone(),
            origin: self.origin.clone(),
            request: None,
            if_match: None,
            scratch: self.scratch.dir.clone(),
            files: self.state.config.uploads(),
        }
    }

    /// The page without its tables: what is to be asked, and what was wrong with what was.
    fn ask_again(&self, bureau: &mut Bureau, shown: &compose::Shown<'_>, problem: Option<Problem>) -> Result<(Principal, Made), Problem> {
        let who = auth::seat(bureau, &self.ticket)?;
        let desk = Desk::new(&self.state, bureau, who, self.mark)?;
        desk.must_be_free()?;
        if !door::may(&desk.who, shown.operation) {
            return Err(Refused::NotAllowed(shown.operation.permission).into());
        }
        let status = problem.as_ref().map_or(StatusCode::OK, |problem| problem.status);
        let about_path =
            shown.values.keys().any(|name| problem.as_ref().is_some_and(|problem| problem.errors.iter().any(|item| item.field == *name)));
        if about_path || self.wants.is_some() {
            return Err(problem.filter(|_| !about_path).unwrap_or_else(Problem::not_found));
        }
        let text = compose::question(bureau, &desk, shown, problem)?;
        Ok((desk.who, Made::Page(status, text)))
    }
}
