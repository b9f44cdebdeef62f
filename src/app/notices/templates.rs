//! The words of notices as they ship (`reports/notice/`), and as a clerk has changed them in a directory of their own.

use crate::app::{AppError, Refusal, Result};
use crate::domain::notices::Kind;
use crate::domain::notices::template::Template;
use std::path::{Path, PathBuf};

const SHIPPED: [(Kind, &str, &str); 3] = [
    (Kind::Entry, "entry.txt", include_str!("../../../reports/notice/entry.txt")),
    (Kind::Completion, "completion.txt", include_str!("../../../reports/notice/completion.txt")),
    (Kind::Batch, "batch.txt", include_str!("../../../reports/notice/batch.txt")),
];
const README: &str = include_str!("../../../reports/notice/README.md");

/// Names that placeholders may have, by kind of notice.
pub(super) fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Entry | Kind::Completion => &[
            "项目编码",
            "项目名称",
            "项目类型",
            "主管部门",
            "实施单位",
            "实施地点",
            "计划投资",
            "绩效目标",
            "村级申报",
            "乡镇初审",
            "市县审定",
            "省级备案",
            "开工日期",
            "竣工日期",
            "累计支付",
            "公示开始",
            "公示结束",
            "公示天数",
        ],
        Kind::Batch => &["批次号", "政策名称", "所属期", "单位", "村", "户数", "人次", "金额合计", "公示开始", "公示结束", "公示天数"],
    }
}

/// Those without which the notice would say nothing.
fn needed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Entry | Kind::Completion => &["项目名称", "公示开始", "公示结束"],
        Kind::Batch => &["政策名称", "公示开始", "公示结束"],
    }
}

/// The template of a kind: from the directory if it has one, else as it ships. Errors: all that is wrong with it.
pub(super) fn load(kind: Kind, dir: Option<&Path>) -> Result<Template> {
    let (name, mut text) =
        SHIPPED.iter().find(|(of, ..)| *of == kind).map_or(("", String::new()), |(_, name, text)| (*name, text.to_string()));
    let mut told = format!("自带模板 {name}");
    if let Some(path) = dir.map(|dir| dir.join(name)).filter(|path| path.exists()) {
        told = path.display().to_string();
        let bytes = std::fs::read(&path).map_err(|error| AppError::Output(format!("读不了 {told}：{error}（请检查权限）")))?;
        text = String::from_utf8(bytes).map_err(|_| Refusal::new("template", format!("{told} 不是 UTF-8 文字"), "请另存为 UTF-8 编码"))?;
    }
    Template::parse(&text, known(kind), needed(kind)).map_err(|problems| {
        let refusal = |line: usize, what: &str| {
            let place = if line == 0 { told.clone() } else { format!("{told} 第 {line} 行") };
            Refusal::new("template", format!("{place}：{what}"), "请改正模板，写法见 reports/notice/README.md")
        };
        AppError::Refused(problems.iter().map(|problem| refusal(problem.line, &problem.what)).collect())
    })
}

/// Writes the shipped templates and what there is to know of them, to be edited. What is there already is left alone.
pub fn write_templates(out: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(out)?;
    let mut written = Vec::new();
    for (name, text) in SHIPPED.iter().map(|(_, name, text)| (*name, *text)).chain([("README.md", README)]) {
        let path = out.join(name);
        if !path.exists() {
            std::fs::write(&path, text)?;
            written.push(path);
        }
    }
    Ok(written)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_templates_are_sound_and_edited_ones_are_checked() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(write_templates(dir.path()).unwrap().len(), 4);
        assert!(write_templates(dir.path()).unwrap().is_empty(), "edited files stay");
        for kind in Kind::ALL {
            assert_eq!(load(kind, None).unwrap(), load(kind, Some(dir.path())).unwrap());
        }
        std::fs::write(dir.path().join("batch.txt"), "# {{身份证号}}\n{{表}}\n{{落款}}\n").unwrap();
        let refused = load(Kind::Batch, Some(dir.path())).unwrap_err().to_string();
        assert!(refused.contains("第 1 行：没有占位符“身份证号”") && refused.contains("{{公示开始}}"), "{refused}");
        std::fs::write(dir.path().join("entry.txt"), [0xff, 0xfe, 0x41]).unwrap();
        assert_eq!(load(Kind::Entry, Some(dir.path())).unwrap_err().code(), Some("template"));
        // each placeholder is explained to those who edit
        for kind in Kind::ALL {
            for name in known(kind) {
                assert!(README.contains(name), "{name} is not in the README");
            }
        }
    }
}
