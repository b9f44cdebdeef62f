//! The one frame for every list of the service: a list is declared once ([`spec`]: columns, filters, scope, key), and from the
//! declaration come its pages, the count and the sums of the filtered set, its export, and the parameters of its operation.
//!
//! Pages go by keyset ([`cursor`]): the next page begins after the last row's sort value and unique key, so that rows that come
//! in between neither repeat nor hide others, and a late page costs what the first does. Scope stands in the one WHERE that rows,
//! count, sums and exports share ([`sql`]), so none of them can say more than another. User's words are parameters, never SQL.
//!
//! Counts and sums are exact, of the same transaction as the rows. Where they would need a walk over a large register they are
//! remembered by the state of what they count ([`totals`]); of payment lines they come from the stages and vouchers that already carry
//! them ([`payments`]).

pub mod all;
pub mod cursor;
mod export;
pub mod options;
mod page;
mod payments;
pub mod query;
pub mod spec;
mod sql;
mod totals;

pub use all::{ALL, find};
pub use export::{export, export_csv, export_table};
pub use page::{Page, page};
pub use query::{Ask, Given};
pub use spec::ListSpec;
pub(crate) use totals::count_of;
