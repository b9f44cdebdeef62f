//! The words of a notice, as a clerk may edit them: plain text in which `# ` opens a line of the title, `## ` a heading, `> ` small print,
//! `-- ` a remark that is left out; `{{表}}` and `{{落款}}` stand alone on their lines, and every other placeholder is one of a
//! fixed list. All that is wrong with a template is told at once, with its line. Values go in once: what stands in them is never
//! read as a placeholder again, and long runs of digits in them (身份证号、账号) are starred, whoever wrote them there.

use crate::domain::identity::mask_id;
use crate::domain::report::Table;
use crate::domain::report::document::{Document, HeadingLevel};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The table of the notice, and who publishes it on which day.
const TABLE: &str = "表";
const SIGNATURE: &str = "落款";

/// A template is a page or two; more is something else.
const MOST_BYTES: usize = 64 * 1024;
const MOST_LINE: usize = 2_000;
const MOST_TITLE_LINES: usize = 3;
/// Runs of at least so many digits are nobody's amount or date.
const LONG_NUMBER: usize = 14;

/// What is wrong, on which line (0: in the whole).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    pub line: usize,
    pub what: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Title(Vec<Piece>),
    Heading(Vec<Piece>),
    Paragraph(Vec<Piece>),
    Note(Vec<Piece>),
    Table,
    Signature,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(String),
}

/// A template that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    lines: Vec<Line>,
}

impl Template {
    /// Reads a template. `known`: names a placeholder may have; `needed`: those that must occur.
    pub fn parse(text: &str, known: &[&str], needed: &[&str]) -> Result<Template, Vec<TemplateProblem>> {
        let mut problems = Vec::new();
        if text.len() > MOST_BYTES {
            return Err(vec![TemplateProblem { line: 0, what: format!("模板超过 {MOST_BYTES} 字节") }]);
        }
        let mut lines = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with("--") {
                continue;
            }
            match read_line(line, known) {
                Ok(read) => lines.push(read),
                Err(whats) => problems.extend(whats.into_iter().map(|what| TemplateProblem { line: at + 1, what })),
            }
        }
        whole(&lines, needed, &mut problems);
        if problems.is_empty() { Ok(Template { lines }) } else { Err(problems) }
    }

    /// The notice. A known placeholder without a value becomes a dash.
    pub fn render(&self, values: &BTreeMap<&str, String>, table: &Table, by: &str, on: NaiveDate) -> Document {
        let fill = |pieces: &[Piece]| -> String {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value(name) => match values.get(name.as_str()).map(|value| value.trim()) {
                    None | Some("") => "—".to_string(),
                    Some(value) => scrub(value),
                },
            };
            pieces.iter().map(piece).collect()
        };
        let mut paper = Document::new("");
        for line in &self.lines {
            match line {
                Line::Title(pieces) if paper.title.is_empty() => paper.title = fill(pieces),
                Line::Title(pieces) => paper.title = format!("{}\n{}", paper.title, fill(pieces)),
                Line::Heading(pieces) => paper.heading(HeadingLevel::One, &fill(pieces)),
                Line::Paragraph(pieces) => paper.paragraph(fill(pieces)),
                Line::Note(pieces) => paper.note(fill(pieces)),
                Line::Table => paper.table(table.clone()),
                Line::Signature => paper.signature(by, on),
            }
        }
        paper
    }
}

fn read_line(line: &str, known: &[&str]) -> Result<Line, Vec<String>> {
    let alone = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    match alone {
        Some(TABLE) => return Ok(Line::Table),
        Some(SIGNATURE) => return Ok(Line::Signature),
        _ => {}
    }
    let (make, text): (fn(Vec<Piece>) -> Line, &str) = if let Some(text) = line.strip_prefix("## ") {
        (Line::Heading, text)
    } else if let Some(text) = line.strip_prefix("# ") {
        (Line::Title, text)
    } else if let Some(text) = line.strip_prefix("> ") {
        (Line::Note, text)
    } else {
        (Line::Paragraph, line)
    };
    pieces(text, known).map(make)
}

