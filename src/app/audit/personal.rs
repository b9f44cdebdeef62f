//! What of a person an export shows in findings and cases. By default a keyed digest stands for an ID number, an account or a
//! household, so that the same one is known again and nobody can be named; text that people wrote is left out. Masked and
//! full texts go out only where the export was asked for them with a reason.

use super::Personal;
use crate::app::Book;
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::ledger::chain::{commitment, hex};
use crate::domain::screening::{Evidence, Says};

/// Titles of evidence whose text is the code of a household.
const HOUSEHOLDS: [&str; 5] = ["户编号", "户号", "登记人户编号", "现登记户", "清册所列户"];
/// Titles of evidence whose text leads to a person.
const WITHHELD: [&str; 4] = ["同户号人员", "号牌", "坐落", "企业负责人"];
/// So many digits on end are an ID number or an account.
const DIGITS: usize = 12;

pub(super) struct Shown<'b> {
    personal: Personal,
    secret: &'b [u8],
}

impl Shown<'_> {
    pub fn new(book: &Book, personal: Personal) -> Shown<'_> {
        Shown { personal, secret: &book.secret }
    }

    fn stands_for(&self, kind: &str, key: &str) -> String {
        hex(&commitment(self.secret, key, kind))
    }

    /// The key of a finding's subject.
    pub fn subject(&self, kind: &str, key: &str, natural: bool) -> String {
        match kind {
            "person" => self.id_no(key),
            "account" => self.account(key),
            "household" => self.household(key),
            "payee" if natural => self.name(key),
            _ => key.to_string(),
        }
    }

    fn id_no(&self, id_no: &str) -> String {
        match self.personal {
            Personal::Full => id_no.to_string(),
            Personal::Masked => mask_id(id_no),
            Personal::Pseudonymised => self.stands_for("person", id_no),
        }
    }

    fn account(&self, account: &str) -> String {
        match self.personal {
            Personal::Full => account.to_string(),
            Personal::Masked => mask_account(account),
            Personal::Pseudonymised => self.stands_for("account", account),
        }
    }

    fn household(&self, code: &str) -> String {
        match self.personal {
            Personal::Pseudonymised if !code.is_empty() => self.stands_for("household", code),
            _ => code.to_string(),
        }
    }

    pub fn name(&self, name: &str) -> String {
        match self.personal {
            Personal::Full => name.to_string(),
            Personal::Masked => mask_name(name),
            Personal::Pseudonymised if name.is_empty() => String::new(),
            Personal::Pseudonymised => "个人".into(),
        }
    }

    /// Text that a person wrote, which may name anyone.
    pub fn written(&self, text: &str) -> String {
        match self.personal {
            Personal::Pseudonymised => String::new(),
            _ => self.made(text),
        }
    }

    /// Text that a rule made: whatever looks like an ID number or an account is masked in it.
    pub fn made(&self, text: &str) -> String {
        if self.personal == Personal::Full {
            return text.to_string();
        }
        let (mut shown, mut digits) = (String::with_capacity(text.len()), String::new());
        for c in text.chars().chain(['\0']) {
            if c.is_ascii_digit() || (digits.len() >= DIGITS && matches!(c, 'X' | 'x')) {
                digits.push(c);
                continue;
            }
            shown.push_str(&if digits.len() >= DIGITS { self.long_number(&digits) } else { std::mem::take(&mut digits) });
            digits.clear();
            shown.push(c);
        }
        shown.pop();
        shown
    }

    fn long_number(&self, digits: &str) -> String {
        if self.personal == Personal::Masked { mask_account(digits) } else { "*".repeat(digits.len()) }
    }

    /// A piece of evidence in one line.
    pub fn evidence(&self, evidence: &Evidence) -> String {
        let value = |title: &str, value: &Says| match value {
            Says::IdNo(id_no) => self.id_no(id_no),
            Says::Account(account) => self.account(account),
            Says::Name(name) => self.name(name),
            Says::Text(text) if HOUSEHOLDS.contains(&title) => self.household(text),
            Says::Text(_) if WITHHELD.contains(&title) && self.personal == Personal::Pseudonymised => "（未提供）".into(),
            Says::Text(text) if title == "统一社会信用代码" => text.clone(),
            Says::Text(text) => self.made(text),
            other => other.show(true),
        };
        let parts: Vec<String> = evidence.says.iter().map(|(title, says)| format!("{title} {}", value(title, says))).collect();
        parts.join("，")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_do_not_stand_in_text() {
        let shown = |personal| Shown { personal, secret: b"key" };
        let text = "账号 46001234567890，证号46000019700101001X，第 12 行";
        assert_eq!(shown(Personal::Full).made(text), text);
        assert_eq!(shown(Personal::Masked).made(text), "账号 4600******7890，证号4600**********001X，第 12 行");
        assert_eq!(shown(Personal::Pseudonymised).made(text), "账号 **************，证号******************，第 12 行");
        assert_eq!(shown(Personal::Pseudonymised).made("123456789012"), "************", "also at the end");
        assert_eq!(shown(Personal::Pseudonymised).written("示某说了"), "");
    }

    #[test]
    fn the_same_person_is_known_again_and_another_is_not() {
        let shown = Shown { personal: Personal::Pseudonymised, secret: b"key" };
        let evidence = Evidence::new("名单").says("身份证号", Says::IdNo("460000197001010012".into())).text("户编号", "H1").count("行", 2);
        let line = shown.evidence(&evidence);
        let person = shown.subject("person", "460000197001010012", false);
        assert!(person.len() == 64 && line.contains(&person) && line.contains(&shown.subject("household", "H1", false)));
        assert_ne!(shown.subject("person", "H1", false), shown.subject("household", "H1", false));
        assert_eq!(shown.subject("payee", "示范公司", false), "示范公司");
        assert_eq!(shown.subject("payee", "示某", true), "个人");
    }
}
