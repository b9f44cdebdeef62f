//! How the service runs: raw flags and variables become a checked configuration, all problems told at once.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

/// As given on the command line or in the environment.
#[derive(Debug, Clone)]
pub struct RawConfig {
    pub db: String,
    pub book: String,
    pub listen: String,
    /// Where uploads, results and signing keys lie; beside the database by default.
    pub data: Option<PathBuf>,
    /// The key of data at rest; `keys/data.key` among the files by default.
    pub key_file: Option<PathBuf>,
    /// The service is reached by https (through a proxy that ends TLS): cookies are marked Secure.
    pub https: bool,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<String>,
    pub workers: Option<usize>,
    /// Requests a second of one client.
    pub rate: Option<u32>,
}

/// Checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub db: String,
    pub book: String,
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub key_file: PathBuf,
    pub https: bool,
    pub proxies: Vec<std::net::IpAddr>,
    pub workers: usize,
    pub limits: Limits,
}

/// Bounds on what one client may ask.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a JSON or form body.
    pub body: usize,
    /// Bytes of all files of an upload.
    pub upload: u64,
    /// Requests a second of one signed-in session or one address, and how many at once after a pause.
    pub per_second: u32,
    pub burst: u32,
    /// Attempts to sign in a minute from one address.
    pub sign_in_per_minute: u32,
    /// Seconds for a request to arrive, and for an answer that is no job.
    pub seconds: u64,
    /// Readers at once; more wait.
    pub readers: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { body: 1 << 20, upload: 1 << 30, per_second: 200, burst: 1_000, sign_in_per_minute: 30, seconds: 30, readers: 8 }
    }
}

impl RawConfig {
    /// Checks everything. The error is a list of sentences in Chinese.
    pub fn check(self) -> Result<Config, Vec<String>> {
        let mut problems = Vec::new();
        let listen = self.listen.to_socket_addrs().ok().and_then(|mut found| found.next());
        if listen.is_none() {
            problems.push(format!("监听地址“{}”不对，应如 127.0.0.1:8080", self.listen));
        }
        let mut proxies = Vec::new();
        for proxy in &self.proxies {
            match proxy.parse() {
                Ok(address) => proxies.push(address),
                Err(_) => problems.push(format!("代理地址“{proxy}”不是 IP 地址")),
            }
        }
        let data = self.data.unwrap_or_else(|| beside(&self.db));
        if let Err(error) = std::fs::create_dir_all(&data) {
            problems.push(format!("数据目录 {} 建不了：{error}", data.display()));
        }
        let key_file = self.key_file.unwrap_or_else(|| data.join("keys").join("data.key"));
        let mut limits = Limits::default();
        if let Some(rate) = self.rate {
            (limits.per_second, limits.burst) = (rate, rate.saturating_mul(5));
        }
        let workers = self.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
        match listen {
            Some(listen) if problems.is_empty() => {
                let (db, book, https, workers) = (self.db, self.book, self.https, workers.max(1));
                Ok(Config { db, book, listen, data, key_file, https, proxies, workers, limits })
            }
            _ => Err(problems),
        }
    }
}

impl Config {
    /// Where files of proposals wait for signatures.
    pub fn uploads(&self) -> PathBuf {
        uploads_in(&self.data)
    }
}

/// The same within a data directory, for the command line, which signs what the service was sent.
pub fn uploads_in(data: &Path) -> PathBuf {
    data.join("uploads")
}

/// `sunledger.db` has its files in `sunledger.files` beside it; a server database in `sunledger.files` here.
pub fn beside(db: &str) -> PathBuf {
    let path = db.strip_prefix("sqlite://").unwrap_or("sunledger.db");
    Path::new(path).with_extension("files")
}
