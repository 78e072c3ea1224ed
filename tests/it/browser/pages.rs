//! Every kind of page, on different screens and with different preferences.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::{Browser, with_browser};
use crate::support::{self, FROZEN, Scratch};

const AXE: &str = include_str!("axe.min.js");
/// Bytes of a page with all that it loads, compressed.
const MOST_BYTES: u64 = 30_000;

/// The name of a page, its address, and the text that is looked up there.
pub(super) type Kind = (&'static str, &'static str, Option<&'static str>);

/// One page of each kind, on the fixture.
const KINDS: [Kind; 23] = [
    ("home", "/", None),
    (
        "answer",
        "/",
        Some("寄件电话未登记,请在仓库资料里补全后再提交 #E17 单号 SF1234567890123"),
    ),
    ("choose", "/", Some(FROZEN)),
    ("none", "/", Some("zxqv wkjh 今晚吃什么 13800138000")),
    (
        "several",
        "/",
        Some(
            "寄件电话未登记,请在仓库资料里补全后再提交 #E17\n\nquota exceeded: 5 of 5 submissions today",
        ),
    ),
    ("refused", "/", Some("   ")),
    ("nowhere", "/nowhere", None),
    ("contents", "/kb", None),
    ("category", "/kb/shipping/sync", None),
    ("entry", "/kb/shipping/sync/sender-phone-e17", None),
    ("platform", "/platform/alpha", None),
    ("cause", "/cause/settings", None),
    ("codes", "/codes", None),
    ("faq", "/faq", None),
    ("list", "/browse?q=sd&acts=platform", None),
    ("empty list", "/browse?q=zzzzqqqq", None),
    ("batch", "/batch", None),
    ("groups", "/batch", Some(BATCH)),
    (
        "thanks",
        "/feedback?entry=shipping/sync/sender-phone-e17",
        None,
    ),
    ("api", "/api", None),
    ("sign-in", "/agent", None),
    ("wrong key", "/agent?wrong", None),
    ("design", "/design", None),
];

/// Rows of an export: an answer twice, a question, and an unknown error.
const BATCH: &str = "1\t寄件电话未登记,请在仓库资料里补全后再提交 #E17\n2\t寄件电话未登记,请在仓库资料里补全后再提交 #E17\n3\t店铺资料冻结中,暂停推送物流信息\n4\tzxqv wkjh 今晚吃什么";

impl Browser {
    pub(super) async fn show(&self, (kind, path, asked): Kind) {
        self.open(path).await;
        if let Some(text) = asked {
            self.run("document.getElementById('q').required = false")
                .await;
            self.ask(text).await;
        }
        // What it is called is what it is.
        let outcome = self
            .run("return document.querySelector('.verdict')?.className")
            .await;
        let outcome = outcome.as_str().unwrap_or_default();
        match kind {
            "answer" => assert_eq!(outcome, "verdict card"),
            "choose" | "none" => assert_eq!(outcome, format!("verdict card {kind}")),
            _ => {}
        }
    }

    /// The page that is open weighs no more than it may, with all that it loads.
    async fn weighs_little(&self, kind: &str) {
        let loaded = self
            .run("return performance.getEntries().filter(e => e.encodedBodySize).map(e => [e.name, e.encodedBodySize])")
            .await;
        let all = loaded.as_array().expect("a list").iter();
        let bytes: u64 = all.filter_map(|e| e[1].as_u64()).sum();
        println!("{kind:16} {bytes:6}");
        assert!(bytes > 0 && bytes <= MOST_BYTES, "{kind}: {loaded}");
    }

    /// Violations that axe-core finds on the page that is open, with all folded parts unfolded.
    pub(super) async fn axe(&self) -> Vec<String> {
        self.driver
            .execute(AXE, Vec::new())
            .await
            .expect("axe can be loaded");
        self.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
            .await;
        let found = self.run("return (await axe.run()).violations").await;
        let violations = found
            .as_array()
            .unwrap_or_else(|| panic!("axe ran: {found}"));
        violations
            .iter()
            .map(|v| format!("{}: {}", v["id"], v["nodes"][0]["html"]))
            .collect()
    }
}

impl Browser {
    /// Checks the page that is open: no violation of axe-core, no scrolling sideways, no forbidden
    /// act.
    pub(super) async fn nothing_is_wrong(&self, place: &str) {
        assert_eq!(self.axe().await, Vec::<String>::new(), "{place}");
        assert_eq!(self.run(SIDEWAYS).await, 0, "{place} goes sideways");
        assert_eq!(self.wrongs().await, Value::Array(Vec::new()), "{place}");
    }
}

/// A script that returns by how many pixels the page that is open scrolls sideways.
pub(super) const SIDEWAYS: &str =
    "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

#[tokio::test]
async fn nothing_is_wrong_with_any_page_for_anybody() {
    let kb = Scratch::asking("pages");
    with_browser(kb.path(), |browser| async move {
        let light = ("prefers-color-scheme", "light");
        let dark = ("prefers-color-scheme", "dark");
        let screens: [(u32, &[(&str, &str)]); 5] = [
            (360, &[light]),
            (360, &[dark]),
            (1280, &[light]),
            (1280, &[dark]),
            (1280, &[("forced-colors", "active")]),
        ];
        for (width, preferences) in screens {
            browser.screen(width, preferences).await;
            for kind in KINDS {
                browser.show(kind).await;
                browser
                    .nothing_is_wrong(&format!("{} at {width} with {preferences:?}", kind.0))
                    .await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_page_goes_sideways_on_any_screen() {
    let kb = Scratch::asking("screens");
    with_browser(kb.path(), |browser| async move {
        for width in [320, 768, 1000, 1920, 2560] {
            browser.screen(width, &[]).await;
            for kind in KINDS {
                browser.show(kind).await;
                assert_eq!(browser.run(SIDEWAYS).await, 0, "{} at {width}", kind.0);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_with_all_that_it_loads_weighs_little() {
    with_browser(&support::shipped(), |browser| async move {
        let any = |k: &Kind| k.2.is_none() && !k.1.contains("shipping") && k.1 != "/platform/alpha";
        let mut pages: Vec<Kind> = KINDS.into_iter().filter(any).collect();
        pages.extend([
            ("answer", "/", Some("拆单校验未通过#P38")),
            ("a word", "/", Some("快递公司")),
            ("none", "/", Some("zxqv wkjh 今晚吃什么 13800138000")),
            (
                "several",
                "/",
                Some("拆单校验未通过#P38\n\nPARAM tid is not a number"),
            ),
            ("refused", "/", Some("   ")),
            ("platform", "/platform/pdd", None),
            ("category", "/kb/logistics/sync", None),
            ("entry", "/kb/logistics/sync/invalid-contact-cd08", None),
            (
                "thanks",
                "/feedback?entry=logistics/sync/invalid-contact-cd08",
                None,
            ),
            ("list", "/browse?q=wlys", None),
            (
                "groups",
                "/batch",
                Some("1\t拆单校验未通过#P38\n2\t无效的联系人 #CD08\n3\tquota zxqv\n4\t快递公司"),
            ),
        ]);
        for kind in pages {
            browser.show(kind).await;
            browser.weighs_little(kind.0).await;
        }
        browser.sign_in().await;
        for kind in [
            ("home", "/", None),
            ("agent", "/agent", None),
            ("answer", "/", Some("拆单校验未通过#P38")),
            ("a word", "/", Some("快递公司")),
            ("entry", "/kb/logistics/sync/invalid-contact-cd08", None),
        ] {
            browser.show(kind).await;
            browser
                .weighs_little(&format!("{}, signed in", kind.0))
                .await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_breaks_the_policy_is_noticed() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/").await;
        browser
            .run("const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)")
            .await;
        browser.until("a violation", "window.wrongs.length === 1").await;
    })
    .await;
}

#[tokio::test]
async fn hostile_text_is_text() {
    with_browser(&support::good(), |browser| async move {
        browser.screen(360, &[]).await;
        let evil = format!(
            "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>'\"--> {}",
            "A".repeat(300)
        );
        browser.open("/").await;
        browser.ask(&evil).await;
        assert_eq!(browser.run("return window.hit ?? 0").await, 0);
        assert_eq!(
            browser
                .run("return document.querySelectorAll('main img, main script').length")
                .await,
            0
        );
        assert_eq!(browser.run(SIDEWAYS).await, 0, "a long word goes sideways");
        let shown = browser
            .run("return document.querySelector('.pasted').textContent")
            .await;
        assert_eq!(shown, evil);
        assert_eq!(browser.wrongs().await, Value::Array(Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn print_gives_the_entry_alone() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/kb/shipping/sync/sender-phone-e17").await;
        browser
            .cdp(
                "Emulation.setEmulatedMedia",
                serde_json::json!({"media": "print"}),
            )
            .await;
        let visible = "e => e.checkVisibility()";
        for (selector, shown) in [
            ("h1", true),
            (".answer", true),
            (".message", true),
            ("header", false),
            ("footer", false),
            (".actions", false),
        ] {
            let found = browser
                .run(&format!(
                    "return [...document.querySelectorAll('{selector}')].some({visible})"
                ))
                .await;
            assert_eq!(found, shown, "{selector}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_longest_entry_prints_on_one_sheet() {
    let now = support::shipped_live().current();
    let longest = now.engine.kb().entries.iter();
    let longest = longest.max_by_key(|e| e.public_markdown().chars().count());
    let path = format!("/kb/{}", longest.expect("there are entries").id);
    with_browser(&support::shipped(), |browser| async move {
        browser.open(&path).await;
        let a4 = serde_json::json!({"paperWidth": 8.27, "paperHeight": 11.69});
        let printed = browser.cdp("Page.printToPDF", a4).await;
        let data = printed["data"].as_str().expect("a document");
        let document = BASE64_STANDARD.decode(data).expect("it is whole");
        let sheets = |kind: &[u8]| document.windows(kind.len()).filter(|w| *w == kind).count();
        let (all, sheets) = (sheets(b"/Type /Pages"), sheets(b"/Type /Page"));
        assert_eq!((all, sheets - all), (1, 1), "{path}");
    })
    .await;
}
