//! Sunledger 阳光账: a double-entry ledger that follows every fen of a county's poverty funds from the budget document
//! (指标文) to the household's card (一卡通).
//!
//! One idea carries the program: **every fen has a place, and moves only by a balanced voucher.** Where money is
//! unallocated, idle at a township, on its way, on the card or returned is then a trial balance, and the sum of all places
//! equals the money received, always, for every fund.
//!
//! # Map
//!
//! Seven floors; the same feature has the same name on each. A floor may use only those below it (held by `tests/it/tidy.rs`).
//!
//! | floor | owns | may use |
//! |---|---|---|
//! | [`cli`] | the command line: one file per verb; prints, never decides | all below |
//! | [`web`] | pages in Chinese, made of operations and their answers | `api`, `service`, `app`, `domain`, `files` |
//! | [`api`] | the service over HTTP: tokens, routes, jobs, the description; with `web` the only floor that names actix | `service`, `app`, … |
//! | [`service`] | what the service offers: operations declared once, one door to them; no HTTP | `app`, `domain`, `files` |
//! | [`app`] | use cases: check, decide in `domain`, store; one write transaction for one act | `domain`, `store`, `files` |
//! | [`store`] | both databases behind two doors, `read` and `write`; the only floor that names a driver | `domain` |
//! | [`files`] | CSV, XLSX and DOCX in and out; the only floor that names their crates | `domain` |
//! | [`domain`] | pure rules: no I/O, no clock; time, ids and policy come in as arguments | nothing |
//!
//! Read in this order: [`domain::ledger`] (chart, voucher, hash chain), [`app::ledger`] (posting), `migrations/` (the schema
//! and, in `06_guards`, the invariants as the database holds them), [`app::money`] (received, allocated, paid to projects,
//! refunded), [`app::payout`] (one-card batches), [`app::import`] (files), [`app::close`] (periods, year end),
//! [`domain::progress`] (the 95% rule), [`app::verify`] and [`app::trace`].
//!
//! On that ledger stands control, feature by feature with the same name on each floor: [`domain::control`] (the ladder of the
//! 95% rule, holds, forecasts, checks), [`domain::screening`] (rules of misuse over sets of facts; one file a rule) with
//! [`app::screening`] (reading the facts, keeping findings, the gate before approval), [`domain::cases`] (a finding followed to
//! its close), [`domain::projects`], [`domain::notices`] and [`domain::objections`] (the library and publicity),
//! [`domain::inspection`] (sampling and evaluation), [`domain::audit`] with [`app::audit`] (exports, their check, auditors'
//! queries), [`domain::setting`] (everything that a bureau may set).
//!
//! The service stands on the same use cases: [`service`] (an operation, the door, the catalogue), [`domain::access`] with [`app::access`]
//! (who may do what, where; sign-in; the access log), [`domain::workflow`] with [`app::workflow`] (approval levels, proposals,
//! inbox), [`app::lists`] (every list), [`app::overview`], [`api`], [`web`].
//!
//! # Terms
//!
//! * A **fund** (指标) is one budget document; an **allocation** (分配) gives money of it to a unit, project or programme.
//! * A **dimension set** (辅助核算组合, `dim`) is a fund and, once allocated, its allocation: what a posting is about.
//! * A **place** is an account of the control book (指标账): unallocated, allocated, reserved, in transit, on the card, paid to a
//!   payee, returned, moved to a unit, retention, reclaimed. Codes are data; the program knows a place by its role.
//! * A **voucher** (凭证) has two groups of lines, 指标账 and 资金账, each balanced by itself. Its payee lines are the
//!   subsidiary ledger (明细账) in `payment` and `payment_result`, bound to it by a digest.
//! * A **hit** (疑点) is what a rule finds in the facts; kept, it is a **finding** with versions; followed, a **case** (线索).
//! * A **rung** (等次) is how far the ladder has come with a unit or fund; from 暂停新增分配 on there is a **hold**.
//! * An **operation** is one declared thing that the service does; a **reach** is how far a person's **scope** (行范围) must go for it.
//! * A **proposal** (送审件) is something asked for that waits for others' signatures.
//! * A **frame** (抽样框) is the frozen list that an inspection's sample is drawn from.
//! * A **slice** is an amount of one dimension set; a batch or payment is a row of slices, and any part of it (a line, a
//!   refund) is the slices its interval covers. So every fen keeps its fund without a record of its own.
//!
//! # Units
//!
//! Money is integer fen ([`domain::money::Fen`]); quantities are 1/10000; ratios are `rust_decimal` shares of one. Dates are
//! stored as whole numbers written as digits (20180305), instants as microseconds since 1970 UTC, months as 201803.
//!
//! # Invariants
//!
//! Held by code and by the database, on both databases: (1) debits equal credits, per voucher and group; (2) no place below
//! zero; (3) vouchers are never changed or deleted; (4) numbers run on without gaps per book, year and month; (5) a closed
//! period takes no voucher; (6) each voucher carries the SM3 of its content and of the one before; (7) the same request
//! twice has the effect of once; (8) maker, approver and sender of one batch are not one person; (9) figures can be had as of
//! any accounting date and as known at any recording time.
//!
//! # Deliberately absent
//!
//! No floats near money. No running balances that are rewritten. No deletion. No clock in `domain`. No cache that can
//! disagree with the ledger: balances and daily totals are kept by the database in the posting's own transaction.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod files;
pub mod service;
pub mod store;
pub mod web;
