//! M07 未足额、漏发: somebody whom a programme leaves out, or pays short, while it pays their neighbours.
//!
//! How a programme is paid is learnt from its lines: the periods for which it paid a village, and how many of those who
//! qualify it reached. Where it reached nearly all of them, whoever it did not reach was left out; where it did not, only
//! whoever it paid before and after.

use crate::domain::screening::facts::{
    Enrolment, Household, HouseholdStatus, Payment, PersonStatus, Program, Relation, School, Stage, last_day, months_between, overlap,
};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, NONE, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub static RULE: Rule = Rule {
    id: "M07",
    name: "未足额发放或漏发",
    version: 1,
    severity: Severity::Note,
    meaning: "在册且符合条件的人连续漏发或少发，而同村同类人员都已发放。应排除：死亡、迁出、清退、新迁入；退票待重发；选聘性岗位；因名单比对（财政供养、企业、车房、分户、干部亲属等）停发的。",
    source: "东发〔2018〕14号（资金足额、及时发放到一卡通；应享尽享）；审计署扶贫审计结果公告（应补未补）",
    needs: &[],
    params: &[
        Param { name: "periods", title: "漏发或少发的期数达到", kind: ParamKind::Count, default: "2" },
        Param { name: "peers", title: "同村符合条件者中已发放的占比达到", kind: ParamKind::Share, default: "0.9" },
        Param { name: "minimum", title: "同村领取人数至少", kind: ParamKind::Count, default: "5" },
        Param {
            name: "selected",
            title: "选聘或自愿申请、不能推断漏发的政策（编码或名称中的词）",
            kind: ParamKind::Words,
            default: "岗;护林员;管护;务工;危房;培训;贷款;HLY;TSGW;WGJT;WFGZ",
        },
    ],
    pass: Pass::Book,
    find,
};

/// Kinds of households that a programme may be meant for.
const KINDS: [&str; 2] = ["低保", "特困"];

/// A programme that reaches a class of people period by period.
struct Scheme<'a> {
    program: &'a Program,
    kinds: Vec<&'static str>,
    stages: BTreeSet<Stage>,
}

/// A period for which a village was paid, and what its people had of it.
#[derive(Default, Clone, Copy)]
struct Cycle {
    first: i64,
    last: i64,
    payees: i64,
    /// Of the class, and of them paid, and paid in full.
    class: i64,
    reached: i64,
    full: i64,
}

/// When somebody could be a payee.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    to: i64,
}

struct Look<'a> {
    facts: &'a Facts,
    schemes: Vec<Scheme<'a>>,
    of_batch: Vec<Option<usize>>,
    enrolment: Enrolment<'a>,
}

/// What one person had of each cycle of a scheme: ten-thousandths of a measure; `None` where nothing.
type Had = Vec<Option<i64>>;

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let look = Look::new(facts, params);
    let mut villages: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (at, person) in facts.people.iter().enumerate().take(facts.registered) {
        if let Some(household) = facts.household(person.household) {
            villages.entry(&household.region).or_default().push(at as u32);
        }
    }
    let paid = look.cycles(params.count("minimum", facts.as_of));
    let spans: Vec<Span> = (0..facts.registered as u32).map(|person| span(facts, person)).collect();
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut alike = Alike::new();
    for (village, people) in &villages {
        for scheme in 0..look.schemes.len() {
            if let Some(cycles) = paid.get(&(scheme, *village)) {
                groups.push(look.group(scheme, people, &spans, cycles.clone(), &mut alike));
            }
        }
    }
    for group in groups {
        look.judge(params, hits, &group, &spans, &alike);
    }
}

/// People of a village, and what each had of each cycle of a scheme.
struct Group<'a> {
    scheme: usize,
    people: &'a [u32],
    cycles: Vec<Cycle>,
    had: Vec<Had>,
}

/// Of people alike in school, labour and age, how many in the county qualified for a scheme's period and how many had it: a
/// scheme may be for those who work, or not for pupils, and its words need not say so.
type Alike = BTreeMap<(usize, i64, i64, u8), (i64, i64)>;

