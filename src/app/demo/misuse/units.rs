//! Payments to firms and people that should not have been (rules A05, A06, S08, U03–U07, U11, U16).

use super::hands::{Weaver, next_workday};
use super::money::Pay;
use super::payees::told;
use super::projects::{BUILDER, Draft, instalment, road};
use crate::app::demo::county::{AGRICULTURE, HEALTH, row};
use crate::app::demo::people::day;
use crate::app::demo::plan::before;
use crate::domain::kinds;

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        split(weaver, year, n);
        firms(weaver, year, n);
        cash_and_words(weaver, year, n);
        cadre(weaver, year, n);
    }
    moved(weaver);
    year_end(weaver);
    rush(weaver);
    uniform(weaver);
}

/// U03: services of one firm for two small projects of one unit, each below the threshold.
fn split(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    // the thresholds of June 2018: one million for services
    let first = next_workday(day(year, 8, 6), 0);
    let name = format!("东方样{}工程咨询有限公司", n + 5);
    let account = format!("460010000000091{:02}", n);
    let payee = (name.as_str(), account.as_str(), "供应商");
    let draft = Draft { planned: 90_000_000, ..road("规划设计项目", 560_000, first) };
    let works = weaver.works(&draft);
    let other = weaver.works_of(&draft, works.unit.clone());
    let mut docs = Vec::new();
    for (works, days) in [(&works, 0), (&other, 12)] {
        let pay = Pay { purpose: "技术服务费", ..instalment(next_workday(first, days), payee, works.amount) };
        docs.push(weaver.pay(works, &pay));
    }
    weaver.guilty_of("U03", "收款人", &name, &docs, "同一单位同一月内分多笔付给同一公司，合计超过招标限额");
}

/// U04: a firm founded two months before, and one of a public employee.
fn firms(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let date = next_workday(day(year, 7, 12), 0);
    for (sort, since) in [("新", before(date, 62)), ("联", day(year - 6, 3, 1))] {
        let name = format!("东方样{sort}{}农业有限公司", n + 1);
        let account = format!("4600100000000{}{:02}", if sort == "新" { "92" } else { "93" }, n);
        let draft = Draft { kind: "产业", department: AGRICULTURE, function: "2130505", ..road("种苗采购项目", 52_000, date) };
        let works = weaver.works(&draft);
        let payee = (name.as_str(), account.as_str(), "供应商");
        let doc = weaver.pay(&works, &Pay { purpose: "种苗款", ..instalment(date, payee, works.amount) });
        let (owner, id_no) = weaver.stranger();
        let cells = row(&[&id_no, &name, "", "法定代表人", "500000", &since.to_string(), ""]);
        weaver.lists.add(&kinds::ref_companies::KIND, told(year), cells);
        let mut note = "付款前两个月才登记的企业";
        if sort == "联" {
            let cells = row(&[&id_no, &owner, "东方市示范镇农业服务中心", &day(year - 4, 1, 1).to_string(), ""]);
            weaver.lists.add(&kinds::ref_payroll::KIND, told(year), cells);
            note = "法定代表人是财政供养人员";
        }
        weaver.guilty_of("U04", "收款人", &name, &[doc], note);
    }
}

/// U06, U07, U11, S08: cash, and purposes on the negative list.
fn cash_and_words(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let date = next_workday(day(year, 6, 20), 0);
    let works = weaver.works(&road("村道维护项目", 36_000, date));
    let account = format!("621458099{:08}", 100 + n);
    let person = ("赵示甲", account.as_str(), "个人");
    let cash = Pay { purpose: "零星材料款", method: "现金", ..instalment(date, person, 300_000) };
    let doc = weaver.pay(&works, &cash);
    weaver.guilty_of("U06", "项目支付", &doc, std::slice::from_ref(&doc), "以现金支付三千元");
    let office = Pay { purpose: "镇政府办公楼装修", ..instalment(date, BUILDER, 600_000) };
    let doc = weaver.pay(&works, &office);
    weaver.guilty_of("U07", "项目支付", &doc, std::slice::from_ref(&doc), "扶贫资金用于办公楼装修");
    let lender = ("东方示范城市建设投资有限公司", "46001000000009400", "供应商");
    let debt = Pay { purpose: "偿还债务本息", ..instalment(date, lender, 800_000) };
    let doc = weaver.pay(&works, &debt);
    for rule in ["S08", "U07"] {
        weaver.guilty_of(rule, "项目支付", &doc, std::slice::from_ref(&doc), "扶贫资金用于偿还债务");
    }
    let fee = Pay { purpose: "项目管理费", ..instalment(date, BUILDER, 900_000) };
    let doc = weaver.pay(&works, &fee);
    weaver.guilty_of("U11", "资金", &works.fund.clone(), &[doc], "项目管理费超过资金的百分之一");
    let rest = works.amount - 300_000 - 600_000 - 800_000 - 900_000;
    weaver.pay(&works, &instalment(date, BUILDER, rest));
}

