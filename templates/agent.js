// For signed-in agents alone: the keyboard on results, and what this browser looked up lately.
const KEY = "jieda-recent";
const MOST = 20;
const LONGEST = 2000;
const bar = document.querySelector("[data-agent]");

function read() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

// Nobody is signed in: what the last one looked up is nobody's business.
if (!bar) localStorage.removeItem(KEY);

if (bar) {
  const asked = document.querySelector(".outcome") && document.querySelector("textarea[name=q]")?.value.trim();
  let recent = read();
  if (asked && asked.length <= LONGEST) {
    recent = [asked, ...recent.filter((text) => text !== asked)].slice(0, MOST);
    localStorage.setItem(KEY, JSON.stringify(recent));
  }
  const list = bar.querySelector(".recent");
  list.hidden = recent.length === 0;
  for (const text of recent) {
    const form = Object.assign(document.createElement("form"), { action: "/search", method: "post" });
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "q", value: text });
    const button = Object.assign(document.createElement("button"), { className: "quiet", textContent: text.slice(0, 60) });
    form.append(field, button);
    const item = document.createElement("li");
    item.append(form);
    list.querySelector("ol").append(item);
  }

  const stops = [...document.querySelectorAll(".verdict .title, .verdict details.folded")];
  const replies = [...document.querySelectorAll("pre[id^=reply]")];
  bar.querySelector("[data-keys=jk]").hidden = stops.length === 0;
  bar.querySelector("[data-keys=c]").hidden = stops.length + replies.length === 0;
  let at = -1;

  const move = (step) => {
    if (stops.length === 0) return;
    // On from where one is, however one came there.
    const here = stops.findIndex((stop) => stop.contains(document.activeElement));
    at = Math.min(Math.max((here < 0 ? at : here) + step, 0), stops.length - 1);
    const stop = stops[at];
    if (stop.matches("details")) stop.open = true;
    const focus = stop.querySelector("summary, a") ?? stop;
    if (focus === stop) focus.tabIndex = -1;
    focus.focus();
    stop.scrollIntoView({ block: "nearest" });
  };

  /** Copies the reply of the result that one is at: the folded one, else its problem's, else the first. */
  const copy = () => {
    const folded = document.activeElement?.closest("details.folded");
    const outcome = document.activeElement?.closest(".outcome");
    const shown = folded ?? replies.find((reply) => outcome?.contains(reply)) ?? replies[0];
    if (!shown) return;
    const text = (folded?.querySelector(".reply") ?? shown).textContent;
    document.dispatchEvent(new CustomEvent("jieda:copy", { detail: { text, shown } }));
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "c") copy();
    else return;
    event.preventDefault();
  });
}
