//! Keys of requests: written with the act, answered once, and refused for another body.

use super::*;
use crate::support::on_both;
use sunledger::app::access::requests::{Seen, answered, seen};
use sunledger::app::{Caller, RequestKey};

fn asks(key: &str, digest: [u8; 32]) -> Caller {
    let request = Some(RequestKey { key: key.into(), digest });
    Caller { user: 7, request, ..Caller::at_desk(&ctx("赵示一"), "batch.approve", "PC1", "") }
}

#[test]
fn a_key_asks_one_thing_once() {
    on_both(|db| {
        let mut bureau = db.bureau();
        assert_eq!(seen(&mut bureau, 7, "k1", &[1; 32]).unwrap(), Seen::New);
        bureau.caller = Some(asks("k1", [1; 32]));
        let failed: Result<(), AppError> = bureau.write(|_, _| AppError::refuse("no", "不行", ""));
        assert!(failed.is_err());
        assert_eq!(seen(&mut bureau, 7, "k1", &[1; 32]).unwrap(), Seen::New, "what was refused may be tried again");
        bureau.write(|_, _| Ok(())).unwrap();
        bureau.write(|_, _| Ok(())).unwrap(); // one operation may write more than once
        assert_eq!(seen(&mut bureau, 7, "k1", &[1; 32]).unwrap(), Seen::Underway);
        answered(&mut bureau, 7, "k1", 200, b"first").unwrap();
        answered(&mut bureau, 7, "k1", 500, b"second").unwrap();
        assert_eq!(seen(&mut bureau, 7, "k1", &[1; 32]).unwrap(), Seen::Answered { status: 200, body: b"first".to_vec() });
        assert_eq!(seen(&mut bureau, 7, "k1", &[2; 32]).unwrap(), Seen::Other, "the same key with another body");
        assert_eq!(seen(&mut bureau, 8, "k1", &[1; 32]).unwrap(), Seen::New, "keys are each person's own");
    });
}

#[test]
fn an_import_is_logged_and_keyed_as_any_other_act() {
    on_both(|db| {
        let mut bureau = db.bureau();
        let dir = tempfile::tempdir().unwrap();
        let path = crate::support::county::put(dir.path(), "单位", "单位编码,单位名称,单位类型\nU77,示单位,主管部门\n");
        bureau.caller = Some(asks("upload", [3; 32]));
        let report = crate::support::county::import(&mut bureau, "赵示一", "units", &path).unwrap();
        assert!(report.accepted(), "{report:?}");
        assert_eq!(seen(&mut bureau, 7, "upload", &[3; 32]).unwrap(), Seen::Underway);
        bureau.caller = None;
        assert_eq!(sunledger::app::access::log::list(&mut bureau, &Default::default(), None, 9).unwrap().len(), 1);
    });
}
