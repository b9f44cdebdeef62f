//! Proposals: bands with amounts worked out by hand, the maker and the signers, return and sending again, a swapped file, racers.

use super::support::{Office, number, person, within};
use crate::support::county::{assert_holds, count, settle};
use crate::support::{TestDb, on_both};
use std::sync::Barrier;
use sunledger::app::Bureau;
use sunledger::domain::access::Principal;
use sunledger::service::{Answer, Refused};

/// A budget document of so much, as a file.
fn budget(yuan: &str) -> String {
    format!(
        "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目\n琼财〔2018〕9号,省级专项,省,财政专项扶贫资金,2018,{yuan},2018-03-20,2130505\n"
    )
}

fn maker() -> Principal {
    person("甲", &["money.make", "money.check", "money.lead"])
}

fn checker(name: &str) -> Principal {
    person(name, &["money.check"])
}

fn leader(name: &str) -> Principal {
    person(name, &["money.lead"])
}

fn propose(office: &Office, bureau: &mut Bureau, yuan: &str) -> String {
    let file = office.put("指标.csv", &budget(yuan));
    number(&office.done(bureau, &maker(), "import.budgets", &[("file", &file)]))
}

fn funds(bureau: &mut Bureau) -> i64 {
    count(bureau, "SELECT COUNT(*) FROM fund WHERE book = $1 AND doc_no LIKE '琼财〔2018〕9号'")
}

fn sign(office: &Office, bureau: &mut Bureau, who: &Principal, id: &str) -> String {
    match office.enter(bureau, who, "proposal.sign", &[("proposal", id)]) {
        Ok(Answer::Done(done)) => done.facts["state"].as_str().unwrap().to_string(),
        Err(Refused::App(error)) => error.code().unwrap().to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn below_the_band_one_signs_and_from_it_on_two() {
    on_both(|db| {
        settle(db, 1);
        let (office, mut bureau) = (Office::new(), db.bureau());
        // 499,999.99 yuan: level 1 only
        let small = propose(&office, &mut bureau, "499999.99");
        assert_eq!(funds(&mut bureau), 0, "nothing is done before it is signed");
        assert_eq!(sign(&office, &mut bureau, &maker(), &small), "maker_is_checker", "with all rights");
        let twin = Principal { user: 99, login: "second".into(), ..maker() };
        assert_eq!(sign(&office, &mut bureau, &twin, &small), "maker_is_checker", "another account of the same name");
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &small), "not_your_level");
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &small), "done");
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &small), "done", "the same again has the effect of once");
        assert_eq!(sign(&office, &mut bureau, &checker("丁"), &small), "proposal_state");
        assert_eq!(funds(&mut bureau), 1);
        let sql = "SELECT COUNT(*) FROM voucher WHERE book = $1 AND maker = '甲' AND checker = '乙'";
        assert_eq!(count(&mut bureau, sql), 1, "made by the maker, checked by the last signer");
        assert_holds(&mut bureau);
    });
    on_both(|db| {
        settle(db, 1);
        let (office, mut bureau) = (Office::new(), db.bureau());
        // 500,000.00 yuan: levels 1 and 2, by two people, in order
        let large = propose(&office, &mut bureau, "500000.00");
        let both = person("乙", &["money.check", "money.lead"]);
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &large), "not_your_level", "the first level comes first");
        assert_eq!(office.inbox(&mut bureau, &leader("丙")), [""; 0]);
        assert_eq!(office.inbox(&mut bureau, &both), ["proposal.sign"]);
        assert_eq!(sign(&office, &mut bureau, &both, &large), "waiting");
        assert_eq!(sign(&office, &mut bureau, &both, &large), "signed_already", "with both rights");
        assert_eq!((funds(&mut bureau), office.inbox(&mut bureau, &both).len()), (0, 0));
        assert_eq!(office.inbox(&mut bureau, &leader("丙")), ["proposal.sign"]);
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &large), "done");
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM voucher WHERE book = $1 AND maker = '甲' AND checker = '丙'"), 1);
    });
}

