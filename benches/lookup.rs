//! What a lookup costs in process, on the knowledge base that ships: each kind of text side by side.
//!
//! `cargo bench --bench lookup`

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use jieda::kb::Kb;
use jieda::kb::render_cache::RenderCache;
use jieda::lookup::{Engine, Exclude, Paste};
use jieda::search::catalog::Catalog;
use jieda::search::facets::Filters;
use jieda::search::list::list;
use jieda::search::suggest::suggest;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PASTE: &str = "2024-03-05 10:21:07.331 [ERROR] [logistics-sync] shop=木禾家居旗舰店 tid=3598120047716620145 waybill=773251900846612 company=中通快递 同步失败：风控拦截#F#此单号已取消,请重新取号后发货。 #CONSIGN_RISK_CONTROL_BLOCK 请求流水 15rz8a2mcq7k 耗时 312ms 操作员 小王 备注 客户催了两次,麻烦尽快处理一下,这个单子昨天就打了面单,仓库说已经发走了,平台上还是待发货的状态,再不回传就要超时赔付了";

fn cost(c: &mut Criterion) {
    let sources =
        Kb::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb")).expect("kb can be read");
    let (kb, _) = Kb::parse(&sources);
    let engine = Engine::new(kb, Kb::digest(&sources)).expect("kb can be built");
    let paste: String = PASTE.chars().take(300).collect();
    let texts = [
        ("paste of 300 characters", paste.clone()),
        ("message", "拆单校验未通过#P38".to_owned()),
        (
            "question",
            "淘宝拆单发的，第二个包裹同步不了，说校验不过怎么办".to_owned(),
        ),
        (
            "not here",
            "拼多多电子面单取号失败：网点可用单号余额不足".to_owned(),
        ),
        (
            "log of 20,000 characters",
            paste.repeat(70).chars().take(20_000).collect(),
        ),
    ];
    for (name, text) in &texts {
        let paste = Paste::new(engine.kb(), text.as_str(), None).expect("a paste");
        c.bench_function(&format!("lookup/{name}"), |b| {
            b.iter(|| engine.lookup(&paste, 5))
        });
    }
    find(c, &engine);
    c.bench_function("read/paste of 300 characters", |b| {
        b.iter(|| engine.read(&paste))
    });
    c.bench_function("consider/paste of 300 characters", |b| {
        b.iter(|| engine.consider(&paste, None, Exclude::Nothing))
    });
}

/// What a keystroke and a page of the search list cost.
fn find(c: &mut Criterion, engine: &Engine) {
    let (catalog, render_cache) = (Catalog::new(engine.kb()), RenderCache::new(engine.kb()));
    for typed in [
        "物",
        "wlys",
        "wuliu",
        "cd08",
        "拼多多 圆通",
        "圆通变国际了怎么办",
    ] {
        c.bench_function(&format!("suggest/{typed}"), |b| {
            b.iter(|| suggest(engine, &catalog, typed, 8))
        });
        c.bench_function(&format!("search/{typed}"), |b| {
            b.iter(|| {
                list(
                    engine,
                    &catalog,
                    &render_cache,
                    typed,
                    &Filters::default(),
                    0..20,
                )
            })
        });
    }
    c.bench_function("catalog", |b| b.iter(|| Catalog::new(engine.kb())));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = cost
}
criterion_main!(benches);
