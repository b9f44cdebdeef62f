//! Requests that a foreign page could make a browser send: what comes by cookie needs the session's own token; a bearer none.

use crate::support::service::on_both_served;
use serde_json::json;

#[test]
fn what_comes_by_cookie_needs_the_sessions_own_token() {
    on_both_served(|_, service| {
        let (mine, other) = (service.signed_in("accountant"), service.signed_in("checker"));
        let tokens = service.tokens();
        let now = sunledger::app::Context::new("").now() / 1_000_000;
        let csrf = |client: &crate::support::service::Client| tokens.csrf(tokens.check(client.token.as_deref().unwrap(), now).unwrap().sid);
        let cookie = format!("sunledger_access={}", mine.token.as_deref().unwrap());
        let browser = service.client();
        let send = |headers: &[(&str, &str)]| {
            let mut all = vec![("Cookie", cookie.as_str()), ("Content-Type", "application/json")];
            all.extend_from_slice(headers);
            browser.send("POST", "/account/totp/confirmation", &all, Some(json!({ "code": "000000" }).to_string().as_bytes()))
        };
        let (own, foreign) = (csrf(&mine), csrf(&other));
        assert_ne!(own, foreign);
        let cross = ("Sec-Fetch-Site", "cross-site");
        for headers in [
            &[][..],
            &[("X-CSRF-Token", "")],
            &[("X-CSRF-Token", foreign.as_str())],
            &[("X-CSRF-Token", own.as_str()), cross],
            &[("X-CSRF-Token", own.as_str()), ("Sec-Fetch-Site", "same-site")],
        ] {
            let answer = send(headers);
            assert_eq!((answer.status, answer.code().as_str()), (403, "csrf"), "{headers:?}");
        }
        let passed = send(&[("X-CSRF-Token", &own), ("Sec-Fetch-Site", "same-origin")]);
        assert_eq!(passed.code(), "totp_not_enrolled", "it has come to the operation");
        // looking needs no token; a bearer needs none either
        assert_eq!(browser.send("GET", "/account", &[("Cookie", &cookie)], None).status, 200);
        let bearer = mine.post_with("/account/totp/confirmation", &[cross], &json!({ "code": "000000" }));
        assert_eq!(bearer.code(), "totp_not_enrolled");
        // the cookie of the refresh secret alone, sent by another site
        let refresh = browser.send("POST", "/session/refresh", &[("Cookie", "sunledger_refresh=x"), cross], Some(b""));
        assert_eq!(refresh.code(), "csrf");
        let out = browser.send("DELETE", "/session", &[("Cookie", &cookie), cross], None);
        assert_eq!(out.code(), "csrf");
        // an Authorization header that says nothing does not make the cookie count
        let both = browser.send("GET", "/account", &[("Cookie", &cookie), ("Authorization", "Basic eA==")], None);
        assert_eq!(both.status, 401);
    });
}

#[test]
fn answers_cannot_be_framed_kept_or_misread() {
    on_both_served(|_, service| {
        let client = service.signed_in("accountant");
        for answer in [client.get("/account"), client.get("/nothing"), client.get("/batches"), client.get("/api/openapi.json")] {
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("cache-control", "no-store"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value);
            }
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
            assert!(answer.header("access-control-allow-origin").is_empty());
            assert_eq!(answer.header("x-request-id").len(), 24);
        }
    });
}
