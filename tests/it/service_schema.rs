//! The API does what its description says: schemathesis asks every operation, as people of several roles, with what the
//! description allows and with what it forbids, and compares every answer with it. Needs python3 with venv and, the first time,
//! the package index; `SUNLEDGER_SCHEMATHESIS=full` asks for more than ten thousand examples on the demo county,
//! `SUNLEDGER_SCHEMATHESIS=off` leaves it out on a machine that has neither.

use crate::support::child::Reaped;
use crate::support::db::{Db, NEW_BOOK, TestDb};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use sunledger::api::{description, routes};
use sunledger::app::access::grants::{self, NewGrant};
use sunledger::app::access::users::{self, NewUser};
use sunledger::app::book::DEFAULT_BOOK;
use sunledger::app::demo::generate::Shape;
use sunledger::app::demo::{Options, run as make_demo};
use sunledger::app::{Bureau, Context};
use sunledger::service::catalogue;
use tempfile::TempDir;

const VARIABLE: &str = "SUNLEDGER_SCHEMATHESIS";
const FIRST: &str = "示样-first-horse-2018";
const PASSWORD: &str = "示样-second-horse-2018";

/// Somebody who asks. Roles of one person do not exclude each other.
struct Asker {
    login: &'static str,
    roles: &'static [&'static str],
    /// What the roles reach within the demo county; the whole county where both are empty.
    units: &'static [&'static str],
    regions: &'static [&'static str],
}

