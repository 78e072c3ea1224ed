//! The file of a new entry, for an author to fill in.

use std::path::{Path, PathBuf};

use super::id::is_id;

/// An id that cannot become a file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScaffoldError {
    /// The id is not lower-case ASCII words joined by hyphens, below a category.
    #[error(
        "{0:?} is not an id: write category/name in lower-case ASCII words joined by hyphens, such as logistics/sync/jd-account-frozen"
    )]
    Id(String),
    /// The category's folder or its `_index.md` is missing.
    #[error("there is no category {0:?}: create its folder with an _index.md first")]
    Category(String),
}

/// The path of the file of an entry in the knowledge base at `dir`.
///
/// # Errors
/// [`ScaffoldError`] if the id is malformed or its category does not exist.
pub fn path(dir: &Path, id: &str) -> Result<PathBuf, ScaffoldError> {
    let (category, _) = id
        .rsplit_once('/')
        .ok_or_else(|| ScaffoldError::Id(id.to_owned()))?;
    if !is_id(id) {
        return Err(ScaffoldError::Id(id.to_owned()));
    }
    if !dir.join(category).join("_index.md").is_file() {
        return Err(ScaffoldError::Category(category.to_owned()));
    }
    Ok(dir.join(format!("{id}.md")))
}

/// The Markdown of a new entry: the sections of the format, each with a hint at its content.
pub fn entry(title: &str) -> String {
    format!(
        "---
platforms: []
cause: data
retry: after-fix
acts: merchant
sources: []
---
# {title}

## 报错信息
```text
把平台返回的报错原样贴在这里，会变的部分写成<*>
```

## 原因
为什么会出现这个问题。

## 解决办法
1. 第一步，写清菜单路径，如 **店铺 → 下载物流公司**。
2. 第二步。

## 怎么确认
怎样看出已经解决。

## 还是不行
接下来找谁，带上什么信息。

## 类似报错
- 同一个问题在别的系统或旧版本里的报错，十四条左右

## 相似问法
- 不同的人会怎样问，用词各不相同，二十条左右

## 不是这个问题
- 看着像、其实不归这一条管的问题
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_checked_before_it_becomes_a_path() {
        let dir = Path::new("nowhere");
        for id in [
            "", "x", "../x", "a//b", "a/B", "a/b_c", "a/-b", "a/b.md", "/a/b", "a/中文",
        ] {
            assert_eq!(path(dir, id), Err(ScaffoldError::Id(id.to_owned())), "{id}");
        }
        assert_eq!(
            path(dir, "a/b"),
            Err(ScaffoldError::Category("a".to_owned()))
        );
    }
}
