//! One door to every form of a paper.

use chrono::NaiveDate;

use super::{WriteProblem, docx, html, pdf};
use crate::domain::report::document::Document;

/// What a paper is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    Docx,
    Pdf,
    Html,
}

impl Form {
    pub const ALL: [Form; 3] = [Form::Docx, Form::Pdf, Form::Html];

    /// The ending of the file's name, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Form::Docx => "docx",
            Form::Pdf => "pdf",
            Form::Html => "html",
        }
    }

    /// The form that a file's ending names, in any case.
    pub fn named(extension: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.extension().eq_ignore_ascii_case(extension))
    }
}

/// Writes the paper; `created` becomes the date in the file's properties.
///
/// # Errors
/// As the writer of the form.
pub fn write(form: Form, document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    match form {
        Form::Docx => docx::write(document, created),
        Form::Pdf => pdf::write(document, created),
        Form::Html => html::write(document, created),
    }
}
