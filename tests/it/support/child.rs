//! This test binary run again as a process of its own: one ignored test is the child's program, its orders are in the
//! environment. A child dies with the thread that started it, so that no run is left behind.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// The command for the ignored test `path`, such as `crash::worker`.
pub fn again(path: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(orders(path)).stdin(Stdio::null());
    die_with_parent(&mut command);
    command
}

/// The same under another program, such as `strace`.
pub fn again_under(program: &str, arguments: &[&str], path: &str) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(std::env::current_exe().unwrap()).args(orders(path)).stdin(Stdio::null());
    die_with_parent(&mut command);
    command
}

fn orders(path: &str) -> [&str; 5] {
    ["--exact", path, "--ignored", "--nocapture", "--test-threads=1"]
}

/// An order to this process, if it is a child.
pub fn order(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Kills and reaps a child on every way out of its owner.
pub struct Reaped(pub Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended already
        let _ = self.0.wait();
    }
}

#[allow(unsafe_code)]
fn die_with_parent(command: &mut Command) {
    // SAFETY: between fork and exec only the async-signal-safe call prctl is made.
    unsafe {
        command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        });
    }
}
