//! The catalogue of misuse rules (design: rules.md), one file each. The first letter tells the family: P payees, A accounts,
//! M amounts and times, S posts, school, housing and loans, U projects, units and funds.

/// Declares the rules: each name is a file with a `RULE`.
macro_rules! rules {
    ($($file:ident;)*) => {
        $(mod $file;)*
        /// All rules, in the order of the catalogue.
        pub static RULES: &[&super::Rule] = &[$(&$file::RULE),*];
    };
}

#[rustfmt::skip] // one a line: a new rule is a new line
rules! {
    p03_after_death;
    m03_paid_twice;
    u13_no_result;
}

/// The rule of an id.
pub fn find(id: &str) -> Option<&'static super::Rule> {
    RULES.iter().copied().find(|rule| rule.id.eq_ignore_ascii_case(id.trim()))
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::domain::screening::ParamTable;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_says_what_it_is() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len(), "ids differ");
        for rule in RULES {
            assert!(rule.version > 0 && !rule.name.is_empty() && !rule.source.is_empty(), "{}", rule.id);
            assert!(rule.meaning.chars().count() >= 10, "{}: a reviewer must be able to act on its meaning", rule.id);
            assert!(rule.params.iter().all(|param| !param.title.is_empty()), "{}", rule.id);
        }
        assert!(ParamTable::new([]).is_ok(), "every default is a value of its kind");
    }
}
