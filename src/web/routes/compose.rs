//! Which page an answer becomes: most are lists or reports; what has a look of its own is named here.

use super::choices;
use super::seat::Desk;
use super::{account, work};
use crate::api::problem::Problem;
use crate::api::state::unguessable;
use crate::app::Bureau;
use crate::app::inquiry::voucher as vouchers;
use crate::domain::report::Table;
use crate::service::answer::ListPage;
use crate::service::catalogue::lists;
use crate::service::{Answer, Input, Operation, Problem as FieldProblem, catalogue};
use crate::web::address::Query;
use crate::web::doors::Doors;
use crate::web::listing::{Offered, listing};
use crate::web::ways::{self, Values, Way};
use crate::web::{batch, inbox, menu, overview, render, report, turns, voucher};

/// What is shown, and what was asked of it.
pub struct Shown<'a> {
    pub operation: &'static Operation,
    pub path: &'a str,
    pub values: &'a Values,
    pub query: &'a Query,
}

impl Shown<'_> {
    /// The heading: what it is and which one.
    fn title(&self) -> String {
        let which: Vec<&str> = self.values.values().map(String::as_str).collect();
        if which.is_empty() { self.operation.title.to_string() } else { format!("{} {}", self.operation.title, which.join(" ")) }
    }
}

pub fn page(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, answer: Answer) -> Result<String, Problem> {
    let tables = match answer {
        Answer::List(page) => return list(bureau, desk, shown, &page),
        Answer::Tables(tables) => tables,
        Answer::Done(done) => return reported(bureau, desk, shown, &[], done.messages),
        Answer::File(_) | Answer::Import(_) => return Err(Problem::internal()), // sent as files, worked as jobs
    };
    match shown.operation.id {
        "overview.show" => first(bureau, desk, &tables),
        "inbox.list" => waiting(desk, &tables),
        "voucher.show" => slip(bureau, desk, shown),
        "batch.show" => one_batch(bureau, desk, shown, tables),
        "proposal.show" => proposal(bureau, desk, shown, &tables),
        "account.show" => account::page(bureau, desk, shown.path),
        "job.show" => work::page(bureau, desk, shown),
        _ => reported(bureau, desk, shown, &tables, Vec::new()),
    }
}

fn list(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, answer: &ListPage) -> Result<String, Problem> {
    let spec = lists::spec_of(shown.operation);
    let offered: Vec<Offered> = spec.map_or_else(Vec::new, |spec| {
        let column = |column: &crate::app::lists::spec::Col| Offered {
            key: column.key.to_string(),
            title: column.title.to_string(),
            sortable: column.sortable,
            opens: column.link.to_string(),
        };
        spec.shown().map(column).collect()
    });
    let mut page = listing(shown.operation, shown.path, shown.query, answer, &offered);
    page.unmask = page.unmask && desk.who.may("personal.unmask");
    page.acts = ways::beside(&desk.who, shown.operation);
    Doors::new(&desk.who).close(&mut page.grid);
    choices::fill(bureau, desk, &mut page.filters);
    choices::fill(bureau, desk, &mut page.more_filters);
    page.name_chips();
    Ok(render::page("list.html", &desk.frame(shown.path, shown.title()), page)?)
}

fn reported(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, tables: &[Table], said: Vec<String>) -> Result<String, Problem> {
    let mut page = report::report(&desk.who, shown.operation, shown.path, shown.values, shown.query, tables);
    page.acts.extend(unmasking(desk, shown));
    page.said = said;
    let mut doors = Doors::new(&desk.who);
    page.grids.iter_mut().for_each(|grid| doors.close(grid));
    choices::fill(bureau, desk, &mut page.controls);
    Ok(render::page("report.html", &desk.frame(shown.path, shown.title()), page)?)
}

/// A trace can be shown in full, for a reason.
fn unmasking(desk: &Desk, shown: &Shown<'_>) -> Option<Way> {
    let full = catalogue::find("trace.unmask").filter(|_| shown.operation.id == "trace.show" && desk.who.may("personal.unmask"))?;
    let known: Values = [("id".to_string(), shown.query.get("id")?.to_string())].into();
    Some(Way { title: "查看完整信息", about: full.about, href: crate::web::address::form_of(full, &known), acts: true })
}

/// What can be asked, without an answer yet; with what was wrong in the question.
pub fn question(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, problem: Option<Problem>) -> Result<String, Problem> {
    let mut page = report::report(&desk.who, shown.operation, shown.path, shown.values, shown.query, &[]);
    if let Some(problem) = problem {
        let of_fields: Vec<FieldProblem> = problem
            .errors
            .iter()
            .filter(|item| !item.field.is_empty())
            .map(|item| FieldProblem::of_form(&item.field, &item.message))
            .collect();
        page.problem = format!("{}。{}", problem.title, problem.detail);
        page.controls = report::controls(shown.operation, shown.query, &of_fields);
    }
    choices::fill(bureau, desk, &mut page.controls);
    Ok(render::page("report.html", &desk.frame(shown.path, shown.title()), page)?)
}

