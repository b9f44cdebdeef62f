//! Templates turned into pages. Names end in `.html`, hence everything that is put in is escaped; the few pieces that are
//! markup already (charts) are marked so where they are made.

use super::assets::{self, Templates};
use super::frame::Frame;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, context, escape_formatter};
use serde::Serialize;
use std::sync::OnceLock;

/// Why a page could not be made: a fault of ours, for the log.
#[derive(Debug, thiserror::Error)]
#[error("页面 {page} 写不出来：{cause}")]
pub struct RenderProblem {
    pub page: String,
    pub cause: String,
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        set_syntax(&mut environment);
        environment.set_formatter(write_value);
        for name in Templates::iter() {
            if let Some(text) = Templates::get(&name).and_then(|file| String::from_utf8(file.data.into_owned()).ok()) {
                // a template with an error is reported by name when its page is asked for, and by the test below
                let _ = environment.add_template_owned(name.into_owned(), text);
            }
        }
        environment
    })
}

/// Lines that hold only a tag leave nothing behind.
fn set_syntax(environment: &mut Environment<'_>) {
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
}

/// Escapes what HTML needs escaped, in texts and in attributes; the slashes of addresses stay as they are.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str().filter(|_| !value.is_safe() && *state.auto_escape() == AutoEscape::Html) {
        Some(text) => write_escaped(out, text).map_err(minijinja::Error::from),
        None => escape_formatter(out, state, value),
    }
}

fn write_escaped(out: &mut Output<'_>, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// A page within the frame (menu, head) of a person.
pub fn page<T: Serialize>(template: &str, frame: &Frame, of: T) -> Result<String, RenderProblem> {
    render(template, context! { frame => Value::from(Serde(frame)), it => Value::from(Serde(of)), version => assets::version() })
}

/// A page that stands alone: sign-in.
pub fn bare<T: Serialize>(template: &str, of: T) -> Result<String, RenderProblem> {
    render(template, context! { it => Value::from(Serde(of)), version => assets::version() })
}

fn render(template: &str, context: Value) -> Result<String, RenderProblem> {
    let problem = |error: minijinja::Error| RenderProblem { page: template.to_string(), cause: format!("{error:#}") };
    environment().get_template(template).map_err(problem)?.render(context).map_err(problem)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        let mut environment = Environment::new();
        set_syntax(&mut environment);
        for name in Templates::iter() {
            let text = String::from_utf8(Templates::get(&name).unwrap().data.to_vec()).unwrap();
            environment.add_template_owned(name.clone().into_owned(), text).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        }
    }
}
