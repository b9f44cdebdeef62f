//! Packages of DOCX and XLSX: parts in a zip that has no clock, and vector pictures in them. A picture is there twice: as PNG, which every
//! program shows, and as SVG, which Word and Excel prefer since 2016 (the extension `asvg:svgBlip` of the same blip). Where the
//! PNG stands is found by its bytes, so that it does not matter who wrote the package and how its parts are named.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::WriteProblem;
use super::bundle::packed;
use super::picture::Picture;

const TYPES: &str = "[Content_Types].xml";
const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// `word/document.xml`
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Part {
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Part {
        Part { name: name.into(), bytes: bytes.into() }
    }
}

/// The same package with an SVG beside each of its PNGs that is among `pictures`. Errors: the package cannot be read.
pub fn with_vectors(package: &[u8], pictures: &[Picture]) -> Result<Vec<u8>, WriteProblem> {
    if pictures.is_empty() {
        return Ok(package.to_vec());
    }
    let mut parts = unpack(package)?;
    for picture in pictures {
        add_vector(&mut parts, picture)?;
    }
    pack(&parts)
}

/// The zip: parts in their order; the same parts give the same bytes.
pub(super) fn pack(parts: &[Part]) -> Result<Vec<u8>, WriteProblem> {
    packed(parts.iter().map(|part| (part.name.as_str(), part.bytes.as_slice()))).map_err(broken)
}

fn unpack(package: &[u8]) -> Result<Vec<Part>, WriteProblem> {
    let mut zip = ZipArchive::new(Cursor::new(package)).map_err(broken)?;
    let mut parts = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(broken)?;
        if file.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        parts.push(Part::new(file.name(), bytes));
    }
    Ok(parts)
}

fn broken(error: impl std::fmt::Display) -> WriteProblem {
    WriteProblem::Package(error.to_string())
}

/// Puts the SVG beside its PNG and names it wherever the PNG is shown. A picture that is not in the package stays away.
pub(super) fn add_vector(parts: &mut Vec<Part>, picture: &Picture) -> Result<(), WriteProblem> {
    let Some(at) = parts.iter().position(|part| part.bytes == picture.png) else { return Ok(()) };
    let png = parts[at].name.clone();
    let svg = format!("{}.svg", png.trim_end_matches(".png"));
    if parts.iter().any(|part| part.name == svg) {
        return Ok(());
    }
    parts.insert(at + 1, Part::new(svg.as_str(), picture.svg.as_bytes()));
    edit(parts, TYPES, declare)?;
    let relations: Vec<String> = parts.iter().filter(|part| part.name.ends_with(".rels")).map(|part| part.name.clone()).collect();
    for name in relations {
        let Some(owner) = owner_of(&name) else { continue };
        let mut told = Vec::new();
        edit(parts, &name, |xml| relate(xml, &owner, (&png, &svg), &mut told))?;
        for (raster, vector) in told {
            edit(parts, &owner, |xml| extend(xml, &raster, &vector))?;
        }
    }
    Ok(())
}

fn edit(parts: &mut [Part], name: &str, change: impl FnOnce(&str) -> String) -> Result<(), WriteProblem> {
    let Some(part) = parts.iter_mut().find(|part| part.name == name) else { return Ok(()) };
    let xml = std::str::from_utf8(&part.bytes).map_err(broken)?;
    part.bytes = change(xml).into_bytes();
    Ok(())
}

/// `xl/drawings/_rels/drawing1.xml.rels` → `xl/drawings/drawing1.xml`.
fn owner_of(relations: &str) -> Option<String> {
    let (folder, file) = relations.rsplit_once("_rels/")?;
    Some(format!("{folder}{}", file.strip_suffix(".rels")?))
}

/// The content type of SVG, among the defaults at the head.
fn declare(types: &str) -> String {
    if types.contains("Extension=\"svg\"") {
        return types.to_owned();
    }
    types.replacen("<Default ", "<Default Extension=\"svg\" ContentType=\"image/svg+xml\"/><Default ", 1)
}

