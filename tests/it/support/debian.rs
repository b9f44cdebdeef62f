//! Programs that tests need and a fresh machine may lack: as root on Debian they are installed, else the test says what to install.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// apt-get refuses to run beside itself.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Installs packages where that may be done. Gives whether it was done and went well.
pub fn install(packages: &[&str]) -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let updated = apt(&["update"]);
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat()) && updated
}

fn apt(arguments: &[&str]) -> bool {
    let ran = Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}
