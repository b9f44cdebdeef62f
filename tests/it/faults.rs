//! The disk fails while a batch is entered: it is full (a small file system, where one may be mounted), a file may not grow
//! (a limit on the process), or the kernel answers a write or a sync with an error (`strace` as the fault). The user is told
//! so in Chinese, nothing of the batch is in the book, and the same file is taken once the disk is well again.

mod disk;
mod entry;
mod inject;

/// The program of the process whose disk fails; does nothing without its orders.
#[test]
#[ignore = "run by the other tests as a process of its own"]
fn child() {
    entry::run();
}
