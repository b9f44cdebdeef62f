//! Fonts for papers, found when the first paper is set. GB/T 9704-2012 asks for 小标宋, 宋体, 仿宋, 楷体 and 黑体; which installed
//! families stand in for them is data (`reports/fonts/families.csv`), free fonts first. The program looks into the directory that
//! `SUNLEDGER_FONTS` names and into the system's font directories, maps into memory only the faces that a paper uses, and
//! keeps them for the next paper. A character that a face lacks is taken from the next face that has it.

mod face;
mod families;
mod search;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

pub use face::Face;
pub use search::Places;
use search::Slot;

/// What a font is for, as GB/T 9704-2012 names it. Where a role has no font of its own, the next one's stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 小标宋: red head and title.
    Title,
    /// 宋体: page numbers, forms.
    Song,
    /// 仿宋: the body.
    FangSong,
    /// 楷体: headings of the second level.
    Kai,
    /// 黑体: headings of the first level, headers of tables.
    Hei,
    /// Latin letters and figures beside 宋体, 仿宋 and 楷体.
    Latin,
    /// Rare characters, after all others.
    Rare,
}

impl Role {
    pub const ALL: [Role; 7] = [Role::Title, Role::Song, Role::FangSong, Role::Kai, Role::Hei, Role::Latin, Role::Rare];
    /// Those that write Chinese.
    pub const CHINESE: [Role; 5] = [Role::Title, Role::Song, Role::FangSong, Role::Kai, Role::Hei];

    /// As `families.csv` names it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Title => "小标宋",
            Role::Song => "宋体",
            Role::FangSong => "仿宋",
            Role::Kai => "楷体",
            Role::Hei => "黑体",
            Role::Latin => "西文",
            Role::Rare => "生僻字",
        }
    }
}

/// Why there are no fonts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontProblem {
    #[error("没有找到中文字体，PDF 无法排版。找过的地方：{0}")]
    None(String),
    #[error("字体清单 {path} 第{line}行有误：{what}")]
    List { path: String, line: usize, what: String },
}

impl FontProblem {
    pub fn mend(&self) -> &'static str {
        match self {
            FontProblem::None(_) => {
                "请安装中文字体（Debian/Ubuntu：apt install fonts-noto-cjk fonts-lxgw-wenkai），\
                 或者把字体文件放进一个目录，用环境变量 SUNLEDGER_FONTS 指明"
            }
            FontProblem::List { .. } => "请按 reports/fonts/README.md 的格式改正清单",
        }
    }
}

/// A character as a face draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// Which of [`Fonts::face`].
    pub face: u16,
    pub id: u16,
    /// In the face's own units.
    pub advance: u16,
    /// In 1/10000 of the size.
    pub width: i32,
    /// 〓 stands for a character that no font has.
    pub stand_in: bool,
}

/// The faces that were found, in the order in which each role takes them.
pub struct Fonts {
    slots: Vec<Slot>,
    chains: [Vec<u16>; 7],
    database: std::sync::Mutex<resvg::usvg::fontdb::Database>,
}

static FOUND: OnceLock<Fonts> = OnceLock::new();

impl Fonts {
    /// The fonts of this machine; looked for once, and again only while there are none.
    ///
    /// # Errors
    /// No Chinese font, or a list of families that cannot be read.
    pub fn get() -> Result<&'static Fonts, FontProblem> {
        if let Some(fonts) = FOUND.get() {
            return Ok(fonts);
        }
        let found = Fonts::search(&Places::usual())?;
        Ok(FOUND.get_or_init(|| found))
    }

    /// The glyph of a character in a role, from the first face of the role's chain that has it.
    pub fn glyph(&self, role: Role, c: char) -> Glyph {
        self.find(role, c).unwrap_or_else(|| {
            let geta = self.find(role, '〓').or_else(|| self.find(role, '?'));
            geta.map_or(Glyph { face: 0, id: 0, advance: 0, width: 10_000, stand_in: true }, |glyph| Glyph { stand_in: true, ..glyph })
        })
    }

    fn find(&self, role: Role, c: char) -> Option<Glyph> {
        let latin = matches!(role, Role::Song | Role::FangSong | Role::Kai) && is_latin(c);
        let first: &[u16] = if latin { &self.chains[Role::Latin as usize] } else { &[] };
        let mut glyphs = first.iter().chain(&self.chains[role as usize]).filter_map(|&at| self.face(at)?.glyph(at, c));
        if !is_full_width(c) {
            return glyphs.next();
        }
        // some faces have Western quotation marks where Chinese text needs them as wide as a character
        let narrow = glyphs.next()?;
        if narrow.width >= 9_000 { Some(narrow) } else { glyphs.find(|glyph| glyph.width >= 9_000).or(Some(narrow)) }
    }

    /// A face by its number; `None` if its file could not be read.
    pub fn face(&self, at: u16) -> Option<&Face> {
        let slot = self.slots.get(usize::from(at))?;
        slot.face.get_or_init(|| self.load(slot)).as_ref()
    }

    fn load(&self, slot: &Slot) -> Option<Face> {
        let mut database = self.database.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (data, index) = face::map(&mut database, slot.id)?;
        Face::read(data, index, slot.weight)
    }

    /// What stands in for each role: family and file, for those who ask which fonts a paper has.
    pub fn chosen(&self) -> Vec<(Role, String, String)> {
        let first = |role: Role| self.chains[role as usize].first().and_then(|&at| self.slots.get(usize::from(at)));
        let row = |role: Role| first(role).map(|slot| (role, slot.family.clone(), slot.path.display().to_string()));
        Role::ALL.into_iter().filter_map(row).collect()
    }

    /// The file of a role's first face, for libraries that load fonts themselves.
    pub fn files(&self, role: Role) -> impl Iterator<Item = (&std::path::Path, &str)> {
        let slots = self.chains[role as usize].iter().filter_map(|&at| self.slots.get(usize::from(at)));
        slots.map(|slot| (slot.path.as_path(), slot.family.as_str()))
    }
}

/// Marks that Chinese and Western text share but that are as wide as a character in Chinese.
fn is_full_width(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…')
}

/// Letters, digits and signs that are set in the Latin face; quotation marks and dashes are Chinese ones.
pub fn is_latin(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{7E}' | '\u{A1}'..='\u{B6}' | '\u{B8}'..='\u{24F}')
}
