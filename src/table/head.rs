//! Names of columns: those of messages, of order numbers, and of what else stands beside them.

/// Names of columns of messages, the most certain first.
const MESSAGES: [&str; 29] = [
    "失败原因",
    "错误信息",
    "报错信息",
    "异常信息",
    "失败信息",
    "错误原因",
    "异常原因",
    "错误描述",
    "错误提示",
    "失败描述",
    "报错",
    "sub_msg",
    "submsg",
    "message",
    "msg",
    "error",
    "err",
    "exception",
    "reason",
    "错误",
    "异常",
    "失败",
    "原因",
    "返回",
    "提示",
    "结果",
    "信息",
    "备注",
    "remark",
];
/// Parts of a name that speak of something else than the message itself.
const NOT_A_MESSAGE: [&str; 26] = [
    "代码",
    "编码",
    "错误码",
    "code",
    "时间",
    "日期",
    "time",
    "date",
    "次数",
    "count",
    "数量",
    "编号",
    "单号",
    "人",
    "店",
    "状态",
    "status",
    "类型",
    "type",
    "级别",
    "level",
    "订单信息",
    "物流信息",
    "地址",
    "商品",
    "商家备注",
];
/// Names of columns of order numbers, the most certain first.
const ORDERS: [&str; 17] = [
    "平台订单",
    "平台单号",
    "原始单号",
    "线上单号",
    "订单号",
    "订单编号",
    "订单",
    "交易号",
    "tid",
    "order",
    "trade",
    "单号",
    "单据",
    "编号",
    "oid",
    "sn",
    "id",
];
/// Parts of a name that speak of another number or of something else of an order.
const NOT_AN_ORDER: [&str; 29] = [
    "运单",
    "快递",
    "物流",
    "面单",
    "包裹",
    "售后",
    "退款",
    "时间",
    "日期",
    "状态",
    "金额",
    "类型",
    "来源",
    "time",
    "date",
    "status",
    "waybill",
    "mail",
    "track",
    "logistics",
    "express",
    "ship",
    "amount",
    "price",
    "type",
    "user",
    "shop",
    "seller",
    "buyer",
];
/// Other names that heads have.
const OTHERS: [&str; 42] = [
    "店铺", "网店", "平台", "时间", "日期", "买家", "卖家", "收件", "收货", "快递", "物流", "运单",
    "状态", "操作", "序号", "商品", "数量", "金额", "仓库", "类型", "姓名", "电话", "地址", "来源",
    "次数", "级别", "代码", "编码", "shop", "store", "platform", "time", "date", "status", "buyer",
    "seller", "code", "level", "type", "name", "created", "updated",
];
/// Names that a whole cell may have, and that are too short to be found inside others.
const WHOLE: [&str; 7] = ["id", "sn", "oid", "no", "no.", "#", "编号"];
/// Characters of a name at most. Chosen.
const LONGEST: usize = 24;

/// The name in one spelling; none for what is no name: too long, or with a number.
fn name(cell: &str) -> Option<String> {
    let name = cell
        .trim()
        .trim_matches(['"', '*', '`', '【', '】'])
        .to_lowercase();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST
        && digits <= 1
        && !name.contains(['，', '。', '！', '!', '{', '\n', '<'])
        && !name.contains("错误:")
        && !name.contains("失败:");
    is_name.then_some(name)
}

fn rank(cell: &str, names: &[&str], but: &[&str]) -> Option<usize> {
    let name = name(cell)?;
    let whole = name.rsplit('.').next().unwrap_or(&name);
    let at = names.iter().position(|n| match WHOLE.contains(n) {
        true => whole == *n,
        false => name.contains(n),
    })?;
    (!but.iter().any(|n| name.contains(n))).then_some(at)
}

/// The rank of a column of messages by its name, from 0 on; none if the name says no such thing.
pub fn message(cell: &str) -> Option<usize> {
    rank(cell, &MESSAGES, &NOT_A_MESSAGE)
}

