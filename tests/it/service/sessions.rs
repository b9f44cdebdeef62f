//! Signing in, the refresh secret and its rotation, waiting after wrong tries, too many tries, and the second step.

use crate::support::Db;
use crate::support::county::count;
use crate::support::service::{Answered, County, PASSWORD, Service, on_both_served};
use serde_json::json;
use sunledger::app::Context;
use sunledger::domain::access::totp;

const REFRESH: &str = "sunledger_refresh";

fn value(cookie: &str) -> String {
    cookie.split(';').next().unwrap().to_string()
}

fn refresh(service: &Service, secret: &str) -> Answered {
    service.client().send("POST", "/session/refresh", &[("Cookie", &format!("{REFRESH}={secret}"))], Some(b""))
}

#[test]
fn the_refresh_secret_travels_in_a_closed_cookie_and_is_used_once() {
    on_both_served(|county, service| {
        let mut client = service.client();
        let answer = client.sign_in("accountant", PASSWORD);
        let cookie = answer.cookie(REFRESH).unwrap();
        for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(word), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "not by https");
        let secret = value(&cookie);
        assert!(!answer.text().contains(&secret));
        // it is no access token, and an access token is no refresh secret
        let mut other = service.client();
        other.token = Some(secret.clone());
        assert_eq!(other.get("/account").status, 401);
        assert_eq!(refresh(service, client.token.as_deref().unwrap()).status, 401);

        let second = refresh(service, &secret);
        assert_eq!(second.status, 200, "{}", second.text());
        let next = value(&second.cookie(REFRESH).unwrap());
        assert_ne!(next, secret);
        // long after it was replaced the old one comes again: somebody has stolen it, and the session ends
        county.db.raw().transact("UPDATE session_token SET replaced = replaced - 60000000 WHERE replaced IS NOT NULL").unwrap();
        assert_eq!(refresh(service, &secret).status, 401);
        assert_eq!(refresh(service, &next).status, 401, "the session has ended");
        assert_eq!(client.get("/account").status, 401);
        let sql = "SELECT COUNT(*) FROM access_log WHERE book = $1 AND outcome = 'token_reused'";
        assert_eq!(count(&mut county.db.bureau(), sql), 1);
        assert_eq!(service.client().send("POST", "/session/refresh", &[], Some(b"")).status, 401, "without a cookie");
        // signing out ends it as well
        let mut client = service.client();
        let secret = value(&client.sign_in("accountant", PASSWORD).cookie(REFRESH).unwrap());
        let left = client.send("DELETE", "/session", &[], None);
        assert!(left.cookie(REFRESH).unwrap().contains("Max-Age=0"));
        assert_eq!(refresh(service, &secret).status, 401);
    });
}

