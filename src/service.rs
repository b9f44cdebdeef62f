//! What the service offers, told apart from how it is asked: every operation is declared once, with its name, path,
//! permission, reach, parameters and the function that does it. From the declarations come the routes and the description of
//! the API, the forms and lists of the pages, and the matrix of refusals that the tests walk. No HTTP here.
//!
//! In reading order: [`operation`] (the declared thing), [`param`] (what it takes), [`input`] (values understood),
//! [`answer`] (what it gives; [`imported`] for files), [`call`] (one request under way), [`catalogue`] (the operations by
//! feature), [`door`] (the one way in), [`review`] (what others must sign before it is done), [`words`] (how it speaks).

pub mod answer;
pub mod call;
pub mod catalogue;
pub mod door;
pub mod imported;
pub mod input;
pub mod operation;
pub mod param;
pub mod review;
pub mod words;

pub use answer::{Answer, Content, Download};
pub use call::Call;
pub use door::{Refused, Visit};
pub use imported::Imported;
pub use input::{Input, Manner, Problem, Value};
pub use operation::{Gives, Method, Operation, Reach, Thing};
pub use param::{Param, ParamKind, Place};
