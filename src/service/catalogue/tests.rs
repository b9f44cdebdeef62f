//! The declarations agree with themselves and with the permissions.

#![allow(clippy::unwrap_used)]

use super::all;
use crate::domain::access::permission;
use crate::domain::kinds::KINDS;
use crate::domain::workflow::SUBJECTS;
use crate::service::{Input, Manner, Method, ParamKind, Place, Reach};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_operation_is_whole_and_has_its_own_name_and_way() {
    let (mut ids, mut ways) = (BTreeSet::new(), BTreeSet::new());
    for operation in all() {
        let id = operation.id;
        assert!(ids.insert(id), "{id} is declared twice");
        let route = operation.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/");
        assert!(ways.insert((operation.method.name(), route)), "{id}: {} is taken", operation.path);
        assert!(id.contains('.') && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b)), "{id}");
        assert!(!operation.title.is_empty() && operation.title.chars().count() <= 20, "{id}: title");
        assert!(operation.about.ends_with('。'), "{id}: about is a sentence");
        assert!(operation.permission.is_empty() || permission(operation.permission).is_some(), "{id}: {}", operation.permission);
        let own = matches!(operation.reach, Reach::Open | Reach::Rows); // what is one's own to see, it finds by itself
        assert!(!operation.permission.is_empty() || own, "{id}: whoever signs in sees the books");
        assert!(operation.review.is_none_or(|subject| SUBJECTS.iter().any(|(code, _)| *code == subject)), "{id}: review");
        let secret = operation.params.iter().any(|param| param.kind == ParamKind::Secret);
        assert!(operation.review.is_none() || !secret, "{id}: a proposal keeps no secret");
        assert!(operation.review.is_none() || operation.method.writes(), "{id}: a look is not reviewed");
    }
}

#[test]
fn params_are_those_of_the_path_and_no_look_has_a_body() {
    for operation in all() {
        let id = operation.id;
        let in_path: Vec<&str> = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let declared: Vec<&str> = operation.params_in(Place::Path).map(|param| param.name).collect();
        assert_eq!(in_path, declared, "{id}");
        assert!(operation.params_in(Place::Path).all(|param| param.required), "{id}");
        let mut names = BTreeSet::new();
        for param in operation.params {
            assert!(names.insert(param.name) && !param.title.is_empty(), "{id}: {}", param.name);
            assert_eq!(param.place == Place::File, param.kind == ParamKind::File, "{id}: {}", param.name);
            assert!(operation.method != Method::Get || matches!(param.place, Place::Path | Place::Query), "{id}: {}", param.name);
            assert!(!(param.required && param.default.is_some()), "{id}: {} is both required and given", param.name);
        }
        if let Reach::Of(_, name) = operation.reach {
            assert!(operation.params.iter().any(|param| param.name == name && param.required), "{id}: reach names {name}");
        }
    }
}

#[test]
fn defaults_can_be_understood() {
    for operation in all() {
        let required = operation.params.iter().filter(|param| param.required && param.kind != ParamKind::File);
        let missing: BTreeSet<&str> = required.map(|param| param.name).collect();
        let told: BTreeSet<String> = match Input::parse(operation.params, &BTreeMap::new(), Manner::Exact) {
            Ok(_) => BTreeSet::new(),
            Err(problems) => problems.into_iter().map(|problem| problem.field).collect(),
        };
        assert!(told.iter().map(String::as_str).eq(missing), "{}: {told:?}", operation.id);
    }
}

#[test]
fn every_kind_can_be_sent_and_entered_with_all_its_columns() {
    for kind in KINDS {
        let name = kind.name.replace('-', "_");
        let import = super::find(&format!("import.{name}")).unwrap();
        assert!(import.takes_files());
        let row = super::find(&format!("row.{name}")).unwrap();
        assert_eq!((import.permission, import.review, import.reach), (row.permission, row.review, row.reach));
        for (column, param) in kind.columns.iter().zip(row.params) {
            assert_eq!((column.en, column.zh, column.required), (param.name, param.title, param.required));
        }
    }
    let reviewed = |id: &str| super::find(id).unwrap().review;
    assert_eq!((reviewed("import.cards"), reviewed("row.refunds"), reviewed("import.batch")), (Some("account"), Some("money"), None));
}
