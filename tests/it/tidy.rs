//! The rules of the house, held by reading the sources: which floor may name which, where the drivers and the file crates may
//! be named, no floating point near money, the size of files and functions, and words that may not stay. Exceptions stand
//! here by name, and one that is no longer needed must go.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

struct Text {
    /// Relative to the crate, such as `src/app/act.rs`.
    path: String,
    text: String,
}

impl Text {
    /// Lines of code with their numbers, without those that are comments as a whole.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn within(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

fn sources() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(root, &root.join(folder), &mut found);
    }
    assert!(found.len() > 100);
    found
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<Text>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push(Text { path: path.strip_prefix(root).unwrap().to_str().unwrap().to_string(), text });
        }
    }
}

/// Fails with everything found that is no exception, and with exceptions that are no longer needed.
fn settle(rule: &str, found: Vec<(String, String)>, exceptions: &[&str]) {
    let excepted = |name: &str| exceptions.contains(&name);
    let wrong: Vec<String> = found.iter().filter(|(name, _)| !excepted(name)).map(|(name, what)| format!("{name}: {what}")).collect();
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n"));
    let names: BTreeSet<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let idle: Vec<&&str> = exceptions.iter().filter(|name| !names.contains(**name)).collect();
    assert!(idle.is_empty(), "{rule}: exceptions no longer needed: {idle:?}");
}

/// Lines of code within `places` that name one of `words`.
fn naming(places: &[&str], but: &[&str], words: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| file.within(places) && !file.within(but)) {
        for (number, line) in file.code() {
            if words.iter().any(|word| names(line, word)) {
                found.push((file.path.clone(), format!("line {number}: {}", line.trim())));
            }
        }
    }
    found
}

/// Whether a line has the word, not as the end of a longer one.
fn names(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let open_end = word.ends_with(part);
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        !(line[..at].chars().next_back().is_some_and(part) || open_end && after.is_some_and(part))
    })
}

#[test]
fn floors_use_only_those_below() {
    let floor = |place: &str, may_not: &[&str], exceptions: &[&str]| {
        let rule = format!("{place} may not name {}", may_not.join(", "));
        let words: Vec<String> = may_not.iter().flat_map(|name| [format!("crate::{name}"), format!("sunledger::{name}")]).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        settle(&rule, naming(&[place], &[], &words), exceptions);
    };
    floor("src/domain", &["store", "files", "app", "service", "api", "web", "cli", "config"], &[]);
    floor("src/store", &["files", "app", "service", "api", "web", "cli", "config"], &[]);
    floor("src/files", &["store", "app", "service", "api", "web", "cli", "config"], &[]);
    floor("src/app", &["service", "api", "web", "cli", "config"], &[]);
    floor("src/service", &["api", "web", "cli", "config"], &[]);
    // the server puts both floors together
    floor("src/api", &["web", "cli"], &["src/api/server.rs"]);
    floor("src/web", &["store", "cli"], &[]);
}

#[test]
fn http_stays_on_its_floors() {
    let words = ["actix_web", "actix_multipart", "jsonwebtoken", "HttpRequest", "HttpResponse"];
    settle("http only in api and web", naming(&["src"], &["src/api", "src/web"], &words), &[]);
}

#[test]
fn the_domain_reads_no_file_and_no_clock() {
    let words = ["std::fs", "std::net", "std::env", "std::time", "SystemTime", "Utc::now", "Local::now", "println!", "eprintln!"];
    settle("domain is pure", naming(&["src/domain"], &[], &words), &[]);
}

#[test]
fn drivers_and_file_crates_stay_on_their_floors() {
    // the specimen book of unit tests is tampered with past the program
    settle(
        "drivers only in store",
        naming(&["src"], &["src/store"], &["rusqlite", "postgres::", "tokio_postgres"]),
        &["src/app/specimen.rs"],
    );
    let crates = ["csv::", "calamine", "rust_xlsxwriter", "zip::", "encoding_rs", "chardetng"];
    settle("file crates only in files", naming(&["src"], &["src/files"], &crates), FILE_CRATES_ELSEWHERE);
    let inside = ["Tx", "Conn", "Raw", "params!", "store::bulk"];
    settle("cli prints, it does not query", naming(&["src/cli"], &[], &inside), &[]);
}

// the unit tests of the importers write files in GB18030
const FILE_CRATES_ELSEWHERE: &[&str] = &["src/app/import/tests.rs"];

#[test]
fn no_floating_point_near_money() {
    let places =
        ["src/domain/money", "src/domain/ledger", "src/app/money", "src/app/payout", "src/app/ledger", "src/app/close", "src/store"];
    settle("money is whole fen", naming(&places, &[], &["f64", "f32"]), &[]);
}

#[test]
fn no_unfinished_work() {
    let words = ["todo!", "unimplemented!", "dbg!"];
    settle("unfinished", naming(&["src", "tests", "benches"], &["tests/it/tidy.rs"], &words), &[]);
    let marks = ["FIXME", "XXX:", "HACK"];
    let noted = sources().into_iter().filter(|file| file.path != "tests/it/tidy.rs" && marks.iter().any(|mark| file.text.contains(mark)));
    settle("unfinished", noted.map(|file| (file.path, "a mark of unfinished work".to_string())).collect(), &[]);
}

#[test]
fn files_are_short() {
    let long = |limit: usize| {
        let files = sources().into_iter().map(|file| (file.path, file.text.lines().count()));
        files.filter(|(_, lines)| *lines > limit).map(|(path, lines)| (path, format!("{lines} lines"))).collect::<Vec<_>>()
    };
    settle("no file has more than 800 lines", long(800), &[]);
    settle("a file has at most 400 lines", long(400), &[]);
}

#[test]
fn every_module_says_what_it_is_for() {
    let opens = |file: &Text| file.text.trim_start().starts_with("//!");
    let silent = sources().into_iter().filter(|file| file.within(&["src", "tests/it"]) && !file.text.trim().is_empty() && !opens(file));
    settle("a module opens with a paragraph", silent.map(|file| (file.path, "no //! at its head".to_string())).collect(), &[]);
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for file in sources() {
        for (name, lines) in functions(&file.text) {
            if lines > 70 {
                long.push((format!("{} {name}", file.path), format!("{lines} lines")));
            }
        }
    }
    settle("a function has at most 70 lines", long, LONG_FUNCTIONS);
}

const LONG_FUNCTIONS: &[&str] = &["tests/it/way.rs the_whole_way"];

/// Functions and how many lines they take, told by indentation: rustfmt closes a function where it began.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let Some(at) = trimmed.find("fn ").filter(|at| trimmed[..*at].split_whitespace().all(is_qualifier)) else { continue };
        let name: String = trimmed[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let close = format!("{}}}", &line[..line.len() - trimmed.len()]);
        if name.is_empty() || trimmed.ends_with(['}', ';']) {
            continue;
        }
        if let Some(length) = lines[start..].iter().position(|line| *line == close) {
            found.push((name, length + 1));
        }
    }
    found
}

fn is_qualifier(word: &str) -> bool {
    word.starts_with("pub") || matches!(word, "const" | "unsafe" | "async" | "extern" | "\"C\"" | "in" | "super)")
}

#[test]
fn functions_are_counted() {
    let text =
        "impl A {\n    pub(super) fn one() {\n        {\n        }\n    }\n    fn two() {}\n}\npub const fn three() -> u8 {\n    3\n}\n";
    assert_eq!(functions(text), [("one".to_string(), 4), ("three".to_string(), 3)]);
}
