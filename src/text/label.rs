//! The one list of labels before personal data and secrets: words (收件人) and keys of programs
//! (`receiver_name`); and family names.
//!
//! The values behind labels are found in `value`. Matching (`mask`) and hiding (`privacy`) both
//! read this list.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::scan::starts_with;

/// Kind of value behind a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A person's name.
    Person,
    /// A number or a name of an account.
    Account,
    /// A postal address.
    Place,
    /// A token, a key, a password.
    Secret,
    /// All of the line.
    Line,
    /// A name of anything, perhaps a person's.
    Name,
}

/// A label, as it was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    /// Kind of the value behind it.
    pub(crate) class: Class,
    /// True if the value behind it and a sign (`:`, `=`) counts as varying when texts are matched.
    ///
    /// Hiding may err on the side of hiding; matching may not take words for a value, or two
    /// messages that differ in them are one. So only labels are marked that name nothing else in
    /// the messages of programs (客户, `user` and 操作人 are followed by 系统 and `root` as well).
    pub(super) varies: bool,
}

/// More labels than this in a row are not one label; without a limit a row of them would be read
/// again from each of its members. Chosen: the longest real chains (收件人联系手机) have three.
const CHAIN: usize = 4;

/// Labels as people and messages write them, by class.
///
/// A `*` marks a label whose value [varies](Label::varies).
const WORDS: [(Class, &str); 4] = [
    (
        Class::Person,
        "收件人* 收货人* 联系人* 联络人 发件人* 寄件人* 发货人 寄货人 签收人 取件人 提货人 \
         经办人 负责人 收款人 付款人 开户人 持卡人 户名 姓名* 名字 买家 卖家 掌柜 客户 顾客 \
         会员 老板 司机 快递员 操作员 操作人 打单员 制单人 审核人 申请人 投诉人 代收人 代签人 \
         委托人 创建人 提交人 处理人 仓管员 店长 当前用户 收件 收货 寄件 发件 收件方 收货方 寄件方 我叫 我是 名叫 联系 致电 收方 寄方",
    ),
    (
        Class::Account,
        "用户名 登录名 会员名 昵称 网名 旺旺 微信 微信号 v信 qq qq号 支付宝 账号 帐号 账户 身份证 \
         身份证号 证件 证件号 银行卡 银行账号 卡号 电话 手机 手机号 联系电话 联系方式 座机 \
         固话 邮箱 钉钉号 飞书号 抖音号 快手号 小红书号 电子邮箱 分机 虚拟号 传真 车牌 车牌号",
    ),
    (
        Class::Place,
        "地址* 收货地址* 收件地址* 寄件地址 发货地址 退货地址 详细地址* 家庭地址 住址 \
         街道地址 收件信息 收货信息 收件人信息 收货人信息 地址信息 寄件信息",
    ),
    (
        Class::Secret,
        "密码 口令 密钥 令牌 签名 验证码 校验码 提货码 取件码 授权码",
    ),
];

/// Endings of a label that add nothing to its meaning, longer ones first.
const SUFFIXES: [&str; 6] = ["号码", "号", "名称", "名", "id", "码"];

/// Labels as programs write them, in lower case and without joints: `access_token` and
/// `accessToken` are `accesstoken`. A `*` as in [`WORDS`].
const KEYS: [(Class, &str); 6] = [
    (Class::Person, "realname fullname truename nickname"),
    (
        Class::Account,
        "username sellernick mobilephone cellphone phonenumber mobileno phoneno idno idnumber certno \
         bankcard cardno wangwang wechat weixin wx vx wxid unionid qq",
    ),
    (
        Class::Place,
        "fulladdress detailaddress location address addr",
    ),
    (
        Class::Secret,
        "accesstoken* refreshtoken* token* authtoken idtoken sessionkey* session* sessionid \
         jsessionid phpsessid sid sign* signature appsecret* secret* secretkey clientsecret \
         clientid apikey appkey appid accesskey accesskeyid accesskeysecret privatekey \
         encodingaeskey cookie2 tbtoken xapikey password passwd pwd pass authcode verifycode captcha \
         csrftoken xcsrftoken",
    ),
    (
        Class::Line,
        "authorization proxyauthorization cookie setcookie",
    ),
    (Class::Name, "name"),
];

