//! Papers as PDF, read back.

use super::*;

#[test]
#[ignore = "writes sample files to look at"]
fn samples() {
    let document = crate::files::writing::pdf::specimen::document();
    let created = NaiveDate::from_ymd_opt(2018, 9, 30).unwrap();
    std::fs::write("/tmp/pdf_paper.pdf", write(&document, created).unwrap()).unwrap();
    let table = crate::files::writing::sample::table();
    std::fs::write("/tmp/pdf_book.pdf", write_tables(&[table], created).unwrap()).unwrap();
}
