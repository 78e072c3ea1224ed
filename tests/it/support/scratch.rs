//! Copies of the fixture that a test may change.

use std::path::{Path, PathBuf};

use super::good;

/// A message that two platforms have in common.
pub(crate) const FROZEN: &str = "店铺资料冻结中,暂停推送物流信息";

/// A copy of [`good`] that a test may break; removed with the value.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let dir =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        copy(&good(), &dir);
        Self(dir)
    }

    /// The same with the message [`FROZEN`] on two platforms, so that the platform has to be asked
    /// for.
    pub(crate) fn asking(name: &str) -> Self {
        let kb = Self::new(name);
        for (id, rest) in [("alpha", "请补交执照"), ("beta", "请联系招商经理")] {
            kb.write(
                &format!("shipping/sync/frozen-{id}.md"),
                format!(
                    "---\nplatforms: [{id}]\nupdated: 2026-11-01\n---\n# 店铺资料冻结中，{rest}\n\n\
                     ## 报错信息\n```text\n{FROZEN},{rest}\n```\n\n\
                     ## 原因\n店铺资料被冻结。\n\n## 解决办法\n1. 解除冻结。\n"
                ),
            );
        }
        kb
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.0.join(path)).expect("the file can be removed");
        // And its folder, if that is empty now.
        let _ = std::fs::remove_dir(self.0.join(path).parent().expect("a file has a folder"));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).expect("the file can be read")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for item in std::fs::read_dir(from).expect("the folder can be read") {
        let path = item.expect("the folder can be read").path();
        let target = to.join(path.file_name().expect("an item has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}
