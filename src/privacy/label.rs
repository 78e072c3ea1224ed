//! The words before personal data and secrets: Chinese labels (收件人), the keys of programs
//! (`receiver_name`), and family names. What stands behind them is found in `value`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What stands behind a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
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

/// Labels that chain at most: more are no label, and would be read again from each of them.
const CHAIN: usize = 4;

const PERSONS: &str = "收件人 收货人 联系人 联络人 发件人 寄件人 发货人 寄货人 签收人 取件人 提货人 \
    经办人 负责人 收款人 付款人 开户人 持卡人 户名 姓名 名字 买家 卖家 掌柜 客户 顾客 会员 老板 司机 \
    快递员 操作员 操作人 打单员 制单人 审核人 申请人 投诉人 代收人 代签人 委托人 收件方 收货方 寄件方 我叫 我是 名叫 联系 致电 收方 寄方";
const ACCOUNTS: &str = "用户名 会员名 昵称 网名 旺旺 微信 微信号 v信 qq qq号 支付宝 账号 帐号 账户 \
    身份证 身份证号 证件 证件号 银行卡 银行账号 卡号 电话 手机 手机号 联系电话 联系方式 座机 固话 邮箱 \
    钉钉号 飞书号 抖音号 快手号 小红书号 电子邮箱 分机 虚拟号 传真 车牌 车牌号";
const PLACES: &str = "地址 收货地址 收件地址 寄件地址 发货地址 退货地址 详细地址 家庭地址 住址 街道地址 \
    收件信息 收货信息 收件人信息 收货人信息 地址信息 寄件信息";
const SECRETS: &str = "密码 口令 密钥 令牌 签名 验证码 校验码 提货码 取件码 授权码";

/// By their first character, longest first.
type Labels = FxHashMap<char, Vec<(Vec<char>, Class)>>;

static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    let classes = [
        (PERSONS, Class::Person),
        (ACCOUNTS, Class::Account),
        (PLACES, Class::Place),
        (SECRETS, Class::Secret),
    ];
    let mut labels = Labels::default();
    for (words, class) in classes {
        for word in words.split_whitespace() {
            let word: Vec<char> = word.chars().collect();
            labels.entry(word[0]).or_default().push((word, class));
        }
    }
    for longest_first in labels.values_mut() {
        longest_first.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    labels
});

/// Family names that are written before a given one, the frequent ones that are no frequent words.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏\
    吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武\
    戴莫孔汤温康施牛樊葛邢齐易乔伍庞颜倪庄聂章鲁岳翟殷詹欧耿兰焦俞左柳甘祝宁尚符舒阮柯纪梅童凌毕季裴\
    霍涂苗谷盛曲翁冉骆蓝游辛靳柴蒙鲍喻祁蒲房滕屈饶牟艾尤穆卓吉缪简项芦麦褚娄窦戚岑景费卜晏席柏瞿桂佟\
    臧闵苟邬卞姬仇栾隋刁巫寇桑郎甄丛仲虞敖巩佘迟邝于金傅";
const DOUBLE_SURNAMES: [&str; 12] = [
    "欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木",
];
/// Words that begin like a name.
const NO_NAMES: &str = "方式 方法 方可 方便 马上 何时 何种 曾经 任何 任意 任务 许可 程序 程度 严重 严格 余额 余量 付款 \
    付费 金额 高级 高于 高峰 毛重 段落 白名 顾客 江苏 江西 石家 于是 周期 周一 周二 周三 周四 周五 周六 周日 \
    夏季 易错 钱款 叶子 温州 温度 林业 龙邦 宁波 宁夏 梅州 苏州 苏宁 简称 简单 项目 费用 金华 柳州 桂林 \
    康熙 游客 游戏 席位 吉林 左侧 谷歌 盛大 景点 仇恨 庄家 房间 符合 符号 章节 季度 欧元 麦当 丛林 牛皮";

/// Whether a Chinese label begins here.
pub(super) fn is_label(chars: &[char], at: usize) -> bool {
    chinese(chars, at).is_some()
}

/// Whether this is a family name of two characters.
pub(super) fn is_double_surname(word: &[char]) -> bool {
    let same = |name: &&str| name.chars().eq(word.iter().copied());
    DOUBLE_SURNAMES.iter().any(same)
}

