//! The table of kinds agrees with itself.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use super::*;

#[test]
fn names_titles_and_headers_are_unique() {
    let mut names = HashSet::new();
    for kind in KINDS {
        assert!(names.insert(kind.name) && names.insert(kind.title), "{}", kind.name);
        let mut headers = HashSet::new();
        for column in kind.columns {
            assert!(headers.insert(column.zh) && headers.insert(column.en), "{}", column.zh);
            assert!(column.also.iter().all(|alias| headers.insert(alias)));
            assert!(column.en.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert!(kind.columns.iter().any(|column| column.required));
        assert!(kind.key.iter().all(|&at| at < kind.columns.len()));
        assert!(kind.money_total.is_none_or(|at| kind.columns[at].ty == Type::Money));
        assert!(std::ptr::eq(Kind::find(kind.name).unwrap(), kind));
    }
    assert!(Kind::find("nothing").is_none());
}

#[test]
fn index_constants_agree_with_the_headers() {
    for (kind, at, zh) in [
        (&batch::KIND, batch::BATCH, "批次号"),
        (&batch::KIND, batch::AMOUNT, "金额"),
        (&batch::KIND, batch::MEMO, "备注"),
        (&regions::KIND, regions::EXIT_YEAR, "出列年度"),
        (&projects::KIND, projects::STATUS, "状态"),
        (&refunds::KIND, refunds::OF, "原支付凭证号"),
        (&ref_housing::KIND, ref_housing::DEMOLISHED, "旧房拆除日期"),
    ] {
        assert_eq!(kind.columns[at].zh, zh);
    }
}

#[test]
fn errors_are_all_counted_and_personal_numbers_masked() {
    let mut errors = RowErrors::new();
    let id_no = &batch::KIND.columns[batch::ID_NO];
    errors.cell(3, id_no, "460007198001010011", "校验码不符", "核对");
    assert_eq!(errors.kept()[0].value, "4600**********0011");
    for row in 0..KEPT_ERRORS as u64 + 5 {
        errors.row(row, "坏", "改");
    }
    assert_eq!(errors.kept().len(), KEPT_ERRORS);
    assert_eq!(errors.count(), KEPT_ERRORS as u64 + 6);
}
