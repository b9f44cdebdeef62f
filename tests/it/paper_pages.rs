//! Papers as PDF, read back and looked at: the grid of GB/T 9704-2012, tables over many pages, what stays together, rare
//! characters, volumes, and pages compared with reviewed pictures. `SUNLEDGER_BLESS=1 cargo test --test it paper_pages` draws
//! the pictures anew; look at each before you commit it.

mod specimen;

use crate::support::poppler;
use chrono::NaiveDate;
use resvg::tiny_skia::Pixmap;
use std::path::{Path, PathBuf};
use sunledger::domain::report::document::{Document, HeadingLevel, Imprint};
use sunledger::domain::report::{Cell, Kind, Row, RowStyle, Table};
use sunledger::files::writing::pdf::canvas::{Align, Area, Font, Ink, PT, Paper, Role, Sheets, mm};
use sunledger::files::writing::{WriteProblem, pdf};

const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots/pages");
const SENTENCE: &str =
    "进度慢于序时的单位要倒排工期挂图作战逐个项目落实责任人对已完工的项目要在验收合格后办理结算不得以任何理由滞留挤占挪用资金";

fn created() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 10, 8).unwrap()
}

/// Keeps a file where it can be looked at.
fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("papers");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn written(name: &str, document: &Document) -> PathBuf {
    poppler::ready();
    kept(name, &pdf::write(document, created()).unwrap())
}

#[test]
fn a_full_page_has_22_lines_of_28_characters() {
    let mut paper = Document::new("版面");
    paper.paragraph(SENTENCE.repeat(40));
    let path = written("grid.pdf", &paper);
    let lines = poppler::text(&path, 2);
    assert_eq!(lines.len(), 23, "22 lines and the page number: {lines:?}");
    for line in &lines[..22] {
        assert_eq!(line.trim().chars().filter(|c| *c != ' ').count(), 28, "{line}");
    }
    assert_eq!(lines[22].split_whitespace().collect::<String>(), "—2—");
}

#[test]
fn the_header_of_a_table_stands_on_every_page() {
    let mut paper = Document::new("表");
    paper.table(specimen::units(200));
    let path = written("header.pdf", &paper);
    let pages = poppler::page_count(&path);
    assert!(pages > 4);
    let mut ranks = 0;
    for page in 1..=pages {
        let text = poppler::text(&path, page);
        assert_eq!(text.iter().filter(|line| line.contains("可支出资金")).count(), 1, "page {page}: {text:?}");
        ranks += text.iter().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()) && line.contains('%')).count();
    }
    assert_eq!(ranks, 200);
}

#[test]
fn a_signature_never_stands_alone_and_a_heading_never_ends_a_page() {
    for lines in 14..24 {
        let mut paper = Document::new("落款");
        for _ in 0..lines {
            paper.paragraph("甲乙丙丁。");
        }
        paper.heading(HeadingLevel::One, "标题");
        paper.paragraph("戊己庚辛。");
        paper.signature("示范市财政局", created());
        let path = written("signature.pdf", &paper);
        let pages = poppler::page_count(&path);
        let last = poppler::text(&path, pages);
        assert!(last.iter().any(|line| line.contains("戊己庚辛") || line.contains("甲乙丙丁")), "{lines}: {last:?}");
        for page in 1..=pages {
            let text = poppler::text(&path, page);
            assert!(!text[text.len() - 2].contains("标题"), "{lines}: {text:?}");
        }
    }
}

#[test]
fn the_imprint_stands_at_the_foot_of_the_last_page() {
    let mut paper = Document::new("版记");
    paper.paragraph("甲乙丙丁。");
    paper.imprint =
        Some(Imprint { copies: "市审计局".into(), printed_by: "示范市财政局办公室".into(), printed_on: created() });
    let path = written("imprint.pdf", &paper);
    let text = poppler::text(&path, 1);
    assert_eq!(poppler::page_count(&path), 1);
    let foot: Vec<String> = text[text.len() - 3..].iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(foot, ["抄送：市审计局。", "示范市财政局办公室2018年10月8日印发", "—1—"]);
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    poppler::ready();
    let paper = specimen::document();
    assert!(pdf::write(&paper, created()).unwrap() == pdf::write(&paper, created()).unwrap());
    let other = NaiveDate::from_ymd_opt(2018, 10, 9).unwrap();
    assert!(pdf::write(&paper, created()).unwrap() != pdf::write(&paper, other).unwrap());
}

#[test]
fn a_character_that_no_font_has_is_told_and_still_copied() {
    let mut paper = Document::new("名单");
    // a private-use character, such as old systems used for rare names, and one of Extension A that Noto has
    paper.paragraph("示\u{F12C}同志、示㛃同志");
    let path = written("rare.pdf", &paper);
    let text = poppler::text(&path, 1).join("\n");
    assert!(text.contains("㛃") && text.contains('\u{F12C}'), "{text}");
    assert!(text.contains("有1个字所装字体都没有") && text.contains("U+F12C"), "{text}");
}

