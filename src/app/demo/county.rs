//! The county itself: its townships and villages by their real names where the plan names them, and the units that handle
//! money. Villages that the plan does not name have invented names; so have all companies and co-operatives.

use crate::domain::identity::uscc_check_char;

pub const COUNTY_CODE: &str = "469007000000";
pub const BANK_NAME: &str = "东方农村商业银行（示范）";

pub const FINANCE: &str = "101";
pub const POVERTY_OFFICE: &str = "102";
pub const EDUCATION: &str = "103";
pub const FORESTRY: &str = "104";
pub const HOUSING: &str = "105";
pub const CIVIL_AFFAIRS: &str = "106";
pub const AGRICULTURE: &str = "107";
pub const TRANSPORT: &str = "108";
pub const WATER: &str = "109";
pub const LABOUR: &str = "110";
pub const HEALTH: &str = "111";

const DEPARTMENTS: [(&str, &str); 10] = [
    (POVERTY_OFFICE, "市扶贫工作办公室"),
    (EDUCATION, "市教育局"),
    (FORESTRY, "市林业局"),
    (HOUSING, "市住房保障与房产管理局"),
    (CIVIL_AFFAIRS, "市民政局"),
    (AGRICULTURE, "市农业局"),
    (TRANSPORT, "市交通运输局"),
    (WATER, "市水务局"),
    (LABOUR, "市人力资源和社会保障局"),
    (HEALTH, "市卫生和计划生育委员会"),
];

/// Name, code, whether the plan counts it among the poor ones, and villages that the plan names.
const TOWNSHIPS: [(&str, &str, bool, &[&str]); 11] = [
    ("八所镇", "469007100", false, &[]),
    ("东河镇", "469007101", true, &["俄贤村", "西方村"]),
    ("大田镇", "469007102", true, &["新园村"]),
    ("感城镇", "469007103", false, &[]),
    ("板桥镇", "469007104", true, &[]),
    ("三家镇", "469007105", false, &[]),
    ("四更镇", "469007106", false, &[]),
    ("新龙镇", "469007107", false, &[]),
    ("天安乡", "469007200", true, &[]),
    ("江边乡", "469007201", true, &["新明村", "白查村"]),
    ("华侨经济区", "469007400", false, &[]),
];

const NUMERALS: [&str; 8] = ["一", "二", "三", "四", "五", "六", "七", "八"];

