//! Tests of the readers through [`read`].

use super::{Part, Row, Table, read};

fn shown(row: &Row) -> (usize, Vec<&str>) {
    (
        row.line,
        row.cells.iter().map(|c| c.text.as_str()).collect(),
    )
}

#[track_caller]
fn table(text: &str) -> Table {
    let tables = read(text).into_iter().filter_map(|part| match part {
        Part::Table(table) => Some(table),
        Part::Line(_) => None,
    });
    let mut tables: Vec<Table> = tables.collect();
    assert_eq!(tables.len(), 1, "{text}: {:?}", read(text));
    tables.remove(0)
}

#[track_caller]
fn check(text: &str, head: &[&str], rows: &[(usize, &[&str])]) {
    let table = table(text);
    assert_eq!(table.head, head, "{text}");
    let found: Vec<_> = table.rows.iter().map(shown).collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(at, cells)| (*at, cells.to_vec()))
        .collect();
    assert_eq!(found, rows, "{text}");
}

const A: &str = "3456789012345678901";
const B: &str = "3456789012345678902";
const LOCKED: &str = "包裹已被锁定,解锁前不可变更承运商";
const PHONE: &str = "寄件电话未登记 #E17";

#[test]
fn cells_stand_between_tabs_commas_and_semicolons() {
    let head: &[&str] = &["订单号", "店铺", "失败原因"];
    let (one, two): (&[&str], &[&str]) = (&[A, "小店", LOCKED], &[B, "大店", PHONE]);
    for (joint, quote) in [("\t", ""), ("\t", "\""), (",", "\""), (";", "")] {
        let row = |cells: &[&str]| {
            let quoted: Vec<String> = cells.iter().map(|c| format!("{quote}{c}{quote}")).collect();
            quoted.join(joint)
        };
        let text = format!("{}\n{}\n\n{}\n", row(head), row(one), row(two));
        check(&text, head, &[(2, one), (4, two)]);
        check(&text.replace('\n', "\r\n"), head, &[(2, one), (4, two)]);
        let headless = format!("{}\n{}", row(one), row(two));
        check(&headless, &[], &[(1, one), (2, two)]);
        let led = format!("帮看一下：\n{text}");
        check(&led, head, &[(3, one), (5, two)]);
    }
}

#[test]
fn a_quoted_cell_holds_anything_and_an_open_quote_its_line() {
    let text = format!("订单号,失败原因\n{A},\"系统提示:\n他说\"\"不行\"\",再试\"\n\"\t{B}\",x\n");
    check(
        &text,
        &["订单号", "失败原因"],
        &[
            (2, &[A, "系统提示:\n他说\"不行\",再试"]),
            (4, &[&format!("\t{B}"), "x"]),
        ],
    );
    let text = format!("{A}\t\"没有结束\n{B}\t{PHONE}\n{A}\t\"a\" b\n");
    check(
        &text,
        &[],
        &[
            (1, &[A, "\"没有结束"]),
            (2, &[B, PHONE]),
            (3, &[A, "\"a\" b"]),
        ],
    );
    let text = format!("订单号,失败原因\n\t{A},{PHONE}\n\t{B},{PHONE}\n");
    let kept = [format!("\t{A}"), format!("\t{B}")];
    check(
        &text,
        &["订单号", "失败原因"],
        &[(2, &[&kept[0], PHONE]), (3, &[&kept[1], PHONE])],
    );
    let text = format!("订单号,失败原因\n=\"{A}\",{PHONE}\n=\"{B}\",{PHONE}\n");
    assert_eq!(table(&text).rows[0].cells[0].text, format!("=\"{A}\""));
}

