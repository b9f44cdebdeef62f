//! School terms (学期) as lists write them: 2018春, 2018年秋季, 2018-2019-1, 2018-2019学年第二学期, 201809. A term is a run of
//! months: spring from February to July, autumn from August to January.

use crate::domain::text::squeeze;

/// First and last month of a term; nothing where the text tells none.
pub fn term_months(text: &str) -> Option<(i64, i64)> {
    let text = squeeze(text);
    let numbers = numbers(&text);
    let mut years = numbers.iter().filter_map(|(number, digits)| year(*number, *digits, &text));
    let first = years.next()?;
    let second = years.next().filter(|second| *second == first + 1);
    let (spring, autumn) = (|year: i64| (year * 100 + 2, year * 100 + 7), |year: i64| (year * 100 + 8, (year + 1) * 100 + 1));
    if let Some((number, 6)) = numbers.first() {
        return of_month(number % 100, number / 100);
    }
    if text.contains('春') {
        return Some(spring(second.unwrap_or(first)));
    }
    if text.contains('秋') {
        return Some(autumn(first));
    }
    let number = numbers.iter().skip(if second.is_some() { 2 } else { 1 }).map(|(number, _)| *number).next();
    let part = number.filter(|n| (1..=2).contains(n)).or_else(|| spoken(&text));
    if second.is_some() || text.contains("学年") {
        return Some(match part {
            Some(1) => autumn(first),
            Some(_) => spring(first + 1),
            None => (first * 100 + 8, (first + 1) * 100 + 7),
        });
    }
    match (number, part) {
        (Some(month), _) if (3..=12).contains(&month) => of_month(month, first),
        (_, Some(1)) if text.contains("半年") => Some(spring(first)),
        (_, Some(_)) if text.contains("半年") => Some(autumn(first)),
        // "2018年第一学期" is either half of either count: all of it
        (_, Some(_)) => Some((first * 100 + 1, (first + 1) * 100 + 7)),
        _ => Some((first * 100 + 1, (first + 1) * 100 + 1)),
    }
}

/// The term that a month lies in.
fn of_month(month: i64, year: i64) -> Option<(i64, i64)> {
    match month {
        1 => Some(((year - 1) * 100 + 8, year * 100 + 1)),
        2..=7 => Some((year * 100 + 2, year * 100 + 7)),
        8..=12 => Some((year * 100 + 8, (year + 1) * 100 + 1)),
        _ => None,
    }
}

/// Runs of digits with their lengths.
fn numbers(text: &str) -> Vec<(i64, usize)> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty() && run.len() <= 6);
    runs.filter_map(|run| run.parse().ok().map(|number| (number, run.len()))).collect()
}

fn year(number: i64, digits: usize, text: &str) -> Option<i64> {
    match digits {
        4 if (1990..=2199).contains(&number) => Some(number),
        6 if (1990..=2199).contains(&(number / 100)) => Some(number / 100),
        2 if number >= 10 && (text.contains('春') || text.contains('秋')) => Some(2000 + number),
        _ => None,
    }
}

/// 上, 第一, 下 or 第二.
fn spoken(text: &str) -> Option<i64> {
    if text.contains('上') || text.contains('一') {
        return Some(1);
    }
    (text.contains('下') || text.contains('二')).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::term_months;

    #[test]
    fn terms_are_read_however_they_are_written() {
        let spring = Some((201802, 201807));
        let autumn = Some((201808, 201901));
        for text in [
            "2018春",
            "2018年春季",
            "2018 年春季学期",
            "春季2018",
            "18春",
            "2017-2018-2",
            "2017-2018学年第二学期",
            "2017-2018学年下",
            "201803",
            "2018-03",
            "2018年3月",
            "2018上半年",
            "２０１８春",
        ] {
            assert_eq!(term_months(text), spring, "{text}");
        }
        for text in [
            "2018秋",
            "2018年秋季学期",
            "2018-2019-1",
            "2018-2019学年第一学期",
            "2018-2019（上）",
            "2018学年第一学期",
            "201809",
            "2018-09",
            "2018下半年",
        ] {
            assert_eq!(term_months(text), autumn, "{text}");
        }
        assert_eq!(term_months("2018-2019学年"), Some((201808, 201907)));
        assert_eq!(term_months("2018"), Some((201801, 201901)));
        assert_eq!(term_months("2018年第一学期"), Some((201801, 201907)));
        assert_eq!([term_months(""), term_months("上学期"), term_months("九年级")], [None, None, None]);
    }
}
