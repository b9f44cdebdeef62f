//! Access tokens forged in every way that is known, sent to the running service; a good one, and what ends it at once.

use crate::support::service::{Client, PASSWORD, on_both_served};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::process::Command;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token signed by a key of ours or of anybody.
fn signed(key: &SigningKey, head: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", part(head), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes()).to_bytes());
    format!("{text}.{signature}")
}

/// HMAC-SHA256 of another implementation than any of ours.
fn hs256(secret: &[u8], text: &str) -> String {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let program = "import hmac,hashlib,base64,sys;print(base64.urlsafe_b64encode(hmac.new(bytes.fromhex(sys.argv[1]),sys.argv[2].encode(),hashlib.sha256).digest()).rstrip(b'=').decode())";
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let made = Command::new(python).args(["-c", program, &hex, text]).output().unwrap();
    assert!(made.status.success());
    String::from_utf8(made.stdout).unwrap().trim().to_string()
}

fn with(value: &Value, name: &str, other: Value) -> Value {
    let mut value = value.clone();
    value[name] = other;
    value
}

#[test]
fn forged_tokens_open_nothing() {
    on_both_served(|_, service| {
        let client = service.signed_in("accountant");
        let token = client.token.clone().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let (head, claims) = (read(parts[0]), read(parts[1]));
        assert_eq!((head["alg"].as_str(), head["typ"].as_str()), (Some("EdDSA"), Some("at+jwt")));
        let kid = head["kid"].as_str().unwrap();
        let seed = std::fs::read(service.data.path().join("keys").join(format!("{kid}.key"))).unwrap();
        let ours = SigningKey::from_bytes(seed[..].try_into().unwrap());
        let public = ours.verifying_key();
        let as_given = |token: &str| {
            let mut forger = service.client();
            forger.token = Some(token.to_string());
            forger.get("/account")
        };
        assert_eq!(as_given(&signed(&ours, &head, &claims)).status, 200, "the forger's tools work");

        let foreign = SigningKey::from_bytes(&[9; 32]);
        let mut forged =
            vec![signed(&foreign, &head, &claims), format!("{}.{}.", parts[0], parts[1]), format!("{}.{}", parts[0], parts[1])];
        for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "ES256", "PS256"] {
            let text = format!("{}.{}", part(&with(&head, "alg", json!(alg))), part(&claims));
            forged.extend([format!("{text}."), format!("{text}.{}", parts[2])]);
        }
        let text = format!("{}.{}", part(&with(&head, "alg", json!("HS256"))), part(&claims));
        for secret in [&public.as_bytes()[..], URL_SAFE_NO_PAD.encode(public.as_bytes()).as_bytes(), b"", kid.as_bytes()] {
            forged.push(format!("{text}.{}", hs256(secret, &text)));
        }
        let now = claims["iat"].as_i64().unwrap();
        for (name, value) in [
            ("exp", json!(now - 1)),
            ("nbf", json!(now + 3600)),
            ("iss", json!("other")),
            ("aud", json!("other")),
            ("sub", json!("另一账套/1")),
            ("sid", json!(999_999)),
            ("exp", Value::Null),
            ("aud", Value::Null),
        ] {
            forged.push(signed(&ours, &head, &with(&claims, name, value)));
        }
        for (name, value) in [
            ("kid", json!("../../../../dev/null")),
            ("kid", json!("' OR '1'='1")),
            ("kid", json!("")),
            ("kid", json!(7)),
            ("kid", Value::Null),
            ("typ", json!("JWT")),
            ("typ", Value::Null),
        ] {
            forged.push(signed(&ours, &with(&head, name, value), &claims));
        }
        // a key that comes with the token is not believed
        let own = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(foreign.verifying_key().as_bytes()) });
        forged.push(signed(&foreign, &with(&head, "jwk", own), &claims));
        forged.push(signed(&foreign, &with(&with(&head, "kid", json!("x")), "jku", json!("http://127.0.0.1:1/keys")), &claims));
        // changed claims under the old signature
        forged.push(format!("{}.{}.{}", parts[0], part(&with(&claims, "sid", json!(1))), parts[2]));
        for token in &forged {
            let answer = as_given(token);
            assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{token}");
        }
        for header in ["Basic YTpi", "Bearer", "Bearer ", "bearer a b c"] {
            let answer = service.client().send("GET", "/account", &[("Authorization", header)], None);
            assert_eq!(answer.status, 401, "{header}");
        }
    });
}

fn is_in(client: &Client) -> bool {
    match client.get("/account").status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn what_ends_a_session_ends_its_token_at_once() {
    on_both_served(|county, service| {
        let admin = service.signed_in("system_admin");
        // its own end
        let accountant = service.signed_in("accountant");
        assert!(is_in(&accountant) && is_in(&accountant));
        assert_eq!(accountant.send("DELETE", "/session", &[], None).status, 204);
        assert!(!is_in(&accountant));
        assert_eq!(accountant.send("DELETE", "/session", &[], None).status, 401);
        // of two sessions the administrator ends one
        let (one, two) = (service.signed_in("accountant"), service.signed_in("accountant"));
        let number = |client: &Client| client.get("/account").json()["tables"][0]["rows"][0]["session"].clone();
        let (first, second) = (number(&one), number(&two));
        assert_ne!(first, second);
        assert_eq!(admin.post(&format!("/sessions/{first}/end"), &json!({ "reason": "离岗" })).status, 200);
        assert!(!is_in(&one) && is_in(&two));
        // a new password ends the others
        let three = service.signed_in("accountant");
        let words = json!({ "old_password": PASSWORD, "new_password": "示样-battery-staple-2019" });
        assert_eq!(three.post("/account/password", &words).status, 200);
        assert!(!is_in(&two) && is_in(&three));
        // a disabled user is out, and comes in again only when enabled
        assert_eq!(admin.post("/users/accountant/disabling", &json!({ "reason": "调离" })).status, 200);
        assert!(!is_in(&three));
        assert_eq!(service.client().try_sign_in("accountant", "示样-battery-staple-2019").status, 401);
        // a role taken back holds with the next request
        let checker = service.signed_in("checker");
        assert_eq!(checker.get("/batches").status, 200);
        let grant = county.db.raw().int("SELECT g.id FROM role_grant g JOIN user_account u ON u.id = g.person WHERE u.login = 'checker'");
        let security = service.signed_in("security_admin");
        assert_eq!(security.post(&format!("/grants/{grant}/revocation"), &json!({ "reason": "换岗" })).status, 200);
        assert_eq!(checker.get("/batches").code(), "forbidden");
        // a reset of the password, too
        let leader = service.signed_in("leader");
        let asked = admin.post("/users/leader/reset", &json!({ "reason": "遗忘" })).done()["facts"]["proposal"].as_i64().unwrap();
        assert!(is_in(&leader), "not before another has signed");
        assert_eq!(security.post(&format!("/proposals/{asked}/signature"), &json!({})).status, 200);
        assert!(!is_in(&leader));
    });
}
