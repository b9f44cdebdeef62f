//! What came of long work, read from the JSON that was kept of it: sentences, refusals, the errors of a file row by row, tables,
//! and where to go on.

use super::grid::{Field, Grid, Head, Line};
use super::pages::{Step, Wrong, steps};
use serde_json::Value;

#[derive(Debug, Default)]
pub struct Outcome {
    pub messages: Vec<String>,
    pub problems: Vec<Wrong>,
    pub grids: Vec<Grid>,
    pub next: Vec<Step>,
    /// Name of the document that goes with it.
    pub file: Option<String>,
    /// A file was sent and not taken.
    pub refused: bool,
}

/// Columns of the errors of a file, of the differences to what was sent to the bank, and of warnings.
const ERRORS: &[(&str, &str)] = &[("row", "行"), ("column", "列"), ("value", "内容"), ("problem", "错误"), ("mend", "如何改正")];

pub fn read(result: &Value) -> Outcome {
    let mut outcome = Outcome {
        messages: texts(&result["messages"]),
        file: result["file"]["name"].as_str().map(str::to_string),
        refused: result["accepted"] == Value::Bool(false),
        next: result["facts"].as_object().map(steps).unwrap_or_default(),
        ..Outcome::default()
    };
    if let Some(title) = result["title"].as_str().filter(|_| result["code"].is_string()) {
        outcome.problems.push(wrong(title, result["detail"].as_str().unwrap_or_default()));
        let further = result["errors"].as_array().into_iter().flatten();
        outcome.problems.extend(further.filter(|item| item["message"] != result["title"]).map(refusal));
        return outcome;
    }
    outcome.problems.extend(result["refused"].as_array().into_iter().flatten().map(refusal));
    imported(result, &mut outcome);
    outcome.grids.extend(result["tables"].as_array().into_iter().flatten().filter_map(table));
    outcome
}

fn imported(result: &Value, outcome: &mut Outcome) {
    if let Some(errors) = result["errors"].as_array().filter(|errors| !errors.is_empty()) {
        let mut grid = rows("row_errors", "文件中的错误", ERRORS, errors);
        let count = result["error_count"].as_u64().unwrap_or_default();
        grid.subtitle = format!("共 {count} 处");
        if count > errors.len() as u64 {
            grid.notes.push(format!("这里列出前 {} 处；全部错误标在文件的“错误”列中", errors.len()));
        }
        outcome.grids.push(grid);
    }
    if let Some(found) = result["differences"].as_array().filter(|found| !found.is_empty()) {
        let columns: Vec<(String, String)> = found
            .iter()
            .filter_map(Value::as_object)
            .next()
            .map(|first| first.keys().map(|key| (key.clone(), difference_title(key).to_string())).collect())
            .unwrap_or_default();
        let columns: Vec<(&str, &str)> = columns.iter().map(|(key, title)| (key.as_str(), title.as_str())).collect();
        outcome.grids.push(rows("differences", "与送银行内容不符的行", &columns, found));
    }
    let warnings = texts(&result["warnings"]);
    if !warnings.is_empty() {
        let lines: Vec<Value> = warnings.into_iter().map(|warning| serde_json::json!({ "warning": warning })).collect();
        outcome.grids.push(rows("warnings", "提示", &[("warning", "提示")], &lines));
    }
    let unknown = texts(&result["unknown_columns"]);
    if !unknown.is_empty() {
        outcome.messages.push(format!("文件中没有用到的列：{}", unknown.join("、")));
    }
}

fn difference_title(key: &str) -> &str {
    match key {
        "row" => "行",
        "batch" => "批次",
        "line" => "序号",
        "problem" | "what" => "不符之处",
        "mend" => "如何处理",
        "expected" => "送银行",
        "found" => "银行文件",
        other => other,
    }
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_string)).collect()
}

fn wrong(message: &str, mend: &str) -> Wrong {
    Wrong { field: String::new(), message: message.to_string(), mend: mend.to_string() }
}

fn refusal(item: &Value) -> Wrong {
    wrong(item["message"].as_str().unwrap_or_default(), item["mend"].as_str().unwrap_or_default())
}

/// A value as it is read; `None` shows as nothing.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => (if *yes { "是" } else { "否" }).to_string(),
        other => other.to_string(),
    }
}

