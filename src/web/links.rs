//! What a value in a table opens: a number or code leads to the page of what it names, a figure to what it is made of. The
//! rules stand here in one list, by table and column, so that no page needs to know of it.

use super::address::{encode, fill};
use crate::domain::report::table::plain;
use crate::domain::report::{Cell, Row, Table};

/// How a value is found in a row for an address: the value of that column of the same row.
struct Rule {
    /// Name of the table; empty for any.
    table: &'static str,
    /// Key of the column whose cells become links.
    column: &'static str,
    /// Address with column keys in braces.
    to: &'static str,
}

const fn rule(table: &'static str, column: &'static str, to: &'static str) -> Rule {
    Rule { table, column, to }
}

/// The first that fits counts: those of one table stand before those of any.
const RULES: &[Rule] = &[
    rule("batches", "code", "/batches/{code}"),
    rule("batches", "lines", "/payments?batch={code}"),
    rule("batches", "total", "/payments?batch={code}"),
    rule("batches", "paid_lines", "/payments?batch={code}&state=paid"),
    rule("batches", "paid", "/payments?batch={code}&state=paid"),
    rule("batches", "returned_lines", "/returns?batch={code}"),
    rule("batches", "returned", "/returns?batch={code}"),
    rule("vouchers", "label", "/vouchers/{seq}"),
    rule("vouchers", "seq", "/vouchers/{seq}"),
    rule("vouchers", "amount", "/postings?voucher={seq}"),
    rule("vouchers", "reference", "/trace?id={reference}"),
    rule("vouchers", "details", "/trace?id={reference}"),
    rule("voucher", "account", "/ledger/{account}"),
    rule("postings", "account", "/ledger/{account}"),
    rule("postings", "reference", "/trace?id={reference}"),
    rule("ledger", "voucher", "/vouchers/{voucher}"),
    rule("trial_balance_control", "code", "/ledger/{code}"),
    rule("trial_balance_control", "name", "/ledger/{code}"),
    rule("trial_balance_control", "period_debit", "/postings?account={code}"),
    rule("trial_balance_control", "period_credit", "/postings?account={code}"),
    rule("trial_balance_statutory", "code", "/ledger/{code}"),
    rule("trial_balance_statutory", "name", "/ledger/{code}"),
    rule("trial_balance_statutory", "period_debit", "/postings?account={code}"),
    rule("trial_balance_statutory", "period_credit", "/postings?account={code}"),
    rule("progress_by_unit", "name", "/units/{key}/way"),
    rule("progress_by_unit", "available", "/allocations?unit={key}"),
    rule("progress_by_unit", "spent", "/units/{key}/way"),
    rule("progress_by_unit", "in_transit", "/batches?unit={key}&state=sent"),
    rule("progress_by_unit", "reserved", "/batches?unit={key}&state=reserved"),
    rule("progress_by_unit", "returned", "/returns?unit={key}&state=returned"),
    rule("progress_by_unit", "moved_unspent", "/disbursements?unit={key}&event=moved"),
    rule("progress_by_unit", "retention", "/disbursements?unit={key}&event=retained"),
    rule("progress_by_unit", "allocated", "/allocations?unit={key}&sort=allocated&order=desc"),
    rule("progress_by_fund", "name", "/funds/{key}"),
    rule("progress_by_fund", "available", "/funds/{key}"),
    rule("progress_by_fund", "spent", "/funds/{key}"),
    rule("progress_by_level", "name", "/funds?level={key}"),
    rule("progress_by_level", "available", "/funds?level={key}"),
    rule("progress_by_level", "spent", "/funds?level={key}"),
    rule("progress_by_category", "name", "/funds?category={key}"),
    rule("progress_by_category", "available", "/funds?category={key}"),
    rule("progress_by_project", "name", "/projects/{key}"),
    rule("progress_by_project", "available", "/allocations?project={key}"),
    rule("progress_by_project", "spent", "/projects/{key}/way"),
    rule("progress_by_program", "name", "/batches?program={key}"),
    rule("progress_by_program", "available", "/allocations?program={key}"),
    rule("progress_by_program", "spent", "/batches?program={key}&state=answered"),
    rule("progress_by_month", "name", "/vouchers?month_from={key}&month_to={key}"),
    rule("progress_by_month", "spent", "/vouchers?month_from={key}&month_to={key}"),
    rule("months", "month", "/progress?by=unit&as_of={day}"),
    rule("months", "spent", "/vouchers?month_from={month}&month_to={month}"),
    rule("months", "available", "/progress?by=fund&as_of={day}"),
    rule("ranking", "name", "/units/{unit}/way"),
    rule("ranking", "available", "/allocations?unit={unit}"),
    rule("ranking", "spent", "/units/{unit}/way"),
    rule("levels", "name", "/funds?level={level}"),
    rule("levels", "available", "/funds?level={level}"),
    rule("levels", "spent", "/funds?level={level}"),
    rule("flows", "amount", "/funds?level={level}"),
    rule("funds", "doc_no", "/funds/{doc_no}"),
    rule("funds", "amount", "/allocations?fund={doc_no}"),
    rule("funds", "allocated", "/allocations?fund={doc_no}"),
    rule("fund_allocations", "doc_no", "/allocations?doc_no={doc_no}"),
    rule("fund_allocations", "unit", "/units/{unit}/way"),
    rule("allocations", "unit_name", "/units/{unit}/way"),
    rule("allocations", "doc_no", "/allocation_acts?doc_no={doc_no}"),
    rule("allocations", "reserved", "/batches?allocation={doc_no}&state=reserved"),
    rule("allocations", "in_transit", "/batches?allocation={doc_no}&state=sent"),
    rule("allocations", "paid_household", "/batches?allocation={doc_no}&state=answered"),
    rule("allocations", "paid_payee", "/disbursements?allocation={doc_no}"),
    rule("payments", "line", "/batches/{batch}/lines/{line}"),
    rule("payments", "amount", "/batches/{batch}/lines/{line}"),
    rule("returns", "line", "/batches/{batch}/lines/{line}"),
    rule("units", "code", "/units/{code}/way"),
    rule("projects", "code", "/projects/{code}"),
    rule("findings", "id", "/findings/{id}"),
    rule("findings", "key", "/findings/{key}"),
    rule("sessions", "session", "/do/account.end_session?session={session}"),
    rule("periods", "month", "/vouchers?month_from={month}&month_to={month}"),
    rule("periods", "vouchers", "/vouchers?month_from={month}&month_to={month}"),
    rule("stages", "voucher", "/vouchers/{voucher}"),
    rule("cases", "id", "/cases/{id}"),
    rule("inspection_plans", "code", "/plans/{code}"),
    rule("users", "login", "/users/{login}"),
    rule("jobs", "id", "/jobs/{id}"),
    rule("jobs", "job", "/jobs/{job}"),
    rule("proposals", "proposal", "/proposals/{proposal}"),
    rule("proposals", "title", "/proposals/{proposal}"),
    rule("", "batch", "/batches/{batch}"),
    rule("", "voucher", "/vouchers/{voucher}"),
    rule("", "fund", "/funds/{fund}"),
    rule("", "project", "/projects/{project}"),
    rule("", "finding", "/findings/{finding}"),
    rule("", "case", "/cases/{case}"),
    rule("", "household", "/households/{household}"),
    rule("", "disbursement", "/disbursements/{disbursement}"),
];

