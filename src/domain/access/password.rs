//! What a password must be (口令策略): long enough, none of the common ones, and not the person's own name or login. Length counts,
//! not the mixture of signs, unless the bureau asks for that too (`access.password_complexity`). OWASP ASVS 5.0 6.2.

use std::collections::BTreeSet;

/// Longest password taken, in characters: longer ones cost time and nobody types them.
pub const LONGEST: usize = 128;
const COMMON: &str = include_str!("data/common_passwords.txt");
/// Rows of a keyboard and runs of letters and digits, read forwards and backwards.
const RUNS: [&str; 6] =
    ["01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol"];
/// A login shorter than this may well be part of a good password by chance.
const TELLING: usize = 3;

/// The rules in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub least: usize,
    /// Three of capital letter, small letter, digit, other sign.
    pub complex: bool,
}

impl PasswordPolicy {
    /// All that is wrong with a password, in Chinese; nothing where it may be used.
    pub fn problems(&self, password: &str, login: &str, name: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let count = password.chars().count();
        if count < self.least {
            problems.push(format!("口令至少 {} 个字，现有 {count} 个", self.least));
        }
        if count > LONGEST {
            problems.push(format!("口令最多 {LONGEST} 个字，现有 {count} 个"));
        }
        if password.chars().any(char::is_control) {
            problems.push("口令不能含控制字符".into());
        }
        let plain = plain(password);
        if is_common(&plain) {
            problems.push("口令过于常见，容易被猜到".into());
        }
        if names(&plain, login, TELLING) || names(&plain, name, 2) {
            problems.push("口令不能含登录名或姓名".into());
        }
        if self.complex && kinds(password) < 3 {
            problems.push("口令须有大写字母、小写字母、数字、符号中的三种".into());
        }
        problems
    }
}

/// Lower case, full-width signs as half-width ones, no spaces.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn names(plain_password: &str, word: &str, least: usize) -> bool {
    let word = plain(word);
    word.chars().count() >= least && plain_password.contains(&word)
}

fn is_common(password: &str) -> bool {
    let listed: BTreeSet<&str> = COMMON.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect();
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    listed.contains(password) || (!core.is_empty() && listed.contains(core)) || is_run(password) || repeats(password)
}

/// A piece of a keyboard's row or of the alphabet, in either direction.
fn is_run(password: &str) -> bool {
    let back: String = password.chars().rev().collect();
    password.chars().count() >= 4 && RUNS.iter().any(|run| run.contains(password) || run.contains(&back))
}

/// The same few signs over and over: `aaaaaaaa`, `12121212`, `abcdabcd`.
fn repeats(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    (1..=chars.len() / 2).any(|width| width <= 4 && chars.iter().enumerate().all(|(at, c)| *c == chars[at % width]))
}

fn kinds(password: &str) -> usize {
    let has = |is: fn(&char) -> bool| usize::from(password.chars().any(|c| is(&c)));
    has(|c| c.is_ascii_uppercase()) + has(|c| c.is_ascii_lowercase()) + has(char::is_ascii_digit) + has(|c| !c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy { least: 8, complex: false };

    #[test]
    fn common_ones_are_refused_however_dressed_up() {
        for password in [
            "Password123",
            "fupin2018",
            "ＦＵＰＩＮ2018!!",
            "caizhengju@1",
            "1qaz2wsx",
            "qwertyuiop",
            "87654321",
            "aaaaaaaa",
            "12121212",
            "!!Sunledger2018",
            "abcdabcd",
        ] {
            assert!(POLICY.problems(password, "zhao", "赵示一").iter().any(|p| p.contains("常见")), "{password}");
        }
    }

    #[test]
    fn long_words_are_taken_without_a_mixture_of_signs() {
        for password in ["correct horse battery", "芒果树下三只白鹅过河", "tuanjie-gangkou-lumian"] {
            assert_eq!(POLICY.problems(password, "zhao", "赵示一"), Vec::<String>::new(), "{password}");
        }
    }

    #[test]
    fn own_names_short_ones_and_controls_are_told_at_once() {
        assert_eq!(POLICY.problems("li.shi7", "li.shi", "李示七").len(), 2);
        assert!(POLICY.problems("李示七的长口令一二三", "x", "李示七")[0].contains("姓名"));
        assert!(POLICY.problems("ab\u{0}cdefghij", "x", "李示七")[0].contains("控制"));
        assert!(POLICY.problems(&"长".repeat(129), "x", "李示七")[0].contains("最多"));
    }

    #[test]
    fn a_bureau_may_ask_for_a_mixture() {
        let strict = PasswordPolicy { least: 8, complex: true };
        assert_eq!(strict.problems("mango tree geese", "x", "某示").len(), 1);
        assert!(strict.problems("Mango tree geese", "x", "某示").is_empty());
    }
}
