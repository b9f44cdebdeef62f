//! Hostile requests: fields that nobody declared, keys given twice, depths and edges, broken and endless bodies, and files that
//! are not what they say. Each is refused as problem+json, none is the service's failure, and the books do not change.

use crate::hostile_files::content::{bomb, workbook};
use crate::support::service::{Client, County, EDGE, Service, on_both_served};
use crate::support::{Db, TestDb};
use serde_json::{Value, json};
use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use sunledger::domain::kinds::Kind;

/// All rows but those that say that somebody asked.
fn books(db: &TestDb) -> String {
    let mut raw = db.raw();
    let asked = ["access_log", "access_head", "request", "session", "session_token", "user_account", "job", "counter"];
    let tables: Vec<String> = raw.tables().into_iter().filter(|table| !asked.contains(&table.as_str())).collect();
    let rows = |table: String| {
        let mut rows: Vec<String> = raw.rows(&format!("SELECT * FROM \"{table}\"")).iter().map(|row| row.join("|")).collect();
        rows.sort();
        format!("{table}\n{}", rows.join("\n"))
    };
    tables.into_iter().map(rows).collect()
}

fn unit() -> Value {
    json!({ "code": "U95", "name": "示单位", "kind": "企业" })
}

fn refused(county: &County, before: &str, answer: &crate::support::service::Answered, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    assert!(!answer.code().is_empty(), "{what}");
    let told = answer.text().to_lowercase();
    for word in ["select ", "sqlite", "postgres", "panicked", "src/", ".rs:"] {
        assert!(!told.contains(word), "{what} tells of its inside: {told}");
    }
    assert!(before == books(&county.db), "{what}: the books have changed");
}

#[test]
fn fields_that_are_nobodys_to_set_are_refused() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let before = books(&county.db);
        for name in ["status", "approved_by", "book", "actor", "checker", "id", "file", "__proto__", "Code", "maker", "at", ""] {
            let mut body = unit();
            body[name] = json!("1");
            let answer = client.post("/rows/units", &body);
            refused(county, &before, &answer, name);
            assert_eq!(answer.code(), "invalid", "{name}");
            let query = client.post(&format!("/rows/units?{name}=1"), &unit());
            refused(county, &before, &query, &format!("query {name}"));
            let form = client.upload("/imports/units", &[], "a.csv", b"x", &[(name, "1")]);
            refused(county, &before, &form, &format!("form {name}"));
        }
        assert_eq!(client.get("/units?book=2").code(), "invalid");
        assert_eq!(client.post("/rows/units", &unit()).status, 200, "without them it is taken");
    });
}

fn fund(amount: &str) -> String {
    format!(
        r#"{{"doc_no":"琼财〔2018〕8号","name":"示","level":"省","category":"其他","year":2018,"amount":{amount},"received":"2018-03-20","function":"2130505"}}"#
    )
}

#[test]
fn bodies_that_are_not_what_was_declared_are_refused() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let before = books(&county.db);
        let deep = format!("{{\"code\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let unit_of = |code: &str| format!(r#"{{"code":{code},"name":"示","kind":"企业"}}"#);
        for body in [
            "",
            "{",
            "[]",
            "null",
            "1",
            "\"\"",
            "{}",
            "\u{feff}{}",
            "{\"code\":}",
            deep.as_str(),
            r#"{"code":"U95","code":"U96","name":"示","kind":"企业"}"#,
            &unit_of("1"),
            &unit_of("null"),
            &unit_of("{}"),
            &unit_of("[\"U95\"]"),
            &unit_of("true"),
            &unit_of("\"\\ud800\""),
            &unit_of("\"U\\u0000\""),
            &unit_of("\"U\\r\\nX\""),
            &unit_of("\"\\u001b[31m\""),
            &unit_of("\"  \""),
            &unit_of(&format!("\"{}\"", "字".repeat(600))),
        ] {
            refused(county, &before, &client.post_text("/rows/units", &[], body), &body.chars().take(60).collect::<String>());
        }
        let plain = client.send("POST", "/rows/units", &[("Content-Type", "text/plain")], Some(unit().to_string().as_bytes()));
        assert_eq!(plain.code(), "media_type");
        let bytes = client.send("POST", "/rows/units", &[("Content-Type", "application/json")], Some(b"{\"code\":\"\xff\"}"));
        refused(county, &before, &bytes, "not UTF-8");
        let huge = format!("{{\"code\":\"{}\"}}", "U".repeat(2 << 20));
        assert_eq!(client.post_text("/rows/units", &[], &huge).code(), "too_large");
    });
}

