//! The parts of the package around the body: sections with their grid and footers, settings, properties, relationships.

use chrono::NaiveDate;

use super::picture::{file_name, relation};
use super::styles;
use crate::domain::report::document::{Block, Document};
use crate::domain::report::figure;
use crate::files::writing::markup::Markup;
use crate::files::writing::ooxml::Part;
use crate::files::writing::picture::Picture;

pub(super) const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Parts that the body relates to, besides pictures: the footers of odd and even pages, standing and lying, are the last four.
const RELATED: [(&str, &str); 7] = [
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("fontTable", "fontTable.xml"),
    ("footer", "footer1.xml"),
    ("footer", "footer2.xml"),
    ("footer", "footer3.xml"),
    ("footer", "footer4.xml"),
];
pub(super) const RELATIONS: usize = RELATED.len();

const NAMESPACES: &[(&str, &str)] = &[
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    ("xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    ("xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
    ("xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
    ("xmlns:mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
    ("xmlns:wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
];

pub(super) fn package(document: &Document, created: NaiveDate, body: Markup, pictures: &[Picture]) -> Vec<Part> {
    let mut main = Markup::default();
    main.fixed(XML).open("w:document", NAMESPACES).fixed("<w:body>").append(&body).fixed("</w:body></w:document>");
    let part = |name: &str, markup: Markup| Part::new(name, markup.into_bytes());
    let mut parts = vec![
        part("[Content_Types].xml", content_types()),
        part("_rels/.rels", package_relations()),
        part("docProps/core.xml", properties(document, created)),
        part("docProps/app.xml", application()),
        part("word/document.xml", main),
        part("word/_rels/document.xml.rels", relations(pictures.len())),
        part("word/styles.xml", styles::styles()),
        part("word/settings.xml", settings()),
        part("word/fontTable.xml", styles::font_table()),
        part("word/footer1.xml", footer("PageOdd")),
        part("word/footer2.xml", footer("PageEven")),
        part("word/footer3.xml", turned_footer("PageOdd")),
        part("word/footer4.xml", turned_footer("PageEven")),
    ];
    for (index, picture) in pictures.iter().enumerate() {
        parts.push(Part::new(format!("word/media/{}", file_name(index + 1)), picture.png.clone()));
    }
    parts
}

/// Page, margins and grid. Standing: 37 mm above, 35 below, 28 left, 26 right. Lying, the sheet is turned with its head to the left.
/// The grid has 28.95 pt from line to line and characters a little closer than 16 pt, so that 28 stand in 156 mm.
pub(super) fn section(landscape: bool) -> Markup {
    let mut out = Markup::default();
    out.fixed("<w:sectPr>").fixed(if landscape {
        "<w:footerReference w:type=\"default\" r:id=\"rId6\"/><w:footerReference w:type=\"even\" r:id=\"rId7\"/>"
    } else {
        "<w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>"
    });
    out.fixed("<w:type w:val=\"nextPage\"/>");
    out.fixed(if landscape {
        "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>\
         <w:pgMar w:top=\"1587\" w:right=\"2098\" w:bottom=\"1474\" w:left=\"1984\" w:header=\"851\" w:footer=\"794\" w:gutter=\"0\"/>"
    } else {
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\" w:header=\"851\" w:footer=\"1300\" w:gutter=\"0\"/>"
    });
    out.fixed("<w:cols w:space=\"425\"/><w:docGrid w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"-842\"/></w:sectPr>");
    out
}

/// — 1 — in 四号 宋体, on the outer side.
fn footer(style: &'static str) -> Markup {
    let mut out = Markup::default();
    out.fixed(XML).open("w:ftr", NAMESPACES);
    page_number(&mut out, style);
    out.close("w:ftr");
    out
}

fn page_number(out: &mut Markup, style: &'static str) {
    out.fixed("<w:p><w:pPr>").leaf("w:pStyle", &[("w:val", style)]).fixed("</w:pPr>");
    out.fixed("<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\">— </w:t></w:r>");
    out.fixed("<w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    out.fixed("<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p>");
}

/// The number where the standing pages have it (10, A4横排表格): in a box along the left edge of the lying page, turned with the sheet. Its
/// middle is 7 mm off the text, like that of the others; lengths are in English Metric Units, 36,000 to a millimetre.
fn turned_footer(style: &'static str) -> Markup {
    let size = [("cx", "396000"), ("cy", "5616000")];
    let mut out = Markup::default();
    out.fixed(XML).open("w:ftr", NAMESPACES).fixed("<w:p><w:pPr><w:pStyle w:val=\"Nothing\"/></w:pPr><w:r><mc:AlternateContent>");
    out.fixed("<mc:Choice Requires=\"wps\"><w:drawing><wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" ");
    out.fixed("relativeHeight=\"2\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>");
    out.fixed("<wp:positionH relativeFrom=\"page\"><wp:posOffset>792000</wp:posOffset></wp:positionH>");
    out.fixed("<wp:positionV relativeFrom=\"page\"><wp:posOffset>1008000</wp:posOffset></wp:positionV>").leaf("wp:extent", &size);
    out.fixed("<wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/><wp:wrapNone/><wp:docPr id=\"1001\" name=\"页码\"/>");
    out.fixed("<wp:cNvGraphicFramePr/><a:graphic><a:graphicData ");
    out.fixed("uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/>");
    out.fixed("<wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>").leaf("a:ext", &size);
    out.fixed("</a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>");
    out.fixed("<wps:txbx><w:txbxContent>");
    page_number(&mut out, style);
    out.fixed(
        "</w:txbxContent></wps:txbx><wps:bodyPr rot=\"0\" vert=\"vert\" wrap=\"square\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" ",
    );
    out.fixed("anchor=\"t\"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>");
    out.fixed("</mc:AlternateContent></w:r></w:p></w:ftr>");
    out
}

fn settings() -> Markup {
    let mut out = Markup::default();
    out.fixed(XML).open("w:settings", &NAMESPACES[..1]);
    out.fixed("<w:zoom w:percent=\"100\"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>");
    out.fixed("<w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val=\"289\"/>");
    out.fixed("<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>");
    out.fixed("<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>");
    for (name, value) in [("compatibilityMode", "15"), ("overrideTableStyleFontSizeAndJustification", "1"), ("enableOpenTypeFeatures", "1")]
    {
        let uri = "http://schemas.microsoft.com/office/word";
        out.leaf("w:compatSetting", &[("w:name", name), ("w:uri", uri), ("w:val", value)]);
    }
    out.fixed(
        "</w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/><w:decimalSymbol w:val=\".\"/><w:listSeparator w:val=\",\"/>",
    );
    out.close("w:settings");
    out
}

fn content_types() -> Markup {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    let mut out = Markup::default();
    out.fixed(XML).fixed("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">");
    out.fixed("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
    out.fixed("<Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>");
    let word = [("document", "document.main"), ("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable")];
    for (name, kind) in word.into_iter().chain(["footer1", "footer2", "footer3", "footer4"].map(|name| (name, "footer"))) {
        let (name, kind) = (format!("/word/{name}.xml"), format!("{WORD}{kind}+xml"));
        out.leaf("Override", &[("PartName", &name), ("ContentType", &kind)]);
    }
    out.fixed("<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>");
    out.fixed("<Override PartName=\"/docProps/app.xml\" ");
    out.fixed("ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/></Types>");
    out
}

const RELATIONSHIPS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

fn package_relations() -> Markup {
    let mut out = Markup::default();
    out.fixed(XML).fixed(RELATIONSHIPS);
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties".to_owned();
    let targets = [
        (format!("{OFFICE}officeDocument"), "word/document.xml"),
        (core, "docProps/core.xml"),
        (format!("{OFFICE}extended-properties"), "docProps/app.xml"),
    ];
    for (index, (kind, target)) in targets.iter().enumerate() {
        out.leaf("Relationship", &[("Id", &format!("rId{}", index + 1)), ("Type", kind), ("Target", target)]);
    }
    out.close("Relationships");
    out
}

fn relations(pictures: usize) -> Markup {
    let mut out = Markup::default();
    out.fixed(XML).fixed(RELATIONSHIPS);
    for (index, (kind, target)) in RELATED.iter().enumerate() {
        let (id, kind) = (format!("rId{}", index + 1), format!("{OFFICE}{kind}"));
        out.leaf("Relationship", &[("Id", &id), ("Type", &kind), ("Target", target)]);
    }
    for number in 1..=pictures {
        let (kind, target) = (format!("{OFFICE}image"), format!("media/{}", file_name(number)));
        out.leaf("Relationship", &[("Id", &relation(number)), ("Type", &kind), ("Target", &target)]);
    }
    out.close("Relationships");
    out
}

fn properties(document: &Document, created: NaiveDate) -> Markup {
    let stamp = format!("{}T00:00:00Z", figure::day(created));
    let by = document.blocks.iter().rev().find_map(|block| match block {
        Block::Signature { by, .. } => Some(by.as_str()),
        _ => None,
    });
    let mut out = Markup::default();
    out.fixed(XML).fixed("<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" ");
    out.fixed("xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" ");
    out.fixed("xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
    out.element("dc:title", &[], &document.title.replace('\n', "")).element("dc:creator", &[], by.unwrap_or("")).element(
        "dc:language",
        &[],
        "zh-CN",
    );
    if let Some(seal) = &document.seal {
        out.element("cp:keywords", &[], seal);
    }
    out.element("dcterms:created", &[("xsi:type", "dcterms:W3CDTF")], &stamp);
    out.element("dcterms:modified", &[("xsi:type", "dcterms:W3CDTF")], &stamp).close("cp:coreProperties");
    out
}

fn application() -> Markup {
    let mut out = Markup::default();
    out.fixed(XML).fixed("<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">");
    out.fixed("<Application>Sunledger</Application></Properties>");
    out
}
