//! What the journal costs: rows a second that each database takes, and a lookup with and without it.
//!
//! `cargo bench --bench journal [-- postgres://USER@HOST/DATABASE]`

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jieda::journal::{Channel, Journal, Lookup, LookupId, Place};
use jieda::kb::Kb;
use jieda::live::Live;
use jieda::lookup::{Engine, Outcome, Paste};
use jieda::service::Service;

const PASTE: &str = "2024-03-05 10:21:07.331 [ERROR] [logistics-sync] shop=木禾家居旗舰店 tid=3598120047716620145 waybill=773251900846612 company=中通快递 同步失败：风控拦截#F#此单号已取消,请重新取号后发货。 #CONSIGN_RISK_CONTROL_BLOCK 请求流水 15rz8a2mcq7k 耗时 312ms 操作员 小王 备注 客户催了两次,麻烦尽快处理一下,这个单子昨天就打了面单,仓库说已经发走了,平台上还是待发货的状态,再不回传就要超时赔付了";
/// Rows that are written to measure how fast.
const ROWS: usize = 100_000;
/// Rounds of lookups, with and without in turn, and lookups of a round.
const ROUNDS: usize = 15;
const LOOKUPS: usize = 1_000;
/// How long a database may take to write what waits.
const GRACE: Duration = Duration::from_secs(60);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let live = Arc::new(Live::new(Arc::new(engine())));
    let engine = live.current().engine.clone();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-journal");
    let _ = std::fs::remove_dir_all(&folder);
    let mut places = vec![("SQLite", Place::Folder(folder.clone()))];
    for url in std::env::args().filter(|a| a.contains("://")) {
        places.push(("PostgreSQL", Place::postgres(&url).expect("an address")));
    }
    println!("database     rows/s   lookup without, µs   with, µs   ratio");
    for (name, place) in places {
        let rows = runtime.block_on(rows_a_second(place.clone(), &engine));
        let (without, with) = lookups(&live, place, &runtime);
        println!(
            "{name:<10} {rows:>8.0} {without:>20.1} {with:>10.1} {:>7.3}",
            with / without
        );
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn engine() -> Engine {
    let sources =
        Kb::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb")).expect("kb can be read");
    let (kb, _) = Kb::parse(&sources);
    Engine::new(kb, Kb::digest(&sources)).expect("kb can be built")
}

/// From the first row to the last one's being written, the queue never empty.
async fn rows_a_second(place: Place, engine: &Engine) -> f64 {
    let row = Lookup {
        id: LookupId::new(),
        at: SystemTime::now(),
        masked: PASTE.to_owned(),
        fingerprint: "0123456789abcdef".to_owned(),
        platform: Some("taobao".to_owned()),
        outcome: Outcome::Answer,
        entry: Some(engine.kb().entries[0].id.clone()),
        confidence: 0.97,
        generation: engine.generation().to_owned(),
        channel: Channel::Api,
        duration: Duration::from_micros(50),
    };
    let journal = Journal::open(place, None);
    let start = Instant::now();
    for _ in 0..ROWS {
        let mut row = row.clone();
        row.id = LookupId::new();
        while !journal.record(row.clone()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    journal.close(GRACE).await;
    ROWS as f64 / start.elapsed().as_secs_f64()
}

/// Medians of a round's mean in µs, without and with.
fn lookups(live: &Arc<Live>, place: Place, runtime: &tokio::runtime::Runtime) -> (f64, f64) {
    let now = live.current();
    let paste = Paste::new(now.engine.kb(), PASTE, None).expect("a paste");
    let open = Journal::open(place, None);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (journal, times) in [(&Journal::off(), &mut without), (&open, &mut with)] {
            let service = Service::new(live.clone(), journal.clone());
            let start = Instant::now();
            for _ in 0..LOOKUPS {
                std::hint::black_box(service.turn(&now, &paste, None, 5, Channel::Api));
            }
            times.push(start.elapsed().as_secs_f64() * 1e6 / LOOKUPS as f64);
        }
    }
    runtime.block_on(open.close(GRACE));
    (median(without), median(with))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
