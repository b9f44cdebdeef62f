//! The service under test: started in this process on a port of its own, with one person for each role, and a client that
//! speaks to it as programs and browsers do.

use super::db::{NEW_BOOK, TestDb};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use sunledger::api::server;
use sunledger::app::access::users::{self, NewUser};
use sunledger::app::access::roles;
use sunledger::app::{Bureau, Context};
use sunledger::config::RawConfig;
use tempfile::TempDir;

pub const PASSWORD: &str = "示样-correct-horse-2018";

pub struct Service {
    pub address: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    _data: TempDir,
}

impl Service {
    /// Starts on the books of `db`.
    pub fn start(db: &TestDb) -> Service {
        let data = tempfile::tempdir().unwrap();
        let raw = RawConfig {
            db: db.url.clone(),
            book: NEW_BOOK.code.into(),
            listen: "127.0.0.1:0".into(),
            data: Some(data.path().to_path_buf()),
            key_file: None,
            https: false,
            proxies: Vec::new(),
            workers: Some(2),
            rate: Some(100_000),
        };
        let config = raw.check().unwrap();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || server::run(config, |address, handle| tell.send((address, handle)).unwrap()).unwrap());
        let (address, handle) = told.recv_timeout(Duration::from_secs(60)).unwrap();
        Service { address, handle, thread: Some(thread), _data: data }
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that is signed in as the person of that login.
    pub fn signed_in(&self, login: &str) -> Client {
        let mut client = self.client();
        client.sign_in(login, PASSWORD).unwrap();
        client
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        futures_util::FutureExt::now_or_never(self.handle.stop(true));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
