//! The settings of access: passwords, lock-out, sessions, and how long the log is kept. 等保 2.0 (GB/T 22239-2019, third level,
//! 8.1.4.1) asks for complexity and periodic change, NIST SP 800-63B and OWASP ASVS 5.0 advise against both: they are off as
//! shipped, and a bureau that is assessed switches them on.

use crate::domain::setting::{Declared, Kind};

const GRADED: &str = "GB/T 22239-2019 8.1.4.1 身份鉴别";
const ASVS: &str = "OWASP ASVS 5.0 6.2 口令安全";

pub fn settings() -> &'static [Declared] {
    &SETTINGS
}

const SETTINGS: [Declared; 11] = [
    Declared { name: "access.password_min", kind: Kind::Whole(8, 64), meaning: "口令至少几个字", source: ASVS },
    Declared {
        name: "access.password_complexity",
        kind: Kind::Whole(0, 1),
        meaning: "口令是否须有大写、小写、数字、符号中的三种：0 不要求，1 要求",
        source: GRADED,
    },
    Declared {
        name: "access.password_days", kind: Kind::Whole(0, 3660), meaning: "口令用几天后须更换，0 为不限", source: GRADED
    },
    Declared { name: "access.password_history", kind: Kind::Whole(0, 24), meaning: "不能与最近几次的口令相同", source: GRADED },
    Declared { name: "access.first_secret_hours", kind: Kind::Whole(1, 720), meaning: "首次口令几小时内有效", source: ASVS },
    Declared { name: "access.lock_after", kind: Kind::Whole(1, 100), meaning: "连续输错几次后须等待", source: GRADED },
    Declared {
        name: "access.lock_seconds", kind: Kind::Whole(1, 3600), meaning: "首次等待的秒数，以后每错一次加倍", source: GRADED
    },
    Declared {
        name: "access.lock_max_minutes", kind: Kind::Whole(1, 1440), meaning: "最长等待的分钟数；登录不会被永久锁定", source: ASVS
    },
    Declared { name: "access.idle_minutes", kind: Kind::Whole(1, 1440), meaning: "几分钟没有操作须重新登录", source: GRADED },
    Declared {
        name: "access.session_hours", kind: Kind::Whole(1, 168), meaning: "登录后几小时须重新登录", source: "OWASP ASVS 5.0 7.3"
    },
    Declared {
        name: "access.log_days",
        kind: Kind::Whole(180, 36_500),
        meaning: "操作日志至少保存几天；本程序不删除日志，核验时据此提示",
        source: "网络安全法第二十一条（不少于六个月）",
    },
];
