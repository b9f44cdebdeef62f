//! Kills workers at random moments and has the book judged after every kill.

use super::acts::Act;
use super::journal::acknowledged;
use super::judge::judge;
use super::worker::{DIR, EARLY, SEED, URL};
use crate::support::TestDb;
use crate::support::child::{Reaped, again};
use crate::support::county::settle;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use sunledger::app::Bureau;
use tempfile::TempDir;

pub struct Killer<'d> {
    db: &'d TestDb,
    dir: TempDir,
    dice: ChaCha8Rng,
    early: bool,
}

impl Killer<'_> {
    pub fn new(db: &TestDb, seed: u64, early: bool) -> Killer<'_> {
        settle(db, 60);
        Killer { db, dir: TempDir::new().unwrap(), dice: ChaCha8Rng::seed_from_u64(seed), early }
    }

    fn journal(&self) -> PathBuf {
        self.dir.path().join("journal")
    }

    /// One life of a worker: it is killed some milliseconds after its first acknowledgement.
    fn life(&mut self) {
        let (journal, said) = (self.journal(), self.dir.path().join("said"));
        let before = size(&journal);
        let mut command = again("crash::worker");
        command.env(URL, &self.db.url).env(DIR, self.dir.path()).env(SEED, self.dice.random::<u64>().to_string());
        if self.early {
            command.env(EARLY, "1");
        }
        let out = File::create(&said).unwrap();
        command.stdout(out.try_clone().unwrap()).stderr(out);
        let mut worker = Reaped(command.spawn().unwrap());
        let give_up = Instant::now() + Duration::from_secs(30);
        while size(&journal) == before {
            let ended = worker.0.try_wait().unwrap().is_some();
            assert!(!ended && Instant::now() < give_up, "the worker stopped: {}", fs::read_to_string(&said).unwrap());
            std::thread::sleep(Duration::from_micros(500));
        }
        std::thread::sleep(Duration::from_micros(self.dice.random_range(5_000..80_000)));
        let ended = worker.0.try_wait().unwrap();
        assert!(ended.is_none(), "the worker stopped: {}", fs::read_to_string(&said).unwrap());
        worker.0.kill().unwrap();
        worker.0.wait().unwrap();
    }

    /// Kills so many workers, fewer if the list of acts ends before; stops at the first thing wrong with the book and tells
    /// it. Returns the kills and the acknowledgements.
    pub fn kill(&mut self, times: u32, deep_every: u32) -> Result<(u32, usize), String> {
        for time in 1..=times {
            self.life();
            let (mut bureau, told) = (Bureau::open(&self.db.url, "东方").unwrap(), acknowledged(&self.journal()));
            let ended = told.iter().any(|key| *key == Act::CloseYear(2022).key(Path::new("")));
            let wrong = judge(&mut bureau, &told, time % deep_every == 0 || time == times || ended);
            if !wrong.is_empty() {
                return Err(format!("after kill {time}: {}", wrong.join("; ")));
            }
            if ended || time == times {
                return Ok((time, told.len()));
            }
        }
        Ok((0, 0))
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

/// The checker must see an act that was acknowledged and never done, even where nobody was killed.
pub fn invented_act_is_seen(db: &TestDb) -> bool {
    settle(db, 60);
    let invented = Act::CloseMonth(2018, 1).key(Path::new(""));
    judge(&mut db.bureau(), &[invented], true).iter().any(|wrong| wrong.starts_with("lost"))
}
