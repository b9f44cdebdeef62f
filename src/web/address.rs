//! Addresses of pages: values put into paths and queries so that no character of theirs means anything there, and the query
//! of a page kept while one thing in it changes.

use crate::service::{Operation, Place};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Percent-encodes all but letters, digits and `-._~`, for a part of a path or of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The path of an operation with its values in place; `None` while one is missing.
pub fn fill(path: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(path.len() + 16);
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = value(name).filter(|value| !value.is_empty())?;
        out.push_str(before);
        // a dot alone would climb out of the path
        out.push_str(&if value.chars().all(|c| c == '.') { value.replace('.', "%2E") } else { encode(&value) });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// The page that shows an operation which reads: the same path as the API's.
pub fn page_of(operation: &Operation, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    fill(operation.path, value)
}

/// The form of an operation which writes, with what is known already filled in.
pub fn form_of(operation: &Operation, known: &BTreeMap<String, String>) -> String {
    let mut query = Query::default();
    for param in operation.params.iter().filter(|param| param.place != Place::File) {
        if let Some(value) = known.get(param.name) {
            query.push(param.name, value);
        }
    }
    format!("/do/{}{}", operation.id, query.text())
}

/// The pairs of a query in order, some names more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub fn new(pairs: Vec<(String, String)>) -> Query {
        Query { pairs: pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect() }
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_string(), value.to_string()));
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn without(&self, names: &[&str]) -> Query {
        Query { pairs: self.pairs.iter().filter(|(known, _)| !names.contains(&known.as_str())).cloned().collect() }
    }

    pub fn with(&self, name: &str, value: &str) -> Query {
        let mut query = self.without(&[name]);
        query.push(name, value);
        query
    }

    /// With its question mark; empty where nothing is asked.
    pub fn text(&self) -> String {
        let pairs: Vec<String> = self.pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_place_in_an_address() {
        let path = |value: &str| fill("/batches/{batch}/lines", |_| Some(value.to_string())).unwrap();
        assert_eq!(path("PC2018-CYFC-201"), "/batches/PC2018-CYFC-201/lines");
        assert_eq!(path("a/b?c#d&e=f"), "/batches/a%2Fb%3Fc%23d%26e%3Df/lines");
        assert_eq!(path("财农〔2018〕7号"), "/batches/%E8%B4%A2%E5%86%9C%E3%80%942018%E3%80%957%E5%8F%B7/lines");
        assert_eq!(path(".."), "/batches/%2E%2E/lines");
        assert_eq!(fill("/a/{b}", |_| Some(String::new())), None);
        assert_eq!(fill("/a/{b}", |_| None), None);
    }

    #[test]
    fn a_query_keeps_its_order_and_changes_in_one_place() {
        let query = Query::new(vec![("unit".into(), "201".into()), ("cursor".into(), "x".into()), ("state".into(), String::new())]);
        assert_eq!(query.text(), "?unit=201&cursor=x");
        assert_eq!(query.without(&["cursor"]).with("sort", "a b&c").text(), "?unit=201&sort=a%20b%26c");
        assert_eq!(query.with("unit", "202").text(), "?cursor=x&unit=202");
        assert_eq!(Query::default().text(), "");
    }
}
