//! Runs the independent checker `tests/check/chain.py` over an export.

use std::path::Path;
use std::process::{Command, Output};

fn python(arguments: &[&str]) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/chain.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    Command::new(&python)
        .arg(script)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{python} is needed for the chain checker: {error}"))
}

/// Checks an export directory; the first broken voucher is on standard output and the exit code is not zero if it fails.
pub fn python_checker(dir: &Path) -> Output {
    python(&[dir.to_str().expect("the export's path is UTF-8")])
}

/// The checker's own test: the standard's vectors, a sound export and tampered ones.
pub fn python_selftest() -> Output {
    python(&["--selftest"])
}
