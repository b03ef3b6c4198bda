//! Normalizes spellings: capitals, marks, blanks, full-width punctuation.

/// Lower case, without marks and edge punctuation, blanks collapsed.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for word in text.split_ascii_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            let kept = word.bytes().filter(|byte| !matches!(byte, b'*' | b'`' | b'\\'));
            folded.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
        }
        return trimmed(folded, &['.', ',', ';', ':', ' ', '_']);
    }
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{200b}') {
        if word.is_empty() {
            continue;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        for c in word.chars().filter(|c| !matches!(c, '*' | '`' | '\\')) {
            match c {
                // Most letters of a page have no capitals: CJK.
                '\u{2e80}'..='\u{a4cf}' => folded.push(c),
                c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
                c => folded.extend(c.to_lowercase()),
            }
        }
    }
    trimmed(folded, &['.', ',', ';', ':', '。', '，', '；', '：', ' ', '_'])
}

/// A text without some characters at its edges.
fn trimmed(mut text: String, edges: &[char]) -> String {
    text.truncate(text.trim_end_matches(edges).len());
    text.drain(..text.len() - text.trim_start_matches(edges).len());
    text
}

/// Full-width punctuation as ASCII, without quotation marks and without blanks around parentheses.
/// Translations of the same word differ in these; localized tables are written in this form.
pub(super) fn narrow(folded: &str) -> String {
    if folded.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'_')) {
        return folded.to_owned();
    }
    let mut narrow = String::with_capacity(folded.len());
    for c in folded.chars() {
        let c = match half_width(c) {
            '“' | '”' | '„' | '"' | '「' | '」' | '«' | '»' => continue,
            c => c,
        };
        if matches!(c, '(' | ')' | ',') && narrow.ends_with(' ') {
            narrow.pop();
        }
        if c != ' ' || !narrow.ends_with(['(', ')', ',', ' ']) {
            narrow.push(c);
        }
    }
    narrow.trim().to_owned()
}

pub(super) fn half_width(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        '，' | '、' => ',',
        '：' => ':',
        '；' => ';',
        '？' => '?',
        c => c,
    }
}
