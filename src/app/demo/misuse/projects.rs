//! Projects of the misuse, each filed, noticed and paid for as it should be but for one thing (rules U01, U02, U08, U10, U12,
//! U13). The thing comes out when the library is put right later.

use super::hands::{Weaver, next_workday};
use super::money::{Pay, Source, Works, category};
use super::natural;
use super::payees::told;
use crate::app::demo::county::{AGRICULTURE, EDUCATION, TRANSPORT, row};
use crate::app::demo::people::day;
use crate::app::demo::plan::{after, before};
use crate::app::demo::projects::{Pace, pace};
use crate::domain::kinds;
use crate::domain::money::Fen;
use chrono::NaiveDate;

/// What a project is to be.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    pub name: &'a str,
    pub kind: &'a str,
    pub department: &'a str,
    pub function: &'a str,
    /// Fen handed out for it, and planned in all.
    pub amount: i64,
    pub planned: i64,
    /// When its money is first needed.
    pub needed: NaiveDate,
}

/// The state of a project in the library.
#[derive(Debug, Clone)]
pub struct Stand {
    pub status: &'static str,
    pub filed: NaiveDate,
    pub finished: Option<NaiveDate>,
    pub noticed: bool,
    pub goal: &'static str,
    pub kind: Option<&'static str>,
}

impl Stand {
    /// Under way, filed in December before.
    pub fn running(year: i32) -> Stand {
        let goal = "受益建档立卡户稳定增收，工程质量合格";
        Stand { status: "实施", filed: day(year - 1, 12, 5), finished: None, noticed: true, goal, kind: None }
    }
}

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        filed_late(weaver, year);
        not_noticed(weaver, year);
        ahead(weaver, year);
        other_use(weaver, year);
        no_result(weaver, year);
    }
    untouched(weaver);
    if weaver.years.len() >= 3 {
        slow(weaver);
    }
    falling(weaver);
}

impl Weaver<'_> {
    /// A project with money of its own, entered in the library in time.
    pub fn works(&mut self, draft: &Draft<'_>) -> Works {
        let steady = self.plan.county.townships.iter().map(|t| t.unit.clone()).filter(|unit| pace(unit) == Pace::Steady);
        let steady: Vec<String> = steady.collect();
        let unit = steady[self.dice.index(steady.len())].clone();
        self.works_of(draft, unit)
    }

    /// The same, of a certain township.
    pub fn works_of(&mut self, draft: &Draft<'_>, unit: String) -> Works {
        self.fund_works(draft, unit, "省")
    }

    /// The same, out of money of a certain level.
    pub fn works_at(&mut self, draft: &Draft<'_>, level: &str) -> Works {
        let unit = self.plan.county.townships[0].unit.clone();
        self.fund_works(draft, unit, level)
    }

    fn fund_works(&mut self, draft: &Draft<'_>, unit: String, level: &str) -> Works {
        let year = chrono::Datelike::year(&draft.needed);
        let code = self.next_project(year);
        let entered = next_workday(before(draft.needed, 40).max(day(year, 1, 5)), 0);
        let cells = self.project_row(&code, &unit, draft, &Stand::running(year));
        self.register(entered, &kinds::projects::KIND, "项目库-补充", cells);
        let (received, date) = (
            next_workday(before(draft.needed, 24).max(day(year, 1, 8)), 0),
            next_workday(before(draft.needed, 14).max(day(year, 1, 9)), 0),
        );
        let (category, amount) = (category(draft.function), draft.amount);
        let name = "扶贫发展资金（项目追加）";
        let fund = self.fund(&Source { level, category, name, function: draft.function, received, amount });
        let doc = self.hand_out(&fund, date, &unit, &code, "", amount);
        Works { code, unit, doc, fund, amount }
    }

    fn project_row(&self, code: &str, unit: &str, draft: &Draft<'_>, stand: &Stand) -> Vec<String> {
        let township = self.plan.county.townships.iter().position(|t| t.unit == unit).unwrap_or(0);
        let place = &self.plan.county.villages[township * 8];
        let name = format!("{}{}", self.plan.county.townships[township].name, draft.name);
        let text = |date: Option<NaiveDate>| date.map_or_else(String::new, |d| d.to_string());
        let year = chrono::Datelike::year(&draft.needed);
        let began = text((stand.status != "在库").then(|| day(year, 1, 6)));
        let completion = text(stand.finished.filter(|_| stand.noticed).map(|d| after(d, 7)));
        let filed = |month, date| day(year - 1, month, date).to_string();
        row(&[
            code,
            &name,
            stand.kind.unwrap_or(draft.kind),
            draft.department,
            "项目实施单位（示范）",
            &place.code,
            &Fen::new(draft.planned).yuan(),
            &filed(9, 10),
            &filed(10, 12),
            &filed(11, 20),
            &stand.filed.to_string(),
            &filed(11, 5),
            &filed(11, 14),
            &began,
            &text(stand.finished),
            &completion,
            stand.goal,
            stand.status,
        ])
    }

    /// The library's row is put right on a day.
    pub fn correct_project(&mut self, works: &Works, draft: &Draft<'_>, stand: &Stand, date: NaiveDate) {
        let cells = self.project_row(&works.code, &works.unit, draft, stand);
        self.register(date, &kinds::projects::KIND, "项目库-更正", cells);
    }
}

/// A road with twice as much planned as was handed out for it.
pub fn road<'a>(name: &'a str, yuan: i64, needed: NaiveDate) -> Draft<'a> {
    let (amount, function) = (yuan * 100, "2130504");
    Draft { name, kind: "基础设施", department: TRANSPORT, function, amount, planned: amount * 2, needed }
}

