//! Which pages are merged, and what the parts decide together.

use super::*;
use crate::extract::{PageInput, extract_page};
use crate::model::facts::{Member, Method, Property, RequestTemplate, ResponseType, TypeExpression, TypeKind};
use crate::model::pairs::{CellKind, Pair};
use crate::model::proof::Proof;
use crate::vocab::Vocab;

fn page(locale: &str, hash: &str, handed_back: &str) -> PageFacts {
    let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the vocabulary");
    let raw = format!(
        "---\nms.contentlocale: {locale}\nms.openlocfilehash: {hash}\nms.lasthandoff: {handed_back}\n---\n# lamp resource type\n\n\
         ## JSON\n\n<!-- {{\"blockType\": \"resource\", \"@odata.type\": \"microsoft.graph.lamp\"}} -->\n```json\n{{}}\n```\n"
    );
    let path = PagePath::new("api-reference/v1.0/resources/lamp.md");
    extract_page(PageInput::new(&path, locale, raw.as_bytes()), &vocab)
}

fn with_members(locale: &str, names: &[&str]) -> PageFacts {
    let mut page = page(locale, "0a", "07/01/2022");
    let member = |(at, name): (usize, &&str)| Member {
        name: (*name).to_owned(),
        line: 10 + u32::try_from(at).expect("few"),
        proof: if name.is_ascii() { Proof::Whole } else { Proof::Doubtful },
        ..Member::default()
    };
    page.types[0].kind = TypeKind::Enum;
    page.types[0].members = names.iter().enumerate().map(member).collect();
    page
}

fn merged(pages: Vec<PageFacts>, dictionary: &Dictionary) -> PageFacts {
    let mut merged = merge(pages, dictionary, &Trust::default());
    assert_eq!(merged.len(), 1);
    merged.remove(0)
}

fn members(page: &PageFacts) -> Vec<(&str, Proof)> {
    page.types[0].members.iter().map(|member| (member.name.as_str(), member.proof)).collect()
}

#[test]
fn pages_of_one_revision_are_merged() {
    let old = page("pt-BR", "01", "03/01/2022");
    let pages = vec![page("ru-RU", "02", "07/01/2022"), old, page("zh-CN", "02", "07/02/2022")];
    let found = merged(pages, &Dictionary::default());
    assert_eq!(found.witnesses, ["zh-CN", "ru-RU"]);
    assert!(found.diagnostics.iter().any(|found| found.code == &codes::OTHER_REVISION));
}

#[test]
fn pages_that_lost_their_front_matter_are_of_one_revision() {
    let lost = |locale: &str| PageFacts { source_hash: None, day: None, handed_back: None, ..page(locale, "02", "") };
    let found = merged(vec![lost("ru-RU"), lost("zh-CN")], &Dictionary::default());
    assert_eq!(found.witnesses, ["zh-CN", "ru-RU"]);
    let found = merged(vec![lost("ru-RU"), page("zh-CN", "02", "07/01/2022")], &Dictionary::default());
    assert_eq!(found.witnesses, ["zh-CN"]);
}

#[test]
fn capitals_are_those_of_the_list() {
    let chinese = with_members("zh-CN", &["on", "Dimmed", "灯", "FadeOut"]);
    let portuguese = with_members("pt-BR", &["on", "Dimmed", "Lamp", "FadeOut"]);
    let russian = with_members("ru-RU", &["on", "dimmed", "Lamp", "fadeOut"]);
    let found = merged(vec![chinese, portuguese, russian], &Dictionary::default());
    let expected = [
        ("on", Proof::Whole),
        ("dimmed", Proof::TwoLocales),
        // A word that two languages spell alike, with a capital that the others of the list do not have.
        ("Lamp", Proof::Doubtful),
        ("fadeOut", Proof::TwoLocales),
    ];
    assert_eq!(members(&found), expected);
}

#[test]
fn a_page_with_both_sides_of_the_same_revision_is_the_source() {
    let both = |hash: &str, day: &str| PageFacts { source_proof: SourceProof::Exact, ..page("zh-CN", hash, day) };
    let plain = || page("pt-BR", "02", "07/01/2022");
    let witnesses = |both: PageFacts| merged(vec![plain(), both], &Dictionary::default()).witnesses;
    assert!(witnesses(both("02", "07/01/2021")).is_empty());
    assert!(witnesses(both("03", "07/02/2022")).is_empty());
    assert_eq!(witnesses(both("01", "07/01/2021")), ["pt-BR"]);
}

