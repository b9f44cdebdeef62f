//! The access log as acts by HTTP leave it: who, from where, what, with what outcome, in a chain that verifies; and no secret in
//! it or anywhere in the database.

use super::{batch, sign};
use crate::support::service::{PASSWORD, on_both_served};
use serde_json::{Value, json};

#[test]
fn every_act_and_every_look_at_full_data_leaves_a_row() {
    on_both_served(|county, service| {
        let (maker, checker, auditor) = (service.signed_in("accountant"), service.signed_in("checker"), service.signed_in("auditor"));
        let keeper = service.signed_in("log_admin");
        let rows = |operation: &str| -> Vec<Value> {
            let found = keeper.get(&format!("/log?operation={operation}&limit=200")).done();
            found["items"].as_array().unwrap().iter().rev().cloned().collect()
        };
        let told = |operation: &str| -> Vec<String> {
            rows(operation)
                .iter()
                .map(|row| {
                    format!("{} {} {}", row["name"].as_str().unwrap(), row["target"].as_str().unwrap(), row["outcome"].as_str().unwrap())
                })
                .collect()
        };
        batch(county, &maker, "PC01", 0);
        assert_eq!(told("import.batch").len(), 1);
        assert_eq!(told("job.create"), ["示会计 import.batch done"]);
        assert_eq!(sign(&maker, "PC01").code(), "maker_is_checker");
        assert_eq!(sign(&checker, "PC01").status, 200);
        assert_eq!(sign(&auditor, "PC01").status, 409);
        let signed = told("batch.sign");
        assert_eq!(signed[..2], ["示会计 PC01 maker_is_checker", "示复核 PC01 done"]);
        // turned away, in looks and in acts
        assert_eq!(checker.post("/batches/PC01/sending", &json!({})).code(), "forbidden");
        assert_eq!(checker.get("/users").code(), "forbidden");
        assert_eq!((told("batch.send"), told("user.list")), (vec!["示复核  forbidden".to_string()], vec!["示复核  forbidden".to_string()]));
        // full personal data, with a reason or not at all
        assert!(auditor.get("/persons?unmask=true").status == 409 && told("personal.unmask").is_empty());
        let shown = auditor.get("/persons?unmask=true&limit=1&reason=%E6%A0%B8%E5%AF%B9").done();
        assert!(!shown["items"][0]["id_no"].as_str().unwrap().contains('*'), "{shown}");
        let looks = rows("personal.unmask");
        assert_eq!((looks.len(), looks[0]["reason"].as_str(), looks[0]["name"].as_str()), (1, Some("核对"), Some("示审计")));
        assert!(looks[0]["target"].as_str().unwrap().contains('*'), "whom, and yet no full number: {looks:?}");
        assert_eq!(auditor.get("/persons?unmask=true&limit=1&reason=%E6%A0%B8%E5%AF%B9").status, 200);
        assert_eq!(rows("personal.unmask").len(), 2, "each time, not from memory");
        assert_eq!(checker.get("/persons?unmask=true&reason=x").status, 200);
        assert!(service.signed_in("township").get("/persons?unmask=true&reason=x").status >= 400);
        let all = keeper.get("/log?limit=500").done();
        for row in all["items"].as_array().unwrap().iter().filter(|row| row["user"] != 0 && row["session"] != 0) {
            assert!(row["ip"] == "127.0.0.1" && !row["name"].as_str().unwrap().is_empty(), "{row}");
        }
        let verdict = keeper.get("/log/verification").done();
        assert_eq!(verdict["tables"][0]["rows"][0]["holds"], "完整", "{verdict}");
    });
}

#[test]
fn no_secret_is_kept_anywhere() {
    on_both_served(|county, service| {
        let canary = "canary-示样-tanager-5417";
        let mut client = service.client();
        let answer = client.sign_in("accountant", PASSWORD);
        let refresh = answer.cookie("sunledger_refresh").unwrap().split(';').next().unwrap().to_string();
        service.client().try_sign_in("accountant", canary);
        service.client().try_sign_in(canary, canary);
        let key = [("Idempotency-Key", "canary")];
        client.post_with("/account/password", &key, &json!({ "old_password": canary, "new_password": canary }));
        client.post_with("/account/password", &key, &json!({ "old_password": PASSWORD, "new_password": canary }));
        client.get("/account");
        service.client().send("GET", "/account", &[("User-Agent", "x\u{9}y")], None);
        let dump = county.db.raw().dump();
        for secret in [canary, PASSWORD, refresh.as_str(), client.token.as_deref().unwrap()] {
            assert!(!dump.contains(secret), "{secret} stands in the database");
        }
        assert_eq!(service.client().try_sign_in("accountant", canary).status, 200, "it was the password all the same");
        let mut kept = std::fs::read_dir(service.data.path()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        while let Some(path) = kept.pop() {
            if path.is_dir() {
                kept.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!String::from_utf8_lossy(&bytes).contains(canary), "{}", path.display());
            }
        }
    });
}

#[test]
fn figures_and_health_tell_nothing_of_the_books() {
    on_both_served(|_, service| {
        let client = service.client();
        for path in ["/health", "/ready"] {
            let answer = client.get(path);
            assert_eq!(answer.status, 200, "{path}");
        }
        service.signed_in("accountant").get("/batches/PC-SECRET");
        let figures = client.get("/metrics");
        assert!(figures.status == 200 && figures.text().contains("sunledger_http_requests_total"));
        assert!(figures.text().contains("/api/v1/batches/{batch}") && !figures.text().contains("PC-SECRET"));
        assert_eq!(client.send("GET", "/metrics", &[("X-Forwarded-For", "10.0.0.1")], None).status, 404);
        assert_eq!(client.get("/api/docs/").status, 200);
        let described = client.get("/api/openapi.json").done();
        assert_eq!(described["openapi"], "3.1.0");
        assert!(!described.to_string().contains("127.0.0.1"));
    });
}