fn rows(name: &str, title: &str, columns: &[(&str, &str)], lines: &[Value]) -> Grid {
    let heads = columns.iter().map(|(key, title)| head(key, title, *key == "row"));
    let line =
        |value: &Value| Line { fields: columns.iter().map(|(key, _)| field(text(&value[*key]), *key == "row")).collect(), total: false };
    Grid {
        name: name.to_string(),
        title: title.to_string(),
        subtitle: String::new(),
        heads: heads.collect(),
        lines: lines.iter().map(line).collect(),
        notes: Vec::new(),
        card: false,
        chart: String::new(),
    }
}

fn head(key: &str, title: &str, figure: bool) -> Head {
    Head { key: key.to_string(), title: title.to_string(), figure, sort: String::new(), sorted: "" }
}

fn field(text: String, figure: bool) -> Field {
    Field { text, class: if figure { "n" } else { "t" }, href: String::new(), mark: "" }
}

/// A table as the API writes it (`api::reply::table_value`).
fn table(value: &Value) -> Option<Grid> {
    let columns: Vec<(&str, &str, bool)> = value["columns"]
        .as_array()?
        .iter()
        .filter_map(|column| {
            let figure = !matches!(column["kind"].as_str(), Some("text" | "date"));
            Some((column["key"].as_str()?, column["title"].as_str()?, figure))
        })
        .collect();
    let line = |row: &Value, total: bool| Line {
        fields: columns.iter().map(|(key, _, figure)| field(text(&row[*key]), *figure)).collect(),
        total,
    };
    let mut lines: Vec<Line> = value["rows"].as_array()?.iter().map(|row| line(row, false)).collect();
    if value["total"].is_object() {
        lines.push(line(&value["total"], true));
    }
    Some(Grid {
        name: value["name"].as_str().unwrap_or_default().to_string(),
        title: value["title"].as_str().unwrap_or_default().to_string(),
        subtitle: value["subtitle"].as_str().unwrap_or_default().to_string(),
        heads: columns.iter().map(|(key, title, figure)| head(key, title, *figure)).collect(),
        lines,
        notes: texts(&value["notes"]),
        card: false,
        chart: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refused_file_shows_its_errors_by_row() {
        let outcome = read(&json!({
            "accepted": false, "messages": ["文件有 2 处错误，未入账"], "facts": { "kind": "batch" }, "refused": [],
            "errors": [{ "row": 7, "column": "金额", "value": "-1", "problem": "应大于 0", "mend": "请改正" }],
            "error_count": 2, "warnings": [], "differences": [], "unknown_columns": ["备注2"], "file": { "name": "错误-清册.xlsx" }
        }));
        assert!(outcome.refused && outcome.file.as_deref() == Some("错误-清册.xlsx"));
        let texts: Vec<&str> = outcome.grids[0].lines[0].fields.iter().map(|field| field.text.as_str()).collect();
        assert_eq!(texts, ["7", "金额", "-1", "应大于 0", "请改正"]);
        assert_eq!(outcome.grids[0].notes.len(), 1);
        assert_eq!(outcome.messages.len(), 2);
    }

    #[test]
    fn a_failure_tells_all_that_was_refused() {
        let outcome = read(&json!({
            "code": "year_closed", "title": "年度已结", "detail": "请改日期",
            "errors": [{ "message": "年度已结", "mend": "" }, { "message": "指标不足", "mend": "请分配" }]
        }));
        assert_eq!(outcome.problems.len(), 2);
        assert_eq!(outcome.problems[1].mend, "请分配");
    }

    #[test]
    fn tables_and_proposals_are_shown() {
        let outcome = read(&json!({ "messages": [], "facts": { "proposal": 12, "batch": "PC1" } }));
        assert_eq!(outcome.next.iter().map(|step| step.href.as_str()).collect::<Vec<_>>(), ["/proposals/12", "/batches/PC1"]);
        let outcome =
            read(&json!({ "tables": [{ "name": "x", "title": "核验", "columns": [{ "key": "a", "title": "甲", "kind": "count" }],
            "rows": [{ "a": 3 }], "total": { "a": 3 }, "notes": ["注"] }] }));
        assert_eq!((outcome.grids[0].lines.len(), outcome.grids[0].lines[1].total), (2, true));
    }
}
