//! Two persons for one piece of money, by HTTP: not one with two accounts, not maker and checker in one, not out of order, and
//! of a hundred who sign at the same moment one wins.

use super::{batch, sign};
use crate::support::county::{assert_holds, count};
use crate::support::service::on_both_served;
use serde_json::json;

#[test]
fn one_person_does_not_do_both_halves_whatever_account_they_use() {
    on_both_served(|county, service| {
        let (maker, twin) = (service.signed_in("accountant"), service.signed_in("twin"));
        let (checker, treasury) = (service.signed_in("checker"), service.signed_in("treasury"));
        batch(county, &maker, "PC01", 0);
        assert_eq!(sign(&twin, "PC01").code(), "maker_is_checker", "the maker's other account");
        assert_eq!(sign(&maker, "PC01").code(), "maker_is_checker");
        let on = json!({ "date": "2018-04-03" });
        let send = |who: &crate::support::service::Client| who.post("/batches/PC01/sending", &on);
        assert_eq!(send(&treasury).code(), "not_approved", "steps come in order");
        assert_eq!(send(&maker).code(), "forbidden");
        assert_eq!(sign(&checker, "PC01").done()["facts"]["state"], "approved");
        assert_eq!(send(&treasury).status, 200);
        assert_eq!(maker.post("/batches/PC01/cancellation", &on).status, 409, "it has been sent");
        // many at once holds to the same
        batch(county, &maker, "PC02", 2);
        let bulk = twin.post("/approvals", &json!({ "batches": ["PC02"], "date": "2018-04-03" })).done();
        assert!(bulk.to_string().contains("办成 0 件"), "{bulk}");
        assert_eq!(count(&mut county.db.bureau(), "SELECT COUNT(*) FROM batch_signature WHERE book = $1"), 1);
        assert_holds(&mut county.db.bureau());
    });
}

#[test]
fn money_that_others_must_sign_is_not_moved_before() {
    on_both_served(|county, service| {
        let (maker, twin) = (service.signed_in("accountant"), service.signed_in("twin"));
        let checker = service.signed_in("checker");
        let fund = json!({
            "doc_no": "琼财〔2018〕9号", "name": "省级专项", "level": "省", "category": "财政专项扶贫资金", "year": 2018,
            "amount": "1000.00", "received": "2018-03-20", "function": "2130505",
        });
        let asked = maker.post("/rows/budgets", &fund).done();
        let id = asked["facts"]["proposal"].as_i64().unwrap();
        let funds = || count(&mut county.db.bureau(), "SELECT COUNT(*) FROM fund WHERE book = $1 AND doc_no = '琼财〔2018〕9号'");
        assert_eq!((asked["facts"]["state"].as_str(), funds()), (Some("waiting"), 0));
        let path = format!("/proposals/{id}/signature");
        for (who, code) in [(&maker, "maker_is_checker"), (&twin, "maker_is_checker")] {
            assert_eq!(who.post(&path, &json!({})).code(), code);
        }
        assert_eq!(service.signed_in("township").post(&path, &json!({})).status, 404);
        assert_eq!(checker.post(&path, &json!({})).done()["facts"]["state"], "done");
        assert_eq!(funds(), 1);
        assert_holds(&mut county.db.bureau());
    });
}

#[test]
fn of_a_hundred_signatures_at_once_one_counts() {
    on_both_served(|county, service| {
        let maker = service.signed_in("accountant");
        batch(county, &maker, "PC01", 0);
        let checkers = [service.signed_in("checker"), service.signed_in("checker2")];
        let ready = std::sync::Barrier::new(100);
        let told: Vec<(u16, String)> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..100)
                .map(|n| {
                    let (checker, ready) = (&checkers[n % 2], &ready);
                    scope.spawn(move || {
                        ready.wait();
                        let answer = sign(checker, "PC01");
                        (answer.status, answer.text())
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        let fresh = told.iter().filter(|(status, text)| *status == 200 && text.contains("\"repeated\":false")).count();
        assert_eq!(fresh, 1, "{told:?}");
        assert!(told.iter().all(|(status, _)| matches!(status, 200 | 409 | 422)), "{told:?}");
        let mut bureau = county.db.bureau();
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch_signature WHERE book = $1"), 1);
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch_stage WHERE book = $1 AND stage = 'approved'"), 1);
        assert_holds(&mut bureau);
    });
}

#[test]
fn months_close_and_open_by_those_who_may_and_with_a_reason() {
    on_both_served(|_, service| {
        let (checker, accountant) = (service.signed_in("checker"), service.signed_in("accountant"));
        let close = |who: &crate::support::service::Client, month: &str| who.post(&format!("/periods/{month}/closing"), &json!({}));
        let reopen = |body: serde_json::Value| checker.post("/periods/2018-01/reopening", &body);
        assert_eq!(close(&accountant, "2018-01").code(), "forbidden");
        assert_eq!(close(&checker, "2018-01").status, 200);
        assert_eq!(close(&checker, "2018-01").done()["repeated"], true);
        assert_eq!(reopen(json!({})).code(), "invalid");
        assert_eq!(reopen(json!({ "reason": " " })).code(), "invalid");
        assert_eq!(reopen(json!({ "reason": "补记凭证" })).status, 200);
        assert!(matches!(close(&checker, "2018-13").status, 422), "no such month");
    });
}
