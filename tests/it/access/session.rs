//! Signing in and staying so.

use super::*;
use crate::support::on_both;
use sunledger::app::access::signin::{principal, refresh, sign_out, touch};
use sunledger::app::access::{log, sessions, users};
use sunledger::app::vault::DataKey;
use sunledger::domain::access::totp;

fn outcomes(bureau: &mut Bureau, operation: &str) -> Vec<String> {
    let filter = log::LogFilter { operation: operation.into(), ..log::LogFilter::default() };
    let mut rows = log::list(bureau, &filter, None, 100).unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.outcome).collect()
}

#[test]
fn a_first_secret_lets_in_once_to_change_it_and_expires() {
    on_both(|db| {
        let mut bureau = db.bureau();
        let secret = new_user(&mut bureau, "Zhao", "赵示一");
        let signed_in = enter(&mut bureau, 0, " ZHAO ", &secret).unwrap();
        assert!(signed_in.principal.must_change_password, "a first secret must be changed");
        assert_eq!(refused(enter(&mut bureau, 73 * HOUR, "zhao", &secret)), "first_secret_expired");

        let session = signed_in.principal.session;
        let change =
            |bureau: &mut Bureau, old: &str, new: &str| account::change_password(bureau, &ctx("赵示一"), "zhao", session, old, new);
        assert_eq!(refused(change(&mut bureau, "wrong", PASSWORD)), "wrong_password");
        assert_eq!(refused(change(&mut bureau, &secret, "Fupin2018")), "password");
        assert_eq!(refused(change(&mut bureau, &secret, &secret)), "password", "not the same again");
        let other = enter(&mut bureau, 0, "zhao", &secret).unwrap().principal.session;
        change(&mut bureau, &secret, PASSWORD).unwrap();
        assert!(!principal(&mut bureau, &later(0), session).unwrap().unwrap().must_change_password);
        assert_eq!(principal(&mut bureau, &later(0), other).unwrap(), None, "other sessions end");
        assert_eq!(refused(enter(&mut bureau, 0, "zhao", &secret)), "sign_in_refused");
        assert!(enter(&mut bureau, 73 * HOUR, "zhao", PASSWORD).is_ok(), "one's own password does not expire as shipped");
        assert_eq!(refused(change(&mut bureau, PASSWORD, &secret)), "password", "an earlier one may not come again");
    });
}

#[test]
fn wrong_tries_wait_and_nobody_is_locked_out_for_good() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        for _ in 0..5 {
            assert_eq!(refused(enter(&mut bureau, 0, "zhao", "wrong")), "sign_in_refused");
        }
        assert_eq!(refused(enter(&mut bureau, 29 * SECOND, "zhao", PASSWORD)), "sign_in_refused", "30 s to wait, even with the right one");
        assert_eq!(refused(enter(&mut bureau, 30 * SECOND, "zhao", "wrong")), "sign_in_refused");
        assert_eq!(refused(enter(&mut bureau, 89 * SECOND, "zhao", PASSWORD)), "sign_in_refused", "then 60 s");
        assert!(enter(&mut bureau, 90 * SECOND, "zhao", PASSWORD).is_ok());
        assert!(enter(&mut bureau, 91 * SECOND, "zhao", PASSWORD).is_ok());
        assert_eq!(refused(enter(&mut bureau, 92 * SECOND, "zhao", "wrong")), "sign_in_refused");
        assert!(enter(&mut bureau, 92 * SECOND, "zhao", PASSWORD).is_ok(), "the count began anew");

        let logged = outcomes(&mut bureau, "session.sign_in");
        let wrong = "wrong_password";
        assert_eq!(logged, [wrong, wrong, wrong, wrong, wrong, "waiting", wrong, "waiting", "done", "done", wrong, "done"]);
    });
}

#[test]
fn an_unknown_login_gets_the_same_answer_and_is_not_written_down() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        let said = |outcome: Result<SignedIn, AppError>| outcome.unwrap_err().to_string();
        let (unknown, wrong) = (enter(&mut bureau, 0, "hunter2-my-password", "x"), enter(&mut bureau, 0, "zhao", "x"));
        assert_eq!(said(unknown), said(wrong));
        users::disable(&mut bureau, &later(0), "zhao", "调离").unwrap();
        assert_eq!(said(enter(&mut bureau, 0, "zhao", PASSWORD)), said(enter(&mut bureau, 0, "nobody", "x")));
        let dump = format!("{:?}", db.raw().dump());
        assert!(!dump.contains("hunter2"), "what is typed for an unknown login may be a password");
        assert!(!dump.contains(PASSWORD));
        users::enable(&mut bureau, &later(0), "zhao", "回来").unwrap();
        assert!(enter(&mut bureau, 0, "zhao", PASSWORD).is_ok());
    });
}