/// The builder who is paid by the ordinary projects.
pub const BUILDER: (&str, &str, &str) = ("东方样三建筑工程有限公司", "46001000000009003", "施工单位");

/// An instalment.
pub fn instalment<'a>(date: NaiveDate, payee: (&'a str, &'a str, &'a str), amount: i64) -> Pay<'a> {
    Pay { date, payee, purpose: "工程进度款", amount, method: "授权支付", retention: false }
}

/// U01: the province's filing turns out to be later than the payment.
fn filed_late(weaver: &mut Weaver<'_>, year: i32) {
    let needed = next_workday(day(year, 4, 12), 0);
    let draft = road("机耕路维修工程", 61_300, needed);
    let works = weaver.works(&draft);
    weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
    let stand = Stand { filed: day(year, 6, 20), ..Stand::running(year) };
    weaver.correct_project(&works, &draft, &stand, told(year));
    weaver.guilty_of("U01", "项目", &works.code, &[], "省级备案日期更正后晚于支付");
}

/// U02: finished in summer, and no notice of it ever.
fn not_noticed(weaver: &mut Weaver<'_>, year: i32) {
    let needed = next_workday(day(year, 5, 10), 0);
    let draft = road("排水沟修复工程", 45_700, needed);
    let works = weaver.works(&draft);
    weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
    let stand = Stand { status: "竣工", finished: Some(day(year, 8, 20)), noticed: false, ..Stand::running(year) };
    weaver.correct_project(&works, &draft, &stand, day(year, 9, 5));
    weaver.guilty_of("U02", "项目", &works.code, &[], "八月竣工，至今没有竣工公告");
}

/// U10: all of what was planned is paid while the work goes on.
fn ahead(weaver: &mut Weaver<'_>, year: i32) {
    let needed = next_workday(day(year, 6, 12), 0);
    let mut draft = road("村道涵洞工程", 81_400, needed);
    draft.planned = draft.amount;
    let works = weaver.works(&draft);
    weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
    weaver.guilty_of("U10", "项目", &works.code, &[], "未竣工已付足全部计划投资，没有留质保金");
}

/// U12: money for schools went to a project that turns out to be a road.
fn other_use(weaver: &mut Weaver<'_>, year: i32) {
    let needed = next_workday(day(year, 4, 18), 0);
    let draft = Draft { kind: "教育", department: EDUCATION, function: "2050299", ..road("教学点通路工程", 50_900, needed) };
    let works = weaver.works(&draft);
    let doc = weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
    let stand = Stand { kind: Some("基础设施"), ..Stand::running(year) };
    weaver.correct_project(&works, &draft, &stand, told(year));
    weaver.guilty_of("U12", "项目支付", &doc, std::slice::from_ref(&doc), "教育资金用于基础设施项目");
}

/// U13: finished in spring, and nobody wrote down what it was good for.
fn no_result(weaver: &mut Weaver<'_>, year: i32) {
    let needed = next_workday(day(year, 3, 14), 0);
    let draft = Draft { kind: "产业", department: AGRICULTURE, function: "2130505", ..road("晒场建设项目", 55_600, needed) };
    let works = weaver.works(&draft);
    weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
    let stand = Stand { status: "竣工", finished: Some(day(year, 5, 15)), goal: "", ..Stand::running(year) };
    weaver.correct_project(&works, &draft, &stand, day(year, 6, 5));
    weaver.guilty_of("U13", "项目", &works.code, &[], "竣工半年以上，没有绩效目标和效益记录");
}

/// U08: handed out in spring of the last year and never touched.
fn untouched(weaver: &mut Weaver<'_>) {
    let year = weaver.last_year();
    let works = weaver.works(&road("文化广场硬化工程", 48_200, day(year, 4, 9)));
    weaver.guilty_of("U08", "项目", &works.code, &[], "资金下达后半年以上未动");
}

/// U15: a project that uses a twentieth of its money each year.
fn slow(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let works = weaver.works(&road("灌渠改造工程", 120_000, day(year, 4, 23)));
    // more comes in the second year, though hardly anything of the first was used
    let date = next_workday(day(year + 1, 4, 22), 0);
    let source = Source {
        level: "省",
        category: category("2130504"),
        name: "扶贫发展资金（项目追加）",
        function: "2130504",
        received: next_workday(day(year + 1, 4, 8), 0),
        amount: works.amount,
    };
    let fund = weaver.fund(&source);
    weaver.hand_out(&fund, date, &works.unit.clone(), &works.code.clone(), "", works.amount);
    for year in weaver.years.clone() {
        let date = next_workday(day(year, 10, 16), 0);
        weaver.pay(&works, &instalment(date, BUILDER, works.amount / 20));
    }
    weaver.guilty_of("U15", "项目", &works.code, &[], "连续三年支出率不到百分之八十");
}

/// U14: the county puts less of its own in the last year than the year before, in which it had added something.
fn falling(weaver: &mut Weaver<'_>) {
    let last = weaver.last_year();
    if !weaver.years.contains(&(last - 1)) {
        return;
    }
    let own = |year: i32| natural::own_special(weaver, year);
    let more = (own(last) - own(last - 1)).max(0) + 3_000_000;
    let needed = next_workday(day(last - 1, 9, 4), 0);
    let draft = Draft { amount: more, planned: more * 2, ..road("县级追加道路工程", 1, needed) };
    let works = weaver.works_at(&draft, "县");
    weaver.pay(&works, &instalment(needed, BUILDER, works.amount));
}
