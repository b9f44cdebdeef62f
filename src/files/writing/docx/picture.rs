//! A chart in the paper: a picture as wide as the text at most, its title below it, and what it shows in words for those who hear it.

use super::story::{Paragraph, Story};
use crate::domain::report::chart::Chart;
use crate::files::writing::WriteProblem;
use crate::files::writing::markup::Markup;
use crate::files::writing::picture::Picture;

/// English Metric Units: 9,525 to a pixel of 1/96 inch, 635 to a twip.
const PIXEL: usize = 9_525;
const TWIP: usize = 635;
/// No picture is higher than 200 mm.
const HIGHEST: usize = 7_200_000;

pub(super) fn write(story: &mut Story, chart: &Chart) -> Result<(), WriteProblem> {
    // links lead nowhere on paper
    let picture = Picture::of(&chart.leading(|_| None).svg())?;
    let (width, height) = fitted(&picture, story.width() * TWIP);
    story.pictures.push(picture);
    let number = story.pictures.len();
    let drawing = drawing(number, chart, &width.to_string(), &height.to_string());
    story.add(Paragraph::new("Picture").append(&drawing));
    story.add(Paragraph::new("Caption").words(&chart.head().title));
    Ok(())
}

/// As big as it is drawn, or smaller in proportion.
fn fitted(picture: &Picture, widest: usize) -> (usize, usize) {
    let (width, height) = (picture.width as usize * PIXEL, picture.height as usize * PIXEL);
    let (width, height) = if width > widest { (widest, height * widest / width.max(1)) } else { (width, height) };
    if height > HIGHEST { (width * HIGHEST / height, HIGHEST) } else { (width, height) }
}

/// The name of the picture in the package, from its number.
pub(super) fn file_name(number: usize) -> String {
    format!("image{number}.png")
}

/// Relationships of pictures come after those of the package's other parts.
pub(super) fn relation(number: usize) -> String {
    format!("rId{}", super::parts::RELATIONS + number)
}

fn drawing(number: usize, chart: &Chart, width: &str, height: &str) -> Markup {
    let head = chart.head();
    let (id, name) = (number.to_string(), format!("图{number}"));
    let mut out = Markup::default();
    out.fixed("<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">")
        .leaf("wp:extent", &[("cx", width), ("cy", height)])
        .leaf("wp:docPr", &[("id", &id), ("name", &name), ("descr", &head.description), ("title", &head.title)])
        .fixed("<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr><a:graphic>")
        .fixed("<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>")
        .leaf("pic:cNvPr", &[("id", &id), ("name", &file_name(number)), ("descr", &head.description)])
        .fixed("<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>")
        .leaf("a:blip", &[("r:embed", &relation(number))])
        .fixed("<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>")
        .leaf("a:ext", &[("cx", width), ("cy", height)])
        .fixed("</a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>")
        .fixed("</wp:inline></w:drawing></w:r>");
    out
}
