//! How text from Chinese offices is made plain: full-width letters and digits become half-width,
//! and the many kinds of blank (NBSP, 全角空格, BOM, zero-width) count as blank.

use std::borrow::Cow;

/// A blank of any kind that people leave around a value without seeing it.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}')
}

/// Undoes percent-encoding (RFC 3986); a `%` that begins none stays. `None`: not UTF-8.
pub fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).ok()
}

/// The value without blanks around it and without Excel's leading text mark (').
pub fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let plain = |b: u8| b.is_ascii_graphic() && b != b'\'';
    match (bytes.first(), bytes.last()) {
        // Fast path: nearly every cell is already bare at both ends.
        (Some(&first), Some(&last)) if plain(first) && plain(last) => text,
        _ => {
            let text = text.trim_matches(is_blank);
            text.strip_prefix('\'').map_or(text, |rest| rest.trim_start_matches(is_blank))
        }
    }
}

/// Full-width ASCII (！ to ～) as half-width, any blank as one ordinary space, others unchanged.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '￥' => '¥',
        '。' => '.',
        c if is_blank(c) => ' ',
        c => c,
    }
}

/// The text in half-width form with every blank taken out. Borrows when nothing needs changing.
pub fn squeeze(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(half_width).filter(|c| *c != ' ').collect())
}

/// Whether the text looks like a long number that Excel has rewritten as `4.60007E+17`.
pub fn is_scientific(text: &str) -> bool {
    let Some(at) = text.find(['e', 'E']) else {
        return false;
    };
    let (mantissa, exponent) = (&text[..at], text[at + 1..].trim_start_matches(['+', '-']));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(&mantissa.replacen('.', "", 1)) && digits(exponent)
}

/// The text as a file name: what file systems do not take becomes `_`.
pub fn file_name(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect()
}
