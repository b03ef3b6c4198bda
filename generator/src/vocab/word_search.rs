//! Finds and removes words in folded texts.

/// A word ends at anything but a letter or digit; scripts without blanks have no word ends.
fn is_word_end(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
}

pub(super) fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(is_word_end)
}

/// Whether a word of a script without blanks continues: the mark `必需` in `必需的`.
pub(super) fn runs_on(text: &str, word: &str) -> bool {
    !word.is_ascii() && text[word.len()..].starts_with(char::is_alphanumeric)
}

pub(super) fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        is_word_end(&text[at + word.len()..])
            && text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
    })
}

/// Whether the word is a whole sentence, or ends the text.
pub(super) fn has_sentence(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].trim_end();
        let after = text[at + word.len()..].trim_start();
        let starts = before.ends_with(['.', '。', '(', '（', ';', '；', ')', '）']);
        let ends = after.is_empty() || after.starts_with(['.', '。', ')', '）', ',', '，', ';', '；']);
        starts && ends
    })
}

/// Ignores the case of letters of any script.
fn is_same(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word) || !text.is_ascii() && text.to_lowercase() == word
}

pub(super) fn strip_prefix_word<'t>(text: &'t str, word: &str) -> &'t str {
    match text.get(..word.len()) {
        Some(start) if is_same(start, word) && is_word_end(&text[word.len()..]) => text[word.len()..].trim_start(),
        _ => text,
    }
}

pub(super) fn strip_suffix_word<'t>(text: &'t str, word: &str) -> &'t str {
    let Some(split) = text.len().checked_sub(word.len()).filter(|&split| text.is_char_boundary(split)) else {
        return text;
    };
    let (start, end) = text.split_at(split);
    let glued = !word.is_ascii() || word.starts_with('-');
    let at_word = start.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() || glued);
    if is_same(end, word) && at_word { start.trim_end() } else { text }
}

/// Removes an ending that has no blank or hyphen before it.
pub(super) fn strip_ending<'t>(text: &'t str, ending: &str) -> &'t str {
    match text.len().checked_sub(ending.len()).filter(|&at| at > 0 && text.is_char_boundary(at)) {
        Some(at) if text[at..].eq_ignore_ascii_case(ending) => &text[..at],
        _ => text,
    }
}
