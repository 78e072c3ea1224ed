//! One source file as the checks see it: its imports, the paths it names, its functions and
//! literals. Code under `#[cfg(test)]` is left out.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Lit, Meta, UseTree, Visibility};

/// A source file, with what the checks ask of it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Its path below the root of the repository, such as `src/kb/mod.rs`.
    pub(super) path: String,
    pub(super) text: String,
    /// Modules within the file: the file's own first.
    pub(super) modules: Vec<Module>,
    pub(super) functions: Vec<Function>,
    /// Names of the macros that are called.
    pub(super) macros: Vec<(String, usize)>,
    /// Lines on which something is async.
    pub(super) asyncs: Vec<usize>,
    /// Float literals outside constants.
    pub(super) floats: Vec<(String, usize)>,
    /// Attributes that let dead code pass.
    pub(super) dead_code: Vec<usize>,
    /// Lines before the tests in the file.
    pub(super) lines: usize,
}

/// A module, with the names in it.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Names of inline modules from the file's own module on.
    pub(super) within: Vec<String>,
    pub(super) imports: Vec<Import>,
    /// Paths in code: at least one segment.
    pub(super) paths: Vec<(Vec<String>, usize)>,
    /// Names of items that are defined here.
    pub(super) items: BTreeSet<String>,
    /// Modules declared here that are tests.
    pub(super) tests: BTreeSet<String>,
}

/// One name of a `use`.
#[derive(Debug)]
pub(super) struct Import {
    /// The name in this module, `*` for a glob.
    pub(super) name: String,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    /// True for a `pub use` of any visibility.
    pub(super) public: bool,
}

/// A function with a body.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    /// Lines from `fn` to the closing brace.
    pub(super) lines: usize,
}

impl Source {
    /// Parses a file.
    ///
    /// # Panics
    /// When the text is not valid Rust.
    pub(super) fn parse(path: &str, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut reader = Reader {
            source: Self {
                path: path.to_owned(),
                text: text.to_owned(),
                modules: vec![Module::default()],
                lines: lines_before_tests(&file, text),
                ..Self::default()
            },
            module: 0,
            functions: 0,
            constants: 0,
        };
        reader.visit_file(&file);
        reader.source
    }
}

/// Line of the first inline module of tests, less one; of all the file where there is none.
fn lines_before_tests(file: &syn::File, text: &str) -> usize {
    let tests = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_some() && for_tests(&module.attrs) => {
            module.attrs.iter().map(|a| line(a.pound_token.span)).min()
        }
        _ => None,
    });
    tests.min().map_or(text.lines().count(), |first| first - 1)
}

fn line(span: Span) -> usize {
    span.start().line
}

/// True for `#[cfg(test)]` and its combinations, not for `#[cfg(not(test))]`.
fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let words = list.tokens.to_string();
            let mut words = words.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.clone().any(|w| w == "test") && !words.any(|w| w == "not")
        }
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// The name that an item has in its module.
fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(i) => i.ident.to_string(),
        Item::Enum(i) => i.ident.to_string(),
        Item::Fn(i) => i.sig.ident.to_string(),
        Item::Macro(i) => i.ident.as_ref()?.to_string(),
        Item::Static(i) => i.ident.to_string(),
        Item::Struct(i) => i.ident.to_string(),
        Item::Trait(i) => i.ident.to_string(),
        Item::Type(i) => i.ident.to_string(),
        _ => return None,
    })
}

/// Walks a file and collects.
struct Reader {
    source: Source,
    /// The module that is walked.
    module: usize,
    /// Depth of functions: an item in one is not an item of the module.
    functions: usize,
    /// Depth of constants and statics.
    constants: usize,
}

impl Reader {
    fn module(&mut self) -> &mut Module {
        &mut self.source.modules[self.module]
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let first = line(signature.fn_token.span);
        let last = body.brace_token.span.close().end().line;
        self.source.functions.push(Function {
            name: signature.ident.to_string(),
            line: first,
            lines: last + 1 - first,
        });
    }

