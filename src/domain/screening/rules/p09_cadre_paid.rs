//! P09 干部本人领取: the payee was a cadre in office in the period.

use crate::domain::screening::facts::payee;
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P09",
    name: "干部本人领取",
    version: 1,
    severity: Severity::Hold,
    meaning: "领款人在所属期内是在任的村镇干部。应排除：人人可享受的普惠政策（在参数中列明）；所属期之前已离任；\
              识别为贫困户之后才当选、经评议保留的村民小组长等须核实。",
    source: "审计署贫困县扶贫审计结果公告（村干部纳入建档立卡）；东发〔2018〕14号“优亲厚友”",
    needs: &[List::Cadres],
    params: &[Param {
        name: "universal",
        title: "人人可享受的普惠政策（编码或名称中的字）",
        kind: ParamKind::Words,
        default: "普惠;面向全体;耕地地力;养老保险;医疗保险;高龄",
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let universal = payee::by_batch(facts, |batch| payee::is_program(facts, batch, params.words("universal", batch.made)));
    for person in facts.lists.cadres.owners().filter(|owner| facts.is_registered(*owner)) {
        let terms = facts.lists.cadres.of(person);
        let lines = payee::lines(facts, person, |payment, batch| {
            !universal[payment.batch as usize] && terms.iter().any(|term| payee::touches(batch, term.from, term.to))
        });
        if lines.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        for term in terms {
            if payee::any_line(facts, &lines, |_, batch| payee::touches(batch, term.from, term.to)) {
                let listed = payee::row_of(facts, "干部名单", person).text("职务", &term.post).text("区划", &term.region);
                hit = hit.evidence(listed.day("起始日期", term.from).day("终止日期", term.to).from(term.origin));
            }
        }
        hits.push(hit.payments(facts, lines));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Cadre;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county(from: i64, to: i64) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "李样乙", "469007196201010022");
        s.program("DB", "月", 30_000);
        s.program("GD", "年", 10_000).name = "耕地地力保护补贴".into();
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.paid("469007196201010022", 30_000);
        let row = Cadre { region: "469007100201".into(), post: "村委会主任".into(), from, to, ..Cadre::default() };
        s.rows.cadres.push((ID.into(), row));
        s
    }

    #[test]
    fn a_cadre_in_office_is_found_and_the_family_is_not() {
        let mut s = county(20180331, 99991231);
        let found = s.hits("P09");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["B+1".to_string()]));
    }

    #[test]
    fn former_and_later_cadres_are_innocent() {
        assert!(county(20100101, 20180228).hits("P09").is_empty());
        assert!(county(20180401, 99991231).hits("P09").is_empty());
    }

    #[test]
    fn universal_programmes_are_for_all() {
        let mut s = county(20100101, 99991231);
        s.batch("G", "GD", 201801, 201812);
        s.paid(ID, 10_000);
        let found = s.hits("P09");
        assert_eq!(s.lines(&found[0]), ["B+1"]);
        assert!(s.hits_with("P09", &[("screen.P09.universal", "GD;DB")]).is_empty());
    }
}
