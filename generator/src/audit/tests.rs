//! Tests each comparison and each class with invented pages and an invented schema.

use super::sample;
use super::*;
use crate::extract::{PageInput, extract_page};
use crate::link::link;
use crate::vocab::Vocab;

const PERMISSIONS: &str = "# names\nLamp.Read WA\nLamp.ReadWrite W\n";

/// A later schema.
fn later() -> String {
    sample::XML
        .replace(
            "<EntityContainer Name=\"GraphService\">",
            "$0<EntitySet Name=\"cellars\" EntityType=\"graph.room\" />",
        )
        .replace("$0", "<EntityContainer Name=\"GraphService\">")
        .replace("<Property Name=\"speed\"", "<Property Name=\"noise\" Type=\"Edm.Double\" /><Property Name=\"speed\"")
}

fn metadata(name: &str, version: ApiVersion, text: &str) -> Metadata {
    Metadata { name: name.to_owned(), version, csdl: Csdl::parse(text).expect("a schema") }
}

struct Docs {
    vocab: Vocab,
    pages: Vec<PageFacts>,
    policy: Policy,
    metadata: Vec<Metadata>,
}

impl Docs {
    fn new() -> Self {
        let vocab = Vocab::parse([("en.toml", include_str!("../../vocab/en.toml"))]).expect("the English vocabulary");
        let metadata = vec![metadata("now", ApiVersion::V1_0, sample::XML)];
        Self { vocab, pages: Vec::new(), policy: Policy::default(), metadata }
    }

    fn page(mut self, path: &str, text: &str) -> Self {
        let path = PagePath::new(&format!("api-reference/v1.0/{path}.md"));
        self.pages.push(extract_page(PageInput::new(&path, "en-US", text.as_bytes()), &self.vocab));
        self
    }

    /// A page of an operation: its template, and the sections after it.
    fn operation(self, name: &str, template: &str, rest: &str) -> Self {
        let text = format!(
            "# {name}\n\n## Permissions\n\n|Permission type|Permissions|\n|:--|:--|\n|Application|Lamp.Read|\n\n\
             ## HTTP request\n\n```http\n{template}\n```\n\n{rest}"
        );
        self.page(&format!("api/{name}"), &text)
    }

    /// A page of a type: a sentence about it, and rows of its properties.
    fn resource(self, name: &str, sentence: &str, rows: &str) -> Self {
        let text = format!(
            "# {name} resource type\n\nNamespace: microsoft.graph\n\n{sentence}\n\n## Properties\n\n\
             |Property|Type|Description|\n|:--|:--|:--|\n{rows}"
        );
        self.page(&format!("resources/{name}"), &text)
    }

    fn policy(mut self, file: &str, text: &str) -> Self {
        self.policy = Policy::parse([(file, text)]).expect("a policy");
        self
    }

    fn with(mut self, name: &str, version: ApiVersion, text: &str) -> Self {
        self.metadata.push(metadata(name, version, text));
        self
    }

    fn audit(&self) -> Audit {
        let words = self.vocab.words("en");
        let api = link(&self.pages, words, &self.policy).api;
        let permissions = PermissionNames::parse(PERMISSIONS);
        audit(&Input {
            api: &api,
            pages: &self.pages,
            metadata: &self.metadata,
            permissions: Some(&permissions),
            policy: &self.policy,
            words,
        })
    }

    /// All differences as `kind item: ours | theirs, class`.
    #[track_caller]
    fn check(&self, expected: &[&str]) {
        let audit = self.audit();
        let mut found = Vec::new();
        for (kind, tally) in audit.comparisons.iter().flat_map(|comparison| &comparison.tallies) {
            found.extend(tally.differences.iter().map(|found| {
                let Difference { item, ours, theirs, class, .. } = found;
                format!("{} {item}: {ours} | {theirs}, {}", kind.as_str(), class.as_str())
            }));
        }
        assert_eq!(found, expected);
        assert!(audit.stale.is_empty(), "{:?}", audit.stale);
    }
}

const GETS_LAMP: &str =
    "## Response\n\nIf successful, it returns `200 OK` and a [lamp](../resources/lamp.md) in the response body.\n";
const LISTS_LAMPS: &str = "## Response\n\nIf successful, it returns `200 OK` and a collection of \
                           [lamp](../resources/lamp.md) objects in the response body.\n";
const RETURNS_NOTHING: &str = "## Response\n\nIf successful, it returns `204 No Content`.\n";

