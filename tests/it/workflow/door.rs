//! The steps of the door in order, and reach: what lies outside is answered word for word as what is not there.

use super::support::{Office, person, within};
use crate::support::county::{BATCH_HEAD, allocate, batch_lines, import, put, settle};
use crate::support::on_both;
use sunledger::service::{Reach, catalogue, door};

#[test]
fn steps_come_in_order() {
    on_both(|db| {
        let (office, mut bureau) = (Office::new(), db.bureau());
        let batch = [("batch", "没有这个")];
        let mut who = person("甲", &[]);
        who.must_change_password = true;
        assert_eq!(office.refused(&mut bureau, &who, "batch.show", &batch), "must change password");
        assert_eq!(office.refused(&mut bureau, &who, "inbox.list", &[]), "must change password");
        who.must_change_password = false;
        assert_eq!(office.refused(&mut bureau, &who, "batch.show", &batch), "not allowed: payout.read");
        who.permissions.insert("payout.read".into());
        assert_eq!(office.refused(&mut bureau, &who, "batch.show", &batch), "没有批次 没有这个");
        // the county's own: whose rights end at a township is not let in, and nothing is put before anybody
        let county = catalogue::find("approval.set_level").unwrap();
        assert_eq!(county.reach, Reach::County);
        let maker = within(person("甲", &["setting.write"]), &["U02"], &[]);
        let level = [("subject", "money"), ("level", "2"), ("from", "2018-05-01"), ("source", "纪要")];
        assert!(!door::may(&maker, county) && door::may(&person("甲", &["setting.write"]), county));
        assert_eq!(office.refused(&mut bureau, &maker, "approval.set_level", &level), "not allowed: setting.write");
        assert_eq!(db.raw().int("SELECT COUNT(*) FROM proposal"), 0);
        // whatever it would refuse is told at once, before anybody signs
        let wrong = [("subject", "money"), ("level", "1"), ("from", "2018-05-01"), ("source", "纪要")];
        let refused = office.refused(&mut bureau, &person("甲", &["setting.write"]), "approval.set_level", &wrong);
        assert_eq!(refused, "first_level");
        assert_eq!(db.raw().int("SELECT COUNT(*) FROM proposal"), 0);
    });
}

#[test]
fn what_lies_outside_is_not_there() {
    on_both(|db| {
        let (office, people) = (Office::new(), settle(db, 2));
        allocate(db, 1_000, 100);
        let mut bureau = db.bureau();
        let path = put(office.dir.path(), "清册", &format!("{BATCH_HEAD}{}", batch_lines("PC01", &people)));
        assert!(import(&mut bureau, "甲", "batch", &path).unwrap().accepted());
        let reads = person("丁", &["payout.read", "money.read", "project.read"]);
        let town = within(reads.clone(), &["D02"], &[]);
        let own = within(reads.clone(), &["D01"], &[]);
        assert!(office.enter(&mut bureau, &reads, "batch.signatures", &[("batch", "PC01")]).is_ok());
        assert!(office.enter(&mut bureau, &own, "batch.signatures", &[("batch", "PC01")]).is_ok());
        let there = office.refused(&mut bureau, &town, "batch.signatures", &[("batch", "PC01")]);
        let missing = office.refused(&mut bureau, &town, "batch.signatures", &[("batch", "PC99")]);
        assert_eq!(there.replace("PC01", "PC99"), missing);
        assert_eq!(office.refused(&mut bureau, &town, "batch.sign", &[("batch", "PC01")]), "没有批次 PC01");
        // nobody's scope sees nothing
        let nobody = within(reads, &[], &[]);
        assert_eq!(office.refused(&mut bureau, &nobody, "batch.show", &[("batch", "PC01")]), "没有批次 PC01");
    });
}

#[test]
fn the_inbox_leads_to_operations_that_there_are() {
    for (operation, param) in sunledger::app::workflow::inbox::LINKS {
        let found = catalogue::find(operation).unwrap_or_else(|| panic!("no operation {operation}"));
        assert!(param.is_empty() || found.params.iter().any(|declared| declared.name == param), "{operation} has no {param}");
    }
}
