//! Who must sign (审批层级): of a subject ([`SUBJECTS`]) the levels that an amount needs, in order, and
//! what stands against a person's signature. The levels are data with effective dates; those that ship stand in
//! `workflow/data/levels.csv`, each with its source. Persons are told apart by name: two accounts of one person are one person.

use super::money::Fen;
use serde::Serialize;

/// Subjects of approval with the words that people read.
pub const SUBJECTS: [(&str, &str); 7] = [
    ("money", "资金业务"),
    ("payout", "发放批次"),
    ("account", "收款账户"),
    ("setting", "参数、科目、模板"),
    ("role", "授权"),
    ("screening", "疑点暂缓"),
    ("control", "控制措施"),
];

pub fn subject_title(subject: &str) -> &str {
    SUBJECTS.iter().find(|(code, _)| *code == subject).map_or(subject, |(_, title)| title)
}

/// A level of signature: what reaches its amount needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Level {
    pub subject: String,
    pub level: i64,
    /// From this amount on, included.
    pub from: Fen,
    /// Who may sign; empty: the level is not needed any more.
    pub permission: String,
    /// 20180101
    pub valid_from: i64,
    pub source: String,
}

const SHIPPED: &str = include_str!("workflow/data/levels.csv");

/// The levels that ship, in the order of the file.
pub fn shipped() -> Vec<Level> {
    SHIPPED.lines().skip(1).filter_map(read).collect()
}

fn read(line: &str) -> Option<Level> {
    let cells: Vec<&str> = line.splitn(6, ',').map(str::trim).collect();
    let [subject, level, from, permission, valid_from, source] = cells[..] else { return None };
    Some(Level {
        subject: subject.to_string(),
        level: level.parse().ok()?,
        from: Fen::parse(from).ok()?,
        permission: permission.to_string(),
        valid_from: valid_from.parse().ok()?,
        source: source.to_string(),
    })
}

/// The levels in force on a day: of each subject and level the latest that has begun, by subject and level. `rows` may come in
/// any order; where two begin on one day, the later of them counts.
pub fn in_force(rows: impl IntoIterator<Item = Level>, day: i64) -> Vec<Level> {
    let mut standing: Vec<Level> = Vec::new();
    for row in rows.into_iter().filter(|row| row.valid_from <= day) {
        match standing.iter_mut().find(|level| level.subject == row.subject && level.level == row.level) {
            Some(level) if level.valid_from <= row.valid_from => *level = row,
            Some(_) => {}
            None => standing.push(row),
        }
    }
    standing.sort_by(|a, b| (&a.subject, a.level).cmp(&(&b.subject, b.level)));
    standing
}

/// The levels that an amount of a subject needs, lowest first.
pub fn needed<'l>(levels: &'l [Level], subject: &str, amount: Fen) -> Vec<&'l Level> {
    levels.iter().filter(|level| level.subject == subject && !level.permission.is_empty() && level.from <= amount).collect()
}

/// A signature given in the present round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    pub level: i64,
    pub name: String,
}

/// Why a person may not sign now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// Whoever made it does not sign it.
    Maker,
    /// This person has signed at that level already.
    Twice(i64),
    /// The level that is due is not this person's to sign.
    NotTheirs(Level),
    /// Everything needed has been signed.
    Complete,
}

/// The level that a person signs next, and whether it is the last needed.
pub fn next<'l>(
    needed: &[&'l Level],
    given: &[Signature],
    maker: &str,
    name: &str,
    may: &dyn Fn(&str) -> bool,
) -> Result<(&'l Level, bool), Against> {
    if same(maker, name) {
        return Err(Against::Maker);
    }
    if let Some(before) = given.iter().find(|signature| same(&signature.name, name)) {
        return Err(Against::Twice(before.level));
    }
    let reached = given.iter().map(|signature| signature.level).max().unwrap_or(0);
    let mut missing = needed.iter().filter(|level| level.level > reached);
    let Some(level) = missing.next() else { return Err(Against::Complete) };
    if !may(&level.permission) {
        return Err(Against::NotTheirs((*level).clone()));
    }
    Ok((level, missing.next().is_none()))
}