#[test]
fn what_came_back_is_signed_anew() {
    on_both(|db| {
        settle(db, 1);
        let (office, mut bureau) = (Office::new(), db.bureau());
        let id = propose(&office, &mut bureau, "600000");
        let given = |reason: &'static str| [("proposal", id.clone()), ("reason", reason.to_string())];
        let back = |bureau: &mut Bureau, who: &Principal| {
            let given = given("金额与文件不符");
            let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
            office.enter(bureau, who, "proposal.return", &given)
        };
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &id), "waiting");
        assert!(matches!(back(&mut bureau, &maker()), Err(Refused::App(error)) if error.code() == Some("maker_is_checker")));
        assert!(back(&mut bureau, &leader("丙")).is_ok());
        assert_eq!(office.inbox(&mut bureau, &maker()), ["proposal.returned"]);
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &id), "proposal_state");
        assert_eq!(office.refused(&mut bureau, &checker("乙"), "proposal.resend", &[("proposal", &id)]), "not_maker");
        office.done(&mut bureau, &maker(), "proposal.resend", &[("proposal", &id), ("note", "已核对，文件无误")]);
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &id), "not_your_level", "the first level is to be signed again");
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &id), "waiting");
        assert_eq!(sign(&office, &mut bureau, &leader("丙"), &id), "done");
        assert_eq!(office.refused(&mut bureau, &maker(), "proposal.withdraw", &[("proposal", &id)]), "proposal_state");
        // a stranger to the field sees neither this nor one that does not exist
        let stranger = within(checker("戊"), &["U02"], &[]);
        assert_eq!(office.refused(&mut bureau, &stranger, "proposal.show", &[("proposal", &id)]), "no_proposal");
        assert_eq!(office.refused(&mut bureau, &stranger, "proposal.show", &[("proposal", "99")]), "no_proposal");
    });
}

#[test]
fn a_swapped_file_and_a_stale_one_fail() {
    on_both(|db| {
        settle(db, 1);
        let (office, mut bureau) = (Office::new(), db.bureau());
        let id = propose(&office, &mut bureau, "1000");
        let kept = std::fs::read_dir(office.files()).unwrap().next().unwrap().unwrap().path();
        std::fs::write(&kept, budget("9000")).unwrap();
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &id), "proposal_failed");
        assert_eq!(funds(&mut bureau), 0);
        assert_eq!(office.inbox(&mut bureau, &maker()), ["proposal.returned"], "the maker is told");
        std::fs::write(&kept, budget("1000")).unwrap();
        office.done(&mut bureau, &maker(), "proposal.resend", &[("proposal", &id)]);
        assert_eq!(sign(&office, &mut bureau, &checker("乙"), &id), "done");
        // the same document by another file, proposed before and signed after: refused when it is to be done
        let file = office.put("指标2.csv", &budget("1000").replace("省级专项", "省级专项资金"));
        let refused = match office.enter(&mut bureau, &maker(), "import.budgets", &[("file", &file)]) {
            Ok(Answer::Import(imported)) => !imported.accepted,
            other => panic!("{other:?}"),
        };
        assert!(refused, "errors of rows are told to the maker at once");
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM proposal WHERE book = $1"), 1);
        assert_holds(&mut bureau);
    });
}

#[test]
fn of_a_hundred_signers_one_wins() {
    on_both(|db| {
        settle(db, 1);
        let (office, mut bureau) = (Office::new(), db.bureau());
        let id = propose(&office, &mut bureau, "1000");
        for round in 0..10 {
            let told = at_once(db, &office, &id, round);
            let done = told.iter().filter(|told| *told == "done").count();
            assert_eq!(done, usize::from(round == 0), "{told:?}");
            assert!(told.iter().all(|told| told == "done" || told == "proposal_state"), "{told:?}");
        }
        assert_eq!(funds(&mut bureau), 1);
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM proposal_event WHERE book = $1"), 2, "one signature, one result");
        assert_holds(&mut bureau);
    });
}

/// Ten signers at the same moment.
fn at_once(db: &TestDb, office: &Office, id: &str, round: usize) -> Vec<String> {
    let ready = Barrier::new(10);
    std::thread::scope(|scope| {
        let racers: Vec<_> = (0..10)
            .map(|n| {
                let ready = &ready;
                scope.spawn(move || {
                    let mut bureau = db.bureau();
                    ready.wait();
                    sign(office, &mut bureau, &checker(&format!("复核{round}-{n}")), id)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}