const fn asker(login: &'static str, roles: &'static [&'static str]) -> Asker {
    Asker { login, roles, units: &[], regions: &[] }
}

/// The first is the one who asks on the small book, too.
const PEOPLE: &[Asker] = &[
    asker("office", &["accountant", "checker", "leader", "briefing"]),
    asker("treasury", &["treasury"]),
    asker("auditor", &["auditor"]),
    // 市农业局; 大田镇 with its villages
    Asker { units: &["107"], ..asker("dept", &["department"]) },
    Asker { units: &["203"], regions: &["469007102000"], ..asker("town", &["township"]) },
    asker("sys", &["system_admin"]),
    // a login that the password does not contain
    asker("safety", &["security_admin"]),
    asker("log", &["log_admin"]),
];

/// What is not asked, and why. Each is tried by hand in `tests/it/service`.
const LEFT_OUT: &[(&str, &str)] = &[
    ("session_sign_out", "it ends the session of the run itself"),
    ("account_change_password", "wrong old passwords lock the account of the run"),
];
/// The same for administrators, who could do it to themselves and the others.
const LEFT_OUT_FOR_ADMINISTRATORS: &[(&str, &str)] = &[
    ("user_disable", "it disables who asks"),
    ("user_reset", "it takes the password of who asks"),
    ("role_revoke", "it takes the roles of who asks"),
    ("role_permissions", "it takes the permissions of who asks"),
];

#[test]
fn every_operation_answers_as_described() {
    let wanted = std::env::var(VARIABLE).unwrap_or_default();
    if wanted == "off" {
        assert!(std::env::var_os("CI").is_none(), "{VARIABLE}=off is not for CI");
        eprintln!("NOT CHECKED: {VARIABLE}=off, the API was not compared with its description");
        return;
    }
    let tools = tools();
    let full = wanted == "full";
    let home = tempfile::tempdir().unwrap();
    validate(&tools, home.path());
    let served = Served::start(if full { demo(home.path()) } else { small() }, full);
    let mut failed = Vec::new();
    for asker in asking(full) {
        failed.extend(served.ask_all(&tools, asker.login, full));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_description_and_the_routes_are_the_same() {
    let served = Served::start(small(), false);
    let document = description::description();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let paths = document["paths"].as_object().unwrap();
    for (path, item) in paths {
        let filled = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let request = ureq::http::Request::builder().method(method.to_uppercase().as_str()).uri(format!("{}{filled}", served.base));
            let status = agent.run(request.body(()).unwrap()).unwrap().status().as_u16();
            let open = operation.get("security").is_some_and(|security| security.as_array().unwrap().is_empty());
            let told = if open { matches!(status, 200 | 400 | 415 | 422) } else { status == 401 };
            assert!(told, "{method} {path}: {status}");
        }
        let request = ureq::http::Request::builder().method("PATCH").uri(format!("{}{filled}", served.base));
        let answer = agent.run(request.body(()).unwrap()).unwrap();
        let mut allowed: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let mut told: Vec<String> = answer.headers()["allow"].to_str().unwrap().split(", ").map(str::to_string).collect();
        allowed.sort();
        told.sort();
        assert_eq!((answer.status().as_u16(), told), (405, allowed), "{path}");
    }
    let declared: BTreeSet<String> = catalogue::all().map(|operation| format!("{}{}", routes::BASE, operation.path)).collect();
    let written: BTreeSet<String> = resources_in_the_sources();
    let described: BTreeSet<String> = paths.keys().cloned().collect();
    assert_eq!(declared.union(&written).cloned().collect::<BTreeSet<_>>(), described);
}

/// The paths that the HTTP floor registers by themselves, read where they are written.
fn resources_in_the_sources() -> BTreeSet<String> {
    let mut found = BTreeSet::from([description::PATH.to_string()]);
    for file in fs::read_dir("src/api").unwrap() {
        let path = file.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let below = if matches!(path.file_stem().unwrap().to_str(), Some("session" | "jobs")) { routes::BASE } else { "" };
        for part in text.split("web::resource(\"").skip(1).chain(text.split(".route(\"").skip(1)) {
            found.insert(format!("{below}{}", part.split('"').next().unwrap()));
        }
    }
    found
}

/// A book that can be served, and what must outlive it.
struct Place {
    url: String,
    book: &'static str,
    _db: Option<TestDb>,
}

fn small() -> Place {
    let db = TestDb::seeded(Db::Sqlite);
    Place { url: db.url.clone(), book: NEW_BOOK.code, _db: Some(db) }
}

/// The demo county with a year of work.
fn demo(home: &Path) -> Place {
    let shape = Shape { seed: 2018, households: 60, years: vec![2018] };
    let report = make_demo(&Options { dir: home.join("county"), shape, seats: false }, &mut |_| {}).unwrap();
    Place { url: format!("sqlite://{}", report.database.display()), book: DEFAULT_BOOK, _db: None }
}

/// The service as a process of its own.
struct Served {
    base: String,
    _service: Reaped,
    _data: TempDir,
    _place: Place,
}

impl Served {
    fn start(place: Place, full: bool) -> Served {
        people(&place, full);
        let data = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sunledger"));
        command.args(["--db", &place.url, "--book", place.book, "serve", "--listen", "127.0.0.1:0", "--rate", "100000"]);
        command.arg("--data").arg(data.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut service = Reaped(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(service.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let base = line.split_once("http://").and_then(|(_, rest)| rest.split_once('/')).map(|(address, _)| format!("http://{address}"));
        Served { base: base.unwrap_or_else(|| panic!("no address in {line:?}")), _service: service, _data: data, _place: place }
    }

    fn document(&self) -> String {
        format!("{}{}", self.base, description::PATH)
    }

    /// All checks. In full: all phases, on every operation. Gives what was wrong.
    fn ask_all(&self, tools: &Path, login: &str, full: bool) -> Option<String> {
        let reports = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
        fs::create_dir_all(&reports).unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
        let mut command = Command::new(tools.join("bin/schemathesis"));
        command.current_dir(&reports).arg("--config-file").arg(here.join("schemathesis.toml"));
        command.args(["run", &self.document(), "--checks", "all"]);
        command.args(["--continue-on-failure", "--no-color", "--workers", "1", "--request-timeout", "60"]);
        match full {
            true => command.args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "20"]),
            false => command.args(["--phases", "examples,fuzzing", "--max-examples", "3", "--seed", "2018", "--no-shrink"]),
        };
        let administrator = matches!(login, "sys" | "safety");
        let more = if administrator { LEFT_OUT_FOR_ADMINISTRATORS } else { &[] };
        for (operation, why) in LEFT_OUT.iter().chain(more) {
            eprintln!("{login}: {operation} is left out: {why}");
            command.args(["--exclude-operation-id", operation]);
        }
        command.args(["--suppress-health-check", "all", "--report", "junit", "--report-junit-path"]);
        command.arg(reports.join(format!("{login}.xml")));
        command.env("PYTHONPATH", &here).env("SCHEMATHESIS_HOOKS", "schemathesis_hooks").env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("SUNLEDGER_URL", &self.base).env("SUNLEDGER_LOGIN", login);
        command.env("SUNLEDGER_PASSWORD", PASSWORD).env("SUNLEDGER_FIRST_PASSWORD", FIRST);
        let done = command.output().unwrap();
        let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        fs::write(reports.join(format!("{login}.txt")), &told).unwrap();
        let generated = told.lines().find(|line| line.contains(" generated,")).unwrap_or_default();
        eprintln!("{login}: {}", generated.trim());
        (!done.status.success()).then(|| format!("{login}: {told}"))
    }
}

fn asking(full: bool) -> &'static [Asker] {
    if full { PEOPLE } else { &PEOPLE[..1] }
}

fn people(place: &Place, full: bool) {
    let ctx = Context::new("示装置");
    let mut bureau = Bureau::open(&place.url, place.book).unwrap();
    for Asker { login, roles, units, regions } in asking(full) {
        let name = format!("示{login}");
        users::create(&mut bureau, &ctx, &NewUser { login, name: &name, password: Some(FIRST) }).unwrap();
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_string()).collect::<Vec<_>>();
        let (units, regions) = (codes(units), codes(regions));
        for role in *roles {
            let asked = NewGrant { login, role, units: &units, regions: &regions, reason: "测试" };
            grants::grant(&mut bureau, &ctx, &asked).unwrap();
        }
    }
}

/// The document against the rules of OpenAPI 3.1.
fn validate(tools: &Path, home: &Path) {
    let document = home.join("openapi.json");
    fs::write(&document, description::description().to_string()).unwrap();
    let done = Command::new(tools.join("bin/python")).args(["-m", "openapi_spec_validator"]).arg(document).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

const HOW: &str = "schemathesis is needed for this test: install python3 with venv (apt-get install python3-venv) and let pip reach a \
                   package index once, or leave the test out with SUNLEDGER_SCHEMATHESIS=off";

/// A Python environment of its own below the target directory, made anew when the requirements change.
fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis-venv");
    let (wanted, stamp) = (fs::read_to_string("tests/check/requirements.txt").unwrap(), tools.join("requirements.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return tools;
    }
    let does = |command: &mut Command| command.output().is_ok_and(|done| done.status.success());
    let made = does(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&tools));
    assert!(made, "{HOW}");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "tests/check/requirements.txt"];
    assert!(does(Command::new(tools.join("bin/python")).args(install)), "{HOW}");
    fs::write(stamp, wanted).unwrap();
    tools
}
