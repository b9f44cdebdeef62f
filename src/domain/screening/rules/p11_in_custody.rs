//! P11 服刑人员领取: the whole period lay inside the payee's custody.

use crate::domain::screening::facts::{add_days, month_of, payee};
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P11",
    name: "服刑人员领取",
    version: 1,
    severity: Severity::Block,
    meaning: "所属期全部在领款人服刑期内。应排除：家属本人应得的款项和按户发放的款项；入监以前、释放以后的款项；期内只有一部分服刑的。",
    source: "审计署贫困县扶贫审计结果公告（向服刑人员发放补贴）；东发〔2018〕14号“虚报冒领”",
    needs: &[List::Custody],
    params: &[Param {
        name: "household", title: "发放对象为这些的政策归全家所有", kind: ParamKind::Words, default: "户;村"
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let family = payee::by_batch(facts, |batch| {
        facts.program_of(batch).is_some_and(|program| params.words("household", batch.made).contains(&program.subject))
    });
    for person in facts.lists.custody.owners().filter(|owner| facts.is_registered(*owner)) {
        let rows = facts.lists.custody.of(person);
        let lines = payee::lines(facts, person, |payment, batch| {
            !family[payment.batch as usize] && rows.iter().any(|row| row.from <= payee::first_day(batch) && covers_end(row.to, batch.last))
        });
        if lines.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        for row in rows {
            if payee::any_line(facts, &lines, |_, batch| payee::touches(batch, row.from, row.to)) {
                let listed = payee::row_of(facts, "服刑名单", person).day("起始日期", row.from).day("终止日期", row.to);
                hit = hit.evidence(listed.from(row.origin));
            }
        }
        hits.push(hit.payments(facts, lines));
    }
}

/// Whether custody lasted to the last day of a month, however many days it has.
fn covers_end(to: i64, month: i64) -> bool {
    to >= month * 100 + 31 || month_of(add_days(to, 1)) > month
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Custody;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    /// In custody from 2018-03-15 to 2018-06-30.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "李样乙", "469007196201010022");
        s.program("DB", "月", 30_000);
        s.program("CY", "年", 150_000).subject = "户".into();
        s.rows.custody.push((ID.into(), Custody { from: 20180315, to: 20180630, ..Custody::default() }));
        s
    }

    #[test]
    fn only_months_wholly_inside_are_not_due() {
        let mut s = county();
        for month in 201802..=201807 {
            s.batch(&format!("B{month}"), "DB", month, month);
            s.paid(ID, 30_000);
            s.paid("469007196201010022", 30_000);
        }
        let found = s.hits("P11");
        assert_eq!(found.len(), 1);
        assert_eq!((s.lines(&found[0]), found[0].amount), (vec!["B201804+1".into(), "B201805+1".into(), "B201806+1".into()], 90_000));
    }

    #[test]
    fn a_year_lived_partly_outside_and_the_familys_own_are_due() {
        let mut s = county();
        s.batch("Y", "DB", 201801, 201812);
        s.paid(ID, 30_000);
        s.batch("H", "CY", 201804, 201804);
        s.paid(ID, 150_000);
        assert!(s.hits("P11").is_empty());
    }
}
