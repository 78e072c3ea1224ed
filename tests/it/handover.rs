//! Handovers hold nothing personal and nothing secret, whichever channel was asked: the API, a
//! batch, a tool call, a chat.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jieda::web::Chat;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::privacy::HOSTILE;
use crate::support;
use crate::support::http::{JSON, send};

/// More texts that bots receive, each with the parts that must not come back.
#[rustfmt::skip]
const MORE: &[(&str, &[&str])] = &[
    // Phones.
    ("买家说打 1 3 8 0 0 1 3 8 0 0 0 没人接，打印机卡纸", &["1 3 8 0", "8 0 0 0"]),
    ("联系电话：０１０－８８８８６６６６，打印机卡纸", &["８８８８", "8888", "6666"]),
    ("打印机卡纸，回电 0086-138-0013-8000", &["0013", "8000"]),
    ("打印机卡纸，回电 (+86)13800138000", &["1380013"]),
    ("打印机卡纸 tel:13800138000;ext=99", &["1380013"]),
    ("打印机卡纸，手机号码是138　0013　8000", &["0013", "8000"]),
    ("打印机卡纸 电话 +852 9123 4567", &["9123", "4567"]),
    ("打印机卡纸 手机①③⑧⓪⓪①③⑧⓪⓪⓪", &["①③⑧", "138001"]),
    ("打印机卡纸 phone=+86%20138%200013%208000", &["0013", "8000"]),
    // Names behind labels.
    ("收件人 王小明 打印机卡纸", &["王小明"]),
    ("收货人：王小明，打印机卡纸", &["王小明"]),
    ("联系人:王小明 打印机卡纸", &["王小明"]),
    ("寄件人：王小明；打印机卡纸", &["王小明"]),
    ("发货人姓名：王小明，打印机卡纸", &["王小明"]),
    ("签收人：王小明，打印机卡纸", &["王小明"]),
    ("客户姓名:王小明,打印机卡纸", &["王小明"]),
    ("买家姓名 王小明，打印机卡纸", &["王小明"]),
    ("会员名：tb_xiaoming2020，打印机卡纸", &["tb_xiaoming2020"]),
    ("买家昵称：小明同学啊，打印机卡纸", &["小明同学啊"]),
    ("旺旺号：小明同学啊，打印机卡纸", &["小明同学啊"]),
    ("收件人=王小明&打印机卡纸", &["王小明"]),
    ("收件人:\"王小明\",打印机卡纸", &["王小明"]),
    ("收件人：王小明（先生），打印机卡纸", &["王小明"]),
    ("收件人——王小明，打印机卡纸", &["王小明"]),
    ("收件人 | 王小明 | 打印机卡纸", &["王小明"]),
    ("收件人：王**，打印机卡纸", &["王**"]),
    ("consignee: Wang Xiaoming, printer jam", &["Wang", "Xiaoming"]),
    ("{\"contactName\":\"王小明\",\"msg\":\"打印机卡纸\"}", &["王小明"]),
    ("{\"buyer\":{\"name\":\"王小明\"},\"msg\":\"打印机卡纸\"}", &["王小明"]),
    ("receiverName\\\":\\\"王小明\\\",打印机卡纸", &["王小明"]),
    // Addresses.
    ("收件地址：浙江省杭州市西湖区文三路100号5幢301室，打印机卡纸", &["文三路", "100号", "301"]),
    ("寄到杭州市西湖区文三路100号，打印机卡纸", &["文三路", "100号"]),
    ("address: No. 100 Wensan Road, Hangzhou, printer jam", &["100 Wensan", "Wensan"]),
    ("收货地址 新疆维吾尔自治区乌鲁木齐市天山区解放北路1号，打印机卡纸", &["解放北路"]),
    ("详细地址：幸福小区3栋2单元501，打印机卡纸", &["幸福小区", "501"]),
    // Tokens, cookies, keys.
    ("GET /router/rest?session=6100e2ZZaAbCd&app_key=12345678 打印机卡纸", &["6100e2ZZaAbCd", "12345678"]),
    ("https://u:p4ss@gw.example.com/x 打印机卡纸", &["p4ss"]),
    ("Cookie: JSESSIONID=ABCDEF123; uid=99 打印机卡纸", &["ABCDEF123"]),
    ("Set-Cookie: token=abc.def.ghi; Path=/ 打印机卡纸", &["abc.def.ghi"]),
    ("Authorization: Bearer sk-abcDEF123456 打印机卡纸", &["sk-abcDEF123456"]),
    ("X-Api-Key: a1b2c3d4e5f6 打印机卡纸", &["a1b2c3d4e5f6"]),
    ("x-auth-token: Zm9vYmFy 打印机卡纸", &["Zm9vYmFy"]),
    ("{\"access_token\":\"70000100a19f2b\",\"msg\":\"打印机卡纸\"}", &["70000100a19f2b"]),
    ("{\"refreshToken\":\"r-70000100a19f2b\",\"msg\":\"打印机卡纸\"}", &["70000100a19f2b"]),
    ("{\"sessionKey\":\"6100e2ZZa\",\"msg\":\"打印机卡纸\"}", &["6100e2ZZa"]),
    ("appSecret=deadbeefcafe 打印机卡纸", &["deadbeefcafe"]),
    ("password=Hunter2! 打印机卡纸", &["Hunter2"]),
    ("密码是Hunter2，打印机卡纸", &["Hunter2"]),
    ("验证码：482913，打印机卡纸", &["482913"]),
    ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n打印机卡纸", &["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"]),
    ("sign=9A0A8659F005D6984697E2CA0A9CF3B7 打印机卡纸", &["9A0A8659F005D698"]),
    // Identity cards, bank cards, other numbers.
    ("身份证 330102 19900307 1234 打印机卡纸", &["19900307"]),
    ("身份证号：33010219900307123x，打印机卡纸", &["19900307"]),
    ("身份证３３０１０２１９９００３０７１２３Ｘ，打印机卡纸", &["１９９００３０７", "19900307"]),
    ("卡号6222-0202-0000-1234-567，打印机卡纸", &["0202", "1234-567"]),
    ("支付宝账号 13800138000 打印机卡纸", &["1380013"]),
    ("护照号 E12345678 打印机卡纸", &["12345678"]),
    ("订单号：3598120047716620145，打印机卡纸", &["3598120047716620145"]),
    ("订单 2411-2400-1234-5678 打印机卡纸", &["1234-5678"]),
    ("运单号 YT8812345678901 打印机卡纸", &["8812345678901"]),
    // E-mail and chat accounts.
    ("发到 wang.xm@example.com 打印机卡纸", &["wang.xm", "example.com"]),
    ("发到ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ，打印机卡纸", &["ｗａｎｇ", "wang"]),
    ("微信：wang_xm_1990，打印机卡纸", &["wang_xm_1990"]),
    ("wechat: wangxm1990 打印机卡纸", &["wangxm1990"]),
    ("QQ：1234567 打印机卡纸", &["1234567"]),
    // Where it came from.
    ("from 192.168.100.23:8443 打印机卡纸", &["192.168.100"]),
    // And more of each.
    ("提货人：王小明，打印机卡纸", &["王小明"]),
    ("收件姓名：王小明，打印机卡纸", &["王小明"]),
    ("收货人姓名 王小明 电话 13800138000 打印机卡纸", &["王小明", "1380"]),
    ("收件人：古丽娜尔·买买提，打印机卡纸", &["古丽娜尔", "买买提"]),
    ("收件人:王小明/13800138000/浙江杭州文三路100号 打印机卡纸", &["王小明", "1380", "文三路"]),
    ("收件人：\n王小明\n打印机卡纸", &["王小明"]),
    ("收件人是王小明，打印机卡纸", &["王小明"]),
    ("收件人叫王小明，打印机卡纸", &["王小明"]),
    ("客户王小明说打印机卡纸", &["王小明"]),
    ("王小明 13800138000 打印机卡纸", &["王小明", "1380"]),
    ("买家ID：tb123xiaoming，打印机卡纸", &["tb123xiaoming"]),
    ("receiver: {name: 王小明, tel: 13800138000} 打印机卡纸", &["王小明", "1380"]),
    ("'receiverName': '王小明', 打印机卡纸", &["王小明"]),
    ("[receiver_name] => 王小明 打印机卡纸", &["王小明"]),
    ("receiverName: \\u738b\\u5c0f\\u660e, 打印机卡纸", &["王小明", "738b"]),
    ("收件人：%E7%8E%8B%E5%B0%8F%E6%98%8E 打印机卡纸", &["王小明", "%e7%8e%8b"]),
    ("联系方式：wx13800138000，打印机卡纸", &["13800138000"]),
    ("邮编310012 打印机卡纸", &["310012"]),
    ("refresh token 是 50000200a19f2bcdeadbeef 打印机卡纸", &["50000200a19f2b"]),
    ("token=eyJhbGciOiJIUzI1NiJ9.e30.abc 打印机卡纸", &["eyjhbgci"]),
    ("client_secret: 'a-b_c.D1' 打印机卡纸", &["a-b_c.d1"]),
    ("Proxy-Authorization: Basic dXNlcjpwYXNz 打印机卡纸", &["dxnlcjpwyxnz"]),
    ("sid=abcDEF; 打印机卡纸", &["abcdef"]),
    ("jdbc:mysql://root:R00tPw@10.0.0.5/erp 打印机卡纸", &["r00tpw", "10.0.0.5"]),
    ("收货地址：上海市浦东新区张江高科技园区博云路2号浦软大厦3楼，打印机卡纸", &["博云路", "浦软", "3楼"]),
    ("收貨人：陳大文，打印機卡紙", &["陳大文"]),
    ("微信同号13800138000，打印机卡纸", &["1380013"]),
    ("VX:wangxm1990 打印机卡纸", &["wangxm1990"]),
    ("v信 wangxm1990 打印机卡纸", &["wangxm1990"]),
    ("支付宝：wang@163.com 打印机卡纸", &["wang@", "163.com"]),
    ("统一社会信用代码 91330100MA27XXXX0A 打印机卡纸", &["91330100ma27"]),
    ("IMEI 860000012345678 打印机卡纸", &["860000012345678"]),
    ("trace_id=4bf92f3577b34da6a3ce929d0e0e4736 打印机卡纸", &["4bf92f3577b34da6"]),
    // Shapes that are easily forgotten.
    ("打印机卡纸 手机号壹叁捌零零壹叁捌零零零", &["壹叁捌零零"]),
    ("代收人：王小明，打印机卡纸", &["王小明"]),
    ("<receiverName>王小明</receiverName><msg>打印机卡纸</msg>", &["王小明"]),
    ("AKIAIOSFODNN7EXAMPLE 打印机卡纸", &["AKIAIOSFODNN7EXAMPLE"]),
    ("加我微信wxid_abc123def，打印机卡纸", &["wxid_abc123def"]),
    ("钉钉号：wangxm_dd，打印机卡纸", &["wangxm_dd"]),
    ("client 2001:db8:85a3::8a2e:370:7334 打印机卡纸", &["8a2e"]),
    ("收件人：欧阳 小明 打印机卡纸", &["欧阳", "小明"]),
    ("收件人①王小明 打印机卡纸", &["王小明"]),
    ("收 件 人：王小明，打印机卡纸", &["王小明"]),
    ("收件人👉王小明，打印机卡纸", &["王小明"]),
    ("shop_owner_name=王小明&打印机卡纸", &["王小明"]),
    ("curl -u admin:S3cret! https://gw 打印机卡纸", &["s3cret"]),
    ("送到万科城市花园12栋二单元1103，打印机卡纸", &["万科", "1103"]),
    ("mac 00:1A:2B:3C:4D:5E 打印机卡纸", &["1a:2b:3c"]),
];