#[test]
fn rules_heads_and_the_words_of_clients_are_no_rows() {
    let head: &[&str] = &["tid", "err"];
    let rows: &[(usize, &[&str])] = &[(4, &[A, LOCKED]), (5, &[B, PHONE])];
    for text in [
        format!(
            "+---+---+\n| tid | err |\n+---+---+\n| {A} | {LOCKED} |\n| {B} | {PHONE} |\n+---+---+\n2 rows in set (0.00 sec)\n"
        ),
        format!(
            "┌───┬───┐\n│ tid │ err │\n├───┼───┤\n│ {A} │ {LOCKED} │\n│ {B} │ {PHONE} │\n└───┴───┘\n"
        ),
        format!(
            "mysql> select * from t;\n| tid | err |\n| :-- | --- |\n| {A} | {LOCKED} |\n| {B} | {PHONE} |\n"
        ),
        format!(
            "db=# select 1;\n tid | err\n-----+-----\n {A} | {LOCKED}\n {B} | {PHONE}\n(2 rows)\n\n"
        ),
        format!(
            "db=# select 1;\n tid | err\n-----+-----\n {A} | {LOCKED}\n {B} | {PHONE}\n(2 行记录)\n时间：1.2 ms"
        ),
    ] {
        check(&text, head, rows);
        assert_eq!(read(&text).len(), 1, "{:?}", read(&text));
    }
    let duck = format!(
        "┌───┬───┐\n│ tid │ err │\n│ int64 │ varchar │\n├───┼───┤\n│ {A} │ {LOCKED} │\n│ · │ · │\n│ {B} │ {PHONE} │\n├───┴───┤\n│ 9 rows (2 shown)   2 columns │\n└───┘\n"
    );
    check(&duck, head, &[(5, &[A, LOCKED]), (7, &[B, PHONE])]);
    let grid = format!(
        "+---+---+\n| tid | err |\n+===+===+\n| {A} | 包裹已被锁定, |\n|   | 解锁前不可变更承运商 |\n+---+---+\n| {B} | {PHONE} |\n+---+---+\n"
    );
    check(
        &grid,
        head,
        &[
            (4, &[A, "包裹已被锁定,\n解锁前不可变更承运商"]),
            (7, &[B, PHONE]),
        ],
    );
    let broken = format!("| tid | err |\n|---|---|\n| {A} | a\nb |\n| {B} | c \\| d<br>e |\n谢谢");
    check(&broken, head, &[(3, &[A, "a\nb"]), (5, &[B, "c | d\ne"])]);
    assert_eq!(read(&broken).len(), 2);
    let psql = format!(" tid | err\n-----+-----\n {A} | a  +\n   | b\n {B} | c\n(2 rows)\n");
    check(&psql, head, &[(3, &[A, "a\nb"]), (5, &[B, "c"])]);
}

#[test]
fn a_column_a_line_is_a_row_of_several() {
    let mysql = format!(
        "*************************** 1. row ***************************\n      tid: {A}\nerror_msg: {LOCKED}\n*************************** 2. row ***************************\n      tid: {B}\nerror_msg: a: b\nc\n2 rows in set (0.00 sec)\n"
    );
    check(
        &mysql,
        &["tid", "error_msg"],
        &[(1, &[A, LOCKED]), (4, &[B, "a: b\nc"])],
    );
    let psql = format!(
        "-[ RECORD 1 ]----\ntid | {A}\nerr | a +\n    | b\n-[ RECORD 2 ]----\ntid | {B}\nerr | {PHONE}\n\n"
    );
    check(
        &psql,
        &["tid", "err"],
        &[(1, &[A, "a\nb"]), (5, &[B, PHONE])],
    );
}

#[test]
fn objects_are_rows() {
    let head: &[&str] = &["tid", "err"];
    let pretty = format!(
        "[\n  {{\n    \"tid\": \"{A}\",\n    \"err\": \"{LOCKED}\"\n  }},\n  {{\n    \"tid\": {B},\n    \"err\": \"a\\n]}}b\"\n  }},\n]\n"
    );
    check(&pretty, head, &[(2, &[A, LOCKED]), (6, &[B, "a\n]}b"])]);
    let wrapped = format!("{{\"code\": 0, \"tags\": [1], \"data\": {{\"list\": {pretty}}}}}");
    check(&wrapped, head, &[(2, &[A, LOCKED]), (6, &[B, "a\n]}b"])]);
    let lines = format!("{{\"tid\":\"{A}\",\"err\":\"x\"}}\n{{\"tid\":{B}0,\"err\":null}}\n");
    check(
        &lines,
        head,
        &[(1, &[A, "x"]), (2, &[&format!("{B}0"), ""])],
    );
    for text in [
        "{\"code\": 50}",
        "[1, 2]",
        "[失败] 包裹已被锁定",
        "{",
        "[{\"a\": 1}",
        "[]",
    ] {
        let parts = read(text);
        assert!(matches!(&parts[..], [Part::Line(_)]), "{parts:?}");
    }
    let alone = read("{\n  \"code\": 50\n}\n谢谢");
    let numbers: Vec<usize> = alone
        .iter()
        .map(|p| if let Part::Line(l) = p { l.number } else { 0 })
        .collect();
    assert_eq!(numbers, [1, 4]);
}

