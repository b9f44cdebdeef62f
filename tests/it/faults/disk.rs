//! No more room: a file system of a few megabytes with all but a little of it taken, and a process whose files may not grow.

use super::entry::{Desk, LARGEST, enter_again, tell, whole_or_nothing};
use crate::support::child::again;
use crate::support::county::import;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use sunledger::app::Bureau;

/// A small file system, gone with its owner.
struct Small(PathBuf);

impl Small {
    fn mount(at: PathBuf) -> Option<Small> {
        fs::create_dir(&at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(&at).output();
        done.is_ok_and(|output| output.status.success()).then_some(Small(at))
    }

    /// Leaves `bytes` free.
    fn fill(&self, bytes: u64) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = File::create(&path).unwrap();
        while file.write_all(&[0; 4_096]).is_ok() {}
        let taken = file.metadata().unwrap().len();
        file.set_len(taken.saturating_sub(bytes)).unwrap();
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status(); // what else could be done here
    }
}

#[test]
fn a_full_disk_leaves_nothing_half_done() {
    for left in [0, 20, 80, 200] {
        let desk = Desk::new();
        let Some(small) = Small::mount(desk.dir.path().join("small")) else {
            eprintln!("skipped: no file system may be mounted here");
            return;
        };
        desk.db.bureau().store.checkpoint().unwrap();
        let book = small.0.join("book.db");
        fs::copy(desk.db.url.trim_start_matches("sqlite://"), &book).unwrap();
        let mut bureau = Bureau::open(&url(&book), "东方").unwrap();
        let filler = small.fill(left * 1_024);
        let said = tell(import(&mut bureau, "甲", "batch", &desk.file).map(|report| report.accepted()));
        assert!(said.starts_with("said: full 磁盘空间不足") || said.starts_with("said: io 读写磁盘出错"), "{left} KiB left: {said}");
        assert!(!whole_or_nothing(&mut bureau), "{left} KiB left: nothing was entered");
        drop(bureau);
        fs::remove_file(filler).unwrap();
        let mut bureau = Bureau::open(&url(&book), "东方").unwrap();
        assert!(!whole_or_nothing(&mut bureau), "{left} KiB left: nothing was entered");
        enter_again(&mut bureau, &desk.file);
    }
}

fn url(book: &Path) -> String {
    format!("sqlite://{}", book.display())
}

#[test]
fn files_that_may_not_grow() {
    let desk = Desk::new();
    for largest in [40_000, 100_000, 200_000] {
        let mut command = again("faults::child");
        command.env(LARGEST, largest.to_string());
        let said = desk.enter(command);
        assert!(said.starts_with("said: io 读写磁盘出错") || said.starts_with("said: full 磁盘空间不足"), "{largest}: {said}");
        assert!(!desk.whole_or_nothing(), "{largest}: nothing was entered");
    }
    desk.mend();
}
