//! Batches signed level by level: the shipped bands by the amount, a level set by data, return for correction, many at once.

use super::support::{Office, person, within};
use crate::support::county::{BATCH_HEAD, allocate, batch_lines, count, import, put, settle};
use crate::support::{TestDb, on_both};
use sunledger::app::payout::stage;
use sunledger::app::{Bureau, Context};
use sunledger::domain::access::Principal;
use sunledger::service::Answer;

/// Batches of two lines of 150.00 yuan, and level 2 needed from `band` yuan on.
fn reserved(db: &TestDb, office: &Office, band: &str, codes: &[&str]) -> Bureau {
    let people = settle(db, 2 * codes.len() as i64);
    allocate(db, 10_000, 100);
    let mut bureau = db.bureau();
    for (two, code) in people.chunks(2).zip(codes) {
        let path = put(office.dir.path(), code, &format!("{BATCH_HEAD}{}", batch_lines(code, two)));
        assert!(import(&mut bureau, "甲", "batch", &path).unwrap().accepted());
    }
    let level = [
        ("subject", "payout"),
        ("level", "2"),
        ("from_amount", band),
        ("permission", "payout.lead"),
        ("from", "2018-04-01"),
        ("source", "纪要"),
    ];
    let asked = office.done(&mut bureau, &person("戊", &["setting.write"]), "approval.set_level", &level);
    let id = asked.facts["proposal"].to_string();
    office.done(&mut bureau, &person("己", &["money.lead"]), "proposal.sign", &[("proposal", &id)]);
    bureau
}

fn checker(name: &str) -> Principal {
    person(name, &["payout.read", "payout.check"])
}

fn leader(name: &str) -> Principal {
    person(name, &["payout.read", "payout.lead"])
}

#[test]
fn bands_decide_who_signs() {
    on_both(|db| {
        let office = Office::new();
        let mut bureau = reserved(db, &office, "300.01", &["PC01"]);
        let on = [("batch", "PC01"), ("date", "2018-04-03")];
        assert_eq!(office.refused(&mut bureau, &checker("甲"), "batch.sign", &on), "maker_is_checker");
        assert_eq!(office.refused(&mut bureau, &leader("丙"), "batch.sign", &on), "not_your_level");
        let done = office.done(&mut bureau, &checker("乙"), "batch.sign", &on);
        assert_eq!(done.facts["state"], "approved", "300.00 lies below 300.01");
        assert!(office.done(&mut bureau, &checker("乙"), "batch.sign", &on).repeated);
        assert_eq!(office.refused(&mut bureau, &checker("丁"), "batch.sign", &on), "signed_complete");
    });
    on_both(|db| {
        let office = Office::new();
        let mut bureau = reserved(db, &office, "300", &["PC01"]);
        let on = [("batch", "PC01"), ("date", "2018-04-03")];
        let day = "2018-04-03".parse().unwrap();
        let at = |name: &str| Context::new(name).at(office.now);
        assert_eq!(stage::approve(&mut bureau, &at("乙"), "PC01", day).unwrap_err().code(), Some("signature_missing"));
        assert_eq!(office.inbox(&mut bureau, &checker("乙")), ["batch.sign"]);
        assert_eq!(office.done(&mut bureau, &checker("乙"), "batch.sign", &on).facts["state"], "reserved");
        assert_eq!(office.refused(&mut bureau, &person("乙", &["payout.read", "payout.lead"]), "batch.sign", &on), "signed_already");
        assert_eq!(stage::send(&mut bureau, &at("丁"), "PC01", day).unwrap_err().code(), Some("not_approved"));
        assert_eq!((office.inbox(&mut bureau, &checker("乙")).len(), office.inbox(&mut bureau, &leader("丙"))), (0, vec!["batch.sign"]));
        assert_eq!(office.done(&mut bureau, &leader("丙"), "batch.sign", &on).facts["state"], "approved");
        let sender = |name: &str| person(name, &["payout.send", "payout.read"]);
        assert_eq!(office.inbox(&mut bureau, &sender("丁")), ["batch.send"]);
        assert_eq!(office.inbox(&mut bureau, &sender("乙")), [""; 0], "who signed does not send");
        for name in ["乙", "丙"] {
            assert_eq!(stage::send(&mut bureau, &at(name), "PC01", day).unwrap_err().code(), Some("approver_is_sender"), "{name}");
        }
        stage::send(&mut bureau, &at("丁"), "PC01", day).unwrap();
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch_signature WHERE book = $1"), 2);
    });
}

