//! One's own account (我的账户): who I am and what I may, my password, the second step, where I am signed in.

use super::choices::tables;
use super::seat::Desk;
use crate::api::problem::Problem;
use crate::api::state::unguessable;
use crate::app::Bureau;
use crate::service::answer::Done;
use crate::service::{Input, catalogue};
use crate::web::address::Query;
use crate::web::grid::{Grid, grid};
use crate::web::pages::{self, Form};
use crate::web::render;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

#[derive(Serialize)]
struct Account {
    must_change: bool,
    forms: Vec<OwnForm>,
    grids: Vec<Grid>,
}

#[derive(Serialize)]
struct OwnForm {
    title: &'static str,
    form: Form,
    /// SVG of the QR code, or empty. Markup, made here.
    picture: String,
    secret: String,
}

pub fn page(bureau: &mut Bureau, desk: &Desk, path: &str) -> Result<String, Problem> {
    let must_change = desk.who.must_change_password;
    let only_password = must_change || path == "/account/password";
    let forms: &[&str] = if only_password {
        &["account.change_password"]
    } else {
        &["account.change_password", "account.totp_enrol", "account.totp_remove"]
    };
    let mut grids = Vec::new();
    if !only_password {
        for id in ["account.show", "account.sessions"] {
            grids.extend(tables(bureau, desk, id, Input::default()).unwrap_or_default().iter().map(grid));
        }
    }
    let page = Account { must_change, forms: forms.iter().filter_map(|id| own(id, String::new(), String::new())).collect(), grids };
    let title = if only_password { "更换口令" } else { "我的账户" };
    Ok(render::page("account.html", &desk.frame(path, title), page)?)
}

fn own(id: &str, picture: String, secret: String) -> Option<OwnForm> {
    let operation = catalogue::find(id)?;
    let form = pages::form(operation, &Query::default(), &[], Vec::new(), &unguessable(), "/account");
    Some(OwnForm { title: operation.title, form, picture, secret })
}

/// The new key of the second step, shown once: as a picture for the authenticator, as text for typing, and the field to prove it.
pub fn enrol_page(desk: &Desk, done: &Done) -> Result<String, Problem> {
    let fact = |name: &str| done.facts.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let picture = picture(fact("address"));
    let forms = own("account.totp_confirm", picture, fact("secret").to_string()).into_iter().collect();
    let page = Account { must_change: false, forms, grids: Vec::new() };
    Ok(render::page("account.html", &desk.frame("/account", "启用动态验证码"), page)?)
}

/// A QR code as SVG; empty where the text does not fit into one.
fn picture(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(180, 180).quiet_zone(true).build();
    // within a page the declaration of a document has no place
    drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_becomes_a_picture_within_the_page() {
        let picture = picture("otpauth://totp/%E9%98%B3%E5%85%89%E8%B4%A6:a?secret=ABC");
        assert!(picture.trim_start().starts_with("<svg") && !picture.contains("<?xml") && !picture.contains("style="));
    }
}
