//! Every capability of the command line is an operation of the service, or stands here with the reason why it is not.

use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use sunledger::cli::Cli;
use sunledger::service::catalogue;

/// How the service does what a verb of the command line does.
enum By {
    /// By all operations whose ids begin so (before the dot).
    Feature(&'static str),
    /// By these operations.
    Operations(&'static [&'static str]),
    /// Not at all, for this reason.
    CliOnly(&'static str),
}
use By::{CliOnly, Feature, Operations};

#[rustfmt::skip] // one verb a line
const TABLE: &[(&str, By)] = &[
    ("init", CliOnly("makes the database and the book that the service then serves")),
    ("import", Feature("import")),
    ("add", Feature("row")),
    ("template", Operations(&["template.download", "template.all"])),
    ("brief", Operations(&["brief.make"])),
    ("voucher show", Operations(&["voucher.show"])),
    ("batch show", Operations(&["batch.show"])),
    ("batch decide", Operations(&["batch.decide"])),
    ("batch strip", Operations(&["batch.strip"])),
    ("batch send", Operations(&["batch.send", "batch.bank_file"])),
    ("batch cancel", Operations(&["batch.cancel"])),
    ("batch reissue", Operations(&["batch.reissue"])),
    ("batch release", Operations(&["batch.release"])),
    ("project show", Operations(&["project.show"])),
    ("project step", Operations(&["project.step_village", "project.step_township", "project.step_county", "project.step_province"])),
    ("project return", Operations(&["project.return"])),
    ("project admit", Operations(&["project.admit"])),
    ("project start", Operations(&["project.start"])),
    ("project finish", Operations(&["project.finish"])),
    ("project exit", Operations(&["project.exit"])),
    ("project veto", Operations(&["project.veto"])),
    ("project unveto", Operations(&["project.unveto"])),
    ("project goal", Operations(&["project.goal"])),
    ("project result", Operations(&["project.result"])),
    ("project score", Operations(&["project.score"])),
    ("project performance", Operations(&["project.performance", "performance.all"])),
    ("notice write", Operations(&["notice.of_project", "notice.of_batch"])),
    ("notice publish", Operations(&["notice.publish"])),
    ("notice templates", Operations(&["notice.templates"])),
    ("objection record", Operations(&["objection.of_project", "objection.of_batch"])),
    ("objection investigate", Operations(&["objection.investigate"])),
    ("objection answer", Operations(&["objection.answer"])),
    ("objection publish", Operations(&["objection.publish"])),
    ("objection show", Operations(&["objection.show", "objection.complainant"])),
    ("reclaim", Operations(&["fund.reclaim"])),
    ("retention", Operations(&["disbursement.retention"])),
    ("reverse", Operations(&["voucher.reverse"])),
    ("period close", Operations(&["period.close", "period.list"])),
    ("period reopen", Operations(&["period.reopen"])),
    ("year close", Operations(&["year.close"])),
    ("demo", CliOnly("makes a county of invented data in files and a book of its own")),
    ("verify-export", CliOnly("an auditor checks an export away from the service that made it")),
    ("key new", CliOnly("a private key is made where it is kept and never crosses the network")),
    ("chart load", Operations(&["chart.load"])),
    ("chart export", Operations(&["chart.export"])),
    ("setting names", Operations(&["setting.names"])),
    ("setting set", Operations(&["setting.set"])),
];

/// Verbs whose operations other parts of the service declare; a verb leaves this list when its line stands above.
#[rustfmt::skip] // as above
const AWAITED: &[&str] = &[
    "progress", "trial-balance", "ledger", "trace", "verify", "screen", "forecast",
    "voucher list", "fund list", "batch list", "batch approve", "project list", "notice list", "objection list", "setting list",
    "inspect plan", "inspect list", "inspect show", "inspect size", "inspect frame", "inspect draw", "inspect redraw",
    "inspect worksheet", "inspect read", "inspect evaluate", "inspect exceptions", "inspect case", "inspect report",
    "inspect close", "inspect risk",
    "export chain", "export audit",
    "audit find", "audit cross", "audit aging", "audit unusual", "audit year-end", "audit who",
    "case open", "case assign", "case check", "case confirm", "case refute", "case order", "case done", "case recover",
    "case close", "case reopen", "case list", "case show",
    "finding list", "finding show", "finding suppress",
    "control run", "control show", "control interview list", "control interview record", "control interview close",
    "control override list", "control override ask", "control override grant", "control override refuse",
    "control proposals", "control reclaim", "control gaming", "control checks",
];

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
fn no_capability_of_the_command_line_is_forgotten() {
    let mut verbs = BTreeSet::new();
    leaves(&Cli::command(), "", &mut verbs);
    assert!(verbs.len() > 100);
    let told: BTreeSet<&str> = TABLE.iter().map(|(verb, _)| *verb).chain(AWAITED.iter().copied()).collect();
    let forgotten: Vec<&String> = verbs.iter().filter(|verb| !told.contains(verb.as_str())).collect();
    assert!(forgotten.is_empty(), "no operation and no reason: {forgotten:?}");
    let gone: Vec<&&str> = told.iter().filter(|verb| !verbs.contains(**verb)).collect();
    assert!(gone.is_empty(), "no such verb: {gone:?}");
    let lines: BTreeSet<&str> = TABLE.iter().map(|(verb, _)| *verb).collect();
    assert_eq!(lines.len(), TABLE.len(), "a verb stands twice");
}

#[test]
fn what_the_table_names_is_declared() {
    for (verb, by) in TABLE {
        match by {
            Feature(name) => assert!(catalogue::all().any(|operation| operation.feature() == *name), "{verb}: {name}"),
            Operations(ids) => {
                assert!(!ids.is_empty(), "{verb}");
                for id in *ids {
                    assert!(catalogue::find(id).is_some(), "{verb}: {id} is not declared");
                }
            }
            CliOnly(reason) => assert!(reason.len() > 20, "{verb}: say why"),
        }
    }
}
