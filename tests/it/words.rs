//! Sentences made below the floors that speak to people name operations and parameters, and never the command line; every name
//! means something on the command line and in the service.

use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use std::path::Path;
use sunledger::cli::{Cli, words as on_the_command_line};
use sunledger::domain::wording::{Piece, pieces};
use sunledger::service::words as in_the_service;

/// Texts that nobody is told: a digest's domain, the maker of an export, an argument of a program, and the demo, which only the
/// command line makes.
const NOT_SENTENCES: &[&str] = &["\"sunledger refresh\"", "CARGO_PKG_VERSION", "\"--head\""];

/// Lines of code of the floors below, with their places.
fn lines() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for floor in ["src/domain", "src/store", "src/files", "src/app"] {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(floor), &mut found);
    }
    found
}

fn walk(dir: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap();
        if path.is_dir() {
            if !name.ends_with("src/app/demo") {
                walk(&path, found);
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
            found.extend(code.map(|(number, line)| (format!("{name}:{}", number + 1), line.to_string())));
        }
    }
}

/// Whether a line says `sunledger verb` or `--option`.
fn speaks_of_the_command_line(line: &str) -> bool {
    let begins = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '{');
    let after = |mark: &str| line.match_indices(mark).any(|(at, _)| begins(&line[at + mark.len()..]));
    after("sunledger ") || after("--") && line.contains('"')
}

#[test]
fn no_sentence_below_speaks_of_the_command_line() {
    let lines = lines();
    assert!(lines.len() > 20_000);
    let wrong: Vec<String> = lines
        .iter()
        .filter(|(_, line)| speaks_of_the_command_line(line) && !NOT_SENTENCES.iter().any(|known| line.contains(known)))
        .map(|(place, line)| format!("{place} {}", line.trim()))
        .collect();
    assert!(wrong.is_empty(), "name the operation (⟦batch.list⟧) or parameter (⟦reason⟧):\n{}", wrong.join("\n"));
    assert!(speaks_of_the_command_line("\"请用 sunledger batch list 查看\"") && speaks_of_the_command_line("\"请用 --reason 写明\""));
}

fn verb<'c>(command: &'c Command, words: &str) -> Option<&'c Command> {
    words.split(' ').try_fold(command, |at, word| at.get_subcommands().find(|sub| sub.get_name() == word))
}

/// Every name in the sentences. Those that are written by the program itself (`⟦{}⟧`) are told apart by hand.
fn names() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut operations, mut params) = (BTreeSet::new(), BTreeSet::from(["unit".to_string(), "fund".to_string()]));
    for (_, line) in lines().iter().filter(|(place, _)| !place.contains("domain/wording.rs")) {
        for piece in pieces(line) {
            match piece {
                Piece::Operation(id) => drop(operations.insert(id.to_string())),
                Piece::Param(name) => drop(params.insert(name.to_string())),
                Piece::Text(_) => {}
            }
        }
    }
    (operations, params)
}

#[test]
fn every_name_means_something_on_both_floors() {
    let (operations, params) = names();
    assert!(operations.len() > 30 && params.len() > 30, "{operations:?} {params:?}");
    let cli = Cli::command();
    for id in &operations {
        let words = on_the_command_line::command(id).unwrap_or_else(|| panic!("{id}: no verb does it"));
        let of_verb = words.split(" --").next().unwrap().split(" 退").next().unwrap();
        let known = verb(&cli, of_verb).unwrap_or_else(|| panic!("{id}: {words} is no verb"));
        if let Some((_, option)) = words.split_once(" --") {
            assert!(known.get_arguments().any(|argument| argument.get_long() == Some(option)), "{id}: {words}");
        }
        assert!(in_the_service::operation_title(id).is_some(), "{id}: the service has no such operation");
    }
    let mut options = BTreeSet::new();
    gather(&cli, &mut options);
    for name in &params {
        let said = on_the_command_line::say(&format!("⟦{name}⟧"));
        assert!(options.contains(said.trim_start_matches("--")), "{said} is no option of any verb");
        assert!(in_the_service::param_title(name, None).is_some(), "{name}: no operation has such a field");
    }
}

fn gather(command: &Command, options: &mut BTreeSet<String>) {
    options.extend(command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_string));
    command.get_subcommands().for_each(|sub| gather(sub, options));
}

/// The command line says what it always said.
#[test]
fn the_words_of_the_command_line() {
    let said = [
        ("请用 ⟦batch.list⟧ 查看批次号", "请用 sunledger batch list 查看批次号"),
        ("请由另一人审批（⟦actor⟧）", "请由另一人审批（--actor）"),
        (
            "请先审批（⟦batch.sign⟧ P1）并送银行（⟦batch.send⟧ P1）",
            "请先审批（sunledger batch approve P1）并送银行（sunledger batch send P1）",
        ),
        ("请用 ⟦screening.rules⟧ 查看全部规则", "请用 sunledger screen --rules 查看全部规则"),
        ("请核对 ⟦as_of⟧，请用 ⟦doc_no⟧ 写明", "请核对 --as-of，请用 --doc 写明"),
        ("请先导入退回（refunds）或用 ⟦row.refunds⟧ 录入", "请先导入退回（refunds）或用 sunledger add 退回 录入"),
    ];
    for (sentence, words) in said {
        assert_eq!(on_the_command_line::say(sentence), words);
    }
}
