//! Markup in the making, for DOCX and HTML: what the program itself writes comes in as fixed text, everything else is cleaned and
//! escaped here, in one place. Names of elements and attributes can only be fixed text, so nothing that others wrote becomes markup.

use std::borrow::Cow;

use super::clean;

/// Text as it may stand in XML and HTML, within an element as well as within an attribute.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

pub(super) type Attribute<'a> = (&'static str, &'a str);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// Markup as the program has it.
    pub fn fixed(&mut self, markup: &'static str) -> &mut Markup {
        self.0.push_str(markup);
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Markup {
        self.0.push_str(&escape(text));
        self
    }

    pub fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) -> &mut Markup {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            self.0.push_str(&escape(value));
            self.0.push('"');
        }
        self.0.push('>');
        self
    }

    pub fn close(&mut self, name: &'static str) -> &mut Markup {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// An element with nothing in it.
    pub fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>]) -> &mut Markup {
        self.open(name, attributes);
        self.0.pop();
        self.0.push_str("/>");
        self
    }

    /// An element that holds a text and nothing else.
    pub fn element(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) -> &mut Markup {
        self.open(name, attributes).text(text).close(name)
    }

    pub fn append(&mut self, other: &Markup) -> &mut Markup {
        self.0.push_str(&other.0);
        self
    }

    /// A picture that `files::writing::chart` has drawn, where every text is escaped already.
    pub fn drawn(&mut self, chart: &crate::domain::report::chart::Chart) -> &mut Markup {
        self.0.push_str(&chart.svg());
        self
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_comes_in_becomes_markup() {
        let mut out = Markup::default();
        out.open("p", &[("title", "\"><b>")]).text("<i>&\u{202e}甲\u{0}'").leaf("br", &[]).close("p");
        assert_eq!(String::from_utf8_lossy(&out.into_bytes()), "<p title=\"&quot;&gt;&lt;b&gt;\">&lt;i&gt;&amp;甲 &#39;<br/></p>");
    }
}
