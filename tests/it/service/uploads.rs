//! Uploads: accepted at once, watched while they run, with all errors of all rows in the end, the same file with its errors
//! marked, and nothing taken of it; stopped when told to; one's own only.

use super::batch;
use crate::support::county::{BATCH_HEAD, batch_lines, count};
use crate::support::service::{encoded, on_both_served};
use serde_json::json;

#[test]
fn a_file_with_errors_comes_back_with_all_of_them() {
    on_both_served(|county, service| {
        let maker = service.signed_in("accountant");
        let text = format!("{BATCH_HEAD}{}", batch_lines("PC01", &county.people[..4]));
        let wrong = text.replacen("150.00", "151.00", 2);
        let accepted = maker.upload("/imports/batch", &[], "发放 清册.csv", wrong.as_bytes(), &[("dry_run", "false")]);
        assert_eq!(accepted.status, 202, "{}", accepted.text());
        let body = accepted.json();
        let job = body["job"].as_i64().unwrap();
        assert_eq!(accepted.header("location"), format!("/api/v1/jobs/{job}"));
        let told = maker.get(body["events"].as_str().unwrap());
        assert_eq!(told.header("content-encoding"), "identity", "events are not held back to be packed");
        let last = told.text().lines().rfind(|line| line.starts_with("data: ")).unwrap().to_string();
        assert!(last.contains("\"state\":\"failed\""), "{last}");
        let result = maker.get(body["result"].as_str().unwrap()).done();
        let rows: Vec<i64> = result["result"]["errors"].as_array().unwrap().iter().map(|error| error["row"].as_i64().unwrap()).collect();
        assert_eq!((result["result"]["accepted"].clone(), result["result"]["error_count"].clone()), (json!(false), json!(2)), "{result}");
        assert_eq!(rows, [2, 3], "{result}");
        assert!(!result.to_string().contains("stored") && !result.to_string().contains(service.data.path().to_str().unwrap()));
        // and again, as whoever comes back to the page sees it
        assert_eq!(maker.get(&format!("/jobs/{job}/result")).done(), result);
        let shown = maker.get(&format!("/jobs/{job}")).done();
        assert_eq!(shown["tables"][0]["rows"][0]["state"], "未成", "{shown}");
        let file = maker.get(result["result"]["file"]["href"].as_str().unwrap());
        assert_eq!(file.status, 200);
        let name = encoded("错误-发放 清册.csv");
        assert!(file.header("content-disposition").ends_with(&format!("filename*=UTF-8''{name}")), "{:?}", file.headers);
        assert!(file.text().contains("错误") && file.text().lines().count() >= 5, "{}", file.text());
        assert_eq!(count(&mut county.db.bureau(), "SELECT COUNT(*) FROM batch WHERE book = $1"), 0);
        // mended and sent again
        let (state, result) = maker.uploaded("/imports/batch", "清册.csv", text.as_bytes());
        assert_eq!((state.as_str(), result["rows"].clone(), result["facts"]["rows"].clone()).0, "done", "{result}");

        for login in ["checker", "system_admin", "twin"] {
            let other = service.signed_in(login);
            for path in [format!("/jobs/{job}"), format!("/jobs/{job}/events"), format!("/jobs/{job}/result"), format!("/jobs/{job}/file")]
            {
                let (answer, missing) = (other.get(&path), other.get(&path.replace(&job.to_string(), "987654")));
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(answer.text().replace(&job.to_string(), "987654"), missing.text());
            }
            assert_eq!(other.post(&format!("/jobs/{job}/cancellation"), &json!({})).status, 404);
        }
        for bad in ["0", "-1", "x", "99999999999999999999"] {
            assert!(matches!(maker.get(&format!("/jobs/{bad}/events")).status, 404 | 422), "{bad}");
        }
    });
}

#[test]
fn a_job_that_is_told_to_stop_leaves_nothing() {
    on_both_served(|county, service| {
        let maker = service.signed_in("accountant");
        let before = count(&mut county.db.bureau(), "SELECT COUNT(*) FROM unit WHERE book = $1");
        // long enough to be stopped; should it be quicker than the order to stop, a longer one is tried
        let stopped = (0..5).any(|round| {
            let rows = 20_000 << round;
            let lines: String = (0..rows).map(|n| format!("T{round}{n:07},示单位{n},企业\n")).collect();
            let text = format!("单位编码,单位名称,单位类型\n{lines}");
            let accepted = maker.upload("/imports/units", &[], "单位.csv", text.as_bytes(), &[]);
            let job = accepted.json()["job"].as_i64().unwrap();
            let told = maker.post(&format!("/jobs/{job}/cancellation"), &json!({}));
            assert!(told.status == 200 || told.code() == "job_over", "{}", told.text());
            let (state, _) = maker.outcome(job);
            if state == "cancelled" {
                let left = format!("SELECT COUNT(*) FROM unit WHERE book = $1 AND code LIKE 'T{round}%'");
                assert_eq!(count(&mut county.db.bureau(), &left), 0);
                assert_eq!(maker.post(&format!("/jobs/{job}/cancellation"), &json!({})).code(), "job_over");
            }
            state == "cancelled"
        });
        assert!(stopped && count(&mut county.db.bureau(), "SELECT COUNT(*) FROM unit WHERE book = $1") >= before);
        // the service goes on
        batch(county, &maker, "PC09", 0);
    });
}
