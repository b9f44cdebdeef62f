//! A paper as plain data: title, number, headings, paragraphs, tables and notes, in the order a
//! reader meets them. It knows nothing of fonts or pages; the DOCX writer (and later PDF and HTML
//! writers) follows GB/T 9704 when it lays the blocks out. A new kind of block, such as a chart,
//! is one more variant here and one more arm in each writer.

use chrono::NaiveDate;

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

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading with its number already in the text.
    Heading(HeadingLevel, String),
    Paragraph(String),
    Table(Table),
    /// Small print: how figures were made, where they can be checked.
    Note(String),
    /// Who signs and on which day, set to the right.
    Signature {
        by: String,
        on: NaiveDate,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// A line break marks where a long title is to be broken, by its sense.
    pub title: String,
    /// 发文字号, e.g. 东财〔2018〕14号; a draft has none yet.
    pub doc_number: Option<String>,
    pub blocks: Vec<Block>,
}

impl Document {
    pub fn new(title: impl Into<String>) -> Document {
        Document { title: title.into(), doc_number: None, blocks: Vec::new() }
    }

    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    pub fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note(text.into()));
    }

    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
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
