//! Somebody at the service: asks an operation as the door would, once it has let the person in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::access::{PERMISSIONS, Principal, Scope};
use sunledger::files::writing::table_csv::{self, Bom};
use sunledger::service::answer::{Content, Done};
use sunledger::service::call::Unwatched;
use sunledger::service::input::Upload;
use sunledger::service::{Answer, Call, Input, Manner, ParamKind, Value, catalogue};
use tempfile::TempDir;

/// A person with every permission, whose scope is the county unless told otherwise.
pub struct Desk {
    pub who: Principal,
    pub scratch: TempDir,
    /// Microseconds since 1970.
    pub now: i64,
}

impl Desk {
    pub fn of(name: &str, now: i64) -> Desk {
        let who = Principal {
            user: 1,
            login: "test".into(),
            name: name.into(),
            roles: vec![],
            permissions: PERMISSIONS.iter().map(|permission| permission.code.to_string()).collect::<BTreeSet<_>>(),
            scope: Scope::County,
            session: 0,
            must_change_password: false,
        };
        Desk { who, scratch: tempfile::tempdir().unwrap(), now }
    }

    pub fn within(mut self, scope: Scope) -> Desk {
        self.who.scope = scope;
        self
    }

    /// Runs an operation with values as a form sends them; a file parameter's value is a path.
    pub fn ask(&self, bureau: &mut Bureau, id: &str, given: &[(&str, &str)]) -> Result<Answer, AppError> {
        let operation = catalogue::find(id).unwrap_or_else(|| panic!("no operation {id}"));
        for (name, _) in given {
            assert!(operation.params.iter().any(|param| param.name == *name), "{id} has no {name}");
        }
        let is_file = |name: &str| operation.params.iter().any(|param| param.name == name && param.kind == ParamKind::File);
        let texts: BTreeMap<String, Vec<String>> =
            given.iter().filter(|(name, _)| !is_file(name)).map(|(name, value)| (name.to_string(), vec![value.to_string()])).collect();
        let mut input = Input::parse(operation.params, &texts, Manner::Human).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
        for (param, (_, path)) in
            operation.params.iter().filter_map(|param| Some((param, given.iter().find(|(name, _)| *name == param.name)?)))
        {
            if param.kind == ParamKind::File {
                let path = Path::new(path);
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                input.set(param, Value::File(Upload { name, path: path.to_path_buf() }));
            }
        }
        let ctx = Context::new(&self.who.name).at(self.now);
        let mut call =
            Call { bureau, ctx, who: &self.who, input, watch: &Unwatched, scratch: self.scratch.path(), files: self.scratch.path() };
        (operation.run)(&mut call)
    }

    pub fn done(&self, bureau: &mut Bureau, id: &str, given: &[(&str, &str)]) -> Done {
        match self.ask(bureau, id, given) {
            Ok(Answer::Done(done)) => done,
            Ok(Answer::Import(imported)) if imported.accepted => imported.done,
            other => panic!("{id}: {other:?}"),
        }
    }

    /// Code of the refusal.
    pub fn refused(&self, bureau: &mut Bureau, id: &str, given: &[(&str, &str)]) -> &'static str {
        match self.ask(bureau, id, given) {
            Err(error) => error.code().unwrap_or_else(|| panic!("{id}: {error}")),
            Ok(answer) => panic!("{id}: {answer:?}"),
        }
    }

    /// Name and bytes of a file that is the answer.
    pub fn file(&self, bureau: &mut Bureau, id: &str, given: &[(&str, &str)]) -> (String, Vec<u8>) {
        match self.ask(bureau, id, given) {
            Ok(Answer::File(file)) => match file.content {
                Content::Bytes(bytes) => (file.name, bytes),
                Content::Path(path) => (file.name, std::fs::read(path).unwrap()),
            },
            other => panic!("{id}: {other:?}"),
        }
    }

    /// The tables that are the answer, as CSV.
    pub fn tables(&self, bureau: &mut Bureau, id: &str, given: &[(&str, &str)]) -> String {
        match self.ask(bureau, id, given) {
            Ok(Answer::Tables(tables)) => {
                tables.iter().map(|table| String::from_utf8(table_csv::write(table, Bom::Without).unwrap()).unwrap()).collect()
            }
            other => panic!("{id}: {other:?}"),
        }
    }
}