#[test]
fn what_others_wrote_stays_text() {
    let mut paper = Document::new("标题\u{202e}\u{1b}[31m");
    paper.paragraph("第一行\n第二行\u{0}\t<&>\u{feff}");
    let mut table = Table::new("t", "").column("a", "", Kind::Text);
    table.push(vec![Cell::text("很长".repeat(3_000))]);
    table.push(vec![Cell::text("")]);
    paper.table(table);
    paper.table(Table::new("empty", "没有列的表"));
    paper.signature("", created());
    paper.annex("", "", true);
    let path = written("hostile.pdf", &paper);
    assert!(poppler::page_count(&path) > 2);
}

#[test]
fn a_long_table_is_bound_in_volumes() {
    poppler::ready();
    let head = specimen::units(0);
    let row = |at: i64| {
        let cells = vec![Cell::Count(at), Cell::text(format!("第{at}示范户")), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
        Row { cells, style: RowStyle::Normal }
    };
    let mut volumes = Vec::new();
    let rows = (1..=30_000).map(|at| Ok::<_, WriteProblem>(row(at)));
    pdf::stream(&head, rows, created(), |volume| {
        volumes.push(volume);
        Ok(())
    })
    .unwrap();
    assert_eq!(volumes.iter().map(|volume| volume.rows).sum::<usize>(), 30_000);
    let numbers: Vec<u32> = volumes.iter().map(|volume| volume.number).collect();
    assert!(numbers.len() > 1 && numbers.iter().copied().eq(1..=volumes.len() as u32), "{numbers:?}");
    let last = &volumes[volumes.len() - 1];
    let path = kept("volume.pdf", &last.bytes);
    assert_eq!(poppler::page_count(&path), last.pages);
    let first = poppler::text(&path, 1).join("\n");
    assert!(first.contains(&format!("第{}示范户", 30_000 - last.rows + 1)), "{first}");
    // how wide a gap between letters is a blank differs between readers
    let end: String = poppler::text(&path, last.pages).join("").split_whitespace().collect();
    assert!(end.contains("第30000示范户") && end.contains(&format!("第{}册", last.number)), "{end}");
    assert!(end.contains(&format!("第{}页", last.pages)) && end.contains("注：序时进度"), "{end}");
}

#[test]
fn reviewed_pages_look_as_they_did() {
    let paper = written("paper.pdf", &specimen::document());
    for page in [1, 2, 3, 4, 5, 8, 10] {
        compare(&format!("paper-{page}"), &paper, page);
    }
    let book = kept("book.pdf", &pdf::write_tables(&[specimen::units(60)], created()).unwrap());
    compare("book-1", &book, 1);
    let form = kept("form.pdf", &form());
    compare("form-1", &form, 1);
}

/// Every kind of mark that the canvas makes.
fn form() -> Vec<u8> {
    let mut sheets = Sheets::new("样式").unwrap();
    sheets.page(Paper::A4);
    sheets.text((mm(1_050), mm(250)), Align::Centre, Font::new(Role::Title, 18 * PT), Ink::Black, "记账凭证（样式）");
    sheets.text((mm(1_900), mm(320)), Align::Right, Font::new(Role::Song, 11 * PT), Ink::Red, "-1,234.50");
    let area = Area { x: mm(200), y: mm(360), width: mm(600), height: mm(120) };
    sheets.frame(area, PT, Ink::Black);
    let words = "拨付2018年第三季度农村危房改造补助资金（第二批），按示财〔2018〕14号文";
    sheets.boxed(area, Align::Left, Font::new(Role::FangSong, 12 * PT), Ink::Black, words);
    sheets.rule((mm(200), mm(600)), (mm(1_900), mm(600)), PT / 2, Ink::Grey);
    sheets.finish(created()).unwrap()
}

/// Fails where a page differs from the reviewed one by more than another version of the fonts or of poppler explains.
fn compare(name: &str, pdf: &Path, page: usize) {
    let reviewed = Path::new(SNAPSHOTS).join(format!("{name}.png"));
    let drawn = poppler::picture(pdf, page, 50);
    if std::env::var_os("SUNLEDGER_BLESS").is_some() {
        std::fs::write(&reviewed, &drawn).unwrap();
        return;
    }
    let got = kept(&format!("{name}.png"), &drawn);
    let how = format!("{} differs from {}: look at both; SUNLEDGER_BLESS=1 renews the reviewed one", got.display(), reviewed.display());
    let old = Pixmap::decode_png(&std::fs::read(&reviewed).unwrap_or_else(|_| panic!("{how}"))).unwrap();
    let new = Pixmap::decode_png(&drawn).unwrap();
    assert_eq!((old.width(), old.height()), (new.width(), new.height()), "{how}");
    let differences = old.pixels().iter().zip(new.pixels()).map(|(old, new)| u64::from(old.red().abs_diff(new.red())));
    let (all, far) = differences.fold((0, 0), |(all, far), by| (all + by, far + u64::from(by > 96)));
    let pixels = u64::from(old.width() * old.height());
    assert!(all < pixels && far * 500 < pixels, "{how} (mean {:?}/1000, far {far} of {pixels})", all * 1_000 / pixels);
}