#[test]
fn a_code_is_taken_once() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        let keys = tempfile::tempdir().unwrap();
        assert_eq!(refused(account::enrol(&mut bureau, &ctx("赵示一"), "zhao")), "no_data_key");
        bureau.data_key = Some(DataKey::open_or_create(&keys.path().join("data.key")).unwrap());
        let enrolment = account::enrol(&mut bureau, &ctx("赵示一"), "zhao").unwrap();
        assert!(enter(&mut bureau, 0, "zhao", PASSWORD).is_ok(), "not in force before it is confirmed");
        let hex = db.raw().rows("SELECT totp FROM user_account WHERE login = 'zhao'").remove(0).remove(0);
        let hex = hex.trim_start_matches("\\x");
        let sealed: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        let user = db.raw().rows("SELECT id FROM user_account WHERE login = 'zhao'").remove(0).remove(0);
        let about = format!("totp {} {user}", bureau.book.code);
        let secret = bureau.data_key.as_ref().unwrap().open(&about, &sealed).unwrap();
        assert_eq!(totp::typed(&secret), enrolment.secret);
        assert!(!sealed.windows(20).any(|part| part == secret), "it stands nowhere as it is");
        let code = |when: i64| totp::code_at(&secret, NOW + when).unwrap();
        assert_eq!(refused(account::confirm(&mut bureau, &ctx("赵示一"), "zhao", "000000")), "wrong_code");
        account::confirm(&mut bureau, &ctx("赵示一"), "zhao", &code(0)).unwrap();

        assert_eq!(refused(enter(&mut bureau, 0, "zhao", PASSWORD)), "second_step");
        assert_eq!(refused(enter_with(&mut bureau, 0, "zhao", "wrong", Some(&code(MINUTE)))), "sign_in_refused");
        assert_eq!(refused(enter_with(&mut bureau, 0, "zhao", PASSWORD, Some(&code(0)))), "sign_in_refused", "used when it was confirmed");
        assert!(enter_with(&mut bureau, MINUTE, "zhao", PASSWORD, Some(&code(MINUTE))).is_ok());
        assert_eq!(refused(enter_with(&mut bureau, MINUTE, "zhao", PASSWORD, Some(&code(MINUTE)))), "sign_in_refused", "once");
        assert!(enter_with(&mut bureau, 2 * MINUTE, "zhao", PASSWORD, Some(&code(2 * MINUTE))).is_ok());

        let key = bureau.data_key.replace(DataKey::open_or_create(&keys.path().join("other.key")).unwrap());
        let lost = enter_with(&mut bureau, 3 * MINUTE, "zhao", PASSWORD, Some(&code(3 * MINUTE)));
        assert_eq!(refused(lost), "second_step_lost", "another key opens nothing, and nobody is let in without the code");
        bureau.data_key = key;

        assert_eq!(refused(account::remove(&mut bureau, &later(2 * MINUTE), "zhao", "wrong")), "wrong_password");
        account::remove(&mut bureau, &later(2 * MINUTE), "zhao", PASSWORD).unwrap();
        assert!(enter(&mut bureau, 2 * MINUTE, "zhao", PASSWORD).is_ok());
    });
}

