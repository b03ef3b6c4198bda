//! HTML that is left inside cells and blocks once the translation spans are gone.

use scraper::{ElementRef, Html, Node};

/// What an inline tag does to the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It starts a new line: `<br>`, `<li>`, `<p>` …
    Break,
    /// It starts a superscript.
    Raise,
    /// It ends a superscript.
    Lower,
    /// It changes nothing we read.
    None,
}

/// What a table of HTML consists of, in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A row begins; its number among all rows of the text, from 0.
    Row(usize),
    /// A cell begins.
    Cell,
    Text(String),
    Break,
    /// A link begins, with its destination.
    Link(String),
    Code,
    Strong,
    /// What began last among links, code and strong text ends.
    End,
}

/// The rows and cells of the first table of a text; a table inside a cell is text.
#[must_use]
pub(super) fn table(block: &str) -> Vec<Part> {
    let fragment = Html::parse_fragment(block);
    let mut parts = Vec::new();
    let is_table = |name: Option<&str>| name == Some("table");
    let mut nodes = fragment.root_element().descendants();
    let Some(table) = nodes.find(|node| is_table(node.value().as_element().map(|element| element.name()))) else {
        return parts;
    };
    let mut rows = 0;
    let mut is_in_cell = false;
    // A flat walk: hostile pages nest deeper than a stack allows.
    let (mut node, mut inner_tables, mut is_closing) = (table, 0_usize, false);
    loop {
        let name = node.value().as_element().map(|element| element.name());
        if is_closing {
            match name {
                Some("table") if inner_tables > 0 => inner_tables -= 1,
                Some("td" | "th") if inner_tables == 0 => is_in_cell = false,
                Some("a" | "code" | "strong" | "b") if is_in_cell => parts.push(Part::End),
                _ => {}
            }
        } else {
            match (node.value(), name) {
                (Node::Text(text), _) if is_in_cell => parts.push(Part::Text(str::to_owned(text))),
                (_, Some("table")) if node.id() != table.id() => inner_tables += 1,
                (_, Some("tr")) => {
                    if inner_tables == 0 {
                        parts.push(Part::Row(rows));
                    }
                    rows += 1;
                }
                (_, Some("td" | "th")) if inner_tables == 0 => {
                    is_in_cell = true;
                    parts.push(Part::Cell);
                }
                (Node::Element(element), Some("a")) if is_in_cell => {
                    parts.push(Part::Link(element.attr("href").unwrap_or_default().to_owned()));
                }
                (_, Some("code")) if is_in_cell => parts.push(Part::Code),
                (_, Some("strong" | "b")) if is_in_cell => parts.push(Part::Strong),
                (_, Some(name)) if is_in_cell && is_block(name) => parts.push(Part::Break),
                _ => {}
            }
        }
        let child = if is_closing { None } else { node.first_child() };
        (node, is_closing) = match (child, is_closing) {
            (Some(child), _) => (child, false),
            // An element without children closes at once.
            (None, false) => (node, true),
            (None, true) if node.id() == table.id() => return parts,
            (None, true) => match (node.next_sibling(), node.parent()) {
                (Some(next), _) => (next, false),
                (None, Some(parent)) => (parent, true),
                (None, None) => return parts,
            },
        };
    }
}

/// Classifies one inline tag.
#[must_use]
pub(super) fn effect(tag: &str) -> Effect {
    let name = tag.trim_start_matches(['<', '/']);
    if name.get(..2).is_some_and(|name| name.eq_ignore_ascii_case("br")) {
        return Effect::Break;
    }
    match tag.trim_matches(['<', '>', ' ']) {
        bare if bare.eq_ignore_ascii_case("sup") => return Effect::Raise,
        bare if bare.eq_ignore_ascii_case("/sup") => return Effect::Lower,
        _ => {}
    }
    if tag.starts_with("</") || tag.len() > 1024 {
        return Effect::None;
    }
    let fragment = Html::parse_fragment(tag);
    let breaks = fragment.root_element().child_elements().any(|element| is_block(element.value().name()));
    if breaks { Effect::Break } else { Effect::None }
}

/// The text of a block of HTML: one entry a line, cells separated by blanks.
#[must_use]
pub(super) fn lines(block: &str) -> Vec<String> {
    let fragment = Html::parse_fragment(block);
    let mut lines = vec![String::new()];
    collect(fragment.root_element(), &mut lines);
    lines.retain_mut(|line| {
        *line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        !line.is_empty()
    });
    lines
}

fn collect(root: ElementRef<'_>, lines: &mut Vec<String>) {
    // A flat walk: hostile pages nest deeper than a stack allows.
    for node in root.descendants() {
        match node.value() {
            Node::Text(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Node::Element(element) if is_block(element.name()) => lines.push(String::new()),
            Node::Element(element) if matches!(element.name(), "td" | "th") => {
                if let Some(line) = lines.last_mut() {
                    line.push(' ');
                }
            }
            _ => {}
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(name, "br" | "div" | "li" | "ol" | "p" | "table" | "tr" | "ul")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for tag in ["<br>", "<br/>", "</br>", "<BR />", "<li>", "<p align=\"left\">", "<ul>"] {
            assert_eq!(effect(tag), Effect::Break, "{tag}");
        }
        assert_eq!((effect("<sup>"), effect("</SUP>")), (Effect::Raise, Effect::Lower));
        for tag in ["<sub>", "</li>", "<a name=\"x\">", "<!--x-->", "<em>"] {
            assert_eq!(effect(tag), Effect::None, "{tag}");
        }
    }

    #[test]
    fn tables_become_parts() {
        let text = |text: &str| Part::Text(text.to_owned());
        assert_eq!(
            table(
                "<TABLE><tr><td>a<td><a href=\"x.md\">b</a> &lt;<br></tr><tr><td><table><tr><td>c</td></tr></table></table>"
            ),
            [
                Part::Row(0),
                Part::Cell,
                text("a"),
                Part::Cell,
                Part::Link("x.md".to_owned()),
                text("b"),
                Part::End,
                text(" <"),
                Part::Break,
                Part::Row(1),
                Part::Cell,
                text("c"),
            ]
        );
        assert_eq!(table("<p>none</p>"), []);
    }

    #[test]
    fn tables_become_lines() {
        assert_eq!(lines("<table><tr><td>a</td><td>b &lt; c</td></tr><tr><td>d</td></tr></table>"), ["a b < c", "d"]);
    }
}
