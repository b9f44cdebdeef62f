//! P01 身份证号无效: a payee whose ID number cannot be one. Files with such numbers are refused when they come; this looks
//! again at what stands in the book.

use crate::domain::calendar::date_to_int;
use crate::domain::identity::IdNumber;
use crate::domain::screening::facts::payee;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

/// GB/T 2260: the first two digits of any number ever given out.
const PROVINCES: &str = "11;12;13;14;15;21;22;23;31;32;33;34;35;36;37;41;42;43;44;45;46;50;51;52;53;54;61;62;63;64;65;71;81;82;83";

pub static RULE: Rule = Rule {
    id: "P01",
    name: "身份证号无效",
    version: 1,
    severity: Severity::Block,
    meaning: "领款人身份证号的位数、省级代码、出生日期或校验码不对，或造表时尚未出生。应排除：可换算为 18 位的 15 位旧证号；\
              前六位是已撤销的旧区划代码。",
    source: "GB 11643 公民身份号码；审计署贫困县扶贫审计结果公告（虚报冒领）",
    needs: &[],
    params: &[Param { name: "provinces", title: "有效的省级代码（号码前两位）", kind: ParamKind::Words, default: PROVINCES }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let provinces = params.words("provinces", facts.as_of);
    for person in 0..facts.registered as u32 {
        if facts.payment_range(person).is_empty() {
            continue;
        }
        let id_no = facts.people[person as usize].id_no;
        let (lines, problem) = match IdNumber::parse(id_no.as_str()) {
            Err(problem) => (payee::lines(facts, person, |_, _| true), problem.to_string()),
            Ok(number) if !provinces.iter().any(|code| number.region().starts_with(code.as_str())) => {
                (payee::lines(facts, person, |_, _| true), "身份证号前两位不是省级代码".to_string())
            }
            Ok(number) => {
                let born = date_to_int(number.birth());
                let unborn = payee::lines(facts, person, |_, batch| batch.made < born);
                if unborn.is_empty() {
                    continue;
                }
                (unborn, "身份证号中的出生日期晚于造表日期".to_string())
            }
        };
        if lines.is_empty() {
            continue;
        }
        let check = Evidence::new("号码校验").says("身份证号", Says::IdNo(id_no.as_str().to_string())).text("结果", &problem);
        hits.push(Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person)).evidence(check).payments(facts, lines));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::identity::id_check_char;
    use crate::domain::screening::sample::Sample;

    fn id_of(body: &str) -> String {
        format!("{body}{}", id_check_char(body.as_bytes().try_into().unwrap()) as char)
    }

    fn hits(id_no: &str) -> usize {
        let mut s = Sample::new();
        s.person("H1", "王示甲", id_no);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(id_no, 30_000);
        s.hits("P01").len()
    }

    #[test]
    fn check_digit_date_province_and_length_are_looked_at() {
        let good = id_of("46900719600101001");
        assert_eq!(hits(&good), 0);
        let other = if good.ends_with('1') { "2" } else { "1" };
        assert_eq!(hits(&format!("{}{other}", &good[..17])), 1, "check digit");
        assert_eq!(hits(&id_of("46900719600230001")), 1, "no such day");
        assert_eq!(hits(&id_of("99900719600101001")), 1, "no such province");
        assert_eq!(hits("4690071960010"), 1, "too short");
    }

    #[test]
    fn old_numbers_and_old_regions_are_good() {
        assert_eq!(hits("460032600101001"), 0, "15 digits of the first generation");
        assert_eq!(hits(&id_of("46003219600101001")), 0, "a region that is no more");
    }

    #[test]
    fn nobody_is_paid_before_birth() {
        assert_eq!(hits(&id_of("46900720180329001")), 1);
        assert_eq!(hits(&id_of("46900720180327001")), 0, "born the day before the batch was made");
    }
}
