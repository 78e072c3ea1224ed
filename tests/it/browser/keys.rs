//! Typing, pressing, pasting and copying, with a script and without.

use serde_json::json;
use thirtyfour::prelude::*;

use super::{Browser, with_browser};
use crate::support;

const MESSAGE: &str = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
const ENTRY: &str = "/kb/shipping/sync/sender-phone-e17";

impl Browser {
    pub(super) async fn value(&self) -> String {
        let value = self.run("return document.getElementById('q').value").await;
        value.as_str().expect("a string").to_owned()
    }

    pub(super) async fn allow_clipboard(&self) {
        let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
        let origin = self.url("");
        self.cdp(
            "Browser.grantPermissions",
            json!({"origin": origin, "permissions": permissions}),
        )
        .await;
    }

    pub(super) async fn clipboard(&self) -> String {
        let text = self.run("return navigator.clipboard.readText()").await;
        text.as_str().expect("a string").replace("\r\n", "\n")
    }
}

#[tokio::test]
async fn the_box_is_worked_by_keys_alone() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/kb").await;
        browser.press("/").await;
        browser.until("the box has the focus", "document.activeElement.id === 'q'").await;
        assert_eq!(browser.value().await, "", "the key itself is not typed");

        browser.open("/").await;
        browser.press("第一行").await;
        browser.press(Key::Shift + Key::Enter).await;
        browser.press(MESSAGE).await;
        assert_eq!(browser.value().await, format!("第一行\n{MESSAGE}"));
        browser.press(Key::Enter.value().to_string()).await;
        browser.until("an answer", "document.querySelector('.verdict .sure')").await;
        assert_eq!(browser.path().await, "/search");
        assert_eq!(browser.value().await, format!("第一行\n{MESSAGE}"), "the text is kept");

        // Asked again from where it was answered, with the old text at hand.
        browser.run("document.getElementById('q').focus(); document.getElementById('q').setSelectionRange(0, 4)").await;
        browser.press(Key::Delete.value().to_string()).await;
        browser.press(Key::Enter.value().to_string()).await;
        browser.until("another answer", &format!("document.querySelector('.pasted')?.textContent === '{MESSAGE}'")).await;
    })
    .await;
}

#[tokio::test]
async fn what_an_input_method_composes_is_not_sent() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/").await;
        browser.run("document.getElementById('q').focus()").await;
        let composing = json!({"text": "dianhua", "selectionStart": 7, "selectionEnd": 7});
        browser.cdp("Input.imeSetComposition", composing).await;
        let enter = |code: u32| json!({"type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code});
        browser.run("window.keys = []; document.getElementById('q').addEventListener('keydown', e => window.keys.push(e.isComposing || e.keyCode === 229))").await;
        browser.cdp("Input.dispatchKeyEvent", enter(229)).await;
        browser.until("the key has come", "window.keys.length === 1").await;
        assert_eq!(browser.run("return window.keys[0]").await, true, "as an input method sends it");
        assert_eq!(browser.path().await, "/", "nothing was sent");
        browser.cdp("Input.insertText", json!({"text": "电话"})).await;
        browser.cdp("Input.dispatchKeyEvent", enter(13)).await;
        browser.until("now it was", "location.pathname === '/search'").await;
    })
    .await;
}

#[tokio::test]
async fn suggestions_are_walked_with_arrows_and_taken_with_enter() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/").await;
        let open = "document.getElementById('suggestions').checkVisibility()";
        browser.press("E17").await;
        browser.until("suggestions", open).await;
        browser.press(Key::Escape.value().to_string()).await;
        browser.until("no suggestions", &format!("!({open})")).await;
        assert_eq!(browser.value().await, "E17", "what was typed stays");

        browser.press(Key::Backspace.value().to_string()).await;
        browser.press("7").await;
        let of_all = "document.querySelector('#suggestions b')?.textContent.toUpperCase() === 'E17'";
        browser.until("suggestions again", &format!("{open} && {of_all}")).await;
        browser.press(Key::Down.value().to_string()).await;
        browser
            .until(
                "the first is chosen, for a screen reader too",
                "document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant'))?.getAttribute('aria-selected') === 'true'",
            )
            .await;
        // A list that comes late, for the same text, leaves the choice as it is.
        let again = "window.whole = document.querySelector('#suggestions b');
            document.getElementById('q').dispatchEvent(new Event('input'))";
        browser.run(again).await;
        browser.until("a new list", "window.whole !== document.querySelector('#suggestions b')").await;
        assert_eq!(browser.run("return document.querySelector('#suggestions [aria-selected=true]') !== null").await, true);
        browser.press(Key::Enter.value().to_string()).await;
        browser.until("its entry", &format!("location.pathname === '{ENTRY}'")).await;

        // Typed in pinyin, in the small box of any other page.
        browser.run("document.getElementById('q').focus()").await;
        browser.press("jjdh").await;
        browser.until("suggestions by initials", open).await;
        let first = browser.run("return document.querySelector('#suggestions [role=option]').dataset.url").await;
        assert_eq!(first, ENTRY);
        let told = "const q = document.getElementById('q');
            return ['role', 'aria-expanded', 'aria-autocomplete', 'aria-controls'].map(a => q.getAttribute(a)).join(' ')";
        assert_eq!(browser.run(told).await, "combobox true list suggestions");
        browser.press(Key::Escape.value().to_string()).await;
        assert_eq!(browser.run(told).await, "combobox false list suggestions");
    })
    .await;
}