#[test]
fn a_refresh_token_is_replaced_and_an_old_one_ends_the_session() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        let first = enter(&mut bureau, 0, "zhao", PASSWORD).unwrap();
        let session = first.principal.session;
        let again = |bureau: &mut Bureau, when: i64, token: &str| refresh(bureau, &later(when), token, &origin());
        let second = again(&mut bureau, MINUTE, &first.refresh).unwrap();
        assert_ne!(first.refresh, second.refresh);
        assert_eq!((second.principal.session, second.ends_at), (session, first.ends_at));
        let parallel = again(&mut bureau, MINUTE + 10 * SECOND, &first.refresh).unwrap();
        assert_eq!(parallel.principal.session, session, "requests of one page that came together");
        let third = again(&mut bureau, 2 * MINUTE, &second.refresh).unwrap();
        assert_eq!(refused(again(&mut bureau, 3 * MINUTE, &first.refresh)), "session_ended");
        assert_eq!(refused(again(&mut bureau, 3 * MINUTE, &third.refresh)), "session_ended", "the newest ends with it");
        assert_eq!(refused(again(&mut bureau, 3 * MINUTE, &parallel.refresh)), "session_ended");
        assert_eq!(refused(again(&mut bureau, 3 * MINUTE, "made up")), "session_ended");
        assert_eq!(principal(&mut bureau, &later(3 * MINUTE), session).unwrap(), None);
        assert_eq!(outcomes(&mut bureau, "session.refresh"), ["token_reused"]);
        let dump = format!("{:?}", db.raw().dump());
        assert!(!dump.contains(&first.refresh) && !dump.contains(&third.refresh), "tokens are kept by digest");
    });
}

#[test]
fn a_session_ends_when_idle_in_any_case_and_by_its_owner() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        let session = enter(&mut bureau, 0, "zhao", PASSWORD).unwrap().principal.session;
        let stands = |bureau: &mut Bureau, when: i64, session: i64| principal(bureau, &later(when), session).unwrap().is_some();
        assert!(stands(&mut bureau, 30 * MINUTE, session));
        assert!(!stands(&mut bureau, 30 * MINUTE + 1, session), "30 minutes idle");
        for at in (1..=24).map(|half| half * 29 * MINUTE) {
            touch(&mut bureau, &[(session, later(at).now())]).unwrap();
        }
        assert!(stands(&mut bureau, 12 * HOUR - 1, session));
        assert!(!stands(&mut bureau, 12 * HOUR, session), "12 hours in any case");

        let other = enter(&mut bureau, 0, "zhao", PASSWORD).unwrap();
        let before = db.raw().dump();
        touch(&mut bureau, &[(other.principal.session, later(31 * MINUTE).now()), (session, later(12 * HOUR).now())]).unwrap();
        touch(&mut bureau, &[(other.principal.session, later(-SECOND).now())]).unwrap();
        assert!(before == db.raw().dump(), "one that was idle too long or has ended stays so, and no use takes back a later one");
        sign_out(&mut bureau, &later(MINUTE), other.principal.session).unwrap();
        sign_out(&mut bureau, &later(MINUTE), other.principal.session).unwrap();
        assert!(!stands(&mut bureau, MINUTE, other.principal.session));
        assert_eq!(refused(refresh(&mut bureau, &later(MINUTE), &other.refresh, &origin())), "session_ended");
        assert_eq!(outcomes(&mut bureau, "session.sign_out"), ["done"], "the second time nothing happened");
    });
}

#[test]
fn sessions_are_listed_and_ended_at_once() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        settled_user(&mut bureau, "qian", "钱示二");
        let (zhao, qian) =
            (enter(&mut bureau, 0, "zhao", PASSWORD).unwrap().principal, enter(&mut bureau, 0, "qian", PASSWORD).unwrap().principal);
        assert_eq!(sessions::list(&mut bureau, &later(0), None, true).unwrap().len(), 2);
        let foreign = sessions::end(&mut bureau, &ctx("钱示二"), zhao.session, Some(qian.user), "");
        assert_eq!(refused(foreign), "no_session", "another's session does not exist");
        sessions::end(&mut bureau, &later(0), zhao.session, None, "疑似盗用").unwrap();
        assert_eq!(principal(&mut bureau, &later(0), zhao.session).unwrap(), None);
        users::disable(&mut bureau, &later(0), "qian", "调离").unwrap();
        assert_eq!(principal(&mut bureau, &later(0), qian.session).unwrap(), None, "disabled at once");
        assert!(sessions::list(&mut bureau, &later(0), None, true).unwrap().is_empty());
        let all = sessions::list(&mut bureau, &later(0), Some("zhao"), false).unwrap();
        assert!(all[0].ended.ends_with("管理示：疑似盗用"), "{}", all[0].ended);
        let secret = users::reset_password(&mut bureau, &later(0), "zhao", None).unwrap().secret.unwrap();
        assert_eq!(refused(enter(&mut bureau, 0, "zhao", PASSWORD)), "sign_in_refused");
        assert!(enter(&mut bureau, 0, "zhao", &secret).unwrap().principal.must_change_password);
    });
}
