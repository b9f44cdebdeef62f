//! The work of an inspection: frame, drawing and its proof, worksheets out and in, evaluation, exceptions handed to cases.

use super::asked::{DATE, day, file, folder, named, said, zipped};
use super::plans::PLAN;
use crate::app::inspection::cases::{HandOver, hand_over};
use crate::app::inspection::read::{ReadOptions, ReadReport};
use crate::app::inspection::sheets::{self, Per};
use crate::app::inspection::{DrawOptions, draw, evaluate, frame, read, redraw, report, words};
use crate::app::{AppError, Refusal, Result};
use crate::domain::inspection::frame::{Frame, digest};
use crate::domain::ledger::chain::hex;
use crate::files::reading::{Limits, read_frame};
use crate::service::answer::{Content, XLSX};
use crate::service::{Answer, Call, Download, Gives, Operation, Param, ParamKind, Place, Reach, Thing};

const SEED: Param = Param::body("seed", "随机种子", ParamKind::Text(200)).hint("最好当众选取（如当日彩票号码）；不写则由系统产生");
const FRAME: Param = Param::new("frame", Place::File, "先前导出的抽样框", ParamKind::File).hint("账簿如有变化即拒绝抽样");
const CHECKED_FRAME: Param = Param::new("frame", Place::File, "抽样框文件", ParamKind::File).hint("不选则用存档的抽样框");
const PER: Param = Param::body(
    "per",
    "怎样分文件",
    ParamKind::Choice(&[("village", "每村一个文件"), ("township", "每乡镇一个文件"), ("team", "全部样本一个文件")]),
)
.or("village");
const MISSING: Param = Param::body("missing", "只打印还没有核查的", ParamKind::Flag);
const SHEET: Param = Param::file("sheet", "核查表");
const INSPECTOR: Param = Param::body("inspector", "核查人", ParamKind::Text(50)).hint("表中没有写核查人时的核查人");
const AMEND: Param = Param::body("amend", "更正原因", ParamKind::Words(500)).hint("更正先前交过的内容时写明");
const DRY_RUN: Param = Param::body("dry_run", "只检查，不保存", ParamKind::Flag);
const MARKED: Param = Param::body("marked", "有错误时给出标注的副本", ParamKind::Flag);
const SAMPLE: Param = Param::body("sample", "样本号", ParamKind::Ints(1, 1_000_000)).hint("不写则全部未转的");
const INTO: Param = Param::body("into", "并入线索", ParamKind::Text(40));
const EACH: Param = Param::body("each", "各立一个线索", ParamKind::Flag);

const fn reading(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::get(id, path, title).may("inspection.read").reach(Reach::Of(Thing::Plan, "plan")).params(&[PLAN])
}

const fn writing(id: &'static str, path: &'static str, title: &'static str) -> Operation {
    Operation::post(id, path, title).may("inspection.write").reach(Reach::Of(Thing::Plan, "plan"))
}

pub const OPERATIONS: &[Operation] = &[
    reading("plan.frame", "/plans/{plan}/frame", "抽样框摘要")
        .about("现在的抽样框有多少个、多少户和它的摘要，供抽样前公布。")
        .gives(Gives::Done)
        .does(|call| {
            let (plan, frame, known_to) = frame::current(call.bureau, call.input.must("plan"))?;
            let items = i64::try_from(frame.items().len()).unwrap_or(i64::MAX);
            let answer = said(words::frame(&plan, &frame, known_to)).fact("items", items).fact("known_to", known_to);
            Ok(answer.fact("digest", hex(&digest(&frame.to_csv()))).into())
        }),
    reading("plan.frame_file", "/plans/{plan}/frame/file", "抽样框文件")
        .about("现在的抽样框（CSV），供抽样前公布。")
        .gives(Gives::File)
        .does(|call| {
            let (plan, frame, _) = frame::current(call.bureau, call.input.must("plan"))?;
            let content = Content::Bytes(frame.to_csv().into_bytes());
            Ok(Answer::File(Download { name: format!("抽样框-{}.csv", plan.code), media: "text/csv", content }))
        }),
    writing("plan.draw", "/plans/{plan}/drawing", "抽样")
        .about("冻结抽样框，按公式定样本量，由种子抽出样本。")
        .params(&[PLAN, SEED, DATE, FRAME])
        .does(drawn),
    reading("plan.drawing", "/plans/{plan}/drawing/files", "抽样资料")
        .about("抽样框、样本和参数，供他人复核，打成一个压缩包。")
        .gives(Gives::File)
        .does(|call| {
            let (plan, dir) = (call.input.must("plan").to_string(), folder(call, "drawing")?);
            draw::export(call.bureau, &plan, &dir)?;
            zipped(call, &dir, format!("抽样资料-{plan}"))
        }),
    writing("plan.redraw", "/plans/{plan}/redrawing", "复核抽样")
        .about("用存档或上传的抽样框和种子重新抽样，与存档样本比对。")
        .may("inspection.read")
        .params(&[PLAN, CHECKED_FRAME])
        .gives(Gives::Tables)
        .does(|call| {
            let frame = exported(call, &CHECKED_FRAME)?;
            Ok(redraw::redraw(call.bureau, call.input.must("plan"), frame.as_ref())?.table().into())
        }),
    writing("plan.sheets", "/plans/{plan}/sheets/files", "生成核查表")
        .about("核查表（Excel），每村、每乡镇或全部一个文件，打成一个压缩包。")
        .params(&[PLAN, PER, MISSING])
        .gives(Gives::File)
        .does(printed),
    Operation::post("plan.read", "/sheets", "交核查表")
        .about("读入填好的一份核查表；可以分批交，已交的不会重复计算；有一处错误整个文件不读入。")
        .may("inspection.write")
        .reach(Reach::County)
        .params(&[SHEET, INSPECTOR, AMEND, DATE, DRY_RUN, MARKED])
        .does(handed_in),
    writing("plan.evaluate", "/plans/{plan}/evaluation", "评价")
        .about("推断差错、上限和结论。")
        .params(&[PLAN, DATE])
        .long()
        .gives(Gives::Tables)
        .does(|call| {
            let date = day(call, "date");
            call.watch.advance(0, 1);
            let evaluation = evaluate::evaluate(call.bureau, &call.ctx, call.input.must("plan"), date)?;
            call.watch.advance(1, 1);
            Ok(Answer::Tables(evaluate::tables(call.input.must("plan"), &evaluation)))
        }),
    reading("plan.exceptions", "/plans/{plan}/exceptions", "查出的差错")
        .about("查出的差错，姓名遮盖。")
        .does(|call| Ok(report::exceptions(call.bureau, call.input.must("plan"))?.into())),
    writing("plan.case", "/plans/{plan}/cases", "差错转线索")
        .about("把差错转为线索：新立一个、各立一个，或并入已有线索。")
        .params(&[PLAN, SAMPLE, INTO, EACH, DATE])
        .does(handed_over),
];

