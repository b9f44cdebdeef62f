//! A list as a file: CSV and XLSX hold the whole filtered set, not a page of it, unless a page is asked for. Rows go from the
//! books to a file on disk in chunks, and from there to the client, so a million of them need no more memory than a thousand.

use super::intake::Asked;
use super::perform::Order;
use super::problem::Problem;
use super::reply::{CSV, Reply, Wants, XLSX};
use crate::app::lists::{export_csv, export_table};
use crate::app::{AppError, Bureau, Context};
use crate::domain::access::Principal;
use crate::files::writing::table_xlsx;
use crate::service::Operation;
use crate::service::answer::Content;
use crate::service::catalogue::lists::{ask, spec_of};
use actix_web::http::StatusCode;
use std::io::Write;

/// Whether a whole list is asked for: as a file, masked, and neither after a mark nor with a number of rows.
pub fn is_asked(operation: &Operation, asked: &Asked, wants: Wants) -> bool {
    let page = ["cursor", "limit"].iter().any(|name| asked.given.contains_key(*name));
    matches!(wants, Wants::Csv | Wants::Xlsx) && !page && !asked.input.flag("unmask") && spec_of(operation).is_some()
}

/// The list of an order, which its person has been let in for. Errors: more rows than a workbook should have.
pub fn list(bureau: &mut Bureau, order: &Order, who: &Principal, wants: Wants) -> Result<Reply, Problem> {
    let Some(spec) = spec_of(order.operation) else { return Err(Problem::not_found()) };
    let ask = ask(spec, &order.input);
    let (media, ending, content) = if wants == Wants::Xlsx {
        let table = export_table(bureau, spec, &who.scope, &ask)?;
        let today = Context::new(&who.name).today();
        (XLSX, "xlsx", Content::Bytes(table_xlsx::write(&[table], today).map_err(AppError::from)?))
    } else {
        let path = order.scratch.join("list.csv");
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).map_err(AppError::from)?);
        export_csv(bureau, spec, &who.scope, &ask, &mut out)?;
        out.flush().map_err(AppError::from)?;
        (CSV, "csv", Content::Path(path))
    };
    Ok(Reply { status: StatusCode::OK, media: media.into(), name: Some(format!("{}.{ending}", spec.title)), content })
}