    fn import(&mut self, tree: &UseTree, before: &[String], public: bool) {
        let (name, last) = match tree {
            UseTree::Path(tree) => {
                let path = [before, &[tree.ident.to_string()]].concat();
                return self.import(&tree.tree, &path, public);
            }
            UseTree::Group(group) => {
                let trees = group.items.iter();
                return trees.for_each(|tree| self.import(tree, before, public));
            }
            UseTree::Name(tree) => (&tree.ident, Some(&tree.ident)),
            UseTree::Rename(tree) => (&tree.rename, Some(&tree.ident)),
            UseTree::Glob(tree) => {
                let import = Import {
                    name: "*".to_owned(),
                    path: before.to_vec(),
                    line: line(tree.star_token.span),
                    public,
                };
                return self.module().imports.push(import);
            }
        };
        let mut path = before.to_vec();
        let mut known_as = name.to_string();
        match last.map(ToString::to_string) {
            // `a::{self}` is `a`.
            Some(this) if this == "self" => {
                known_as = match tree {
                    UseTree::Rename(_) => known_as,
                    _ => before.last().cloned().unwrap_or_default(),
                }
            }
            Some(last) => path.push(last),
            None => {}
        }
        let line = line(name.span());
        self.module().imports.push(Import {
            name: known_as,
            path,
            line,
            public,
        });
    }

    /// Paths, macro calls and floats in tokens that are not parsed: arguments of macros and
    /// attributes. A single word counts only if it may name a type.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut start, mut colons) = (Vec::new(), 0, 0);
        for token in tokens {
            match &token {
                TokenTree::Punct(p) if p.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(_) if colons == 2 => {}
                TokenTree::Punct(p) if p.as_char() == '!' => {
                    let called = path.last().map(|name: &String| (name.clone(), start));
                    self.source.macros.extend(called);
                    self.token_path(&mut path, start);
                }
                _ => self.token_path(&mut path, start),
            }
            colons = 0;
            match token {
                TokenTree::Ident(ident) => {
                    if path.is_empty() {
                        start = line(ident.span());
                    }
                    path.push(ident.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let at = line(literal.span());
                    if let Lit::Float(float) = Lit::new(literal) {
                        self.float(float.base10_digits(), at);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
        self.token_path(&mut path, start);
    }

    fn token_path(&mut self, path: &mut Vec<String>, line: usize) {
        let path = std::mem::take(path);
        let type_like = |name: &String| name.starts_with(char::is_uppercase);
        if path.len() > 1 || path.first().is_some_and(type_like) {
            self.module().paths.push((path, line));
        }
    }

    fn float(&mut self, digits: &str, line: usize) {
        let value: f64 = digits.parse().expect("a float literal is a number");
        if self.constants == 0 && value != 0.0 && value != 1.0 {
            self.source.floats.push((digits.to_owned(), line));
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if for_tests(attributes(item)) {
            if let Item::Mod(module) = item {
                let name = module.ident.to_string();
                self.module().tests.insert(name);
            }
            return;
        }
        if let Some(name) = name(item).filter(|_| self.functions == 0) {
            self.module().items.insert(name);
        }
        let constant = matches!(item, Item::Const(_) | Item::Static(_));
        self.constants += usize::from(constant);
        visit::visit_item(self, item);
        self.constants -= usize::from(constant);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.content.is_none() {
            return;
        }
        let mut within = self.module().within.clone();
        within.push(module.ident.to_string());
        self.source.modules.push(Module {
            within,
            ..Module::default()
        });
        let before = std::mem::replace(&mut self.module, self.source.modules.len() - 1);
        visit::visit_item_mod(self, module);
        self.module = before;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], public);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        self.functions += 1;
        visit::visit_item_fn(self, item);
        self.functions -= 1;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if for_tests(&item.attrs) {
            return;
        }
        self.function(&item.sig, &item.block);
        self.functions += 1;
        visit::visit_impl_item_fn(self, item);
        self.functions -= 1;
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body);
        }
        self.functions += 1;
        visit::visit_trait_item_fn(self, item);
        self.functions -= 1;
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constants += 1;
        visit::visit_impl_item_const(self, item);
        self.constants -= 1;
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(token) = &signature.asyncness {
            self.source.asyncs.push(line(token.span));
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.source.asyncs.push(line(block.async_token.span));
        visit::visit_expr_async(self, block);
    }

    /// `pub(super)` names a module, but uses nothing of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().expect("a path has a segment");
        let at = line(first.ident.span());
        let names = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.module().paths.push((names, at));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(last) = call.path.segments.last() {
            let at = line(last.ident.span());
            self.source.macros.push((last.ident.to_string(), at));
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            let words = list.tokens.to_string();
            let lint = ["allow", "expect", "cfg_attr"];
            if words.contains("dead_code") && lint.iter().any(|l| list.path.is_ident(l)) {
                self.source.dead_code.push(line(attribute.pound_token.span));
            }
            self.tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_lit_float(&mut self, literal: &'ast syn::LitFloat) {
        self.float(literal.base10_digits(), line(literal.span()));
    }
}
