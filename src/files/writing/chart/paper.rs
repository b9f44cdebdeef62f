//! The sheet a chart is drawn on: writes SVG elements, escapes every text and address, and keeps lengths in tenths of a pixel.

use super::{GRID, Heading, INK, PALETTE};
use crate::files::writing::display_width;
use crate::files::writing::markup::escape;
use std::fmt::Write as _;

/// Fonts that systems with Chinese have; nothing is fetched.
const FONTS: &str = "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Micro Hei',sans-serif";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub anchor: Anchor,
    pub size: u8,
    pub bold: bool,
    pub colour: &'static str,
    /// A white rim, for words that stand on shapes.
    pub rim: bool,
}

impl Style {
    pub const fn new(size: u8) -> Style {
        Style { anchor: Anchor::Start, size, bold: false, colour: INK, rim: false }
    }

    pub const fn anchor(mut self, anchor: Anchor) -> Style {
        self.anchor = anchor;
        self
    }

    pub const fn bold(mut self) -> Style {
        self.bold = true;
        self
    }

    pub const fn colour(mut self, colour: &'static str) -> Style {
        self.colour = colour;
        self
    }

    pub const fn rim(mut self) -> Style {
        self.rim = true;
        self
    }
}

pub(super) struct Paper {
    out: String,
    id: String,
    linked: bool,
}

impl Paper {
    /// A sheet of so many tenths of a pixel. `linked` says whether any part leads somewhere.
    pub fn open(head: &Heading, width: i64, height: i64, linked: bool) -> Paper {
        let mut out = String::with_capacity(8_192);
        let (w, h) = (px(width), px(height));
        let role = if linked { "group" } else { "img" };
        let id = &head.id;
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"{role}\" \
             aria-labelledby=\"{id}-t {id}-d\" font-family=\"{FONTS}\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escape(&head.title),
            escape(&head.description)
        );
        Paper { out, id: id.clone(), linked }
    }

    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    /// An element with attributes and nothing within.
    pub fn shape(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.start(name, attributes);
        self.out.insert(self.out.len() - 1, '/');
    }

    fn start(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"{}\"", escape(value));
        }
        self.out.push('>');
    }

    pub fn text(&mut self, x: i64, y: i64, style: Style, text: &str) {
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let mut attributes = vec![
            ("x", px(x)),
            ("y", px(y)),
            ("font-size", style.size.to_string()),
            ("text-anchor", anchor.to_string()),
            ("fill", style.colour.to_string()),
        ];
        if style.bold {
            attributes.push(("font-weight", "600".to_string()));
        }
        if style.rim {
            let rim = [("paint-order", "stroke"), ("stroke", "#fff"), ("stroke-width", "3"), ("stroke-linejoin", "round")];
            attributes.extend(rim.map(|(key, value)| (key, value.to_string())));
        }
        self.start("text", &attributes);
        self.out.push_str(&escape(text));
        self.out.push_str("</text>");
    }

    /// A straight line; `dash` is empty for a solid one.
    pub fn rule(&mut self, from: (i64, i64), to: (i64, i64), stroke: (&str, &str), dash: &str) {
        let mut attributes = vec![
            ("x1", px(from.0)),
            ("y1", px(from.1)),
            ("x2", px(to.0)),
            ("y2", px(to.1)),
            ("stroke", stroke.0.to_string()),
            ("stroke-width", stroke.1.to_string()),
        ];
        if !dash.is_empty() {
            attributes.push(("stroke-dasharray", dash.to_string()));
        }
        self.shape("line", &attributes);
    }

    pub fn grid_line(&mut self, from: (i64, i64), to: (i64, i64)) {
        self.rule(from, to, (GRID, "1"), "");
    }

    /// What is drawn by `draw` leads to `href`, if given; `says` is read out and shown when pointed at.
    pub fn linked(&mut self, href: Option<&str>, says: &str, draw: impl FnOnce(&mut Paper)) {
        match href {
            Some(href) if self.linked && is_local(href) => {
                self.start("a", &[("href", href.to_string())]);
                let _ = write!(self.out, "<title>{}</title>", escape(says));
                draw(self);
                self.out.push_str("</a>");
            }
            _ => {
                self.out.push_str("<g>");
                let _ = write!(self.out, "<title>{}</title>", escape(says));
                draw(self);
                self.out.push_str("</g>");
            }
        }
    }

    /// Patterns of the first `count` series, each the series' colour with its own hatching in white.
    pub fn patterns(&mut self, count: usize) {
        self.out.push_str("<defs>");
        for (index, colour) in PALETTE.iter().enumerate().take(count) {
            let hatch = match index % PALETTE.len() {
                0 => "",
                1 => "<path d=\"M0 8L8 0M-2 2L2-2M6 10L10 6\" stroke=\"#fff\" stroke-width=\"2\"/>",
                2 => "<circle cx=\"4\" cy=\"4\" r=\"1.6\" fill=\"#fff\"/>",
                3 => "<path d=\"M0 4H8\" stroke=\"#fff\" stroke-width=\"2\"/>",
                4 => "<path d=\"M0 0L8 8M6-2L10 2M-2 6L2 10\" stroke=\"#fff\" stroke-width=\"2\"/>",
                5 => "<path d=\"M4 0V8\" stroke=\"#fff\" stroke-width=\"2\"/>",
                _ => "<path d=\"M0 0L8 8M8 0L0 8\" stroke=\"#7A6F00\" stroke-width=\"1\"/>",
            };
            let _ = write!(
                self.out,
                "<pattern id=\"{}-p{index}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
                 <rect width=\"8\" height=\"8\" fill=\"{colour}\"/>{hatch}</pattern>",
                self.id
            );
        }
        self.out.push_str("</defs>");
    }

    /// The fill of a series whose pattern was defined.
    pub fn pattern(&self, index: usize) -> String {
        format!("url(#{}-p{})", self.id, index % PALETTE.len())
    }
}

/// Charts lead to pages of this service only.
fn is_local(href: &str) -> bool {
    (href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/\\")) || href.starts_with('#') || href.starts_with('?')
}

/// Tenths of a pixel as SVG writes them.
pub(super) fn px(tenths: i64) -> String {
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let sign = if tenths < 0 { "-" } else { "" };
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Tenths of a pixel that a text of that size takes, as near as one can tell without its font.
pub(super) fn text_width(text: &str, size: u8) -> i64 {
    let columns = i64::try_from(display_width(text)).unwrap_or(i64::MAX / 100);
    columns * i64::from(size) * 10 * 11 / 20
}

/// A label cut to a width, with a mark where it was cut.
pub(super) fn cut(text: &str, size: u8, width: i64) -> String {
    if text_width(text, size) <= width {
        return text.to_string();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if text_width(&kept, size) + i64::from(size) * 10 > width {
            kept.pop();
            break;
        }
    }
    kept + "…"
}
