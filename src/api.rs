//! The service over HTTP: routes made of the declared operations, tokens and cookies, uploads and jobs, problem+json, the
//! description (OpenAPI 3.1) and its viewer, health and figures. With [`crate::web`] the only floor that names actix.
//!
//! A request goes through: [`guard`] (headers, limits, address), [`auth`] (who asks), [`intake`] (what is asked),
//! [`crate::service::door`] inside [`pool`] (done in one place, on a thread that may block), [`reply`] (how it is answered).

pub mod auth;
pub mod description;
pub mod etag;
pub mod guard;
pub mod health;
pub mod intake;
pub mod jobs;
pub mod observe;
pub mod perform;
pub mod pool;
pub mod presence;
pub mod problem;
pub mod recall;
pub mod reply;
pub mod routes;
pub mod server;
pub mod session;
pub mod state;
pub mod tokens;
