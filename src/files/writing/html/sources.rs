//! The appendix 数据来源: for each figure its exact value, how it is made, the figures it is made of and those it goes into, where it is
//! printed, and its vouchers. It is for the screen; the printed paper does without.

use std::collections::BTreeMap;

use super::figures::{Figures, entry};
use crate::domain::report::document::{Document, Source};
use crate::domain::report::figure::day;
use crate::files::writing::markup::Markup;

/// Up to so many vouchers are shown at once; more are opened.
const SHOWN: usize = 12;
/// Up to so many places are named; a figure that stands more often is found from these.
const PLACES: usize = 8;

pub(super) fn write(document: &Document, figures: &Figures<'_>) -> Markup {
    let mut out = Markup::default();
    if figures.is_empty() {
        return out;
    }
    out.fixed("<section class=\"sources\" id=\"sources\" aria-labelledby=\"sources-title\">\n<h2 id=\"sources-title\">数据来源</h2>\n");
    out.fixed("<p class=\"hint\">金额为准确数，单位元；比率为小数。本部分只在屏幕上看，不随公文打印。</p>\n");
    let wholes = wholes(document, figures);
    let mut listed: BTreeMap<&[usize], usize> = BTreeMap::new();
    for (index, source) in document.sources.iter().enumerate() {
        out.open("article", &[("class", "source"), ("id", &entry(index)), ("tabindex", "-1")]).fixed("\n");
        out.element("h3", &[], &source.name).fixed("\n<dl>\n");
        value(&mut out, source, index, figures);
        out.fixed("<dt>怎样得来</dt><dd>").text(&source.how).fixed("</dd>\n");
        let parts: Vec<usize> = source.parts.iter().filter_map(|key| figures.of(key)).collect();
        links(&mut out, "由这些数得来", &parts, document);
        links(&mut out, "用在", wholes.get(&index).map_or(&[], Vec::as_slice), document);
        back(&mut out, index, figures);
        out.fixed("</dl>\n");
        vouchers(&mut out, document, (index, source), &mut listed);
        out.fixed("</article>\n");
    }
    out.fixed("</section>\n");
    out
}

/// Which figures are made of a figure.
fn wholes(document: &Document, figures: &Figures<'_>) -> BTreeMap<usize, Vec<usize>> {
    let mut wholes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, source) in document.sources.iter().enumerate() {
        for part in source.parts.iter().filter_map(|key| figures.of(key)) {
            wholes.entry(part).or_default().push(index);
        }
    }
    wholes
}

fn value(out: &mut Markup, source: &Source, index: usize, figures: &Figures<'_>) {
    out.fixed("<dt>数值</dt><dd class=\"value\">").text(&source.value);
    if let Some(place) = figures.places(index).first().filter(|place| place.printed != source.value) {
        out.fixed("<span class=\"printed-as\">（文中写作 ").text(&place.printed).fixed("）</span>");
    }
    out.fixed("</dd>\n");
}

fn links(out: &mut Markup, label: &'static str, sources: &[usize], document: &Document) {
    if sources.is_empty() {
        return;
    }
    out.element("dt", &[], label).fixed("<dd><ul>");
    for &index in sources {
        let source = &document.sources[index];
        let href = format!("#{}", entry(index));
        out.fixed("<li>")
            .element("a", &[("href", &href)], &source.name)
            .fixed(" <span class=\"value\">")
            .text(&source.value)
            .fixed("</span></li>");
    }
    out.fixed("</ul></dd>\n");
}

/// The way back to where the figure is printed.
fn back(out: &mut Markup, index: usize, figures: &Figures<'_>) {
    let places = figures.places(index);
    if places.is_empty() {
        return;
    }
    out.fixed("<dt>回到文中</dt><dd class=\"back\">");
    for (number, place) in places.iter().take(PLACES).enumerate() {
        let href = format!("#{}", place.anchor);
        out.element("a", &[("href", &href)], &format!("↩ 第{}处 {}", number + 1, place.printed)).fixed(" ");
    }
    if places.len() > PLACES {
        out.text(&format!("等{}处", places.len()));
    }
    out.fixed("</dd>\n");
}

/// The list of vouchers; a long one that stands above already is named.
fn vouchers<'d>(out: &mut Markup, document: &'d Document, (index, source): (usize, &'d Source), listed: &mut BTreeMap<&'d [usize], usize>) {
    let count = source.vouchers.len();
    if count == 0 {
        return;
    }
    let first = *listed.entry(&source.vouchers).or_insert(index);
    if first != index && count > SHOWN {
        let (href, name) = (format!("#{}", entry(first)), &document.sources[first].name);
        out.text(&format!("凭证 {count} 张，与")).element("a", &[("href", &href)], &format!("“{name}”")).text("的凭证相同，列在那里。");
        return;
    }
    out.fixed(if count > SHOWN { "<details>" } else { "<details open>" });
    out.element("summary", &[], &format!("凭证 {count} 张")).fixed("\n<div class=\"table\"><table>\n<thead><tr>");
    for title in ["凭证号", "日期", "摘要", "金额（元）"] {
        out.element("th", &[("scope", "col")], title);
    }
    out.fixed("</tr></thead>\n<tbody>\n");
    for voucher in source.vouchers.iter().filter_map(|&at| document.vouchers.get(at)) {
        out.fixed("<tr>").element("th", &[("scope", "row")], &voucher.number).element("td", &[("class", "c")], &day(voucher.date));
        out.element("td", &[], &voucher.summary).element("td", &[("class", "r")], &voucher.amount).fixed("</tr>\n");
    }
    out.fixed("</tbody>\n</table></div></details>\n");
}
