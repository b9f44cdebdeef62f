//! What the tests stand on: databases of both kinds, a small bureau to post in, and forged rows that bypass the program.

pub mod builders;
pub mod checker;
pub mod child;
pub mod county;
pub mod db;
pub mod debian;
pub mod desk;
pub mod forge;
pub mod office;
pub mod people;
pub mod pg;
pub mod poppler;
pub mod raw;
pub mod service;
pub mod soundness;

pub use builders::Books;
pub use checker::python_checker;
pub use db::{Db, TestDb, on_both};
pub use desk::Desk;
pub use forge::Forge;
