//! Every capability of the command line is an operation of the service, or stands here with the reason why it is not.

use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use sunledger::cli::Cli;
use sunledger::cli::capabilities::By::{CliOnly, Feature, Operations};
use sunledger::cli::capabilities::TABLE;
use sunledger::service::catalogue;

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