#[test]
fn cookies_are_for_encrypted_connections_where_there_are() {
    let county = County::new(Db::Sqlite);
    let service = Service::start_with(&county.db, |config| config.https = true);
    let cookie = service.client().try_sign_in("accountant", PASSWORD).cookie(REFRESH).unwrap();
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn wrong_tries_wait_and_tell_nothing() {
    on_both_served(|county, service| {
        let client = service.client();
        let shape = |answer: &Answered| (answer.status, answer.text());
        let unknown = client.try_sign_in("nobody", PASSWORD);
        assert_eq!((unknown.status, unknown.code().as_str()), (401, "sign_in_refused"));
        for _ in 0..5 {
            assert_eq!(shape(&client.try_sign_in("checker", "wrong")), shape(&unknown));
        }
        assert_eq!(shape(&client.try_sign_in("checker", PASSWORD)), shape(&unknown), "the right one has to wait, too");
        assert_eq!(client.try_sign_in("accountant", PASSWORD).status, 200, "others do not");
        let wait = "SELECT wait_until FROM user_account WHERE login = 'checker'";
        let until = county.db.raw().int(wait);
        assert!(until > Context::new("").now(), "waiting has an end, which lies ahead");
        county.db.raw().transact("UPDATE user_account SET wait_until = 0 WHERE login = 'checker'").unwrap();
        assert_eq!(client.try_sign_in("checker", PASSWORD).status, 200);
    });
}

#[test]
fn what_is_no_sign_in_is_refused_for_its_form() {
    on_both_served(|_, service| {
        let client = service.client();
        let post = |body: &str| client.post_text("/session", &[], body);
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("[]", 422),
            ("{}", 422),
            (r#"{"login":"a","password":"b","role":"leader"}"#, 422),
            (r#"{"login":"a","login":"b","password":"b"}"#, 422),
            (r#"{"login":1,"password":"b"}"#, 422),
            (r#"{"login":"a\u0000","password":"b"}"#, 401),
        ] {
            let answer = post(body);
            assert_eq!(answer.status, status, "{body}: {}", answer.text());
            assert!(!answer.code().is_empty());
        }
        assert_eq!(post(&json!({ "login": "a".repeat(10_000), "password": "b" }).to_string()).status, 401);
        assert_eq!(post(&json!({ "login": "a", "password": "b".repeat(2 << 20) }).to_string()).code(), "too_large");
        let form = client.send("POST", "/session", &[("Content-Type", "text/plain")], Some(br#"{"login":"accountant","password":"x"}"#));
        assert_eq!(form.code(), "media_type", "what a form of another site can send");
    });
}

#[test]
fn too_many_requests_are_told_when_to_come_again() {
    let county = County::new(Db::Sqlite);
    let service = Service::start_with(&county.db, |config| (config.limits.per_second, config.limits.burst) = (1, 5));
    let client = service.client();
    let answers: Vec<Answered> = (0..8).map(|_| client.get("/account")).collect();
    let many: Vec<&Answered> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!many.is_empty() && answers[0].status == 401);
    assert_eq!(many[0].code(), "too_many");
    assert!(many[0].header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(client.get("/health").status, 200, "whoever looks after the service is not counted");
    // a client that says that it is another is still the same one
    let lying = client.send("GET", "/account", &[("X-Forwarded-For", "10.0.0.9")], None);
    assert_eq!(lying.status, 429);

    let service = Service::start_with(&county.db, |config| config.limits.sign_in_per_minute = 3);
    let tries: Vec<u16> = (0..5).map(|_| service.client().try_sign_in("leader", PASSWORD).status).collect();
    assert_eq!(tries, [200, 200, 200, 429, 429]);
}

/// What the letters of a shown secret stand for (RFC 4648, base 32).
fn secret(shown: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for sign in shown.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == sign).unwrap() as u32;
        (bits, held) = (bits << 5 | value, held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

#[test]
fn the_second_step_asks_for_a_code_that_counts_once() {
    on_both_served(|county, service| {
        let leader = service.signed_in("leader");
        let key = [("Idempotency-Key", "enrol-1")];
        let enrolled = leader.post_with("/account/totp", &key, &json!({}));
        let shown = enrolled.done()["facts"]["secret"].as_str().unwrap().to_string();
        let secret = secret(&shown);
        assert_eq!(totp::typed(&secret), shown);
        // what is shown once is shown once
        let again = leader.post_with("/account/totp", &key, &json!({}));
        assert_eq!(again.status, 200);
        assert!(!again.text().contains(&shown) && again.json()["repeated"] == true);
        let dump = county.db.raw().dump();
        assert!(!dump.contains(&shown), "an answer that is a secret is kept nowhere");

        let code = |steps: i64| totp::code_at(&secret, Context::new("").now() + steps * 30_000_000).unwrap();
        assert_eq!(leader.post("/account/totp/confirmation", &json!({ "code": "000000" })).code(), "wrong_code");
        assert_eq!(leader.post("/account/totp/confirmation", &json!({ "code": code(-1) })).status, 200);
        let asked = service.client().try_sign_in("leader", PASSWORD);
        assert_eq!((asked.status, asked.code().as_str()), (401, "second_step"));
        let with = |password: &str, code: &str| {
            service.client().post("/session", &json!({ "login": "leader", "password": password, "code": code }))
        };
        assert_eq!(with("wrong", &code(0)).code(), "sign_in_refused");
        let now = code(0);
        assert_eq!(with(PASSWORD, &now).status, 200);
        assert_eq!(with(PASSWORD, &now).code(), "sign_in_refused", "a code is used once");
        assert_eq!(with(PASSWORD, &code(1)).status, 200);
        // a reset takes it off with the password; whoever signs for it is shown the first secret
        let admin = service.signed_in("system_admin");
        let asked = admin.post("/users/leader/reset", &json!({ "reason": "换手机" })).done()["facts"]["proposal"].as_i64().unwrap();
        assert_eq!(service.client().try_sign_in("leader", PASSWORD).code(), "second_step", "not yet");
        let signer = service.signed_in("security_admin");
        let reset = signer.post_with(&format!("/proposals/{asked}/signature"), &[("Idempotency-Key", "reset-1")], &json!({}));
        let facts = reset.done()["facts"].as_object().unwrap().clone();
        let lets_in = |text: &&str| service.client().try_sign_in("leader", text).status == 200;
        let first = facts.values().filter_map(|fact| fact.as_str()).find(lets_in).map(str::to_string);
        let first = first.expect("the first secret lets in");
        assert!(!county.db.raw().dump().contains(&first));
    });
}
