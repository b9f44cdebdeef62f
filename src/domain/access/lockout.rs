//! Waiting after wrong tries (登录失败等待): each one beyond the free tries doubles the wait, up to a longest one. Nobody is locked
//! out for good, so nobody can lock out another for good either. GB/T 22239-2019 8.1.4.1 b).

const SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// Wrong tries that cost nothing.
    pub free: i64,
    /// The first wait, seconds.
    pub first: i64,
    /// The longest, seconds.
    pub longest: i64,
}

impl Lockout {
    /// How long to wait, in microseconds, after `failed` wrong tries on end.
    pub fn wait(&self, failed: i64) -> i64 {
        let beyond = failed - self.free;
        if beyond < 0 {
            return 0;
        }
        let doubled = self.first.saturating_mul(1 << beyond.min(30));
        doubled.min(self.longest) * SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let lockout = Lockout { free: 5, first: 30, longest: 900 };
        let waits: Vec<i64> = [0, 4, 5, 6, 7, 9, 10, 1_000_000].map(|failed| lockout.wait(failed) / SECOND).to_vec();
        assert_eq!(waits, [0, 0, 30, 60, 120, 480, 900, 900]);
    }
}
