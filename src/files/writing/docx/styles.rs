//! The styles of a paper, as Word lists them, and the fonts they name. Sizes are in half points: 二号 22 pt, 三号 16 pt, 四号 14 pt,
//! 小四 12 pt, 五号 10.5 pt; lines are exact, 28.95 pt in the body, so that 22 fill the text area,
//! and characters stand 15.75 pt apart, so that 28 fill a line. The page's grid says the same, but nothing snaps to it: programs
//! disagree on how a character that is wider than its cell is to be set.

use crate::files::writing::markup::Markup;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

pub(super) const HEI: &str = "黑体";
const FANG_SONG: &str = "仿宋_GB2312";
const SONG: &str = "宋体";
const KAI: &str = "楷体_GB2312";
const TITLE_SONG: &str = "方正小标宋简体";
const LATIN: &str = "Times New Roman";
const RED: &str = "FF0000";

struct Style {
    id: &'static str,
    /// As Word shows it; `heading 1` and its like are Word's own.
    name: &'static str,
    /// Properties of the paragraph, in the order of the schema.
    paragraph: &'static str,
    font: Option<&'static str>,
    size: Option<&'static str>,
    colour: Option<&'static str>,
    /// Characters a little closer, so that 28 of 三号 stand in a line.
    closer: bool,
}

/// A style of running text.
const fn text(id: &'static str, name: &'static str, paragraph: &'static str) -> Style {
    Style { id, name, paragraph, font: None, size: None, colour: None, closer: true }
}

/// A style with a font and size of its own.
const fn set(id: &'static str, name: &'static str, paragraph: &'static str, font: &'static str, size: &'static str) -> Style {
    Style { id, name, paragraph, font: Some(font), size: Some(size), colour: None, closer: false }
}

const BASE: &str = "<w:widowControl w:val=\"0\"/><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:snapToGrid w:val=\"0\"/>\
                    <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"579\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/>";

const STYLES: &[Style] = &[
    text("Body", "公文正文", "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>"),
    heading("Heading1", "heading 1", "<w:keepNext/><w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"0\"/>", HEI),
    heading("Heading2", "heading 2", "<w:keepNext/><w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"1\"/>", KAI),
    heading(
        "Heading3",
        "heading 3",
        "<w:keepNext/><w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:outlineLvl w:val=\"2\"/>",
        FANG_SONG,
    ),
    Style {
        id: "RedHead",
        name: "发文机关标志",
        // 35 mm below the upper edge of the text area
        paragraph: "<w:keepNext/><w:spacing w:before=\"1984\" w:line=\"1120\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
        font: Some(TITLE_SONG),
        size: Some("104"),
        colour: Some(RED),
        closer: false,
    },
    Style {
        id: "RedHeadMore",
        name: "发文机关标志续行",
        paragraph: "<w:keepNext/><w:spacing w:line=\"1120\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
        font: Some(TITLE_SONG),
        size: Some("104"),
        colour: Some(RED),
        closer: false,
    },
    // the red rule stands 4 mm below
    text(
        "DocNumber",
        "发文字号",
        "<w:keepNext/><w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" w:space=\"8\" w:color=\"FF0000\"/></w:pBdr><w:jc w:val=\"center\"/>",
    ),
    text("Centred", "居中", "<w:jc w:val=\"center\"/>"),
    set("Title", "Title", "<w:keepNext/><w:spacing w:line=\"700\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", TITLE_SONG, "44"),
    text("Recipients", "主送机关", "<w:keepNext/><w:jc w:val=\"left\"/>"),
    text("Attachments", "附件说明", "<w:jc w:val=\"left\"/>"),
    text("Signature", "落款", "<w:jc w:val=\"right\"/>"),
    heading("AnnexMark", "附件序号", "<w:keepNext/><w:jc w:val=\"left\"/>", HEI),
    set("TableTitle", "表题", "<w:keepNext/><w:spacing w:line=\"480\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", HEI, "24"),
    set("TableHint", "表上说明", "<w:keepNext/><w:spacing w:line=\"360\" w:lineRule=\"exact\"/><w:jc w:val=\"right\"/>", FANG_SONG, "21"),
    set("CellHead", "表头", "<w:keepNext/><w:spacing w:line=\"320\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", HEI, "21"),
    set("CellLeft", "表文居左", "<w:spacing w:line=\"320\" w:lineRule=\"exact\"/><w:jc w:val=\"left\"/>", FANG_SONG, "21"),
    set("CellCentre", "表文居中", "<w:spacing w:line=\"320\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", FANG_SONG, "21"),
    set("CellRight", "表文居右", "<w:spacing w:line=\"320\" w:lineRule=\"exact\"/><w:jc w:val=\"right\"/>", FANG_SONG, "21"),
    set("Note", "注", "<w:keepLines/><w:spacing w:line=\"360\" w:lineRule=\"exact\"/><w:jc w:val=\"left\"/>", FANG_SONG, "21"),
    set(
        "Picture",
        "图",
        "<w:keepNext/><w:spacing w:before=\"120\" w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>",
        FANG_SONG,
        "21",
    ),
    set("Caption", "caption", "<w:spacing w:after=\"120\" w:line=\"480\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>", HEI, "24"),
    // one character of 14 points in on both sides; where copies go on, they do so below the first name
    set(
        "ImprintCopies",
        "版记抄送",
        "<w:spacing w:line=\"500\" w:lineRule=\"exact\"/><w:ind w:left=\"1120\" w:right=\"280\" w:hanging=\"840\"/><w:jc w:val=\"left\"/>",
        FANG_SONG,
        "28",
    ),
    set(
        "Imprint",
        "版记印发",
        "<w:tabs><w:tab w:val=\"right\" w:pos=\"8565\"/></w:tabs><w:spacing w:line=\"500\" w:lineRule=\"exact\"/>\
         <w:ind w:left=\"280\" w:right=\"280\"/><w:jc w:val=\"left\"/>",
        FANG_SONG,
        "28",
    ),
    // one character in from the outer edge
    set("PageOdd", "单页页码", "<w:ind w:right=\"280\"/><w:jc w:val=\"right\"/>", SONG, "28"),
    set("PageEven", "双页页码", "<w:ind w:left=\"280\"/><w:jc w:val=\"left\"/>", SONG, "28"),
    set("Nothing", "空", "<w:spacing w:line=\"20\" w:lineRule=\"exact\"/>", FANG_SONG, "2"),
];

