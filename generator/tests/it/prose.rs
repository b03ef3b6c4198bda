//! The sentences of pages are added to doc comments only on request, and only as plain text.

use graphdocs::extract::{PageInput, extract_page, extract_prose};
use graphdocs::generate::generate;
use graphdocs::model::prose::{Languages, Prose};
use graphdocs::policy::Policy;
use graphdocs::source::PagePath;

use crate::support::{root, templates, vocab};

/// All generated Rust of one page.
fn code(raw: &[u8], languages: Option<Languages>) -> String {
    let path = PagePath::new("api-reference/v1.0/api/widget-calibrate.md");
    let vocab = vocab();
    let facts = extract_page(PageInput::new(&path, "zh-CN", raw), &vocab);
    let prose = match languages {
        Some(languages) => {
            let sentences = extract_prose(PageInput::new(&path, "zh-CN", raw));
            Prose { languages, pages: [(path, sentences)].into() }
        }
        None => Prose::default(),
    };
    let files = generate(&[facts], &templates(), &vocab, &Policy::default(), &prose, &[]).expect("generated").files;
    let generated = files.iter().filter(|(path, _)| path.starts_with("src/v1"));
    generated.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect()
}

#[test]
fn sentences_are_there_in_the_wanted_languages() {
    let page = std::fs::read(root().join("tests/fixtures/operation/widget-calibrate/page.md")).expect("the page");
    let (source, localized) = ("Adjust the sensors of a widget\\.", "校准小组件的传感器。");
    let (row, localized_row) = ("The size to reach\\. Required\\.", "目标大小。必需。");
    for (languages, has_source, has_localized) in [
        (None, false, false),
        (Some(Languages::Source), true, false),
        (Some(Languages::Localized), false, true),
        (Some(Languages::Both), true, true),
    ] {
        let code = code(&page, languages);
        for (text, expected) in
            [(source, has_source), (row, has_source), (localized, has_localized), (localized_row, has_localized)]
        {
            assert_eq!(code.contains(text), expected, "{languages:?} and `{text}`");
        }
        assert!(!code.contains("Namespace"), "{languages:?}");
    }
}

#[test]
fn sentences_mean_nothing_to_markdown_and_rust() {
    let page = "# widget: calibrate\n\nEnd */ `of` <script>alert(1)</script> [a](javascript:b) https://x.example \
                [`crate::Client`] \\ # x\n\n```http\nPOST /widgets/{id}/calibrate\n```\n\n## Request body\n\n\
                |Parameter|Type|Description|\n|:--|:--|:--|\n|size|Int32|*/ ]] `` *b* _c_ \u{202e}|\n";
    let code = code(page.as_bytes(), Some(Languages::Both));
    let docs: Vec<_> = code.lines().filter(|line| line.contains("End") || line.contains("]]")).collect();
    assert!(!docs.is_empty());
    for line in docs {
        let line = line.trim_start();
        assert!(line.starts_with("/// "), "{line}");
        for bad in ["<script", "](", " *b", " _c", " `", "https:/", "\u{202e}"] {
            assert!(!line.contains(bad), "`{bad}` in {line}");
        }
    }
}
