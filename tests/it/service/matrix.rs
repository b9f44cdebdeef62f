//! The matrix of refusals, generated: each shipped role before each operation, by each way in. 403 stands exactly where the door
//! says no; who has not signed in gets 401; who must change the password gets nothing but that.

use crate::support::service::{Answered, Client, County, Service, encoded, on_both_served};
use sunledger::app::Context;
use sunledger::app::access::signin;
use sunledger::domain::access::{Principal, shipped_roles};
use sunledger::service::{Method, Operation, Param, ParamKind, Place, catalogue, door};

/// A way in: its name and how it is asked for an operation; `None` where it does not offer it.
type Way = (&'static str, fn(&Client, &'static Operation) -> Option<Answered>);

const WAYS: &[Way] = &[
    ("api", |client, operation| Some(by_api(client, operation))),
    ("page", by_page),
    ("form", |client, operation| has_form(operation).then(|| client.page("GET", &form(operation), None))),
    // a field that no form has: what may be sent is refused for it, so that nothing is done
    ("form sent", |client, operation| has_form(operation).then(|| client.page("POST", &form(operation), Some("nothing=1")))),
];

/// Asks with values of the right form that name nothing there is, and with no body: what may be asked is refused for its
/// content, so that nothing is done.
fn by_api(client: &Client, operation: &'static Operation) -> Answered {
    let body = if operation.method == Method::Get { None } else { Some(&b"{\"nothing\":1}"[..]) };
    client.send(operation.method.name(), &address(operation), &[("Content-Type", "application/json")], body)
}

/// The page at which an operation that reads stands.
fn by_page(client: &Client, operation: &'static Operation) -> Option<Answered> {
    (operation.method == Method::Get).then(|| client.page("GET", &address(operation), None))
}

fn has_form(operation: &Operation) -> bool {
    operation.method.writes() || operation.is_job()
}

fn form(operation: &Operation) -> String {
    format!("/do/{}", operation.id)
}

fn address(operation: &Operation) -> String {
    let mut path = operation.path.to_string();
    for param in operation.params_in(Place::Path) {
        path = path.replace(&format!("{{{}}}", param.name), &encoded(&dummy(param)));
    }
    let asked: Vec<String> = operation
        .params_in(Place::Query)
        .filter(|param| param.required)
        .map(|param| format!("{}={}", param.name, encoded(&dummy(param))))
        .collect();
    if !asked.is_empty() {
        path = format!("{path}?{}", asked.join("&"));
    }
    path
}

fn dummy(param: &Param) -> String {
    match param.kind {
        ParamKind::Int(least, most) => 987_654.clamp(least, most).to_string(),
        ParamKind::Year => "2018".into(),
        ParamKind::Month => "2018-03".into(),
        ParamKind::Date => "2018-03-05".into(),
        ParamKind::Money => "1.00".into(),
        ParamKind::Flag => "false".into(),
        ParamKind::Choice(choices) => choices[0].0.into(),
        ParamKind::Ints(least, _) => least.to_string(),
        _ => "没有的".into(),
    }
}

fn principal(county: &County, service: &Service, client: &Client) -> Principal {
    let token = client.token.as_deref().unwrap();
    let claims = service.tokens().check(token, Context::new("").now() / 1_000_000).unwrap();
    signin::principal(&mut county.db.bureau(), &Context::new(""), claims.sid).unwrap().unwrap()
}

#[test]
fn each_role_is_refused_exactly_what_it_may_not() {
    on_both_served(|county, service| {
        let (mut refused, mut let_in) = (0, 0);
        for role in shipped_roles() {
            let client = service.signed_in(&role.code);
            let who = principal(county, service, &client);
            assert_eq!(who.roles, std::slice::from_ref(&role.code));
            for operation in catalogue::all() {
                for (way, ask) in WAYS {
                    let Some(answer) = ask(&client, operation) else { continue };
                    let what = format!("{way}: {} asks {}: {} {}", role.code, operation.id, answer.status, answer.text());
                    assert!(answer.status < 500, "{what}");
                    let may = door::may(&who, operation);
                    assert_eq!(answer.status != 403, may, "{what}");
                    if may {
                        let_in += 1
                    } else {
                        refused += 1
                    }
                    match *way {
                        "api" if !may => assert_eq!(answer.code(), "forbidden", "{what}"),
                        "api" => {}
                        _ if answer.status >= 400 => says_so(&answer, &what),
                        _ => assert_eq!(answer.status, 200, "{what}"),
                    }
                }
            }
        }
        assert!(refused > 500 && let_in > 500, "{refused} refused, {let_in} let in: the matrix has both");
    });
}

/// A refusal to a browser is a page of ours, in Chinese.
fn says_so(answer: &Answered, what: &str) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{what}");
    let text = answer.text();
    assert!(text.contains("lang=\"zh-CN\"") && text.contains("role=\"alert\""), "{what}");
    assert!(answer.status != 403 || text.contains("编号 403"), "{what}");
}

#[test]
fn nobody_is_let_in_without_a_token_nor_with_a_first_secret() {
    on_both_served(|_, service| {
        let (nobody, fresh) = (service.client(), service.signed_in("new"));
        for operation in catalogue::all() {
            let answer = by_api(&nobody, operation);
            assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{}", operation.id);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            let due = by_api(&fresh, operation);
            if operation.feature() == "account" {
                assert_ne!(due.status, 403, "{}: {}", operation.id, due.text());
            } else {
                assert_eq!((due.status, due.code().as_str()), (403, "password_due"), "{}", operation.id);
            }
            for (way, ask) in &WAYS[1..] {
                let Some(answer) = ask(&nobody, operation) else { continue };
                assert_eq!(answer.status, 303, "{way}: {}", operation.id);
                assert!(answer.header("location").starts_with("/sign-in"), "{way}: {} {}", operation.id, answer.header("location"));
                let due = ask(&fresh, operation).unwrap();
                if operation.feature() == "account" {
                    assert!(due.status != 403 && due.status < 500, "{way}: {} {}", operation.id, due.text());
                } else {
                    assert_eq!((due.status, due.header("location")), (303, "/account/password"), "{way}: {}", operation.id);
                }
            }
        }
    });
}

#[test]
fn no_operation_is_reached_by_another_method_or_spelling() {
    on_both_served(|_, service| {
        let client = service.signed_in("accountant");
        for (method, path) in [("TRACE", "/batches"), ("DELETE", "/batches"), ("PUT", "/account"), ("PATCH", "/account")] {
            let answer = client.send(method, path, &[], None);
            assert_eq!((answer.status, answer.code().as_str()), (405, "method"), "{method} {path}");
            assert!(answer.header("allow").contains("GET"));
        }
        for path in ["/BATCHES", "/batches/", "//batches", "/nothing", "/../v1/batches"] {
            assert_eq!(client.get(path).status, 404, "{path}");
        }
    });
}
