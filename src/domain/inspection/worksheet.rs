//! A worksheet (核查表) as plain data: what is printed, and which columns are filled in at the door. Each row carries a check of
//! letters (校验码) over plan, sample number, item and amount, so that a row that slipped or was typed over is seen when the
//! sheet comes back. Letters only: a spreadsheet makes nothing else of them.

use super::plan::Population;
use super::question;
use crate::domain::kinds::Kind;
use crate::domain::report::Cell;
use sm3::{Digest, Sm3};

#[derive(Debug, Clone)]
pub struct Worksheet {
    pub population: Population,
    /// Name of the file, without ending.
    pub name: String,
    pub title: String,
    /// Who looks at what, and how to fill the sheet in; each a line.
    pub lines: Vec<String>,
    /// The printed cells of each row, as many as there are columns before the first answer; further cells are answers that a
    /// sheet comes with, as one that was filled in does.
    pub rows: Vec<Vec<Cell>>,
}

impl Worksheet {
    pub fn kind(&self) -> &'static Kind {
        question::kind_of(self.population)
    }

    /// The first column that is filled in.
    pub fn first_answer(&self) -> usize {
        question::first_answer(self.population)
    }
}

/// How a name is shown on a sheet that goes to the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// In full: whoever knocks must ask for somebody.
    Full,
    Masked,
}

/// Eight letters A to P over what a row is about.
pub fn check_code(plan: &str, sample: i64, item: &str, value: i64) -> String {
    let digest = Sm3::digest(format!("{plan}\n{sample}\n{item}\n{value}").as_bytes());
    digest.iter().take(4).flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(b'A' + nibble)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_letters_and_follows_the_row() {
        let code = check_code("JC2018Q3", 7, "PC01+15", 60_000);
        assert!(code.len() == 8 && code.bytes().all(|b| (b'A'..=b'P').contains(&b)));
        assert_ne!(code, check_code("JC2018Q3", 8, "PC01+15", 60_000));
        assert_ne!(code, check_code("JC2018Q3", 7, "PC01+15", 60_001));
    }
}