/// A style of running text with a font of its own.
const fn heading(id: &'static str, name: &'static str, paragraph: &'static str, font: &'static str) -> Style {
    Style { id, name, paragraph, font: Some(font), size: None, colour: None, closer: true }
}

pub(super) fn styles() -> Markup {
    let mut out = Markup::default();
    out.fixed(super::parts::XML).open("w:styles", &[("xmlns:w", NAMESPACE)]);
    out.fixed("<w:docDefaults><w:rPrDefault><w:rPr>");
    fonts(&mut out, FANG_SONG, LATIN);
    out.fixed("<w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>");
    out.fixed("</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>");
    out.fixed("<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/><w:pPr>");
    // the size stands here once more: the grid's character is that of this style
    out.fixed(BASE).fixed("</w:pPr><w:rPr><w:snapToGrid w:val=\"0\"/><w:spacing w:val=\"-5\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>");
    out.fixed("</w:rPr></w:style>");
    for style in STYLES {
        write(&mut out, style);
    }
    out.close("w:styles");
    out
}

fn write(out: &mut Markup, style: &Style) {
    out.open("w:style", &[("w:type", "paragraph"), ("w:styleId", style.id)]);
    out.leaf("w:name", &[("w:val", style.name)]).fixed("<w:basedOn w:val=\"Normal\"/><w:qFormat/>");
    out.fixed("<w:pPr>").fixed(style.paragraph).fixed("</w:pPr><w:rPr>");
    if let Some(font) = style.font {
        fonts(out, font, if font == SONG { SONG } else { LATIN });
    }
    if let Some(colour) = style.colour {
        out.leaf("w:color", &[("w:val", colour)]);
    }
    if !style.closer {
        out.fixed("<w:spacing w:val=\"0\"/>");
    }
    if let Some(size) = style.size {
        out.leaf("w:sz", &[("w:val", size)]).leaf("w:szCs", &[("w:val", size)]);
    }
    out.fixed("</w:rPr></w:style>");
}

/// Chinese in the named font, figures and Latin letters in another.
fn fonts(out: &mut Markup, chinese: &str, latin: &str) {
    out.leaf("w:rFonts", &[("w:ascii", latin), ("w:hAnsi", latin), ("w:eastAsia", chinese), ("w:cs", latin)]);
}

/// The fonts with what may stand in for them where they are missing.
pub(super) fn font_table() -> Markup {
    let mut out = Markup::default();
    out.fixed(super::parts::XML).open("w:fonts", &[("xmlns:w", NAMESPACE)]);
    let chinese = [(FANG_SONG, "仿宋"), (HEI, "SimHei"), (KAI, "楷体"), (SONG, "SimSun"), (TITLE_SONG, "华文中宋")];
    for (name, instead) in chinese {
        out.open("w:font", &[("w:name", name)]).leaf("w:altName", &[("w:val", instead)]);
        out.fixed("<w:charset w:val=\"86\"/><w:family w:val=\"auto\"/><w:pitch w:val=\"variable\"/></w:font>");
    }
    out.open("w:font", &[("w:name", LATIN)]);
    out.fixed("<w:charset w:val=\"00\"/><w:family w:val=\"roman\"/><w:pitch w:val=\"variable\"/></w:font></w:fonts>");
    out
}
