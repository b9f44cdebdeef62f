//! The project library at work, after the demo's last year: three projects of the next year go through the four steps by
//! command, are noticed and admitted; one is sent back and objected to, one vetoed and freed again; a finished one gets its
//! goals, results and completion notice; and a batch its notices village by village. No money moves here. All of it is invented.

use super::county::{AGRICULTURE, TRANSPORT, WATER, row};
use super::door::import;
use super::people::day;
use super::plan::{Content, DemoFile, Look, Plan};
use super::write::write_file;
use crate::app::notices::proof::Proof;
use crate::app::notices::publish::{Publication, Which, publish};
use crate::app::notices::write::{Of, Request, write};
use crate::app::objections::{self, NewObjection, Said};
use crate::app::projects::act::{Asked, act};
use crate::app::projects::{goals, list};
use crate::app::{Bureau, Context, Result};
use crate::domain::kinds::projects;
use crate::domain::money::Quantity;
use crate::domain::notices::{Kind, Window};
use crate::domain::objections::Stage;
use crate::domain::projects::{Act, State, Step};
use chrono::NaiveDate;
use std::fs;
use std::path::{Path, PathBuf};

const CLERK: &str = "经办甲";
/// Who does the four steps.
const HANDS: [&str; 4] = ["村示一", "镇示二", "县示三", "省示四"];
const KEEPER: &str = "库管示五";
/// Where the notices go.
const FOLDER: &str = "公示";

/// What there is to tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Library {
    pub admitted: usize,
    pub notices: usize,
    /// Notices of the projects and of the batch, as .docx.
    pub papers: Vec<PathBuf>,
}

struct Desk<'a> {
    bureau: &'a mut Bureau,
    folder: PathBuf,
    photo: PathBuf,
    year: i32,
    library: Library,
}

/// Walks the library in the year after `last`.
pub fn walk(bureau: &mut Bureau, dir: &Path, plan: &Plan, last: i32) -> Result<Library> {
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let photo = folder.join("张贴照片（示范）.txt");
    fs::write(&photo, "示范数据：此处应为张贴现场的照片。\n")?;
    let mut desk = Desk { bureau, folder, photo, year: last + 1, library: Library::default() };
    let codes = desk.reserve(dir, plan)?;
    for (at, code) in codes.iter().enumerate() {
        desk.file(code, at == 1)?;
        if at == 1 {
            desk.objection(code)?;
        }
        desk.notice(Of::Project(code, Kind::Entry), day(desk.year, 2, 1))?;
        desk.act(code, KEEPER, Act::Admit, (2, 20), "公示无异议")?;
        desk.library.admitted += 1;
    }
    desk.act(&codes[2], "审计示六", Act::Veto, (3, 1), "招标文件与批复的建设内容不符")?;
    desk.act(&codes[2], "审计示七", Act::Unveto, (3, 18), "已按批复重新招标，复核属实")?;
    desk.act(&codes[0], KEEPER, Act::Start, (3, 20), "")?;
    desk.performance()?;
    if let Some(batch) = plan.batches.first() {
        desk.notice(Of::Batch(&batch.code), day(desk.year, 3, 25))?;
    }
    Ok(desk.library)
}