fn rows() -> Vec<(&'static str, &'static [&'static str])> {
    let hostile = HOSTILE.iter().map(|(text, gone, _)| (*text, *gone));
    hostile.chain(MORE.iter().copied()).collect()
}

/// The parts of an answer that may repeat the text: without the words of the knowledge base and
/// without ids.
fn repeated(answer: &Value) -> String {
    const OURS: [&str; 7] = [
        "results",
        "ask",
        "options",
        "generation",
        "lookup_id",
        "fingerprint",
        "next",
    ];
    match answer {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !OURS.contains(&name.as_str()))
            .map(|(_, value)| repeated(value))
            .collect(),
        Value::Array(items) => items.iter().map(repeated).collect(),
        Value::String(text) => format!("{}\n", text.to_lowercase()),
        _ => String::new(),
    }
}

/// Parts that came back and must not.
#[derive(Default)]
struct Leaks(Vec<String>);

impl Leaks {
    fn look(&mut self, channel: &str, (text, gone): (&str, &[&str]), repeated: &str) {
        let left = gone.iter().filter(|g| repeated.contains(&g.to_lowercase()));
        self.0
            .extend(left.map(|g| format!("{channel}: {g:?} of {text:?} is in {repeated:?}")));
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

async fn post(router: &Router, uri: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut request = Request::post(uri)
        .header(header::CONTENT_TYPE, JSON)
        .header(header::HOST, "127.0.0.1");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Body::from(body.to_string()))
        .expect("a request");
    let reply = send(router.clone(), request).await;
    assert_eq!(reply.status, 200, "{body}: {}", reply.body);
    reply.json()
}

#[tokio::test]
async fn a_lookup_hands_over_nothing_personal() {
    let router = support::router();
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for row in rows() {
        let answer = post(&router, "/api/v1/lookup", &[], &json!({"text": row.0})).await;
        handed += usize::from(answer["handover"].is_object());
        leaks.look("lookup", row, &repeated(&answer));
    }
    leaks.none();
    assert!(handed * 10 > rows().len() * 8, "{handed} were handed over");
}

#[tokio::test]
async fn a_batch_hands_over_nothing_personal() {
    let router = support::router();
    let mut leaks = Leaks::default();
    for rows in rows().chunks(200) {
        let texts: Vec<&str> = rows.iter().map(|(text, _)| *text).collect();
        let body = json!({"texts": texts});
        let answer = post(&router, "/api/v1/lookup/batch", &[], &body).await;
        let groups = answer["groups"].as_array().expect("a list");
        assert!(groups.len() * 2 > rows.len(), "{} groups", groups.len());
        for group in groups {
            for line in group["lines"].as_array().expect("a list") {
                let at = line.as_u64().expect("a number") as usize - 1;
                leaks.look("batch", rows[at], &repeated(group));
            }
        }
    }
    leaks.none();
}

#[tokio::test]
async fn a_tool_call_hands_over_nothing_personal() {
    let router = support::router();
    let headers = [
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for row in rows() {
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "lookup_error", "arguments": {"text": row.0}},
        });
        let answer = post(&router, "/mcp", &headers, &call).await;
        let result = &answer["result"]["structuredContent"];
        assert!(result.is_object(), "{answer}");
        handed += usize::from(result["handover"].is_object());
        leaks.look("mcp", row, &repeated(result));
    }
    leaks.none();
    assert!(handed * 10 > rows().len() * 8, "{handed} were handed over");
}

