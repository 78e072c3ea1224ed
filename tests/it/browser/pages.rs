//! Every kind of page, looked at as different people see it.

use serde_json::Value;

use super::{Browser, with_browser};
use crate::support;

const AXE: &str = include_str!("axe.min.js");
/// Of a page with all that it loads, compressed, in bytes.
const MOST_BYTES: u64 = 30_000;

/// What a page is called, its address, and what is asked there.
type Kind = (&'static str, &'static str, Option<&'static str>);

/// One page of each kind, on the fixture.
const KINDS: [Kind; 17] = [
    ("home", "/", None),
    (
        "answer",
        "/",
        Some("寄件电话未登记,请在仓库资料里补全后再提交 #E17 单号 SF1234567890123"),
    ),
    ("choose", "/", Some("锁定")),
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
];

impl Browser {
    async fn show(&self, (_, path, asked): Kind) {
        self.open(path).await;
        if let Some(text) = asked {
            self.run("document.getElementById('q').required = false")
                .await;
            self.ask(text).await;
        }
    }

    /// What axe-core finds wrong with the page that is open.
    async fn axe(&self) -> Vec<String> {
        self.driver
            .execute(AXE, Vec::new())
            .await
            .expect("axe can be loaded");
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

/// Whether the page that is open can be pushed sideways.
const SIDEWAYS: &str =
    "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

#[tokio::test]
async fn nothing_is_wrong_with_any_page_for_anybody() {
    with_browser(&support::good(), |browser| async move {
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
                let place = format!("{} at {width} with {preferences:?}", kind.0);
                assert_eq!(browser.axe().await, Vec::<String>::new(), "{place}");
                assert_eq!(browser.run(SIDEWAYS).await, 0, "{place} goes sideways");
                assert_eq!(browser.wrongs().await, Value::Array(Vec::new()), "{place}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_with_all_that_it_loads_weighs_little() {
    with_browser(&support::shipped(), |browser| async move {
        let mut pages: Vec<Kind> = KINDS.iter().copied().filter(|k| !k.1.contains("/kb/")).collect();
        pages.push(("answer", "/", Some("拆单校验未通过#P38")));
        pages.push(("platform", "/platform/pdd", None));
        pages.push(("category", "/kb/logistics/sync", None));
        pages.push(("entry", "/kb/logistics/sync/invalid-contact-cd08", None));
        for kind in pages.into_iter().filter(|k| k.1 != "/platform/alpha") {
            browser.show(kind).await;
            let loaded = browser
                .run("return performance.getEntries().filter(e => e.encodedBodySize).map(e => [e.name, e.encodedBodySize])")
                .await;
            let bytes: u64 = loaded
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|e| e[1].as_u64())
                .sum();
            println!("{:9} {bytes:6}", kind.0);
            assert!(bytes > 0 && bytes <= MOST_BYTES, "{}: {loaded}", kind.0);
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
