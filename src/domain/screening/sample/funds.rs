//! The part of the made-up county with projects, units, funds and the places of their money.

use super::Sample;
use crate::domain::ledger::Place;
use crate::domain::screening::facts::{Company, Day, Dim, Disbursement, Fund, PlaceDay, Project, Unit};

impl Sample {
    /// A project filed and noticed in time in 2017, under way since March 2018.
    pub fn project(&mut self, code: &str, planned: i64) -> &mut Project {
        self.facts.projects.push(Project {
            code: code.into(),
            name: format!("{code}示例项目"),
            kind: "基础设施".into(),
            department: "108".into(),
            region: "469007100201".into(),
            planned,
            village_applied: 20170910,
            township_reviewed: 20171012,
            county_approved: 20171120,
            province_filed: 20171205,
            notice_from: 20171105,
            notice_to: 20171114,
            started: 20180305,
            goal: "带动 30 户".into(),
            status: "实施".into(),
            ..Project::default()
        });
        self.facts.projects.last_mut().unwrap()
    }

    pub fn unit(&mut self, code: &str, name: &str, kind: &str, account: &str) {
        let unit = Unit { code: code.into(), name: name.into(), kind: kind.into(), account: account.into(), ..Unit::default() };
        self.facts.units.push(unit);
    }

    /// A special fund of the year that it came in.
    pub fn fund(&mut self, doc_no: &str, level: &str, amount: i64, received: Day) -> &mut Fund {
        self.facts.funds.push(Fund {
            doc_no: doc_no.into(),
            name: format!("{doc_no}资金"),
            level: level.into(),
            category: "财政专项扶贫资金".into(),
            year: received / 10_000,
            amount,
            received,
            function: "2130505".into(),
            ..Fund::default()
        });
        self.facts.funds.last_mut().unwrap()
    }

    /// A dimension set; the allocation is empty for money not yet handed out.
    pub fn dim(&mut self, fund: &str, allocation: &str, unit: &str, project: &str, program: &str) -> u32 {
        let at = self.facts.dims.len() as u32;
        self.facts.dims.push(Dim {
            id: i64::from(at) + 1,
            fund: fund.into(),
            allocation: allocation.into(),
            unit: unit.into(),
            project: project.into(),
            program: program.into(),
        });
        at
    }

    /// So much came to a place of a dimension set on a day; a negative amount went.
    pub fn moved(&mut self, place: Place, dim: u32, date: Day, amount: i64) {
        let (debit, credit) = (amount.max(0), (-amount).max(0));
        self.facts.places.push(PlaceDay { place, dim, date, debit, credit });
    }

    pub fn owner(&mut self, id_no: &str, company: &str, role: &str, registered: Day) {
        let row = Company { company: company.into(), role: role.into(), registered, cancelled: 99991231, ..Company::default() };
        self.rows.companies.push((id_no.into(), row));
    }

    /// The last project payment, to change it.
    pub fn last(&mut self) -> &mut Disbursement {
        self.facts.disbursements.last_mut().unwrap()
    }
}
