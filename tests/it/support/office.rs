//! Files of Word and Excel opened by LibreOffice: everything that a test has written goes through one call of soffice, with a profile
//! of its own, and comes back as pages and their text. Before that the package is read as Word reads it, part by part
//! (`soundness`). What cannot be opened, or only after a repair, fails here.

use super::{debian, soundness};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const PACKAGES: [&str; 4] = ["libreoffice-writer-nogui", "libreoffice-calc-nogui", "poppler-utils", "fonts-noto-cjk"];
const HOW: &str = "LibreOffice (Writer and Calc), pdftotext and Chinese fonts are needed: apt-get install --no-install-recommends \
                   libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-noto-cjk, or name soffice in SOFFICE";
/// One call may take so long before it is ended, in seconds.
const LIMIT: &str = "300";

/// Names a directory that files and pages are kept in.
const KEEP: &str = "SUNLEDGER_OFFICE_KEEP";

/// A file as it was written.
pub struct Paper {
    /// With its ending, such as `通报.docx`; unique among those that are opened together.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Paper {
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Paper {
        Paper { name: name.into(), bytes }
    }
}

/// A file as LibreOffice shows it.
pub struct Opened {
    pub name: String,
    /// The text of each page without blanks, for lines end where they may.
    pub pages: Vec<String>,
}

impl Opened {
    pub fn text(&self) -> String {
        self.pages.concat()
    }
}

/// Opens all of them, in one call. Fails with the name of each that is no sound package or could not be opened.
pub fn open(papers: &[Paper]) -> Vec<Opened> {
    let wrong: Vec<String> = papers.iter().flat_map(|paper| soundness::problems(&paper.name, &paper.bytes)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..papers.len()).map(|at| dir.path().join(format!("{at}.{}", ending(&papers[at].name)))).collect();
    for (file, paper) in files.iter().zip(papers) {
        fs::write(file, &paper.bytes).unwrap();
    }
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", LIMIT]).arg(soffice());
    command.arg(format!("-env:UserInstallation=file://{}/profile", dir.path().display()));
    command.args(["--headless", "--norestore", "--convert-to", "pdf", "--outdir"]).arg(dir.path()).args(&files);
    let ran = command.stdin(Stdio::null()).output().expect(HOW);
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let pdf = |at: usize| dir.path().join(format!("{at}.pdf"));
    let closed: Vec<&str> = (0..papers.len()).filter(|at| !pdf(*at).exists()).map(|at| papers[at].name.as_str()).collect();
    assert!(ran.status.success() && closed.is_empty(), "LibreOffice does not open {closed:?}: {said}");
    if let Some(kept) = std::env::var_os(KEEP) {
        keep(Path::new(&kept), papers, pdf);
    }
    papers.iter().enumerate().map(|(at, paper)| Opened { name: paper.name.clone(), pages: pages(&pdf(at)) }).collect()
}

/// Files and pages under the papers' names, for whoever wants to look at them.
fn keep(dir: &Path, papers: &[Paper], pdf: impl Fn(usize) -> PathBuf) {
    fs::create_dir_all(dir).unwrap();
    for (at, paper) in papers.iter().enumerate() {
        fs::write(dir.join(&paper.name), &paper.bytes).unwrap();
        fs::copy(pdf(at), dir.join(format!("{}.pdf", paper.name))).unwrap();
    }
}

fn ending(name: &str) -> &str {
    name.rsplit('.').next().unwrap()
}

/// pdftotext ends each page with a form feed.
fn pages(pdf: &Path) -> Vec<String> {
    let ran = Command::new("pdftotext").args(["-layout"]).arg(pdf).arg("-").output().expect(HOW);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    let mut pages: Vec<String> = text.split('\u{c}').map(|page| page.split_whitespace().collect()).collect();
    pages.pop();
    pages
}

/// Sees to it that LibreOffice is there: as root it is installed from Debian, else the test says what to install.
fn soffice() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        if let Some(named) = std::env::var_os("SOFFICE") {
            return named.into();
        }
        assert!(complete() || debian::install(&PACKAGES) && complete(), "{HOW}");
        PathBuf::from("/usr/bin/soffice")
    })
}

fn complete() -> bool {
    let parts =
        ["/usr/bin/soffice", "/usr/lib/libreoffice/program/libswlo.so", "/usr/lib/libreoffice/program/libsclo.so", "/usr/bin/pdftotext"];
    parts.iter().all(|part| Path::new(part).exists())
}
