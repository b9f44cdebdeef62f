//! Papers as HTML: one file that needs no network and no script, readable on a screen and printed on A4 like the paper itself. Each figure
//! that says where it comes from is a link to its entry in the appendix 数据来源, and the entry leads back; so whoever reads the paper
//! comes from a sentence to the figures it is made of, and from those to the vouchers. The program escapes all text in one
//! place (`markup`), and the page's own policy lets nothing run and nothing load but its style.

mod blocks;
mod figures;
mod sources;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use self::figures::Figures;
use super::WriteProblem;
use super::markup::Markup;
use crate::domain::report::document::{Document, Imprint};
use crate::domain::report::figure;

const STYLE: &str = include_str!("html/paper.css");

/// The page's own policy: its style, known by its digest, may act, nothing else may.
static OWN_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'")
});

/// The policy under which a service should hand out a paper: the same, and no frame around it, which a page cannot say itself.
pub static POLICY: LazyLock<String> = LazyLock::new(|| format!("{}; frame-ancestors 'none'", *OWN_POLICY));

/// Writes the paper. `created` is named in the head of the file.
pub fn write(document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let mut figures = Figures::new(document);
    let body = blocks::write(document, &mut figures);
    let sources = sources::write(document, &figures);
    let mut out = Markup::default();
    head(&mut out, document, created);
    out.fixed("<body>\n");
    if !figures.is_empty() {
        out.fixed("<p class=\"hint\">文中带下划线的数字都可点开，看它怎样得来、由哪些凭证构成；也可直接看<a href=\"#sources\">数据来源</a>。</p>\n");
    }
    out.fixed("<main>\n");
    title(&mut out, document);
    out.append(&body);
    if let Some(printed) = &document.imprint {
        imprint(&mut out, printed);
    }
    out.fixed("</main>\n").append(&sources).fixed("</body>\n</html>\n");
    Ok(out.into_bytes())
}

fn head(out: &mut Markup, document: &Document, created: NaiveDate) {
    out.fixed("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.leaf("meta", &[("http-equiv", "Content-Security-Policy"), ("content", OWN_POLICY.as_str())]).fixed("\n");
    out.fixed("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light\">\n");
    out.leaf("meta", &[("name", "date"), ("content", &figure::day(created))]).fixed("\n");
    if let Some(seal) = &document.seal {
        out.leaf("meta", &[("name", "keywords"), ("content", seal)]).fixed("\n");
    }
    out.element("title", &[], &document.title.replace('\n', "")).fixed("\n<style>").fixed(STYLE).fixed("</style>\n</head>\n");
}

fn title(out: &mut Markup, document: &Document) {
    out.fixed("<header>\n");
    if let Some(mark) = &document.mark {
        // as big as a line allows
        let class = match mark.lines().map(|line| line.chars().count()).max().unwrap_or(0) {
            0..=8 => "mark eight",
            9..=12 => "mark twelve",
            _ => "mark many",
        };
        lines(out.open("p", &[("class", class)]), mark).close("p").fixed("\n");
    }
    let class = if document.mark.is_some() { "number under-mark" } else { "number" };
    if document.mark.is_some() || document.doc_number.is_some() {
        out.element("p", &[("class", class)], document.doc_number.as_deref().unwrap_or("")).fixed("\n");
    }
    lines(out.fixed("<h1>"), &document.title).fixed("</h1>\n</header>\n");
    if let Some(recipients) = &document.recipients {
        out.element("p", &[("class", "to")], &format!("{recipients}：")).fixed("\n");
    }
}

/// Text that is broken where its author broke it.
fn lines<'m>(out: &'m mut Markup, text: &str) -> &'m mut Markup {
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.fixed("<br>");
        }
        out.text(line);
    }
    out
}

fn imprint(out: &mut Markup, imprint: &Imprint) {
    let copies = imprint.copies.trim_end_matches('。');
    out.fixed("<footer class=\"imprint\">\n");
    if !copies.is_empty() {
        out.element("p", &[("class", "copies")], &format!("抄送：{copies}。")).fixed("\n");
    }
    out.fixed("<p class=\"printed\">").element("span", &[], &imprint.printed_by);
    out.element("span", &[], &format!("{}印发", figure::day_chinese(imprint.printed_on))).fixed("</p>\n</footer>\n");
}