/// First parts of keys for a person's data: `receiver_mobile`, `buyerNick`, `consignee_address`.
const PEOPLE: [&str; 15] = [
    "receiver",
    "consignee",
    "buyer",
    "sender",
    "contact",
    "linkman",
    "customer",
    "member",
    "recipient",
    "consigner",
    "shipper",
    "payer",
    "payee",
    "owner",
    "user",
];
/// Last parts of such keys for a number or an account; each is a key by itself as well.
const ACCOUNT_ENDS: [&str; 12] = [
    "nick",
    "phone",
    "mobile",
    "tel",
    "telephone",
    "email",
    "mail",
    "idcard",
    "account",
    "alipay",
    "openid",
    "oaid",
];
/// Last parts of such keys for a place.
const PLACE_ENDS: [&str; 6] = [
    "address",
    "addr",
    "addressdetail",
    "town",
    "street",
    "detail",
];

/// Labels of one list with the class of each, without their `*`.
fn parse(list: &'static [(Class, &'static str)]) -> impl Iterator<Item = (&'static str, Label)> {
    list.iter().flat_map(|(class, words)| {
        words.split_whitespace().map(|word| {
            let bare = word.trim_end_matches('*');
            let label = Label {
                class: *class,
                varies: bare != word,
            };
            (bare, label)
        })
    })
}

/// Labels with their characters, longest first.
type Spelt = Vec<(Vec<char>, Label)>;

