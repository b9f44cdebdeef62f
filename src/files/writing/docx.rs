//! Papers as DOCX in the shape of GB/T 9704-2012: A4 with the margins 37/35/28/26 mm, title in
//! 小标宋 22 pt, body in 仿宋 16 pt on a 28.95 pt line with two characters of indent, headings in
//! 黑体, 楷体 and 仿宋, page numbers — 1 — outside. Fonts are named, never embedded.

use std::io::Cursor;

use chrono::NaiveDate;
use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts, SpecialIndentType,
};

use super::{WriteProblem, clean, docx_table};
use crate::domain::report::document::{Block, Document, HeadingLevel};
use crate::domain::report::figure;

pub(super) const HEI: &str = "黑体";
pub(super) const FANG_SONG: &str = "仿宋_GB2312";
const SONG: &str = "宋体";
const KAI: &str = "楷体_GB2312";
const TITLE_SONG: &str = "方正小标宋简体";

/// Sizes are in half points: 二号 22 pt, 三号 16 pt, 四号 14 pt, 五号 10.5 pt.
const SIZE_TITLE: usize = 44;
const SIZE_BODY: usize = 32;
const SIZE_PAGE: usize = 28;
pub(super) const SIZE_SMALL: usize = 21;

/// Lengths are in twips, 1/20 of a point; 56.7 of them make a millimetre.
const LINE: i32 = 579;
const INDENT: i32 = 640;

