//! The service as a whole: middleware, routes, and a stop that lets what is under way come to its end.

use super::presence::Presence;
use super::state::AppState;
use super::{description, guard, health, jobs, observe, routes, session};
use crate::app::{AppError, Result};
use crate::config::Config;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, HttpServer, web};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A service that listens.
struct Running {
    server: Server,
    address: SocketAddr,
}

/// Begins to listen; nothing is answered until `server` is awaited.
fn start(state: &web::Data<AppState>) -> Result<Running> {
    let limits = state.config.limits.clone();
    let (listen, workers) = (state.config.listen, state.config.workers);
    let shared = state.clone();
    let told = web::Data::new(guard::Told { is_browser: crate::web::is_browser, page: crate::web::refused });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(told.clone())
            .app_data(web::PayloadConfig::new(limits.body))
            .wrap(Compress::default())
            .wrap(from_fn(guard::stand))
            .wrap(from_fn(observe::request))
            .configure(health::configure)
            .configure(description::configure)
            .service(web::scope(routes::BASE).configure(session::configure).configure(jobs::configure).configure(routes::configure))
            .configure(crate::web::configure)
            .default_service(web::to(crate::web::anything_else))
    });
    let server = server
        .workers(workers)
        .client_request_timeout(Duration::from_secs(limits.seconds))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(limits.seconds)
        .disable_signals()
        .bind(listen)
        .map_err(|error| AppError::Output(format!("{listen} 监听不了：{error}（请换一个端口，或先停掉占用它的程序）")))?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    let server = server.run();
    actix_web::rt::spawn(Presence::keep(state.clone()));
    Ok(Running { server, address })
}

/// Runs until it is told to stop (SIGTERM, SIGINT or the handle), then lets requests and jobs end.
pub fn run(config: Config, started: impl FnOnce(SocketAddr, ServerHandle)) -> Result<()> {
    let system = actix_web::rt::System::new();
    let home = system.block_on(async { tokio::runtime::Handle::current() });
    // opened before the runtime drives anything and closed after it has ended: PostgreSQL's connections wait by themselves, which
    // a thread that serves others may not
    let state = web::Data::new(AppState::open(config, observe::recorder()?, home)?);
    let ended = system.block_on(serve(state.clone(), started));
    drop(system);
    ended
}

async fn serve(state: web::Data<AppState>, started: impl FnOnce(SocketAddr, ServerHandle)) -> Result<()> {
    let running = start(&state)?;
    started(running.address, running.server.handle());
    actix_web::rt::spawn(stop_on_signal(state.clone(), running.server.handle())?);
    let ended = running.server.await.map_err(AppError::from);
    state.ready.store(false, Ordering::Relaxed);
    Presence::write_down(&state).await;
    state.jobs.wind_up(Duration::from_secs(state.config.limits.seconds)).await;
    ended
}

/// Waits for SIGTERM or SIGINT. From then on the service is not ready: who waits is sent elsewhere, streams end.
fn stop_on_signal(state: web::Data<AppState>, handle: ServerHandle) -> Result<impl Future<Output = ()>> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        state.ready.store(false, Ordering::Relaxed);
        handle.stop(true).await;
    })
}
