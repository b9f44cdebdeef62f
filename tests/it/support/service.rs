//! The service under test: started in this process on a port of its own, with one person for each role, and a client that
//! speaks to it as programs and browsers do.

use super::county::{allocate, settle};
use super::db::{Db, NEW_BOOK, TestDb};
use super::people::Payee;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use sunledger::api::server;
use sunledger::api::tokens::Tokens;
use sunledger::app::Context;
use sunledger::app::access::grants::{self, NewGrant};
use sunledger::app::access::users::{self, NewUser};
use sunledger::config::{Config, RawConfig};
use sunledger::domain::access::{RoleReach, shipped_roles};
use tempfile::TempDir;
use ureq::http::{HeaderMap, Request};

pub const PASSWORD: &str = "示样-correct-horse-2018";
/// What each person signs in with is the code of their role; these are more of them: a second checker, one whose password is
/// a first secret, and a maker with another account that may check.
pub const MORE: &[(&str, &str, &str)] =
    &[("checker2", "示复核二", "checker"), ("new", "示新来", "accountant"), ("twin", "示会计", "checker")];
/// The payees of every such book, and the yuan that may be paid to them.
pub const PEOPLE: i64 = 8;
const TO_PAY: i64 = 100_000;

/// A county with people, money and staff; each test gets a copy.
pub struct County {
    pub db: TestDb,
    pub people: Vec<Payee>,
}

pub fn on_both_served(test: impl Fn(&County, &Service)) {
    for backend in [Db::Sqlite, Db::Postgres] {
        eprintln!("on {backend:?}");
        let county = County::new(backend);
        let service = Service::start(&county.db);
        test(&county, &service);
    }
}

impl County {
    pub fn new(backend: Db) -> County {
        static SQLITE: OnceLock<(TestDb, Vec<Payee>)> = OnceLock::new();
        static POSTGRES: OnceLock<(TestDb, Vec<Payee>)> = OnceLock::new();
        let made = match backend {
            Db::Sqlite => &SQLITE,
            Db::Postgres => &POSTGRES,
        };
        let (template, people) = made.get_or_init(|| {
            let db = TestDb::seeded(backend);
            let people = settle(&db, PEOPLE);
            allocate(&db, TO_PAY, 6_000);
            staff(&db);
            (db, people)
        });
        County { db: template.copied(), people: people.clone() }
    }
}

/// One person for each shipped role. Departments and townships have one unit each: D01 and D02.
fn staff(db: &TestDb) {
    let mut bureau = db.bureau();
    let ctx = Context::new("示装置");
    let roles = shipped_roles();
    let by_role = roles.iter().map(|role| (role.code.clone(), format!("示{}", role.title), role.code.clone()));
    let more = MORE.iter().map(|(login, name, role)| (login.to_string(), name.to_string(), role.to_string()));
    for (login, name, role) in by_role.chain(more) {
        users::create(&mut bureau, &ctx, &NewUser { login: &login, name: &name, password: Some(PASSWORD) }).unwrap();
        let reach = roles.iter().find(|known| known.code == role).unwrap().reach;
        let unit = if role == "township" { "D02" } else { "D01" };
        let units = if reach == RoleReach::Part { vec![unit.to_string()] } else { Vec::new() };
        grants::grant(&mut bureau, &ctx, &NewGrant { login: &login, role: &role, units: &units, regions: &[], reason: "测试" }).unwrap();
    }
    drop(bureau);
    // as if each had signed in once and changed the first secret into the same words
    db.raw().transact("UPDATE user_account SET must_change = 0, secret_ends = NULL WHERE login <> 'new'").unwrap();
}

pub struct Service {
    pub address: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    pub data: TempDir,
}

impl Service {
    /// Starts on the books of `db`.
    pub fn start(db: &TestDb) -> Service {
        Service::start_with(db, |_| {})
    }

    pub fn start_with(db: &TestDb, change: impl FnOnce(&mut Config)) -> Service {
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
        let mut config = raw.check().unwrap();
        config.limits.sign_in_per_minute = 100_000;
        change(&mut config);
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || server::run(config, |address, handle| tell.send((address, handle)).unwrap()).unwrap());
        let (address, handle) = told.recv_timeout(Duration::from_secs(60)).unwrap();
        Service { address, handle, thread: Some(thread), data }
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that is signed in as the person of that login.
    pub fn signed_in(&self, login: &str) -> Client {
        let mut client = self.client();
        client.sign_in(login, PASSWORD);
        client
    }

    /// The service's own keys, for forging.
    pub fn tokens(&self) -> Tokens {
        Tokens::open(&self.data.path().join("keys"), NEW_BOOK.code, Context::new("").now() / 1_000_000).unwrap()
    }

