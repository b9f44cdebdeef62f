//! People at the door with a directory for the files that wait.

use crate::support::db::NOW;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use sunledger::app::{Bureau, Context};
use sunledger::domain::access::{Principal, Scope, Within};
use sunledger::service::answer::Done;
use sunledger::service::call::Unwatched;
use sunledger::service::input::Upload;
use sunledger::service::{Answer, Input, Manner, ParamKind, Refused, Value, Visit, catalogue, door};
use tempfile::TempDir;

pub struct Office {
    pub dir: TempDir,
    pub now: i64,
}

/// Noon in China on the day of the batches (2018-04-03).
pub const APRIL: i64 = NOW + 29 * 86_400_000_000;

pub fn person(name: &str, permissions: &[&str]) -> Principal {
    Principal {
        user: name.bytes().map(i64::from).sum(),
        login: name.into(),
        name: name.into(),
        roles: vec![],
        permissions: permissions.iter().map(|code| code.to_string()).collect(),
        scope: Scope::County,
        session: 0,
        must_change_password: false,
    }
}

pub fn within(mut who: Principal, units: &[&str], regions: &[&str]) -> Principal {
    let set = |codes: &[&str]| codes.iter().map(|code| code.to_string()).collect::<BTreeSet<_>>();
    who.scope = Scope::Within(Within { units: set(units), regions: set(regions) });
    who
}

impl Office {
    pub fn new() -> Office {
        Office { dir: tempfile::tempdir().unwrap(), now: APRIL }
    }

    pub fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    pub fn put(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    pub fn enter(&self, bureau: &mut Bureau, who: &Principal, id: &str, given: &[(&str, &str)]) -> Result<Answer, Refused> {
        let operation = catalogue::find(id).unwrap_or_else(|| panic!("no operation {id}"));
        let is_file = |name: &str| operation.params.iter().any(|param| param.name == name && param.kind == ParamKind::File);
        let texts: BTreeMap<String, Vec<String>> =
            given.iter().filter(|(name, _)| !is_file(name)).map(|(name, value)| (name.to_string(), vec![value.to_string()])).collect();
        let mut input = Input::parse(operation.params, &texts, Manner::Human).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        for param in operation.params.iter().filter(|param| param.kind == ParamKind::File) {
            let Some((_, path)) = given.iter().find(|(name, _)| *name == param.name) else { continue };
            let name = Path::new(path).file_name().unwrap().to_string_lossy().into_owned();
            input.set(param, Value::File(Upload { name, path: PathBuf::from(path) }));
        }
        let scratch = tempfile::tempdir().unwrap();
        let ctx = Context::new(&who.name).at(self.now);
        let files = self.files();
        let visit = Visit { who, operation, input, ctx, watch: &Unwatched, scratch: scratch.path(), files: &files };
        door::enter(bureau, visit)
    }

    pub fn done(&self, bureau: &mut Bureau, who: &Principal, id: &str, given: &[(&str, &str)]) -> Done {
        match self.enter(bureau, who, id, given) {
            Ok(Answer::Done(done)) => done,
            other => panic!("{id}: {other:?}"),
        }
    }

    /// The refusal in short: the code of what was refused, or which step of the door did so.
    pub fn refused(&self, bureau: &mut Bureau, who: &Principal, id: &str, given: &[(&str, &str)]) -> String {
        match self.enter(bureau, who, id, given) {
            Err(Refused::App(error)) => error.code().unwrap_or_else(|| panic!("{id}: {error}")).to_string(),
            Err(Refused::NotFound(message)) => message,
            Err(Refused::NotAllowed(permission)) => format!("not allowed: {permission}"),
            Err(Refused::MustChangePassword) => "must change password".into(),
            Ok(answer) => panic!("{id}: {answer:?}"),
        }
    }

    /// The kinds of what waits for somebody.
    pub fn inbox(&self, bureau: &mut Bureau, who: &Principal) -> Vec<&'static str> {
        let ctx = Context::new(&who.name).at(self.now);
        sunledger::app::workflow::inbox::list(bureau, &ctx, who).unwrap().into_iter().map(|item| item.kind).collect()
    }
}

pub fn number(done: &Done) -> String {
    done.facts["proposal"].to_string()
}
