//! A package of DOCX or XLSX read by the rules of ECMA-376 part 2: every part is well-formed and of a known type, every relationship leads to
//! a part, every reference to a relationship. Word asks to repair a file where one of these is wrong; LibreOffice often does
//! not mind, which is why this is looked at apart.

use resvg::usvg::roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

const TYPES: &str = "[Content_Types].xml";
const REFERENCE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// What is wrong with the package, each with its name and part; nothing if it is sound.
pub fn problems(name: &str, bytes: &[u8]) -> Vec<String> {
    let mut wrong = Vec::new();
    let parts = match parts(bytes, &mut wrong) {
        Ok(parts) => parts,
        Err(error) => return vec![format!("{name}: no package: {error}")],
    };
    match parts.get(TYPES).map(|types| std::str::from_utf8(types).map(Document::parse)) {
        Some(Ok(Ok(types))) => check_types(&types, &parts, &mut wrong),
        other => wrong.push(format!("{TYPES}: {other:?}")),
    }
    let mut roots = 0;
    for (part, content) in parts.iter().filter(|(part, _)| part.ends_with(".xml") || part.ends_with(".rels") || part.ends_with(".svg")) {
        let text = String::from_utf8_lossy(content);
        match Document::parse(&text) {
            Ok(tree) if part.ends_with(".rels") => roots += check_relations(part, &tree, &parts, &mut wrong),
            Ok(tree) => check_references(part, &tree, &parts, &mut wrong),
            Err(error) => wrong.push(format!("{part}: {error}")),
        }
    }
    if roots != 1 {
        wrong.push(format!("_rels/.rels: {roots} main parts"));
    }
    wrong.into_iter().map(|what| format!("{name}: {what}")).collect()
}

fn parts(bytes: &[u8], wrong: &mut Vec<String>) -> Result<BTreeMap<String, Vec<u8>>, zip::result::ZipError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at)?;
        if file.is_dir() {
            continue;
        }
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        if parts.insert(file.name().to_string(), content).is_some() {
            wrong.push(format!("{} stands twice", file.name()));
        }
    }
    Ok(parts)
}

fn elements<'t>(tree: &'t Document<'t>, name: &'static str) -> impl Iterator<Item = Node<'t, 't>> {
    tree.descendants().filter(move |node| node.tag_name().name() == name)
}

fn check_types(types: &Document<'_>, parts: &BTreeMap<String, Vec<u8>>, wrong: &mut Vec<String>) {
    let defaults: Vec<String> = elements(types, "Default").filter_map(|node| Some(node.attribute("Extension")?.to_lowercase())).collect();
    let named: Vec<&str> = elements(types, "Override").filter_map(|node| node.attribute("PartName")).collect();
    for list in [defaults.iter().map(String::as_str).collect::<Vec<_>>(), named.clone()] {
        if list.iter().collect::<BTreeSet<_>>().len() != list.len() {
            wrong.push(format!("{TYPES}: something stands twice in {list:?}"));
        }
    }
    for name in &named {
        if !name.strip_prefix('/').is_some_and(|name| parts.contains_key(name)) {
            wrong.push(format!("{TYPES}: there is no {name}"));
        }
    }
    for part in parts.keys().filter(|part| *part != TYPES) {
        let ending = part.rsplit('.').next().unwrap_or("").to_lowercase();
        if !named.contains(&format!("/{part}").as_str()) && !defaults.contains(&ending) {
            wrong.push(format!("{part} has no type"));
        }
    }
}

/// The part that a part of relationships belongs to; empty for the package.
fn owner(relations: &str) -> String {
    relations.replacen("_rels/", "", 1).trim_end_matches(".rels").to_string()
}

/// Gives how many main parts the package names here.
fn check_relations(part: &str, tree: &Document<'_>, parts: &BTreeMap<String, Vec<u8>>, wrong: &mut Vec<String>) -> usize {
    let owner = owner(part);
    if !owner.is_empty() && !parts.contains_key(&owner) {
        wrong.push(format!("{part} belongs to nothing"));
    }
    let (mut ids, mut main) = (BTreeSet::new(), 0);
    for relation in elements(tree, "Relationship") {
        let [Some(id), Some(target), Some(kind)] = ["Id", "Target", "Type"].map(|name| relation.attribute(name)) else {
            wrong.push(format!("{part}: an incomplete relationship"));
            continue;
        };
        if !ids.insert(id) {
            wrong.push(format!("{part}: {id} stands twice"));
        }
        if relation.attribute("TargetMode") != Some("External") && !parts.contains_key(&resolved(&owner, target)) {
            wrong.push(format!("{part}: {id} leads to {target}, which is not there"));
        }
        main += usize::from(owner.is_empty() && kind.ends_with("/officeDocument"));
    }
    main
}

fn resolved(owner: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_string();
    }
    let mut path: Vec<&str> = owner.split('/').collect();
    path.pop();
    for step in target.split('/') {
        if step == ".." {
            path.pop();
        } else {
            path.push(step);
        }
    }
    path.join("/")
}

fn check_references(part: &str, tree: &Document<'_>, parts: &BTreeMap<String, Vec<u8>>, wrong: &mut Vec<String>) {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let relations = format!("{folder}/_rels/{file}.rels");
    let known =
        parts.get(relations.trim_start_matches('/')).map(|content| String::from_utf8_lossy(content).into_owned()).unwrap_or_default();
    for attribute in tree.descendants().flat_map(|node| node.attributes()).filter(|attribute| attribute.namespace() == Some(REFERENCE)) {
        if !known.contains(&format!("Id=\"{}\"", attribute.value())) {
            wrong.push(format!("{part}: {} is no relationship", attribute.value()));
        }
    }
}
