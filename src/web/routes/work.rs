//! The page of long work (任务): how far it has come, told live; and at its end what came of it, with the errors of a file on the
//! screen and the file itself to be mended and sent again.

use super::compose::Shown;
use super::seat::Desk;
use crate::api::problem::Problem;
use crate::api::routes::BASE;
use crate::app::Bureau;
use crate::app::jobs::{self, Job};
use crate::web::address::encode;
use crate::web::outcome;
use crate::web::pages::{JobPage, Step, job_words, percent};
use crate::web::render;

pub fn page(bureau: &mut Bureau, desk: &Desk, shown: &Shown<'_>) -> Result<String, Problem> {
    let number = shown.values.get("job").and_then(|text| text.parse().ok()).unwrap_or_default();
    let job = jobs::get(bureau, desk.who.user, number)?;
    let mut frame = desk.frame(shown.path, job.title.clone()).under("任务", "/jobs");
    frame.reload = if job.is_over() { 0 } else { 3 };
    Ok(render::page("job.html", &frame, made(&job, desk.ctx.now()))?)
}

fn made(job: &Job, now: i64) -> JobPage {
    let of = |number: i64| u64::try_from(number).unwrap_or_default();
    let result = serde_json::from_str(&job.result).unwrap_or_default();
    let outcome = outcome::read(&result);
    let mut next = outcome.next;
    if let Some(name) = &outcome.file {
        let title = if outcome.refused { format!("下载标出错误的文件 {name}") } else { format!("下载 {name}") };
        next.insert(0, Step { title, href: format!("{BASE}/jobs/{}/file", job.id) });
    }
    if job.is_over() && job.state != "done" {
        next.push(Step { title: "重新提交".into(), href: format!("/do/{}", encode(&job.operation)) });
    }
    JobPage {
        id: job.id,
        file: job.file.clone(),
        words: if outcome.refused && job.state == "failed" { "文件有错，未入账" } else { job_words(&job.state) },
        state: job.state.clone(),
        done: of(job.done),
        total: of(job.total),
        percent: percent(of(job.done), of(job.total)),
        left: job.seconds_left(now).map(seconds_words).unwrap_or_default(),
        running: !job.is_over(),
        messages: outcome.messages,
        problems: outcome.problems,
        next,
        tables: outcome.grids,
        events: format!("{BASE}/jobs/{}/events", job.id),
        cancel: "/do/job.cancel".into(),
    }
}

fn seconds_words(seconds: i64) -> String {
    match seconds {
        ..=4 => "即将完成".into(),
        5..=90 => format!("约 {seconds} 秒"),
        91..=5_400 => format!("约 {} 分钟", (seconds + 30) / 60),
        _ => format!("约 {} 小时", (seconds + 1_800) / 3_600),
    }
}