/// A response that is annotated with a type.
fn shown(ty: &str, collection: bool) -> String {
    let body = if collection { "{\"value\": [{\"id\": \"1\"}]}" } else { "{\"id\": \"1\"}" };
    format!(
        "\n## Example\n\n<!-- {{\"blockType\": \"response\", \"@odata.type\": \"microsoft.graph.{ty}\", \
         \"isCollection\": {collection}}} -->\n```http\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{body}\n```\n"
    )
}

fn body(rows: &str) -> String {
    format!(
        "## Request body\n\nIn the request body, supply JSON with these parameters.\n\n\
         |Parameter|Type|Description|\n|:--|:--|:--|\n{rows}\n"
    )
}

fn lamp(docs: Docs) -> Docs {
    docs.resource("device", "A device. Inherits from [entity](entity.md).", "|label|String|Its label.|\n").resource(
        "lamp",
        "A lamp. Inherits from [device](device.md).",
        "|mode|String|Its mode.|\n",
    )
}

/// Without what they say of types.
fn known() -> Docs {
    lamp(Docs::new()).page(
        "resources/entity",
        "# entity resource type\n\nNamespace: microsoft.graph\n\nAll.\n\n## Properties\n\n\
         |Property|Type|Description|\n|:--|:--|:--|\n|id|String|Its key.|\n\n## JSON representation\n\n\
         <!-- {\"blockType\": \"resource\", \"keyProperty\": \"id\", \"@odata.type\": \"microsoft.graph.entity\"} -->\n\
         ```json\n{\"id\": \"x\"}\n```\n",
    )
}

#[test]
fn what_agrees_is_counted() {
    let docs = known()
        .operation("lamp-get", "GET /lamps/{id}", GETS_LAMP)
        .operation("lamp-list", "GET /rooms/{id}/lamps", LISTS_LAMPS)
        .operation("lamp-blink", "POST /lamps/{id}/blink", &(body("|times|Int32|How often.|\n") + RETURNS_NOTHING));
    docs.check(&[]);
    let audit = docs.audit();
    let compared = |kind| audit.comparisons[0].tallies.get(&kind).map_or(0, |tally: &Tally| tally.compared);
    let counts =
        [Kind::Path, Kind::Shape, Kind::Family, Kind::Answer, Kind::Body, Kind::Parameter, Kind::ParameterType];
    assert_eq!(counts.map(compared), [3, 2, 2, 3, 1, 1, 1]);
    let counts = [Kind::Type, Kind::TypeKind, Kind::Base, Kind::Property, Kind::PropertyType, Kind::Permission];
    assert_eq!(counts.map(compared), [3, 3, 3, 3, 3, 3]);
}

#[test]
fn paths() {
    known()
        .operation("cellar-list", "GET /cellars", LISTS_LAMPS)
        .check(&["path GET /cellars: documented | no `/cellars`, docs"]);
    let template = "GET https://graph.microsoft.com/v1.0/rooms/{room-id}/chairs?$top={n}";
    known()
        .operation("chair-list", template, LISTS_LAMPS)
        .check(&["path GET /rooms/{room-id}/chairs: documented | no `/chairs`, docs"]);
    // No page says what a fixup made of a template.
    let fixup = "[[request]]\npage = \"api-reference/v1.0/api/room-list.md\"\nexpect = \"GET /rooms\"\nset = \"GET /cellars\"\n\
                 reason = \"x\"\n";
    known()
        .operation("room-list", "GET /rooms", LISTS_LAMPS)
        .policy("fixups.toml", fixup)
        .check(&["path GET /cellars: documented | no `/cellars`, reading"]);
}

#[test]
fn shapes() {
    let devices = LISTS_LAMPS.replace("lamp", "device");
    known()
        .operation("device-repair", "POST /lamps/{id}/repair", &devices)
        .check(&["shape POST /lamps/{id}/repair: Collection(device) | device, docs"]);
    // The example agrees with the schema, and is used.
    known().operation("device-repair", "POST /lamps/{id}/repair", &(devices + &shown("device", false))).check(&[]);
    // A path that ends in a key leads to one object, whatever the text says.
    known().operation("lamp-get", "GET /lamps/{id}", LISTS_LAMPS).check(&[]);
}

