//! The pictures of the README can be taken, and are light; `RENEW=1 cargo test --test it
//! pictures_of_the_readme` puts them in place of the old ones.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::{Browser, with_browser};
use crate::support;

/// A message as people have it: in the JSON of a log line.
const LOG: &str = r#"2026-11-24 10:12:33.120 ERROR [sync-worker-3] push failed tid=2689123456789012345 平台=淘宝
{"error_response":{"code":15,"msg":"Remote service error","sub_msg":"无效的联系人,请检查发货人相关信息,如手机号码、电话等 #CD08","request_id":"16cbyq3x9f2v1"}}"#;
/// More would make the repository heavy.
const MOST_BYTES: usize = 100_000;

impl Browser {
    /// Takes a picture of the top of the page.
    async fn picture(&self, name: &str, width: u32, height: u32) {
        self.take(name, [0, 0, width.into(), height.into()]).await;
    }

    /// Takes a picture of an element with a little around it.
    async fn part(&self, name: &str, selector: &str) {
        let place = self
            .run(&format!(
                "const r = document.querySelector('{selector}').getBoundingClientRect(); \
                 return [r.x - 12, r.y + scrollY - 12, r.width + 24, r.height + 24].map(Math.round)"
            ))
            .await;
        let place: [i64; 4] = serde_json::from_value(place).expect("four numbers");
        self.take(name, place).await;
    }

    async fn take(&self, name: &str, [x, y, width, height]: [i64; 4]) {
        let clip = json!({"x": x, "y": y, "width": width, "height": height, "scale": 1});
        let shot =
            json!({"format": "webp", "quality": 82, "clip": clip, "captureBeyondViewport": true});
        let taken = self.cdp("Page.captureScreenshot", shot).await;
        let bytes = BASE64_STANDARD
            .decode(taken["data"].as_str().expect("a picture"))
            .expect("it is whole");
        assert!(bytes.len() <= MOST_BYTES, "{name}: {} bytes", bytes.len());
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pictures/{name}.webp"));
        assert!(file.exists(), "the README has no picture {name}");
        if std::env::var_os("RENEW").is_some() {
            std::fs::write(file, bytes).expect("it can be written");
        }
    }
}

#[tokio::test]
async fn pictures_of_the_readme() {
    with_browser(&support::shipped(), |browser| async move {
        let (light, dark) = (
            ("prefers-color-scheme", "light"),
            ("prefers-color-scheme", "dark"),
        );
        browser.screen(1200, &[light]).await;
        browser.open("/").await;
        browser.run("document.activeElement.blur()").await;
        browser.picture("home", 1200, 1060).await;
        browser.run("document.getElementById('q').focus()").await;
        browser.press("wlys").await;
        browser
            .until(
                "suggestions",
                "document.getElementById('suggestions').checkVisibility()",
            )
            .await;
        browser.picture("suggestions", 1200, 660).await;
        browser.open("/").await;
        browser.ask(LOG).await;
        browser.picture("answer", 1200, 860).await;
        browser.part("explanation", ".evidence").await;
        browser.screen(1200, &[dark]).await;
        browser.picture("dark", 1200, 860).await;
        browser.screen(1200, &[light]).await;
        browser.open("/").await;
        browser
            .ask("打印机连接不上，模板偏移怎么调（订单 2689123456789012345）")
            .await;
        browser.picture("none", 1200, 760).await;
        browser.screen(390, &[light]).await;
        browser
            .open("/kb/logistics/sync/invalid-contact-cd08")
            .await;
        browser.picture("phone", 390, 844).await;
    })
    .await;
}
