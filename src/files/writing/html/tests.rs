//! The page as a browser and a reader meet it: the specimen's markup is kept beside this file, reviewed by eye; what must hold for any paper is
//! checked by itself.

#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use std::collections::BTreeSet;

use resvg::usvg::roxmltree;

use super::*;
use crate::domain::report::document::{Span, Text};
use crate::files::writing::sample;

fn page(document: &Document) -> String {
    String::from_utf8(write(document, sample::day()).unwrap()).unwrap()
}

/// What stands in the body, read as XML: our HTML is written so that it can be.
fn body(page: &str) -> &str {
    &page[page.find("<body>").unwrap()..page.find("</html>").unwrap()]
}

fn as_xml(page: &str) -> String {
    body(page).replace("<br>", "<br/>").replace("<details open>", "<details open=\"\">")
}

fn attributes<'x>(tree: &'x roxmltree::Document<'_>, name: &str) -> Vec<&'x str> {
    tree.descendants().filter_map(|node| node.attribute(name)).collect()
}

#[test]
fn the_specimen_is_as_it_was_reviewed() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/src/files/writing/html/specimen.html");
    let now = page(&sample::paper());
    let now = body(&now);
    if std::env::var_os("SUNLEDGER_SPECIMEN").is_some() {
        std::fs::write(kept, now).unwrap();
    }
    let kept = std::fs::read_to_string(kept).unwrap();
    let differs = kept.lines().zip(now.lines()).find(|(kept, now)| kept != now);
    assert!(kept == now, "set SUNLEDGER_SPECIMEN=1 to write the specimen anew, and review it; first difference: {differs:?}");
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    assert_eq!(page(&sample::paper()), page(&sample::paper()));
}

#[test]
fn every_link_leads_somewhere_and_no_name_stands_twice() {
    let page = page(&sample::paper());
    let xml = as_xml(&page);
    let tree = roxmltree::Document::parse(&xml).unwrap();
    let ids = attributes(&tree, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len());
    let links = attributes(&tree, "href");
    assert!(links.len() > 12);
    for link in links {
        assert!(link.strip_prefix('#').is_some_and(|id| unique.contains(id)), "{link}");
    }
    for label in attributes(&tree, "aria-labelledby") {
        assert!(label.split(' ').all(|id| unique.contains(id)), "{label}");
    }
}

#[test]
fn a_figure_opens_to_its_vouchers_and_leads_back() {
    let page = page(&sample::paper());
    let (_, sources) = page.split_once("id=\"sources\"").unwrap();
    // the share in the sentence → its parts → the vouchers of one of them → back
    assert!(page.contains("<a class=\"figure\" id=\"at3\" href=\"#s3\" title=\"支出进度：累计支出 ÷ 累计收到资金\">15.74%</a>"), "{page}");
    let entry = |id: &str| {
        let (_, entry) = sources.split_once(&format!("id=\"{id}\"")).unwrap();
        entry.split_once("</article>").unwrap().0.to_owned()
    };
    assert!(
        entry("s3").contains("<a href=\"#s2\">累计支出</a>") && entry("s3").contains("0.1574") && entry("s3").contains("文中写作 15.74%")
    );
    let spent = entry("s2");
    assert!(
        spent.contains("记-2018-09-0012") && spent.contains("2018-09-05") && spent.contains("41151501.00") && spent.contains("凭证 2 张")
    );
    assert!(spent.contains("<a href=\"#s3\">支出进度</a>"), "what it goes into");
    // in the sentence, and in the table of the text and of the annex
    assert_eq!(spent.matches("↩").count(), 3);
    // a part of the chart leads to the same place
    assert!(page.contains("<a href=\"#s3\"><title>"));
}

#[test]
fn many_vouchers_are_folded_and_listed_once() {
    let mut paper = sample::paper();
    let voucher = paper.vouchers[0].clone();
    paper.vouchers = vec![voucher; 40];
    paper.sources[0].vouchers = (0..40).collect();
    paper.sources[1].vouchers = (0..40).collect();
    let page = page(&paper);
    assert!(page.contains("<details><summary>凭证 40 张</summary>"));
    assert_eq!(page.matches("记-2018-03-0001").count(), 40);
    assert!(page.contains("凭证 40 张，与<a href=\"#s1\">“累计收到资金”</a>的凭证相同"));
}

#[test]
fn a_figure_without_a_source_is_a_figure() {
    let mut paper = Document::new("通报");
    paper.paragraph(Text(vec![Span::Figure { key: "nowhere".into(), text: "12.00".into() }]));
    let page = page(&paper);
    assert!(page.contains("<p>12.00</p>") && !page.contains("数据来源"));
}

#[test]
fn the_page_names_its_style_and_lets_nothing_else_in() {
    let page = page(&sample::paper());
    let (_, style) = page.split_once("<style>").unwrap();
    let style = style.split_once("</style>").unwrap().0;
    let known = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
    assert!(POLICY.contains(&known) && page.contains(&known.replace('\'', "&#39;")));
    for word in ["<script", "style=\"", "url(http", "src=", "@import", "javascript:"] {
        assert!(!page.contains(word), "{word}");
    }
    let outward: Vec<&str> = page.match_indices("://").map(|(at, _)| &page[at.saturating_sub(12)..at + 14]).collect();
    assert!(outward.iter().all(|place| place.contains("http://www.w3.org") || place.contains("http://x")), "{outward:?}");
}

#[test]
fn hostile_text_stays_text() {
    let nasty = "甲\u{1b}</main><script>alert(1)</script>&\u{202e}\" onload='x'\u{0}";
    let mut paper = sample::paper();
    paper.title = nasty.to_owned();
    paper.mark = Some(nasty.to_owned());
    paper.doc_number = Some(nasty.to_owned());
    paper.recipients = Some(nasty.to_owned());
    paper.seal = Some(nasty.to_owned());
    paper.note(nasty);
    paper.attachments(vec![nasty.to_owned(), nasty.to_owned()]);
    paper.sources[1].name = nasty.to_owned();
    paper.sources[1].how = nasty.to_owned();
    paper.sources[1].value = nasty.to_owned();
    paper.vouchers[1].summary = nasty.to_owned();
    let page = page(&paper);
    assert!(!page.contains("<script") && !page.contains(['\u{1b}', '\u{202e}', '\u{0}']));
    assert_eq!(page.matches("</main>").count(), 1);
    let xml = as_xml(&page);
    let tree = roxmltree::Document::parse(&xml).unwrap();
    assert!(tree.descendants().all(|node| node.attributes().all(|attribute| !attribute.name().starts_with("on"))));
}

#[test]
fn the_bare_paper_is_a_page() {
    let page = page(&Document::new(""));
    roxmltree::Document::parse(&as_xml(&page)).unwrap();
}
