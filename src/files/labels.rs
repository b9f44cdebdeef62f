//! Reads a file of labels (筛查标注, labels.csv) as any office's file is read: all errors at once, each with its row.

use crate::domain::kinds::{RowErrors, screen_labels as col};
use crate::domain::screening::rules;
use crate::domain::screening::score::{Label, SUBJECT_KINDS, Verdict};
use crate::files::reading::{FileProblem, Limits, RowView, Source};
use std::path::Path;

/// The labels of a file. Row errors are told to `errors`; the labels are whole only if there are none. Errors: a file that
/// cannot be read, or that has not the columns.
pub fn read(path: &Path, errors: &mut RowErrors) -> Result<Vec<Label>, FileProblem> {
    let mut source = Source::open(path, &col::KIND, &Limits::default())?;
    let mut labels = Vec::new();
    source.for_each_row::<FileProblem, _>(errors, |row, errors| {
        labels.extend(label(row, errors));
        Ok(())
    })?;
    Ok(labels)
}

fn label(row: &RowView<'_>, errors: &mut RowErrors) -> Option<Label> {
    let rule = row.required_text(col::RULE, errors);
    let verdict = row.choice(col::VERDICT, errors);
    let kind = row.choice(col::SUBJECT_KIND, errors);
    let key = row.required_text(col::SUBJECT, errors);
    let rule = rule.and_then(|id| {
        let found = rules::find(id);
        if found.is_none() {
            row.refuse(col::RULE, errors, "没有这个筛查规则", "请填规则编号，如 P03");
        }
        found
    });
    let payments = row.text(col::PAYMENT).split([';', '；']).map(str::trim).filter(|key| !key.is_empty());
    Some(Label {
        rule: rule?.id.to_string(),
        verdict: if verdict? == "违规" { Verdict::Misuse } else { Verdict::Innocent },
        kind: SUBJECT_KINDS.iter().find(|(_, zh)| Some(*zh) == kind).map(|(code, _)| (*code).to_string())?,
        key: key?.to_string(),
        payments: payments.map(str::to_string).collect(),
        note: row.text(col::NOTE).to_string(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn labels_are_read_under_their_title() {
        let text = "以下人员全部为虚构\n规则,判定,对象类型,对象,支付,说明\n\
            P03,违规,人员,469007196001010011,,死后仍领\nm03,违规,人员,469007196001010011,PC1+3；PC2+4,重复\nU13,无辜,项目,XM1,,刚竣工\n";
        let (_dir, path) = file(text);
        let mut errors = RowErrors::new();
        let labels = read(&path, &mut errors).unwrap();
        assert!(errors.is_empty());
        assert_eq!(labels.len(), 3);
        assert_eq!((labels[0].kind.as_str(), labels[0].verdict), ("person", Verdict::Misuse));
        assert_eq!((labels[1].rule.as_str(), labels[1].payments.as_slice()), ("M03", &["PC1+3".to_string(), "PC2+4".to_string()][..]));
        assert_eq!((labels[2].verdict, labels[2].note.as_str()), (Verdict::Innocent, "刚竣工"));
    }

    #[test]
    fn every_wrong_cell_is_told() {
        let text = "规则,判定,对象类型,对象,支付,说明\nX99,违规,人员,1,,\nP03,大概,人员,,,\n";
        let (_dir, path) = file(text);
        let mut errors = RowErrors::new();
        assert!(read(&path, &mut errors).unwrap().is_empty());
        let told: Vec<(u64, String)> = errors.kept().iter().map(|e| (e.row, e.column.to_string())).collect();
        assert_eq!(told, [(2, "规则".to_string()), (3, "判定".to_string()), (3, "对象".to_string())]);
    }
}
