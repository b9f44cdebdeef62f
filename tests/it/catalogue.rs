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
    ("verify-export", Operations(&["export.verify"])),
    ("key new", CliOnly("a private key is made where it is kept and never crosses the network")),
    ("chart load", Operations(&["chart.load"])),
    ("chart export", Operations(&["chart.export"])),
    ("setting names", Operations(&["setting.names"])),
    ("batch approve", Operations(&["batch.sign"])),
    ("inbox", Operations(&["inbox.list"])),
    ("proposal list", Operations(&["proposal.list"])),
    ("proposal show", Operations(&["proposal.show"])),
    ("proposal sign", Operations(&["proposal.sign"])),
    ("proposal return", Operations(&["proposal.return"])),
    ("setting set", Operations(&["setting.set"])),
    ("progress", Operations(&["progress.show"])),
    ("forecast", Operations(&["forecast.show", "forecast.backtest"])),
    ("trial-balance", Operations(&["trial_balance.show"])),
    ("ledger", Operations(&["ledger.show"])),
    ("trace", Operations(&["trace.show", "trace.unmask", "payment.show", "household.show", "disbursement.show", "unit.way", "project.way", "fund.show"])),
    ("verify", Operations(&["verify.run"])),
    ("export chain", Operations(&["export.chain"])),
    ("export audit", Operations(&["export.audit"])),
    ("control run", Operations(&["control.run"])),
    ("control show", Operations(&["control.show"])),
    ("control interview record", Operations(&["interview.record", "interview.show"])),
    ("control interview close", Operations(&["interview.close"])),
    ("control override ask", Operations(&["override.ask", "override.show"])),
    ("control override grant", Operations(&["override.grant"])),
    ("control override refuse", Operations(&["override.refuse"])),
    ("control proposals", Operations(&["control.proposals"])),
    ("control reclaim", Operations(&["control.reclaim"])),
    ("control gaming", Operations(&["control.gaming"])),
    ("control checks", Operations(&["control.checks"])),
    ("screen", Operations(&["screening.run", "screening.batch", "screening.unmask", "screening.trial", "screening.score", "screening.rules"])),
    ("finding show", Operations(&["finding.show"])),
    ("finding suppress", Operations(&["finding.suppress"])),
    ("case open", Operations(&["case.open"])),
    ("case assign", Operations(&["case.assign"])),
    ("case check", Operations(&["case.check"])),
    ("case confirm", Operations(&["case.confirm"])),
    ("case refute", Operations(&["case.refute"])),
    ("case order", Operations(&["case.order"])),
    ("case done", Operations(&["case.done"])),
    ("case recover", Operations(&["case.recover"])),
    ("case close", Operations(&["case.close"])),
    ("case reopen", Operations(&["case.reopen"])),
    ("case show", Operations(&["case.show"])),
    ("inspect plan", Operations(&["plan.create"])),
    ("inspect show", Operations(&["plan.show"])),
    ("inspect size", Operations(&["plan.size"])),
    ("inspect frame", Operations(&["plan.frame", "plan.frame_file"])),
    ("inspect draw", Operations(&["plan.draw", "plan.drawing"])),
    ("inspect redraw", Operations(&["plan.redraw"])),
    ("inspect worksheet", Operations(&["plan.sheets"])),
    ("inspect read", Operations(&["plan.read"])),
    ("inspect evaluate", Operations(&["plan.evaluate"])),
    ("inspect exceptions", Operations(&["plan.exceptions"])),
    ("inspect case", Operations(&["plan.case"])),
    ("inspect report", Operations(&["plan.report"])),
    ("inspect close", Operations(&["plan.close"])),
    ("inspect risk", Operations(&["risk.show"])),
    ("audit find", Operations(&["audit.find"])),
    ("audit cross", Operations(&["audit.cross"])),
    ("audit aging", Operations(&["audit.aging"])),
    ("audit unusual", Operations(&["audit.unusual"])),
    ("audit year-end", Operations(&["audit.year_end"])),
    ("audit who", Operations(&["audit.who"])),
    ("voucher list", Operations(&["voucher.list"])),
    ("fund list", Operations(&["fund.list"])),
    ("batch list", Operations(&["batch.list"])),
    ("project list", Operations(&["project.list"])),
    ("notice list", Operations(&["notice.list"])),
    ("objection list", Operations(&["objection.list"])),
    ("setting list", Operations(&["setting.list"])),
    ("case list", Operations(&["case.list"])),
    ("finding list", Operations(&["finding.list"])),
    ("inspect list", Operations(&["plan.list"])),
    ("control interview list", Operations(&["interview.list"])),
    ("control override list", Operations(&["override.list"])),
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
    let told: BTreeSet<&str> = TABLE.iter().map(|(verb, _)| *verb).collect();
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
