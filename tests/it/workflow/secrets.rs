//! A first secret that others must agree to: whoever asks for it never sees it, the last signer sees it once, and it is kept nowhere.

use super::support::{Office, number, person};
use crate::support::db::NOW;
use crate::support::on_both;
use sunledger::app::access::Origin;
use sunledger::app::access::signin::{SignIn, sign_in};
use sunledger::app::access::users::{NewUser, create};
use sunledger::app::{Bureau, Context};
use sunledger::service::Answer;

const FIRST: &str = "芒果树下三只白鹅过河";

fn enters(bureau: &mut Bureau, office: &Office, password: &str) -> Option<&'static str> {
    let origin = Origin { ip: "10.0.0.8".into(), agent: "浏览器".into() };
    let given = SignIn { login: "zhao", password, code: None, origin: &origin };
    sign_in(bureau, &Context::new("登录").at(office.now), &given).err().map(|error| error.code().unwrap())
}

#[test]
fn a_password_is_reset_by_two_and_shown_to_the_signer_alone() {
    on_both(|db| {
        let (office, mut bureau) = (Office::new(), db.bureau());
        create(&mut bureau, &Context::new("管理示").at(office.now), &NewUser { login: "zhao", name: "赵示一", password: Some(FIRST) })
            .unwrap();
        let maker = person("系统示", &["user.manage", "role.grant"]);
        let asked = office.done(&mut bureau, &maker, "user.reset", &[("login", "zhao"), ("reason", "忘记口令")]);
        assert!(!asked.facts.contains_key("secret"), "{asked:?}");
        assert_eq!(enters(&mut bureau, &office, FIRST), None, "nothing is reset before it is signed");
        let id = number(&asked);
        assert_eq!(office.refused(&mut bureau, &maker, "proposal.sign", &[("proposal", &id)]), "maker_is_checker");

        let signer = person("安全示", &["role.grant"]);
        let signed = office.done(&mut bureau, &signer, "proposal.sign", &[("proposal", &id)]);
        assert!(Answer::Done(signed.clone()).shows_secret());
        let secret = signed.facts["secret"].as_str().unwrap().to_string();
        assert!(secret.len() >= 12 && signed.messages.iter().any(|said| said.contains(&secret)), "{:?}", signed.messages);
        assert_eq!(enters(&mut bureau, &office, FIRST), Some("sign_in_refused"));
        assert_eq!(enters(&mut bureau, &office, &secret), None);

        let again = office.done(&mut bureau, &signer, "proposal.sign", &[("proposal", &id)]);
        assert!(again.repeated && !again.facts.contains_key("secret"), "shown once: {again:?}");
        let shown = format!("{:?}", office.enter(&mut bureau, &maker, "proposal.show", &[("proposal", &id)]).unwrap());
        assert!(!shown.contains(&secret) && !format!("{:?}", db.raw().rows("SELECT result, reason FROM proposal_event")).contains(&secret));
        assert!(office.now > NOW);
    });
}

/// Several at once: the summary tells each secret, and says that it does, so that no receipt is kept.
#[test]
fn signed_in_bulk_the_secret_is_told_as_such() {
    on_both(|db| {
        let (office, mut bureau) = (Office::new(), db.bureau());
        create(&mut bureau, &Context::new("管理示").at(office.now), &NewUser { login: "zhao", name: "赵示一", password: Some(FIRST) })
            .unwrap();
        let asked = office.done(&mut bureau, &person("系统示", &["user.manage"]), "user.reset", &[("login", "zhao"), ("reason", "忘记")]);
        let given = [("proposals", &*number(&asked))];
        let answer = office.enter(&mut bureau, &person("安全示", &["role.grant"]), "approval.bulk", &given).unwrap();
        assert!(answer.shows_secret(), "{answer:?}");
    });
}
