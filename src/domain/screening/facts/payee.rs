//! What rules about payees ask again and again: the lines of a person that count, the days of a period, a programme by its
//! name, and whether two names are one name.

use super::{Batch, Facts, Payment};
use crate::domain::screening::{Evidence, Says};
use crate::domain::text;

/// First day of a batch's period.
pub const fn first_day(batch: &Batch) -> i64 {
    batch.first * 100 + 1
}

/// No day of a batch's period is later.
pub const fn last_day(batch: &Batch) -> i64 {
    batch.last * 100 + 31
}

/// Whether any day of a batch's period lies between two days.
pub const fn touches(batch: &Batch, from: i64, to: i64) -> bool {
    from <= last_day(batch) && to >= first_day(batch)
}

/// Lines of a person whose money the payee has or will have, as far as `wanted`.
pub fn lines(facts: &Facts, person: u32, wanted: impl Fn(&Payment, &Batch) -> bool) -> Vec<u32> {
    let keep = |at: &u32| {
        let payment = &facts.payments[*at as usize];
        payment.kept() > 0 && wanted(payment, facts.batch(payment))
    };
    facts.payment_range(person).filter(keep).collect()
}

/// Whether `wanted` names one of the lines.
pub fn any_line(facts: &Facts, lines: &[u32], wanted: impl Fn(&Payment, &Batch) -> bool) -> bool {
    let payments = lines.iter().map(|at| &facts.payments[*at as usize]);
    payments.into_iter().any(|payment| wanted(payment, facts.batch(payment)))
}

/// What is asked of each batch once and not of each of its lines, such as the limits on its day; by [`Payment::batch`].
pub fn by_batch<T>(facts: &Facts, of: impl Fn(&Batch) -> T) -> Vec<T> {
    facts.batches.iter().map(of).collect()
}

/// Whether a batch's programme is named by its code, or by a word of its name.
pub fn is_program(facts: &Facts, batch: &Batch, words: &[String]) -> bool {
    if words.is_empty() {
        return false;
    }
    let name = facts.program_of(batch).map_or("", |program| program.name.as_str());
    words.iter().any(|word| *word == batch.program || name.contains(word.as_str()))
}

/// Whether a text has one of the words in it.
pub fn says_one_of(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

/// A row of a list about a person: begins with the ID number.
pub fn row_of(facts: &Facts, list: &str, person: u32) -> Evidence {
    let id_no = facts.person(person).map(|p| p.id_no.as_str().to_string()).unwrap_or_default();
    Evidence::new(list).says("身份证号", Says::IdNo(id_no))
}

/// Whether two names may stand for one person: blanks and dots aside, a character that a system could not write (?, □) stands
/// for any, and a former name in brackets, 张示甲（曾用名张示乙）, counts.
pub fn same_name(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (plain(one), plain(other));
    one == other || alike(&one, &other) || has_former(&one, &other) || has_former(&other, &one)
}

fn plain(name: &str) -> String {
    text::squeeze(name).chars().filter(|c| !matches!(c, '·' | '•' | '‧' | '・' | '.' | '-')).collect()
}

fn has_former(long: &str, name: &str) -> bool {
    name.chars().count() > 1 && (long.contains('(') || long.contains("曾用名")) && long.contains(name)
}

fn alike(one: &str, other: &str) -> bool {
    let unknown = |c: char| matches!(c, '?' | '□' | '■' | '〓' | '\u{fffd}');
    one.chars().count() == other.chars().count()
        && one.chars().zip(other.chars()).all(|(a, b)| a == b || unknown(a) || unknown(b))
        && !one.chars().all(unknown)
        && !other.chars().all(unknown)
}

#[cfg(test)]
mod tests {
    use super::same_name;

    #[test]
    fn a_name_is_known_in_other_spellings_and_no_other_name_is() {
        for (one, other) in [("王示甲", "王 示甲"), ("王示甲", "王示□"), ("张示甲（曾用名张示乙）", "张示乙"), ("阿依·示", "阿依•示")]
        {
            assert!(same_name(one, other) && same_name(other, one), "{one} {other}");
        }
        for (one, other) in [("王示甲", "王示"), ("王示甲", "王示乙"), ("王示甲", "???"), ("", "王示甲")] {
            assert!(!same_name(one, other) && !same_name(other, one), "{one} {other}");
        }
    }
}