#[test]
fn families() {
    let room = GETS_LAMP.replace("lamp", "room");
    let docs = || known().resource("room", "A room. Inherits from [entity](entity.md).", "|id|String|Its key.|\n");
    docs().operation("lamp-get", "GET /lamps/{id}", &room).check(&["family GET /lamps/{id}: room | lamp, docs"]);
    docs()
        .operation("lamp-get", "GET /lamps/{id}", &(room + &shown("lamp", false)))
        .check(&["family GET /lamps/{id}: room | lamp, reading"]);
    // A base type belongs to the same family.
    docs().operation("lamp-get", "GET /lamps/{id}", &GETS_LAMP.replace("lamp", "device")).check(&[]);
}

#[test]
fn answers() {
    known()
        .operation("device-repair", "POST /lamps/{id}/repair", RETURNS_NOTHING)
        .check(&["answer POST /lamps/{id}/repair: nothing | device, docs"]);
    known()
        .operation("lamp-blink", "POST /lamps/{id}/blink", &(body("|times|Int32|x|\n") + GETS_LAMP))
        .check(&["answer POST /lamps/{id}/blink: lamp | nothing, docs"]);
    let both = GETS_LAMP.replace("`200 OK`", "`200 OK` or `204 No Content`");
    known().operation("lamp-blink", "POST /lamps/{id}/blink", &(body("|times|Int32|x|\n") + &both)).check(&[]);
    // The response to a write may be empty.
    known().operation("lamp-update", "PATCH /lamps/{id}", &(body("|mode|String|x|\n") + RETURNS_NOTHING)).check(&[]);
}

#[test]
fn bodies() {
    let stated = "## Request body\n\nIn the request body, supply a JSON representation of a [device](../resources/device.md).\n\n";
    known().operation("lamp-post", "POST /house/lamps", &(stated.to_owned() + GETS_LAMP)).check(&[]);
    let room = stated.replace("device", "room");
    let docs = || known().resource("room", "A room. Inherits from [entity](entity.md).", "|id|String|Its key.|\n");
    docs()
        .operation("lamp-post", "POST /house/lamps", &(room + GETS_LAMP))
        .check(&["body POST /house/lamps: room | lamp, docs"]);
    let none = "## Request body\n\nDo not supply a request body for this method.\n\n";
    known()
        .operation("lamp-blink", "POST /lamps/{id}/blink", &(none.to_owned() + RETURNS_NOTHING))
        .check(&["body POST /lamps/{id}/blink: nothing | parameters times, colour, docs"]);
    let post = known().operation(
        "lamp-blink",
        "POST /lamps/{id}/blink",
        &(body("|tempo|Int32|x|\n|times|String|x|\n") + RETURNS_NOTHING),
    );
    post.check(&[
        "parameter POST /lamps/{id}/blink tempo: Int32 | only times, colour, docs",
        "parameter-type POST /lamps/{id}/blink times: String | Int32, docs",
    ]);
}

#[test]
fn types_kinds_and_bases() {
    known().resource("stool", "A stool.", "|legs|Int32|x|\n").check(&["type stool: complex | no such type, docs"]);
    known()
        .resource("spot", "A spot. Inherits from [entity](entity.md).", "|x|Double|x|\n")
        .check(&["kind spot: entity | complex, reading"]);
    known()
        .resource("fan", "A fan.", "|speed|Int32|x|\n")
        .check(&["kind fan: complex | entity, docs", "base fan: none | device, docs"]);
    let relationships = "|mode|Int32|x|\n\n## Relationships\n\n|Relationship|Type|Description|\n|:--|:--|:--|\n|twin|[lamp](lamp.md)|x|\n";
    known()
        .resource("fan", "A fan.", relationships)
        .check(&["base fan: none | device, docs", "property fan.twin: lamp | none, docs"]);
}

#[test]
fn properties() {
    let fan = |rows: &str| known().resource("fan", "A fan. Inherits from [device](device.md).", rows);
    fan("|weight|Int32|x|\n|speed|String|x|\n|mode|Int32 collection|x|\n").check(&[
        "property fan.weight: Int32 | none, docs",
        "property-type fan.speed: String | Int32, docs",
        "property-shape fan.mode: Collection(Int32) | Int32, docs",
    ]);
    known()
        .resource("room", "A room. Inherits from [entity](entity.md).", "|lamps|[device](lamp.md) collection|x|\n")
        .check(&[]);
}

#[test]
fn members() {
    let page = "# colour enum type\n\nNamespace: microsoft.graph\n\nA colour.\n\n## Members\n\n\
                |Member|Value|Description|\n|:--|:--|:--|\n|red|1|x|\n|Blue|2|x|\n|green|3|x|\n";
    known()
        .page("resources/colour", page)
        .check(&["member colour.Blue: documented | it is blue, docs", "member colour.green: documented | none, docs"]);
    let fewer = page.replace("|Blue|2|x|\n|green|3|x|\n", "");
    known().page("resources/colour", &fewer).check(&["member-missing colour.blue: none | blue, docs"]);
}

