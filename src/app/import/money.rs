//! The kinds that move money: each importer turns typed rows into the use cases of [`crate::app::money`] and
//! [`crate::app::payout`].

use super::Import;

/// The importer of a money kind.
pub fn importer_for(_kind: &str) -> Option<Import> {
    None
}
