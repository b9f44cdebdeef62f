//! The clients of the service: a few requests by hand, and many by `wrk`.

#![allow(clippy::unwrap_used, clippy::float_arithmetic, dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

/// An answer as it came.
pub struct Got {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Got {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// One request on a connection of its own, up to the answer's head.
pub fn begin(address: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> (Got, BufReader<TcpStream>) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n")
        .unwrap();
    stream.write_all(body).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_string()));
    }
    (Got { status, headers, body: Vec::new() }, reader)
}

/// One request and its whole answer.
pub fn ask(address: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Got {
    let (mut got, mut reader) = begin(address, method, path, headers, body);
    reader.read_to_end(&mut got.body).unwrap();
    got
}

/// Signs in; gives the access token.
pub fn sign_in(address: &str, login: &str, password: &str) -> String {
    let body = format!(r#"{{"login":"{login}","password":"{password}"}}"#);
    let got = ask(address, "POST", "/api/v1/session", "Content-Type: application/json\r\n", body.as_bytes());
    assert_eq!(got.status, 200, "{}", String::from_utf8_lossy(&got.body));
    got.json()["access_token"].as_str().unwrap().to_string()
}

/// Sends a file as a form does; gives the answer.
pub fn upload(address: &str, path: &str, token: &str, file: &Path) -> Got {
    const MARK: &str = "----sunledger-bench";
    let mut body =
        format!("--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"batch.csv\"\r\nContent-Type: text/csv\r\n\r\n")
            .into_bytes();
    body.extend(std::fs::read(file).unwrap());
    body.extend(format!("\r\n--{MARK}--\r\n").into_bytes());
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary={MARK}\r\n");
    ask(address, "POST", path, &headers, &body)
}

/// What `wrk` says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    pub per_second: f64,
    /// Milliseconds, at the client.
    pub p50: f64,
    pub p99: f64,
    /// Answers other than 2xx and 3xx, and connections that failed or timed out.
    pub errors: u64,
}

/// So many connections for so many seconds. `script` is Lua, or empty.
pub fn wrk(url: &str, connections: u32, seconds: u64, token: &str, script: &str) -> Load {
    let mut command = Command::new("wrk");
    command.args(["-t", "1", "-c", &connections.to_string(), "-d", &format!("{seconds}s"), "--latency", "--timeout", "20s"]);
    command.args(["-H", &format!("Authorization: Bearer {token}"), "-H", &format!("Cookie: sunledger_access={token}")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    if !script.is_empty() {
        std::fs::write(file.path(), script).unwrap();
        command.arg("-s").arg(file.path());
    }
    let output = command.arg(url).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let after = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim).unwrap_or_default();
    let numbers = |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u64>().ok()).sum::<u64>();
    Load {
        per_second: after("Requests/sec:").parse().unwrap_or_else(|_| panic!("{text}")),
        p50: milliseconds(after("50%")),
        p99: milliseconds(after("99%")),
        errors: numbers(after("Socket errors:")) + numbers(after("Non-2xx or 3xx responses:")),
    }
}

fn milliseconds(text: &str) -> f64 {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..at].parse().unwrap_or(0.0);
    match &text[at..] {
        "us" => number / 1e3,
        "s" => number * 1e3,
        "m" => number * 6e4,
        _ => number,
    }
}

/// Each request asks anew: the words it would take are the same, but never those of a request before.
pub fn anew(path: &str) -> String {
    format!(
        "local n = 0\nrequest = function()\n n = n + 1\n wrk.headers['Accept'] = 'application/json;n=' .. n\n return wrk.format('GET', '{path}')\nend\n"
    )
}

/// One path after the other.
pub fn in_turn(paths: &[&str]) -> String {
    let list: Vec<String> = paths.iter().map(|path| format!("'{path}'")).collect();
    format!("local p = {{{}}}\nlocal n = 0\nrequest = function()\n n = n % #p + 1\n return wrk.format('GET', p[n])\nend\n", list.join(", "))
}