const FIRMS: [(&str, FirmKind); 10] = [
    ("东方示一建筑工程有限公司", FirmKind::Builder),
    ("东方示二路桥工程有限公司", FirmKind::Builder),
    ("东方示三水利工程有限公司", FirmKind::Builder),
    ("东方示四建设有限公司", FirmKind::Builder),
    ("东方样一农资供应有限公司", FirmKind::Supplier),
    ("东方样二种苗供应有限公司", FirmKind::Supplier),
    ("示范黄花梨种植农民专业合作社", FirmKind::Cooperative),
    ("示范芒果种植农民专业合作社", FirmKind::Cooperative),
    ("样板山羊养殖农民专业合作社", FirmKind::Cooperative),
    ("样板火龙果种植农民专业合作社", FirmKind::Cooperative),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirmKind {
    Builder,
    Supplier,
    Cooperative,
}

#[derive(Debug, Clone)]
pub struct Township {
    pub name: &'static str,
    pub code: String,
    pub unit: String,
    pub account: String,
    pub poor: bool,
}

#[derive(Debug, Clone)]
pub struct Village {
    pub name: String,
    pub code: String,
    pub township: usize,
    pub poor: bool,
    pub deep: bool,
    pub exit_year: Option<i32>,
    /// Its account, for the money of the village collective.
    pub account: String,
}

/// A payee that is a firm.
#[derive(Debug, Clone)]
pub struct Firm {
    pub code: String,
    pub name: &'static str,
    pub kind: FirmKind,
    pub uscc: String,
    pub account: String,
}

#[derive(Debug, Clone)]
pub struct County {
    pub townships: Vec<Township>,
    pub villages: Vec<Village>,
    pub firms: Vec<Firm>,
}

/// A settlement account: 17 digits, none of which is a check.
fn account(number: usize) -> String {
    format!("46001{number:012}")
}

/// A credit code with a valid check character, under a registration office and a kind of organisation (`91`, `11`, `93`).
fn uscc(office: &str, number: usize) -> String {
    let first = format!("{office}469007MA5T{number:05}");
    let check = <&[u8; 17]>::try_from(first.as_bytes()).ok().and_then(uscc_check_char).unwrap_or(b'0');
    format!("{first}{}", char::from(check))
}

impl County {
    pub fn new() -> County {
        let mut county = County { townships: Vec::new(), villages: Vec::new(), firms: Vec::new() };
        for (at, (name, code, poor, named)) in TOWNSHIPS.into_iter().enumerate() {
            let unit = format!("{}", 201 + at);
            county.townships.push(Township { name, code: format!("{code}000"), unit, account: account(2_000 + at), poor });
            for number in 0..NUMERALS.len() {
                county.villages.push(village(at, name, code, poor, named, number));
            }
        }
        for (at, (name, kind)) in FIRMS.into_iter().enumerate() {
            let office = if kind == FirmKind::Cooperative { "93" } else { "91" };
            county.firms.push(Firm { code: format!("{}", 401 + at), name, kind, uscc: uscc(office, at + 1), account: account(4_000 + at) });
        }
        county
    }

    /// Rows of `regions`.
    pub fn region_rows(&self) -> Vec<Vec<String>> {
        let yes_no = |yes: bool| if yes { "是" } else { "否" }.to_string();
        let mut rows = vec![row(&[COUNTY_CODE, "东方市（示范数据）", "", "县", "", "", ""])];
        for township in &self.townships {
            rows.push(row(&[&township.code, township.name, COUNTY_CODE, "乡", "", "", ""]));
        }
        for village in &self.villages {
            let mut cells = row(&[&village.code, &village.name, &self.townships[village.township].code, "村"]);
            cells.extend([yes_no(village.poor), yes_no(village.deep), village.exit_year.map_or_else(String::new, |y| y.to_string())]);
            rows.push(cells);
        }
        rows
    }

    /// Rows of `units`.
    pub fn unit_rows(&self) -> Vec<Vec<String>> {
        let mut rows = vec![row(&[FINANCE, "市财政局", "财政", "", COUNTY_CODE, &uscc("11", 101), BANK_NAME, &account(101)])];
        for (at, (code, name)) in DEPARTMENTS.into_iter().enumerate() {
            rows.push(row(&[code, name, "主管部门", "", COUNTY_CODE, &uscc("11", 102 + at), BANK_NAME, &account(102 + at)]));
        }
        for (at, t) in self.townships.iter().enumerate() {
            let name = if t.name.ends_with("区") { format!("{}管委会", t.name) } else { format!("{}人民政府", t.name) };
            rows.push(row(&[&t.unit, &name, "乡镇", "", &t.code, &uscc("11", 201 + at), BANK_NAME, &t.account]));
        }
        for (at, v) in self.villages.iter().enumerate().filter(|(_, v)| v.exit_year.is_some()) {
            let parent = &self.townships[v.township];
            let name = format!("{}{}民委员会", parent.name, v.name);
            rows.push(row(&[&village_unit(at), &name, "村", &parent.unit, &v.code, "", BANK_NAME, &v.account]));
        }
        for f in &self.firms {
            rows.push(row(&[&f.code, f.name, "企业", "", COUNTY_CODE, &f.uscc, BANK_NAME, &f.account]));
        }
        rows.push(row(&["501", BANK_NAME, "银行", "", COUNTY_CODE, &uscc("91", 501), "", ""]));
        rows
    }

    pub fn firms_of(&self, kind: FirmKind) -> Vec<&Firm> {
        self.firms.iter().filter(|firm| firm.kind == kind).collect()
    }
}

impl Default for County {
    fn default() -> County {
        County::new()
    }
}

/// The unit code of a village.
pub fn village_unit(village: usize) -> String {
    format!("3{village:03}")
}

pub fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_string()).collect()
}

fn village(township: usize, of: &str, code: &str, poor: bool, named: &[&str], number: usize) -> Village {
    let name = match named.get(number) {
        Some(name) => (*name).to_string(),
        None => {
            let short: String = of.chars().take(2).collect();
            format!("{short}示{}村", NUMERALS[number])
        }
    };
    let deep = number < named.len();
    let exit_year = match name.as_str() {
        "俄贤村" | "新明村" => Some(2018),
        "西方村" | "白查村" | "新园村" => Some(2019),
        // an ordinary poor village in each poor township left the list before
        _ if poor && number == named.len() => Some(2017),
        _ => None,
    };
    Village {
        code: format!("{code}{}", 201 + number),
        name,
        township,
        poor: exit_year.is_some(),
        deep,
        exit_year,
        account: account(3_000 + township * 10 + number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::{RegionCode, RegionLevel, Uscc};

    #[test]
    fn codes_are_valid() {
        let county = County::new();
        assert_eq!(county.townships.len(), 11);
        assert_eq!(county.villages.iter().filter(|v| v.deep).count(), 5);
        assert!(county.firms.iter().all(|f| Uscc::parse(&f.uscc).is_ok()));
        let levels = |code: &str| RegionCode::parse(code).map(|c| c.level());
        assert!(county.villages.iter().all(|v| levels(&v.code) == Ok(RegionLevel::Village)));
        assert!(county.townships.iter().all(|t| levels(&t.code) == Ok(RegionLevel::Township)));
    }
}
