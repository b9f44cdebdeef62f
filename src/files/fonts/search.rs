//! Looks for the families of the list among the fonts of the machine and puts them into each role's order. The same fonts give
//! the same choice, in whatever order a directory lists them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source, Style};

use super::families::{self, Family};
use super::{Face, FontProblem, Fonts, Role};

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The directory of `SUNLEDGER_FONTS`; its fonts come before the system's.
    pub named: Option<PathBuf>,
    /// The system's directories as well.
    pub system: bool,
}

impl Places {
    pub fn usual() -> Places {
        Places { named: std::env::var_os("SUNLEDGER_FONTS").filter(|dir| !dir.is_empty()).map(PathBuf::from), system: true }
    }

    fn shown(&self) -> String {
        let named = match &self.named {
            Some(dir) => format!("SUNLEDGER_FONTS 指明的 {}", dir.display()),
            None => "SUNLEDGER_FONTS（未设置）".to_string(),
        };
        let system = "系统字体目录 /usr/share/fonts、/usr/local/share/fonts、~/.fonts、~/.local/share/fonts";
        if self.system { format!("{named}；{system}") } else { named }
    }
}

/// A face that may be used; read when it first is.
pub(super) struct Slot {
    pub id: ID,
    pub family: String,
    pub path: PathBuf,
    pub weight: u16,
    pub face: OnceLock<Option<Face>>,
}

impl Fonts {
    /// Looks in these places.
    ///
    /// # Errors
    /// As [`Fonts::get`].
    pub fn search(places: &Places) -> Result<Fonts, FontProblem> {
        let families = families::listed(places.named.as_deref())?;
        let mut database = Database::new();
        if let Some(dir) = &places.named {
            database.load_fonts_dir(dir);
        }
        if places.system {
            database.load_system_fonts();
        }
        let mut slots: Vec<Slot> = Vec::new();
        let mut own: [Vec<u16>; 7] = Default::default();
        for family in &families {
            let Some((info, path)) = best(&database, family, places.named.as_deref()) else { continue };
            let at = slots.iter().position(|slot| slot.id == info.id).unwrap_or_else(|| {
                let face = OnceLock::new();
                slots.push(Slot { id: info.id, family: family.name.clone(), path: path.to_path_buf(), weight: family.weight, face });
                slots.len() - 1
            });
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            let chain = &mut own[family.role as usize];
            if !chain.contains(&at) {
                chain.push(at);
            }
        }
        if Role::CHINESE.iter().all(|&role| own[role as usize].is_empty()) {
            return Err(FontProblem::None(places.shown()));
        }
        let chains = Role::ALL.map(|role| chain(&own, role));
        Ok(Fonts { slots, chains, database: Mutex::new(database) })
    }
}

/// A role's own faces, then those of the roles after it, around to those before it; Latin and rare ones last.
fn chain(own: &[Vec<u16>; 7], role: Role) -> Vec<u16> {
    let chinese = Role::CHINESE.len();
    let others = (0..chinese).map(|step| (role as usize + step) % chinese);
    let mut chain: Vec<u16> = Vec::new();
    if role as usize >= chinese {
        chain.extend(&own[role as usize]);
    }
    for next in others.chain([Role::Rare as usize, Role::Latin as usize]) {
        for &at in &own[next] {
            if !chain.contains(&at) {
                chain.push(at);
            }
        }
    }
    chain
}

/// The upright face of a family whose weight is nearest; of several the one in the named directory, then the first by path.
fn best<'a>(database: &'a Database, family: &Family, named: Option<&Path>) -> Option<(&'a FaceInfo, &'a Path)> {
    let faces = database.faces().filter(|face| face.style == Style::Normal);
    let faces = faces.filter(|face| face.families.iter().any(|(name, _)| *name == family.name));
    let faces = faces.filter_map(|face| match &face.source {
        Source::File(path) | Source::SharedFile(path, _) => Some((face, path.as_path())),
        Source::Binary(_) => None,
    });
    faces.min_by_key(|(face, path)| {
        let elsewhere = !named.is_some_and(|dir| path.starts_with(dir));
        (face.weight.0.abs_diff(family.weight), elsewhere, path.to_path_buf(), face.index)
    })
}
