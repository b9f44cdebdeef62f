//! From an address to what stands there: the operation whose path it is, with the values in it; and from an object to what can
//! be done with it.

use super::address::{self, Query};
use crate::domain::access::Principal;
use crate::domain::text::percent_decoded;
use crate::service::door::may;
use crate::service::{Method, Operation, Place, catalogue};
use serde::Serialize;
use std::collections::BTreeMap;

pub type Values = BTreeMap<String, String>;

/// The reading operation at a path and the values that its path holds, decoded. Fixed parts go before parameters.
pub fn find(path: &str) -> Option<(&'static Operation, Values)> {
    let mut best: Option<(&'static Operation, Values)> = None;
    for operation in catalogue::all().filter(|operation| operation.method == Method::Get) {
        if let Some(values) = fits(operation.path, path)
            && best.as_ref().is_none_or(|(_, other)| values.len() < other.len())
        {
            best = Some((operation, values));
        }
    }
    best
}

/// The values of a pattern's parameters, if the path fits it.
fn fits(pattern: &str, path: &str) -> Option<Values> {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    if wanted.len() != given.len() {
        return None;
    }
    let mut values = Values::new();
    for (want, have) in wanted.iter().zip(&given) {
        match want.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !have.is_empty() => {
                values.insert(name.to_string(), percent_decoded(have)?);
            }
            None if want == have => {}
            _ => return None,
        }
    }
    Some(values)
}

/// Something that can be done with, or seen of, what a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    pub title: &'static str,
    pub about: &'static str,
    pub href: String,
    /// It changes something: a button; else a link.
    pub acts: bool,
}

/// What goes on from an object's page: every operation whose path begins with the page's own and asks for no other number.
pub fn onward(who: &Principal, shown: &Operation, values: &Values) -> Vec<Way> {
    if values.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = shown.params_in(Place::Path).map(|param| param.name).collect();
    let beneath = |path: &str| path == shown.path || path.strip_prefix(shown.path).is_some_and(|rest| rest.starts_with('/'));
    catalogue::all()
        .filter(|other| other.id != shown.id && beneath(other.path) && may(who, other))
        .filter(|other| other.params_in(Place::Path).all(|param| names.contains(&param.name)))
        .filter_map(|other| {
            let href = if other.method.writes() {
                address::form_of(other, values)
            } else {
                address::page_of(other, |name| values.get(name).cloned())?
            };
            Some(Way { title: other.title, about: other.about, href, acts: other.method.writes() })
        })
        .collect()
}

/// What can be added to a list: what is sent to the list's own path, and files and rows of its kind.
pub fn beside(who: &Principal, list: &Operation) -> Vec<Way> {
    let kind = list.path.trim_start_matches('/');
    let feature = list.feature();
    let of_list = |other: &Operation| {
        let (what, of) = other.id.split_once('.').unwrap_or_default();
        other.path == list.path || matches!(what, "import" | "row") && (of == kind || of == feature)
    };
    catalogue::all()
        .filter(|other| other.method.writes() && of_list(other) && may(who, other) && other.params_in(Place::Path).next().is_none())
        .map(|other| Way { title: other.title, about: other.about, href: format!("/do/{}", other.id), acts: true })
        .collect()
}

/// The same page in another form: as a file.
pub fn export(path: &str, query: &Query, format: &str) -> String {
    format!("{path}{}", query.without(&["cursor", "limit", "was", "format"]).with("format", format).text())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::web::samples;

    #[test]
    fn a_path_finds_its_operation_and_its_values() {
        let (operation, values) = find("/batches/PC%2F2018%20%E7%94%B2").unwrap();
        assert_eq!((operation.id, values["batch"].as_str()), ("batch.show", "PC/2018 甲"));
        assert!(find("/batches//x").is_none() && find("/no/such/page/at/all").is_none() && find("/batches/%FF").is_none());
    }

    #[test]
    fn from_an_object_one_goes_on_to_what_one_may_do_with_it() {
        let values = Values::from([("batch".to_string(), "P&1".to_string())]);
        let shown = catalogue::find("batch.show").unwrap();
        let maker = onward(&samples::person(&["payout.read", "payout.make"]), shown, &values);
        assert!(maker.iter().any(|way| way.acts && way.href == "/do/batch.cancel?batch=P%261"), "{maker:?}");
        let reader = onward(&samples::person(&["payout.read"]), shown, &values);
        assert!(!reader.iter().any(|way| way.href.starts_with("/do/batch.cancel")));
    }
}
