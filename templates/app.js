// What a script adds to pages that work without one: keys for the box, suggestions while typing,
// buttons that copy. Nothing here decides anything, and text from elsewhere never becomes markup.

/** Says something on the page, and to a screen reader. */
const say = (() => {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  document.body.append(toast);
  let hide;
  return (text, seconds = 4) => {
    toast.textContent = text;
    clearTimeout(hide);
    hide = setTimeout(() => { toast.textContent = ""; }, seconds * 1000);
  };
})();

/** Says something to a screen reader alone. */
const whisper = (() => {
  const line = document.createElement("div");
  line.className = "visually-hidden";
  line.setAttribute("role", "status");
  document.body.append(line);
  return (text) => { line.textContent = text; };
})();

/* Copying */

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https there is no clipboard: a field is selected and copied instead.
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.className = "visually-hidden";
    field.readOnly = true;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    return done;
  }
}

/** What a button copies: an element's text (`#id`), a file (`….md`) or the address of a page. */
async function toCopy(what) {
  if (what.startsWith("#")) return document.querySelector(what).textContent;
  if (!what.endsWith(".md")) return new URL(what, location.href).href;
  const answer = await fetch(what);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

/** Copies a text and says so. Where it cannot be copied, the element that shows it is selected. */
async function give(text, name, shown) {
  let done = false;
  try {
    // It is read elsewhere, where only a whole address leads anywhere.
    done = await copy((await text).replaceAll("(/kb/", `(${location.origin}/kb/`));
  } catch {
    // Told below.
  }
  if (done) return say(`${name}已复制`, 3);
  if (!shown) return say("没能复制", 6);
  for (let at = shown.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  getSelection().selectAllChildren(shown);
  shown.scrollIntoView({ block: "nearest" });
  say("浏览器不让复制，文字已经选中", 6);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const { copy: what, copied } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", () => give(toCopy(what), copied, what.startsWith("#") && document.querySelector(what)));
}
// Another script of ours has something to copy.
document.addEventListener("jieda:copy", ({ detail }) => give(detail.text, "回复", detail.shown));

/* The box */

const box = document.getElementById("q");
const KINDS = { code: "错误码", phrasing: "问法", pinyin: "拼音" };
/** As many bytes as a lookup takes. */
const MOST = 256 * 1024;
/** As many as any proxy lets pass in an address, each of nine bytes there. */
const IN_ADDRESS = 600;

const isComposing = (event) => event.isComposing || event.keyCode === 229;
const isTyping = (element) => element.closest?.("input, textarea, select, [contenteditable]");

if (box) {
  for (const hint of document.querySelectorAll(".keys")) hint.hidden = !matchMedia("(hover: hover)").matches;
  const suggestions = new Suggestions(box);

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key !== "/" || modified || isTyping(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  box.addEventListener("keydown", (event) => {
    // An input method's own Enter and arrows are not ours.
    if (isComposing(event)) return;
    if (suggestions.key(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      box.form.requestSubmit();
    }
  });

  box.addEventListener("input", (event) => {
    const length = box.value.length * 3 > MOST ? new TextEncoder().encode(box.value).length : 0;
    box.setCustomValidity(length > MOST ? `内容有 ${Math.ceil(length / 1024)} KiB，最多 ${MOST / 1024} KiB。请只保留报错的那一段。` : "");
    if (!event.isComposing) suggestions.soon();
  });
  box.addEventListener("compositionend", () => suggestions.soon());
  box.form.addEventListener("submit", () => {
    if (box.value.length > IN_ADDRESS) box.form.method = "post";
  });

  box.addEventListener("paste", (event) => {
    const pasted = event.clipboardData;
    const picture = [...pasted.items].some((item) => item.kind === "file" && item.type.startsWith("image/"));
    if (picture && !pasted.types.includes("text/plain")) {
      event.preventDefault();
      say("图片里的字这里认不出来。请把报错文字复制过来；手机上可以长按截图提取文字。", 10);
    }
    // A field of one line would join the lines without a space between their words.
    const text = pasted.getData("text/plain");
    if (box.tagName === "INPUT" && text.includes("\n")) {
      event.preventDefault();
      document.execCommand("insertText", false, text.trim().replace(/\s*\n\s*/g, " "));
    }
  });
}

/**
 * The list below the box: a combobox as the ARIA Authoring Practices have it. A combobox has one line,
 * so a box of several stays the text field that it is, with the same active descendant; that it has
 * opened is said aloud.
 */
function Suggestions(input) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "建议");
  input.parentElement.append(list);
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  const oneLine = input.tagName === "INPUT";
  if (oneLine) input.setAttribute("role", "combobox");

  const open = (now) => {
    list.hidden = !now;
    if (oneLine) input.setAttribute("aria-expanded", String(now));
  };
  open(false);

  let active = -1;
  let timer;
  let request;

  const choose = (at) => {
    active = at;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    choose(-1);
    open(false);
  };

  const show = (suggestions) => {
    if (suggestions.length === 0) return close();
    // What was chosen while these were on their way stays chosen.
    const chosen = list.children[active]?.dataset.url;
    list.replaceChildren(...suggestions.map(option));
    choose(suggestions.findIndex((suggestion) => suggestion.url === chosen));
    open(true);
    whisper(`${suggestions.length} 条建议，用上下键选择`);
  };

  const ask = async () => {
    const text = input.value.trim();
    request?.abort();
    // What is still typed is short; a pasted message is looked up, not completed.
    if (text === "" || text.length > 40 || text.includes("\n")) return close();
    request = new AbortController();
    try {
      const address = `/api/v1/suggest?limit=6&q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: request.signal });
      const body = answer.ok ? await answer.json() : { suggestions: [] };
      if (document.activeElement === input) show(body.suggestions);
    } catch {
      // Typed on, or no connection: the box works without suggestions.
    }
  };

  input.addEventListener("blur", close);
  window.addEventListener("pagehide", close);
  // A press must not take the focus from the box, or the list is gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });

  /** Asks once the typing pauses. */
  this.soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 100);
  };

  /** Whether the list has taken a key. */
  this.key = (event) => {
    if (list.hidden) return false;
    const count = list.children.length;
    switch (event.key) {
      case "ArrowDown": choose(active + 1 < count ? active + 1 : -1); return true;
      case "ArrowUp": choose(active < 0 ? count - 1 : active - 1); return true;
      case "Escape": close(); return true;
      case "Enter":
        if (active < 0 || event.shiftKey) return false;
        location.assign(list.children[active].dataset.url);
        return true;
      default: return false;
    }
  };
}

/** A suggestion with the matched part set off; its entry's title below where it is another text. */
function option(suggestion, i) {
  const item = document.createElement("li");
  item.id = `suggestion-${i}`;
  item.setAttribute("role", "option");
  item.dataset.url = suggestion.url;
  const text = document.createElement("div");
  text.append(...marked(suggestion.text, suggestion.spans ?? []));
  if (suggestion.title && suggestion.title !== suggestion.text) {
    const title = document.createElement("small");
    title.textContent = suggestion.title;
    text.append(title);
  }
  item.append(text);
  if (KINDS[suggestion.kind]) {
    const kind = document.createElement("span");
    kind.textContent = KINDS[suggestion.kind];
    item.append(kind);
  }
  return item;
}

/** Spans are in Unicode scalar values, as everywhere in the API. */
function marked(text, spans) {
  const characters = [...text];
  const parts = [];
  let at = 0;
  for (const { start, end } of spans) {
    const bold = document.createElement("b");
    bold.textContent = characters.slice(start, end).join("");
    parts.push(characters.slice(at, start).join(""), bold);
    at = end;
  }
  parts.push(characters.slice(at).join(""));
  return parts;
}