/// Levels still missing after these signatures.
pub fn missing<'l>(needed: &[&'l Level], given: &[Signature]) -> Vec<&'l Level> {
    let reached = given.iter().map(|signature| signature.level).max().unwrap_or(0);
    needed.iter().copied().filter(|level| level.level > reached).collect()
}

fn same(a: &str, b: &str) -> bool {
    a.trim() == b.trim()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn yuan(yuan: i64) -> Fen {
        Fen::new(yuan * 100)
    }

    fn signed(level: i64, name: &str) -> Signature {
        Signature { level, name: name.into() }
    }

    #[test]
    fn the_shipped_levels_are_complete() {
        let levels = shipped();
        assert_eq!(levels.len(), SHIPPED.lines().count() - 1, "a line was not understood");
        for (subject, _) in SUBJECTS {
            let of: Vec<&Level> = levels.iter().filter(|level| level.subject == subject).collect();
            assert!(of.first().is_some_and(|first| first.level == 1 && first.from == Fen::ZERO), "{subject}");
        }
        for level in &levels {
            assert!(crate::domain::access::permission(&level.permission).is_some(), "{level:?}");
        }
    }

    #[test]
    fn a_band_begins_with_its_amount() {
        let levels = in_force(shipped(), 20180305);
        let of = |subject: &str, fen: i64| needed(&levels, subject, Fen::new(fen)).iter().map(|level| level.level).collect::<Vec<_>>();
        assert_eq!(of("money", 49_999_999), [1], "499,999.99 yuan");
        assert_eq!(of("money", 50_000_000), [1, 2], "500,000.00 yuan");
        assert_eq!(of("payout", 99_999_999), [1], "999,999.99 yuan");
        assert_eq!(of("payout", 100_000_000), [1, 2], "1,000,000.00 yuan");
        assert_eq!(of("role", 0), [1]);
    }

    #[test]
    fn a_later_day_takes_the_place() {
        let change = |from: Fen, permission: &str, day: i64| Level {
            subject: "money".into(),
            level: 2,
            from,
            permission: permission.into(),
            valid_from: day,
            source: "东财〔2018〕3号".into(),
        };
        let rows = || shipped().into_iter().chain([change(yuan(100), "money.lead", 20180401), change(yuan(0), "", 20180701)]);
        let levels = |day: i64| needed(&in_force(rows(), day), "money", yuan(200)).len();
        assert_eq!([levels(20180331), levels(20180401), levels(20180630), levels(20180701)], [1, 2, 2, 1]);
    }

    #[test]
    fn each_signs_once_and_in_order() {
        let levels = in_force(shipped(), 20180305);
        let needed = needed(&levels, "payout", yuan(1_000_000));
        let all = |_: &str| true;
        let lead = |permission: &str| permission == "payout.lead";
        assert_eq!(next(&needed, &[], "甲", "甲", &all), Err(Against::Maker), "even with both rights");
        assert_eq!(next(&needed, &[], "甲", " 甲 ", &all), Err(Against::Maker), "another account of the same name");
        assert_eq!(next(&needed, &[], "甲", "丙", &lead), Err(Against::NotTheirs(needed[0].clone())), "the first level comes first");
        let (first, last) = next(&needed, &[], "甲", "乙", &all).unwrap();
        assert_eq!((first.level, last), (1, false));
        let given = [signed(1, "乙")];
        assert_eq!(next(&needed, &given, "甲", "乙", &all), Err(Against::Twice(1)), "even with both rights");
        let (second, last) = next(&needed, &given, "甲", "丙", &lead).unwrap();
        assert_eq!((second.level, last), (2, true));
        assert_eq!(next(&needed, &[signed(1, "乙"), signed(2, "丙")], "甲", "丁", &all), Err(Against::Complete));
    }
}