#[test]
fn permission_names() {
    let wrong = || {
        known().page(
            "api/lamp-get",
            "# Get lamp\n\n## Permissions\n\n|Permission type|Permissions|\n|:--|:--|\n|Application|Lamp.Raed, Lamp.Read|\n\n\
             ## HTTP request\n\n```http\nGET /lamps/{id}\nGET /house/lamps/{id}\n```\n\n## Response\n\nIf successful, it returns \
             `200 OK` and a [lamp](../resources/lamp.md) in the response body.\n",
        )
    };
    wrong().check(&["permission Lamp.Raed: documented | the nearest is Lamp.Read, docs"]);
    let real = "[[permission]]\ndocumented = \"Lamp.Raed\"\nreal = \"Lamp.Read\"\nreason = \"misspelled\"\n";
    wrong().policy("permissions.toml", real).check(&[]);
    let retired = "[[retired]]\nname = \"Lamp.Raed\"\nreason = \"of old lamps\"\n";
    wrong().policy("permissions.toml", retired).check(&[]);
    let stale = known().policy("permissions.toml", &retired.replace("Raed", "Read")).audit().stale;
    assert!(stale[0].contains("`Lamp.Read` exists"), "{stale:?}");
}

#[test]
fn other_days_explain() {
    let docs = || known().operation("cellar-list", "GET /cellars", &LISTS_LAMPS.replace("lamp", "device"));
    docs().with("later", ApiVersion::V1_0, &later()).check(&["path GET /cellars: documented | no `/cellars`, age"]);
    // Something missing does exist if the other version has it; other differences may be between
    // versions.
    docs().with("later", ApiVersion::Beta, &later()).check(&["path GET /cellars: documented | no `/cellars`, age"]);
    let fan =
        || known().resource("fan", "A fan. Inherits from [device](device.md).", "|noise|Double|x|\n|speed|String|x|\n");
    let later = later().replace("Name=\"speed\" Type=\"Edm.Int32\"", "Name=\"speed\" Type=\"Edm.String\"");
    fan()
        .with("later", ApiVersion::V1_0, &later)
        .check(&["property fan.noise: Double | none, age", "property-type fan.speed: String | Int32, age"]);
    fan()
        .with("later", ApiVersion::Beta, &later)
        .check(&["property fan.noise: Double | none, age", "property-type fan.speed: String | Int32, docs"]);
}

#[test]
fn policy_explains_and_never_rots() {
    let entry = "[[explained]]\nmetadata = \"now\"\nkind = \"shape\"\nitem = \"POST /lamps/{id}/repair\"\nours = \"Collection(device)\"\n\
                 theirs = \"device\"\nreason = \"x\"\nevidence = \"y\"\n";
    let devices = LISTS_LAMPS.replace("lamp", "device");
    let docs = || known().operation("device-repair", "POST /lamps/{id}/repair", &devices);
    docs()
        .policy("audit.toml", entry)
        .check(&["shape POST /lamps/{id}/repair: Collection(device) | device, explained"]);
    // Of another day.
    docs()
        .policy("audit.toml", &entry.replace("now", "then"))
        .check(&["shape POST /lamps/{id}/repair: Collection(device) | device, docs"]);
    for stale in
        [entry.replace("shape", "family"), entry.replace("{id}", "{key}"), entry.replace("\"device\"", "\"fan\"")]
    {
        let stale = docs().policy("audit.toml", &stale).audit().stale;
        assert!(stale[0].contains("delete or correct the entry"), "{stale:?}");
    }
    // A pair of types, everywhere.
    let entry = "[[explained]]\nmetadata = \"now\"\nkind = \"family\"\nours = \"room\"\ntheirs = \"lamp\"\nreason = \"x\"\nevidence = \"y\"\n";
    let room = |text: &str| text.replace("lamp", "room");
    known()
        .resource("room", "A room. Inherits from [entity](entity.md).", "|id|String|Its key.|\n")
        .operation("lamp-get", "GET /lamps/{id}", &room(GETS_LAMP))
        .operation("lamp-list", "GET /lamps", &room(LISTS_LAMPS))
        .policy("audit.toml", entry)
        .check(&[
            "family GET /lamps: Collection(room) | Collection(lamp), explained",
            "family GET /lamps/{id}: room | lamp, explained",
        ]);
}
