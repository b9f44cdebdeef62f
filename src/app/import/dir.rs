//! A directory of files named after their kinds, taken in the order in which kinds depend on one another, and within a kind
//! in the order in which people number files (2 before 10).

use super::ImportReport;
use super::history::pass_stages;
use crate::app::money::enter::moves_money;
use crate::app::{AppError, Bureau, Context, Result};
use crate::domain::kinds::{KINDS, Kind};
use crate::domain::text::half_width;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// Which files of a directory are taken as what, and which are not understood.
#[derive(Debug, Default)]
pub struct DirPlan {
    pub files: Vec<(&'static Kind, PathBuf)>,
    pub unknown: Vec<PathBuf>,
}

/// Sends one file of a directory: [`import_file`], or it with a bar around.
pub type Send<'a> = dyn FnMut(&mut Bureau, &'static Kind, &Path) -> Result<ImportReport> + 'a;

/// Sends the files of a plan in order, telling of each. Registers stop at the first file that is not accepted. Files that
/// move money may wait for one another across kinds (a reissued batch for the bank's answer to the first), so what is
/// refused is tried again for as long as others are accepted. Returns how many files were not accepted.
pub fn import_dir(
    bureau: &mut Bureau,
    ctx: &Context,
    plan: DirPlan,
    send: &mut Send<'_>,
    tell: &mut dyn FnMut(&ImportReport),
) -> Result<usize> {
    let (money, registers): (Vec<_>, Vec<_>) = plan.files.into_iter().partition(|(kind, _)| moves_money(kind) && kind.name != "budgets");
    let mut left = registers.len() + money.len();
    for (kind, path) in &registers {
        let report = send(bureau, kind, path)?;
        tell(&report);
        if !report.accepted() {
            return Ok(left);
        }
        left -= 1;
    }
    let mut pending = money;
    loop {
        let before = pending.len();
        let (mut waiting, mut refused) = (Vec::new(), Vec::new());
        for (kind, path) in pending {
            let passed = if kind.name == "returns" { pass_stages(bureau, ctx, &path)? } else { Vec::new() };
            let mut report = send(bureau, kind, &path)?;
            for stage in passed {
                report.warnings.push(|| stage);
            }
            if report.accepted() {
                tell(&report);
            } else {
                waiting.push((kind, path));
                refused.push(report);
            }
        }
        if waiting.is_empty() || waiting.len() == before {
            refused.iter().for_each(tell);
            return Ok(waiting.len());
        }
        pending = waiting;
    }
}

/// `DIR/regions/*.csv`, `DIR/regions.csv`, `DIR/regions-2018.xlsx`, `DIR/01-区划.csv`, `DIR/区划/…`.
pub fn plan_dir(dir: &Path) -> Result<DirPlan> {
    if !dir.is_dir() {
        return AppError::refuse("no_dir", format!("没有目录 {}", dir.display()), "请核对路径");
    }
    let mut plan = DirPlan::default();
    for path in entries(dir)? {
        let kind = path.file_name().and_then(|name| kind_of(&name.to_string_lossy()));
        match kind {
            None => plan.unknown.push(path),
            Some(kind) if path.is_dir() => {
                for inner in entries(&path)? {
                    if is_table(&inner) { plan.files.push((kind, inner)) } else { plan.unknown.push(inner) }
                }
            }
            Some(kind) if is_table(&path) => plan.files.push((kind, path)),
            Some(_) => plan.unknown.push(path),
        }
    }
    let place = |kind: &Kind| KINDS.iter().position(|other| other.name == kind.name);
    plan.files.sort_by(|(a, left), (b, right)| place(a).cmp(&place(b)).then_with(|| natural(left, right)));
    Ok(plan)
}

/// What stands in a directory, without hidden files and the locks of open workbooks.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(['.', '~']) {
            paths.push(entry.path());
        }
    }
    paths.sort_by(|left, right| natural(left, right));
    Ok(paths)
}

fn is_table(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    path.is_file() && matches!(extension.as_deref(), Some("csv" | "tsv" | "txt" | "xlsx" | "xls"))
}

/// The kind that a name begins with, after a leading number, up to a mark or digit; the longest name wins.
fn kind_of(name: &str) -> Option<&'static Kind> {
    let plain: String = name.chars().map(half_width).collect::<String>().to_lowercase();
    let numbered = plain.trim_start_matches(|c: char| c.is_ascii_digit());
    let plain = if numbered.len() < plain.len() { numbered.trim_start_matches(['-', '_', '.', ' ', '、']) } else { numbered };
    let begins = |with: &str| {
        let rest = plain.strip_prefix(with)?;
        let ends = rest.chars().next().is_none_or(|c| c.is_ascii_digit() || "-_. ()〔[（".contains(c));
        ends.then_some(with.len())
    };
    let fit = |kind: &Kind| begins(kind.name).or_else(|| begins(&kind.name.replace('-', "_"))).or_else(|| begins(kind.title));
    KINDS.iter().copied().filter_map(|kind| fit(kind).map(|length| (length, kind))).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// Names in the order in which people count: runs of digits compare as numbers.
fn natural(left: &Path, right: &Path) -> Ordering {
    let (left, right) = (left.to_string_lossy(), right.to_string_lossy());
    let (mut a, mut b) = (left.as_ref(), right.as_ref());
    loop {
        let ((x, rest_a), (y, rest_b)) = match (piece(a), piece(b)) {
            (Some(x), Some(y)) => (x, y),
            (x, y) => return x.is_some().cmp(&y.is_some()).then_with(|| left.cmp(&right)),
        };
        let order = match (x.trim_start_matches('0'), y.trim_start_matches('0')) {
            (m, n) if is_number(x) && is_number(y) => m.len().cmp(&n.len()).then_with(|| m.cmp(n)),
            _ => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

fn is_number(piece: &str) -> bool {
    piece.starts_with(|c: char| c.is_ascii_digit())
}

/// The leading run of digits, or of anything else, and what follows.
fn piece(text: &str) -> Option<(&str, &str)> {
    let digits = is_number(text);
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kinds() {
        let name = |text: &str| kind_of(text).map(|kind| kind.name);
        assert_eq!(name("regions.csv"), Some("regions"));
        assert_eq!(name("regions-2018.xlsx"), Some("regions"));
        assert_eq!(name("01-区划.csv"), Some("regions"));
        assert_eq!(name("建档立卡户（2018）.xlsx"), Some("households"));
        assert_eq!(name("ref_deaths.csv"), Some("ref-deaths"));
        assert_eq!(name("发放清册2018-03.csv"), Some("batch"));
        assert_eq!(name("readme.md"), None);
        assert_eq!(name("regionsx.csv"), None);
    }

    #[test]
    fn numbers_in_names_count() {
        let mut names = ["b10.csv", "b2.csv", "b1.csv", "b02.csv", "a.csv"].map(PathBuf::from);
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names.map(|p| p.display().to_string()), ["a.csv", "b1.csv", "b02.csv", "b2.csv", "b10.csv"]);
    }
}
