//! Objects of others: word for word as if they did not exist, in looks, acts, lists, counts, sums and choices.

use super::batch;
use crate::support::county::{BATCH_HEAD, batch_lines};
use crate::support::service::{encoded, on_both_served};
use serde_json::json;
use sunledger::service::{Method, Place, Reach, Thing, catalogue};

/// What lies outside the scope of a login, and a key that nothing has.
fn foreign(login: &str, thing: Thing) -> Option<(&'static str, &'static str)> {
    match (login, thing) {
        ("township", Thing::Batch) => Some(("PC01", "PC99")),
        ("township", Thing::Unit) => Some(("D01", "D99")),
        ("department", Thing::Unit) => Some(("D02", "D99")),
        ("department", Thing::Project) => Some(("XM01", "XM99")),
        (_, Thing::Household) => Some(("D0001", "D9999")),
        (_, Thing::Region) => Some(("469007100201", "469007100999")),
        (_, Thing::Fund) => Some(("琼财农〔2018〕1号", "琼财农〔2018〕9号")),
        (_, Thing::Voucher) => Some(("1", "99999")),
        _ => None,
    }
}

#[test]
fn what_lies_outside_is_answered_as_what_is_not_there() {
    on_both_served(|county, service| {
        batch(county, &service.signed_in("accountant"), "PC01", 0);
        let (mut looked, mut acted) = (0, 0);
        for login in ["township", "department"] {
            let client = service.signed_in(login);
            for operation in catalogue::all() {
                let Reach::Of(thing, name) = operation.reach else { continue };
                let Some((there, missing)) = foreign(login, thing) else { continue };
                let placed = operation.params_in(Place::Path).any(|param| param.name == name);
                if !placed || operation.takes_files() || operation.params_in(Place::Path).count() > 1 {
                    continue;
                }
                let fields = operation.params_in(Place::Body).filter(|param| param.required);
                let body: serde_json::Map<_, _> = fields.filter_map(|param| Some((param.name.to_string(), value(param.kind)?))).collect();
                let body = serde_json::Value::Object(body).to_string();
                let ask = |key: &str| {
                    let path = operation.path.replace(&format!("{{{name}}}"), &encoded(key));
                    let body = operation.method.writes().then_some(body.as_bytes());
                    client.send(operation.method.name(), &path, &[("Content-Type", "application/json")], body)
                };
                let (other, none) = (ask(there), ask(missing));
                let what = format!("{login} {}: {}", operation.id, other.text());
                assert_eq!((other.status, &other.body), (none.status, &none.body), "{what} {}", none.text());
                if other.status == 404 {
                    if operation.method == Method::Get { looked += 1 } else { acted += 1 }
                } else {
                    assert!(matches!(other.status, 403 | 422), "{what}");
                }
            }
        }
        assert!(looked > 8 && acted > 5, "{looked} looks, {acted} acts");
    });
}

fn value(kind: sunledger::service::ParamKind) -> Option<serde_json::Value> {
    use sunledger::service::ParamKind::*;
    Some(match kind {
        Text(_) | Words(_) => json!("示"),
        Int(least, _) => json!(least),
        Money => json!("1.00"),
        Date => json!("2018-04-03"),
        Month => json!("2018-04"),
        Year => json!(2018),
        Flag => json!(false),
        Choice(choices) => json!(choices[0].0),
        Texts(_) => json!(["示"]),
        Ints(least, _) => json!([least]),
        Secret | File => return None,
    })
}

#[test]
fn lists_counts_sums_and_choices_know_nothing_of_others() {
    on_both_served(|county, service| {
        let (maker, town, department) = (service.signed_in("accountant"), service.signed_in("township"), service.signed_in("department"));
        let empty: Vec<_> = ["/batches", "/payments", "/batches?q=PC01"].map(|path| town.get(path).text()).into();
        batch(county, &maker, "PC01", 0);
        for (path, before) in ["/batches", "/payments", "/batches?q=PC01"].iter().zip(&empty) {
            assert_eq!(&town.get(path).text(), before, "{path}: the others' batch makes no difference");
        }
        let seen = department.get("/payments").done();
        assert_eq!((seen["count"].clone(), seen["totals"]["amount"].clone()), (json!(2), json!("300.00")), "{seen}");
        for operation in catalogue::all() {
            let open =
                operation.method == Method::Get && !operation.params.iter().any(|param| param.required || param.place == Place::Path);
            if !open || operation.is_job() {
                continue;
            }
            let answer = town.get(operation.path);
            assert!(answer.status < 500, "{}", operation.id);
            assert!(!answer.text().contains("PC01"), "{} tells of another's batch: {}", operation.id, answer.text());
        }
        // nor does what comes in reach further
        let text = format!("{BATCH_HEAD}{}", batch_lines("PC02", &county.people[2..4]));
        let sent = |unit: &str| {
            let (state, result) = town.uploaded("/imports/batch", "清册.csv", text.replace("D01", unit).as_bytes());
            assert_eq!(state, "failed", "{result}");
            result["errors"][0]["problem"].as_str().unwrap().replace(unit, "")
        };
        assert_eq!(sent("D01"), sent("D77"), "another's unit is none");
        assert_eq!(
            town.post("/approvals", &json!({ "batches": ["PC01"] })).text().replace("PC01", "PC99"),
            town.post("/approvals", &json!({ "batches": ["PC99"] })).text()
        );
    });
}