impl Desk<'_> {
    fn on(&self, actor: &str, date: NaiveDate) -> Context {
        let days = date.signed_duration_since(NaiveDate::default()).num_days();
        Context::new(actor).at((days * 24 + 1) * 3_600_000_000) // nine in the morning in China
    }

    /// Three projects in reserve, by a file as departments send it.
    fn reserve(&mut self, dir: &Path, plan: &Plan) -> Result<Vec<String>> {
        let names = ["通村道路硬化工程", "特色种植示范基地", "饮水安全巩固工程"];
        let (mut rows, mut codes) = (Vec::new(), Vec::new());
        for (at, name) in names.into_iter().enumerate() {
            let Some(village) = plan.county.villages.get(at) else { continue };
            let code = format!("XM{}-9{:03}", self.year, at + 1);
            let name = format!("{}{name}（{}年储备）", village.name, self.year);
            let kind = if at == 1 { "产业" } else { "基础设施" };
            let department = [TRANSPORT, AGRICULTURE, WATER][at];
            let mut cells = row(&[&code, &name, kind, department, "示范建设有限公司", &village.code, "300000"]);
            cells.resize(projects::GOAL, String::new());
            cells.extend(["受益建档立卡户稳定增收".to_string(), State::Reserve.title().to_string()]);
            rows.push(cells);
            codes.push(code);
        }
        let file =
            DemoFile {
                kind: &projects::KIND, name: format!("储备项目-{}", self.year), content: Content::Rows(rows), look: Look::Plain
            };
        let date = day(self.year, 1, 5);
        let path = write_file(dir, date, &file, plan)?;
        import(self.bureau, &self.on(CLERK, date), file.kind, &path)?;
        Ok(codes)
    }

    fn act(&mut self, code: &str, actor: &str, what: Act, (month, date): (u32, u32), opinion: &str) -> Result<()> {
        let date = day(self.year, month, date);
        let office = if matches!(what, Act::Veto | Act::Unveto) { "市审计局" } else { "" };
        let asked = Asked {
            code: code.to_string(),
            act: what,
            date,
            doc_no: format!("示库〔{}〕{}{:02}号", self.year, month, what.code().len()),
            office: office.to_string(),
            opinion: opinion.to_string(),
        };
        act(self.bureau, &self.on(actor, date), &asked)?;
        Ok(())
    }

    /// The four steps; `back`: the county sends it back to the township once.
    fn file(&mut self, code: &str, back: bool) -> Result<()> {
        for (at, step) in Step::ALL.into_iter().enumerate() {
            if back && step == Step::County {
                self.act(code, HANDS[2], Act::Return(Step::Township), (1, 16), "受益户名单与实施方案不一致")?;
                self.act(code, HANDS[1], Act::File(Step::Township), (1, 18), "已更正，同意")?;
            }
            self.act(code, HANDS[at], Act::File(step), (1, [8, 12, 20, 28][at]), "同意")?;
        }
        Ok(())
    }

    fn objection(&mut self, code: &str) -> Result<()> {
        let number = format!("TS{}-001", self.year);
        let new = NewObjection {
            code: number.clone(),
            project: Some(code.to_string()),
            received: day(self.year, 2, 3),
            channel: "电话 12317".into(),
            complainant: "符示举".into(),
            subject: HANDS[0].into(),
            content: "反映受益户确定没有开会评议".into(),
            ..NewObjection::default()
        };
        objections::record(self.bureau, &self.on("信访示八", new.received), &new)?;
        let stages = [
            (Stage::Investigated, "信访示九", 8, "查阅评议会议记录和签到表，走访农户 12 户，评议程序完整"),
            (Stage::Answered, "信访示八", 10, "已当面答复，反映人无异议"),
            (Stage::Published, "信访示八", 12, "结果张贴于村公示栏"),
        ];
        for (stage, actor, date, body) in stages {
            let date = day(self.year, 2, date);
            let finding = if stage == Stage::Investigated { "不属实" } else { "" };
            let said = Said { stage, date, finding: finding.into(), body: body.into(), proof: None };
            objections::advance(self.bureau, &self.on(actor, date), &number, &said)?;
        }
        Ok(())
    }

    /// Writes notices and says that they hung.
    fn notice(&mut self, of: Of<'_>, date: NaiveDate) -> Result<()> {
        let request = Request { of, date, from: Some(date), days: None, templates: None };
        let written = write(self.bureau, &self.on(CLERK, date), &request, &self.folder)?;
        for notice in written {
            let asked = Publication {
                which: Which::Number(notice.id),
                level: "村".into(),
                place: "村（居）委会公示栏".into(),
                window: Window { from: notice.from, to: notice.to },
                proof: Proof::of(&self.photo)?,
                file: Some(Proof::of(&notice.docx)?),
            };
            publish(self.bureau, &self.on(CLERK, notice.from), &asked)?;
            self.library.notices += 1;
            self.library.papers.push(notice.docx);
        }
        Ok(())
    }

    /// Goals and results of the first finished project, and its completion notice.
    fn performance(&mut self) -> Result<()> {
        let on = day(self.year, 3, 22);
        let done = self.bureau.read(|tx, book| list::list(tx, book, on, Some(State::Done), false))?;
        let Some(project) = done.first() else { return Ok(()) };
        let code = project.code.clone();
        for (indicator, at_most, target, result, measure) in
            [("受益建档立卡户", false, 60, 63, "户"), ("工程验收合格率", false, 100, 100, "%"), ("超概算比例", true, 3, 0, "%")]
        {
            let quantity = |number: i64| Quantity::new(number * 10_000);
            let new = goals::NewGoal {
                code: code.clone(),
                indicator: indicator.into(),
                at_most,
                target: quantity(target),
                measure: measure.into(),
                doc_no: format!("示绩〔{}〕1号", self.year),
                date: on,
            };
            goals::set(self.bureau, &self.on("绩效示十", on), &new)?;
            let proof = Some(Proof::of(&self.photo)?);
            let measured = goals::NewResult {
                code: code.clone(),
                indicator: indicator.into(),
                value: quantity(result),
                date: on,
                remark: String::new(),
                proof,
            };
            goals::measure(self.bureau, &self.on("验收示一", on), &measured)?;
        }
        goals::score(self.bureau, &self.on("绩效示十", on), &code, Quantity::new(965_000), on, "目标完成，资金使用规范")?;
        self.notice(Of::Project(&code, Kind::Completion), on)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::app::Bureau;
    use crate::app::book::DEFAULT_BOOK;
    use crate::app::demo::generate::Shape;
    use crate::app::demo::run::{Options, run};
    use crate::app::projects::list;
    use crate::domain::calendar::date_from_int;
    use crate::domain::projects::State;

    #[test]
    fn three_projects_enter_and_the_notices_lie_there() {
        let dir = tempfile::tempdir().unwrap();
        let shape = Shape { seed: 2018, households: 20, years: vec![2018] };
        let report = run(&Options { dir: dir.path().to_path_buf(), shape, seats: false }, &mut |_| {}).unwrap();
        assert_eq!(report.library.admitted, 3);
        assert!(report.library.papers.len() >= 5 && report.library.papers.iter().all(|paper| paper.exists()));
        let mut bureau = Bureau::open(&format!("sqlite://{}", report.database.display()), DEFAULT_BOOK).unwrap();
        let day = date_from_int(20_190_310).unwrap();
        let lines = bureau.read(|tx, book| list::list(tx, book, day, None, false)).unwrap();
        let reserve: Vec<_> = lines.iter().filter(|line| line.code.starts_with("XM2019-9")).collect();
        assert_eq!(reserve.len(), 3);
        assert!(reserve.iter().all(|line| line.state == State::Library && line.steps == 4));
        assert_eq!(
            reserve.iter().map(|line| line.frozen).collect::<Vec<_>>(),
            [false, false, true],
            "vetoed on 1 March, lifted on the 18th"
        );
    }
}