#[tokio::test]
async fn buttons_copy_the_reply_the_link_and_the_markdown() {
    with_browser(&support::good(), |browser| async move {
        browser.allow_clipboard().await;
        browser.open(ENTRY).await;
        let buttons = browser
            .driver
            .find_all(By::Css("[data-copy]"))
            .await
            .expect("buttons");
        let mut copied = Vec::new();
        for button in &buttons {
            button.click().await.expect("a button");
            browser.until_copied().await;
            copied.push(browser.clipboard().await);
            browser
                .run("document.querySelector('.toast').textContent = ''")
                .await;
        }
        let engine = support::engine();
        let entry = engine
            .kb()
            .entry("shipping/sync/sender-phone-e17")
            .expect("it is there");
        assert_eq!(copied.len(), 3);
        assert!(
            copied[0].starts_with("原因\n仓库资料里没有填写寄件电话。")
                && !copied[0].contains("**"),
            "{}",
            copied[0]
        );
        assert_eq!(copied[1], browser.url(ENTRY));
        let whole = format!("({}/kb/", browser.url(""));
        assert_eq!(copied[2], entry.public_markdown().replace("(/kb/", &whole));
        assert!(
            copied[0].contains(&whole),
            "links lead somewhere elsewhere too: {}",
            copied[0]
        );

        browser.open("/").await;
        browser.ask("zxqv wkjh 打印机今晚吃什么 13800138000").await;
        browser.click("[data-copy]").await;
        browser.until_copied().await;
        let ticket = browser.clipboard().await;
        assert!(
            ticket.contains("指纹") && !ticket.contains("13800138000"),
            "{ticket}"
        );
    })
    .await;
}

#[tokio::test]
async fn without_https_buttons_copy_too_and_select_where_they_cannot() {
    with_browser(&support::good(), |browser| async move {
        let browser = browser.elsewhere();
        browser.open(ENTRY).await;
        assert_eq!(
            browser
                .run("return [isSecureContext, typeof navigator.clipboard]")
                .await,
            json!([false, "undefined"])
        );
        let told = |words: &str| {
            format!("document.querySelector('.toast').textContent.includes('{words}')")
        };
        browser.click("[data-copy]").await;
        browser.until("it says so", &told("已复制")).await;
        let shown = browser
            .run("return document.getElementById('reply').textContent")
            .await;
        browser.open("/").await;
        browser.press(Key::Control + "v").await;
        let pasted = browser.value().await;
        assert!(
            pasted.starts_with("原因\n仓库资料里没有填写寄件电话。"),
            "{pasted}"
        );

        browser.open(ENTRY).await;
        browser.run("document.execCommand = () => false").await;
        browser.click("[data-copy]").await;
        browser.until("it says so", &told("已经选中")).await;
        assert_eq!(browser.run("return getSelection().toString()").await, shown);
    })
    .await;
}

#[tokio::test]
async fn the_small_box_takes_a_log_too() {
    with_browser(&support::good(), |browser| async move {
        browser.allow_clipboard().await;
        let paste = async |text: &str| {
            browser.open("/kb").await;
            browser.paste(text).await;
            browser
                .until("it is in the box", "document.getElementById('q').value")
                .await;
        };
        paste(&format!("ERROR push failed\n  {MESSAGE}\r\nat worker-3\n")).await;
        assert_eq!(
            browser.value().await,
            format!("ERROR push failed {MESSAGE} at worker-3")
        );
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until(
                "an answer with an address",
                "document.querySelector('.verdict .sure') && location.search.startsWith('?q=')",
            )
            .await;

        let noise = "INFO 正在处理 ".repeat(1_000);
        paste(&format!("{noise}{MESSAGE}")).await;
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until("an answer", "document.querySelector('.verdict .sure')")
            .await;
        assert_eq!(browser.value().await, format!("{noise}{MESSAGE}"));
    })
    .await;
}