fn pieces(text: &str, known: &[&str]) -> Result<Vec<Piece>, Vec<String>> {
    let mut problems = Vec::new();
    if text.chars().count() > MOST_LINE {
        problems.push(format!("一行超过 {MOST_LINE} 字"));
    }
    if text.chars().any(char::is_control) {
        problems.push("含有控制字符".to_string());
    }
    if scrub(text) != text {
        problems.push("含有身份证号或账号一样的长数字，公示不得出现".to_string());
    }
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(length) = rest[open..].find("}}") else {
            problems.push("占位符没有以 }} 结束".to_string());
            break;
        };
        let name = rest[open + 2..open + length].trim();
        match name {
            TABLE | SIGNATURE => problems.push(format!("{{{{{name}}}}} 应单独占一行")),
            name if known.contains(&name) => {}
            name => problems.push(format!("没有占位符“{name}”，可用：{}", known.join("、"))),
        }
        found.push(Piece::Text(rest[..open].to_string()));
        found.push(Piece::Value(name.to_string()));
        rest = &rest[open + length + 2..];
    }
    found.push(Piece::Text(rest.to_string()));
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// What the whole must have: a title of one to three lines, one table, one signature, and the placeholders without which it says nothing.
fn whole(lines: &[Line], needed: &[&str], problems: &mut Vec<TemplateProblem>) {
    let mut tell = |what: String| problems.push(TemplateProblem { line: 0, what });
    let count = |is: fn(&Line) -> bool| lines.iter().filter(|line| is(line)).count();
    let titles = count(|line| matches!(line, Line::Title(_)));
    if !(1..=MOST_TITLE_LINES).contains(&titles) {
        tell(format!("标题行（# 开头）应有 1 至 {MOST_TITLE_LINES} 行，现有 {titles} 行"));
    }
    for (what, found) in
        [("{{表}} 行", count(|line| matches!(line, Line::Table))), ("{{落款}} 行", count(|line| matches!(line, Line::Signature)))]
    {
        if found != 1 {
            tell(format!("应有且只有一个{what}，现有 {found} 个"));
        }
    }
    let used = |name: &str| {
        lines.iter().any(|line| match line {
            Line::Title(pieces) | Line::Heading(pieces) | Line::Paragraph(pieces) | Line::Note(pieces) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Value(found) if found == name))
            }
            Line::Table | Line::Signature => false,
        })
    };
    for name in needed.iter().filter(|name| !used(name)) {
        tell(format!("缺少占位符 {{{{{name}}}}}"));
    }
}

/// Text with its long numbers starred: identity numbers, their check letter included, and accounts, also where they are
/// broken up by blanks or written in full-width digits.
pub fn scrub(text: &str) -> String {
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let body = run.trim_end_matches(' ').len();
        if run.chars().filter(|c| digit(*c)).count() >= LONG_NUMBER {
            let plain: String = run[..body].chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            out.push_str(&mask_id(&plain));
            out.push_str(&run[body..]);
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for c in text.chars() {
        if digit(c) || !run.is_empty() && matches!(c, ' ' | '-' | 'x' | 'X') {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::report::Block;

    const GOOD: &str = "-- 说明\n# {{项目名称}}\n# 公示\n\n## 基本情况\n{{ 项目名称 }}位于某村。\n{{表}}\n> 监督电话：12317\n{{落款}}\n";

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, 3, 1).unwrap()
    }

    #[test]
    fn a_template_becomes_a_paper_and_values_go_in_once() {
        let template = Template::parse(GOOD, &["项目名称"], &["项目名称"]).unwrap();
        let values = BTreeMap::from([("项目名称", "甲{{项目名称}}乙 460007197001010013".to_string())]);
        let paper = template.render(&values, &Table::new("t", "表"), "示范局", day());
        assert_eq!(paper.title, "甲{{项目名称}}乙 4600**********0013\n公示");
        assert_eq!(paper.blocks.len(), 5);
        assert!(matches!(&paper.blocks[0], Block::Heading(_, text) if text == "一、基本情况"));
        let empty = template.render(&BTreeMap::new(), &Table::new("t", "表"), "示范局", day());
        assert_eq!(empty.title, "—\n公示");
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_line() {
        let text = "# 公示 {{身份证号}}\n## {{没完\n{{表}} 和 {{落款}}\n账号 6210360000000000011\n甲\u{7}乙";
        let problems = Template::parse(text, &["项目名称"], &["项目名称"]).unwrap_err();
        let told: Vec<String> = problems.iter().map(|p| format!("{} {}", p.line, p.what)).collect();
        let told = told.join("\n");
        let lines = ["1 没有占位符“身份证号”", "2 占位符没有以", "3 {{表}} 应单独占一行", "3 {{落款}}", "4 含有身份证号", "5 含有控制字符"];
        let whole = ["0 标题行（# 开头）应有 1 至 3 行，现有 0 行", "0 缺少占位符 {{项目名称}}", "0 应有且只有一个{{表}}"];
        for part in lines.iter().chain(&whole) {
            assert!(told.contains(part), "{part} in\n{told}");
        }
        assert_eq!(Template::parse(&"字".repeat(40_000), &[], &[]).unwrap_err().len(), 1);
    }

    #[test]
    fn long_numbers_are_starred_however_they_are_written() {
        assert_eq!(scrub("张示 46000719700101001X 号"), "张示 4600**********001X 号");
        assert_eq!(scrub("卡 6210 3600 0000 0000 011。"), "卡 6210***********0011。");
        assert_eq!(scrub("４６０００７１９７００１０１００１３"), "４６００**********００１３");
        assert_eq!(scrub("2018-03-05 共 1,234.50 元 PC2018-CYFC-201"), "2018-03-05 共 1,234.50 元 PC2018-CYFC-201");
    }
}
