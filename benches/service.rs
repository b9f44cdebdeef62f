//! The service under load on a book with a million payments, on loopback, the load on the same processors: every answer against a
//! bare actix-web handler that gives the same bytes with the same headers in the same run; an upload against the import of the
//! command line; reading while a batch as large as the book is posted; and memory.
//!
//! `cargo bench --bench service` (needs `wrk`); `SUNLEDGER_BENCH_LINES` sets the payments, `SUNLEDGER_BENCH_SECONDS` how long each
//! load lasts, `SUNLEDGER_BENCH_DB` keeps the book at that path, or takes the one that is there. Service and bare handler are processes of
//! their own. Server times are those of the service's own log.

#![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "a bench measures")]

mod support;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;
use sunledger::api::{observe, server};
use sunledger::app::access::account;
use sunledger::app::access::grants::{self, NewGrant};
use sunledger::app::access::users::{self, NewUser};
use sunledger::app::{Bureau, Context};
use sunledger::config::RawConfig;
use sunledger::domain::kinds;
use support::client::{self, ask, sign_in, wrk};
use support::payments;
use support::timing::{child, myself, size, tell};

const PASSWORD: &str = "Sample-Bench-2018-x7";
const PATHS: [&str; 7] = [
    "/api/v1/overview",
    "/api/v1/batches",
    "/api/v1/payments",
    "/api/v1/vouchers",
    "/api/v1/funds",
    "/api/v1/projects",
    "/api/v1/findings",
];
const PAGES: [&str; 4] = ["/", "/batches", "/payments", "/vouchers"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("serve") => serve(&arguments[2], &arguments[3]),
        Some("bare") => bare(&arguments[2]),
        Some("import") => import(&arguments[2], Path::new(&arguments[3])),
        _ => measure(),
    }
}

fn serve(url: &str, data: &str) {
    observe::log_to_stderr();
    let raw = RawConfig {
        db: url.into(),
        book: "default".into(),
        listen: "127.0.0.1:0".into(),
        data: Some(data.into()),
        key_file: None,
        https: false,
        proxies: Vec::new(),
        workers: None,
        rate: Some(100_000_000),
    };
    server::run(raw.check().unwrap(), |address, _| println!("{address}")).unwrap();
}

/// Answers each path with what stands in a file: headers and bytes.
fn bare(file: &str) {
    type Answers = HashMap<String, (Vec<(String, String)>, web::Bytes)>;
    let told: HashMap<String, (Vec<(String, String)>, String)> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let answers: Answers = told.into_iter().map(|(path, (headers, body))| (path, (headers, web::Bytes::from(body)))).collect();
    let answers = web::Data::new(answers);
    async fn answer(answers: web::Data<Answers>, request: HttpRequest) -> HttpResponse {
        let Some((headers, body)) = answers.get(request.path()) else { return HttpResponse::NotFound().finish() };
        let mut response = HttpResponse::Ok();
        for (name, value) in headers {
            response.insert_header((name.as_str(), value.as_str()));
        }
        response.body(body.clone())
    }
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || App::new().app_data(answers.clone()).default_service(web::to(answer)));
        let server = server.workers(std::thread::available_parallelism().map_or(2, usize::from)).bind("127.0.0.1:0").unwrap();
        println!("{}", server.addrs()[0]);
        server.run().await.unwrap();
    });
}

/// What `sunledger import batch FILE` does.
fn import(url: &str, file: &Path) {
    let start = Instant::now();
    let mut bureau = Bureau::open(url, "default").unwrap();
    support::import(&mut bureau, &kinds::batch::KIND, file);
    tell(start);
}

/// A server in a process of its own, stopped when dropped.
struct Running {
    child: Child,
    address: String,
    log: PathBuf,
}

