//! What all requests share.

use super::guard::Limiter;
use super::jobs::JobDesk;
use super::pool::Pool;
use super::presence::Presence;
use super::problem::Problem;
use super::recall::Recall;
use super::tokens::Tokens;
use crate::app::vault::DataKey;
use crate::app::{AppError, Bureau, Context, Result};
use crate::config::Config;
use metrics_exporter_prometheus::PrometheusHandle;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub struct AppState {
    pub config: Config,
    pub pool: Arc<Pool>,
    pub tokens: Tokens,
    pub jobs: JobDesk,
    pub limits: Limiter,
    pub recall: Arc<Recall>,
    pub presence: Presence,
    pub metrics: PrometheusHandle,
    /// 账套名称, for pages.
    pub book_name: String,
    /// Where jobs run: the thread that waits for the service's end.
    pub home: tokio::runtime::Handle,
    /// Cleared when the service is asked to stop: no longer ready, still alive.
    pub ready: AtomicBool,
}

impl AppState {
    /// Opens the book and the keys. Jobs will run on `home`. Errors: what keeps the service from starting.
    pub fn open(config: Config, metrics: PrometheusHandle, home: tokio::runtime::Handle) -> Result<AppState> {
        let mut bureau = Bureau::open(&config.db, &config.book)?;
        let ctx = Context::new("服务");
        crate::app::jobs::interrupt_dead(&mut bureau, &ctx)?;
        let tokens = Tokens::open(&config.data.join("keys"), &config.book, ctx.now() / 1_000_000)?;
        for folder in [config.data.join("scratch"), config.data.join("results"), config.uploads()] {
            std::fs::create_dir_all(folder)?;
        }
        empty(&config.data.join("scratch"))?;
        let key = DataKey::open_or_create(&config.key_file)?;
        let pool = Pool::new(&config.db, &config.book, key, config.limits.readers, Duration::from_secs(config.limits.seconds));
        Ok(AppState {
            pool: Arc::new(pool),
            tokens,
            jobs: JobDesk::default(),
            presence: Presence::default(),
            recall: Arc::new(Recall::open(&config.db).map_err(|_| AppError::Output("账簿打不开".into()))?),
            limits: Limiter::new(&config.limits),
            metrics,
            book_name: bureau.book.name.clone(),
            home,
            ready: AtomicBool::new(true),
            config,
        })
    }

    /// The state of the database now, without holding up the thread that asks.
    pub async fn mark(&self) -> std::result::Result<i64, Problem> {
        if !self.recall.asks_afar() {
            return self.recall.mark(); // a look into memory shared with the other connections
        }
        let recall = self.recall.clone();
        actix_web::web::block(move || recall.mark()).await.map_err(|_| Problem::internal())?
    }

    /// A directory of its own for one request; gone when dropped.
    pub fn scratch(&self) -> std::io::Result<Scratch> {
        let dir = self.config.data.join("scratch").join(unguessable());
        std::fs::create_dir(&dir)?;
        Ok(Scratch { dir })
    }

    /// Seconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        Context::new("").now() / 1_000_000
    }
}

/// What a stopped service left behind belongs to nobody.
fn empty(dir: &std::path::Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        std::fs::remove_dir_all(entry?.path())?;
    }
    Ok(())
}

/// 96 random bits in hexadecimal.
pub fn unguessable() -> String {
    let bytes: [u8; 12] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub struct Scratch {
    pub dir: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // what cannot be removed now is removed when the service starts again
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