    /// Asks it to stop, without waiting for the end.
    pub fn ask_to_stop(&self) {
        drop(self.handle.stop(true));
    }

    /// Waits until it has stopped.
    pub fn ended(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a test that failed has said so already
        }
    }
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.text()))
    }

    /// The code of a problem, empty for an answer. Every refusal is problem+json in Chinese, and none is the service's own failure.
    pub fn code(&self) -> String {
        if self.status < 400 {
            return String::new();
        }
        assert!(self.status != 500, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text());
        let problem = self.json();
        assert!(!problem["title"].as_str().unwrap().is_ascii(), "{problem}");
        assert_eq!(problem["status"], self.status);
        problem["code"].as_str().unwrap().to_string()
    }

    /// The answer of what was done.
    pub fn done(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The value of a cookie that it sets, with its attributes.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_string());
        all.filter_map(|cookie| cookie.strip_prefix(&format!("{name}=")).map(str::to_string)).next()
    }
}

#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    pub token: Option<String>,
}

impl Client {
    fn new(address: SocketAddr) -> Client {
        let config = ureq::Agent::config_builder();
        let config = config.http_status_as_error(false).max_redirects(0).timeout_global(Some(Duration::from_secs(120))).build();
        Client { agent: config.into(), base: format!("http://{address}"), token: None }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answered {
        let path = if OUTSIDE.iter().any(|begins| path.starts_with(begins)) { path.to_string() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        read(answer.unwrap_or_else(|error| panic!("{method} {path}: {error}")))
    }

    /// Asks for a page as a browser does: with the token in its cookie, and a form's fields as one line.
    pub fn page(&self, method: &str, path: &str, form: Option<&str>) -> Answered {
        let cookie = self.token.as_ref().map(|token| format!("sunledger_access={token}")).unwrap_or_default();
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base)).header("Accept", "text/html");
        if !cookie.is_empty() {
            request = request.header("Cookie", cookie);
        }
        let answer = match form {
            Some(fields) => {
                let typed = request.header("Content-Type", "application/x-www-form-urlencoded");
                self.agent.run(typed.body(fields.to_string()).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        read(answer.unwrap_or_else(|error| panic!("{method} {path}: {error}")))
    }

    pub fn get(&self, path: &str) -> Answered {
        self.send("GET", path, &[], None)
    }

    pub fn get_as(&self, path: &str, accept: &str) -> Answered {
        self.send("GET", path, &[("Accept", accept)], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answered {
        self.post_with(path, &[], body)
    }

    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answered {
        self.post_text(path, headers, &body.to_string())
    }

    /// JSON as it is written, which need not be JSON.
    pub fn post_text(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, Some(body.as_bytes()))
    }

    pub fn try_sign_in(&self, login: &str, password: &str) -> Answered {
        self.post("/api/v1/session", &json!({ "login": login, "password": password }))
    }

    pub fn sign_in(&mut self, login: &str, password: &str) -> Answered {
        let answer = self.try_sign_in(login, password);
        assert_eq!(answer.status, 200, "{login}: {}", answer.text());
        self.token = Some(answer.json()["access_token"].as_str().unwrap().to_string());
        answer
    }

    /// Sends a file and fields as a form.
    pub fn upload(&self, path: &str, headers: &[(&str, &str)], name: &str, content: &[u8], fields: &[(&str, &str)]) -> Answered {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend_from_slice(content);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let media = format!("multipart/form-data; boundary={EDGE}");
        let mut all = vec![("Content-Type", media.as_str())];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, Some(&body))
    }

    /// Sends a file, waits for the job's end by its events, and gives its state and result.
    pub fn uploaded(&self, path: &str, name: &str, content: &[u8]) -> (String, Value) {
        let accepted = self.upload(path, &[], name, content, &[]);
        assert_eq!(accepted.status, 202, "{}", accepted.text());
        self.outcome(accepted.json()["job"].as_i64().unwrap())
    }

    /// How a job ended.
    pub fn outcome(&self, job: i64) -> (String, Value) {
        let told = self.get(&format!("/jobs/{job}/events"));
        assert_eq!(told.header("content-type"), "text/event-stream");
        assert!(told.text().contains("event: end"), "{}", told.text());
        let result = self.get(&format!("/jobs/{job}/result")).done();
        (result["state"].as_str().unwrap().to_string(), result["result"].clone())
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answered {
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
    Answered { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
}

/// What is not below `/api/v1`; other paths are those of operations.
const OUTSIDE: &[&str] = &["/api/", "/health", "/ready", "/metrics"];
pub const EDGE: &str = "----sunledger-edge";

/// A part of a path, percent-encoded.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
