//! The programmes by which money goes to cards: what the plan orders, with its standards, and who is entitled to each.

use super::county::{AGRICULTURE, CIVIL_AFFAIRS, County, EDUCATION, FORESTRY, HOUSING, LABOUR};
use super::people::{People, Person, scaled};

/// When in a year a programme is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    Quarter,
    Term,
    /// Once a year, in that month.
    Once(u32),
    /// As houses are finished, in several months.
    Spread,
}

/// Which unit makes the batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    Township,
    Department,
}

/// A programme and how the demo pays it.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    pub code: &'static str,
    pub name: &'static str,
    pub department: &'static str,
    pub subject: &'static str,
    /// fen
    pub rate: i64,
    pub unit: &'static str,
    pub bound: &'static str,
    pub eligibility: &'static str,
    pub notice_days: u32,
    pub excludes: &'static str,
    pub cycle: Cycle,
    pub payer: Payer,
    /// Function of the funds it is paid from.
    pub function: &'static str,
}

const YUAN: i64 = 100;

/// Rates of student aid are per term. The plan speaks of about 21 million yuan a year for about 10,000 pupils; the registered
/// households have 5,000, who are aided twice a year: 10,000 payments of 2,100 yuan on average, 20.8 million in all.
const fn aid(code: &'static str, name: &'static str, yuan: i64, stage: &'static str) -> Program {
    Program {
        code,
        name,
        department: EDUCATION,
        subject: "人",
        rate: yuan * YUAN,
        unit: "学期",
        bound: "固定",
        eligibility: stage,
        notice_days: 7,
        excludes: "",
        cycle: Cycle::Term,
        payer: Payer::Department,
        function: "2050299",
    }
}

pub const ECOLOGY: &str = "STBC";
pub const RANGER: &str = "HLY";
pub const POST: &str = "TSGW";
pub const HOUSE: &str = "WFGZ";
pub const INDUSTRY: &str = "CYFC";
pub const TRAVEL: &str = "WGJT";
pub const ALLOWANCE: &str = "DBBC";
/// How the codes of student aid begin.
pub const PUPILS: &str = "XSZZ";

const fn other(
    code: &'static str,
    name: &'static str,
    department: &'static str,
    yuan: i64,
    unit: &'static str,
    bound: &'static str,
) -> Program {
    Program {
        code,
        name,
        department,
        subject: "人",
        rate: yuan * YUAN,
        unit,
        bound,
        eligibility: "建档立卡贫困人口",
        notice_days: 7,
        excludes: "",
        cycle: Cycle::Quarter,
        payer: Payer::Department,
        function: "2130599",
    }
}

pub const PROGRAMS: [Program; 13] = [
    Program {
        function: "2130209",
        payer: Payer::Township,
        eligibility: "贫困乡镇生态保护区内的建档立卡人口",
        ..other(ECOLOGY, "生态补偿", FORESTRY, 50, "月", "固定")
    },
    Program {
        function: "2130209",
        excludes: POST,
        eligibility: "选聘的生态护林员",
        ..other(RANGER, "生态护林员工资", FORESTRY, 1_000, "月", "下限")
    },
    Program {
        excludes: RANGER, eligibility: "在岗的建档立卡劳动力", ..other(POST, "特设岗位补贴", LABOUR, 500, "月", "固定")
    },
    aid("XSZZ1", "学前教育资助", 1_500, "学前"),
    aid("XSZZ2", "小学资助", 1_800, "小学"),
    aid("XSZZ3", "初中资助", 2_200, "初中"),
    aid("XSZZ4", "高中资助", 2_600, "高中"),
    aid("XSZZ5", "中职资助", 2_600, "中职"),
    aid("XSZZ6", "高等教育资助", 3_500, "高等"),
    Program {
        subject: "户",
        function: "2210105",
        cycle: Cycle::Spread,
        eligibility: "C、D 级危房的建档立卡户，按鉴定等级补助",
        ..other(HOUSE, "农村危房改造", HOUSING, 45_000, "次", "上限")
    },
    Program {
        function: "2130505",
        cycle: Cycle::Once(6),
        payer: Payer::Township,
        eligibility: "建档立卡户产业发展",
        ..other(INDUSTRY, "产业扶持资金", AGRICULTURE, 1_500, "次", "下限")
    },
    Program {
        cycle: Cycle::Once(10),
        eligibility: "外出务工的建档立卡劳动力",
        ..other(TRAVEL, "外出务工交通补贴", LABOUR, 600, "次", "上限")
    },
    Program {
        payer: Payer::Township,
        eligibility: "建档立卡低保、特困人员",
        ..other(ALLOWANCE, "低保补差", CIVIL_AFFAIRS, 300, "月", "上限")
    },
];

