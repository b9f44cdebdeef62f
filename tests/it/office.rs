//! Every kind of DOCX and XLSX that the program writes, opened by LibreOffice in one call: each is a sound package, opens without
//! repair, has its pages and says what it should. Whoever adds a file adds it to one of the lists in `gathered`, with
//! words that must stand on its pages.

mod gathered;
mod specimen;

use crate::support::office::{Opened, Paper, open};
use crate::support::soundness;
use gathered::Expected;

#[test]
fn everything_written_opens_and_says_what_it_should() {
    let expected = gathered::all();
    let papers: Vec<Paper> = expected.iter().map(|expected| Paper::new(&*expected.name, expected.bytes.clone())).collect();
    let opened = open(&papers);
    let wrong: Vec<String> = expected.iter().zip(&opened).flat_map(|(expected, opened)| missing(expected, opened)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn missing(expected: &Expected, opened: &Opened) -> Vec<String> {
    let text = opened.text();
    let unsaid =
        expected.says.iter().filter(|words| !text.contains(**words)).map(|words| format!("{}: does not say {words}: {text}", opened.name));
    let mut wrong: Vec<String> = unsaid.collect();
    let pages = opened.pages.len();
    if !expected.pages.contains(&pages) {
        wrong.push(format!("{}: {pages} pages, not {:?}", opened.name, expected.pages));
    }
    wrong
}

#[test]
fn the_paper_stands_on_its_pages() {
    let opened = open(&[Paper::new("通报.docx", specimen::docx())]).remove(0);
    let pages = &opened.pages;
    assert_eq!(pages.len(), 8, "{pages:?}");
    assert!(
        pages[0].starts_with("东方市财政局文件东财〔2018〕14号关于2018年9月扶贫资金支出进度情况的通报各乡镇人民政府，市直有关单位："),
        "{}",
        pages[0]
    );
    // numbers outside, from the first page to the last
    for at in [0, 1, 2, 7] {
        assert!(pages[at].ends_with(&format!("—{}—", at + 1)), "{}", pages[at]);
    }
    // who signs never stands alone: the names of annexes and the last sentence are there too
    let signed = pages.iter().find(|page| page.contains("东方市财政局2018年10月5日")).unwrap();
    assert!(signed.contains("各单位要加快支出进度。附件：1.各乡镇支出进度2.项目清单"), "{signed}");
    // the annexes begin pages; the long table goes on under the same header
    let annex = pages.iter().position(|page| page.contains("项目清单单位：元")).unwrap();
    assert!(pages.iter().any(|page| page.starts_with("附件1各乡镇支出进度")));
    for page in &pages[annex..annex + 4] {
        assert_eq!(page.matches("项目名称责任单位").count(), 1, "{page}");
    }
    assert!(pages[annex + 3].contains("示范项目60号") && pages[annex + 3].contains("合计"));
    let last = pages.last().unwrap();
    assert!(last.starts_with("抄送：市委办公室，市政府办公室。东方市财政局办公室2018年10月5日印发"), "{last}");
}

#[test]
fn broken_packages_are_told() {
    let sound = specimen::docx();
    assert_eq!(soundness::problems("x", &sound), Vec::<String>::new());
    assert!(soundness::problems("x", b"PK")[0].starts_with("x: no package"));
    let told = |part: &str, from: &str, to: &str| soundness::problems("x", &gathered::changed(&sound, part, from, to)).join("\n");
    let main = "word/document.xml";
    assert!(told(main, "</w:body>", "").contains("word/document.xml: expected"), "not well-formed");
    assert!(told(main, "r:id=\"rId4\"", "r:id=\"rId99\"").contains("rId99 is no relationship"));
    assert!(told("word/_rels/document.xml.rels", "footer1.xml", "footer9.xml").contains("leads to footer9.xml, which is not there"));
    assert!(told("[Content_Types].xml", "Extension=\"svg\"", "Extension=\"gif\"").contains("image1.svg has no type"));
    assert!(told("[Content_Types].xml", "/word/styles.xml", "/word/style.xml").contains("there is no /word/style.xml"));
}
