//! HTML that remains in cells and blocks after the translation spans are removed.

use scraper::{ElementRef, Html, Node};

/// The effect of an inline tag on the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It starts a new line: `<br>`, `<li>`, `<p>` …
    Break,
    /// It starts a superscript.
    Raise,
    /// It ends a superscript.
    Lower,
    /// It has no effect on the text.
    None,
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
        // A page can have a million of them, and most need no parser.
        bare if bare.bytes().all(|byte| byte.is_ascii_alphabetic()) && !is_block(&bare.to_ascii_lowercase()) => {
            return Effect::None;
        }
        _ => {}
    }
    if tag.starts_with("</") || tag.len() > 1024 {
        return Effect::None;
    }
    let fragment = Html::parse_fragment(tag);
    let breaks = fragment.root_element().child_elements().any(|element| is_block(element.value().name()));
    if breaks { Effect::Break } else { Effect::None }
}

/// The text of a block of HTML, one entry per line, with blanks between cells.
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
    // Not recursive: hostile pages nest deeper than the stack allows.
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
    fn tables_become_lines() {
        assert_eq!(lines("<table><tr><td>a</td><td>b &lt; c</td></tr><tr><td>d</td></tr></table>"), ["a b < c", "d"]);
    }
}
