//! What sentences of the floors below say in the service: `⟦batch.list⟧` is “发放批次”, `⟦reason⟧` is “理由”, by the titles that
//! the operations and their fields carry. A parameter is one of the operation named before it in the sentence, else of the one
//! that was asked for.

use super::{Answer, Operation, Refused, catalogue};
use crate::app::{AppError, Refusal};
use crate::domain::kinds::RowError;
use crate::domain::report::{Cell, Table};
use crate::domain::wording::{Piece, has_names, pieces};
use std::borrow::Cow;

/// What only the command line does.
const ELSEWHERE: &[(&str, &str)] = &[("book.init", "新建账套（由系统管理员在服务器上办理）"), ("key.new", "生成密钥（由本人在本机办理）")];

/// Parameters whose name says the same everywhere, and those that have no field: who acts and who checks is whoever is
/// signed in.
const COMMON: &[(&str, &str)] = &[
    ("actor", "经办人"),
    ("all_rows", "全部行"),
    ("book", "账套"),
    ("checker", "复核人"),
    ("db", "账簿位置"),
    ("doc_no", "文号"),
    ("pass", "放行"),
    ("reason", "理由"),
    ("reject", "不予发放"),
];

/// Asides that are about who is at the desk, which the service knows.
const NOT_HERE: &[&str] = &["（⟦actor⟧）", "（⟦checker⟧）"];

/// A sentence in the words of the service, for whoever asked for an operation.
pub fn say(text: &str, asked: Option<&Operation>) -> String {
    let text = NOT_HERE.iter().fold(Cow::Borrowed(text), |text, aside| match text.contains(aside) {
        true => Cow::Owned(text.replace(aside, "")),
        false => text,
    });
    let (mut said, mut named, mut after) = (String::new(), None, None);
    for piece in pieces(&text) {
        let title = match piece {
            Piece::Text(text) => {
                said.push_str(following(text, after.take().as_deref()));
                continue;
            }
            Piece::Operation(id) => {
                named = catalogue::find(id);
                operation_title(id).unwrap_or(id).to_string()
            }
            Piece::Param(name) => param_title(name, named.or(asked)).unwrap_or(name).to_string(),
        };
        if said.ends_with(' ') && !said.trim_end().ends_with(|c: char| c.is_ascii()) {
            said.pop();
        }
        said.push_str(&format!("“{title}”"));
        after = Some(title);
    }
    said
}

/// The text after a title: quotation marks need no space before Chinese, and an example that only repeats the title goes.
fn following<'t>(text: &'t str, title: Option<&str>) -> &'t str {
    let (Some(title), Some(rest)) = (title, text.strip_prefix(' ')) else { return text };
    match rest.strip_prefix(title) {
        Some(rest) => rest,
        None if rest.starts_with(|c: char| c.is_ascii()) => text,
        None => rest,
    }
}

/// What an operation is called, also one of the command line's own.
pub fn operation_title(id: &str) -> Option<&'static str> {
    let elsewhere = || ELSEWHERE.iter().find(|(operation, _)| *operation == id).map(|(_, title)| *title);
    catalogue::find(id).map(|operation| operation.title).or_else(elsewhere)
}

/// What a parameter is called: by the operation, by common use, by any operation that has one of that name.
pub fn param_title(name: &str, operation: Option<&Operation>) -> Option<&'static str> {
    let of = |operation: &Operation| operation.params.iter().find(|param| param.name == name).map(|param| param.title);
    let common = || COMMON.iter().find(|(param, _)| *param == name).map(|(_, title)| *title);
    operation.and_then(of).or_else(common).or_else(|| catalogue::all().find_map(of))
}

fn rewrite(text: &mut String, asked: Option<&Operation>) {
    if has_names(text) {
        *text = say(text, asked);
    }
}

/// Refusals in the words of the service; whatever else went wrong as it is.
pub fn error(mut error: AppError, asked: Option<&Operation>) -> AppError {
    if let AppError::Refused(refusals) = &mut error {
        refusals.iter_mut().for_each(|found| refusal(found, asked));
    }
    error
}

fn refusal(found: &mut Refusal, asked: Option<&Operation>) {
    rewrite(&mut found.message, asked);
    rewrite(&mut found.mend, asked);
}

pub(super) fn refused(why: Refused, asked: &Operation) -> Refused {
    match why {
        Refused::App(found) => Refused::App(error(found, Some(asked))),
        other => other,
    }
}

/// An answer in the words of the service. Files are what they are.
pub(super) fn answer(mut answer: Answer, asked: &Operation) -> Answer {
    let asked = Some(asked);
    match &mut answer {
        Answer::Tables(tables) => tables.iter_mut().for_each(|found| table(found, asked)),
        Answer::List(page) => table(&mut page.table, asked),
        Answer::Done(done) => done.messages.iter_mut().for_each(|text| rewrite(text, asked)),
        Answer::Import(imported) => {
            imported.done.messages.iter_mut().for_each(|text| rewrite(text, asked));
            imported.refused.iter_mut().for_each(|found| refusal(found, asked));
            imported.warnings.iter_mut().for_each(|text| rewrite(text, asked));
            imported.differences.iter_mut().for_each(|found| rewrite(&mut found.what, asked));
            imported.errors.iter_mut().for_each(|found| row(found, asked));
        }
        Answer::File(_) => {}
    }
    answer
}

fn row(found: &mut RowError, asked: Option<&Operation>) {
    rewrite(&mut found.problem, asked);
    rewrite(&mut found.mend, asked);
}

fn table(table: &mut Table, asked: Option<&Operation>) {
    rewrite(&mut table.title, asked);
    table.notes.iter_mut().for_each(|note| rewrite(note, asked));
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Text(text) = cell {
            rewrite(text, asked);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_pages_and_fields() {
        assert_eq!(say("请用 ⟦batch.show⟧ 查看序号", None), "请用“发放批次”查看序号");
        assert_eq!(say("请用 ⟦reason⟧ 写明", None), "请用“理由”写明");
        assert_eq!(say("请加 ⟦reason⟧ 理由", None), "请加“理由”");
        assert_eq!(say("请由另一人审批（⟦actor⟧）", None), "请由另一人审批");
        assert_eq!(say("剔除后重编：⟦batch.strip⟧ P-1 ⟦line⟧ 3 ⟦reason⟧ 理由", None), "剔除后重编：“剔除后重编” P-1 “序号” 3 “理由”");
        assert_eq!(say("没有这样的名字", None), "没有这样的名字");
    }

    /// The same name stands for different fields: 生效日期 of a setting, 起始日期 of others.
    #[test]
    fn a_field_is_one_of_the_operation_named_or_asked_for() {
        let set = catalogue::find("setting.set").unwrap();
        assert_eq!(say("请核对 ⟦from⟧", Some(set)), "请核对“生效日期”");
        assert_eq!(say("用 ⟦setting.set⟧ 参数 值 ⟦from⟧ 日期 修改", None), "用“修改参数”参数 值“生效日期”日期 修改");
    }
}