fn exported(call: &Call<'_>, param: &'static Param) -> Result<Option<Frame>> {
    Ok(named(call, param)?.map(|path| read_frame(&path, &Limits::default())).transpose()?)
}

fn drawn(call: &mut Call<'_>) -> Result<Answer> {
    let options =
        DrawOptions { seed: call.input.text("seed").map(str::to_string), frame: exported(call, &FRAME)?, date: day(call, "date") };
    let plan = call.input.must("plan");
    let done = draw::draw(call.bureau, &call.ctx, plan, &options)?;
    let d = &done.result;
    let before = done.repeated.then(|| words::drawn_before(plan));
    let answer = said(before.into_iter().chain(d.sentences()))
        .fact("plan", plan)
        .fact("seed", d.seed.as_str())
        .fact("items", d.items)
        .fact("sampled", d.sampled)
        .fact("total", d.total.yuan())
        .fact("frame_digest", d.frame_digest.as_str())
        .fact("sample_digest", d.sample_digest.as_str());
    Ok(answer.repeated(done.repeated).into())
}

fn printed(call: &mut Call<'_>) -> Result<Answer> {
    let per = match call.input.text("per") {
        Some("township") => Per::Township,
        Some("team") => Per::Team,
        _ => Per::Village,
    };
    let (plan, dir) = (call.input.must("plan").to_string(), folder(call, "sheets")?);
    sheets::write(call.bureau, &call.ctx, &plan, per, call.input.flag("missing"), &dir)?;
    zipped(call, &dir, format!("核查表-{plan}"))
}

fn handed_in(call: &mut Call<'_>) -> Result<Answer> {
    let (path, dry_run, marked) = (file(call, &SHEET)?, call.input.flag("dry_run"), call.input.flag("marked"));
    let options = ReadOptions {
        inspector: call.input.must("inspector").to_string(),
        amend: call.input.text("amend").map(str::to_string),
        date: call.input.date("date"),
        dry_run,
        errors_to: if marked { Some(folder(call, "marked")?) } else { None },
        words: Some(|text| crate::service::words::say(text, None)),
    };
    call.watch.advance(0, 1);
    let report = read::read(call.bureau, &call.ctx, &path, &options)?;
    call.watch.advance(1, 1);
    if !report.errors.is_empty() {
        return match &report.errors_file {
            Some(copy) => {
                let name = copy.file_name().map_or_else(|| "核查表.xlsx".into(), |name| name.to_string_lossy().into_owned());
                Ok(Answer::File(Download { name, media: XLSX, content: Content::Path(copy.clone()) }))
            }
            None => Err(refused(&report)),
        };
    }
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let answer = said([report.sentence(dry_run)])
        .fact("plan", report.plan.as_str())
        .fact("entered", count(report.entered))
        .fact("replaced", count(report.replaced))
        .fact("unchanged", count(report.unchanged))
        .fact("blank", count(report.blank))
        .fact("examined", report.examined)
        .fact("sampled", report.sampled);
    Ok(answer.repeated(report.repeated).into())
}

/// Every error of a worksheet, after a sentence on the file.
fn refused(report: &ReadReport) -> AppError {
    let whole = Refusal::new("rows", report.sentence(false), "请按下列各条改正后重新上传；也可以要标出错误的副本");
    let rows = report.errors.kept().iter().map(|error| {
        let what = format!("第 {} 行 {}“{}”：{}", error.row, error.column, error.value, error.problem);
        Refusal::new("row", what, error.mend.clone())
    });
    AppError::Refused(std::iter::once(whole).chain(rows).collect())
}

fn handed_over(call: &mut Call<'_>) -> Result<Answer> {
    let (into, each) = (call.input.text("into").map(str::to_string), call.input.flag("each"));
    if into.is_some() && each {
        return AppError::refuse("one_of", "“并入线索”和“各立一个线索”只能选一项", "请去掉其中一项");
    }
    let how = HandOver { samples: call.input.ints("sample").to_vec(), into, each, date: day(call, "date") };
    let plan = call.input.must("plan");
    let handed = hand_over(call.bureau, &call.ctx, plan, &how)?;
    let cases: Vec<&str> = handed.iter().map(|one| one.case_code.as_str()).collect();
    Ok(said(handed.iter().map(|one| one.sentence(plan))).fact("plan", plan).fact("cases", cases).into())
}