const SECRET: &str = "ding-app-secret";

fn signature(timestamp: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes());
    let mut mac = mac.expect("a key of any length will do");
    mac.update(format!("{timestamp}\n{SECRET}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn a_chat_hands_over_nothing_personal() {
    let folder = support::Scratch::new("handover");
    folder.write(
        "hooks.toml",
        format!("[dingtalk]\napp_secret = \"{SECRET}\"\n"),
    );
    let chat = Chat::read(&folder.path().join("hooks.toml")).expect("the file can be used");
    let router = jieda::web::router(support::app(), chat);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let timestamp = now.expect("after 1970").as_millis().to_string();
    let sign = signature(&timestamp);
    let headers = [("timestamp", timestamp.as_str()), ("sign", sign.as_str())];
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for (number, row) in rows().into_iter().enumerate() {
        let message = json!({
            "conversationId": format!("c{number}"), "conversationType": "1", "senderId": "s",
            "msgId": number.to_string(), "msgtype": "text", "text": {"content": row.0},
        });
        let answer = post(&router, "/hooks/dingtalk", &headers, &message).await;
        let text = answer["markdown"]["text"].as_str().expect("a text");
        // The rest says which entry it is, in the entry's own words.
        if text.contains("转给客服") {
            handed += 1;
            let (said, _) = text.split_once("同类报错编号").expect("a fingerprint");
            leaks.look("chat", row, &said.to_lowercase());
        }
    }
    leaks.none();
    assert!(handed * 10 > rows().len() * 8, "{handed} were handed over");
}