#[test]
fn cells_a_line_are_told_by_the_numbers() {
    let (one, two): (&[&str], &[&str]) = (&[A, "小店", LOCKED], &[B, "大店", PHONE]);
    let head: &[&str] = &["订单号", "店铺", "失败原因"];
    let lines = [head, one, two].map(|cells| cells.join("\n")).join("\n");
    check(&lines, head, &[(4, one), (7, two)]);
    let headless = [one, two].map(|cells| cells.join("\n")).join("\n");
    check(&headless, &[], &[(1, one), (4, two)]);
    let later = format!("店铺\n订单号\n失败原因\n小店\n{A}\n{LOCKED}\n大店\n{B}\n\n");
    check(
        &later,
        &["店铺", "订单号", "失败原因"],
        &[(4, &["小店", A, LOCKED]), (7, &["大店", B])],
    );
}

#[test]
fn a_line_break_in_a_cell_moves_no_other_row() {
    let row = |number: &str, text: &str| format!("{number}\n{text}\n重试\n");
    let text = format!(
        "订单号\n失败原因\n操作\n{}{}{}{}",
        row(A, PHONE),
        row(B, &format!("系统提示：\n{LOCKED}")),
        row(A, PHONE),
        row(B, PHONE)
    );
    let broken = format!("系统提示：\n{LOCKED}");
    check(
        &text,
        &["订单号", "失败原因", "操作"],
        &[
            (4, &[A, PHONE, "重试"]),
            (7, &[B, &broken, "重试"]),
            (11, &[A, PHONE, "重试"]),
            (14, &[B, PHONE, "重试"]),
        ],
    );
}

#[test]
fn a_title_and_unknown_names_are_no_rows() {
    let text = format!("失败订单,,\n订单号,店铺,失败原因\n{A},小店,{PHONE}\n");
    check(
        &text,
        &["订单号", "店铺", "失败原因"],
        &[(3, &[A, "小店", PHONE])],
    );
    let text = format!("流水\t描述\n{A}\t{PHONE}\n{B}\t{PHONE}\n");
    check(
        &text,
        &["流水", "描述"],
        &[(2, &[A, PHONE]), (3, &[B, PHONE])],
    );
}

#[test]
fn what_is_no_table_is_lines() {
    let numbers = |text: &str| -> Vec<usize> {
        let lines = read(text).into_iter().map(|part| match part {
            Part::Line(line) => line.number,
            Part::Table(table) => panic!("{text}: {table:?}"),
        });
        lines.collect()
    };
    assert_eq!(numbers(&format!("{LOCKED}\n\n{PHONE}")), [1, 3]);
    assert_eq!(
        numbers(&format!("今天失败的单：\n1、{A} {LOCKED}\n2、{B} {PHONE}")),
        [2, 3]
    );
    assert_eq!(numbers(&format!("报错：\n{PHONE}")), [1, 2]);
    assert_eq!(numbers("-----\n=====\n| |"), [1, 2, 3]);
    assert_eq!(numbers(""), [0; 0]);
}

#[test]
fn a_text_that_seems_to_begin_tables_costs_little() {
    for line in [
        "{},\n",
        "[{},\n",
        "|a|\n|a|b|\n",
        "********* 1. row *****\n",
        "\"a\n",
    ] {
        let text = format!("{}x", line.repeat(20_000));
        assert!(!read(&text).is_empty(), "{line}");
    }
}

mod properties {
    use proptest::prelude::*;

    use super::super::{Part, read};

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in "([-+|│┌ ,;\t\"\n{}\\[\\]:*=a0-9锁]{0,12}\n?){0,20}") {
            let count = text.lines().count();
            let mut last = 0;
            for part in read(&text) {
                let numbers: Vec<usize> = match &part {
                    Part::Line(line) => vec![line.number],
                    Part::Table(table) => table.rows.iter().map(|row| row.line).collect(),
                };
                for number in numbers {
                    prop_assert!(last <= number && 0 < number && number <= count);
                    last = number;
                }
            }
        }

        #[test]
        fn written_cells_are_read_back(
            cells in prop::collection::vec(("[0-9]{19}", "[ -~锁定包裹\n]{1,30}"), 2..8),
            delimiter in prop::sample::select(vec![b',', b'\t', b';']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(["订单号", "失败原因"]).expect("written");
            for (number, text) in &cells {
                writer.write_record([number, text]).expect("written");
            }
            let text = String::from_utf8(writer.into_inner().expect("flushed")).expect("UTF-8");
            let parts = read(&text);
            let [Part::Table(table)] = &parts[..] else {
                return Err(TestCaseError::fail(format!("{parts:?}")));
            };
            prop_assert_eq!(table.rows.len(), cells.len());
            for (row, (number, text)) in table.rows.iter().zip(&cells) {
                prop_assert_eq!(&row.cells[0].text, number);
                prop_assert_eq!(&row.cells[1].text, text);
            }
        }
    }
}