#[test]
fn amounts_and_days_that_are_none_are_refused() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let before = books(&county.db);
        for amount in [
            "NaN",
            "Infinity",
            "1e400",
            "\"NaN\"",
            "\"0\"",
            "\"0.00\"",
            "\"-1\"",
            "\"0.001\"",
            "\"1e3\"",
            "\"１２３\"",
            "\"1,000\"",
            "\"+1\"",
            "\" 1\"",
            "\"92233720368547758.08\"",
            "\"9223372036854775807\"",
            "\"99999999999999\"",
            "1",
            "\"1.\"",
            "\"01\"",
            "\"٣\"",
        ] {
            refused(county, &before, &client.post_text("/rows/budgets", &[], &fund(amount)), amount);
        }
        refused(
            county,
            &before,
            &client.post_text("/rows/budgets", &[], &fund("\"1.00\"").replace("2018,", "20180.5,")),
            "a part of a year",
        );
        for date in ["2018-02-30", "0000-00-00", "20180320", "2018-3-2", "２０１８-03-20"] {
            let body = fund("\"1.00\"").replace("2018-03-20", date);
            refused(county, &before, &client.post_text("/rows/budgets", &[], &body), date);
        }
    });
}

#[test]
fn questions_beyond_all_measure_are_refused() {
    on_both_served(|_, service| {
        let client = service.signed_in("accountant");
        for query in [
            "limit=0",
            "limit=-1",
            "limit=1000000000",
            "limit=9223372036854775808",
            "limit=1.5",
            "limit=x",
            "limit=",
            "limit=1&limit=2",
            "cursor=x",
            "cursor=../../x",
            "sort=1;DROP",
            "sort=",
            "order=up",
            "columns=nothing",
            "format=pdf",
            "q=%FF",
            "q=%00",
            "%FF=1",
            "received_from=2018-13-01",
            "amount_from=-1",
            "amount_from=1e9",
            "unmask=1",
            "nothing=1",
        ] {
            let answer = client.get(&format!("/funds?{query}"));
            assert!(matches!(answer.status, 400 | 409 | 422), "{query}: {} {}", answer.status, answer.text());
            assert!(!answer.code().is_empty());
        }
        assert_eq!(client.get_as("/funds", "image/png").code(), "not_acceptable");
        let answer = client.get("/funds?q=%27%20OR%201%3D1%20--").done();
        assert_eq!(answer["count"], 0, "words are looked for, not run");
        for path in
            ["/batches/%2e%2e%2f%2e%2e%2fetc", "/batches/%00", "/batches/a%0d%0aX:1", "/batches/%27%3b--", "/vouchers/99999999999999999999"]
        {
            let answer = client.get(path);
            assert!(matches!(answer.status, 400 | 404 | 409 | 422), "{path}: {}", answer.text());
        }
        let long = client.get(&format!("/batches/{}", "x".repeat(5_000)));
        assert!(matches!(long.status, 404 | 422), "{}", long.status);
    });
}

/// A workbook with one of its parts changed and others added.
fn altered(good: &[u8], part: &str, change: impl Fn(String) -> String, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(good)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default();
    let mut changed = false;
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        to.start_file(file.name(), plain).unwrap();
        if file.name().ends_with(part) {
            changed = true;
            text = change(String::from_utf8(text).unwrap()).into_bytes();
        }
        to.write_all(&text).unwrap();
    }
    assert!(changed, "there is no {part}");
    for (name, content) in more {
        to.start_file(*name, plain).unwrap();
        to.write_all(content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn files_that_are_not_what_they_say_are_refused_whole() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let before = books(&county.db);
        let good = workbook(Kind::find("units").unwrap(), "甲");
        let entity = "<!DOCTYPE x [<!ENTITY a \"甲\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
        let with_entity = |text: String| text.replacen("?>", &format!("?>{entity}"), 1);
        let macros = altered(
            &good,
            "[Content_Types].xml",
            |text| text.replace("sheet.main+xml", "sheet.macroEnabled.main+xml"),
            &[("xl/vbaProject.bin", b"x")],
        );
        let files: Vec<(&str, Vec<u8>)> = vec![
            ("empty.csv", Vec::new()),
            ("zeros.csv", vec![0; 5_000]),
            ("bytes.xlsx", (0..=255).cycle().take(5_000).collect()),
            ("bomb.xlsx", bomb()),
            ("macros.xlsm", macros.clone()),
            ("macros.xlsx", macros),
            ("entity-sheet.xlsx", altered(&good, "sheet1.xml", with_entity, &[])),
            ("entity-strings.xlsx", altered(&good, "sharedStrings.xml", with_entity, &[])),
            (
                "climbing.xlsx",
                altered(&good, "workbook.xml.rels", |text| text.replace("worksheets/sheet1.xml", "../../../../etc/passwd"), &[]),
            ),
            ("half.xlsx", good[..good.len() / 2].to_vec()),
            ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".repeat(100)),
        ];
        for (name, content) in files {
            let (state, result) = client.uploaded("/imports/units", name, &content);
            assert_eq!(state, "failed", "{name}: {result}");
            assert_ne!(result["code"], "internal", "{name}: {result}");
            assert!(!result.to_string().is_ascii(), "{name}: {result}");
            assert!(!result.to_string().contains("root:"), "{name}");
            assert!(before == books(&county.db), "{name}: the books have changed");
        }
        // names are names, wherever they point
        let text = "单位编码,单位名称,单位类型\nU96,示单位,企业\n";
        for (name, shown) in [("../../../../etc/cron.d/a.csv", "a.csv"), ("..", "上传文件")] {
            let (state, result) = client.uploaded("/imports/units", name, text.as_bytes());
            assert!(state == "done" && result["facts"]["file"] == shown, "{name}: {result}");
        }
        assert_eq!(std::fs::read_dir(service.data.path().join("scratch")).unwrap().count(), 0, "nothing is left lying about");
    });
}

