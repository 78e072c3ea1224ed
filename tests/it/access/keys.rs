//! Keys: added, listed, revoked, and required by the API.

use std::os::unix::fs::PermissionsExt as _;

use super::{Data, LOOKUP, get, problem, serve};

#[test]
fn a_key_is_shown_once_and_kept_as_a_digest_that_nobody_else_may_read() {
    let data = Data::new("once");
    let key = data.add("wecom-bot", "lookup,feedback");
    assert!(key.starts_with("jieda_") && key.len() == 49, "{key}");
    assert_ne!(data.add("xiaoli", "agent"), key);
    let file = data.0.join("keys.json");
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert!(!kept.contains(&key) && !kept.contains(&key[6..]), "{kept}");
    let mode = std::fs::metadata(&file).expect("the file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert_eq!(
        data.keys(&["list"]),
        (
            Some(0),
            "wecom-bot  lookup,feedback\nxiaoli  agent".to_owned()
        )
    );
    assert_eq!(data.keys(&["add", "xiaoli", "--scope", "agent"]).0, Some(1));
    for name in ["", "Xiaoli", "小李", "a b", "../x", &"x".repeat(65)] {
        let status = data.keys(&["add", name, "--scope", "lookup"]).0;
        assert_eq!(status, Some(2), "{name:?}");
    }
    assert_eq!(data.keys(&["add", "other", "--scope", "all"]).0, Some(2));
    assert_eq!(data.keys(&["revoke", "nobody"]).0, Some(1));
    assert_eq!(data.keys(&["revoke", "wecom-bot"]).0, Some(0));
    assert_eq!(data.keys(&["list"]).1, "xiaoli  agent");
    std::fs::write(&file, "[{\"name\": \"x\"}]").expect("it can be written");
    assert_eq!(data.keys(&["list"]).0, Some(1));
    assert_eq!(data.keys(&["add", "y", "--scope", "lookup"]).0, Some(1));
}

#[test]
fn the_api_answers_a_key_for_what_it_allows_until_it_is_revoked() {
    let data = Data::new("require");
    let mut options = data.options();
    options.require_key = true;
    let address = serve(options);
    let with = |key: &str| {
        get(
            address,
            LOOKUP,
            &[("authorization", &format!("Bearer {key}"))],
        )
    };

    let none = get(address, LOOKUP, &[]);
    assert_eq!((none.status, problem(&none).as_str()), (401, "missing-key"));
    assert_eq!(
        none.header("www-authenticate"),
        Some("Bearer realm=\"jieda\"")
    );

    // Keys made while the server runs count at once.
    let bot = data.add("bot", "lookup");
    let form = data.add("form", "feedback");
    assert_eq!(with(&bot).status, 200);
    assert_eq!(
        get(
            address,
            LOOKUP,
            &[("AUTHORIZATION", &format!("bEARER  {bot} "))]
        )
        .status,
        200
    );
    let narrow = with(&form);
    assert_eq!(
        (narrow.status, problem(&narrow).as_str()),
        (403, "missing-scope")
    );
    assert!(
        narrow
            .header("www-authenticate")
            .is_some_and(|h| h.contains("scope=\"lookup\""))
    );

    // The pages, the assets and the probes are for everybody.
    for path in ["/", "/kb", "/search?q=E17", "/healthz"] {
        assert_eq!(get(address, path, &[]).status, 200, "{path}");
    }
    assert_eq!(data.keys(&["revoke", "bot"]).0, Some(0));
    let gone = with(&bot);
    assert_eq!((gone.status, problem(&gone).as_str()), (401, "invalid-key"));

    // A broken file neither lets anybody in nor locks anybody out.
    let kept = data.add("kept", "lookup");
    assert_eq!(with(&kept).status, 200);
    std::fs::write(data.0.join("keys.json"), "{").expect("it can be written");
    assert_eq!(with(&kept).status, 200);
    assert_eq!(with(&bot).status, 401);
    // Without its file there is no key.
    std::fs::remove_file(data.0.join("keys.json")).expect("it was there");
    assert_eq!(with(&kept).status, 401);
}

#[test]
fn a_wrong_key_is_refused_even_where_none_is_needed() {
    let data = Data::new("optional");
    let key = data.add("bot", "lookup");
    let address = serve(data.options());
    assert_eq!(get(address, LOOKUP, &[]).status, 200);
    let long = format!("Bearer {}", "x".repeat(8_000));
    let nearly = format!("Bearer {}", &key[..key.len() - 1]);
    let basic = format!("Basic {key}");
    let hostile = [
        "Bearer",
        "Bearer ",
        "bearer x",
        &key,
        &basic,
        &long,
        &nearly,
        "",
        "Bearer \u{fe}\u{ff}",
        "Bearer jieda_",
        "Bearer null",
        "Bearer ' OR 1=1 --",
        "Bearer ../../etc/passwd",
    ];
    for value in hostile {
        let reply = get(address, LOOKUP, &[("authorization", value)]);
        assert_eq!(
            (reply.status, problem(&reply).as_str()),
            (401, "invalid-key"),
            "{value:?}"
        );
        assert!(!reply.body.contains("jieda_"), "{}", reply.body);
    }
    let right = format!("Bearer {key}");
    let twice = [
        ("authorization", right.as_str()),
        ("authorization", "Bearer x"),
    ];
    assert_eq!(get(address, LOOKUP, &twice).status, 401);
    // Not ours: a proxy in front may ask for a password of its own.
    assert_eq!(
        get(address, "/", &[("authorization", "Basic eDp5")]).status,
        200
    );
}