/// Whether a word begins with a family name and is not known to be another word.
pub(super) fn is_surname(word: &[char]) -> bool {
    let begins = |with: &str| {
        with.chars()
            .eq(word.iter().take(with.chars().count()).copied())
    };
    let surname = word.first().is_some_and(|c| SURNAMES.contains(*c))
        || DOUBLE_SURNAMES.iter().any(|s| begins(s));
    surname && !NO_NAMES.split_whitespace().any(begins)
}

/// One past a Chinese label and what stands behind it. Labels chain (收件人手机号): the last one says
/// what the value is.
pub(super) fn chinese(chars: &[char], at: usize) -> Option<(usize, Class)> {
    let one = |at: usize| {
        let words = LABELS.get(chars.get(at)?)?;
        words
            .iter()
            .find_map(|(word, class)| Some((spelt(chars, at, word)?, *class)))
    };
    let (mut end, mut class) = one(at)?;
    for _ in 1..CHAIN {
        match one(end) {
            Some((further, last)) => (end, class) = (further, last),
            None => break,
        }
    }
    for suffix in [
        &['号', '码'][..],
        &['号'],
        &['名', '称'],
        &['名'],
        &['i', 'd'],
        &['码'],
    ] {
        if chars[end..].starts_with(suffix) {
            end += suffix.len();
            break;
        }
    }
    Some((end, class))
}

/// One past a word that is written here, be it spaced out (收 件 人).
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

/// What a program's key stands for, or the end of it (`shop_owner_name`).
pub(super) fn key(word: &[char]) -> Option<Class> {
    let joint = |c: &char| matches!(c, '_' | '-');
    let parts = word.iter().enumerate().filter(|(_, c)| joint(c));
    std::iter::once(0)
        .chain(parts.map(|(at, _)| at + 1))
        .find_map(|from| whole_key(&word[from..]))
}

fn whole_key(word: &[char]) -> Option<Class> {
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
    const NUMBERS: [&str; 12] = [
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
    const ADDRESSES: [&str; 6] = [
        "address",
        "addr",
        "addressdetail",
        "town",
        "street",
        "detail",
    ];
    let key: String = word.iter().filter(|c| c.is_ascii_alphanumeric()).collect();
    let class = match key.as_str() {
        "authorization" | "proxyauthorization" | "cookie" | "setcookie" => Class::Line,
        "accesstoken" | "refreshtoken" | "token" | "authtoken" | "idtoken" | "sessionkey"
        | "session" | "sessionid" | "jsessionid" | "phpsessid" | "sid" | "sign" | "signature"
        | "appsecret" | "secret" | "secretkey" | "clientsecret" | "clientid" | "apikey"
        | "appkey" | "appid" | "accesskey" | "accesskeyid" | "accesskeysecret" | "privatekey"
        | "encodingaeskey" | "xapikey" | "password" | "passwd" | "pwd" | "pass" | "authcode"
        | "verifycode" | "captcha" | "csrftoken" | "xcsrftoken" => Class::Secret,
        "username" | "mobilephone" | "cellphone" | "phonenumber" | "mobileno" | "phoneno"
        | "idno" | "idnumber" | "certno" | "bankcard" | "cardno" | "wangwang" | "wechat"
        | "weixin" | "wx" | "vx" | "wxid" | "unionid" | "qq" => Class::Account,
        "fulladdress" | "detailaddress" | "location" => Class::Place,
        "realname" | "fullname" | "truename" | "nickname" => Class::Person,
        "name" => Class::Name,
        key if NUMBERS.contains(&key) => Class::Account,
        key if ADDRESSES[..2].contains(&key) => Class::Place,
        key => {
            let of = PEOPLE
                .iter()
                .filter_map(|p| key.strip_prefix(p))
                .min_by_key(|rest| rest.len())?;
            match of {
                "" | "name" | "realname" | "fullname" => Class::Person,
                of if NUMBERS.iter().any(|n| of.ends_with(n)) || of == "id" => Class::Account,
                of if ADDRESSES.iter().any(|a| of.ends_with(a)) => Class::Place,
                _ => return None,
            }
        }
    };
    Some(class)
}
