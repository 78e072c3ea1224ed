//! The Model Context Protocol: tools for language models, over HTTP at `/mcp` and over standard
//! input and output. Stateless: every call stands for itself.
//!
//! Every word of a tool is read by a model that has to choose, so there are few tools, and they are
//! in the language that its users speak. Each tool's file has what it takes, what it gives, and the
//! answer.

mod entries;
mod gap;
mod lookup;
mod size_budget;
mod tool_result;

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::schemars::JsonSchema;
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::web::app::App;
use crate::web::http::bounds::MAX_BODY;

const INSTRUCTIONS: &str = "解答收着电商 ERP 推送、同步物流单号到店铺平台（淘宝、拼多多、抖音、1688 等）时的报错和解决办法。用户贴报错或问这方面的问题时，先调 lookup_error，按结果里的 next 做；没有答案就照实说，不要编。";

/// Offers the tools; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Mcp {
    app: App,
}

/// The service at `/mcp`, for requests to this machine by its own name and to the host that it is
/// known under: any other name was put before it by a page that wants to reach it from a browser.
pub(super) fn service(app: &App) -> StreamableHttpService<Mcp, NeverSessionManager> {
    let known = app.options.public_url.iter();
    let hosts = ["localhost", "127.0.0.1", "::1"]
        .into_iter()
        .chain(known.filter_map(|url| url.split("://").nth(1)));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MAX_BODY)
        .with_allowed_hosts(hosts);
    let mcp = Mcp { app: app.clone() };
    StreamableHttpService::new(
        move || Ok(mcp.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    )
}

/// Serves the tools on standard input and output until the other side is done.
///
/// # Errors
/// When the other side does not speak the protocol.
pub async fn stdio(app: App) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let running = Mcp { app }.serve(rmcp::transport::stdio()).await?;
    running.waiting().await?;
    Ok(())
}

impl ServerHandler for Mcp {
    fn get_info(&self) -> ServerConfig {
        let us = Implementation::new("jieda", env!("CARGO_PKG_VERSION")).with_title("解答");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(us)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.offered()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.offered().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = call.arguments.unwrap_or_default();
        let done = match &*call.name {
            "lookup_error" => read(arguments).and_then(|input| lookup::lookup(&self.app, input)),
            "search" => read(arguments).and_then(|input| entries::search(&self.app, input)),
            "get_entry" => read(arguments).and_then(|input| entries::entry(&self.app, input)),
            "report_gap" if self.app.service.journal().is_open() => match read(arguments) {
                Ok(input) => gap::report(&self.app, input).await,
                Err(hint) => Err(hint),
            },
            other => Err(format!("没有“{other}”这个工具，可以用的见 tools/list。")),
        };
        let result = match done {
            Ok(output) => CallToolResult::structured(output),
            Err(hint) => CallToolResult::error(vec![ContentBlock::text(hint)]),
        };
        Ok(result.into())
    }
}

impl Mcp {
    /// The tools, the one to begin with first. Nothing can be reported where nothing is kept.
    fn offered(&self) -> Vec<Tool> {
        let mut tools = vec![
            tool::<lookup::LookupInput, lookup::LookupOutput>(
                "lookup_error",
                "查报错",
                "用户贴了报错，或问推送、同步、上传物流单号为什么失败时，先用这个。把原话整段传进来，它判断是直接回答、反问一句，还是这里没有。",
            ),
            tool::<entries::SearchInput, entries::SearchOutput>(
                "search",
                "搜条目",
                "用户要看“有哪些关于某某的内容”，或 lookup_error 没有答案、想换个说法找找时用。按词、错误码或拼音列出条目，不判断哪一条是答案。",
            ),
            tool::<entries::EntryInput, entries::EntryOutput>(
                "get_entry",
                "取一条的全文",
                "已经知道条目的 id（别的工具给的）、要它的原因和解决办法的全文时用。不能用来搜索。",
            ),
        ];
        if self.app.service.journal().is_open() {
            let writes = ToolAnnotations::with_title("报告没有答案")
                .read_only(false)
                .destructive(false)
                .idempotent(false)
                .open_world(false);
            tools.push(
                tool::<gap::GapInput, gap::GapOutput>(
                    "report_gap",
                    "报告没有答案",
                    "lookup_error 说没有答案，或者给的答案用户试了没用时，用这个记下来，让维护的人补上。不会给出答案。",
                )
                .with_annotations(writes),
            );
        }
        tools
    }
}

fn tool<Input, Output>(name: &'static str, title: &str, description: &'static str) -> Tool
where
    Input: JsonSchema + 'static,
    Output: JsonSchema + 'static,
{
    let reads = ToolAnnotations::with_title(title)
        .read_only(true)
        .idempotent(true)
        .open_world(false);
    Tool::new(name, description, JsonObject::new())
        .with_title(title)
        .with_input_schema::<Input>()
        .with_output_schema::<Output>()
        .with_annotations(reads)
}

/// The arguments of a call; what is wrong with them is told so that the next call can be right.
fn read<Input: DeserializeOwned>(arguments: JsonObject) -> Result<Input, String> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| format!("参数不对：{error}。请对照这个工具的 inputSchema 改好再调一次。"))
}
