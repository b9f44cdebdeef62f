//! M02 超标准: a rate beyond what its programme allows, or below what it promises.

use crate::domain::money::{Fen, Quantity};
use crate::domain::screening::facts::{Batch, Payment, Program};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "M02",
    name: "超标准或低于最低标准",
    version: 1,
    severity: Severity::Block,
    meaning: "标准高于政策上限、不同于固定标准，或低于下限（生态护林员每月不低于 1,000 元）。应排除：所属期适用旧标准；标准以下的分档发放。",
    source: "东发〔2018〕14号（生态护林员每人每月工资不低于1000元；不擅自拔高标准）；审计署扶贫审计结果公告（超标准发放）",
    needs: &[],
    params: &[Param {
        name: "floors",
        title: "最低标准（政策名称或编码:计量:元）",
        kind: ParamKind::Words,
        default: "护林员:月:1000;HLY:月:1000",
    }],
    pass: Pass::Lines,
    find,
};

/// What a line of a batch may cost.
struct Allowed<'a> {
    program: &'a Program,
    /// Fen per measure that the plan promises; 0 if none.
    floor: i64,
}

impl Allowed<'_> {
    /// What is wrong with a rate, and the rate that would do.
    fn problem(&self, rate: i64) -> Option<(&'static str, i64)> {
        let standard = self.program.rate;
        match self.program.bound.as_str() {
            "上限" if rate > standard => Some(("超过政策标准上限", standard)),
            "下限" if rate < standard => Some(("低于政策标准下限", standard)),
            "固定" if rate != standard => Some(("与政策固定标准不同", standard)),
            _ if rate < self.floor => Some(("低于规定的最低标准", self.floor)),
            _ => None,
        }
    }
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let allow = |batch: &Batch| facts.standard(batch).map(|program| Allowed { program, floor: floor(program, params, batch) });
    let allowed: Vec<Option<Allowed<'_>>> = facts.batches.iter().map(allow).collect();
    for person in 0..facts.registered as u32 {
        let problem = |at: &u32| {
            let payment = &facts.payments[*at as usize];
            let allowed = allowed.get(payment.batch as usize).and_then(Option::as_ref).filter(|_| payment.kept() > 0)?;
            allowed.problem(payment.rate).map(|problem| (*at, allowed.program, problem))
        };
        let wrong: Vec<_> = facts.payment_range(person).filter_map(|at| problem(&at)).collect();
        if wrong.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        let mut amount = 0;
        for (at, program, (what, standard)) in wrong {
            let payment = &facts.payments[at as usize];
            amount += difference(payment, standard);
            let evidence = Evidence::new("政策标准")
                .text("政策", &program.name)
                .text("标准性质", &program.bound)
                .day("生效日期", program.from)
                .fen("应适用标准", standard)
                .fen("清册标准", payment.rate)
                .text("问题", what);
            hit = hit.payment(facts, at).evidence(evidence);
        }
        hits.push(hit.amount(amount));
    }
}

/// Fen paid too much or too little.
fn difference(payment: &Payment, standard: i64) -> i64 {
    let due = Fen::times(Fen::new(standard), Quantity::new(payment.quantity)).map_or(0, Fen::get);
    (payment.amount - due).abs()
}

/// The promise of `护林员:月:1000` for a programme of that name or code and measure.
fn floor(program: &Program, params: &Params<'_>, batch: &Batch) -> i64 {
    let promises = params.words("floors", batch.first * 100 + 1).iter().filter_map(|word| {
        let mut parts = word.split([':', '：']).map(str::trim);
        let (name, measure, yuan) = (parts.next()?, parts.next()?, parts.next()?);
        let named = program.code == name || program.name.contains(name);
        Fen::parse(yuan).ok().filter(|_| named && program.measure == measure).map(Fen::get)
    });
    promises.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county(measure: &str, bound: &str, rate: i64) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("P", measure, rate).bound = bound.into();
        s
    }

    /// Hits for a rate in a month, and the fen in question.
    fn at_rate(s: &mut Sample, rate: i64) -> (usize, i64) {
        s.batch("B", "P", 201803, 201803);
        s.paid(ID, rate);
        let found = s.hits("M02");
        (found.len(), found.iter().map(|hit| hit.amount).sum())
    }

    #[test]
    fn each_bound_is_kept() {
        assert_eq!(at_rate(&mut county("月", "上限", 30_000), 30_001), (1, 1));
        assert_eq!(at_rate(&mut county("月", "上限", 30_000), 18_000), (0, 0), "classes below a ceiling");
        assert_eq!(at_rate(&mut county("年", "下限", 150_000), 140_000), (1, 10_000));
        assert_eq!(at_rate(&mut county("年", "下限", 150_000), 200_000), (0, 0));
        assert_eq!(at_rate(&mut county("月", "固定", 5_000), 4_000), (1, 1_000));
        assert_eq!(at_rate(&mut county("月", "固定", 5_000), 5_000), (0, 0));
    }

    #[test]
    fn a_ranger_has_a_thousand_a_month_whatever_the_programme_says() {
        let mut s = county("月", "固定", 90_000);
        s.facts.programs[0].name = "生态护林员工资".into();
        assert_eq!(at_rate(&mut s, 90_000), (1, 10_000));
        let changed = [("screen.M02.floors", "护林员:月:900")];
        assert!(s.hits_with("M02", &changed).is_empty());
        let mut s = county("年", "固定", 90_000);
        s.facts.programs[0].name = "护林员保险".into();
        assert_eq!(at_rate(&mut s, 90_000), (0, 0), "the floor is a monthly wage");
    }

    #[test]
    fn the_version_of_the_period_counts() {
        let mut s = county("月", "固定", 5_000);
        s.facts.programs[0].to = 20180630;
        s.program("P", "月", 6_000).from = 20180701;
        s.batch("旧", "P", 201806, 201806);
        s.made(20180710);
        s.paid(ID, 5_000);
        s.batch("新", "P", 201807, 201807);
        s.paid(ID, 6_000);
        assert!(s.hits("M02").is_empty());
        s.batch("错", "P", 201808, 201808);
        s.paid(ID, 5_000);
        assert_eq!(s.hits("M02").len(), 1);
    }
}