#[test]
fn a_returned_batch_goes_on_after_an_answer() {
    on_both(|db| {
        let office = Office::new();
        let mut bureau = reserved(db, &office, "300", &["PC01"]);
        let on = [("batch", "PC01"), ("date", "2018-04-03")];
        let reason = [("batch", "PC01"), ("date", "2018-04-03"), ("reason", "第 2 行数量请核对")];
        let maker = person("甲", &["payout.read", "payout.make"]);
        office.done(&mut bureau, &checker("乙"), "batch.sign", &on);
        assert_eq!(office.refused(&mut bureau, &maker, "batch.return", &reason), "maker_is_checker");
        assert_eq!(office.refused(&mut bureau, &person("丁", &["payout.read"]), "batch.return", &reason), "not_your_level");
        office.done(&mut bureau, &leader("丙"), "batch.return", &reason);
        assert_eq!(office.inbox(&mut bureau, &maker), ["batch.returned"]);
        assert_eq!(office.refused(&mut bureau, &leader("丙"), "batch.sign", &on), "returned");
        office.done(&mut bureau, &maker, "batch.resend", &reason);
        assert_eq!(office.refused(&mut bureau, &leader("丙"), "batch.sign", &on), "not_your_level", "both sign anew");
        office.done(&mut bureau, &checker("乙"), "batch.sign", &on);
        assert_eq!(office.done(&mut bureau, &leader("丙"), "batch.sign", &on).facts["state"], "approved");
    });
}

#[test]
fn many_at_once_each_by_itself() {
    on_both(|db| {
        let office = Office::new();
        let mut bureau = reserved(db, &office, "1000", &["PC01", "PC02"]);
        let given = [("batches", "PC01,PC99,PC02"), ("proposals", "77"), ("date", "2018-04-03")];
        let Ok(Answer::Tables(tables)) = office.enter(&mut bureau, &checker("乙"), "approval.bulk", &given) else { panic!() };
        assert_eq!(tables[0].subtitle.as_deref(), Some("办成 2 件，未成 2 件"));
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch_stage WHERE book = $1 AND stage = 'approved'"), 2);
        let outside = within(checker("丁"), &["U02"], &[]);
        let Ok(Answer::Tables(tables)) = office.enter(&mut bureau, &outside, "approval.bulk", &given) else { panic!() };
        assert_eq!(tables[0].subtitle.as_deref(), Some("办成 0 件，未成 4 件"));
    });
}

/// Past the program: the database holds the duties by itself.
#[test]
fn plain_sql_meets_the_same_duties() {
    on_both(|db| {
        let office = Office::new();
        let mut bureau = reserved(db, &office, "300", &["PC01"]);
        let digest = "(SELECT digest FROM batch_stage WHERE stage = 'reserved')";
        let row = |seq: i64, level: i64, actor: &str| {
            format!(
                "INSERT INTO batch_signature VALUES (1, (SELECT id FROM batch), {seq}, 'signed', {level}, 'payout.check', 20180403, '', {digest}, '{actor}', 0)"
            )
        };
        db.refuses("signed by its maker", &row(1, 1, "甲"), &["duties"]);
        db.refuses("out of sequence", &row(2, 1, "乙"), &["sequence"]);
        office.done(&mut bureau, &checker("乙"), "batch.sign", &[("batch", "PC01"), ("date", "2018-04-03")]);
        db.refuses("signed twice by one", &row(2, 2, "乙"), &["duties"]);
        db.refuses("the same level again", &row(2, 1, "丙"), &["duties"]);
        for table in ["proposal", "proposal_event", "approval_level", "batch_signature"] {
            assert!(db.raw().int(&format!("SELECT count(*) FROM {table}")) > 0, "{table} is empty: nothing would be tried");
            db.refuses(table, &format!("UPDATE {table} SET book = book"), &["append-only"]);
            db.refuses(table, &format!("DELETE FROM {table}"), &["append-only"]);
        }
    });
}