/// 总览, with what waits beside it.
fn first(bureau: &mut Bureau, desk: &Desk, tables: &[Table]) -> Result<String, Problem> {
    let mut page = overview::page(tables);
    page.waiting = inbox_items(bureau, desk);
    page.close(&mut Doors::new(&desk.who));
    Ok(render::page("overview.html", &desk.frame("/", "总览"), page)?)
}

/// The first page of those who see no money: what waits and what they can do.
pub fn home(desk: &Desk) -> Result<String, Problem> {
    let frame = desk.frame("/", "总览");
    let offers = frame.menu.iter().filter(|section| section.key != "overview");
    let pages = offers.map(|section| menu::Item { title: section.title, about: "", href: section.href.clone(), current: false }).collect();
    Ok(render::page("section.html", &frame, menu::Offer { title: "总览", pages, acts: Vec::new() })?)
}

pub fn section(desk: &Desk, key: &str) -> Result<String, Problem> {
    let offer = menu::offer(&desk.who, key).ok_or_else(Problem::not_found)?;
    Ok(render::page("section.html", &desk.frame(&format!("/sections/{key}"), offer.title), offer)?)
}

fn inbox_items(bureau: &mut Bureau, desk: &Desk) -> Vec<inbox::Item> {
    let tables = choices::tables(bureau, desk, "inbox.list", Input::default()).unwrap_or_default();
    tables.first().map(|table| inbox::items(table, desk.today())).unwrap_or_default()
}

/// By which kinds of work the thing shown waits for this person.
fn waiting_kinds(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>) -> Vec<String> {
    inbox_items(bureau, desk).into_iter().filter(|item| item.about == *shown.values).map(|item| item.kind).collect()
}

/// A proposal: what is asked, who has signed, and what it is this person's turn to do.
fn proposal(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, tables: &[Table]) -> Result<String, Problem> {
    let text = |key: &str| {
        let table = tables.first()?;
        let at = table.columns.iter().position(|column| column.key == key)?;
        table.rows.first()?.cells.get(at).and_then(crate::domain::report::table::plain)
    };
    let state = text("state").unwrap_or_default();
    let open = !["已办理", "已撤回"].contains(&state.as_str());
    let waiting = waiting_kinds(bureau, desk, shown);
    let own = text("maker").is_some_and(|maker| maker == desk.who.name);
    let mut page = report::report(&desk.who, shown.operation, shown.path, shown.values, shown.query, tables);
    page.acts = turns::of_proposal(&desk.who, shown.values, own, open, &waiting);
    page.links = Vec::new();
    Ok(render::page("report.html", &desk.frame(shown.path, shown.title()).under("送审件", "/proposals"), page)?)
}

fn waiting(desk: &Desk, tables: &[Table]) -> Result<String, Problem> {
    let Some(table) = tables.first() else { return Err(Problem::internal()) };
    Ok(render::page("inbox.html", &desk.frame("/inbox", "待办"), inbox::page(table, desk.today()))?)
}

/// What was chosen to be signed together.
pub fn bulk(bureau: &mut Bureau, desk: &Desk, chosen: &Query) -> Result<String, Problem> {
    let page = inbox::bulk(inbox_items(bureau, desk), chosen, &unguessable());
    Ok(render::page("bulk.html", &desk.frame("/inbox/sign", "成批签批").under("待办", "/inbox"), page)?)
}

fn slip(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>) -> Result<String, Problem> {
    let which = shown.values.get("voucher").map(String::as_str).unwrap_or_default();
    let found = vouchers::show(bureau, which)?;
    let (acts, mut links): (Vec<Way>, Vec<Way>) =
        ways::onward(&desk.who, shown.operation, shown.values).into_iter().partition(|way| way.acts);
    let neighbour = |seq: i64, title: &'static str| Way { title, about: "", href: format!("/vouchers/{seq}"), acts: false };
    if found.head.seq > 1 {
        links.push(neighbour(found.head.seq - 1, "上一张"));
    }
    links.push(neighbour(found.head.seq + 1, "下一张"));
    let page = voucher::page(&desk.state.book_name, &found, acts, links);
    let frame = desk.frame(shown.path, format!("记账凭证 {}", found.head.label)).under("凭证", "/vouchers");
    Ok(render::page("voucher.html", &frame, page)?)
}

fn one_batch(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>, mut tables: Vec<Table>) -> Result<String, Problem> {
    for beside in ["batch.signatures", "notice.list"] {
        let found = choices::tables(bureau, desk, beside, choices::input(beside, shown.values)).unwrap_or_default();
        tables.extend(found.into_iter().filter(|table| !table.rows.is_empty() || !table.notes.is_empty()));
    }
    let waiting = waiting_kinds(bureau, desk, shown);
    let mut page = batch::page(&desk.who, shown.operation, shown.path, shown.values, shown.query, &tables, &waiting);
    let frame = desk.frame(shown.path, shown.title()).under("批次", "/batches");
    let mut doors = Doors::new(&desk.who);
    page.report.grids.iter_mut().for_each(|grid| doors.close(grid));
    Ok(render::page("batch.html", &frame, page)?)
}
