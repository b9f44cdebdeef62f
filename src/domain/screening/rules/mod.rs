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
    p01_invalid_id;
    p02_not_registered;
    p03_after_death;
    p04_public_payroll;
    p05_owns_company;
    p06_owns_car;
    p07_owns_property;
    p08_kin_of_cadre;
    p09_cadre_paid;
    p10_household_split;
    p11_in_custody;
    p12_after_exit;
    p13_before_recognition;
    a01_not_own_card;
    a02_shared_account;
    a03_card_changed;
    a04_account_network;
    a05_public_to_private;
    a06_round_trip;
    m01_arithmetic;
    m02_beyond_rate;
    m03_paid_twice;
    m04_overlap;
    m05_exclusive;
    m06_heads;
    m07_left_out;
    m08_late;
    m09_year_end_rush;
    m10_uniform_claims;
    s01_phantom_post;
    s02_two_posts;
    s03_not_enrolled;
    s04_area;
    s05_housing_twice;
    s06_grading;
    s07_firm_loan;
    s08_financing;
    u01_not_in_library;
    u02_no_notice;
    u03_split_payments;
    u04_new_or_related_firm;
    u05_moved_not_spent;
    u06_cash;
    u07_negative_list;
    u08_idle;
    u09_late_allocation;
    u10_ahead_of_work;
    u11_management_fee;
    u12_wrong_use;
    u13_no_result;
    u14_less_than_last_year;
    u15_low_execution;
    u16_booked_not_spent;
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
