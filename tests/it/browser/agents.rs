//! The work of a support agent: results by keys, replies copied by a key, recent lookups.

use jieda::web::http::keys::{self, Scope};
use thirtyfour::prelude::*;

use super::pages::Kind;
use super::{Browser, with_browser};
use crate::support::{self, FROZEN, Scratch};

const MESSAGE: &str = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
const LOCKED: &str = "PARCEL_LOCKED_BY_AUDIT";

/// One page of each kind that shows an agent more.
const KINDS: [Kind; 7] = [
    ("home", "/", None),
    ("agent", "/agent", None),
    ("answer", "/", Some(LOCKED)),
    ("choose", "/", Some(FROZEN)),
    ("none", "/", Some("zxqv wkjh 今晚吃什么 13800138000")),
    (
        "several",
        "/",
        Some("寄件电话未登记,请在仓库资料里补全后再提交 #E17\n\nPARCEL_LOCKED_BY_AUDIT"),
    ),
    ("entry", "/kb/shipping/sync/parcel-locked", None),
];

impl Browser {
    /// Signs in as an agent with a new key.
    pub(super) async fn sign_in(&self) {
        let key = keys::add(&self.data, "xiaoli", &[Scope::Agent]).expect("a key is made");
        self.open("/agent").await;
        self.run("document.getElementById('key').focus()").await;
        self.press(key).await;
        self.press(Key::Enter.value().to_string()).await;
        self.until("home, signed in", "document.querySelector('[data-agent]')")
            .await;
    }

    /// The text of the element that has the focus.
    async fn focused(&self) -> String {
        let text = self.run("return document.activeElement.innerText").await;
        text.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Presses the key that copies; returns the clipboard.
    async fn copies(&self) -> String {
        self.run("document.querySelector('.toast').textContent = ''")
            .await;
        self.press("c").await;
        self.until_copied().await;
        self.clipboard().await
    }
}

#[tokio::test]
async fn nothing_is_wrong_with_what_an_agent_sees() {
    let kb = Scratch::asking("agents-pages");
    with_browser(kb.path(), |browser| async move {
        browser.sign_in().await;
        for width in [360, 1280] {
            for scheme in ["light", "dark"] {
                browser
                    .screen(width, &[("prefers-color-scheme", scheme)])
                    .await;
                for kind in KINDS {
                    browser.show(kind).await;
                    let there = browser
                        .run("return document.querySelector('[data-agent]') !== null")
                        .await;
                    assert_eq!(there, true, "{} is an agent's", kind.0);
                    let place = format!("{} at {width}, {scheme}", kind.0);
                    browser.nothing_is_wrong(&place).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn results_are_walked_and_copied_by_single_keys() {
    let kb = Scratch::asking("agents-keys");
    with_browser(kb.path(), |browser| async move {
        browser.allow_clipboard().await;
        browser.sign_in().await;
        browser.open("/").await;
        browser.ask(MESSAGE).await;
        assert!(
            browser
                .copies()
                .await
                .starts_with("原因\n仓库资料里没有填写寄件电话。")
        );
        browser.press("j").await;
        assert_eq!(browser.focused().await, "寄件电话未登记 #E17");
        // At either end it stays.
        browser.press("k").await;
        assert_eq!(browser.focused().await, "寄件电话未登记 #E17");
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until("its entry", "location.pathname.startsWith('/kb/')")
            .await;
        assert!(browser.copies().await.contains("填写寄件电话并保存"));

        browser.open("/").await;
        browser.ask(FROZEN).await;
        browser.press("j").await;
        browser.press("j").await;
        let open = browser
            .run("return [...document.querySelectorAll('details.folded')].findIndex(d => d.open)")
            .await;
        assert_eq!(open, 0, "the first candidate is unfolded");
        let copied = browser.copies().await;
        assert!(
            copied.contains("\n1. "),
            "with the numbers of its steps: {copied}"
        );

        browser.ask(LOCKED).await;
        let note = "document.querySelector('.verdict .agent-only')?.textContent.includes('不要承诺解锁时间')";
        browser.until("the note stands with its answer", note).await;
        let reply = browser.copies().await;
        assert!(!reply.contains("承诺"), "and is no part of the reply: {reply}");

        // No keys of an agent while typing in the box.
        browser.run("document.getElementById('q').focus()").await;
        browser.press("jck").await;
        assert!(browser.value().await.contains("jck"));
    })
    .await;
}

#[tokio::test]
async fn what_was_looked_up_lately_is_at_hand_until_the_agent_leaves() {
    with_browser(&support::good(), |browser| async move {
        let recent =
            "return [...document.querySelectorAll('.recent button')].map(b => b.textContent)";
        browser.open("/").await;
        browser.ask(LOCKED).await;
        let kept = browser.run("return localStorage.length").await;
        assert_eq!(kept, 0, "nothing is kept of anybody else");

        browser.sign_in().await;
        for text in [LOCKED, MESSAGE, LOCKED] {
            browser.open("/").await;
            browser.ask(text).await;
        }
        browser.open("/").await;
        assert_eq!(
            browser.run(recent).await,
            serde_json::json!([LOCKED, MESSAGE])
        );
        browser.click(".recent summary").await;
        browser.click(".recent li:nth-child(2) button").await;
        browser
            .until(
                "asked again",
                &format!("document.querySelector('.pasted')?.textContent === '{MESSAGE}'"),
            )
            .await;

        // Back from an entry the result is still there.
        browser.press("j").await;
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until("its entry", "location.pathname.startsWith('/kb/')")
            .await;
        browser.driver.back().await.expect("there is a page before");
        browser
            .until(
                "the result again",
                "document.querySelector('.verdict .title')",
            )
            .await;

        browser
            .click("[data-agent] form[action='/agent/sign-out'] button")
            .await;
        browser
            .until("signed out", "document.getElementById('key')")
            .await;
        assert_eq!(browser.run("return localStorage.length").await, 0);
    })
    .await;
}
