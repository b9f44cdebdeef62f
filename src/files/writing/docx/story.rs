//! The body of the paper in the making: paragraphs, tables and sections in order. The last paragraph stays open until what comes
//! after it is known, for a section ends within its last paragraph. Figures are bookmarked by their keys, so that they can
//! be found (Word: 定位 → 书签) and read by programs.

use std::collections::BTreeSet;

use super::parts::section;
use crate::domain::report::document::{Span, Text};
use crate::files::writing::markup::Markup;
use crate::files::writing::picture::Picture;

#[derive(Debug, Default)]
pub(super) struct Story {
    out: Markup,
    last: Option<Paragraph>,
    bookmarks: BTreeSet<String>,
    pub pictures: Vec<Picture>,
    /// Whether the pages of the section lie.
    landscape: bool,
}

/// Indents of one paragraph, in twips; what is not given is the style's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Indent {
    pub left: usize,
    pub right: usize,
    pub hanging: usize,
    pub first: usize,
}

#[derive(Debug)]
pub(super) struct Paragraph {
    style: &'static str,
    keep_next: bool,
    new_page: bool,
    indent: Option<Indent>,
    runs: Markup,
}

impl Paragraph {
    pub fn new(style: &'static str) -> Paragraph {
        Paragraph { style, keep_next: false, new_page: false, indent: None, runs: Markup::default() }
    }

    pub fn keep_next(mut self, keep: bool) -> Paragraph {
        self.keep_next = keep;
        self
    }

    pub fn new_page(mut self, new_page: bool) -> Paragraph {
        self.new_page = new_page;
        self
    }

    pub fn indent(mut self, indent: Indent) -> Paragraph {
        self.indent = Some(indent);
        self
    }

    pub fn words(self, text: &str) -> Paragraph {
        self.words_as(Face::default(), text)
    }

    pub fn words_as(mut self, face: Face, text: &str) -> Paragraph {
        run(&mut self.runs, face, text);
        self
    }

    pub fn tab(self) -> Paragraph {
        self.runs("<w:r><w:tab/></w:r>")
    }

    fn runs(mut self, markup: &'static str) -> Paragraph {
        self.runs.fixed(markup);
        self
    }

    pub fn append(mut self, runs: &Markup) -> Paragraph {
        self.runs.append(runs);
        self
    }

    /// `section`: the section that ends with this paragraph.
    pub fn write(&self, out: &mut Markup, ends: Option<&Markup>) {
        out.fixed("<w:p><w:pPr>").leaf("w:pStyle", &[("w:val", self.style)]);
        if self.keep_next {
            out.fixed("<w:keepNext/>");
        }
        if self.new_page {
            out.fixed("<w:pageBreakBefore/>");
        }
        if let Some(Indent { left, right, hanging, first }) = self.indent {
            let [left, right, hanging, first] = [left, right, hanging, first].map(|length| length.to_string());
            let mut attributes = vec![("w:left", left.as_str()), ("w:right", right.as_str())];
            // the style's indent in characters goes before one in twips
            attributes.push(("w:firstLineChars", "0"));
            attributes.push(if hanging == "0" { ("w:firstLine", first.as_str()) } else { ("w:hanging", hanging.as_str()) });
            out.leaf("w:ind", &attributes);
        }
        if let Some(section) = ends {
            out.append(section);
        }
        out.fixed("</w:pPr>").append(&self.runs).fixed("</w:p>");
    }
}

/// What differs from the style of the paragraph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Face {
    pub font: Option<&'static str>,
    /// In half points.
    pub size: Option<usize>,
}

/// Marks that Chinese and Latin share; a hint makes them Chinese ones, a whole character wide.
fn is_shared(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{d7}' | '\u{2010}'..='\u{203b}' | '\u{2460}'..='\u{24ff}')
}

pub(super) fn run(out: &mut Markup, face: Face, text: &str) {
    let shared = text.chars().any(is_shared);
    out.fixed("<w:r>");
    if shared || face != Face::default() {
        out.fixed("<w:rPr>");
        if let Some(font) = face.font {
            out.leaf("w:rFonts", &[("w:eastAsia", font), ("w:hint", "eastAsia")]);
        } else if shared {
            out.fixed("<w:rFonts w:hint=\"eastAsia\"/>");
        }
        if let Some(size) = face.size {
            let size = size.to_string();
            out.leaf("w:sz", &[("w:val", &size)]).leaf("w:szCs", &[("w:val", &size)]);
        }
        out.fixed("</w:rPr>");
    }
    out.fixed("<w:t xml:space=\"preserve\">").text(text).fixed("</w:t></w:r>");
}

impl Story {
    pub fn add(&mut self, paragraph: Paragraph) {
        self.flush();
        self.last = Some(paragraph);
    }

    /// Adds the sentence to the paragraph and the paragraph to the story.
    pub fn add_text(&mut self, paragraph: Paragraph, text: &Text) {
        let mut runs = Markup::default();
        for span in &text.0 {
            match span {
                Span::Words(words) => run(&mut runs, Face::default(), words),
                Span::Figure { key, text } => self.figure(&mut runs, Face::default(), key, text),
            }
        }
        self.add(paragraph.append(&runs));
    }

    pub fn figure(&mut self, runs: &mut Markup, face: Face, key: &str, text: &str) {
        let name = self.bookmark(key);
        let id = self.bookmarks.len().to_string();
        runs.leaf("w:bookmarkStart", &[("w:id", &id), ("w:name", &name)]);
        run(runs, face, text);
        runs.leaf("w:bookmarkEnd", &[("w:id", &id)]);
    }

    /// `total.spent` → `f_total_spent`, and `f_total_spent_2` where it stands again. Word wants letters, digits and underscores, forty
    /// at most.
    fn bookmark(&mut self, key: &str) -> String {
        const LONGEST: usize = 32;
        let plain: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(LONGEST).collect();
        let again = (2..).map(|count| format!("f_{plain}_{count}"));
        let name = std::iter::once(format!("f_{plain}")).chain(again).find(|name| !self.bookmarks.contains(name));
        let name = name.unwrap_or_default();
        self.bookmarks.insert(name.clone());
        name
    }

    /// A table or whatever else is no paragraph.
    pub fn add_markup(&mut self, markup: &Markup) {
        self.flush();
        self.out.append(markup);
    }

    fn flush(&mut self) {
        if let Some(paragraph) = self.last.take() {
            paragraph.write(&mut self.out, None);
        }
    }

    /// From here on pages lie, or stand again. Gives whether that began a new page.
    pub fn turn(&mut self, landscape: bool) -> bool {
        if self.landscape == landscape {
            return false;
        }
        let ended = section(self.landscape);
        self.last.take().unwrap_or_else(|| Paragraph::new("Nothing")).write(&mut self.out, Some(&ended));
        self.landscape = landscape;
        true
    }

    pub fn width(&self) -> usize {
        if self.landscape { super::LYING_WIDTH } else { super::TEXT_WIDTH }
    }

    /// The body with the section that its last page belongs to, and the pictures in the order in which they appear.
    pub fn finish(mut self) -> (Markup, Vec<Picture>) {
        self.flush();
        self.out.append(&section(self.landscape));
        (self.out, self.pictures)
    }
}
