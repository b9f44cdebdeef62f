//! How personal data is shown to those who need not see all of it. Masks keep the length, so that
//! a missing digit can still be seen.

/// `4600**********001X`. Short texts are starred whole.
pub fn mask_id(id: &str) -> String {
    keep_ends(id, 4, 4)
}

/// `6217***********1234`.
pub fn mask_account(account: &str) -> String {
    keep_ends(account, 4, 4)
}

/// 张三 is 张*, 张小三 is 张*三, 欧阳小三 is 欧**三.
pub fn mask_name(name: &str) -> String {
    match name.chars().count() {
        0 => String::new(),
        1 => "*".into(),
        2 => keep_ends(name, 1, 0),
        _ => keep_ends(name, 1, 1),
    }
}

fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let hides_enough = count > head + tail;
    text.chars().enumerate().map(|(i, c)| if hides_enough && (i < head || i >= count - tail) { c } else { '*' }).collect()
}
