//! Which figures stand where: each place where a figure is printed gets an anchor, each source knows its places.

use std::collections::BTreeMap;

use crate::domain::report::document::{Document, Source, Span, Text};
use crate::files::writing::markup::Markup;

/// A place where a figure is printed.
pub(super) struct Place {
    pub anchor: String,
    pub printed: String,
}

pub(super) struct Figures<'d> {
    sources: &'d [Source],
    /// The source of a key; where a key is given twice, the first is meant.
    by_key: BTreeMap<&'d str, usize>,
    /// By source.
    places: Vec<Vec<Place>>,
    count: usize,
}

impl<'d> Figures<'d> {
    pub fn new(document: &'d Document) -> Figures<'d> {
        let mut by_key = BTreeMap::new();
        for (index, source) in document.sources.iter().enumerate() {
            by_key.entry(source.key.as_str()).or_insert(index);
        }
        Figures { sources: &document.sources, by_key, places: document.sources.iter().map(|_| Vec::new()).collect(), count: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    pub fn of(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub fn places(&self, source: usize) -> &[Place] {
        self.places.get(source).map_or(&[], Vec::as_slice)
    }

    /// The figure, as a link if it says where it comes from.
    pub fn write(&mut self, out: &mut Markup, key: &str, printed: &str) {
        let Some(index) = self.of(key) else {
            out.text(printed);
            return;
        };
        self.count += 1;
        let anchor = format!("at{}", self.count);
        let source = &self.sources[index];
        let (href, says) = (format!("#{}", entry(index)), format!("{}：{}", source.name, source.how));
        out.element("a", &[("class", "figure"), ("id", &anchor), ("href", &href), ("title", &says)], printed);
        self.places[index].push(Place { anchor, printed: printed.to_owned() });
    }

    pub fn text(&mut self, out: &mut Markup, text: &Text) {
        for span in &text.0 {
            match span {
                Span::Words(words) => {
                    out.text(words);
                }
                Span::Figure { key, text } => self.write(out, key, text),
            }
        }
    }

    /// Where a part of a chart leads: to the source whose key it names behind a `#`.
    pub fn link(&self, href: &str) -> Option<String> {
        let index = self.of(href.strip_prefix('#')?)?;
        Some(format!("#{}", entry(index)))
    }
}

/// The id of a source's entry.
pub(super) fn entry(source: usize) -> String {
    format!("s{}", source + 1)
}