/// U05: moved to a township in the spring of the last year, and still there.
fn moved(weaver: &mut Weaver<'_>) {
    let year = weaver.last_year();
    let date = next_workday(day(year, 5, 14), 0);
    let works = weaver.works(&road("产业路拨付项目", 66_000, date));
    let own = own_account(weaver, &works.unit);
    let pay =
        Pay { purpose: "项目资金拨付", method: "实拨单位", ..instalment(date, (&own.0, &own.1, "预算单位"), works.amount) };
    weaver.pay(&works, &pay);
    weaver.guilty_of("U05", "单位", &works.unit, &[], "五月拨到乡镇，年底仍未支付");
}

/// U16: moved to a unit's own account in the last days of the year.
fn year_end(weaver: &mut Weaver<'_>) {
    let year = weaver.last_year();
    let date = next_workday(day(year, 12, 21), 0);
    let works = weaver.works(&road("年末拨付项目", 70_000, date));
    let own = own_account(weaver, &works.unit);
    let pay =
        Pay { purpose: "项目资金拨付", method: "实拨单位", ..instalment(date, (&own.0, &own.1, "预算单位"), works.amount) };
    let doc = weaver.pay(&works, &pay);
    weaver.guilty_of("U16", "项目支付", &doc, std::slice::from_ref(&doc), "年底突击拨到本单位账户，没有实际支出");
}

/// Name and account of a township.
fn own_account(weaver: &Weaver<'_>, unit: &str) -> (String, String) {
    let township = weaver.plan.county.townships.iter().find(|t| t.unit == unit);
    township.map_or_else(Default::default, |t| (format!("{}人民政府", t.name), t.account.clone()))
}

/// A05: project money to a cadre of the place; what the cadre spent on travel is only given back.
fn cadre(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let date = next_workday(day(year, 9, 18), 0);
    let works = weaver.works(&road("村庄道路养护", 27_300, date));
    let township = weaver.plan.county.townships.iter().position(|t| t.unit == works.unit).unwrap_or(0);
    let village = weaver.plan.county.villages[township * 8].code.clone();
    let account = format!("6214580977{n:07}");
    for (sort, purpose) in ["材料款", "下乡补助报销"].into_iter().enumerate() {
        let (name, id_no) = (format!("欧示{}", ["东", "南", "西", "北", "春", "夏", "秋", "冬"][(n * 2 + sort) % 8]), weaver.stranger_id());
        let cells = row(&[&id_no, &name, &village, "村委会副主任", &day(year - 1, 1, 4).to_string(), ""]);
        weaver.lists.add(&kinds::ref_cadres::KIND, told(year), cells);
        let payee = (name.as_str(), account.as_str(), "个人");
        let doc = weaver.pay(&works, &Pay { purpose, ..instalment(date, payee, 430_000) });
        let (guilty, note) =
            if sort == 0 { (true, "项目材料款付给村委会副主任个人") } else { (false, "下乡费用报销") };
        weaver.labels.add("A05", guilty, ("人员", &id_no), &[doc], note);
    }
    let rest = works.amount - 860_000;
    weaver.pay(&works, &instalment(date, BUILDER, rest));
}

/// M09: a department that pays all of its year in December.
fn rush(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let date = next_workday(day(year, 12, 4), 0);
    let draft = Draft { kind: "健康", department: HEALTH, function: "2130506", ..road("村卫生室设备", 536_000, date) };
    let works = weaver.works_of(&draft, HEALTH.to_string());
    let payee = ("东方样医疗设备有限公司", "46001000000009500", "供应商");
    for days in [0, 6] {
        weaver.pay(&works, &Pay { purpose: "设备款", ..instalment(next_workday(date, days), payee, works.amount / 2) });
    }
    weaver.guilty_of("M09", "单位", HEALTH, &[], "全年支出集中在十二月");
}

/// M10: five claims of one builder, each of exactly twenty thousand yuan.
fn uniform(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let date = next_workday(day(year, 4, 16), 0);
    let works = weaver.works(&road("村内小型工程", 100_000, date));
    let name = "东方样整修缮工程队";
    for at in 0..5 {
        let date = next_workday(day(year, 4 + at, 16), 0);
        weaver.pay(&works, &instalment(date, (name, "46001000000009600", "施工单位"), works.amount / 5));
    }
    weaver.guilty_of("M10", "收款人", name, &[], "五笔申报全是两万元整");
}
