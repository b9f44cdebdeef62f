//! Notices (公示、公告): the papers of a project or batch, and the record that they hung. The papers themselves are not kept,
//! only their digests: the same notice asked for again is the same file.

use super::common::{DATE, day, must_prove, proof};
use crate::app::notices::publish::{Publication, Which, publish};
use crate::app::notices::write::{Of, Request, write};
use crate::app::notices::write_templates;
use crate::app::{AppError, Result};
use crate::domain::notices::{Kind, Window};
use crate::domain::text::file_name;
use crate::files::writing::write_bundle;
use crate::service::answer::{Done, ZIP};
use crate::service::{Answer, Call, Download, Gives, Operation, Param, ParamKind, Place, Reach, Thing};
use std::path::{Path, PathBuf};

const PROJECT: Param = Param::path("project", "项目编码");
const BATCH: Param = Param::path("batch", "批次号");
const NOTICE: Param = Param::new("notice", Place::Path, "公示编号", ParamKind::Int(1, i64::MAX)).required();
const KIND: Param = Param::body("kind", "公示类型", ParamKind::Choice(&[("entry", "入库公示"), ("completion", "竣工公告")])).required();
const FROM: Param = Param::body("from", "公示开始", ParamKind::Date).hint("默认清册所写，否则成文日期");
const DAYS: Param = Param::body("days", "公示天数", ParamKind::Int(1, 366)).hint("首尾都算；默认规定的最少天数");
const TEMPLATE: Param = Param::body("template", "改过的模板", ParamKind::Words(20_000)).hint("默认自带模板");
const PLACE: Param = Param::body("place", "张贴地点", ParamKind::Text(100)).required();
const LEVEL: Param = Param::body("level", "公示栏", ParamKind::Choice(&[("村", "村"), ("乡", "乡"), ("县", "县")]));
const HUNG_FROM: Param = Param::body("from", "张贴的第一天", ParamKind::Date).required();
const HUNG_TO: Param = Param::body("to", "张贴的最后一天", ParamKind::Date).required();
const PHOTO: Param = Param::file("proof", "张贴的照片");
const PAPER: Param = Param::new("paper", Place::File, "张贴的文稿", ParamKind::File).hint("核对是否与登记的一致");

pub const OPERATIONS: &[Operation] = &[
    Operation::post("notice.of_project", "/projects/{project}/notices", "生成项目公示")
        .about("生成入库公示或竣工公告（DOCX 和 XLSX，一个 ZIP 文件）并登记编号。")
        .may("project.write")
        .reach(Reach::Of(Thing::Project, "project"))
        .params(&[PROJECT, KIND, DATE, FROM, DAYS, TEMPLATE])
        .gives(Gives::File)
        .does(of_project),
    Operation::post("notice.of_batch", "/batches/{batch}/notices", "生成发放公示")
        .about("生成批次的分村发放公示（DOCX 和 XLSX，一个 ZIP 文件）并登记编号。")
        .may("project.write")
        .reach(Reach::Of(Thing::Batch, "batch"))
        .params(&[BATCH, DATE, FROM, DAYS, TEMPLATE])
        .gives(Gives::File)
        .does(of_batch),
    Operation::post("notice.publish", "/notices/{notice}/publications", "登记张贴")
        .about("登记公示张贴的地点、起止日期和照片。")
        .may("project.write")
        .reach(Reach::Of(Thing::Notice, "notice"))
        .params(&[NOTICE, PLACE, LEVEL, HUNG_FROM, HUNG_TO, PHOTO, PAPER])
        .does(hung),
    Operation::get("notice.templates", "/notice-templates", "公示模板")
        .about("自带的公示模板和写法说明，一个 ZIP 文件，供修改。")
        .reach(Reach::Open)
        .gives(Gives::File)
        .does(templates),
];

fn of_project(call: &mut Call<'_>) -> Result<Answer> {
    let Some(kind) = Kind::find(call.input.must("kind")) else {
        return AppError::refuse("no_subject", "没有写明公示类型", "请选择入库公示或竣工公告");
    };
    let code = call.input.must("project").to_string();
    papers(call, Of::Project(&code, kind), kind, &code)
}

fn of_batch(call: &mut Call<'_>) -> Result<Answer> {
    let code = call.input.must("batch").to_string();
    papers(call, Of::Batch(&code), Kind::Batch, &code)
}

fn papers(call: &mut Call<'_>, of: Of<'_>, kind: Kind, code: &str) -> Result<Answer> {
    let templates = edited(call, kind)?;
    let (from, days) = (call.input.date("from"), call.input.int("days"));
    let request = Request { of, date: day(call), from, days, templates: templates.as_deref() };
    let out = call.scratch.join("notices");
    let mut paths = Vec::new();
    for written in write(call.bureau, &call.ctx, &request, &out)? {
        paths.extend([written.docx, written.xlsx]);
    }
    Ok(Download::bytes(format!("{}-{}.zip", kind.title(), file_name(code)), ZIP, packed(&paths)?).into())
}

/// A template that came with the request, laid where the writer looks for it.
fn edited(call: &Call<'_>, kind: Kind) -> Result<Option<PathBuf>> {
    let Some(text) = call.input.text("template") else { return Ok(None) };
    let dir = call.scratch.join("templates");
    std::fs::create_dir_all(&dir)?;
    std::fs::write(dir.join(format!("{}.txt", kind.code())), text)?;
    Ok(Some(dir))
}

fn hung(call: &mut Call<'_>) -> Result<Answer> {
    let input = &call.input;
    let (Some(number), Some(from), Some(to)) = (input.int("notice"), input.date("from"), input.date("to")) else {
        return AppError::refuse("no_notice", "没有写明公示编号或起止日期", "请写明");
    };
    let asked = Publication {
        which: Which::Number(number),
        level: input.must("level").to_string(),
        place: input.must("place").to_string(),
        window: Window { from, to },
        proof: must_prove(call, "proof")?,
        file: proof(call, "paper")?,
    };
    let done = publish(call.bureau, &call.ctx, &asked)?;
    let p = &done.result;
    Ok(Done::new(format!("公示 {} {}：已登记张贴于 {}，共 {} 天", p.notice, p.name, asked.place, p.days))
        .fact("notice", p.notice)
        .fact("days", p.days)
        .repeated(done.repeated)
        .into())
}

fn templates(call: &mut Call<'_>) -> Result<Answer> {
    let written = write_templates(&call.scratch.join("shipped"))?;
    Ok(Download::bytes("notice-templates.zip", ZIP, packed(&written)?).into())
}

/// Files under their own names in one.
fn packed(paths: &[PathBuf]) -> Result<Vec<u8>> {
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let files: Vec<(String, Vec<u8>)> = paths.iter().map(|path| Ok((name(path), std::fs::read(path)?))).collect::<Result<_>>()?;
    Ok(write_bundle(&files)?)
}