impl<'a> Look<'a> {
    fn new(facts: &'a Facts, params: &Params<'_>) -> Look<'a> {
        let mut schemes: Vec<Scheme<'a>> = Vec::new();
        let mut known: HashMap<&str, Option<usize>> = HashMap::new();
        let mut of_batch = Vec::with_capacity(facts.batches.len());
        for batch in &facts.batches {
            let place = *known.entry(&batch.program).or_insert_with(|| {
                let program = facts.standard(batch)?;
                let periodic = matches!(program.measure.as_str(), "月" | "季" | "学期" | "年") && program.subject != "村";
                if !periodic || program.is_named(params.words("selected", batch.first * 100 + 1)) {
                    return None;
                }
                let kinds = KINDS.into_iter().filter(|kind| program.eligibility.contains(kind) || program.name.contains(kind)).collect();
                let stages = Stage::named(&format!("{} {}", program.name, program.eligibility));
                schemes.push(Scheme { program, kinds, stages });
                Some(schemes.len() - 1)
            });
            of_batch.push(place);
        }
        Look { facts, schemes, of_batch, enrolment: Enrolment::new(facts) }
    }

    fn scheme(&self, payment: &Payment) -> Option<usize> {
        self.of_batch.get(payment.batch as usize).copied().flatten()
    }

    /// Periods for which each village had enough payees, by scheme and village. A returned line shows the period as well.
    fn cycles(&self, minimum: i64) -> HashMap<(usize, &'a str), Vec<Cycle>> {
        // villages by number: a payment has a number of its household, and a text is slow to count by
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let village_of = |household: &'a Household| {
            let next = numbers.len() as u32;
            *numbers.entry(&household.region).or_insert(next)
        };
        let village_of: Vec<u32> = self.facts.households.iter().map(village_of).collect();
        let mut lines: HashMap<(u32, u32), i64> = HashMap::new();
        for payment in self.facts.payments.iter().filter(|payment| self.scheme(payment).is_some()) {
            if let Some(village) = village_of.get(payment.household as usize) {
                *lines.entry((payment.batch, *village)).or_default() += 1;
            }
        }
        let mut names: Vec<&str> = vec![""; numbers.len()];
        numbers.iter().for_each(|(name, number)| names[*number as usize] = name);
        let mut counts: HashMap<(usize, &str, i64, i64), i64> = HashMap::new();
        for ((at, village), lines) in lines {
            let batch = &self.facts.batches[at as usize]; // of a payment, see `Facts::batch`
            if let Some(scheme) = self.of_batch[at as usize] {
                *counts.entry((scheme, names[village as usize], batch.first, batch.last)).or_default() += lines;
            }
        }
        let mut cycles: HashMap<(usize, &str), Vec<Cycle>> = HashMap::new();
        for ((scheme, village, first, last), payees) in counts.into_iter().filter(|(_, payees)| *payees >= minimum) {
            cycles.entry((scheme, village)).or_default().push(Cycle { first, last, payees, ..Cycle::default() });
        }
        cycles.values_mut().for_each(|all| all.sort_by_key(|cycle| (cycle.first, cycle.last)));
        cycles
    }

    fn group<'b>(&self, scheme: usize, people: &'b [u32], spans: &[Span], mut cycles: Vec<Cycle>, alike: &mut Alike) -> Group<'b> {
        let had: Vec<Had> = people.iter().map(|person| self.had(*person, scheme, &cycles)).collect();
        for (person, had) in people.iter().zip(&had) {
            for (cycle, had) in cycles.iter_mut().zip(had) {
                if self.qualifies(*person, scheme, spans[*person as usize], cycle) {
                    cycle.class += 1;
                    cycle.reached += i64::from(had.is_some());
                    cycle.full += i64::from(had.is_some_and(|had| had >= self.due(scheme, cycle)));
                    let count = alike.entry((scheme, cycle.first, cycle.last, self.traits(*person))).or_default();
                    (count.0, count.1) = (count.0 + 1, count.1 + i64::from(had.is_some()));
                }
            }
        }
        Group { scheme, people, cycles, had }
    }

    fn judge(&self, params: &Params<'_>, hits: &mut Hits<'_>, group: &Group<'_>, spans: &[Span], alike: &Alike) {
        let wanted = params.count("periods", self.facts.as_of).max(1) as usize;
        for (person, had) in group.people.iter().zip(&group.had) {
            let lacking = self.lacking(params, (*person, spans[*person as usize]), group, had, alike);
            if lacking.len() >= wanted && !self.stopped_for_cause(*person) {
                hits.push(self.hit(*person, group.scheme, &group.cycles, had, &lacking));
            }
        }
    }

    /// School, labour and age of a person as one small number.
    fn traits(&self, person: u32) -> u8 {
        let Some(known) = self.facts.person(person) else { return 0 };
        let age = match (self.facts.as_of - known.id_no.birth()) / 10_000 {
            ..16 => 0,
            16..60 => 1,
            _ => 2,
        };
        let labour = ["有", "弱", "无"].iter().position(|word| *word == known.labour).map_or(0, |at| at as u8 + 1);
        u8::from(known.school != School::None) + 2 * age + 8 * labour
    }

    /// What a person had of each cycle, however the period of the line was cut.
    fn had(&self, person: u32, scheme: usize, cycles: &[Cycle]) -> Had {
        let mut had = vec![None; cycles.len()];
        for payment in self.facts.payments_of(person).iter().filter(|payment| self.scheme(payment) == Some(scheme)) {
            let batch = self.facts.batch(payment);
            for (cycle, had) in cycles.iter().zip(&mut had) {
                if overlap((cycle.first, cycle.last), (batch.first, batch.last)) {
                    let whole = (batch.first, batch.last) == (cycle.first, cycle.last) && payment.state.counts();
                    // a line of another cut, or one on its way back, is taken for enough
                    let quantity = if whole { payment.quantity } else { i64::from(i32::MAX) };
                    *had = Some(had.unwrap_or(0) + quantity);
                }
            }
        }
        had
    }

    /// Ten-thousandths of the measure that a cycle has for one; only months can be short.
    fn due(&self, scheme: usize, cycle: &Cycle) -> i64 {
        let months = months_between(cycle.first, cycle.last) + 1;
        if self.schemes[scheme].program.measure == "月" { months * 10_000 } else { 1 }
    }

    /// Whether somebody is of those whom the scheme is for, all through a cycle.
    fn qualifies(&self, person: u32, scheme: usize, span: Span, cycle: &Cycle) -> bool {
        let scheme = &self.schemes[scheme];
        if span.from > cycle.first * 100 + 1 || span.to < last_day(cycle.last) {
            return false;
        }
        let Some(known) = self.facts.person(person) else { return false };
        let Some(household) = self.facts.household(known.household) else { return false };
        if !scheme.kinds.is_empty() && !scheme.kinds.contains(&household.kind.as_str()) {
            return false;
        }
        if scheme.program.subject == "户" && known.relation != Relation::Head {
            return false;
        }
        scheme.stages.is_empty() || {
            let mut rows = self.enrolment.enrolled(person, (cycle.first, cycle.last));
            rows.any(|row| self.enrolment.stages(row).iter().any(|stage| scheme.stages.contains(stage)))
        }
    }

    /// Cycles in which somebody lacks what the neighbours had, by place.
    fn lacking(
        &self,
        params: &Params<'_>,
        (person, span): (u32, Span),
        group: &Group<'_>,
        had: &[Option<i64>],
        alike: &Alike,
    ) -> Vec<usize> {
        let (scheme, cycles) = (group.scheme, &group.cycles);
        let lines = self.facts.payments_of(person);
        // whoever was paid nothing at all before was perhaps not yet here
        let since = lines.first().map_or(0, |payment| self.facts.batch(payment).first);
        let (begun, ended) = (had.iter().position(Option::is_some), had.iter().rposition(Option::is_some));
        let peers = params.share("peers", self.facts.as_of);
        let mut lacking = Vec::new();
        for (place, cycle) in cycles.iter().enumerate() {
            if cycle.first < since || !self.qualifies(person, scheme, span, cycle) {
                continue;
            }
            let nearly = |count: i64, class: i64| class > 1 && Decimal::from(count) >= peers * Decimal::from(class);
            let most = |count: i64| nearly(count, cycle.class);
            let between = begun.is_some_and(|begun| begun < place) && ended.is_some_and(|ended| place < ended);
            let due = self.due(scheme, cycle);
            let (class, reached) = alike.get(&(scheme, cycle.first, cycle.last, self.traits(person))).copied().unwrap_or((0, 0));
            let like = nearly(reached + 1, class) && reached > 0;
            let out = had[place].is_none() && (between || most(cycle.reached + 1) && cycle.reached > 0 && like);
            let short = had[place].is_some_and(|had| had < due) && most(cycle.full + 1) && cycle.full > 0;
            if out || short {
                lacking.push(place);
            }
        }
        lacking
    }

    /// Whether a list names somebody of the household: the payment may have been stopped for that.
    fn stopped_for_cause(&self, person: u32) -> bool {
        let lists = &self.facts.lists;
        let household = self.facts.person(person).map_or(NONE, |known| known.household);
        let named = |at: u32| {
            !lists.payroll.of(at).is_empty()
                || !lists.custody.of(at).is_empty()
                || !lists.companies.of(at).is_empty()
                || !lists.vehicles.of(at).is_empty()
                || !lists.properties.of(at).is_empty()
                || !lists.cadres.of(at).is_empty()
                || lists.hukou.of(at).iter().any(|row| row.change == "分户")
                || lists.kin.of(at).iter().any(|tie| !lists.cadres.of(tie.other).is_empty())
        };
        named(person) || self.facts.members(household).iter().any(|at| named(*at))
    }

    fn hit(&self, person: u32, scheme: usize, cycles: &[Cycle], had: &[Option<i64>], lacking: &[usize]) -> Hit {
        let program = self.schemes[scheme].program;
        let mut amount = 0;
        let mut hit = Hit::new(Subject::Person(person)).occasion(&*program.code).evidence(self.facts.person_evidence(person));
        for place in lacking {
            let cycle = &cycles[*place];
            let due = self.due(scheme, cycle).max(10_000);
            let short = due - had[*place].unwrap_or(0).min(due);
            amount += i64::try_from(i128::from(program.rate) * i128::from(short) / 10_000).unwrap_or(0);
            let evidence =
                Evidence::new("同村发放").text("政策", &program.name).month("所属期起", cycle.first).month("所属期止", cycle.last);
            let evidence =
                evidence.count("同村领取笔数", cycle.payees).count("同村符合条件", cycle.class).count("其中已发放", cycle.reached);
            hit = hit.evidence(evidence.says("本人数量", Says::Quantity(had[*place].unwrap_or(0))).says("应发数量", Says::Quantity(due)));
        }
        let of_program = |payment: &&Payment| self.scheme(payment) == Some(scheme);
        let before = self.facts.payments_of(person).iter().rfind(of_program);
        match before {
            Some(payment) => hit.evidence(self.facts.payment_evidence(payment)),
            None => hit,
        }
        .amount(if program.bound == "上限" { 0 } else { amount })
    }
}

/// From when to when somebody is registered, alive, here, and has a card.
fn span(facts: &Facts, person: u32) -> Span {
    let mut span = Span { from: 0, to: 99_991_231 };
    let cards = facts.cards_of(person);
    span.from = cards.iter().map(|card| card.from).min().unwrap_or(99_991_231);
    span.to = cards.iter().map(|card| card.to).max().unwrap_or(0);
    let Some(known) = facts.person(person) else { return span };
    span.from = span.from.max(known.id_no.birth());
    if known.status != PersonStatus::Normal {
        span.to = span.to.min(known.status_date);
    }
    let died = facts.died(person);
    if died > 0 {
        span.to = span.to.min(died);
    }
    for row in facts.lists.hukou.of(person) {
        match row.change.as_str() {
            "迁出" | "注销" => span.to = span.to.min(row.changed),
            _ => span.from = span.from.max(row.changed),
        }
    }
    if let Some(household) = facts.household(known.household) {
        span.from = span.from.max(household.identified);
        if household.status == HouseholdStatus::Removed {
            span.to = span.to.min(household.status_date);
        }
    }
    span
}

#[cfg(test)]
mod tests;
