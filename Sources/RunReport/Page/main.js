// The tools, the keys, and what the page says.

const count = (number) => number.toLocaleString("en");
const filter = document.getElementById("filter");
const sort = document.getElementById("sort");
const reverse = document.getElementById("reverse");
const views = [...document.querySelectorAll("#views input")];
const sheet = new Sheet(document.getElementById("sheet"), makeCell);

function update() {
  player.stop();
  const view = views.find((input) => input.checked).value;
  const chosen = select(view, filter.value, sort.value, reverse.getAttribute("aria-pressed") === "true");
  sheet.show(chosen, view === "failed");
  const all = items.reduce((sum, item) => sum + (item.status === view), 0);
  const what = { done: all === 1 ? "picture" : "pictures", skipped: "skipped", failed: "failed" }[view];
  document.getElementById("summary").textContent =
    chosen.length === all ? `${count(all)} ${what}` : `${count(chosen.length)} of ${count(all)} ${what}`;
  document.getElementById("nothing").hidden = chosen.length > 0;
}

/** Says something in words for a few seconds. */
function announce(sentence) {
  const message = document.getElementById("message");
  (details.dialog.open ? details.dialog : document.body).append(message);
  message.textContent = sentence;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => { message.textContent = ""; }, 4000);
}

async function copy(item) {
  if (!item?.command) return;
  try {
    await navigator.clipboard.writeText(item.command);
  } catch {
    copyBySelection(item.command);
  }
  announce("The command is copied.");
}

/** For a page that came over plain HTTP, where browsers keep the clipboard away. */
function copyBySelection(text) {
  const area = element("textarea");
  area.value = text;
  (details.dialog.open ? details.dialog : document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || details.dialog.open) return;
  if (event.target === filter) {
    if (event.key === "ArrowDown" && sheet.items.length) event.preventDefault(), sheet.focus(sheet.active);
    return;
  }
  if (event.key === "/") event.preventDefault(), filter.select();
  const item = sheet.items[sheet.active];
  if (!item || !document.getElementById("sheet").contains(event.target)) return;
  if (event.key === "p") player.toggle(item);
  if (event.key === "c") copy(item);
}

for (const input of views) {
  const number = items.reduce((sum, item) => sum + (item.status === input.value), 0);
  input.parentElement.querySelector("b").textContent = count(number);
  input.parentElement.hidden = number === 0;
  input.addEventListener("change", update);
}
const first = views.find((input) => !input.parentElement.hidden);
if (first) first.checked = true;
document.getElementById("views").hidden = views.filter((input) => !input.parentElement.hidden).length < 2;
document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
filter.addEventListener("input", update);
sort.addEventListener("change", update);
reverse.addEventListener("click", () => {
  reverse.setAttribute("aria-pressed", reverse.getAttribute("aria-pressed") !== "true");
  update();
});
addEventListener("keydown", pressed);
update();
details.follow();
