//! A paper as plain data: red head, number, title, to whom, headings, paragraphs, tables, charts, annexes and what closes it, in
//! the order a reader meets them. It knows nothing of fonts or pages; the writers of DOCX, PDF and HTML follow GB/T 9704 when they
//! lay the blocks out. A figure in a sentence or table carries a key, and the paper says of each key where its figure comes from, so
//! that whoever reads the paper can follow it. A new kind of block is one more variant here and one more arm in each writer.

use chrono::NaiveDate;

use super::chart::Chart;
use super::table::Table;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLevel {
    /// 一、
    One,
    /// （一）
    Two,
    /// 1.
    Three,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Words(String),
    /// A figure as it is printed; `key` names its [`Source`].
    Figure {
        key: String,
        text: String,
    },
}

/// A sentence or more, with the figures in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// What is printed.
    pub fn plain(&self) -> String {
        self.0.iter().map(Span::text).collect()
    }
}

impl Span {
    pub fn text(&self) -> &str {
        match self {
            Span::Words(text) | Span::Figure { text, .. } => text,
        }
    }
}

impl From<String> for Text {
    fn from(words: String) -> Text {
        Text(vec![Span::Words(words)])
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Text {
        Text::from(words.to_owned())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading with its number already in the text.
    Heading(HeadingLevel, String),
    Paragraph(Text),
    Table(Table),
    /// A picture of the figures beside it.
    Chart(Chart),
    /// Small print: how figures were made, where they can be checked.
    Note(Text),
    /// 附件说明: the names of what follows the paper, before it is signed.
    Attachments(Vec<String>),
    /// Who signs and on which day, set to the right.
    Signature {
        by: String,
        on: NaiveDate,
    },
    /// An annex (附件1) begins, on a page of its own.
    Annex {
        mark: String,
        title: String,
        landscape: bool,
    },
}

/// 版记: who gets copies, who prints and when; at the foot of the last page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// 抄送
    pub copies: String,
    pub printed_by: String,
    pub printed_on: NaiveDate,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    pub key: String,
    /// 累计支出
    pub name: String,
    /// Exact, as a machine reads it: 元, shares of one, counts.
    pub value: String,
    /// How it is made, in a sentence.
    pub how: String,
    /// Figures that it is made of.
    pub parts: Vec<String>,
    /// Vouchers that it is made of, by their places in [`Document::vouchers`].
    pub vouchers: Vec<usize>,
}

/// A voucher behind figures of the paper; no person is named.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VoucherRef {
    /// 记-2018-09-0012
    pub number: String,
    #[serde(serialize_with = "super::figure::serialize_day")]
    pub date: NaiveDate,
    pub summary: String,
    /// In 元.
    pub amount: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// 发文机关标志, in red: 东方市财政局文件. A paper without a red head has none.
    pub mark: Option<String>,
    /// 发文字号, e.g. 东财〔2018〕14号; a draft has none yet.
    pub doc_number: Option<String>,
    /// A line break marks where a long title is to be broken, by its sense.
    pub title: String,
    /// 主送机关, without the colon.
    pub recipients: Option<String>,
    pub blocks: Vec<Block>,
    pub imprint: Option<Imprint>,
    pub sources: Vec<Source>,
    pub vouchers: Vec<VoucherRef>,
    /// What the file can be checked against later, in ASCII: writers keep it in the metadata of their form (keywords), unseen.
    pub seal: Option<String>,
}

impl Document {
    pub fn new(title: impl Into<String>) -> Document {
        Document { title: title.into(), ..Document::default() }
    }

    pub fn paragraph(&mut self, text: impl Into<Text>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    pub fn note(&mut self, text: impl Into<Text>) {
        self.blocks.push(Block::Note(text.into()));
    }

    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    pub fn chart(&mut self, chart: Chart) {
        self.blocks.push(Block::Chart(chart));
    }

    pub fn attachments(&mut self, titles: Vec<String>) {
        self.blocks.push(Block::Attachments(titles));
    }

    pub fn annex(&mut self, mark: impl Into<String>, title: impl Into<String>, landscape: bool) {
        self.blocks.push(Block::Annex { mark: mark.into(), title: title.into(), landscape });
    }

    pub fn signature(&mut self, by: impl Into<String>, on: NaiveDate) {
        self.blocks.push(Block::Signature { by: by.into(), on });
    }

    /// Adds a numbered heading. The number follows from the headings already there, so that a
    /// section left out leaves no hole.
    pub fn heading(&mut self, level: HeadingLevel, text: &str) {
        let ordinal = self.next_ordinal(level);
        let numbered = match level {
            HeadingLevel::One => format!("{}、{text}", chinese_number(ordinal)),
            HeadingLevel::Two => format!("（{}）{text}", chinese_number(ordinal)),
            HeadingLevel::Three => format!("{ordinal}.{text}"),
        };
        self.blocks.push(Block::Heading(level, numbered));
    }

    /// One more than the headings of this level since the last heading above it.
    fn next_ordinal(&self, level: HeadingLevel) -> usize {
        let mut seen = 0;
        for block in self.blocks.iter().rev() {
            if let Block::Heading(found, _) = block {
                if *found == level {
                    seen += 1;
                } else if (*found as u8) < level as u8 {
                    break;
                }
            }
        }
        seen + 1
    }

    /// All tables of the paper in order, for a workbook that accompanies it.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }
}

/// 1 → 一, 12 → 十二, 20 → 二十; enough for headings, which stay below one hundred.
pub fn chinese_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    match tens {
        0 => DIGITS[ones].to_owned(),
        1 => format!("十{}", DIGITS[ones]),
        2..=9 => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_number_themselves() {
        let mut paper = Document::new("通报");
        paper.heading(HeadingLevel::One, "总体");
        paper.heading(HeadingLevel::Two, "中央");
        paper.heading(HeadingLevel::Two, "省级");
        paper.heading(HeadingLevel::One, "单位");
        paper.heading(HeadingLevel::Two, "乡镇");
        let texts: Vec<_> = paper
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading(_, text) => text.as_str(),
                _ => "",
            })
            .collect();
        assert_eq!(texts, ["一、总体", "（一）中央", "（二）省级", "二、单位", "（一）乡镇"]);
    }

    #[test]
    fn chinese_numbers_up_to_ninety_nine() {
        let written: Vec<_> = [1, 9, 10, 11, 20, 35].map(chinese_number).to_vec();
        assert_eq!(written, ["一", "九", "十", "十一", "二十", "三十五"]);
    }
}
