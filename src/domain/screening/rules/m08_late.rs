//! M08 滞留: money that takes too long from the allocation to the card.
//!
//! A batch is late when it was made long after its money was there and its period was over, and the programme is not always
//! paid so: yearly money for which all units wait until June is on time in June.

use crate::domain::screening::facts::{Batch, LineState, add_days, days_between, last_day, months_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, NONE, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, HashMap};

pub static RULE: Rule = Rule {
    id: "M08",
    name: "滞留未及时到卡",
    version: 1,
    severity: Severity::Note,
    meaning: "分配下达后迟迟不造册，送银行后迟迟不到卡，或退票后迟迟不重发、不释放。应排除：按惯例在年中一次发放；所属期尚未结束；已重发或释放的退票。",
    source: "东发〔2018〕14号（资金及时足额发放到一卡通账户）；财办〔2020〕37号；审计署扶贫审计结果公告（滞留资金）",
    needs: &[],
    params: &[
        Param { name: "made_days", title: "下达且所属期结束后多少天内造册", kind: ParamKind::Count, default: "30" },
        Param { name: "transit_days", title: "送银行后多少天内到卡", kind: ParamKind::Count, default: "15" },
        Param { name: "return_days", title: "退票后多少天内重发或释放", kind: ParamKind::Count, default: "30" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    late_batches(facts, params, hits);
    let (mut transit, mut waiting): (BTreeMap<u32, Vec<u32>>, BTreeMap<u32, Vec<u32>>) = Default::default();
    // the day from which an answer to each batch is late, or never
    let late_from = |batch: &Batch| if batch.sent > 0 { add_days(batch.sent, params.count("transit_days", batch.sent)) } else { i64::MAX };
    let late_from: Vec<i64> = facts.batches.iter().map(late_from).collect();
    for (at, payment) in facts.payments.iter().enumerate() {
        let (at, as_of) = (at as u32, facts.as_of);
        let answered = if payment.state == LineState::Pending { as_of } else { payment.booked };
        if answered > 0 && late_from.get(payment.batch as usize).is_some_and(|from| answered >= *from) {
            transit.entry(payment.batch).or_default().push(at);
        }
        let limit = || params.count("return_days", payment.booked);
        let late = match payment.state {
            LineState::Returned => payment.booked > 0 && days_between(payment.booked, as_of) >= limit(),
            LineState::Reissued => reissued_on(facts, at).is_some_and(|made| days_between(payment.booked, made) >= limit()),
            _ => false,
        };
        if late {
            waiting.entry(payment.batch).or_default().push(at);
        }
    }
    for (batch, lines) in transit {
        let row = &facts.batches[batch as usize];
        let pending = lines.iter().filter(|at| facts.payments[**at as usize].state == LineState::Pending).count() as i64;
        let days = lines.iter().map(|at| days_between(row.sent, answered(facts, *at))).max().unwrap_or(0);
        let evidence = batch_evidence(facts, row).day("送银行日期", row.sent).count("笔数", lines.len() as i64);
        let evidence = evidence.count("其中尚无回盘", pending).count("最长天数", days).day("截至", facts.as_of);
        hits.push(with_lines(facts, Hit::new(Subject::Batch(batch)).occasion("在途").evidence(evidence), lines));
    }
    for (batch, lines) in waiting {
        let row = &facts.batches[batch as usize];
        let mut hit = Hit::new(Subject::Batch(batch)).occasion("退票").evidence(batch_evidence(facts, row));
        for at in lines.iter().take(SHOWN) {
            let payment = &facts.payments[*at as usize];
            let until = reissued_on(facts, *at).unwrap_or(facts.as_of);
            let evidence = facts.payment_evidence(payment).count("退票后天数", days_between(payment.booked, until));
            hit = hit.evidence(facts.person_evidence(payment.person)).evidence(evidence);
        }
        hits.push(with_lines(facts, hit, lines));
    }
}

/// At most so many lines stand in the evidence of one batch; all are among its payments.
const SHOWN: usize = 20;

fn answered(facts: &Facts, at: u32) -> i64 {
    let payment = &facts.payments[at as usize];
    if payment.state == LineState::Pending { facts.as_of } else { payment.booked }
}

/// The day on which a returned line's second batch was made.
fn reissued_on(facts: &Facts, at: u32) -> Option<i64> {
    let payment = &facts.payments[at as usize];
    let again = |other: &&Batch| other.reissue_of == payment.batch;
    facts.payments_of(payment.person).iter().map(|other| facts.batch(other)).filter(again).map(|batch| batch.made).min()
}

fn with_lines(facts: &Facts, mut hit: Hit, lines: Vec<u32>) -> Hit {
    hit.amount = lines.iter().map(|at| facts.payments[*at as usize].amount).sum();
    hit.payments = lines;
    hit
}

fn batch_evidence(facts: &Facts, batch: &Batch) -> Evidence {
    Evidence::new("发放批次")
        .text("批次", &batch.code)
        .text("单位", facts.unit_name(&batch.unit))
        .text("政策", facts.program_of(batch).map_or(&batch.program, |program| &program.name))
        .month("所属期起", batch.first)
        .month("所属期止", batch.last)
        .day("造表日期", batch.made)
}

/// A batch and how many days it took.
#[derive(Clone, Copy)]
struct Lag {
    batch: u32,
    days: i64,
    allocated: i64,
}

fn late_batches(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let allocated = allocations(facts);
    let mut programs: BTreeMap<&str, Vec<Lag>> = BTreeMap::new();
    for (at, batch) in facts.batches.iter().enumerate().filter(|(_, batch)| batch.reissue_of == NONE) {
        let day = |program: &str| allocated.get(&(batch.allocation.as_str(), batch.unit.as_str(), program)).copied();
        let Some(allocated) = day(&batch.program).or_else(|| day("")) else { continue };
        // a month or quarter is paid when it is over
        let short = months_between(batch.first, batch.last) < 3;
        let since = if short { allocated.max(last_day(batch.last)) } else { allocated };
        programs.entry(&batch.program).or_default().push(Lag { batch: at as u32, days: days_between(since, batch.made), allocated });
    }
    let mut late: BTreeMap<u32, (Lag, Evidence)> = BTreeMap::new();
    for lags in programs.values() {
        for lag in lags {
            let limit = params.count("made_days", facts.batches[lag.batch as usize].made);
            if lag.days >= limit
                && let Some(others) = unusual(facts, lags, lag, limit)
            {
                late.insert(lag.batch, (*lag, others));
            }
        }
    }
    if late.is_empty() {
        return;
    }
    let mut lines: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, payment) in facts.payments.iter().enumerate().filter(|(_, payment)| late.contains_key(&payment.batch)) {
        lines.entry(payment.batch).or_default().push(at as u32);
    }
    for (batch, (lag, others)) in late {
        let row = &facts.batches[batch as usize];
        let evidence = batch_evidence(facts, row).text("分配文号", &row.allocation).day("下达日期", lag.allocated);
        let hit = Hit::new(Subject::Batch(batch)).occasion("造表").evidence(evidence.count("应造册后天数", lag.days)).evidence(others);
        hits.push(with_lines(facts, hit, lines.remove(&batch).unwrap_or_default()));
    }
}

/// First day on which each document gave money to a unit for a programme (or for any: empty).
fn allocations(facts: &Facts) -> HashMap<(&str, &str, &str), i64> {
    let mut first: HashMap<(&str, &str, &str), i64> = HashMap::new();
    for act in facts.allocation_acts.iter().filter(|act| act.kind == "下达") {
        let day = first.entry((&act.doc_no, &act.unit, &act.program)).or_insert(act.date);
        *day = (*day).min(act.date);
    }
    first
}

/// Nothing if the programme is always paid so late: by a quarter of the other units for this period, or by this unit in half of
/// the other periods; nothing either while a long period still runs and there is nothing to compare, for yearly money has its
/// season. Otherwise what the others did, as evidence.
fn unusual(facts: &Facts, lags: &[Lag], lag: &Lag, limit: i64) -> Option<Evidence> {
    let own = &facts.batches[lag.batch as usize];
    let as_late = |other: &&Lag| other.days >= limit && other.days >= lag.days - limit;
    let others = lags.iter().filter(|other| other.batch != lag.batch);
    let (mut peers, mut peers_late, mut periods, mut periods_late) = (0, 0, 0, 0);
    for other in others {
        let batch = &facts.batches[other.batch as usize];
        let same_period = (batch.first, batch.last) == (own.first, own.last);
        let late = i64::from(as_late(&other));
        if same_period && batch.unit != own.unit {
            (peers, peers_late) = (peers + 1, peers_late + late);
        } else if !same_period && batch.unit == own.unit {
            (periods, periods_late) = (periods + 1, periods_late + late);
        }
    }
    let in_season = own.made <= last_day(own.last) && peers + periods == 0;
    let usual = in_season || peers > 0 && peers_late * 4 >= peers || periods > 0 && periods_late * 2 >= periods;
    let evidence = Evidence::new("同类批次").count("同期其他单位批次", peers).count("其中同样迟", peers_late);
    (!usual).then(|| evidence.count("本单位其他各期批次", periods).count("其中同样迟", periods_late))
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::AllocationAct;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s
    }

    fn allocated(s: &mut Sample, unit: &str, date: i64) {
        let act = AllocationAct {
            doc_no: "东财〔2018〕1号".into(),
            kind: "下达".into(),
            date,
            unit: unit.into(),
            program: "DB".into(),
            ..AllocationAct::default()
        };
        s.facts.allocation_acts.push(act);
    }

    fn batch(s: &mut Sample, unit: &str, (first, last): (i64, i64), made: i64) {
        s.batch(&format!("{unit}-{first}"), "DB", first, last).unit = unit.into();
        s.made(made);
        s.paid(ID, 30_000);
    }

    /// Occasions of the hits.
    fn found(s: &mut Sample) -> Vec<String> {
        s.hits("M08").into_iter().map(|hit| hit.occasion).collect()
    }

    #[test]
    fn thirty_days_after_money_and_period_are_there() {
        for (made, late) in [(20180429, false), (20180430, true)] {
            let mut s = county();
            allocated(&mut s, "201", 20180201);
            batch(&mut s, "201", (201803, 201803), made);
            assert_eq!(!found(&mut s).is_empty(), late, "{made}");
        }
        let mut s = county();
        allocated(&mut s, "201", 20180520);
        batch(&mut s, "201", (201803, 201803), 20180610);
        assert!(found(&mut s).is_empty(), "the money came late, and the batch was quick");
    }

    #[test]
    fn the_second_quarter_out_of_one_document_is_on_time() {
        let mut s = county();
        allocated(&mut s, "201", 20180206);
        batch(&mut s, "201", (201801, 201803), 20180409);
        batch(&mut s, "201", (201804, 201806), 20180709);
        assert!(found(&mut s).is_empty());
        batch(&mut s, "201", (201807, 201809), 20181110);
        assert_eq!(found(&mut s), ["造表"]);
    }

    #[test]
    fn yearly_money_that_all_units_pay_in_june_is_on_time() {
        let mut s = county();
        for unit in ["201", "202", "203"] {
            allocated(&mut s, unit, 20180129);
            batch(&mut s, unit, (201801, 201812), 20180614);
        }
        assert!(found(&mut s).is_empty());
        let mut s = county();
        allocated(&mut s, "201", 20180129);
        batch(&mut s, "201", (201801, 201812), 20181014);
        assert!(found(&mut s).is_empty(), "travel money in October, and nothing to compare");
        allocated(&mut s, "202", 20180129);
        batch(&mut s, "202", (201801, 201812), 20180220);
        assert_eq!(found(&mut s), ["造表"], "the other unit paid in February");
    }

    #[test]
    fn fifteen_days_in_transit() {
        for (booked, late) in [(20180514, false), (20180515, true)] {
            let mut s = county();
            s.batch("B", "DB", 201804, 201804);
            s.made(20180430);
            s.paid(ID, 30_000).booked = booked;
            assert_eq!(found(&mut s), if late { vec!["在途"] } else { vec![] }, "{booked}");
        }
        let mut s = county();
        s.batch("B", "DB", 201812, 201812);
        s.made(20181220);
        s.pending(ID, 30_000);
        assert!(found(&mut s).is_empty());
        s.facts.batches[0].sent = 20181216;
        assert_eq!(found(&mut s), ["在途"]);
        s.facts.batches[0].sent = 0;
        assert!(found(&mut s).is_empty(), "it was never sent");
    }

    #[test]
    fn a_return_waits_no_longer_than_thirty_days() {
        for (booked, late) in [(20181202, false), (20181201, true)] {
            let mut s = county();
            s.batch("B", "DB", 201811, 201811);
            s.made(20181130);
            s.returned(ID, 30_000).booked = booked;
            assert_eq!(found(&mut s), if late { vec!["退票"] } else { vec![] }, "{booked}");
        }
    }

    #[test]
    fn a_return_that_was_paid_again_in_time_is_settled() {
        for (made, late) in [(20180601, false), (20180701, true)] {
            let mut s = county();
            s.batch("B", "DB", 201804, 201804);
            s.made(20180510);
            s.reissued(ID, 30_000);
            s.batch("B-R1", "DB", 201804, 201804).reissue_of = 0;
            s.made(made);
            s.paid(ID, 30_000);
            assert_eq!(found(&mut s), if late { vec!["退票"] } else { vec![] }, "{made}");
        }
    }
}
