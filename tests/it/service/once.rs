//! Idempotency-Key: the same request once, whoever sends it again, however many at the same moment and to however many services.

use crate::support::county::{BATCH_HEAD, batch_lines, count};
use crate::support::service::{Service, on_both_served};
use serde_json::json;
use std::sync::Barrier;
use sunledger::app::access::requests;

#[test]
fn the_same_key_gives_the_same_answer_once() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let unit = |name: &str| json!({ "code": "U88", "name": name, "kind": "乡镇" });
        let key = [("Idempotency-Key", "k-1")];
        let first = client.post_with("/rows/units", &key, &unit("示镇"));
        assert_eq!(first.status, 200, "{}", first.text());
        let again = client.post_with("/rows/units", &key, &unit("示镇"));
        assert_eq!((again.status, again.text()), (200, first.text()), "word for word");
        let other = client.post_with("/rows/units", &key, &unit("另一镇"));
        assert_eq!((other.status, other.code().as_str()), (409, "key_reused"));
        let elsewhere = client.post_with("/rows/regions", &key, &json!({ "code": "469007100202", "name": "示村", "level": "村" }));
        assert_eq!(elsewhere.code(), "key_reused", "the operation is part of what is asked");
        // a key is each person's own
        let checker = service.signed_in("checker");
        assert_ne!(checker.post_with("/account/totp/confirmation", &key, &json!({ "code": "1" })).code(), "key_reused");
        // what was refused may be mended and sent again under its key
        let key = [("Idempotency-Key", "k-2")];
        assert_eq!(client.post_with("/rows/units", &key, &json!({ "code": "U89", "name": "示镇" })).status, 422);
        assert_eq!(client.post_with("/rows/units", &key, &unit("示镇二")).status, 200);
        let long = "k".repeat(101);
        for bad in ["", "含中文", "a b", long.as_str()] {
            let answer = client.post_with("/rows/units", &[("Idempotency-Key", bad)], &unit("示镇三"));
            assert_eq!(answer.code(), "invalid", "{bad}");
        }
        let name = "SELECT COUNT(*) FROM unit WHERE book = $1 AND name = '示镇三'";
        assert_eq!(count(&mut county.db.bureau(), name), 0);
    });
}

#[test]
fn of_racers_with_one_key_one_does_it_and_all_hear_the_same() {
    on_both_served(|county, service| {
        let second = Service::start(&county.db);
        let clients = [service.signed_in("system_admin"), second.signed_in("system_admin")];
        for round in 0..3 {
            let ready = Barrier::new(8);
            let body = json!({ "login": format!("racer{round}"), "name": "示选手" });
            let key = format!("race-{round}");
            let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
                let racers: Vec<_> = (0..8)
                    .map(|n| {
                        let (client, ready, body, key) = (&clients[n % 2], &ready, &body, key.as_str());
                        scope.spawn(move || {
                            ready.wait();
                            let answer = client.post_with("/users", &[("Idempotency-Key", key)], body);
                            (answer.status, answer.text())
                        })
                    })
                    .collect();
                racers.into_iter().map(|racer| racer.join().unwrap()).collect()
            });
            assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
            let fresh = answers.iter().filter(|(_, text)| text.contains("\"repeated\":false")).count();
            assert_eq!(fresh, 1, "one was told the first secret: {answers:?}");
        }
        let made = count(&mut county.db.bureau(), "SELECT COUNT(*) FROM user_account WHERE book = $1 AND name = '示选手'");
        assert_eq!(made, 3);
        let logged = count(
            &mut county.db.bureau(),
            "SELECT COUNT(*) FROM access_log WHERE book = $1 AND operation = 'user.create' AND outcome = 'done' AND person > 0",
        );
        assert_eq!(logged, 3, "the acts of the others were taken back whole");
    });
}

#[test]
fn an_act_whose_answer_was_lost_is_not_done_again() {
    on_both_served(|county, service| {
        let client = service.signed_in("accountant");
        let unit = json!({ "code": "U90", "name": "示乡", "kind": "乡镇" });
        let key = [("Idempotency-Key", "lost")];
        assert_eq!(client.post_with("/rows/units", &key, &unit).status, 200);
        // as a crash between the act and its answer leaves it
        county.db.raw().transact("UPDATE request SET status = NULL, answer = NULL WHERE key = 'lost'").unwrap();
        let again = client.post_with("/rows/units", &key, &unit);
        assert_eq!(again.status, 200, "{}", again.text());
        assert_eq!(again.json()["repeated"], true);
        assert_eq!(client.post_with("/rows/units", &key, &json!({ "code": "U91", "name": "示乡", "kind": "乡镇" })).code(), "key_reused");
        let sql = "SELECT COUNT(*) FROM access_log WHERE book = $1 AND operation = 'row.units' AND outcome = 'done'";
        assert_eq!(count(&mut county.db.bureau(), sql), 1);
        let person = county.db.raw().int("SELECT id FROM user_account WHERE login = 'accountant'");
        let seen = requests::seen(&mut county.db.bureau(), person, "never", &[0; 32]).unwrap();
        assert_eq!(seen, requests::Seen::New);
    });
}

#[test]
fn an_upload_sent_again_is_the_same_job() {
    on_both_served(|county, service| {
        let maker = service.signed_in("accountant");
        let text = format!("{BATCH_HEAD}{}", batch_lines("PC01", &county.people[..2]));
        let key = [("Idempotency-Key", "upload")];
        let send = |text: &str| maker.upload("/imports/batch", &key, "清册.csv", text.as_bytes(), &[]);
        let (first, again) = (send(&text), send(&text));
        assert_eq!((first.status, again.status), (202, 202));
        assert_eq!(first.json(), again.json());
        assert_eq!(send(&text.replace("150.00", "100.00")).code(), "key_reused");
        let (state, result) = maker.outcome(first.json()["job"].as_i64().unwrap());
        assert_eq!(state, "done", "{result}");
        assert_eq!(count(&mut county.db.bureau(), "SELECT COUNT(*) FROM job WHERE book = $1"), 1);
        // under another key it is another request, and the file has been taken before
        let third = maker.upload("/imports/batch", &[("Idempotency-Key", "other")], "清册.csv", text.as_bytes(), &[]);
        let (state, result) = maker.outcome(third.json()["job"].as_i64().unwrap());
        assert_eq!((state.as_str(), &result["repeated"]), ("done", &json!(true)));
        assert_eq!(count(&mut county.db.bureau(), "SELECT COUNT(*) FROM batch WHERE book = $1"), 1);
    });
}
