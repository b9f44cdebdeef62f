//! Whose turn it is: of all that can be done with a batch or a proposal, what this person can do with it now, as the inbox
//! knows it; and what else they may.

use super::address::{encode, form_of};
use super::ways::{Values, Way};
use crate::domain::access::Principal;
use crate::service::catalogue;
use crate::service::door::may;

/// States of a batch, by the words of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Reserved,
    Approved,
    Sent,
    Answered,
    Cancelled,
}

impl Stage {
    pub fn of(words: &str) -> Stage {
        let known = [("撤销", Stage::Cancelled), ("待审批", Stage::Reserved), ("待送", Stage::Approved), ("待回盘", Stage::Sent)];
        known.iter().find(|(part, _)| words.contains(part)).map_or(Stage::Answered, |(_, stage)| *stage)
    }
}

/// An act, the kind of waiting that makes it this person's turn, and the stages in which it can be done at all.
struct Act {
    id: &'static str,
    turn: &'static str,
    stages: &'static [Stage],
}

const ACTS: &[Act] = &[
    Act { id: "batch.sign", turn: "batch.sign", stages: &[Stage::Reserved] },
    Act { id: "batch.return", turn: "batch.sign", stages: &[Stage::Reserved] },
    Act { id: "batch.decide", turn: "batch.decide", stages: &[Stage::Reserved] },
    Act { id: "batch.resend", turn: "batch.returned", stages: &[Stage::Reserved] },
    Act { id: "batch.send", turn: "batch.send", stages: &[Stage::Approved] },
    Act { id: "import.returns", turn: "", stages: &[Stage::Sent] },
    Act { id: "batch.reissue", turn: "batch.reissue", stages: &[Stage::Sent, Stage::Answered] },
    Act { id: "batch.release", turn: "batch.reissue", stages: &[Stage::Sent, Stage::Answered] },
    Act { id: "batch.strip", turn: "", stages: &[Stage::Reserved] },
    Act { id: "batch.cancel", turn: "", stages: &[Stage::Reserved, Stage::Approved] },
    Act { id: "notice.of_batch", turn: "", stages: &[Stage::Reserved, Stage::Approved, Stage::Sent, Stage::Answered] },
    Act { id: "objection.of_batch", turn: "", stages: &[Stage::Reserved, Stage::Approved, Stage::Sent, Stage::Answered] },
    Act { id: "screening.unmask", turn: "", stages: &[Stage::Reserved, Stage::Approved, Stage::Sent, Stage::Answered] },
];

/// What can be done with a batch now that it is one's turn, and what may be done besides.
pub fn of_batch(who: &Principal, values: &Values, stage: Stage, waiting: &[String]) -> (Vec<Way>, Vec<Way>) {
    let (mut now, mut besides) = (Vec::new(), Vec::new());
    for act in ACTS.iter().filter(|act| act.stages.contains(&stage)) {
        let Some(way) = way(who, act.id, values) else { continue };
        if act.turn.is_empty() {
            besides.push(way);
        } else if waiting.iter().any(|kind| kind == act.turn) {
            now.push(way);
        }
    }
    (now, besides)
}

/// What of a batch can be looked at: its lines, its screening, and once it was sent the file for the bank.
pub fn looks_at_batch(who: &Principal, batch: &str, stage: Stage) -> Vec<Way> {
    let code = encode(batch);
    let look = |id: &str, title: &'static str, href: String| {
        catalogue::find(id).filter(|operation| may(who, operation)).map(|operation| Way {
            title,
            about: operation.about,
            href,
            acts: false,
        })
    };
    let mut looks = vec![
        look("payment.list", "发放明细", format!("/payments?batch={code}")),
        look("return.list", "退票", format!("/returns?batch={code}")),
        look("screening.batch", "筛查结果", format!("/batches/{code}/screening")),
        look("notice.list", "公示", format!("/notices?batch={code}")),
        look("trace.show", "追溯", format!("/trace?id={code}")),
    ];
    if matches!(stage, Stage::Sent | Stage::Answered) {
        let file = |title, format: &str| look("batch.bank_file", title, format!("/batches/{code}/bank-file?format={format}"));
        looks.extend([file("银行文件（CSV）", "csv"), file("银行文件（GB18030）", "gbk"), file("银行文件（Excel）", "xlsx")]);
    }
    looks.into_iter().flatten().collect()
}

/// What can be done with a proposal now. `own`: this person made it; `open`: it is neither done nor withdrawn.
pub fn of_proposal(who: &Principal, values: &Values, own: bool, open: bool, waiting: &[String]) -> Vec<Way> {
    let turn = |kind: &str| waiting.iter().any(|known| known == kind);
    let acts: &[(&str, bool)] = &[
        ("proposal.sign", turn("proposal.sign")),
        ("proposal.return", turn("proposal.sign")),
        ("proposal.resend", turn("proposal.returned")),
        ("proposal.withdraw", own && open),
    ];
    acts.iter().filter(|(_, can)| *can).filter_map(|(id, _)| way(who, id, values)).collect()
}

fn way(who: &Principal, id: &str, values: &Values) -> Option<Way> {
    let operation = catalogue::find(id).filter(|operation| may(who, operation))?;
    Some(Way { title: operation.title, about: operation.about, href: form_of(operation, values), acts: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples;

    fn titles(ways: &[Way]) -> Vec<&str> {
        ways.iter().map(|way| way.title).collect()
    }

    #[test]
    fn a_batch_offers_only_what_is_ones_turn() {
        let who = samples::anybody();
        let values = Values::from([("batch".to_string(), "PC1".to_string())]);
        let (now, besides) = of_batch(&who, &values, Stage::of("已占用待审批"), &["batch.sign".to_string()]);
        assert_eq!(titles(&now), ["签批批次", "退回批次"]);
        assert!(titles(&besides).contains(&"撤销批次") && !titles(&besides).contains(&"送银行"));
        let (now, besides) = of_batch(&who, &values, Stage::of("已撤销"), &["batch.sign".to_string()]);
        assert!(now.is_empty() && besides.is_empty());
        let reader = samples::person(&["payout.read"]);
        assert!(of_batch(&reader, &values, Stage::Reserved, &[]).0.is_empty());
    }

    #[test]
    fn the_bank_file_is_there_once_it_was_sent() {
        let who = samples::anybody();
        assert!(!titles(&looks_at_batch(&who, "PC1", Stage::Approved)).iter().any(|title| title.starts_with("银行文件")));
        let sent = looks_at_batch(&who, "PC/1", Stage::Sent);
        assert_eq!(sent.last().map(|way| way.href.as_str()), Some("/batches/PC%2F1/bank-file?format=xlsx"));
    }

    #[test]
    fn a_proposal_is_signed_by_whom_it_waits_for_and_withdrawn_by_its_maker() {
        let who = samples::anybody();
        let values = Values::from([("proposal".to_string(), "7".to_string())]);
        assert_eq!(titles(&of_proposal(&who, &values, false, true, &["proposal.sign".to_string()])), ["签批送审件", "退回送审件"]);
        assert_eq!(titles(&of_proposal(&who, &values, true, true, &[])), ["撤回送审件"]);
        assert!(of_proposal(&who, &values, true, false, &[]).is_empty());
    }
}
