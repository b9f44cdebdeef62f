//! Every capability of the command line is an operation of the service: here the verbs of supervision with the operations that
//! offer the same.

use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use sunledger::cli::Cli;
use sunledger::domain::access::permission;
use sunledger::service::{ParamKind, Place, catalogue};

/// A verb of the command line and the operations that do the same.
fn oversight_rows() -> &'static [(&'static str, &'static [&'static str])] {
    &[
        ("progress", &["progress.show"]),
        ("forecast", &["forecast.show", "forecast.backtest"]),
        ("trial-balance", &["trial_balance.show"]),
        ("ledger", &["ledger.show"]),
        ("voucher show", &["voucher.show"]),
        (
            "trace",
            &["trace.show", "trace.unmask", "payment.show", "household.show", "disbursement.show", "unit.way", "project.way", "fund.show"],
        ),
        ("verify", &["verify.run"]),
        ("verify-export", &["export.verify"]),
        ("export chain", &["export.chain"]),
        ("export audit", &["export.audit"]),
        ("control run", &["control.run"]),
        ("control show", &["control.show"]),
        ("control interview record", &["interview.record", "interview.show"]),
        ("control interview close", &["interview.close"]),
        ("control override ask", &["override.ask", "override.show"]),
        ("control override grant", &["override.grant"]),
        ("control override refuse", &["override.refuse"]),
        ("control proposals", &["control.proposals"]),
        ("control reclaim", &["control.reclaim"]),
        ("control gaming", &["control.gaming"]),
        ("control checks", &["control.checks"]),
        ("screen", &["screening.run", "screening.batch", "screening.unmask", "screening.trial", "screening.score", "screening.rules"]),
        ("finding show", &["finding.show"]),
        ("finding suppress", &["finding.suppress"]),
        ("case open", &["case.open"]),
        ("case assign", &["case.assign"]),
        ("case check", &["case.check"]),
        ("case confirm", &["case.confirm"]),
        ("case refute", &["case.refute"]),
        ("case order", &["case.order"]),
        ("case done", &["case.done"]),
        ("case recover", &["case.recover"]),
        ("case close", &["case.close"]),
        ("case reopen", &["case.reopen"]),
        ("case show", &["case.show"]),
        ("inspect plan", &["plan.create"]),
        ("inspect show", &["plan.show"]),
        ("inspect size", &["plan.size"]),
        ("inspect frame", &["plan.frame", "plan.frame_file"]),
        ("inspect draw", &["plan.draw", "plan.drawing"]),
        ("inspect redraw", &["plan.redraw"]),
        ("inspect worksheet", &["plan.sheets"]),
        ("inspect read", &["plan.read"]),
        ("inspect evaluate", &["plan.evaluate"]),
        ("inspect exceptions", &["plan.exceptions"]),
        ("inspect case", &["plan.case"]),
        ("inspect report", &["plan.report"]),
        ("inspect close", &["plan.close"]),
        ("inspect risk", &["risk.show"]),
        ("audit find", &["audit.find"]),
        ("audit cross", &["audit.cross"]),
        ("audit aging", &["audit.aging"]),
        ("audit unusual", &["audit.unusual"]),
        ("audit year-end", &["audit.year_end"]),
        ("audit who", &["audit.who"]),
    ]
}

fn leaves(command: &Command, path: &str, found: &mut BTreeSet<String>) {
    for sub in command.get_subcommands() {
        let here = if path.is_empty() { sub.get_name().to_string() } else { format!("{path} {}", sub.get_name()) };
        if sub.has_subcommands() {
            leaves(sub, &here, found);
        } else {
            found.insert(here);
        }
    }
}

#[test]
fn verbs_of_supervision_are_operations() {
    let mut verbs = BTreeSet::new();
    leaves(&Cli::command(), "", &mut verbs);
    for (verb, operations) in oversight_rows() {
        assert!(verbs.remove(*verb), "no verb {verb}");
        for id in *operations {
            assert!(catalogue::find(id).is_some(), "{verb}: no operation {id}");
        }
    }
    let families = ["control", "finding", "case", "inspect", "audit", "export", "screen", "trace", "verify", "progress", "forecast"];
    let left = verbs.iter().filter(|verb| families.iter().any(|family| verb.split(' ').next() == Some(*family)));
    // plain lists are declared with the other lists
    let left: Vec<&String> = left.filter(|verb| !verb.ends_with("list")).collect();
    assert!(left.is_empty(), "no operation for {left:?}");
}

#[test]
fn declarations_agree_with_themselves() {
    let (mut ids, mut routes) = (BTreeSet::new(), BTreeSet::new());
    for operation in catalogue::all() {
        let id = operation.id;
        assert!(ids.insert(id), "{id} twice");
        assert!(routes.insert((operation.method.name(), operation.path)), "{id}: its path is taken");
        assert!(operation.permission.is_empty() || permission(operation.permission).is_some(), "{id}: {}", operation.permission);
        let braced = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let braced: BTreeSet<&str> = braced.collect();
        let declared: BTreeSet<&str> = operation.params_in(Place::Path).map(|param| param.name).collect();
        assert_eq!(braced, declared, "{id}");
        let names: BTreeSet<&str> = operation.params.iter().map(|param| param.name).collect();
        assert_eq!(names.len(), operation.params.len(), "{id}: a parameter twice");
        assert!(
            operation.method.writes() || operation.params.iter().all(|param| matches!(param.place, Place::Path | Place::Query)),
            "{id}"
        );
        assert!(!operation.takes_files() || operation.long, "{id}: what takes files is a job");
        for param in operation.params {
            assert!(!matches!(param.kind, ParamKind::Choice([])), "{id} {}", param.name);
        }
    }
}
