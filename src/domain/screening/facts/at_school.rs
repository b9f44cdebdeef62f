//! Who was at school when (学籍), by month and stage.

use super::term::term_months;
use super::{Facts, Student, overlap};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A stage of school (学段), however it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Preschool,
    Primary,
    Junior,
    Senior,
    Vocational,
    Higher,
}

/// Names of each stage. Longer words that hold a shorter one of another stage stand first.
const STAGES: [(Stage, &[&str]); 6] = [
    (Stage::Vocational, &["中职", "中等职业", "职业高中", "职高", "中专", "技校", "技工"]),
    (Stage::Higher, &["高等", "大学", "大专", "本科", "高职", "专科", "研究生"]),
    (Stage::Preschool, &["学前", "幼儿"]),
    (Stage::Primary, &["小学"]),
    (Stage::Junior, &["初中"]),
    (Stage::Senior, &["高中"]),
];

impl Stage {
    pub fn chinese(self) -> &'static str {
        match self {
            Stage::Preschool => "学前",
            Stage::Primary => "小学",
            Stage::Junior => "初中",
            Stage::Senior => "高中",
            Stage::Vocational => "中职",
            Stage::Higher => "高等",
        }
    }

    /// Stages that a text names; 义务教育 is primary and junior school. None where it names none.
    pub fn named(text: &str) -> BTreeSet<Stage> {
        let mut rest = text.to_string();
        let mut found = BTreeSet::new();
        for (stage, words) in STAGES {
            for word in words {
                if rest.contains(word) {
                    found.insert(stage);
                    rest = rest.replace(word, "");
                }
            }
        }
        if rest.contains("义务教育") {
            found.extend([Stage::Primary, Stage::Junior]);
        }
        found
    }
}

static NO_STAGE: BTreeSet<Stage> = BTreeSet::new();

/// The list of students, with its terms read.
pub struct Enrolment<'a> {
    facts: &'a Facts,
    terms: HashMap<&'a str, Option<(i64, i64)>>,
    stages: HashMap<&'a str, BTreeSet<Stage>>,
    /// Months that the list covers for each stage: where it has nobody, it says nothing.
    covered: BTreeMap<Stage, BTreeSet<(i64, i64)>>,
}

impl<'a> Enrolment<'a> {
    pub fn new(facts: &'a Facts) -> Enrolment<'a> {
        let mut terms: HashMap<&str, Option<(i64, i64)>> = HashMap::new();
        let mut covered: BTreeMap<Stage, BTreeSet<(i64, i64)>> = BTreeMap::new();
        let mut stages: HashMap<&str, BTreeSet<Stage>> = HashMap::new();
        for row in &facts.lists.students.rows {
            let named = stages.entry(&row.stage).or_insert_with(|| Stage::named(&row.stage));
            if let Some(months) = *terms.entry(&row.term).or_insert_with(|| term_months(&row.term)) {
                for stage in named.iter() {
                    covered.entry(*stage).or_default().insert(months);
                }
            }
        }
        Enrolment { facts, terms, stages, covered }
    }

    /// A term of the list as months; nothing where it cannot be read.
    pub fn months(&self, row: &Student) -> Option<(i64, i64)> {
        self.terms.get(row.term.as_str()).copied().flatten()
    }

    /// The stages that a row names; none where it cannot be told.
    pub fn stages(&self, row: &Student) -> &BTreeSet<Stage> {
        self.stages.get(row.stage.as_str()).unwrap_or(&NO_STAGE)
    }

    /// Whether the list tells anything of one of these stages (of any, where none is named) in these months.
    pub fn covers(&self, stages: &BTreeSet<Stage>, months: (i64, i64)) -> bool {
        let of = self.covered.iter().filter(|(stage, _)| stages.is_empty() || stages.contains(stage));
        of.flat_map(|(_, terms)| terms).any(|term| overlap(*term, months))
    }

    /// Rows of a person that say 在读 in some of these months. A term that cannot be read is taken to be the one asked for.
    pub fn enrolled(&self, person: u32, months: (i64, i64)) -> impl Iterator<Item = &'a Student> + '_ {
        let rows = self.facts.lists.students.of(person).iter();
        rows.filter(move |row| row.status == "在读" && self.months(row).is_none_or(|term| overlap(term, months)))
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn stages_are_known_by_any_name() {
        let one = |text: &str| Stage::named(text).into_iter().collect::<Vec<_>>();
        assert_eq!(one("职业高中"), [Stage::Vocational]);
        assert_eq!(one("普通高中资助"), [Stage::Senior]);
        assert_eq!(one("高职（专科）"), [Stage::Higher]);
        assert_eq!(one("学前教育资助"), [Stage::Preschool]);
        assert_eq!(one("义务教育阶段寄宿生"), [Stage::Primary, Stage::Junior]);
        assert!(one("助学金").is_empty());
    }
}
