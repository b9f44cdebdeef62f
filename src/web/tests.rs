//! The pages as texts: nothing that a person wrote becomes markup, figures lead somewhere, what was typed is kept.

use super::address::Query;
use super::listing::{Offered, listing};
use super::pages::{self, Wrong};
use super::samples::{self, HOSTILE};
use super::{batch, overview, render, report, voucher};
use crate::service::answer::Done;
use crate::service::{Problem, catalogue};
use std::collections::BTreeMap;

/// Pages are written to this directory for the eye, where it is named.
fn keep(name: &str, html: &str) {
    if let Ok(dir) = std::env::var("SUNLEDGER_PAGES") {
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(format!("{dir}/{name}.html"), html).unwrap();
    }
}

/// What holds of every page.
fn sound(name: &str, html: &str) {
    keep(name, html);
    assert!(!html.contains("<script>") && !html.contains("alert(\"'"), "{name}: markup out of words");
    assert!(!html.contains(" style=") && !html.contains("onclick="), "{name}: against the policy");
    assert!(html.contains("<html lang=\"zh-CN\">") && html.contains("<h1>") && html.contains("id=\"main\""), "{name}");
    assert!(html.contains("</html>"), "{name}: whole");
    for part in html.split("href=\"").skip(1) {
        let href = part.split('"').next().unwrap();
        assert!(href.starts_with('/') || href.starts_with('#') || href.starts_with('?'), "{name}: leads away: {href}");
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(all, ids.len(), "{name}: ids are unique");
    for part in html.split("<label for=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(ids.contains(&id), "{name}: label without its field {id}");
    }
}

fn offered() -> Vec<Offered> {
    let column = |key: &str, title: &str, opens: &str| Offered {
        key: key.into(),
        title: title.into(),
        sortable: key != "state",
        opens: opens.into(),
    };
    vec![
        column("code", "批次号", "batch"),
        column("unit_name", "单位", ""),
        column("state", "状态", ""),
        column("total", "金额", ""),
        column("hidden", "备注", ""),
    ]
}

fn asked(pairs: &[(&str, &str)]) -> Query {
    Query::new(pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect())
}

#[test]
fn a_list_keeps_what_is_asked_in_its_address() {
    let who = samples::anybody();
    let query =
        asked(&[("unit", HOSTILE), ("state", "sent"), ("made_from", "2018-01-01"), ("sort", "total"), ("cursor", "c1"), ("was", "-")]);
    let page = listing(&samples::LIST, "/batches", &query, &samples::list_page(), &offered());
    assert_eq!(
        page.chips.iter().map(|chip| chip.words.as_str()).collect::<Vec<_>>(),
        [&*format!("单位：{HOSTILE}"), "状态：已送银行待回盘", "造表日期：2018-01-01"]
    );
    assert_eq!(page.chips[1].href, "/batches?unit=%3Cscript%3Ealert%28%22%27x%27%22%29%3C%2Fscript%3E&made_from=2018-01-01&sort=total");
    assert!(page.next.ends_with("&was=-&was=c1&cursor=c2%2F%2B%3D") && page.previous.ends_with("&sort=total") && page.page == 2);
    assert!(page.csv.ends_with("&sort=total&format=csv") && !page.csv.contains("cursor"));
    let total = page.grid.heads.iter().find(|head| head.key == "total").unwrap();
    assert!(total.sorted == "ascending" && total.sort.ends_with("&sort=total&order=desc") && !total.sort.contains("cursor"));
    assert_eq!(page.grid.heads.iter().find(|head| head.key == "state").unwrap().sort, "");
    assert_eq!(page.totals[7], "12,345,678.00");
    assert_eq!((page.totals[6].as_str(), page.totals[0].as_str()), ("20000", ""));
    let html = render::page("list.html", &samples::frame(&who, "/batches", "发放批次"), &page).unwrap();
    sound("list", &html);
    assert!(html.contains("/batches/PC2018-CYFC-201\"") && html.contains("共 <b>12345</b> 行") && html.contains("aria-sort=\"ascending\""));
}

#[test]
fn an_empty_list_says_so() {
    let mut answer = samples::list_page();
    (answer.table.rows, answer.next, answer.count, answer.totals) = (Vec::new(), None, 0, Vec::new());
    let page = listing(&samples::LIST, "/batches", &Query::default(), &answer, &[]);
    let html = render::page("list.html", &samples::frame(&samples::anybody(), "/batches", "发放批次"), &page).unwrap();
    sound("list_empty", &html);
    assert!(html.contains("没有记录") && !html.contains("下一页</a>") && !html.contains("<tfoot"));
}

#[test]
fn a_form_keeps_what_was_typed_and_says_what_is_wrong_where() {
    let typed = asked(&[("batch", "PC1"), ("amount", "-5"), ("kind", "sent"), ("reason", HOSTILE), ("password", "hunter2")]);
    let problems = [Problem { field: "amount".into(), message: "“金额”应大于 0".into(), well_formed: true }];
    let refusals = vec![Wrong { field: String::new(), message: "制单人不能审批".into(), mend: "请由他人审批".into() }];
    let form = pages::form(&samples::FORM, &typed, &problems, refusals, "k1", "//evil.example");
    assert_eq!(form.back, "/");
    let html = render::page("form.html", &samples::frame(&samples::anybody(), "/do/batch.approve", "审批批次"), &form).unwrap();
    sound("form", &html);
    assert!(html.contains("value=\"-5\"") && html.contains("aria-invalid=\"true\"") && html.contains("href=\"#v-amount\""));
    assert!(
        html.contains("有 2 处需要改正") && html.contains("name=\"_csrf\" value=\"c5rf\"") && html.contains("name=\"_key\" value=\"k1\"")
    );
    assert!(html.contains("multipart/form-data") && !html.contains("hunter2"));
    assert!(html.contains("<input type=\"hidden\" name=\"batch\" value=\"PC1\">") && html.contains("送审"));
}

#[test]
fn reports_have_their_charts_and_links() {
    let who = samples::anybody();
    let show = catalogue::find("batch.show").unwrap();
    let tables = [samples::units(), samples::months(), samples::levels()];
    let page = report::report(&who, show, "/progress", &BTreeMap::new(), &Query::default(), &tables);
    let html = render::page("report.html", &samples::frame(&who, "/progress", "支出进度"), &page).unwrap();
    sound("report", &html);
    assert_eq!(html.matches("<svg xmlns").count(), 3);
    assert!(html.contains("/allocations?unit=201") && html.contains("滞后于序时进度"));
}

#[test]
fn the_overview_opens_every_figure() {
    let who = samples::anybody();
    let page = overview::page(&samples::overview());
    assert_eq!(page.tiles.iter().map(|tile| tile.figure.as_str()).collect::<Vec<_>>()[..2], ["19514.00 万", "12900.00 万"]);
    let alerts = page.panels.iter().find(|panel| panel.name == "alerts").unwrap();
    assert_eq!(alerts.lines[0].fields.iter().map(|field| field.href.as_str()).collect::<Vec<_>>(), ["", "/returns?state=returned", "", ""]);
    let html = render::page("overview.html", &samples::frame(&who, "/", "总览"), &page).unwrap();
    sound("overview", &html);
    assert!(html.contains("chart-way-t") && html.contains("/funds?level=%E4%B8%AD%E5%A4%AE") && html.contains("/units/201/way"));
}

#[test]
fn a_batch_shows_where_it_stands() {
    let who = samples::anybody();
    let show = catalogue::find("batch.show").unwrap();
    let mut head = samples::batches();
    head.rows.truncate(1);
    let mut returns =
        crate::domain::report::Table::new("open_returns", "待处理退票").column("name", "姓名", crate::domain::report::Kind::Text);
    returns.push(vec![crate::domain::report::Cell::text(HOSTILE)]);
    let values = BTreeMap::from([("batch".to_string(), "PC2018-CYFC-201".to_string())]);
    let path = "/batches/PC2018-CYFC-201";
    let page = batch::page(&who, show, path, &values, &Query::default(), &[head.clone(), returns], &[]);
    let states: Vec<&str> = page.steps.iter().map(|step| step.state).collect();
    assert_eq!(states, ["past", "past", "past", "past", "past", "past", "past", "now"]);
    let html = render::page("batch.html", &samples::frame(&who, path, "发放批次 PC2018-CYFC-201"), &page).unwrap();
    sound("batch", &html);
    let mut reserved = samples::batches();
    reserved.rows = vec![reserved.rows[2].clone()];
    let page = batch::page(&who, show, path, &values, &Query::default(), &[reserved], &[]);
    assert_eq!(
        page.steps.iter().map(|step| step.state).collect::<Vec<_>>(),
        ["past", "past", "now", "now", "next", "next", "next", "next"]
    );
    let mut cancelled = samples::batches();
    cancelled.rows = vec![cancelled.rows[4].clone()];
    assert_eq!(batch::page(&who, show, path, &values, &Query::default(), &[cancelled], &[]).steps[1].state, "stop");
}

#[test]
fn what_was_done_leads_on() {
    let answer =
        Done::new("批次 PC1 已占用：3 笔，4,500.00 元").fact("batch", "PC/1").fact("voucher", "记-2018-09-0012").fact("total", "4500.00");
    let page = pages::done(&samples::FORM, &answer);
    assert_eq!(
        page.next.iter().map(|step| step.href.as_str()).collect::<Vec<_>>(),
        ["/batches/PC%2F1", "/vouchers/%E8%AE%B0-2018-09-0012"]
    );
    let html = render::page("done.html", &samples::frame(&samples::anybody(), "/do/batch.approve", "审批批次"), &page).unwrap();
    sound("done", &html);
}

#[test]
fn work_under_way_shows_its_bar_and_time() {
    assert_eq!((pages::percent(1, 3), pages::percent(5, 0), pages::percent(9, 3)), (33, 0, 100));
    let page = pages::JobPage {
        id: 12,
        file: HOSTILE.into(),
        state: "running".into(),
        words: pages::job_words("running"),
        done: 25_000,
        total: 100_000,
        percent: 25,
        left: "约 30 秒".into(),
        running: true,
        messages: Vec::new(),
        problems: Vec::new(),
        next: Vec::new(),
        tables: Vec::new(),
        events: "/api/v1/jobs/12/events".into(),
        cancel: "/jobs/12/cancel".into(),
    };
    let mut frame = samples::frame(&samples::anybody(), "/jobs/12", "导入发放清册");
    frame.reload = 3;
    let html = render::page("job.html", &frame, &page).unwrap();
    sound("job", &html);
    assert!(html.contains("value=\"25\"") && html.contains("http-equiv=\"refresh\" content=\"3\""));
}

#[test]
fn a_refusal_tells_how_to_mend_it() {
    let item = |message: &str| Wrong { field: String::new(), message: message.into(), mend: "请更正".into() };
    let page = pages::Refused {
        status: 409,
        title: HOSTILE.into(),
        mend: "请由他人审批".into(),
        items: vec![item("甲"), item("乙")],
        back: "/batches".into(),
    };
    sound("refused", &render::page("refused.html", &samples::frame(&samples::anybody(), "/batches", "没有办成"), &page).unwrap());
    let offer = super::menu::offer(&samples::anybody(), "payout").unwrap();
    sound("section", &render::page("section.html", &samples::frame(&samples::anybody(), "/sections/payout", "发放"), &offer).unwrap());
}

#[test]
fn a_voucher_prints_with_all_its_hands() {
    let mut s = crate::app::sample::Sample::year();
    let shown = crate::app::inquiry::voucher::show(&mut s.bureau, "2").unwrap();
    let page = voucher::page("示范县", &shown, Vec::new(), Vec::new());
    let html = render::page("voucher.html", &samples::frame(&samples::anybody(), "/vouchers/2", &shown.head.label), &page).unwrap();
    sound("voucher", &html);
    for hand in ["主管", "记账", "稽核", "制单"] {
        assert!(html.contains(hand));
    }
}