/// Writes the paper. `created` becomes the date in the file's properties.
pub fn write(document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let stamp = format!("{}T00:00:00Z", figure::day(created));
    let margin = PageMargin { top: 2098, bottom: 1984, left: 1587, right: 1474, header: 851, footer: 1300, gutter: 0 };
    let mut docx = Docx::new()
        .created_at(&stamp)
        .updated_at(&stamp)
        .page_size(11906, 16838)
        .page_margin(margin)
        .default_fonts(fonts(FANG_SONG))
        .default_size(SIZE_BODY)
        .footer(page_number(AlignmentType::Right))
        .even_footer(page_number(AlignmentType::Left));
    if let Some(number) = &document.doc_number {
        docx = docx.add_paragraph(centred(number, FANG_SONG, SIZE_BODY, LINE));
    }
    for line in document.title.lines() {
        docx = docx.add_paragraph(centred(line, TITLE_SONG, SIZE_TITLE, 700));
    }
    docx = docx.add_paragraph(Paragraph::new().line_spacing(exact(LINE)));
    for (index, block) in document.blocks.iter().enumerate() {
        let signed_next = matches!(document.blocks.get(index + 1), Some(Block::Signature { .. }));
        docx = add_block(docx, block, signed_next);
    }
    let mut parts = docx.build();
    parts.document = finish_markup(parts.document)?;
    let mut bytes = Cursor::new(Vec::new());
    parts.pack(&mut bytes).map_err(|error| WriteProblem::Docx(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// `signed_next`: the signature follows, which must not stand alone on a page.
fn add_block(docx: Docx, block: &Block, signed_next: bool) -> Docx {
    match block {
        Block::Heading(level, text) => docx.add_paragraph(heading(*level, text)),
        Block::Paragraph(text) => docx.add_paragraph(indented(&text.plain(), FANG_SONG).keep_next(signed_next)),
        Block::Note(text) => {
            let note = small(&text.plain(), AlignmentType::Left).keep_lines(true);
            docx.add_paragraph(note.keep_next(signed_next))
        }
        Block::Table(table) => docx_table::add(docx, table),
        Block::Chart(chart) => docx.add_paragraph(small(&chart.head().description, AlignmentType::Left)),
        Block::Attachments(titles) => titles
            .iter()
            .fold(docx, |docx, title| docx.add_paragraph(indented(&format!("附件：{title}"), FANG_SONG).keep_next(signed_next))),
        Block::Annex { mark, title, .. } => docx
            .add_paragraph(Paragraph::new().add_run(run(mark, HEI, SIZE_BODY)).page_break_before(true))
            .add_paragraph(centred(title, TITLE_SONG, SIZE_TITLE, 700)),
        Block::Signature { by, on } => docx
            .add_paragraph(Paragraph::new().line_spacing(exact(LINE)).keep_next(true))
            .add_paragraph(signed(by).keep_next(true))
            .add_paragraph(signed(&figure::day_chinese(*on))),
    }
}

/// Right, four characters from the edge, where the seal has its place.
fn signed(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(run(text, FANG_SONG, SIZE_BODY))
        .align(AlignmentType::Right)
        .indent(None, None, Some(2 * INDENT), None)
        .line_spacing(exact(LINE))
}

fn heading(level: HeadingLevel, text: &str) -> Paragraph {
    let (font, outline) = match level {
        HeadingLevel::One => (HEI, 0),
        HeadingLevel::Two => (KAI, 1),
        HeadingLevel::Three => (FANG_SONG, 2),
    };
    indented(text, font).keep_next(true).outline_lvl(outline)
}

fn indented(text: &str, font: &str) -> Paragraph {
    Paragraph::new()
        .add_run(run(text, font, SIZE_BODY))
        .align(AlignmentType::Both)
        .indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
        .line_spacing(exact(LINE))
}

fn centred(text: &str, font: &str, size: usize, line: i32) -> Paragraph {
    Paragraph::new().add_run(run(text, font, size)).align(AlignmentType::Center).line_spacing(exact(line))
}

/// Small print around tables.
pub(super) fn small(text: &str, align: AlignmentType) -> Paragraph {
    Paragraph::new().add_run(run(text, FANG_SONG, SIZE_SMALL)).align(align).line_spacing(exact(360))
}

pub(super) fn run(text: &str, font: &str, size: usize) -> Run {
    Run::new().add_text(clean(text)).fonts(fonts(font)).size(size)
}

/// Chinese in the named font, figures and Latin letters in Times New Roman. The hint makes marks
/// that both scripts know, such as quotation marks and dashes, Chinese ones.
fn fonts(east_asia: &str) -> RunFonts {
    const LATIN: &str = "Times New Roman";
    RunFonts::new().ascii(LATIN).hi_ansi(LATIN).east_asia(east_asia).hint("eastAsia")
}

pub(super) fn exact(line: i32) -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Exact).line(line)
}

/// — 1 —, on the outer side and one character in.
fn page_number(align: AlignmentType) -> Footer {
    let one_in = Some(SIZE_PAGE as i32 * 10);
    let (start, end) = match align {
        AlignmentType::Left => (one_in, None),
        _ => (None, one_in),
    };
    let dash = |text: &str| Run::new().add_text(text).fonts(fonts(SONG)).size(SIZE_PAGE);
    let paragraph =
        Paragraph::new().add_run(dash("— ")).add_page_num(PageNum::new()).add_run(dash(" —")).align(align).indent(start, None, end, None);
    Footer::new().add_paragraph(paragraph)
}

/// Two things the library has no words for. Header rows, the only ones that must not split, are
/// marked to repeat on each page; footer references move to the head of the section's properties,
/// where the schema wants them. Text cannot be mistaken for either: its `<` is escaped.
fn finish_markup(document: Vec<u8>) -> Result<Vec<u8>, WriteProblem> {
    const MARK: &str = "<w:cantSplit />";
    const REFERENCE: &str = "<w:footerReference ";
    let xml = String::from_utf8(document).map_err(|error| WriteProblem::Docx(error.to_string()))?;
    let mut xml = xml.replace(MARK, "<w:cantSplit /><w:tblHeader />");
    let Some(open) = xml.rfind("<w:sectPr") else {
        return Ok(xml.into_bytes());
    };
    let Some(head) = xml[open..].find('>').map(|end| open + end + 1) else {
        return Ok(xml.into_bytes());
    };
    let mut references = String::new();
    let mut rest = xml.split_off(head);
    while let Some(start) = rest.find(REFERENCE) {
        let Some(end) = rest[start..].find("/>").map(|end| start + end + 2) else {
            break;
        };
        references.push_str(&rest[start..end]);
        rest.replace_range(start..end, "");
    }
    Ok((xml + &references + &rest).into_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::files::writing::sample;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, 10, 5).unwrap()
    }

    fn paper() -> Document {
        let mut paper = Document::new("关于支出进度的通报");
        paper.doc_number = Some("东财〔2018〕14号".to_owned());
        paper.heading(HeadingLevel::One, "总体情况");
        paper.paragraph("甲\u{1b}<w:cantSplit />&乙");
        paper.table(sample::table());
        paper.note("说明");
        paper.signature("东方市财政局", day());
        paper
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_same_paper_gives_the_same_bytes() {
        assert_eq!(write(&paper(), day()).unwrap(), write(&paper(), day()).unwrap());
    }

    #[test]
    fn page_and_fonts_follow_the_standard() {
        let bytes = write(&paper(), day()).unwrap();
        let xml = part(&bytes, "word/document.xml");
        assert!(xml.contains(r#"w:top="2098" w:right="1474" w:bottom="1984" w:left="1587""#));
        assert!(xml.contains("方正小标宋简体") && xml.contains("仿宋_GB2312"));
        assert!(xml.contains("一、总体情况") && xml.contains("2018年10月5日"));
        assert!(part(&bytes, "docProps/core.xml").contains("2018-10-05T00:00:00Z"));
        assert!(part(&bytes, "word/footer1.xml").contains("PAGE"));
        assert!(part(&bytes, "word/settings.xml").contains("evenAndOddHeaders"));
    }

    #[test]
    fn only_header_rows_repeat_and_text_stays_text() {
        let xml = part(&write(&paper(), day()).unwrap(), "word/document.xml");
        assert_eq!(xml.matches("<w:tblHeader />").count(), 1);
        assert!(xml.contains("&lt;w:cantSplit /&gt;&amp;乙"));
        assert!(!xml.contains('\u{1b}'));
        let section = &xml[xml.rfind("<w:sectPr").unwrap()..];
        assert!(section.find("footerReference") < section.find("<w:pgSz"));
        assert_eq!(section.matches("footerReference").count(), 2);
    }
}