#[tokio::test]
async fn as_much_is_taken_as_the_lookup_reads_and_more_is_told() {
    with_browser(&support::good(), |browser| async move {
        browser.allow_clipboard().await;
        browser.open("/").await;
        let noise = "busy 8 ".repeat(40_000);
        let text = |bytes: usize| format!("{}{MESSAGE}", &noise[..bytes - MESSAGE.len()]);
        let put = async |text: &str| {
            browser.paste(text).await;
            let length = text.chars().count();
            browser
                .until(
                    "it is in the box",
                    &format!("document.getElementById('q').value.length === {length}"),
                )
                .await;
        };
        put(&text(262_145)).await;
        browser.press(Key::Enter.value().to_string()).await;
        let told = browser
            .run("return document.getElementById('q').validationMessage")
            .await;
        assert!(told.as_str().expect("words").contains("257 KiB"), "{told}");
        assert_eq!(browser.path().await, "/", "and nothing is lost");
        put(&text(262_144)).await;
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until("an answer", "document.querySelector('.verdict .title')")
            .await;
        assert_eq!(browser.value().await, text(262_144));
    })
    .await;
}

#[tokio::test]
async fn a_long_log_is_pasted_whole_and_a_picture_is_explained() {
    with_browser(&support::good(), |browser| async move {
        browser.allow_clipboard().await;
        browser.open("/").await;
        let mut log = String::new();
        while log.chars().count() < 2_000 {
            log.push_str("2026-11-24 10:12:33.120 INFO [worker] 正在处理 order=1234567890\n");
        }
        log.push_str(MESSAGE);
        browser.paste(&log).await;
        browser.until("it is in the box", &format!("document.getElementById('q').value.length >= {}", log.chars().count())).await;
        assert_eq!(browser.value().await, log);
        browser.press(Key::Enter.value().to_string()).await;
        browser.until("an answer", "document.querySelector('.verdict .title')").await;
        let title = browser.driver.find(By::Css(".verdict .title")).await.expect("a title");
        assert!(title.text().await.expect("text").contains("#E17"));

        browser.run("const c = document.createElement('canvas'); c.width = c.height = 2;
            const png = await new Promise(r => c.toBlob(r, 'image/png'));
            await navigator.clipboard.write([new ClipboardItem({'image/png': png})]); document.getElementById('q').focus()").await;
        browser.press(Key::Control + "v").await;
        browser.until("a hint", "document.querySelector('.toast').textContent.includes('图片')").await;
    })
    .await;
}

#[tokio::test]
async fn everything_works_without_a_script() {
    with_browser(&support::good(), |browser| async move {
        browser
            .cdp(
                "Emulation.setScriptExecutionDisabled",
                json!({"value": true}),
            )
            .await;
        browser.open("/").await;
        assert_eq!(
            visible(&browser, ".keys").await,
            0,
            "keys that do nothing are not named"
        );
        by_hand(&browser, MESSAGE).await;
        let title = browser
            .driver
            .query(By::Css(".verdict .title a"))
            .first()
            .await
            .expect("an answer");
        assert_eq!(
            visible(&browser, "[data-copy]").await,
            0,
            "buttons that do nothing are not shown"
        );
        // The reply, to be copied by hand.
        browser.click(".copy summary").await;
        assert_eq!(visible(&browser, ".copy pre").await, 1);
        title.click().await.expect("a link");
        browser
            .driver
            .query(By::Css(".entry h1"))
            .first()
            .await
            .expect("the entry");

        by_hand(&browser, "zxqv wkjh 今晚吃什么").await;
        browser
            .driver
            .query(By::Css(".ticket pre"))
            .first()
            .await
            .expect("what to send on");
    })
    .await;
}

/// Looks a text up from the home page, with keys and pointer alone.
async fn by_hand(browser: &Browser, text: &str) {
    browser.open("/").await;
    let q = browser.driver.find(By::Id("q")).await.expect("the box");
    q.send_keys(text).await.expect("it takes text");
    browser.click(".box button").await;
}

async fn visible(browser: &Browser, selector: &str) -> usize {
    let mut shown = 0;
    for element in browser
        .driver
        .find_all(By::Css(selector))
        .await
        .expect("a selector")
    {
        shown += usize::from(element.is_displayed().await.expect("it is there"));
    }
    shown
}

#[tokio::test]
async fn whoever_was_helped_says_so_with_one_press() {
    with_browser(&support::good(), |browser| async move {
        browser.open("/").await;
        browser.ask(MESSAGE).await;
        browser.click(".feedback button[value=yes]").await;
        browser
            .until("thanks", "location.pathname === '/feedback'")
            .await;

        browser.open(ENTRY).await;
        browser.click(".feedback summary").await;
        browser.click(".feedback input[name=why]").await;
        browser.press("第 2 步的菜单找不到").await;
        browser.press(Key::Enter.value().to_string()).await;
        browser
            .until("thanks", "location.pathname === '/feedback'")
            .await;
    })
    .await;
}
