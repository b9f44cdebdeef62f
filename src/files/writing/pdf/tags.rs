//! The order in which a screen reader meets a paper: headings, paragraphs, tables with their rows and cells, pictures with what
//! they show in words. Elements are declared as the paper is laid out; pieces of the pages are added as they are drawn.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// An element by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// The level and what the heading says.
    Heading(u8, String),
    Paragraph,
    Note,
    Table,
    Row,
    Header,
    Cell,
    /// What the picture shows.
    Figure(String),
}

struct Node {
    kind: Kind,
    parent: Option<Element>,
    content: Vec<Identifier>,
}

#[derive(Default)]
pub(super) struct Tags {
    nodes: Vec<Node>,
    current: Option<Element>,
}

impl Tags {
    pub fn element(&mut self, parent: Option<Element>, kind: Kind) -> Element {
        self.nodes.push(Node { kind, parent, content: Vec::new() });
        Element(self.nodes.len() - 1)
    }

    pub fn within(&mut self, element: Option<Element>) {
        self.current = element;
    }

    pub fn current(&self) -> Option<Element> {
        self.current
    }

    pub fn content(&mut self, element: Element, piece: Identifier) {
        if let Some(node) = self.nodes.get_mut(element.0) {
            node.content.push(piece);
        }
    }
}

/// The whole tree, in the order of declaration; an element's own content comes before its children.
pub(super) fn tree(tags: Tags) -> TagTree {
    let mut groups: Vec<Option<(TagGroup, Option<Element>)>> = Vec::with_capacity(tags.nodes.len());
    for node in tags.nodes {
        let mut group = TagGroup::new(tag(node.kind));
        for piece in node.content {
            group.push(piece);
        }
        groups.push(Some((group, node.parent)));
    }
    // children are declared after their parents: from the last to the first, each joins its parent's list
    let mut below: Vec<Vec<TagGroup>> = groups.iter().map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for at in (0..groups.len()).rev() {
        let Some((mut group, parent)) = groups[at].take() else { continue };
        for child in below[at].drain(..).rev() {
            group.push(child);
        }
        match parent {
            Some(parent) if parent.0 < at => below[parent.0].push(group),
            _ => top.push(group),
        }
    }
    let mut tree = TagTree::new().with_lang(Some("zh-CN".into()));
    for group in top.into_iter().rev() {
        tree.push(group);
    }
    tree
}

fn tag(kind: Kind) -> TagKind {
    match kind {
        Kind::Heading(level, title) => Tag::Hn(NonZeroU16::new(u16::from(level)).unwrap_or(NonZeroU16::MIN), Some(title)).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::Note => Tag::Note.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::Header => Tag::TH(TableHeaderScope::Column).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(alt) => Tag::Figure(Some(alt)).into(),
    }
}
