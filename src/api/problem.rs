//! What is answered when a request is not done: problem+json (RFC 9457) with a stable code, a Chinese message and how to
//! mend it, all problems at once. Driver and system words go to the log, never to the client.

use crate::app::{AppError, Refusal};
use crate::service::Problem as FieldProblem;
use crate::service::door::Refused;
use crate::service::words;
use crate::store::StoreError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::fmt;

/// A refused or failed request.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    #[serde(skip)]
    pub status: StatusCode,
    /// Stable, English: what programs go by.
    pub code: &'static str,
    /// What is wrong, in Chinese.
    pub title: String,
    /// How to mend it.
    pub detail: String,
    /// Field by field, or refusal by refusal.
    pub errors: Vec<Item>,
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Name of the parameter; empty where it is about the whole request.
    pub field: String,
    pub code: String,
    pub message: String,
    pub mend: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, title: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem { status, code, title: title.into(), detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    pub fn bad_request(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", title, "请核对请求的写法")
    }

    pub fn unauthorized() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "尚未登录，或登录已失效", "请重新登录")
    }

    pub fn forbidden(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", title, "需要这项权限请与安全管理员联系")
    }

    pub fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", "没有找到", "请核对编号；不在本人管辖范围内的资料也查不到")
    }

    pub fn precondition() -> Problem {
        Problem::new(StatusCode::PRECONDITION_FAILED, "changed", "内容已被他人更改", "请重新读取后再办")
    }

    pub fn too_large(what: &str) -> Problem {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("{what}超过上限"), "请分成较小的几份")
    }

    /// The same request is being taken on by somebody else at this moment.
    pub fn request_underway() -> Problem {
        let title = "同一请求正在受理";
        Problem::new(StatusCode::CONFLICT, "request_underway", title, "请稍后查看办理结果，不必重办")
    }

    /// The rest of the request did not come.
    pub fn slow() -> Problem {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "slow", "请求迟迟没有传完", "请检查网络后重试")
    }

    pub fn too_many(seconds: u64) -> Problem {
        let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "请求过于频繁", format!("请 {seconds} 秒后再试"));
        problem.retry_after = Some(seconds.max(1));
        problem
    }

    pub fn busy() -> Problem {
        let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "账簿正忙", "请稍后重试；重试不会重复入账");
        problem.retry_after = Some(2);
        problem
    }

    /// An error whose cause stands in the log.
    pub fn internal() -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "系统内部出错，这次操作没有办成", "请记下时间，与系统管理员联系")
    }

    /// One field has not the declared form.
    pub fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem::invalid(vec![FieldProblem::of_form(field, message)])
    }

    pub fn invalid(problems: Vec<FieldProblem>) -> Problem {
        let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "填写的内容有误", "请按各项提示改正");
        let item = |found: FieldProblem| Item { field: found.field, code: "invalid".into(), message: found.message, mend: String::new() };
        problem.errors = problems.into_iter().map(item).collect();
        problem
    }

    fn refused(refusals: &[Refusal]) -> Problem {
        let Some(first) = refusals.first() else { return Problem::internal() };
        let mut problem = Problem::new(status_of(first.code), first.code, first.message.clone(), first.mend.clone());
        let item = |refusal: &Refusal| Item {
            field: String::new(),
            code: refusal.code.to_string(),
            message: refusal.message.clone(),
            mend: refusal.mend.clone(),
        };
        problem.errors = refusals.iter().map(item).collect();
        problem
    }
}

/// Codes that say that something does not exist. All other refusals are about what is asked of it.
const MISSING: &[&str] = &[
    "no_account",
    "no_batch",
    "no_book",
    "no_case",
    "no_finding",
    "no_fund",
    "no_inspection",
    "no_interview",
    "no_job",
    "no_line",
    "no_notice",
    "no_objection",
    "no_override",
    "no_person",
    "no_place",
    "no_project",
    "no_proposal",
    "no_role",
    "no_rule",
    "no_run",
    "no_session",
    "no_setting",
    "no_user",
    "no_voucher",
    "not_found",
];

/// A refusal says that what was asked, though well written, does not agree with what stands: 409. What is badly written never
/// comes as far (422, see [`Problem::invalid`]).
fn status_of(code: &str) -> StatusCode {
    if MISSING.contains(&code) { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        match words::error(error, None) {
            AppError::Refused(refusals) => Problem::refused(&refusals),
            AppError::Store(StoreError::Busy(what)) => {
                tracing::warn!(cause = %what, "busy");
                Problem::busy()
            }
            AppError::Store(StoreError::Guard(what)) => {
                tracing::warn!(cause = %what, "guard");
                Problem::new(StatusCode::CONFLICT, "guard", "账簿的数据保护规则拒绝了这次写入", "请核对现状后重办")
            }
            AppError::Store(error @ (StoreError::DiskFull(_) | StoreError::Io(_))) => {
                tracing::error!(cause = %error, "disk");
                let told = "磁盘出错或空间不足，这次操作没有得到确认";
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "disk", told, "请与系统管理员联系；恢复后重办不会重复入账")
            }
            error => {
                tracing::error!(cause = %error, "failed");
                Problem::internal()
            }
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        match refused {
            Refused::MustChangePassword => {
                Problem::new(StatusCode::FORBIDDEN, "password_due", "首次登录或密码到期，请先修改密码", "修改密码后即可继续")
            }
            Refused::NotAllowed(permission) => {
                let title = crate::domain::access::permission(permission).map_or("本岗位", |found| found.title);
                Problem::forbidden(format!("没有“{title}”的权限"))
            }
            Refused::NotFound(_) => Problem::not_found(),
            Refused::App(error) => error.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.title)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut body = serde_json::json!({ "type": format!("urn:sunledger:problem:{}", self.code), "status": self.status.as_u16() });
        if let (Some(body), Ok(serde_json::Value::Object(own))) = (body.as_object_mut(), serde_json::to_value(self)) {
            body.extend(own);
        }
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json").insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        response.json(body)
    }
}
