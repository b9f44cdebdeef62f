//! Entity tags: what the client has already is not sent again; what somebody has changed meanwhile is not changed unseen.

use super::{batch, sign};
use crate::support::service::on_both_served;
use serde_json::json;

#[test]
fn a_change_on_condition_is_made_only_where_nobody_was_before() {
    on_both_served(|county, service| {
        let (maker, checker) = (service.signed_in("accountant"), service.signed_in("checker"));
        batch(county, &maker, "PC01", 0);
        let shown = checker.get("/batches/PC01");
        let tag = shown.header("etag").to_string();
        assert!(shown.status == 200 && tag.len() == 34, "{tag}");
        let same = checker.send("GET", "/batches/PC01", &[("If-None-Match", &tag)], None);
        assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, tag.as_str()));
        let differs = checker.send("GET", "/batches/PC01", &[("If-None-Match", "\"0\"")], None);
        assert_eq!((differs.status, differs.text()), (200, shown.text()));

        let body = json!({ "date": "2018-04-03" });
        let sign_if = |tag: &str| checker.post_with("/batches/PC01/signature", &[("If-Match", tag)], &body);
        let stale = sign_if("\"00000000000000000000000000000000\"");
        assert_eq!((stale.status, stale.code().as_str()), (412, "changed"));
        let back = json!({ "date": "2018-04-03", "reason": "请核对数量" });
        assert_eq!(checker.post("/batches/PC01/correction", &back).status, 200);
        assert_eq!(maker.post("/batches/PC01/resubmission", &back).status, 200);
        assert_eq!(checker.get("/batches/PC01").status, 200);
        let fresh = checker.get("/batches/PC01").header("etag").to_string();
        let signed = sign_if(&format!("W/\"x\", {fresh}"));
        assert_eq!(signed.status, 200, "{}", signed.text());
        assert_ne!(checker.get("/batches/PC01").header("etag"), fresh);
        assert_eq!(sign_if(&fresh).code(), "changed");
        assert_eq!(checker.send("GET", "/batches/PC01", &[("If-None-Match", &fresh)], None).status, 200);
        // outside one's reach there is nothing to have a condition on
        let town = service.signed_in("township");
        let other = town.post_with("/batches/PC01/signature", &[("If-Match", "*")], &body);
        assert_eq!(other.code(), "not_found");
        assert_eq!(sign(&checker, "PC99").code(), "not_found");
    });
}