/// One person's claim in a cycle.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    pub person: usize,
    /// Ten-thousandths.
    pub quantity: i64,
    pub rate: i64,
}

impl Claim {
    pub fn amount(&self) -> i64 {
        self.rate * self.quantity / 10_000
    }
}

/// Rows of `programs`.
pub fn rows() -> Vec<Vec<String>> {
    let row = |p: &Program| {
        let (rate, days) = ((p.rate / YUAN).to_string(), p.notice_days.to_string());
        [p.code, p.name, p.department, p.subject, &rate, p.unit, p.bound, p.eligibility, "2018-01-01", "", &days, p.excludes]
            .map(str::to_string)
            .to_vec()
    };
    PROGRAMS.iter().map(row).collect()
}

/// Everybody whom a programme pays in one cycle of a year, in order of persons.
pub fn claims(program: &Program, county: &County, people: &People, year: usize, households: u64) -> Vec<Claim> {
    let months = |p| Claim { person: p, quantity: 30_000, rate: program.rate };
    let once = |p| Claim { person: p, quantity: 10_000, rate: program.rate };
    let with_card = |test: &dyn Fn(usize, &Person) -> bool| -> Vec<usize> {
        people.persons.iter().enumerate().filter(|(at, p)| p.account.is_some() && test(*at, p)).map(|(at, _)| at).collect()
    };
    let workers = || with_card(&|_, p| p.labour == "有" && p.age >= 18);
    match program.code {
        ECOLOGY => {
            with_card(&|at, _| county.townships[county.villages[people.village_of(at)].township].poor).into_iter().map(months).collect()
        }
        RANGER => workers().into_iter().step_by(7).take(scaled(150, households) as usize).map(months).collect(),
        POST => workers().into_iter().skip(1).step_by(7).take(scaled(750, households) as usize).map(months).collect(),
        INDUSTRY => with_card(&|_, p| p.school == "否").into_iter().map(once).collect(),
        TRAVEL => {
            let far = |p: usize| Claim { rate: [program.rate, 30_000, 45_000][p % 3], ..once(p) };
            workers().into_iter().skip(3).step_by(3).take(scaled(2_000, households) as usize).map(far).collect()
        }
        ALLOWANCE => {
            let poorest = with_card(&|_, p| people.households[p.household].kind != "一般");
            poorest
                .into_iter()
                .map(|p| Claim { rate: [program.rate, 25_000, 18_000][people.persons[p].household % 3], ..months(p) })
                .collect()
        }
        HOUSE => {
            let due = people.households.iter().filter(|h| h.housing_year == Some(year));
            due.map(|h| Claim { rate: if h.housing == "D" { program.rate } else { 1_200_000 }, ..once(h.head) }).collect()
        }
        _ => with_card(&|_, p| p.school == program.eligibility).into_iter().map(once).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_aid_is_what_the_plan_says() {
        let (county, households) = (County::new(), 4_649);
        let people = People::new(&county, households, 2018);
        let aid = PROGRAMS.iter().filter(|p| p.unit == "学期");
        let claims: Vec<Claim> = aid.flat_map(|p| claims(p, &county, &people, 0, households)).collect();
        let a_year: i64 = 2 * claims.iter().map(Claim::amount).sum::<i64>();
        assert_eq!(2 * claims.len(), 10_000);
        assert!((a_year - 2_100_000_000).abs() <= 105_000_000, "{a_year}");
    }
}
