//! Shorthand for these tests: a project in reserve, acts in one line, notices with their proof.

use crate::support::{TestDb, county};
use crate::way::day;
use std::path::PathBuf;
use sunledger::app::import::ImportReport;
use sunledger::app::notices::proof::Proof;
use sunledger::app::notices::publish::{Publication, Published, Which, publish};
use sunledger::app::notices::write::{Of, Request, Written, write};
use sunledger::app::projects::act::{Asked, Done, act};
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::notices::{Kind, Window};
use sunledger::domain::projects::{Act, Step};
use tempfile::TempDir;

pub const HEAD: &str = "项目编码,项目名称,项目类型,主管部门,实施单位,实施地点,计划投资,村级申报日期,乡镇初审日期,市县审定日期,省级备案日期,\
    公示开始,公示结束,开工日期,竣工日期,竣工公告日期,绩效目标,状态\n";
pub const CODE: &str = "XM02";

pub struct Library {
    pub bureau: Bureau,
    pub dir: TempDir,
}

/// One row of a projects file.
pub fn row(code: &str, dates: &str, status: &str) -> String {
    format!("{code},示范水渠,基础设施,D02,示范水利公司,469007100201,6000,{dates},受益稳定,{status}\n")
}

impl Library {
    /// People and money as in `county`, and XM02 in reserve without any date.
    pub fn new(db: &TestDb) -> Library {
        county::settle(db, 3);
        county::allocate(db, 1_000, 6_000);
        let mut library = Library { bureau: db.bureau(), dir: tempfile::tempdir().unwrap() };
        let report = library.import("projects", &format!("{HEAD}{}", row(CODE, ",,,,,,,,", "储备")));
        assert!(report.accepted(), "{report:?}");
        library
    }

    pub fn import(&mut self, kind: &str, text: &str) -> ImportReport {
        let path = county::put(self.dir.path(), kind, text);
        county::import(&mut self.bureau, "财政", kind, &path).unwrap()
    }

    /// What is wrong with a file, in one text; empty if it is taken.
    pub fn refused(&mut self, kind: &str, text: &str) -> String {
        let report = self.import(kind, text);
        let rows = report.errors.kept().iter().map(|e| format!("{}|{}|{}", e.column, e.problem, e.mend));
        report.refused.iter().map(|refusal| format!("{}|{}", refusal.code, refusal.message)).chain(rows).collect::<Vec<_>>().join("\n")
    }

    pub fn act(&mut self, actor: &str, what: Act, date: &str) -> Result<Done, AppError> {
        self.act_on(CODE, actor, what, date)
    }

    pub fn act_on(&mut self, code: &str, actor: &str, what: Act, date: &str) -> Result<Done, AppError> {
        let asked = Asked {
            code: code.into(),
            act: what,
            date: day(date),
            doc_no: "东扶〔2018〕1号".into(),
            office: "审计局".into(),
            opinion: "核实".into(),
        };
        Ok(act(&mut self.bureau, &ctx(actor), &asked)?.result)
    }

    /// The code of the refusal of an act.
    pub fn code_of(&mut self, actor: &str, what: Act, date: &str) -> &'static str {
        let refused = self.act(actor, what, date).unwrap_err();
        refused.code().unwrap_or_else(|| panic!("{refused}"))
    }

    /// All four steps, by four people, from 2 to 5 January.
    pub fn file_all(&mut self) {
        for (step, (actor, date)) in
            Step::ALL.into_iter().zip([("村示", "2018-01-02"), ("镇示", "2018-01-03"), ("县示", "2018-01-04"), ("省示", "2018-01-05")])
        {
            self.act(actor, Act::File(step), date).unwrap();
        }
    }

    pub fn write(&mut self, of: Of<'_>, date: &str) -> Result<Vec<Written>, AppError> {
        let request = Request { of, date: day(date), from: None, days: None, templates: None };
        write(&mut self.bureau, &ctx("公示员"), &request, &self.dir.path().join("公示"))
    }

    pub fn photo(&self) -> PathBuf {
        let path = self.dir.path().join("照片.jpg");
        std::fs::write(&path, b"synthetic photograph").unwrap();
        path
    }

    pub fn publish(&mut self, which: Which, from: &str, to: &str) -> Result<Published, AppError> {
        self.publish_at("", which, from, to)
    }

    pub fn publish_at(&mut self, level: &str, which: Which, from: &str, to: &str) -> Result<Published, AppError> {
        let window = Window { from: day(from), to: day(to) };
        let proof = Proof::of(&self.photo()).unwrap();
        let asked = Publication { which, level: level.into(), place: format!("{level}公示栏"), window, proof, file: None };
        Ok(publish(&mut self.bureau, &ctx("公示员"), &asked)?.result)
    }

    /// Ten days' notice from 6 to 15 January, and entry on the 16th.
    pub fn admit(&mut self) {
        self.file_all();
        self.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap();
        self.publish(Which::Project(CODE.into(), Kind::Entry), "2018-01-06", "2018-01-15").unwrap();
        self.act("库管示", Act::Admit, "2018-01-16").unwrap();
    }
}

pub fn ctx(actor: &str) -> Context {
    crate::support::db::ctx(actor)
}
