//! The end of the service: what has begun is finished, the job of an upload too; then nothing answers any more.

use crate::support::Db;
use crate::support::county::{BATCH_HEAD, batch_lines, count};
use crate::support::service::{County, EDGE, Service};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn an_upload_under_way_ends_before_the_service_does() {
    for backend in [Db::Sqlite, Db::Postgres] {
        let county = County::new(backend);
        let mut service = Service::start(&county.db);
        let maker = service.signed_in("accountant");
        let text = format!("{BATCH_HEAD}{}", batch_lines("PC01", &county.people[..2]));
        let mut body = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n").into_bytes();
        body.extend(text.as_bytes());
        body.extend(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let head = format!(
            "POST /api/v1/imports/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary={EDGE}\r\nContent-Length: {}\r\n\r\n",
            maker.token.as_deref().unwrap(),
            body.len()
        );
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body[..body.len() / 2]).unwrap();
        // the first half has arrived when the folder for it is there
        let scratch = service.data.path().join("scratch");
        while std::fs::read_dir(&scratch).unwrap().count() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(maker); // its idle connection is nobody's request
        service.ask_to_stop();
        stream.write_all(&body[body.len() / 2..]).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        assert!(told.starts_with("HTTP/1.1 202"), "{told}");
        service.ended();
        let mut bureau = county.db.bureau();
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM job WHERE book = $1 AND state = 'done'"), 1);
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch WHERE book = $1"), 1);
        assert!(TcpStream::connect(service.address).is_err(), "the port is closed");
    }
}
