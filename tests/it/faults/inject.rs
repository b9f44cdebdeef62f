//! The kernel answers with an error: `strace` makes the n-th write or sync of the process fail. Skipped where the system
//! does not let a process be traced.

use super::entry::{DIE, Desk};
use crate::support::child::again_under;
use std::process::Command;

fn can_trace() -> bool {
    let can = Command::new("strace").args(["-e", "trace=none", "true"]).output().is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("skipped: strace is missing or may not trace here");
    }
    can
}

fn under(call: &str, error: &str, when: u32) -> Command {
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}:when={when}"));
    again_under("strace", &["-f", "-q", "-o", "/dev/null", "-e", &trace, "-e", &inject], "faults::child")
}

/// Every place where it fails: at most so many, then the call is not made as often and the file is entered.
fn sweep(call: &str, error: &str, places: &[u32], expected: &str) {
    let mut desk = Desk::new();
    let mut failed = 0;
    for when in places {
        let said = desk.enter(under(call, error, *when));
        if said == "said: entered" {
            assert!(desk.whole_or_nothing(), "{call} {when}: what was told as entered is there");
            desk = Desk::new();
            continue;
        }
        failed += 1;
        assert!(said.starts_with(expected), "{call} {error} {when}: {said}");
        assert!(!desk.whole_or_nothing(), "{call} {error} {when}: nothing was entered");
    }
    assert!(failed > 0, "{call} {error} never failed");
    if !desk.whole_or_nothing() {
        desk.mend();
    }
}

#[test]
fn no_space_at_some_write() {
    if can_trace() {
        // the first writes are those of the shared index, for which SQLite says no more than that it failed
        sweep("pwrite64", "ENOSPC", &[1], "said: io 读写磁盘出错");
        sweep("pwrite64", "ENOSPC", &[12, 20, 60], "said: full 磁盘空间不足");
    }
}

#[test]
fn an_error_at_some_write() {
    if can_trace() {
        sweep("pwrite64", "EIO", &[1, 4, 30], "said: io 读写磁盘出错");
    }
}

#[test]
fn an_error_at_some_sync() {
    if can_trace() {
        sweep("fsync,fdatasync", "EIO", &[1, 2], "said: io 读写磁盘出错");
    }
}

/// Dying right after the error leaves the log as it was when the sync failed: the batch may then be there, but whole.
#[test]
fn a_process_that_dies_on_a_failed_sync() {
    if !can_trace() {
        return;
    }
    for when in [1, 2] {
        let desk = Desk::new();
        let mut command = under("fsync,fdatasync", "EIO", when);
        command.env(DIE, "1");
        let said = desk.enter(command);
        let there = desk.whole_or_nothing();
        eprintln!("{said}; afterwards {}", if there { "it is there" } else { "nothing is there" });
        desk.mend();
    }
}
