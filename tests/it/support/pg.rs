//! A private PostgreSQL server, one for each test process: made by initdb in a temporary directory on first use, ended by
//! the kernel when the process ends. `SUNLEDGER_TEST_PG=postgres://…` uses a server that runs already;
//! the benchmarks share this file, and ask for theirs with `SUNLEDGER_BENCH_PG`.

use super::debian;
use postgres::{Client, NoTls};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

const PREFIX: &str = "sunledger-pg-";
const USER: &str = "sunledger";
const SERVER_VARIABLE: &str = if cfg!(test) { "SUNLEDGER_TEST_PG" } else { "SUNLEDGER_BENCH_PG" };
const HOW: &str = "PostgreSQL is needed for the tests: install it (apt-get install postgresql), or name its programs' directory in \
                   SUNLEDGER_PG_BIN, or a running server in SUNLEDGER_TEST_PG=postgres://user@host:port";

/// `postgres://user@host:port`, without a database.
static SERVER: OnceLock<String> = OnceLock::new();
static POSTMASTER: AtomicI32 = AtomicI32::new(0);
static NEXT: AtomicU32 = AtomicU32::new(0);
/// CREATE DATABASE wants its template to itself.
static CREATING: Mutex<()> = Mutex::new(());

fn server() -> &'static str {
    SERVER.get_or_init(|| {
        let named = std::env::var(SERVER_VARIABLE).ok();
        named.map_or_else(start, |url| url.trim_end_matches('/').to_string())
    })
}

/// Makes a database, empty or as a copy of another; returns its name and URL.
pub fn create_database(template: Option<&str>) -> (String, String) {
    let _one_at_a_time = CREATING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut client = connect("postgres");
    let from = template.map_or_else(|| "template0".to_string(), str::to_string);
    client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {from}")).expect("CREATE DATABASE");
    let url = format!("{}/{name}", server());
    (name, url)
}

pub fn drop_database(name: &str) {
    if let Ok(mut client) = Client::connect(&format!("{}/postgres", server()), NoTls) {
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")); // the server's end takes the rest
    }
}

fn connect(database: &str) -> Client {
    Client::connect(&format!("{}/{database}", server()), NoTls).expect("the test server answers")
}

fn start() -> String {
    sweep_stale();
    let bin = find_programs().unwrap_or_else(|| install().unwrap_or_else(|| panic!("{HOW}")));
    let dir = own_dir();
    fs::create_dir_all(&dir).expect("temporary directory");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).expect("its rights");
    let user = unprivileged();
    if let Some((uid, gid)) = user {
        chown(&dir, Some(uid), Some(gid)).expect("its owner");
    }
    let data = dir.join("data");
    let mut initdb = as_user(&bin.join("initdb"), user, &dir);
    initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", USER, "-D"]).arg(&data);
    let made = initdb.output().expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let mut postgres = as_user(&bin.join("postgres"), user, &dir);
    postgres.arg("-D").arg(&data).arg("-k").arg(&dir).args(["-p", &port.to_string()]);
    for setting in ["listen_addresses=127.0.0.1", "shared_buffers=128MB", "max_connections=100", "wal_level=minimal", "max_wal_senders=0"] {
        postgres.args(["-c", setting]);
    }
    postgres.stdout(Stdio::null()).stderr(fs::File::create(dir.join("log")).expect("log file"));
    run_until_we_end(postgres);
    wait_for(port, &dir)
}

/// This process's directory, which goes with it.
pub fn own_dir() -> PathBuf {
    std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()))
}

fn wait_for(port: u16, dir: &Path) -> String {
    let url = format!("postgres://{USER}@127.0.0.1:{port}");
    let give_up = Instant::now() + Duration::from_secs(60);
    while Client::connect(&format!("{url}/postgres"), NoTls).is_err() {
        let log = || fs::read_to_string(dir.join("log")).unwrap_or_default();
        assert!(Instant::now() < give_up, "the test server does not answer: {}", log());
        std::thread::sleep(Duration::from_millis(50));
    }
    url
}

/// Where initdb and postgres are.
fn find_programs() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::var_os("SUNLEDGER_PG_BIN").map(PathBuf::from).into_iter().collect();
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
    versions.sort();
    places.extend(versions.into_iter().rev());
    places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    places.into_iter().find(|place| place.join("initdb").exists() && place.join("postgres").exists())
}

/// Where we may, we install it ourselves; what a package leaves undone beside its programs does not matter.
fn install() -> Option<PathBuf> {
    debian::install(&["postgresql"]);
    find_programs()
}

/// PostgreSQL refuses to run as root: the user and group to run it as, if we are root.
fn unprivileged() -> Option<(u32, u32)> {
    let me = fs::metadata("/proc/self").ok()?;
    if std::os::unix::fs::MetadataExt::uid(&me) != 0 {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let found = Command::new("getent").args(["passwd", name]).output().ok()?;
        let line = String::from_utf8(found.stdout).ok()?;
        let mut fields = line.trim().split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn as_user(program: &Path, user: Option<(u32, u32)>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null()).env("LC_ALL", "C");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// Starts the server from a thread that lives as long as the process: the kernel sends its signal when that thread ends.
fn run_until_we_end(mut postgres: Command) {
    quit_with_parent(&mut postgres);
    std::thread::spawn(move || {
        let mut child = postgres.spawn().expect("postgres starts");
        POSTMASTER.store(child.id() as i32, Ordering::SeqCst);
        let _ = child.wait(); // only ends with the process
        loop {
            std::thread::park();
        }
    });
    at_exit();
}

#[allow(unsafe_code)]
fn quit_with_parent(command: &mut Command) {
    let parent = std::process::id() as i32;
    // SAFETY: between fork and exec only the async-signal-safe calls prctl and getppid are made. They come after setuid,
    // which would clear the signal asked for here.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGQUIT) != 0 || libc::getppid() != parent {
                return Err(std::io::Error::last_os_error());
            }
            Ok(())
        });
    }
}

/// On an orderly exit the data directory goes too.
#[allow(unsafe_code)]
fn at_exit() {
    extern "C" fn clean_up() {
        let postmaster = POSTMASTER.load(Ordering::SeqCst);
        if postmaster > 0 {
            // SAFETY: the process is our own child and has not been waited for to its end.
            unsafe { libc::kill(postmaster, libc::SIGQUIT) };
            for _ in 0..40 {
                std::thread::sleep(Duration::from_millis(50));
                if !own_dir().join("data/postmaster.pid").exists() || !Path::new(&format!("/proc/{postmaster}")).exists() {
                    break;
                }
            }
        }
        let _ = fs::remove_dir_all(own_dir()); // what is left goes with the next run
    }
    // SAFETY: the handler touches only atomics and files, and does not panic.
    unsafe { libc::atexit(clean_up) };
}

/// Directories of processes that were killed.
fn sweep_stale() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name.strip_prefix(PREFIX).and_then(|pid| pid.parse::<u32>().ok()) else { continue };
        if !Path::new(&format!("/proc/{pid}")).exists() {
            let _ = fs::remove_dir_all(entry.path()); // not ours to remove, then not ours to worry about
        }
    }
}
