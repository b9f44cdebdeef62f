//! The pages in a real browser: the days of the three kinds of users, what is refused at the door, work without mouse, script
//! or colour, and every page before axe-core. The stories are in `tests/browser`, one module each; here the service is started on a
//! county made for them and node is told where.

use crate::service::{batch, sign};
use crate::support::service::{County, PASSWORD, Service};
use crate::support::{Db, debian};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use sunledger::app::Context;
use sunledger::app::workflow::levels::{Change, set};
use sunledger::domain::money::Fen;

const HOW_NODE: &str = "node (20 or later) and npm are needed for the browser tests: apt-get install nodejs npm";
const HOW_CHROMIUM: &str = "Chromium is needed for the browser tests: install it (apt-get install chromium), or name it in CHROMIUM";
const STORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

/// Where the stories find Chromium and their packages.
struct Tools {
    chromium: PathBuf,
    modules: PathBuf,
}

fn tools() -> &'static Tools {
    static TOOLS: OnceLock<Tools> = OnceLock::new();
    TOOLS.get_or_init(|| Tools { chromium: chromium(), modules: modules() })
}

fn chromium() -> PathBuf {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return named.into();
    }
    let usual = PathBuf::from("/usr/bin/chromium");
    assert!(usual.exists() || debian::install(&["chromium", "fonts-noto-cjk"]) && usual.exists(), "{HOW_CHROMIUM}");
    usual
}

/// The packages of the lock file, beside what cargo builds and never among the sources.
fn modules() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser");
    fs::create_dir_all(&dir).unwrap();
    let lock = fs::read(format!("{STORIES}/package-lock.json")).unwrap();
    let done = dir.join("installed.json");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        return dir;
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(format!("{STORIES}/{name}"), dir.join(name)).unwrap();
    }
    let ran = Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&dir).status();
    assert!(ran.unwrap_or_else(|_| panic!("{HOW_NODE}")).success(), "npm ci in {}", dir.display());
    fs::write(done, lock).unwrap();
    dir
}

/// A county whose batches from 700 yuan on need the leader's signature as well.
fn county() -> County {
    let county = County::new(Db::Sqlite);
    let change = Change {
        subject: "payout",
        level: 2,
        from_amount: Fen::new(70_000),
        permission: "payout.lead",
        valid_from: "2018-01-01".parse().unwrap(),
        source: "示范〔2018〕1号",
    };
    set(&mut county.db.bureau(), &Context::new("示装置"), &change).unwrap();
    county
}

/// Tells a story; what it saw last is said where it fails.
fn tell(story: &str, county: &County, service: &Service) {
    let tools = tools();
    let people: Vec<_> =
        county.people.iter().map(|(name, id_no, account)| json!({ "name": name, "id_no": id_no, "account": account })).collect();
    let facts = json!({
        "password": PASSWORD,
        "people": people,
        "program": env!("CARGO_BIN_EXE_sunledger"),
    });
    let path = service.data.path().join("facts.json");
    fs::write(&path, facts.to_string()).unwrap();
    let mut node = Command::new("node");
    node.arg(format!("{STORIES}/run.mjs")).arg(story).arg(format!("http://{}", service.address)).arg(&path);
    node.env("SUNLEDGER_BROWSER_MODULES", &tools.modules).env("CHROMIUM", &tools.chromium);
    let told = node.output().unwrap_or_else(|_| panic!("{HOW_NODE}"));
    let (said, wrong) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{story}: {said}{wrong}");
    eprintln!("{story}: {said}");
}

/// A batch that has been to the bank and back: the first line has failed.
fn answered(county: &County, service: &Service) {
    let (maker, treasury) = (service.signed_in("accountant"), service.signed_in("treasury"));
    batch(county, &maker, "PC01", 0);
    assert_eq!(sign(&service.signed_in("checker"), "PC01").status, 200);
    assert_eq!(treasury.post("/batches/PC01/sending", &json!({ "date": "2018-04-03" })).status, 200);
    let line = |n: usize, result: &str| format!("PC01,{n},{},150.00,{result},2018-04-05,LS{n}\n", county.people[n - 1].2);
    let text = format!("批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n{}{}", line(1, "失败,户名不符"), line(2, "成功,"));
    let (state, result) = treasury.uploaded("/imports/returns", "回盘.csv", text.as_bytes());
    assert_eq!(state, "done", "{result}");
}

#[test]
fn a_month_of_an_accountant() {
    let county = county();
    let service = Service::start(&county.db);
    tell("month", &county, &service);
    crate::support::county::assert_holds(&mut county.db.bureau());
}

#[test]
fn a_day_of_an_auditor() {
    let county = county();
    let service = Service::start(&county.db);
    answered(&county, &service);
    tell("auditor", &county, &service);
}

#[test]
fn the_clerk_of_the_briefing() {
    let county = county();
    let service = Service::start(&county.db);
    answered(&county, &service);
    tell("briefing", &county, &service);
}

#[test]
fn the_door() {
    let county = county();
    let service = Service::start(&county.db);
    tell("door", &county, &service);
}

#[test]
fn without_mouse_script_or_screen() {
    let county = county();
    let service = Service::start(&county.db);
    tell("plain", &county, &service);
}

#[test]
fn every_kind_of_page_before_axe() {
    let county = county();
    let service = Service::start(&county.db);
    answered(&county, &service);
    tell("axe", &county, &service);
}