impl Running {
    fn start(arguments: &[&str], log: PathBuf) -> Running {
        let mut child = myself(arguments).stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut address).unwrap();
        Running { child, address: address.trim().to_string(), log }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A line of `/proc/…/status`, in MiB.
    fn memory(&self, what: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let kib = status.lines().find_map(|line| line.strip_prefix(what)?.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(0.0) / 1024.0
    }

    fn log_length(&self) -> u64 {
        std::fs::metadata(&self.log).unwrap().len()
    }

    /// Server times (ms) in order and answers that were 5xx, from the lines of the log after a place.
    fn told_since(&self, place: u64) -> (Vec<f64>, usize) {
        use std::io::{Seek, SeekFrom};
        let mut file = std::fs::File::open(&self.log).unwrap();
        file.seek(SeekFrom::Start(place)).unwrap();
        let number = |line: &str, name: &str| {
            let rest = line.split_once(name)?.1;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
        };
        let (mut times, mut failed) = (Vec::new(), 0);
        for line in BufReader::new(file).lines().map_while(Result::ok).filter(|line| !line.contains("/events")) {
            let Some(micros) = number(&line, "\"micros\":") else { continue };
            times.push(micros as f64 / 1e3);
            failed += usize::from(number(&line, "\"status\":").is_some_and(|status| status >= 500));
        }
        times.sort_by(f64::total_cmp);
        (times, failed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn at(times: &[f64], percent: usize) -> f64 {
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn seat(bureau: &mut Bureau, login: &str, name: &str, role: &str) {
    let ctx = Context::new("示范数据");
    let created = users::create(bureau, &ctx, &NewUser { login, name, password: None }).unwrap();
    grants::grant(bureau, &ctx, &NewGrant { login, role, units: &[], regions: &[], reason: "基准" }).unwrap();
    account::change_password(bureau, &ctx, login, 0, &created.secret.unwrap(), PASSWORD).unwrap();
}

fn measure() {
    let lines = size("SUNLEDGER_BENCH_LINES", 1_000_000);
    let dir = tempfile::tempdir().unwrap();
    let kept = std::env::var("SUNLEDGER_BENCH_DB").unwrap_or_else(|_| dir.path().join("book.db").display().to_string());
    if !Path::new(&kept).exists() {
        payments::make(&format!("sqlite://{kept}"), dir.path(), lines);
    }
    // the kept book stays as it is
    let book = dir.path().join("served.db");
    std::fs::copy(&kept, &book).unwrap();
    let url = format!("sqlite://{}", book.display());
    let mut bureau = Bureau::open(&url, "default").unwrap();
    seat(&mut bureau, "shenji", "审计示一", "auditor");
    seat(&mut bureau, "kuaiji", "会计示二", "accountant");
    drop(bureau);
    let service = Running::start(&["serve", &url, &dir.path().join("files").display().to_string()], dir.path().join("service.log"));
    println!("{lines} 笔；服务启动后内存 {:.0} MiB\n", service.memory("VmRSS:"));
    let parts = std::env::var("SUNLEDGER_BENCH_PARTS").unwrap_or_else(|_| "read,upload,post,memory".into());
    if parts.contains("read") {
        reading(&service, dir.path());
    }
    if parts.contains("upload") {
        uploading(&service, &url, dir.path());
    }
    if parts.contains("post") {
        reading_while_posting(&service, dir.path(), lines);
    }
    if parts.contains("memory") {
        exporting(&service, lines);
    }
}

fn seconds() -> u64 {
    size("SUNLEDGER_BENCH_SECONDS", 4)
}

fn reader(service: &Running) -> String {
    sign_in(&service.address, "shenji", PASSWORD)
}

fn reading(service: &Running, dir: &Path) {
    let mut token = reader(service);
    let headers = |token: &str| format!("Authorization: Bearer {token}\r\nCookie: sunledger_access={token}\r\n");
    let mut answers = HashMap::new();
    let mut paths: Vec<&str> = PATHS.to_vec();
    for path in PATHS.into_iter().chain(PAGES) {
        let got = ask(&service.address, "GET", path, &headers(&token), b"");
        let page = PAGES.contains(&path);
        if page && got.status != 200 {
            println!("（{path} 答 {}，不测）", got.status);
            continue;
        }
        assert_eq!(got.status, 200, "{path}: {}", String::from_utf8_lossy(&got.body));
        if page {
            paths.push(path);
        }
        let own = |name: &str| !matches!(name, "content-length" | "connection" | "date" | "transfer-encoding");
        let headers: Vec<_> = got.headers.into_iter().filter(|(name, _)| own(name)).collect();
        answers.insert(path, (headers, String::from_utf8(got.body).unwrap()));
    }
    let told = dir.join("answers.json");
    std::fs::File::create(&told).unwrap().write_all(&serde_json::to_vec(&answers).unwrap()).unwrap();
    let bare = Running::start(&["bare", &told.display().to_string()], dir.join("bare.log"));
    println!(
        "| 请求 | 字节 | 连接 | 裸处理 次/秒 | 服务 次/秒 | 比值 | 服务端 p50 ms | 服务端 p99 ms | 客户端 p99 ms | 重算：次/秒 | 服务端 p50 ms | 服务端 p99 ms | 错误 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for path in paths {
        token = reader(service);
        for connections in [8, 64] {
            let base = wrk(&bare.url(path), connections, seconds(), &token, "");
            ask(&service.address, "GET", path, &headers(&token), b"");
            let place = service.log_length();
            let load = wrk(&service.url(path), connections, seconds(), &token, "");
            let (times, failed) = service.told_since(place);
            let place = service.log_length();
            let anew = wrk(&service.url(path), connections, seconds(), &token, &client::anew(path));
            let (fresh, failed_anew) = service.told_since(place);
            println!(
                "| {path} | {} | {connections} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:.1} | {:.0} | {:.1} | {:.1} | {} |",
                answers[path].1.len(),
                base.per_second,
                load.per_second,
                load.per_second / base.per_second,
                at(&times, 50),
                at(&times, 99),
                load.p99,
                anew.per_second,
                at(&fresh, 50),
                at(&fresh, 99),
                load.errors + anew.errors + (failed + failed_anew) as u64,
            );
        }
    }
    println!("\n内存 {:.0} MiB，最高 {:.0} MiB\n", service.memory("VmRSS:"), service.memory("VmHWM:"));
}

/// Seconds to the acceptance, to the first word of progress, and to the end.
fn post(service: &Running, file: &Path) -> (f64, f64, f64) {
    let token = sign_in(&service.address, "kuaiji", PASSWORD);
    let start = Instant::now();
    let got = client::upload(&service.address, "/api/v1/imports/batch", &token, file);
    let accepted = start.elapsed().as_secs_f64();
    assert_eq!(got.status, 202, "{}", String::from_utf8_lossy(&got.body));
    let events = got.json()["events"].as_str().unwrap().to_string();
    let (_, mut reader) = client::begin(&service.address, "GET", &events, &format!("Authorization: Bearer {token}\r\n"), b"");
    let (mut first, mut line) = (None, String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 0 {
        if line.starts_with("data:") {
            first.get_or_insert(start.elapsed().as_secs_f64());
        }
        if line.starts_with("event: end") {
            line.clear();
            reader.read_line(&mut line).unwrap();
            assert!(line.contains("\"done\""), "{line}");
            break;
        }
        line.clear();
    }
    (accepted, first.unwrap(), start.elapsed().as_secs_f64())
}

fn uploading(service: &Running, url: &str, dir: &Path) {
    let lines = 100_000;
    let file = dir.join("upload.csv");
    println!("| {lines} 行清册 | 受理 s | 首个进度 s | 完成 s | 行/秒 |\n|---|---|---|---|---|");
    for (by_hand, by_service) in [(1, 2), (3, 4)] {
        support::batch_csv(&file, &format!("UP0{by_hand}"), &format!("2018Q{by_hand}"), lines);
        let (whole, _) = child(&["import", url, &file.display().to_string()]);
        println!("| 命令行导入 | | | {whole:.2} | {:.0} |", lines as f64 / whole);
        support::batch_csv(&file, &format!("UP0{by_service}"), &format!("2018Q{by_service}"), lines);
        let (accepted, first, whole) = post(service, &file);
        println!("| 接口上传 | {accepted:.2} | {first:.2} | {whole:.2} | {:.0} |", lines as f64 / whole);
    }
    println!();
}

fn reading_while_posting(service: &Running, dir: &Path, lines: u64) {
    let file = dir.join("large.csv");
    support::batch_csv(&file, "LARGE", "2019Q1", lines);
    let script = client::in_turn(&PATHS);
    let token = reader(service);
    let windows = |until: &dyn Fn() -> bool| {
        let place = service.log_length();
        let (mut worst, mut errors, mut asked) = (0.0f64, 0, 0.0);
        loop {
            let load = wrk(&service.url(PATHS[0]), 64, 5, &token, &script);
            worst = worst.max(load.p99);
            errors += load.errors;
            asked += load.per_second * 5.0;
            if until() {
                break;
            }
        }
        let (times, failed) = service.told_since(place);
        (asked, at(&times, 50), at(&times, 99), worst, errors + failed as u64)
    };
    println!("| 64 个客户端轮流读 | 次数 | 服务端 p50 ms | 服务端 p99 ms | 客户端 p99 ms（最差 5 秒） | 错误 |\n|---|---|---|---|---|---|");
    let say = |what: &str, (asked, p50, p99, worst, errors): (f64, f64, f64, f64, u64)| {
        println!("| {what} | {asked:.0} | {p50:.2} | {p99:.2} | {worst:.1} | {errors} |");
    };
    say("平时", windows(&|| true));
    let (posted, sign_in_took) = std::thread::scope(|scope| {
        let posting = scope.spawn(|| post(service, &file));
        let entering = scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_secs(4));
            let start = Instant::now();
            sign_in(&service.address, "shenji", PASSWORD);
            start.elapsed().as_secs_f64()
        });
        say("其间入账", windows(&|| posting.is_finished()));
        (posting.join().unwrap(), entering.join().unwrap())
    });
    println!(
        "\n{lines} 行清册其间入账：受理 {:.2} s，首个进度 {:.2} s，完成 {:.1} s；其间登录等了 {sign_in_took:.1} s。内存 {:.0} MiB，最高 {:.0} MiB\n",
        posted.0,
        posted.1,
        posted.2,
        service.memory("VmRSS:"),
        service.memory("VmHWM:")
    );
}

/// A list of all payments as CSV: how long, and what it adds to memory.
fn exporting(service: &Running, lines: u64) {
    let token = reader(service);
    let before = service.memory("VmRSS:");
    let start = Instant::now();
    let headers = format!("Authorization: Bearer {token}\r\nAccept: text/csv\r\n");
    let got = ask(&service.address, "GET", "/api/v1/payments", &headers, b"");
    let rows = got.body.iter().filter(|byte| **byte == b'\n').count();
    println!(
        "导出全部发放明细（至少 {lines} 行）：{rows} 行，{:.0} MiB，{:.1} s；内存 {before:.0} → {:.0} MiB，最高 {:.0} MiB",
        got.body.len() as f64 / 1048576.0,
        start.elapsed().as_secs_f64(),
        service.memory("VmRSS:"),
        service.memory("VmHWM:")
    );
}