/// Where a cell leads, if anywhere. Totals, blanks and zeros open nothing.
pub fn of(table: &Table, column: usize, row: &Row) -> Option<String> {
    let key = table.columns.get(column)?.key.as_str();
    let cell = row.cells.get(column)?;
    if is_nothing(cell) {
        return None;
    }
    let found = RULES.iter().find(|rule| rule.column == key && (rule.table == table.name || rule.table.is_empty()))?;
    address(found.to, table, row)
}

/// Puts a row's values into an address: in its path as parts of it, after the question mark as values.
fn address(to: &str, table: &Table, row: &Row) -> Option<String> {
    let value = |name: &str| {
        let at = table.columns.iter().position(|column| column.key == name)?;
        row.cells.get(at).and_then(plain).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
    };
    fill(to, value)
}

/// Zero and blank are made of nothing.
fn is_nothing(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.trim().is_empty(),
        Cell::Fen(fen) => fen.is_zero(),
        Cell::Count(count) => *count == 0,
        Cell::Ratio(_) | Cell::Points(_) | Cell::Date(_) => false,
    }
}

/// The page of a thing that a list names by kind, for columns declared with what they open.
pub fn to(kind: &str, value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let path = match kind {
        "batch" => "/batches/",
        "voucher" => "/vouchers/",
        "project" => "/projects/",
        "finding" => "/findings/",
        "case" => "/cases/",
        "account" => "/ledger/",
        "plan" => "/plans/",
        "fund" => "/funds/",
        "household" => "/households/",
        "disbursement" => "/disbursements/",
        "interview" => "/control/interviews/",
        "override" => "/control/overrides/",
        "objection" => "/objections/",
        "notice" => "/notices?id=",
        "file" => "/files?id=",
        "job" => "/jobs/",
        "proposal" => "/proposals/",
        "user" => "/users/",
        "allocation" => "/allocations?doc_no=",
        "unit" => "/units?code=",
        "trace" => "/trace?id=",
        _ => return None,
    };
    Some(format!("{path}{}", encode(value)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::domain::money::Fen;
    use crate::domain::report::Kind;

    fn batches() -> Table {
        let mut table = Table::new("batches", "发放批次")
            .column("code", "批次号", Kind::Text)
            .column("returned", "退票金额", Kind::Money)
            .column("voucher", "凭证", Kind::Text);
        table.push(vec![Cell::text("PC/2018 甲"), Cell::Fen(Fen::new(100)), Cell::text("记-2018-09-0012")]);
        table.push(vec![Cell::text("PC2"), Cell::Fen(Fen::ZERO), Cell::Empty]);
        table
    }

    #[test]
    fn codes_and_figures_open_what_they_are_made_of() {
        let table = batches();
        assert_eq!(of(&table, 0, &table.rows[0]).unwrap(), "/batches/PC%2F2018%20%E7%94%B2");
        assert_eq!(of(&table, 1, &table.rows[0]).unwrap(), "/returns?batch=PC%2F2018%20%E7%94%B2");
        assert_eq!(of(&table, 2, &table.rows[0]).unwrap(), "/vouchers/%E8%AE%B0-2018-09-0012");
    }

    #[test]
    fn nothing_opens_nothing() {
        let table = batches();
        assert_eq!((of(&table, 1, &table.rows[1]), of(&table, 2, &table.rows[1])), (None, None));
        assert_eq!((to("batch", " "), to("weather", "1")), (None, None));
        assert_eq!(to("fund", "财农〔2018〕7号").unwrap(), "/funds/%E8%B4%A2%E5%86%9C%E3%80%942018%E3%80%957%E5%8F%B7");
    }
}
