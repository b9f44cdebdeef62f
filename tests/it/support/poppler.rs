//! PDF files read back by poppler: their pages as pictures, their text as it lies on the page. The fonts that the reviewed pages
//! were set with are asked for here too.

use super::debian;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use sunledger::files::fonts::{Fonts, Places, Role};

const PACKAGES: [&str; 4] = ["poppler-utils", "fonts-noto-cjk", "fonts-lxgw-wenkai", "fonts-liberation"];
const HOW: &str = "pdftoppm and the fonts of reviewed pages are needed: apt-get install poppler-utils fonts-noto-cjk fonts-lxgw-wenkai \
                   fonts-liberation";

/// Sees to it that tools and fonts are there: as root it installs them from Debian, else it says what to install.
pub fn ready() {
    static READY: OnceLock<()> = OnceLock::new();
    READY.get_or_init(|| {
        assert!(complete() || debian::install(&PACKAGES) && complete(), "{HOW}");
    });
}

fn complete() -> bool {
    let tool = Command::new("pdftoppm").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let fonts = Fonts::search(&Places { named: None, system: true }).map(|fonts| fonts.chosen()).unwrap_or_default();
    let has = |role, family: &str| fonts.iter().any(|(of, name, _)| *of == role && name == family);
    tool.is_ok()
        && has(Role::Title, "Noto Serif CJK SC")
        && has(Role::FangSong, "LXGW WenKai")
        && has(Role::Hei, "Noto Sans CJK SC")
        && has(Role::Latin, "Liberation Serif")
}

/// The text of a page (from 1) as it lies there, without blank lines.
pub fn text(pdf: &Path, page: usize) -> Vec<String> {
    let page = page.to_string();
    let output = Command::new("pdftotext").args(["-layout", "-f", &page, "-l", &page]).arg(pdf).arg("-").output().expect(HOW);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_matches('\u{c}').trim_end().to_string()).filter(|line| !line.is_empty()).collect()
}

pub fn page_count(pdf: &Path) -> usize {
    let output = Command::new("pdfinfo").arg(pdf).output().expect(HOW);
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().parse().unwrap()
}

/// A page (from 1) as a grey PNG of so many dots an inch.
pub fn picture(pdf: &Path, page: usize, dots: usize) -> Vec<u8> {
    let (page, dots) = (page.to_string(), dots.to_string());
    let mut command = Command::new("pdftoppm");
    let output = command.args(["-png", "-gray", "-r", &dots, "-f", &page, "-l", &page]).arg(pdf).output().expect(HOW);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