#[test]
fn members_take_votes_then_the_source_text_then_the_dictionary() {
    let chinese = with_members("zh-CN", &["on", "off", "暗", "闪", "x"]);
    let portuguese = with_members("pt-BR", &["on", "desligado", "fraco", "piscando", "lento"]);
    let russian = with_members("ru-RU", &["on", "off", "тусклый", "мигает", "y"]);
    let mut older = PageFacts { source_proof: SourceProof::Exact, ..with_members("zh-CN", &["on", "off", "dim"]) };
    (older.source_hash, older.handed_back) = (Some("01".to_owned()), Some("2021-07-01".to_owned()));
    older.types[0].members[2].line = 30;
    let mut dictionary = Dictionary::default();
    let pair = |localized: &str, source: &str| Pair {
        kind: CellKind::Member,
        localized: localized.to_owned(),
        source: source.to_owned(),
    };
    dictionary.add("pt-BR", [pair("piscando", "blinking"), pair("fraco", "dim"), pair("lento", "slow")]);
    dictionary.add("zh-CN", [pair("闪", "blinking"), pair("暗", "dim")]);
    let found = merged(vec![portuguese, russian, older, chinese], &dictionary);
    let expected = [
        ("on", Proof::Whole),
        ("off", Proof::TwoLocales),
        ("dim", Proof::Dictionary),
        ("blinking", Proof::Dictionary),
        ("x", Proof::Doubtful),
    ];
    assert_eq!(members(&found), expected);
    let doubted: Vec<_> = found.diagnostics.iter().filter(|found| found.code == &codes::NAME_DOUBTED).collect();
    assert_eq!(doubted.len(), 1);
    assert_eq!(doubted[0].position.line, 14);
    assert_eq!(doubted[0].message, "zh-CN:14 `x`, pt-BR:14 `lento`, ru-RU:14 `y`: nothing decides");
}

#[test]
fn the_source_text_of_an_older_day_fills_what_is_between_certain_rows() {
    let chinese = with_members("zh-CN", &["on", "暗", "off"]);
    let portuguese = with_members("pt-BR", &["on", "fraco", "off"]);
    let mut older = PageFacts { source_proof: SourceProof::Exact, ..with_members("zh-CN", &["on", "dim", "off"]) };
    (older.source_hash, older.handed_back) = (Some("01".to_owned()), Some("2021-07-01".to_owned()));
    let found = merged(vec![portuguese, older, chinese], &Dictionary::default());
    assert_eq!(members(&found), [("on", Proof::Whole), ("dim", Proof::SpanPage), ("off", Proof::Whole)]);
}

#[test]
fn two_of_three_do_not_decide_a_response() {
    let with = |locale: &str, name: &str| {
        let mut page = page(locale, "02", "07/01/2022");
        page.response =
            Some(ResponseType { name: name.to_owned(), collection: false, target: None, proof: Proof::Whole });
        page
    };
    let proof = |names: [&str; 3]| {
        let pages = vec![with("zh-CN", names[0]), with("pt-BR", names[1]), with("ru-RU", names[2])];
        merged(pages, &Dictionary::default()).response.map(|ty| (ty.name, ty.proof))
    };
    assert_eq!(proof(["lamp", "lamp", "lamp"]), Some(("lamp".to_owned(), Proof::Whole)));
    assert_eq!(proof(["lamp", "Lamp", "lamp"]), Some(("lamp".to_owned(), Proof::TwoLocales)));
    assert_eq!(proof(["lamp", "luz", "lamp"]), Some(("lamp".to_owned(), Proof::Doubtful)));
}

#[test]
fn the_path_confirms_what_one_locale_says_of_a_response() {
    let with = |locale: &str, name: Option<(&str, bool)>| {
        let mut page = page(locale, "02", "07/01/2022");
        page.requests = vec![RequestTemplate {
            method: Method::Get,
            path: "/depots/{id}/lamps".to_owned(),
            last_documented: None,
            line: 20,
        }];
        page.response = name.map(|(name, collection)| ResponseType {
            name: name.to_owned(),
            collection,
            target: None,
            proof: Proof::Doubtful,
        });
        page
    };
    let found = |said: [Option<(&str, bool)>; 3]| {
        let pages = vec![with("zh-CN", said[0]), with("pt-BR", said[1]), with("ru-RU", said[2])];
        merged(pages, &Dictionary::default()).response.map(|ty| (ty.name, ty.collection, ty.proof))
    };
    let lamps = Some(("lamps", true));
    assert_eq!(found([lamps, None, None]), Some(("lamps".to_owned(), true, Proof::OneLocale)));
    assert_eq!(found([lamps, Some(("lamps", false)), lamps]), Some(("lamps".to_owned(), true, Proof::OneLocale)));
    let doubtful = |said| found(said).map(|(_, _, proof)| proof);
    assert_eq!(doubtful([lamps, Some(("lamps", false)), None]), Some(Proof::Doubtful), "a list or not");
    assert_eq!(doubtful([lamps, Some(("luzes", true)), None]), Some(Proof::Doubtful), "two names");
    assert_eq!(doubtful([Some(("buoys", true)), None, None]), Some(Proof::Doubtful), "not in the path");
}

#[test]
fn one_language_without_a_link_says_the_same() {
    let with = |locale: &str, target: Option<&str>| {
        let mut page = page(locale, "02", "07/01/2022");
        let target = target.map(str::to_owned);
        page.response =
            Some(ResponseType { name: "lamp".to_owned(), collection: false, target, proof: Proof::Doubtful });
        page
    };
    let pages = vec![with("zh-CN", None), with("pt-BR", Some("lamp")), with("ru-RU", Some("lamp"))];
    let ty = merged(pages, &Dictionary::default()).response.expect("a type");
    assert_eq!((ty.target.as_deref(), ty.proof), (Some("lamp"), Proof::TwoLocales));
}

