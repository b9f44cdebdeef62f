//! What leaves as a file: the whole filtered set within one's scope, amounts as numbers, and no cell that a spreadsheet would run.

use super::batch;
use crate::support::service::{Answered, on_both_served};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use sunledger::service::{Gives, Method, Place, catalogue};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What spreadsheets take for a formula.
const ARMED: &[&str] = &["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1+1"];

fn records(answer: &Answered) -> Vec<Vec<String>> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"), "{}", answer.text());
    let text = answer.text();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_string).collect()).collect()
}

fn cells(answer: &Answered) -> Vec<Vec<Data>> {
    assert_eq!((answer.status, answer.header("content-type")), (200, XLSX), "{}", answer.text());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(answer.body.clone())).unwrap();
    let mut rows = Vec::new();
    for name in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{name}: formulas");
        rows.extend(book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec));
    }
    rows
}

/// Whether a spreadsheet would run it: it begins like a formula and is no number.
fn runs(field: &str) -> bool {
    field.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && field.trim_end_matches('%').parse::<f64>().is_err()
}

#[test]
fn no_export_holds_a_formula_and_amounts_stay_numbers() {
    on_both_served(|county, service| {
        let mut raw = county.db.raw();
        for (table, column, key) in [
            ("unit", "name", "code"),
            ("region", "name", "code"),
            ("program", "name", "code"),
            ("project", "name", "code"),
            ("household", "head", "code"),
            ("person", "name", "id_no"),
        ] {
            for (at, armed) in ARMED.iter().enumerate() {
                let sql = format!(
                    "UPDATE {table} SET {column} = '{armed}' WHERE {key} = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {at})"
                );
                raw.batch(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
        }
        let (mut exports, mut disarmed, mut numbers) = (0, 0, 0);
        for login in ["auditor", "accountant", "log_admin", "system_admin", "security_admin", "treasury", "briefing"] {
            let client = service.signed_in(login);
            for operation in catalogue::all() {
                let plain =
                    operation.method == Method::Get && matches!(operation.gives, Gives::Tables | Gives::List) && !operation.is_job();
                if !plain || operation.params.iter().any(|param| param.required || param.place == Place::Path) {
                    continue;
                }
                let csv = client.get_as(operation.path, "text/csv");
                if csv.status != 200 {
                    assert!(csv.status < 500 && !csv.code().is_empty(), "{}: {}", operation.id, csv.text());
                    continue;
                }
                exports += 1;
                for field in records(&csv).iter().flatten() {
                    assert!(!runs(field), "{}: {field:?}", operation.id);
                    disarmed += usize::from(ARMED.iter().any(|armed| field.ends_with(armed)));
                }
                for cell in cells(&client.get_as(operation.path, XLSX)).iter().flatten() {
                    numbers += usize::from(matches!(cell, Data::Float(_)));
                }
            }
        }
        assert!(exports > 60 && disarmed > 20 && numbers > 50, "{exports} exports, {disarmed} texts, {numbers} numbers");
    });
}

#[test]
fn a_list_is_exported_whole_within_its_filter() {
    on_both_served(|county, service| {
        let maker = service.signed_in("accountant");
        let lines: String = (0..130).map(|n| format!("W{n:03},示单位{n},{}\n", if n < 70 { "企业" } else { "银行" })).collect();
        let (state, result) = maker.uploaded("/imports/units", "单位.csv", format!("单位编码,单位名称,单位类型\n{lines}").as_bytes());
        assert_eq!(state, "done", "{result}");
        let filter = "/units?kind=%E4%BC%81%E4%B8%9A&limit=3";
        let page = maker.get(filter).done();
        let count = page["count"].as_u64().unwrap() as usize;
        assert_eq!((page["items"].as_array().unwrap().len(), count), (3, 70), "{page}");
        let csv = maker.get_as(filter, "text/csv");
        let rows = records(&csv);
        assert_eq!(rows.len(), 71, "the head and every row");
        assert!(csv.header("content-disposition").contains(".csv"));
        assert_eq!(csv.text(), maker.get(&format!("{filter}&format=csv")).text());
        assert_eq!(cells(&maker.get_as(filter, XLSX)).iter().filter(|row| row.iter().any(|cell| cell == "企业")).count(), 70);
        // a cursor points into pages and means nothing for the whole
        let next = page["next"].as_str().unwrap();
        assert_eq!(records(&maker.get_as(&format!("{filter}&cursor={}", crate::support::service::encoded(next)), "text/csv")).len(), 71);
        assert_eq!(maker.get_as("/persons?unmask=true&reason=x", "text/csv").code(), "export_masked");
        let masked = maker.get_as("/persons", "text/csv").text();
        for (_, id_no, account) in &county.people {
            assert!(!masked.contains(id_no.as_str()) && !masked.contains(account.as_str()));
        }
    });
}

#[test]
fn exports_keep_to_the_scope() {
    on_both_served(|county, service| {
        batch(county, &service.signed_in("accountant"), "PC01", 0);
        let (town, department) = (service.signed_in("township"), service.signed_in("department"));
        for path in ["/batches", "/payments"] {
            assert!(records(&department.get_as(path, "text/csv")).iter().flatten().any(|field| field == "PC01"), "{path}");
            assert_eq!(records(&town.get_as(path, "text/csv")).len(), 1, "{path}: the head only");
            assert!(!cells(&town.get_as(path, XLSX)).iter().flatten().any(|cell| cell == "PC01"));
        }
        assert_eq!(service.signed_in("system_admin").get_as("/batches", "text/csv").code(), "forbidden");
        assert_eq!(service.client().get_as("/batches", "text/csv").status, 401);
    });
}