/// Bytes as they are, and what comes back until the other side has done.
fn raw(service: &Service, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut told = Vec::new();
    let _ = stream.read_to_end(&mut told); // a reset is an end, too
    String::from_utf8_lossy(&told).into_owned()
}

fn head(client: &Client, path: &str, more: &str) -> String {
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n{more}\r\n\r\n",
        client.token.as_deref().unwrap()
    )
}

#[test]
fn broken_and_endless_bodies_end() {
    let county = County::new(Db::Sqlite);
    let service = Service::start_with(&county.db, |config| (config.limits.seconds, config.limits.upload) = (1, 100_000));
    let client = service.signed_in("accountant");
    let before = books(&county.db);
    let form = format!("Content-Type: multipart/form-data; boundary={EDGE}");
    let part = |name: &str| format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.csv\"\r\n\r\n");

    let slow =
        raw(&service, (head(&client, "/rows/units", "Content-Type: application/json\r\nContent-Length: 500") + "{\"code\":").as_bytes());
    assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("\"slow\""), "{slow}");
    let slow =
        raw(&service, (head(&client, "/imports/units", &format!("{form}\r\nContent-Length: 5000")) + &part("file") + "单位").as_bytes());
    assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("\"slow\""), "{slow}");
    let no_head = raw(&service, b"POST /api/v1/rows/units HTTP/1.1\r\nHost: x\r\n");
    assert!(no_head.is_empty() || no_head.starts_with("HTTP/1.1 408"), "{no_head}");
    // two lengths, and a length beside chunks: one request to a proxy, two to us
    for more in
        ["Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: x, chunked"]
    {
        let told = raw(
            &service,
            (head(&client, "/rows/units", &format!("Content-Type: application/json\r\n{more}")) + "0\r\n\r\nGET /x HTTP/1.1\r\n\r\n")
                .as_bytes(),
        );
        assert!(told.starts_with("HTTP/1.1 4") && told.matches("HTTP/1.1").count() <= 1, "{more}: {told}");
    }

    let send = |body: &[u8], media: &str| client.send("POST", "/imports/units", &[("Content-Type", media)], Some(body));
    let media = form.strip_prefix("Content-Type: ").unwrap();
    let whole = |name: &str, text: &str| format!("{}{text}\r\n--{EDGE}--\r\n", part(name)).into_bytes();
    for (what, body, media) in [
        ("no edge", whole("file", "x"), "multipart/form-data"),
        ("another edge", whole("file", "x"), "multipart/form-data; boundary=other"),
        ("no end", part("file").into_bytes(), media),
        ("no file", format!("--{EDGE}--\r\n").into_bytes(), media),
        ("another field", whole("other", "x"), media),
        ("two files", [part("file").as_bytes(), b"x\r\n", &whole("file", "y")].concat(), media),
        ("JSON", b"{}".to_vec(), "application/json"),
        ("nothing", Vec::new(), media),
    ] {
        refused(&county, &before, &send(&body, media), what);
    }
    let large = send(&whole("file", &"x".repeat(200_000)), media);
    assert_eq!((large.status, large.code().as_str()), (413, "too_large"));
    let large = client.upload("/imports/units", &[], "a.csv", b"x", &[("dry_run", &"x".repeat(2 << 20))]);
    assert_eq!(large.status, 413);
    assert!(before == books(&county.db));
    assert_eq!(std::fs::read_dir(service.data.path().join("scratch")).unwrap().count(), 0);
}