#[test]
fn all_locales_link_to_the_type_of_a_response() {
    let with = |locale: &str, name: &str, target: &str| {
        let mut page = page(locale, "02", "07/01/2022");
        let target = Some(target.to_owned());
        page.response = Some(ResponseType { name: name.to_owned(), collection: true, target, proof: Proof::Doubtful });
        page
    };
    let found = |russian: &str| {
        let pages = vec![
            with("zh-CN", "灯", "light-lamp"),
            with("pt-BR", "luz", "light-lamp"),
            with("ru-RU", "лампа", russian),
        ];
        merged(pages, &Dictionary::default()).response.map(|ty| (ty.name, ty.collection, ty.proof))
    };
    assert_eq!(found("light-lamp"), Some(("lamp".to_owned(), true, Proof::TwoLocales)));
    assert_eq!(found("light-bulb").map(|(_, _, proof)| proof), Some(Proof::Doubtful), "one links elsewhere");
}

/// What each locale calls a relationship of a lamp.
fn with_relationship(locale: &str, name: &str, ty: &str) -> PageFacts {
    let mut page = page(locale, "02", "07/01/2022");
    page.types[0].relationships = vec![Property {
        name: name.to_owned(),
        ty: TypeExpression { name: ty.to_owned(), collection: true, target: None },
        line: 20,
        proof: if name.is_ascii() { Proof::Whole } else { Proof::Doubtful },
        ..Property::default()
    }];
    page
}

#[test]
fn what_follows_a_type_elsewhere_and_ends_the_type_of_a_row_is_its_name() {
    let elsewhere = |path: &str| {
        let mut page = page("zh-CN", "02", "07/01/2022");
        page.path = PagePath::new(path);
        page
    };
    let with_path = |path: &str| {
        let request = RequestTemplate { method: Method::Get, path: path.to_owned(), last_documented: None, line: 20 };
        PageFacts { requests: vec![request], ..elsewhere("api-reference/v1.0/api/other.md") }
    };
    let found = |other: PageFacts| {
        let mut dictionary = Dictionary::default();
        dictionary.add_page(&other);
        let pages = [("zh-CN", "开关"), ("pt-BR", "interruptores"), ("ru-RU", "переключатели")];
        let pages = pages.map(|(locale, name)| with_relationship(locale, name, "wallSwitch"));
        let mut page = merged(pages.to_vec(), &dictionary);
        let row = page.types.remove(0).relationships.remove(0);
        (row.name, row.proof)
    };
    let switches = ("switches".to_owned(), Proof::OneLocale);
    assert_eq!(found(with_path("/rooms/{id}/lamp/switches")), switches);
    assert_eq!(found(elsewhere("api-reference/beta/api/lamp-list-switches.md")), switches);
    assert_eq!(found(with_path("/rooms/{id}/lamp/bulbs")).1, Proof::Doubtful, "another word");
    assert_eq!(found(with_path("/rooms/{id}/door/switches")).1, Proof::Doubtful, "behind another type");
    assert_eq!(found(with_path("/lamp/switches/lamp/wallSwitches")).1, Proof::Doubtful, "two words");
}

#[test]
fn the_key_of_what_a_relationship_leads_to_confirms_its_name() {
    let with_key = |locale: &str, name: &str, key: &str| {
        let mut page = with_relationship(locale, name, "thing");
        let (name, proof) = (key.to_owned(), Proof::Whole);
        page.types[0].properties = vec![Property { name, proof, line: 10, ..Property::default() }];
        page
    };
    let found = |key: &str| {
        let pages = vec![with_key("zh-CN", "主要", key), with_key("pt-BR", "principal", key)];
        let mut page = merged(pages, &Dictionary::default());
        let row = page.types.remove(0).relationships.remove(0);
        (row.name, row.proof)
    };
    assert_eq!(found("principalId"), ("principal".to_owned(), Proof::OneLocale));
    assert_eq!(found("ownerId").1, Proof::Doubtful);
}

#[test]
fn properties_of_other_pages_list_the_members_of_an_enumeration() {
    let listing = |values: &[&str]| {
        let mut page = with_relationship("zh-CN", "mode", "microsoft.graph.lamp");
        page.types[0].properties = std::mem::take(&mut page.types[0].relationships);
        page.types[0].properties[0].values = values.iter().map(|&value| value.to_owned()).collect();
        page
    };
    let mut dictionary = Dictionary::default();
    dictionary.add_page(&listing(&["on", "dim", "off"]));
    let pages = || vec![with_members("zh-CN", &["on", "暗", "off"]), with_members("pt-BR", &["on", "fraco", "off"])];
    let names = |page: &PageFacts| page.types[0].members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&merged(pages(), &dictionary)), ["on", "dim", "off"]);
    dictionary.add_page(&listing(&["on", "low", "off"]));
    assert_eq!(members(&merged(pages(), &dictionary))[1].1, Proof::Doubtful, "two lists differ");
}
