//! The list of families: which installed font may stand in for which role, best first. The shipped list is
//! `reports/fonts/families.csv`; one of the same name in the directory of `SUNLEDGER_FONTS` takes its place.

use std::path::Path;

use super::{FontProblem, Role};

pub(super) const FILE: &str = "families.csv";
const SHIPPED: &str = include_str!("../../../reports/fonts/families.csv");

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    pub role: Role,
    pub name: String,
    /// 400 regular, 700 bold.
    pub weight: u16,
}

/// The list in force, with that of the directory named by the environment first.
pub(super) fn listed(named: Option<&Path>) -> Result<Vec<Family>, FontProblem> {
    let own = named.map(|dir| dir.join(FILE)).filter(|path| path.is_file());
    match own {
        None => parse(SHIPPED, &format!("reports/fonts/{FILE}")),
        Some(path) => {
            let shown = path.display().to_string();
            let wrong = |what: String| FontProblem::List { path: shown.clone(), line: 0, what };
            let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
            parse(text.trim_start_matches('\u{FEFF}'), &shown)
        }
    }
}

pub(super) fn parse(text: &str, path: &str) -> Result<Vec<Family>, FontProblem> {
    let wrong = |line: usize, what: String| FontProblem::List { path: path.to_string(), line, what };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut families = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let line = at + 2;
        let record = record.map_err(|error| wrong(line, error.to_string()))?;
        let role = record.get(0).unwrap_or_default();
        let role = Role::ALL.into_iter().find(|known| known.name() == role).ok_or_else(|| {
            let known: Vec<_> = Role::ALL.map(Role::name).to_vec();
            wrong(line, format!("用途“{role}”不认识，应为{}之一", known.join("、")))
        })?;
        let name = record.get(1).unwrap_or_default().to_string();
        let weight = record.get(2).unwrap_or_default();
        let weight: u16 = weight.parse().map_err(|_| wrong(line, format!("字重“{weight}”应为100至900的整数")))?;
        if name.is_empty() {
            return Err(wrong(line, "缺少字体族".into()));
        }
        families.push(Family { role, name, weight });
    }
    Ok(families)
}
