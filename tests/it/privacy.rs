//! What may be stored and shown of a text: nothing personal and nothing secret, but what went wrong.

use jieda::lookup::Paste;
use jieda::privacy::masked;
use proptest::prelude::*;

use crate::support::engine;

/// A text, what must not survive in it, and what must.
pub(crate) type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
pub(crate) const HOSTILE: &[Row] = &[
    // Numbers of orders, parcels, phones, cards.
    ("订单号3598120047716620145发货失败", &["3598120047716620145"], &["订单号", "发货失败"]),
    ("运单 SF1234567890123 已取消 #CD08", &["1234567890123", "SF12"], &["运单", "已取消 #CD08"]),
    ("手机13800138000格式错误", &["13800138000"], &["格式错误"]),
    ("手机 138 0013 8000 是空号", &["138 0013", "8000"], &["是空号"]),
    ("手机 138-0013-8000", &["0013", "8000"], &["手机"]),
    ("+86 138.0013.8000", &["0013", "8000"], &[]),
    ("手机１３８００１３８０００不对", &["１３８", "138", "8000", "８０００"], &["不对"]),
    ("1\u{200b}3\u{200b}8\u{200b}0\u{200b}0\u{200b}1\u{200b}3\u{200b}8000 不存在", &["8000", "0\u{200b}0"], &["不存在"]),
    ("电话：0571-88886666转8012，无人接", &["88886666", "8012"], &["电话", "无人接"]),
    ("座机 (0571) 8888 6666", &["8888", "6666"], &["座机"]),
    ("隐私号 18412345678 转 0321 已过期", &["18412345678", "0321"], &["隐私号", "已过期"]),
    ("虚拟号18412345678-4321", &["18412345678", "4321"], &[]),
    ("王小明[4321] 18412345678", &["18412345678", "王小明"], &[]),
    ("手机号：138****8000", &["138****", "8000"], &["手机号"]),
    ("一三八零零一三八零零零 打不通", &["一三八零零"], &["打不通"]),
    ("身份证号 33010219900307123X 不匹配", &["19900307", "123X"], &["不匹配"]),
    ("银行卡 6222 0202 0000 1234 567", &["6222", "0202", "1234"], &["银行卡"]),
    ("电话:5551234", &["5551234"], &["电话"]),
    ("车牌浙A12345在送", &["A12345"], &["在送"]),
    ("错误码 #P38 订单 1234567890", &["1234567890"], &["#P38", "订单"]),
    ("CD08 13800138000", &["13800138000"], &["CD08"]),
    // Names and addresses behind labels.
    ("收件人：王小明，电话：13800138000，地址：浙江省杭州市西湖区文三路100号5幢301室", &["王小明", "13800138000", "文三路", "100号", "301"], &["收件人", "电话", "地址"]),
    ("收货人 张三丰 13800138000 江苏省苏州市昆山市花桥镇绿地大道88号", &["张三丰", "1380", "绿地大道", "花桥", "88号"], &["收货人"]),
    ("联系人=李四;报错:面单余额不足", &["李四"], &["联系人", "面单余额不足"]),
    ("联系人李四，面单余额不足", &["李四"], &["联系人", "面单余额不足"]),
    ("发件人：欧阳娜娜 请完善寄件地址", &["欧阳娜娜"], &["发件人", "请完善寄件地址"]),
    ("【收件人】王小明\n【手机】13800138000\n【地址】杭州市余杭区仓前街道2号楼", &["王小明", "13800138000", "仓前", "2号楼"], &["收件人", "手机", "地址"]),
    ("收件人\n王小明\n手机号\n13800138000", &["王小明", "13800138000"], &["收件人", "手机号"]),
    ("收件人\t王小明\t广东省深圳市南山区科技园路1号", &["王小明", "科技园路", "1号"], &["收件人"]),
    ("收件人姓名：Zhang San，无效", &["Zhang", "San"], &["收件人姓名", "无效"]),
    ("姓名: 阿卜杜拉·买买提, 校验失败", &["阿卜杜拉", "买买提"], &["姓名", "校验失败"]),
    ("收件人：王 小明，地址不完整", &["王 小明", "小明"], &["地址不完整"]),
    ("收件人王小明手机号13800138000格式错误", &["王小明", "13800138000"], &["格式错误"]),
    ("收件人手机号：12345，位数不对", &["12345"], &["位数不对"]),
    ("買家：陳小姐，聯絡人：林志玲，電話：0912345678", &["林志玲", "0912345678", "陳小姐"], &["聯絡人", "電話"]),
    ("收貨地址：台北市信義區信義路五段7號", &["信義路", "7號"], &["收貨地址"]),
    ("寄件人(张伟)信息不完整", &["张伟"], &["信息不完整"]),
    ("买家旺旺：tb_zhang88 催发货", &["tb_zhang88"], &["买家旺旺", "催发货"]),
    ("微信号 zhang_san88 加一下", &["zhang_san88"], &["微信号", "加一下"]),
    ("加微信: wxid_abc123，单子没同步", &["wxid_abc123"], &["微信", "单子没同步"]),
    ("QQ号 12345", &["12345"], &["QQ"]),
    ("登录账号：admin2024，密码：Passw0rd!", &["admin2024", "Passw0rd"], &["登录", "账号", "密码"]),
    ("代收账号 [6222****1180] 未绑定", &["6222", "1180"], &["代收账号", "未绑定"]),
    ("请联系张伟13800138000处理", &["张伟", "13800138000"], &["请联系", "处理"]),
    ("张三，13800138000，浙江省杭州市西湖区文三路100号", &["张三", "13800138000", "文三路"], &[]),
    ("浙江省杭州市西湖区文三路 100 号 李雷 收", &["文三路", "李雷"], &[]),
    ("快递送到 广东省佛山市南海区狮山镇官窑永安村委会旁", &["狮山", "永安村", "官窑"], &["快递送到"]),
    // As programs write them.
    (r#"{"receiver_name":"王小明","receiver_mobile":"13800138000","code":"CD08"}"#, &["王小明", "13800138000"], &["receiver_name", "CD08"]),
    (r#"{"receiverName":"Li Lei","receiverAddress":"6 Hill Street","msg":"bad contact"}"#, &["Li Lei", "Hill", "Street"], &["bad contact"]),
    (r#"{"data":"{\"consignee\":\"王小明\",\"mobile\":\"13800138000\",\"err\":\"isv.invalid-parameter:101\"}"}"#, &["王小明", "13800138000"], &["isv.invalid-parameter:101"]),
    (r#"{"a":"{\"b\":\"{\\\"buyer_nick\\\":\\\"tb小明\\\",\\\"sub_msg\\\":\\\"拆单校验未通过\\\"}\"}"}"#, &["tb小明"], &["拆单校验未通过"]),
    ("receiver_name=%E7%8E%8B%E5%B0%8F%E6%98%8E&mobile=13800138000&msg=CD08", &["王小明", "%E7%8E%8B", "13800138000"], &["CD08"]),
    (r"收件人：\u738b\u5c0f\u660e，无效的联系人", &["王小明", r"\u738b"], &["无效的联系人"]),
    ("收件人：&#29579;&#23567;&#26126;，电话&quot;13800138000&quot;", &["王小明", "&#29579;", "13800138000"], &["电话"]),
    (r#"{"name":"王小明","status":500}"#, &["王小明"], &["500"]),
    (r#"<receiver_phone>13800138000</receiver_phone>"#, &["13800138000"], &[]),
    ("ReceiverAddress='上海市浦东新区张江镇祖冲之路887弄'", &["祖冲之路", "887"], &["ReceiverAddress"]),
    ("打印机卡纸 手机号壹叁捌零零壹叁捌零零零", &["壹叁捌"], &["打印机卡纸", "手机号"]),
    ("代收人：王小明，打印机卡纸", &["王小明"], &["代收人", "打印机卡纸"]),
    ("收 件 人：王小明，打印机卡纸", &["王小明"], &["打印机卡纸"]),
    ("收件人①王小明 打印机卡纸", &["王小明"], &["打印机卡纸"]),
    ("收件人👉王小明 打印机卡纸", &["王小明"], &["打印机卡纸"]),
    ("收件人：欧阳 小明 打印机卡纸", &["欧阳", "小明"], &["打印机卡纸"]),
    ("shop_owner_name=王小明&msg=CD08", &["王小明"], &["CD08"]),
    ("<receiverName>王小明</receiverName><msg>卡纸</msg>", &["王小明"], &["receiverName", "卡纸"]),
    ("<receiver_name><![CDATA[王小明]]></receiver_name>", &["王小明"], &["receiver_name"]),
    ("钉钉号：wangxm_dd，打印机卡纸", &["wangxm_dd"], &["钉钉号", "打印机卡纸"]),
    ("加我微信wxid_abc123def，打印机卡纸", &["wxid_abc123def"], &["微信", "打印机卡纸"]),
    ("送到万科城市花园12栋二单元1103，打印机卡纸", &["万科", "12栋", "1103"], &["打印机卡纸"]),
    // E-mail, addresses of the network, tokens, signatures.
    ("发到 wang.xiaoming+erp@example.com.cn 了", &["wang", "xiaoming", "example"], &["发到", "了"]),
    ("邮箱王小明@qq.com收不到", &["王小明", "qq.com"], &["收不到"]),
    ("invalid access_token=70000100a19f2b&app_key=12345678&sign=A1B2C3D4E5F6", &["70000100a19f2b", "12345678", "A1B2C3D4E5F6"], &["invalid access_token"]),
    ("https://gw.example.com/router?method=x&session=abcDEF&sign=zzz", &["abcDEF", "zzz"], &[]),
    (r#""sessionKey":"6100e2ZZa","appSecret":"deadbeef""#, &["6100e2ZZa", "deadbeef"], &["sessionKey", "appSecret"]),
    ("Authorization: Bearer abcdefghijklmnop", &["abcdefghijklmnop"], &["Authorization"]),
    ("curl -H 'authorization: Basic dXNlcjpwYXNz'", &["dXNlcjpwYXNz"], &["curl"]),
    ("Cookie: sid=abc; theme=dark; JSESSIONID=qwerty", &["abc", "qwerty"], &["Cookie"]),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3YW5nIn0.c2lnbmF0dXJl 过期", &["eyJhbGci", "eyJzdWIi", "c2lnbmF0dXJl"], &["过期"]),
    ("token: 0f8fad5bd9cb469fa165", &["0f8fad5b", "a165"], &["token"]),
    ("密钥：abcd-efgh，签名错误", &["abcd-efgh"], &["密钥", "签名错误"]),
    ("AKIAIOSFODNN7EXAMPLE 打印机卡纸", &["AKIAIOSF"], &["打印机卡纸"]),
    ("curl -u admin:S3cret! https://gw 打印机卡纸", &["admin", "S3cret"], &["curl", "打印机卡纸"]),
    ("client 2001:db8:85a3::8a2e:370:7334 timeout", &["2001", "db8", "7334"], &["client", "timeout"]),
    ("mac 00:1A:2B:3C:4D:5E 离线", &["1A:2B", "5E"], &["离线"]),
    ("add:10:21:07 订单同步失败 12:30", &[], &["订单同步失败"]),
    ("from 192.168.100.23 timeout", &["192.168"], &["timeout"]),
    ("trace 4bf92f3577b34da6a3ce929d0e0e4736 HSF-0002", &["4bf92f35", "4736"], &["HSF-0002"]),
    ("买家: 你好\n客服小王 10:23\n地址写错了，改成杭州市滨江区长河路475号\n报错 #B98", &["长河路", "475"], &["地址写错了", "#B98"]),
    // What speaks of labels, places and codes and gives nothing away.
    ("联系人不存在", &[], &["联系人不存在"]),
    ("联系人：不能为空", &[], &["联系人：不能为空"]),
    ("收件人 电话号码 格式错误", &[], &["收件人 电话号码 格式错误"]),
    ("联系方式有误，请联系客服", &[], &["联系方式有误，请联系客服"]),
    ("无效的联系人,请检查发货人相关信息,如手机号码、电话等 #CD08", &[], &["无效的联系人,请检查发货人相关信息,如手机号码、电话等 #CD08"]),
    ("收货地址省市区不完整，请选择四级地址街道", &[], &["收货地址省市区不完整，请选择四级地址街道"]),
    ("渠道3号线路2异常，市场部区域1未开通", &[], &["渠道3号线路2异常，市场部区域1未开通"]),
    ("biz.custom.addorderdelivery.invalid-biz:101", &[], &["biz.custom.addorderdelivery.invalid-biz:101"]),
    ("风控拦截#F#此单号已取消 #CONSIGN_RISK_CONTROL_BLOCK", &[], &["风控拦截#F#此单号已取消 #CONSIGN_RISK_CONTROL_BLOCK"]),
    ("access_token expired, session: null, sign: invalid", &[], &["access_token expired, session: null, sign: invalid"]),
    ("isv.logistics-offline-service-error:B98 WB_MAILNO_BLACK", &[], &["isv.logistics-offline-service-error:B98 WB_MAILNO_BLACK"]),
    ("无权使用该面单账户，owner_mall_id 不一致", &[], &["无权使用该面单账户，owner_mall_id 不一致"]),
    ("会员不存在 [memberId=0]", &[], &["会员不存在 [memberId=", "]"]),
    ("微信支付失败，用户名或密码错误", &[], &["微信支付失败，用户名或密码错误"]),
    ("子单数量 2 件，第 3 行，HTTP 500", &[], &["子单数量 2 件，第 3 行，HTTP 500"]),
    (r#"{"mobile":"","receiver":"","sub_msg":"收件人必填"}"#, &[], &["收件人必填"]),
];

#[test]
fn nothing_personal_survives_and_what_went_wrong_does() {
    let mut wrong = Vec::new();
    for (text, gone, stays) in HOSTILE {
        let shown = masked(text);
        if masked(&shown) != shown {
            wrong.push(format!("masked again, {shown:?} is {:?}", masked(&shown)));
        }
        let left = gone.iter().filter(|g| shown.contains(**g));
        wrong.extend(left.map(|g| format!("{g} is left of {text:?}: {shown:?}")));
        let lost = stays.iter().filter(|s| !shown.contains(**s));
        wrong.extend(lost.map(|s| format!("{s} is lost of {text:?}: {shown:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(HOSTILE.len() >= 80);
}

#[test]
fn nothing_personal_is_in_what_an_answer_repeats() {
    let engine = engine();
    for (text, gone, _) in HOSTILE {
        let paste = Paste::new(engine.kb(), *text, None).expect("a paste");
        let answer = engine.lookup(&paste, 5);
        let verdicts = answer.problems.iter().map(|p| &p.verdict);
        let handovers = verdicts
            .chain([&answer.verdict])
            .filter_map(|v| v.handover.as_ref());
        let mut repeated: Vec<String> = handovers.map(|h| h.summary.to_lowercase()).collect();
        repeated.push(answer.query.masked.to_lowercase());
        repeated.push(answer.query.codes.join(" ").to_lowercase());
        for gone in *gone {
            let left = repeated.iter().find(|r| r.contains(&gone.to_lowercase()));
            assert!(left.is_none(), "{gone} of {text:?} is in {left:?}");
        }
    }
}

fn longest_run_of_digits(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_numeric());
    runs.map(|r| r.chars().count()).max().unwrap_or_default()
}

/// Pieces of pastes, in no order that makes sense.
const PIECES: &str = r#"([0-9]{1,9}|[a-z]{1,3}|[ :=,;"'\\\[\]{}()<>*&#@./_\-\n]|[收件人联系电话地址姓名李雷省市区路号转：，一三]|收件人：|mobile":"|token=|%3[0-9]|\\u003[0-9]|[０-９]){0,30}"#;

proptest! {
    #[test]
    fn no_long_number_survives_whatever_is_around_it(text in PIECES) {
        let shown = masked(&text);
        prop_assert!(longest_run_of_digits(&shown) < 7, "{shown:?}");
    }

    #[test]
    fn a_line_with_labels_is_hidden_whatever_is_around_it(before in PIECES, after in PIECES) {
        let shown = masked(&format!("{before}\n收件人：王小明，手机：1234，地址：文三路\n{after}"));
        for gone in ["王小明", "文三路", "1234，"] {
            prop_assert!(!shown.contains(gone), "{shown:?}");
        }
    }

    #[test]
    fn no_text_makes_it_fail(text in any::<String>()) {
        prop_assert!(longest_run_of_digits(&masked(&text)) < 7);
    }
}