/// Relationships of `owner` with one more for each that leads to the PNG; `told` has the ids of both.
fn relate(xml: &str, owner: &str, (png, svg): (&str, &str), told: &mut Vec<(String, String)>) -> String {
    let tags: Vec<&str> = tags(xml, "Relationship").collect();
    let numbers = tags.iter().filter_map(|tag| attribute(tag, "Id")?.strip_prefix("rId")?.parse::<u32>().ok());
    let mut next = numbers.max().unwrap_or(0);
    let mut added = String::new();
    for tag in &tags {
        let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target")) else { continue };
        if resolve(owner, target) != png {
            continue;
        }
        next += 1;
        let path = target.replace(file_of(png), file_of(svg));
        added.push_str(&format!("<Relationship Id=\"rId{next}\" Type=\"{IMAGE}\" Target=\"{path}\"/>"));
        told.push((id.to_owned(), format!("rId{next}")));
    }
    xml.replace("</Relationships>", &format!("{added}</Relationships>"))
}

fn file_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A target as it is written in `owner`'s relationships, from the package's root.
fn resolve(owner: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = owner.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            ".." => {
                path.pop();
            }
            "." => {}
            step => path.push(step),
        }
    }
    path.join("/")
}

/// Each blip of the PNG, empty so far, with the SVG as its extension.
fn extend(xml: &str, raster: &str, vector: &str) -> String {
    let mut out = xml.to_owned();
    let shown: Vec<&str> = tags(xml, "a:blip").filter(|tag| tag.ends_with("/>") && attribute(tag, "r:embed") == Some(raster)).collect();
    for tag in shown {
        let open = tag.trim_end_matches("/>").trim_end();
        let full = format!(
            "{open}><a:extLst><a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\"><asvg:svgBlip \
             xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:embed=\"{vector}\"/></a:ext></a:extLst></a:blip>"
        );
        out = out.replace(tag, &full);
    }
    out
}

/// Start tags of that name as they stand there.
fn tags<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = &'x str> {
    let open = format!("<{name}");
    let starts: Vec<usize> = xml.match_indices(&open).map(|(at, _)| at).collect();
    starts.into_iter().filter_map(move |at| {
        let tag = &xml[at..=at + xml[at..].find('>')?];
        tag[open.len()..].starts_with([' ', '>', '/']).then_some(tag)
    })
}

fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(&tag[start..start + tag[start..].find('"')?])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    fn text(parts: &[Part], name: &str) -> String {
        String::from_utf8(parts.iter().find(|part| part.name == name).unwrap().bytes.clone()).unwrap()
    }

    /// A workbook with the picture on two sheets, as rust_xlsxwriter writes it.
    fn workbook(picture: &Picture) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let image = rust_xlsxwriter::Image::new_from_buffer(&picture.png).unwrap();
        for _ in 0..2 {
            book.add_worksheet().insert_image(1, 1, &image).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn a_workbook_shows_the_vector_wherever_it_shows_the_raster() {
        let picture = Picture::of("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='4'><path d='M0 0H8'/></svg>").unwrap();
        let parts = unpack(&with_vectors(&workbook(&picture), std::slice::from_ref(&picture)).unwrap()).unwrap();
        assert_eq!(text(&parts, "xl/media/image1.svg"), picture.svg);
        assert_eq!(text(&parts, TYPES).matches("image/svg+xml").count(), 1);
        for sheet in ["1", "2"] {
            let relations = text(&parts, &format!("xl/drawings/_rels/drawing{sheet}.xml.rels"));
            assert!(relations.contains("Id=\"rId2\"") && relations.contains("Target=\"../media/image1.svg\""), "{relations}");
            let drawing = text(&parts, &format!("xl/drawings/drawing{sheet}.xml"));
            assert_eq!(drawing.matches("asvg:svgBlip xmlns").count(), 1, "{drawing}");
            assert!(drawing.contains("r:embed=\"rId1\"><a:extLst>") && drawing.contains("r:embed=\"rId2\"/></a:ext>"), "{drawing}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_added_and_nothing_is_added_twice() {
        let shown = Picture::of("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='4'><path d='M0 0H8'/></svg>").unwrap();
        let absent = Picture::of("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='4'/>").unwrap();
        let package = workbook(&shown);
        let once = with_vectors(&package, &[absent, shown.clone()]).unwrap();
        assert_eq!(with_vectors(&once, &[shown]).unwrap(), once);
        assert_eq!(unpack(&once).unwrap().len(), unpack(&package).unwrap().len() + 1);
    }

    #[test]
    fn targets_are_found_from_the_root() {
        assert_eq!(resolve("xl/drawings/drawing1.xml", "../media/image1.png"), "xl/media/image1.png");
        assert_eq!(resolve("word/document.xml", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("word/document.xml", "/word/media/a.png"), "word/media/a.png");
    }
}
