//! What the pages are made of beside data: templates, the style sheet, a small script of our own and the icon, all inside the
//! program. No page fetches anything from elsewhere.

use crate::domain::ledger::chain::Canonical;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Assets;

#[derive(RustEmbed)]
#[folder = "src/web/templates"]
pub(super) struct Templates;

/// A file of ours, ready to be sent.
pub struct Asset {
    pub media: &'static str,
    pub bytes: Cow<'static, [u8]>,
}

/// The file of that name, if there is one.
pub fn asset(name: &str) -> Option<Asset> {
    let media = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    Assets::get(name).map(|file| Asset { media, bytes: file.data })
}

/// Changes with any of the files: it stands in their addresses, so that browsers may keep them for as long as they like.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut names: Vec<_> = Assets::iter().collect();
        names.sort();
        let mut digest = Canonical::default();
        for file in names.iter().filter_map(|name| Assets::get(name)) {
            digest.text(&String::from_utf8_lossy(&file.data));
        }
        crate::domain::ledger::chain::hex(&digest.finish()[..6])
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_here_small_and_fetch_nothing_from_elsewhere() {
        for name in ["app.css", "app.js", "icon.svg"] {
            let file = asset(name).unwrap();
            assert!(file.bytes.len() < 40_000, "{name}: {} bytes", file.bytes.len());
            let text = String::from_utf8(file.bytes.to_vec()).unwrap().replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"), "{name}");
        }
        assert!(asset("app.css/../icon.svg").is_none() && asset("nothing.css").is_none() && asset("plain").is_none());
        assert_eq!(version().len(), 12);
    }

    #[test]
    fn templates_keep_to_the_strict_policy() {
        for name in Templates::iter() {
            let text = String::from_utf8(Templates::get(&name).unwrap().data.to_vec()).unwrap();
            assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick"), "{name}");
            let scripts = text.matches("<script").count();
            assert_eq!(scripts, text.matches("<script src=\"/assets/").count(), "{name}: scripts in the page");
            assert!(!text.contains("http://") && !text.contains("https://"), "{name}");
        }
    }
}