/// The rank of a column of order numbers by its name, from 0 on; none if the name says no such
/// thing.
pub fn order(cell: &str) -> Option<usize> {
    rank(cell, &ORDERS, &NOT_AN_ORDER)
}

/// True for a name that columns have.
pub(super) fn is_known(cell: &str) -> bool {
    let Some(name) = name(cell) else {
        return false;
    };
    let inside = MESSAGES.iter().chain(&ORDERS).chain(&OTHERS);
    let mut inside = inside.filter(|n| !WHOLE.contains(n));
    WHOLE.contains(&name.as_str()) || inside.any(|n| name.contains(n))
}

/// True if the cells are the names of columns: all of them could be, and half of them are known, or
/// one of messages and one of order numbers.
pub fn is_head<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> bool {
    let filled = cells.filter(|cell| !cell.trim().is_empty());
    let (mut count, mut knowns, mut messages, mut orders) = (0, 0, 0, 0);
    for cell in filled {
        // A sentence is no name of a column, though it may hold one.
        if name(cell).is_none() || super::number::is_data(cell) {
            return false;
        }
        count += 1;
        knowns += usize::from(is_known(cell));
        messages += usize::from(message(cell).is_some());
        orders += usize::from(order(cell).is_some());
    }
    count > 1 && (knowns * 2 >= count || messages > 0 && orders > 0)
}

/// True if a first row of names that nobody knows stands above data: in some column all others have
/// a number or a time, and it has none.
pub(super) fn stands_above(first: &[&str], rest: &[Vec<&str>]) -> bool {
    let names = first
        .iter()
        .all(|cell| cell.is_empty() || name(cell).is_some());
    let filled = first.iter().filter(|cell| !cell.trim().is_empty()).count();
    let data = |cell: Option<&&str>| cell.is_some_and(|cell| super::number::is_data(cell));
    let below = |at: usize| rest.iter().all(|row| data(row.get(at)));
    names
        && filled > 1
        && rest.len() > 1
        && !first.iter().any(|cell| super::number::is_data(cell))
        && (0..first.len()).any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name() {
        for messages in [
            "失败原因",
            "Error Msg",
            "errmsg",
            "错误信息",
            "备注",
            "err",
            "error.message",
        ] {
            assert!(message(messages).is_some(), "{messages}");
        }
        for others in [
            "店铺",
            "失败时间",
            "错误码",
            "error_code",
            "订单号",
            "寄件电话未登记，请补全后再推送",
        ] {
            assert_eq!(message(others), None, "{others}");
        }
        assert!(message("失败原因") < message("备注"));
        for orders in ["订单号", "平台订单编号", "tid", "order_id", "单号", "ID"] {
            assert!(order(orders).is_some(), "{orders}");
        }
        for others in ["运单号", "快递单号", "订单时间", "paid", "失败原因"] {
            assert_eq!(order(others), None, "{others}");
        }
    }

    #[test]
    fn a_head_is_names_alone() {
        let head = |cells: &[&str]| is_head(cells.iter().copied());
        assert!(head(&["订单号", "失败原因"]));
        assert!(head(&["店铺", "单号", "", "推送结果"]));
        assert!(head(&["tid", "error_msg"]));
        assert!(!head(&["失败原因"]));
        assert!(!head(&["2345678901234567890", "发货失败"]));
        assert!(!head(&["小店", "包裹已被锁定，解锁前不可变更承运商"]));
        assert!(!head(&["小店", "包裹锁定"]));
    }

    #[test]
    fn names_that_nobody_knows_stand_above_data() {
        let rest = vec![vec!["3456789012345678901", "自营", "包裹锁定"]; 2];
        assert!(stands_above(&["流水", "渠道", "描述"], &rest));
        assert!(!stands_above(
            &["3456789012345678900", "自营", "包裹锁定"],
            &rest
        ));
        assert!(!stands_above(&["流水", "渠道", "描述"], &rest[..1]));
        assert!(!stands_above(
            &["甲", "乙"],
            &vec![vec!["自营", "包裹锁定"]; 3]
        ));
    }
}
