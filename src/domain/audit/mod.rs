//! Handing over to audit (审计数据接口), the pure part: the table specs that an export is checked against, the XSD made of
//! them, the manifest that names what was handed over, and the books worked out anew from the chain's vouchers.

pub mod benford;
pub mod check;
pub mod compare;
mod follow;
pub mod holidays;
pub mod manifest;
pub mod record;
pub mod spec;
pub mod truth;
pub mod xsd;

pub use check::{Checker, Fault};
pub use manifest::Manifest;
pub use record::{Put, Record};
pub use spec::{AuditFormat, Column, Container, Spec, TableSpec};

/// Spent as a share of what was available, rounded half up to four decimals; empty where nothing was available.
pub fn ratio(spent: i128, available: i128) -> String {
    use crate::domain::report::figure::share;
    use rust_decimal::Decimal;
    if available <= 0 {
        return String::new();
    }
    match (Decimal::try_from_i128_with_scale(spent, 0), Decimal::try_from_i128_with_scale(available, 0)) {
        (Ok(spent), Ok(available)) => share(spent / available),
        _ => String::new(),
    }
}

/// Text as every table has it: without what could act on a terminal or break XML, and without blanks at its ends. Control
/// characters become spaces, characters that reorder or hide text are dropped.
pub fn plain(text: &str) -> String {
    let kept = text.chars().filter(|&c| !hides_or_reorders(c)).map(|c| if c.is_control() { ' ' } else { c });
    kept.collect::<String>().trim().to_string()
}

fn hides_or_reorders(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}
