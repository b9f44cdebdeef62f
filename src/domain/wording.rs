//! Names in sentences. A refusal tells how to mend it, and that is done in different places: on the command line by a verb and
//! an option, in the service by an operation and a field. So sentences made below name the operation (`⟦batch.list⟧`) or the
//! parameter (`⟦reason⟧`), and each floor that speaks to people puts its own words there.

const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// A part of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// An operation's id, with a dot: `batch.list`.
    Operation(&'a str),
    /// A parameter's name: `reason`.
    Param(&'a str),
}

/// Whether there is anything to be put in.
pub fn has_names(text: &str) -> bool {
    text.contains(OPEN)
}

/// The parts of a sentence in order. What stands in the brackets and is no name stays text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(open) = rest[from..].find(OPEN).map(|at| at + from) {
        let inside = open + OPEN.len_utf8();
        let Some(close) = rest[inside..].find(CLOSE).map(|at| at + inside) else { break };
        let name = &rest[inside..close];
        if !is_name(name) {
            from = inside;
            continue;
        }
        if open > 0 {
            found.push(Piece::Text(&rest[..open]));
        }
        found.push(if name.contains('.') { Piece::Operation(name) } else { Piece::Param(name) });
        (rest, from) = (&rest[close + CLOSE.len_utf8()..], 0);
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_come_apart_at_names() {
        let parts = pieces("请用 ⟦batch.list⟧ 查看，⟦reason⟧");
        assert_eq!(parts, [Piece::Text("请用 "), Piece::Operation("batch.list"), Piece::Text(" 查看，"), Piece::Param("reason")]);
        assert_eq!(pieces("⟦a⟦b⟧⟦⟧⟦"), [Piece::Text("⟦a"), Piece::Param("b"), Piece::Text("⟦⟧⟦")]);
        assert_eq!(pieces("⟦张三⟧"), [Piece::Text("⟦张三⟧")]);
        assert_eq!(pieces(""), []);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "([⟦⟧a.z 张]){0,24}") {
            let whole: String = pieces(&text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_string(),
                    Piece::Operation(name) | Piece::Param(name) => format!("⟦{name}⟧"),
                })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}
