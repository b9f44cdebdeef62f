//! Long work: accepted at once, done in the background, watched while it runs. That it was asked for and how it ended stands in
//! the books ([`crate::app::jobs`]); how far it has come is told from memory.

use super::auth;
use super::intake::Asked;
use super::perform::{self, Order, Performed, lane};
use super::pool::Lane;
use super::problem::Problem;
use super::reply::{self, Reply, Wants};
use super::routes::not_allowed;
use super::state::{AppState, Scratch, unguessable};
use crate::app::access::requests;
use crate::app::caller::{Caller, RequestKey};
use crate::app::jobs::{self, End, Job, NewJob, Progress};
use crate::app::{Bureau, Context};
use crate::service::Answer;
use crate::service::answer::Content;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Between two words of progress.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The jobs that this service runs now.
#[derive(Default)]
pub struct JobDesk {
    running: Mutex<BTreeMap<i64, Arc<Progress>>>,
    /// Told each time that a job ends.
    ended: Notify,
}

impl JobDesk {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<Progress>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, id: i64) {
        self.lock().remove(&id);
        self.ended.notify_waiters();
    }

    /// Until it is time to look again how far a job has come: some job has ended, or a while has passed.
    async fn look_again(&self) {
        let _ = tokio::time::timeout(LOOK_AGAIN, self.ended.notified()).await;
    }

    /// Waits for what runs; what has not ended by then is asked to stop, and waited for: it rolls back.
    pub async fn wind_up(&self, patience: Duration) {
        let until = Instant::now() + patience;
        while !self.lock().is_empty() {
            if Instant::now() > until {
                self.lock().values().for_each(|progress| progress.stop());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Takes an order on as a job; the same request again gives the same job. Errors: whoever asks may not, at once.
pub async fn accept(state: Arc<AppState>, order: Order, asked: Asked) -> Result<i64, Problem> {
    let first = order.clone();
    let (id, begun) = state.pool.run(Lane::Write, move |bureau| create(bureau, &first)).await?;
    if let Some(progress) = begun {
        state.jobs.lock().insert(id, progress.clone());
        // not on the thread that took the request: that one ends as soon as the service is told to stop
        let home = state.home.clone();
        home.spawn(run(state, id, progress, order, asked.scratch));
    }
    Ok(id)
}

/// A new job with its progress, or the number of the one that the same request has made before.
fn create(bureau: &mut Bureau, order: &Order) -> Result<(i64, Option<Arc<Progress>>), Problem> {
    let who = auth::seat(bureau, &order.ticket)?;
    // a space keeps it apart from the act's own key, in which there is none
    let key = order.request.as_ref().map(|request| RequestKey { key: format!("job {}", request.key), ..request.clone() });
    if let Some(key) = &key
        && let Some(Performed::Before { body, .. }) = perform::seen(bureau, who.user, key)?
    {
        let told = serde_json::from_slice::<i64>(&body).map_err(|_| Problem::request_underway())?;
        return Ok((told, None));
    }
    perform::admit(bureau, &who, order)?;
    let file = order.operation.params.iter().find_map(|param| order.input.file(param.name));
    let new = NewJob {
        person: who.user,
        name: &who.name,
        operation: order.operation.id,
        title: order.operation.title,
        file: file.map_or("", |file| &file.name),
    };
    let caller = perform::caller(&who, order);
    bureau.work_for(Some(Caller { operation: "job.create".into(), target: caller.operation.clone(), request: key.clone(), ..caller }));
    let created = jobs::create(bureau, &Context::new(&who.name), &new);
    bureau.work_for(None);
    let (id, progress) = created?;
    if let Some(key) = &key {
        requests::answered(bureau, who.user, &key.key, 202, id.to_string().as_bytes())?;
    }
    Ok((id, Some(progress)))
}

/// [`accept`] for programs: 202 with where to look.
pub async fn start(state: Arc<AppState>, order: Order, asked: Asked) -> Result<HttpResponse, Problem> {
    let job = accept(state, order, asked).await?;
    let base = format!("{}/jobs/{job}", super::routes::BASE);
    let body = json!({ "job": job, "events": format!("{base}/events"), "result": format!("{base}/result") });
    Ok(HttpResponse::Accepted().insert_header(("Location", base)).insert_header(("Cache-Control", "no-store")).json(body))
}

async fn run(state: Arc<AppState>, id: i64, progress: Arc<Progress>, order: Order, scratch: Scratch) {
    let (watch, results) = (progress.clone(), state.config.data.join("results"));
    let lane = lane(order.operation);
    let begun = state.pool.run_long(Lane::Write, move |bureau| Ok(jobs::start(bureau, &Context::new("服务"), id)?)).await;
    let done = match begun {
        Ok(()) => state.pool.run_long(lane, move |bureau| work(bureau, &order, &watch, &results, id)).await,
        Err(problem) => Err(problem),
    };
    let (end, result) = match done {
        Ok(ended) => ended,
        Err(problem) => (if progress.is_stopped() { End::Cancelled } else { End::Failed }, failure(&problem)),
    };
    drop(scratch);
    let recorded = state.pool.run_long(Lane::Write, move |bureau| Ok(jobs::finish(bureau, &Context::new("服务"), id, end, &result)?)).await;
    if let Err(problem) = recorded {
        tracing::error!(job = id, %problem, "the end of a job was not recorded");
    }
    state.jobs.leave(id);
}

/// What the job came to: how it ended and its result. A file with errors has not been taken.
fn work(bureau: &mut Bureau, order: &Order, watch: &Progress, results: &Path, id: i64) -> Result<(End, String), Problem> {
    let (who, performed) = perform::perform(bureau, order, watch)?;
    let mut answer = match performed {
        Performed::Answer(answer) => answer,
        Performed::Before { body, .. } => return Ok((End::Done, text(&body))),
    };
    let end = match (answer.refused(), watch.is_stopped()) {
        (false, _) => End::Done,
        (true, true) => End::Cancelled,
        (true, false) => End::Failed,
    };
    let mended = match &mut answer {
        Answer::Import(imported) => imported.annotated.take(),
        _ => None,
    };
    let reply = reply::write(answer, Wants::Json, Context::new(&who.name).today())?;
    if reply.name.is_some() {
        return Ok((end, json!({ "file": keep(reply, results, id)? }).to_string()));
    }
    let mut result: serde_json::Value = serde_json::from_slice(reply.bytes().unwrap_or_default()).unwrap_or_default();
    if let (Some(file), Some(result)) = (mended, result.as_object_mut()) {
        let reply = Reply { status: StatusCode::OK, media: file.media.into(), name: Some(file.name), content: file.content };
        result.insert("file".into(), keep(reply, results, id)?);
    }
    Ok((end, result.to_string()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn failure(problem: &Problem) -> String {
    serde_json::to_string(problem).unwrap_or_default()
}

/// Keeps a document beside the books; gives its name, media type and where it is.
fn keep(reply: Reply, results: &Path, id: i64) -> Result<serde_json::Value, Problem> {
    let stored = format!("{id}-{}", unguessable());
    let to = results.join(&stored);
    let kept = match reply.content {
        Content::Bytes(bytes) => std::fs::write(&to, bytes),
        Content::Path(path) => std::fs::rename(&path, &to).or_else(|_| std::fs::copy(&path, &to).map(|_| ())),
    };
    kept.map_err(crate::app::AppError::from)?;
    Ok(json!({ "name": reply.name, "media": reply.media, "stored": stored }))
}

pub fn configure(config: &mut web::ServiceConfig) {
    let events = web::resource("/jobs/{job}/events").route(web::get().to(events));
    let result = web::resource("/jobs/{job}/result").route(web::get().to(result));
    let file = web::resource("/jobs/{job}/file").route(web::get().to(file));
    for resource in [events, result, file] {
        config.service(resource.default_service(not_allowed("GET")));
    }
}

/// The job named in the path, which must be one's own.
async fn mine(state: &AppState, request: &HttpRequest) -> Result<Job, Problem> {
    let ticket = auth::ticket(state, request)?;
    let text = request.match_info().get("job").unwrap_or_default();
    let wrong = || Problem::invalid_field("job", "任务编号不对");
    let job: i64 = text.parse().ok().filter(|job| (1..=1_000_000_000).contains(job)).ok_or_else(wrong)?;
    let read = state.pool.run(Lane::Read, move |bureau| {
        let who = auth::seat(bureau, &ticket)?;
        Ok(jobs::get(bureau, who.user, job)?)
    });
    read.await
}

/// The progress as server-sent events, until the job has ended.
async fn events(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let first = mine(&state, &request).await?;
    let told = stream::unfold((state, first, false), |(state, known, told)| async move {
        let job = match told {
            false => known,
            true if known.is_over() || !state.ready.load(Ordering::Relaxed) => return None,
            true => {
                state.jobs.look_again().await;
                let (person, id) = (known.person, known.id);
                state.pool.run(Lane::Read, move |bureau| Ok(jobs::get(bureau, person, id)?)).await.ok()?
            }
        };
        Some((event(&job), (state, job, true)))
    });
    let told = stream::StreamExt::map(told, |text| Ok::<_, actix_web::Error>(Bytes::from(text)));
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header(ContentEncoding::Identity)
        .streaming(told))
}

/// `progress` while it runs, `end` with its last state.
fn event(job: &Job) -> String {
    let name = if job.is_over() { "end" } else { "progress" };
    let left = job.seconds_left(Context::new("").now());
    let data = json!({ "state": job.state, "done": job.done, "of": job.total, "left": left });
    format!("event: {name}\ndata: {data}\n\n")
}

/// What a job came to: its answer, or the problem that ended it.
async fn result(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let job = mine(&state, &request).await?;
    let mut value: serde_json::Value = serde_json::from_str(&job.result).unwrap_or_default();
    if let Some(file) = value.get_mut("file").and_then(serde_json::Value::as_object_mut) {
        file.remove("stored"); // where it lies is nobody's business
        file.insert("href".into(), format!("{}/jobs/{}/file", super::routes::BASE, job.id).into());
    }
    let body = json!({ "job": job.id, "state": job.state, "result": value });
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}

/// The document that a job made: an export, or the file sent with its errors marked.
async fn file(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let job = mine(&state, &request).await?;
    let value = serde_json::from_str(&job.result).unwrap_or_default();
    let Some((name, media, path)) = document(&state, &value) else { return Err(Problem::not_found()) };
    Ok(reply::send(Reply { status: StatusCode::OK, media, name: Some(name), content: Content::Path(path) }, None))
}

/// Name, media type and place of the document that a job's result names.
pub fn document(state: &AppState, result: &serde_json::Value) -> Option<(String, String, PathBuf)> {
    let file = result.get("file")?;
    let part = |name: &str| file.get(name).and_then(serde_json::Value::as_str).map(str::to_string);
    let stored = part("stored")?;
    let plain = stored.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain.then(|| Some((part("name")?, part("media")?, state.config.data.join("results").join(&stored))))?
}
