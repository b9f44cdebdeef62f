//! What stands in the package, read from the package.

#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use std::io::{Cursor, Read};

use super::*;
use crate::files::writing::sample;

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn body(document: &Document) -> String {
    part(&write(document, sample::day()).unwrap(), "word/document.xml")
}

/// What follows `mark`, up to the end of its paragraph.
fn paragraph<'x>(xml: &'x str, mark: &str) -> &'x str {
    let at = xml.find(mark).unwrap_or_else(|| panic!("no {mark}"));
    let start = xml[..at].rfind("<w:p>").unwrap();
    &xml[start..at + xml[at..].find("</w:p>").unwrap()]
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let paper = sample::paper();
    assert_eq!(write(&paper, sample::day()).unwrap(), write(&paper, sample::day()).unwrap());
}

#[test]
fn page_grid_and_fonts_follow_the_standard() {
    let bytes = write(&sample::paper(), sample::day()).unwrap();
    let xml = part(&bytes, "word/document.xml");
    assert!(xml.contains(r#"w:top="2098" w:right="1474" w:bottom="1984" w:left="1587""#));
    assert!(xml.contains(r#"<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-842"/>"#));
    let styles = part(&bytes, "word/styles.xml");
    for font in ["方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"] {
        assert!(styles.contains(&format!("w:eastAsia=\"{font}\"")), "{font}");
        assert!(part(&bytes, "word/fontTable.xml").contains(&format!("w:name=\"{font}\"")), "{font}");
    }
    assert!(part(&bytes, "docProps/core.xml").contains("2018-10-05T00:00:00Z"));
    assert!(part(&bytes, "word/footer1.xml").contains(" PAGE "));
    assert!(part(&bytes, "word/settings.xml").contains("evenAndOddHeaders"));
    // 22 lines and 28 characters fit the text area of 156 × 225 mm, and not one more: by the grid and as they are set
    let (height, width) = (16_838 - 2_098 - 1_984, 11_906 - 1_587 - 1_474);
    assert_eq!(height / 579, 22);
    for pitch in [320 * 4_096 - 842 * 20, (320 - 5) * 4_096] {
        assert_eq!(width * 4_096 / pitch, 28);
    }
    assert!(styles.contains("<w:spacing w:val=\"-5\"/>"));
}

#[test]
fn the_head_stands_in_the_standards_order() {
    let xml = body(&sample::paper());
    let places = ["东方市财政局文件", "东财〔2018〕14号", "关于2018年9月扶贫资金", "各乡镇人民政府，市直有关单位：", "一、总体情况"];
    let found: Vec<usize> = places.iter().map(|place| xml.find(place).unwrap_or_else(|| panic!("{place}"))).collect();
    assert!(found.is_sorted(), "{found:?}");
    assert!(paragraph(&xml, places[0]).contains("\"RedHead\"") && paragraph(&xml, places[1]).contains("\"DocNumber\""));
    // two lines of the title, as it was broken
    assert_eq!(xml.matches("<w:pStyle w:val=\"Title\"/>").count(), 2 + 2);
    // eight characters of 52 points
    assert!(paragraph(&xml, places[0]).contains("<w:sz w:val=\"104\"/>"));
}

#[test]
fn figures_are_bookmarked_by_their_keys() {
    let xml = body(&sample::paper());
    let spent = paragraph(&xml, "f_total_spent\"");
    assert!(spent.contains(">4115.15</w:t></w:r><w:bookmarkEnd"), "{spent}");
    // in the sentence and in the table
    assert!(xml.contains("w:name=\"f_total_spent_2\""));
    let ids: Vec<&str> = xml.split("<w:bookmarkStart w:id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(ids.len() >= 4 && ids.iter().collect::<std::collections::BTreeSet<_>>().len() == ids.len());
}

#[test]
fn bookmarks_take_any_key() {
    let mut paper = Document::new("通报");
    let figure = |key: &str| crate::domain::report::document::Span::Figure { key: key.into(), text: "1".into() };
    let long = "a.very.long.key.that.goes.on.and.on.and.on";
    paper.paragraph(crate::domain::report::document::Text(vec![
        figure("单位\"<"),
        figure("a.b"),
        figure("a_b"),
        figure(long),
        figure(long),
    ]));
    let xml = body(&paper);
    let names: Vec<&str> = xml.split("w:name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let cut = "f_a_very_long_key_that_goes_on_and_o";
    assert_eq!(names, ["f_____", "f_a_b", "f_a_b_2", &cut[..34], &format!("{}_2", &cut[..34])]);
    assert!(names.iter().all(|name| name.len() <= 40));
}

#[test]
fn lying_annexes_have_sections_of_their_own() {
    let xml = body(&sample::paper());
    let sections: Vec<&str> = xml.split("<w:sectPr>").skip(1).map(|rest| &rest[..rest.find("</w:sectPr>").unwrap()]).collect();
    let lying: Vec<bool> = sections.iter().map(|section| section.contains("w:orient=\"landscape\"")).collect();
    // the paper with its first annex, the lying one, and the imprint's page
    assert_eq!(lying, [false, true, false]);
    assert!(sections.iter().all(|section| section.starts_with("<w:footerReference") && section.contains("w:type=\"even\"")));
    // the number of a lying page stands where the standing pages have theirs, turned with the sheet
    let turned: Vec<bool> = sections.iter().map(|section| section.contains("r:id=\"rId6\"") && section.contains("r:id=\"rId7\"")).collect();
    assert_eq!(turned, lying);
    // a new section begins a page by itself, an annex in the same one asks for it
    assert!(paragraph(&xml, ">附件1<").contains("pageBreakBefore"));
    assert!(!paragraph(&xml, ">附件2<").contains("pageBreakBefore"));
}

#[test]
fn an_annex_that_is_one_table_is_titled_once() {
    let xml = body(&sample::paper());
    let annex = &xml[xml.find(">附件1<").unwrap()..xml.find(">附件2<").unwrap()];
    assert_eq!(annex.matches(">各乡镇支出进度</w:t>").count(), 1);
    assert_eq!(annex.matches("<w:tbl>").count(), 1);
}

#[test]
fn only_header_rows_repeat_and_totals_keep_company() {
    let mut paper = Document::new("通报");
    paper.table(sample::table());
    let xml = body(&paper);
    assert_eq!(xml.matches("<w:tblHeader/>").count(), 1);
    let rows: Vec<&str> = xml.split("<w:tr>").skip(1).collect();
    let kept: Vec<bool> = rows.iter().map(|row| row.contains("<w:keepNext/>")).collect();
    assert_eq!(kept, [false, false, false, true, false], "the row before the total; the header by its style");
    assert!(
        part(&write(&paper, sample::day()).unwrap(), "word/styles.xml")
            .contains("w:val=\"表头\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr><w:keepNext/>")
    );
}

#[test]
fn annexes_are_named_before_the_signature() {
    let named = |titles: &[&str]| {
        let mut paper = Document::new("通报");
        paper.paragraph("正文。");
        paper.attachments(titles.iter().map(|title| (*title).to_owned()).collect());
        paper.signature("东方市财政局", sample::day());
        body(&paper)
    };
    assert!(named(&["进度表"]).contains("附件：进度表<"));
    let several = named(&["进度表", "清单"]);
    assert!(several.contains("附件：1.</w:t></w:r><w:r><w:tab/></w:r>") && several.contains(">2.</w:t></w:r><w:r><w:tab/></w:r>"));
    assert!(!named(&[]).contains("附件"));
    // the name stands centred over the day: 6 characters above 2018年10月5日 (9 half ones and 3 whole ones)
    let xml = named(&[]);
    assert!(paragraph(&xml, ">2018年10月5日<").contains(&format!("w:right=\"{}\"", 4 * CHARACTER)));
    assert!(
        paragraph(&xml, ">东方市财政局<").contains(&format!("w:right=\"{}\"", 4 * CHARACTER + 13 * CHARACTER / 4 - 12 * CHARACTER / 4))
    );
}

#[test]
fn the_imprint_stands_at_the_foot_of_the_last_page() {
    let xml = body(&sample::paper());
    let table = &xml[xml.rfind("<w:tbl>").unwrap()..];
    assert!(table.contains("w:tblpYSpec=\"bottom\"") && table.contains("w:vertAnchor=\"margin\""));
    assert!(table.contains("抄送：市委办公室，市政府办公室。<") && table.contains("2018年10月5日印发"));
}

#[test]
fn charts_are_vectors_with_a_raster_beside_them() {
    let bytes = write(&sample::paper(), sample::day()).unwrap();
    let (xml, relations) = (part(&bytes, "word/document.xml"), part(&bytes, "word/_rels/document.xml.rels"));
    assert!(part(&bytes, "word/media/image1.svg").contains("<svg"));
    assert!(part(&bytes, "[Content_Types].xml").contains("image/svg+xml"));
    let shown = &xml[xml.find("<a:blip").unwrap()..];
    let shown = &shown[..shown.find("</a:blip>").unwrap()];
    assert!(shown.contains("r:embed=\"rId8\"") && shown.contains("asvg:svgBlip") && shown.contains("r:embed=\"rId9\""), "{shown}");
    assert!(relations.contains("Id=\"rId8\" Type=") && relations.contains("Target=\"media/image1.svg\""));
    assert!(xml.contains("descr=\"各月累计支出进度"), "said for those who hear it");
}

#[test]
fn hostile_text_stays_text() {
    let mut paper = Document::new("题\u{0}<w:p>");
    let nasty = "甲\u{1b}<w:tblHeader/>&乙\u{202e}\"'\u{fffe}丙";
    paper.mark = Some(nasty.to_owned());
    paper.doc_number = Some(nasty.to_owned());
    paper.recipients = Some(nasty.to_owned());
    paper.paragraph(nasty);
    paper.attachments(vec![nasty.to_owned()]);
    paper.annex(nasty, nasty, true);
    paper.table(sample::table());
    paper.imprint = Some(crate::domain::report::document::Imprint {
        copies: nasty.to_owned(),
        printed_by: nasty.to_owned(),
        printed_on: sample::day(),
    });
    let bytes = write(&paper, sample::day()).unwrap();
    for name in ["word/document.xml", "docProps/core.xml"] {
        let xml = part(&bytes, name);
        resvg::usvg::roxmltree::Document::parse(&xml).unwrap();
        assert!(!xml.contains(['\u{1b}', '\u{0}', '\u{202e}', '\u{fffe}']));
    }
    let xml = part(&bytes, "word/document.xml");
    assert_eq!(xml.matches("甲 &lt;w:tblHeader/&gt;&amp;乙&quot;&#39;丙").count(), 9);
    assert_eq!(xml.matches("<w:tblHeader/>").count(), 1);
}

#[test]
fn the_bare_paper_is_a_paper() {
    let xml = body(&Document::new(""));
    resvg::usvg::roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(xml.matches("<w:sectPr>").count(), 1);
}