/// The labels of [`WORDS`] by their first character.
static BY_FIRST: LazyLock<FxHashMap<char, Spelt>> = LazyLock::new(|| {
    let mut labels: FxHashMap<char, Spelt> = FxHashMap::default();
    for (word, label) in parse(&WORDS) {
        let word: Vec<char> = word.chars().collect();
        labels.entry(word[0]).or_default().push((word, label));
    }
    for longest_first in labels.values_mut() {
        longest_first.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    labels
});

/// The labels of [`KEYS`].
static BY_KEY: LazyLock<FxHashMap<&str, Label>> = LazyLock::new(|| parse(&KEYS).collect());

/// Frequent family names of one character, without those that are mostly other words (安, 常, 路).
/// Chosen.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏\
    吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武\
    戴莫孔汤温康施牛樊葛邢齐易乔伍庞颜倪庄聂章鲁岳翟殷詹欧耿兰焦俞左柳甘祝宁尚符舒阮柯纪梅童凌毕季裴\
    霍涂苗谷盛曲翁冉骆蓝游辛靳柴蒙鲍喻祁蒲房滕屈饶牟艾尤穆卓吉缪简项芦麦褚娄窦戚岑景费卜晏席柏瞿桂佟\
    臧闵苟邬卞姬仇栾隋刁巫寇桑郎甄丛仲虞敖巩佘迟邝于金傅";
/// Family names of two characters. Chosen: the frequent ones.
const DOUBLE_SURNAMES: [&str; 12] = [
    "欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木",
];
/// Words that begin with a family name and are not names. Chosen: the language of shops and
/// couriers.
const NOT_NAMES: &str = "方式 方法 方可 方便 马上 何时 何种 曾经 任何 任意 任务 许可 程序 程度 严重 严格 余额 余量 付款 \
    付费 金额 高级 高于 高峰 毛重 段落 白名 顾客 江苏 江西 石家 于是 周期 周一 周二 周三 周四 周五 周六 周日 \
    夏季 易错 钱款 叶子 温州 温度 林业 龙邦 宁波 宁夏 梅州 苏州 苏宁 简称 简单 项目 费用 金华 柳州 桂林 \
    康熙 游客 游戏 席位 吉林 左侧 谷歌 盛大 景点 仇恨 庄家 房间 符合 符号 章节 季度 欧元 麦当 丛林 牛皮";

/// True if a Chinese label begins here.
pub(crate) fn is_label(chars: &[char], at: usize) -> bool {
    chinese(chars, at).is_some()
}

/// True for a family name of two characters.
pub(super) fn is_double_surname(word: &[char]) -> bool {
    let mut names = DOUBLE_SURNAMES.iter();
    names.any(|name| word.len() == 2 && starts_with(word, name))
}

/// True if a word begins with a family name and is not one of [`NOT_NAMES`].
pub(crate) fn is_surname(word: &[char]) -> bool {
    let begins = |with: &str| starts_with(word, with);
    let surname = word.first().is_some_and(|c| SURNAMES.contains(*c))
        || DOUBLE_SURNAMES.iter().any(|name| begins(name));
    surname && !NOT_NAMES.split_whitespace().any(begins)
}

/// End and kind of the label that begins at `at`, as people write it. Labels chain (收件人手机号): the
/// last one decides the kind.
pub(super) fn chinese(chars: &[char], at: usize) -> Option<(usize, Label)> {
    let one = |at: usize| {
        let words = BY_FIRST.get(chars.get(at)?)?;
        words
            .iter()
            .find_map(|(word, label)| Some((spelt(chars, at, word)?, *label)))
    };
    let (mut end, mut label) = one(at)?;
    for _ in 1..CHAIN {
        match one(end) {
            Some((further, last)) => (end, label) = (further, last),
            None => break,
        }
    }
    let suffix = SUFFIXES.iter().find(|s| starts_with(&chars[end..], s));
    end += suffix.map_or(0, |suffix| suffix.chars().count());
    Some((end, label))
}

/// One past the word if it stands at `at`, spaced out (收 件 人) or not.
fn spelt(chars: &[char], at: usize, word: &[char]) -> Option<usize> {
    let mut at = at;
    for (i, c) in word.iter().enumerate() {
        at += usize::from(i > 0 && chars.get(at) == Some(&' '));
        if chars.get(at) != Some(c) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// The label that a program's key is, or that its end is (`shop_owner_name`). The value of an end
/// never varies: the key may name something else (`Postman-Token`).
pub(crate) fn key(word: &[char]) -> Option<Label> {
    let joint = |c: &char| matches!(c, '_' | '-');
    let joints = word.iter().enumerate().filter(|(_, c)| joint(c));
    let mut ends = joints.map(|(at, _)| &word[at + 1..]);
    whole_key(word).or_else(|| {
        let class = ends.find_map(whole_key)?.class;
        let varies = false;
        Some(Label { class, varies })
    })
}

/// The label that all of a key is.
fn whole_key(word: &[char]) -> Option<Label> {
    let key: String = word.iter().filter(|c| c.is_ascii_alphanumeric()).collect();
    let key = key.as_str();
    if let Some(label) = BY_KEY.get(key) {
        return Some(*label);
    }
    let class = if ACCOUNT_ENDS.contains(&key) {
        Class::Account
    } else {
        of_person(key)?
    };
    Some(Label {
        class,
        varies: false,
    })
}

/// The class of a key that begins with a word for a person.
fn of_person(key: &str) -> Option<Class> {
    let rests = PEOPLE.iter().filter_map(|p| key.strip_prefix(p));
    let rest = rests.min_by_key(|rest| rest.len())?;
    let ends_in = |ends: &[&str]| ends.iter().any(|end| rest.ends_with(end));
    match rest {
        "" | "name" | "realname" | "fullname" => Some(Class::Person),
        _ if rest == "id" || ends_in(&ACCOUNT_ENDS) => Some(Class::Account),
        _ if ends_in(&PLACE_ENDS) => Some(Class::Place),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_listed_once() {
        for list in [&WORDS[..], &KEYS[..]] {
            let mut words: Vec<&str> = list.iter().flat_map(|row| row.1.split(' ')).collect();
            words.retain(|word| !word.is_empty());
            words
                .iter_mut()
                .for_each(|word| *word = word.trim_end_matches('*'));
            words.sort_unstable();
            let twice = words.windows(2).find(|pair| pair[0] == pair[1]);
            assert_eq!(twice, None);
        }
    }

    #[test]
    fn a_key_is_known_by_its_whole_or_by_its_end() {
        for (word, class, varies) in [
            ("access_token", Class::Secret, true),
            ("accesstoken", Class::Secret, true),
            ("postman-token", Class::Secret, false),
            ("shop_owner_name", Class::Person, false),
            ("buyernick", Class::Account, false),
            ("mobile", Class::Account, false),
            ("receiver_address", Class::Place, false),
            ("x_name", Class::Name, false),
        ] {
            let chars: Vec<char> = word.chars().collect();
            assert_eq!(key(&chars), Some(Label { class, varies }), "{word}");
        }
        for word in ["town", "error", "receiver_code", ""] {
            let chars: Vec<char> = word.chars().collect();
            assert_eq!(key(&chars), None, "{word}");
        }
    }

    #[test]
    fn labels_chain_and_the_last_one_decides() {
        for (text, end, class) in [
            ("收件人手机号码:1", 7, Class::Account),
            ("收 件 人:王", 5, Class::Person),
            ("地址:文三路", 2, Class::Place),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let found = chinese(&chars, 0).map(|(end, label)| (end, label.class));
            assert_eq!(found, Some((end, class)), "{text}");
        }
    }
}
