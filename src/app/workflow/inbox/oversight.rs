//! Waiting work of publicity and supervision: notices, objections, cases, interviews, leave to pass a hold.

use super::{Desk, day_of, seen};
use crate::app::{Book, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::notices::due;
use crate::params;
use crate::store::Tx;

/// Days before its end that a notice is told of.
const ENDING: i64 = 3;

const NOTICES: &str = "SELECT n.id, n.name, n.written, COALESCE(b.unit, ''), p.department, p.implementer, n.region,
        (SELECT MAX(x.date_to) FROM notice_publication x WHERE x.book = n.book AND x.notice = n.id)
   FROM notice n
   LEFT JOIN batch b ON b.book = n.book AND b.id = n.batch
   LEFT JOIN project p ON p.book = n.book AND p.code = n.project
  WHERE n.book = $1 AND NOT EXISTS (SELECT 1 FROM notice_publication x WHERE x.book = n.book AND x.notice = n.id AND x.date_to < $2)
  ORDER BY n.id";

/// Notices that nobody has shown to hang (no proof), and those that are about to end.
pub(super) fn notices(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !desk.may("project.write") {
        return Ok(());
    }
    for row in tx.query(NOTICES, params![book.id, date_to_int(desk.today)])? {
        if !seen(desk, row.text(3)?, &[row.opt_string(4)?, row.opt_string(5)?], row.opt_string(6)?) {
            continue;
        }
        let (id, since) = (row.int(0)?.to_string(), day_of(row.int(2)?, desk.today));
        let subject = format!("公示 {id}：{}", row.text(1)?);
        match row.opt_int(7)? {
            None => desk.add("notice.publish", "登记公示张贴和凭据", since, subject, ("notice.list", "", String::new())),
            Some(end) => {
                let end = day_of(end, desk.today);
                if (end - desk.today).num_days() > ENDING {
                    continue;
                }
                desk.add("notice.ending", "公示即将期满", since, subject, ("notice.list", "", String::new()));
                desk.due(end);
            }
        }
    }
    Ok(())
}

const OBJECTIONS: &str = "SELECT o.code, o.received, o.subject, COALESCE(b.unit, ''), p.department, p.implementer, p.region
   FROM objection o
   LEFT JOIN batch b ON b.book = o.book AND b.id = o.batch
   LEFT JOIN project p ON p.book = o.book AND p.code = o.project
  WHERE o.book = $1 AND NOT EXISTS (SELECT 1 FROM objection_event e WHERE e.book = o.book AND e.objection = o.id AND e.stage = 'published')
  ORDER BY o.id";

/// Objections that are open; not for the person complained of.
pub(super) fn objections(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !desk.may("project.write") {
        return Ok(());
    }
    let limit = book::number(tx, book, "objection.days", date_to_int(desk.today))?;
    for row in tx.query(OBJECTIONS, params![book.id])? {
        let own = row.text(2)? == desk.who.name;
        if own || !seen(desk, row.text(3)?, &[row.opt_string(4)?, row.opt_string(5)?], row.opt_string(6)?) {
            continue;
        }
        let (code, since) = (row.string(0)?, day_of(row.int(1)?, desk.today));
        desk.add("objection.handle", "办理信访投诉", since, format!("投诉 {code}"), ("objection.show", "objection", code));
        desk.due(due(since, limit));
    }
    Ok(())
}

/// Of each case its last event, the last person it was assigned to, and the earliest day of a measure not done.
const CASES: &str = "SELECT l.code, l.title, l.amount, e.step, e.date,
        COALESCE((SELECT a.person FROM lead_event a WHERE a.book = l.book AND a.lead = l.id AND a.step = 'assigned' ORDER BY a.seq DESC LIMIT 1), ''),
        (SELECT MIN(m.due) FROM lead_event m WHERE m.book = l.book AND m.lead = l.id AND m.step = 'ordered' AND NOT EXISTS
           (SELECT 1 FROM lead_event d WHERE d.book = m.book AND d.lead = m.lead AND d.step = 'done' AND d.measure = m.measure))
   FROM lead l
   JOIN lead_event e ON e.book = l.book AND e.lead = l.id
    AND e.seq = (SELECT MAX(x.seq) FROM lead_event x WHERE x.book = l.book AND x.lead = l.id)
  WHERE l.book = $1 AND e.step <> 'closed' ORDER BY l.id";

/// Cases assigned to the person, and those with a measure past its day for whoever follows cases.
pub(super) fn cases(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    let follows = desk.may("case.write") && desk.scope().is_county();
    for row in tx.query(CASES, params![book.id])? {
        let (code, since) = (row.string(0)?, day_of(row.int(4)?, desk.today));
        let subject = format!("线索 {code}：{}", row.text(1)?);
        let late = row.opt_int(6)?.filter(|due| *due < date_to_int(desk.today));
        if row.text(5)? == desk.who.name && row.text(3)? == "assigned" {
            desk.add("case.check", "核查交办的线索", since, subject, ("case.show", "case", code));
        } else if let (Some(day), true) = (late, follows) {
            let day = day_of(day, desk.today);
            desk.add("case.overdue", "整改逾期", day, subject, ("case.show", "case", code));
            desk.due(day);
        } else {
            continue;
        }
        desk.amount(Fen::new(row.int(2)?));
    }
    Ok(())
}

const INTERVIEWS: &str = "SELECT i.id, i.subject, d.name, i.opened, i.due, h.actor, h.date FROM control_interview i
   JOIN control_decision d ON d.book = i.book AND d.run = i.run AND d.kind = i.kind AND d.subject = i.subject
   LEFT JOIN control_interview_held h ON h.book = i.book AND h.interview = i.id
  WHERE i.book = $1 AND NOT EXISTS (SELECT 1 FROM control_interview_closed c WHERE c.book = i.book AND c.interview = i.id)
  ORDER BY i.id";

/// Interviews (约谈) to hold, and to close by another person than who wrote them down.
pub(super) fn interviews(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !(desk.may("control.run") && desk.scope().is_county()) {
        return Ok(());
    }
    for row in tx.query(INTERVIEWS, params![book.id])? {
        let (id, subject) = (row.int(0)?.to_string(), format!("{}（{}）", row.text(2)?, row.text(1)?));
        match row.opt_string(5)? {
            None => {
                let since = day_of(row.int(3)?, desk.today);
                desk.add("interview.hold", "约谈", since, subject, ("interview.show", "interview", id));
                desk.due(day_of(row.int(4)?, desk.today));
            }
            Some(holder) if holder != desk.who.name => {
                let since = day_of(row.opt_int(6)?.unwrap_or(0), desk.today);
                desk.add("interview.close", "约谈结果办结", since, subject, ("interview.show", "interview", id));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Leave to pass a hold (突破) that somebody else has asked for.
pub(super) fn overrides(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !(desk.may("control.lead") && desk.scope().is_county()) {
        return Ok(());
    }
    let sql = "SELECT o.id, o.subject, o.amount, o.actor, o.at, o.valid_to FROM control_override o WHERE o.book = $1 AND o.actor <> $2
                AND NOT EXISTS (SELECT 1 FROM control_override_ruling r WHERE r.book = o.book AND r.override = o.id) ORDER BY o.id";
    for row in tx.query(sql, params![book.id, &desk.who.name])? {
        let (id, since) = (row.int(0)?.to_string(), crate::app::context::china_day(row.int(4)?));
        let subject = format!("突破 {id}：{}", row.text(1)?);
        desk.add("override.rule", "批准突破暂停", since, subject, ("override.show", "override", id));
        desk.amount(Fen::new(row.int(2)?));
        desk.due(day_of(row.int(5)?, desk.today));
        desk.note(format!("申请人 {}", row.text(3)?));
    }
    Ok(())
}
