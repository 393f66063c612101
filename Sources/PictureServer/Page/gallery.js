// The pictures of this session, newest first.

const icon = name => `<svg aria-hidden="true"><use href="#i-${name}"/></svg>`;

function button(name, symbol, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "icon";
  element.innerHTML = icon(symbol);
  label(element, name);
  element.addEventListener("click", event => { event.stopPropagation(); action(element); });
  return element;
}

class Card {
  static all = [];

  constructor(name, sound, abort) {
    Object.assign(this, {name, sound, abort, record: null, url: null, warnings: []});
    const item = this.element = document.createElement("li");
    item.className = "card coming";
    item.innerHTML = `<button type="button" class="picture"><img alt=""><span class="bar"><i></i></span></button>
      <p class="caption"></p><p class="heard"></p><div class="actions"></div>`;
    [this.frame, this.image] = [item.querySelector(".picture"), item.querySelector("img")];
    this.image.hidden = true;
    item.querySelector(".caption").textContent = name;
    this.frame.addEventListener("click", () => this.record && showDetail(this));
    this.frame.disabled = true;
    this.cancel = button("cancel", "close", () => abort.abort());
    this.cancel.classList.add("cancel");
    item.append(this.cancel);
    this.tell(() => say("waiting"));
    Card.all.push(this);
    $("gallery").prepend(item);
    $("empty").hidden = true;
  }

  // Text is made anew when the page's language changes.
  tell(text) {
    this.said = text;
    this.element.querySelector(".heard").textContent = text();
  }

  translate() {
    this.tell(this.said);
    if (this.record) this.showName();
  }

  listen() { if (!this.heardText) this.tell(() => say("listening")); }

  hear({heard, warnings}) {
    this.heardText = heard.slice(0, 3).map(({label, score}) => `${label} ${score.toFixed(2)}`).join(" · ");
    this.warnings = warnings;
    this.tell(() => this.heardText);
  }

  step({step, steps, estimate}) {
    this.element.style.setProperty("--share", step / steps);
    if (!estimate) return;
    this.element.style.setProperty("--left", 1 - step / steps);
    this.image.src = `data:image/png;base64,${estimate}`;
    this.image.hidden = false;
  }

  finish({png, record, parameters}) {
    [this.record, this.parameters] = [record, parameters];
    this.blob = blobOf(png);
    this.url = URL.createObjectURL(this.blob);
    this.image.src = this.url;
    this.image.hidden = false;
    this.showName();
    this.frame.style.setProperty("--ratio", `${record.width} / ${record.height}`);
    this.frame.disabled = false;
    this.end();
    this.element.querySelector(".actions").append(...this.actions());
  }

  // With the seed that was kept, and how many it was chosen from.
  showName() {
    const {seed, tried} = this.record, best = tried ? [say("bestOf", {count: tried.length})] : [];
    const caption = this.element.querySelector(".caption");
    caption.title = caption.textContent = [this.name, ...best, seed].join(" · ");
    this.image.alt = say("pictureOf", {name: this.name, seed});
    this.frame.setAttribute("aria-label", `${say("show")}: ${this.image.alt}`);
  }

  fail(error) {
    this.element.classList.add("failed");
    this.end();
    this.tell(() => sentenceOf(error));
  }

  end() {
    this.element.classList.remove("coming");
    this.element.querySelector(".bar").remove();
    this.cancel.remove();
  }

  actions() {
    return [
      ...(this.sound ? [button("play", "play", button => togglePlaying(button, this.sound))] : []),
      button("again", "again", () => again(this)),
      button("use", "use", () => { takeRecord(this.record); holdSound(this.sound); }),
      button("copy", "copy", () => this.copy()),
      button("save", "save", () => this.save()),
    ];
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.parameters);
    } catch {
      const area = document.createElement("textarea");
      area.value = this.parameters;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    tell(say("copied"));
  }

  save() {
    const link = document.createElement("a");
    link.href = this.url;
    link.download = `${this.name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60) || "picture"}-${this.record.seed}.png`;
    link.click();
  }
}

function showDetail(card) {
  const {record} = card;
  $("detail-picture").src = card.url;
  $("detail-picture").alt = card.image.alt;
  $("detail-name").textContent = card.name;
  $("detail-heard").replaceChildren(...record.heard.map(({label, score}) => {
    const row = document.createElement("li");
    row.append(label, Object.assign(document.createElement("span"), {textContent: score.toFixed(2)}), document.createElement("i"));
    row.style.setProperty("--score", Math.max(0, Math.min(1, score)));
    return row;
  }));
  const rows = {
    words: record.prompt, negative: record.negativePrompt, mix: record.prompt && record.input ? record.audioWeight : null,
    seed: record.seed, tried: record.tried && say("kept", {count: record.tried.length}), steps: record.steps,
    guidance: record.guidanceScale, sampler: record.sampler, scheduler: record.scheduler,
    noise: record.noise && textOf("noise", record.noise),
    soundAs: record.input && record.soundAs && textOf("soundAs", record.soundAs),
    prompts: record.input && record.prompts?.map(({text, weight}) => record.prompts.length > 1 ? `${text} ${weight.toFixed(2)}` : text).join(", "),
    size: `${record.width} × ${record.height}`, model: record.model,
  };
  $("detail-settings").replaceChildren(...Object.entries(rows).filter(([, value]) => value != null).flatMap(([name, value]) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, text.textContent] = [say(name), value];
    return [term, text];
  }));
  $("detail-warnings").textContent = card.warnings.join(" ");
  $("detail-actions").replaceChildren(...card.actions().map(button => {
    button.append(say(button.dataset.label));
    if (button.dataset.label !== "play" && button.dataset.label !== "copy") button.addEventListener("click", () => $("detail").close());
    return button;
  }));
  $("detail").showModal();
}

$("detail-close").addEventListener("click", () => $("detail").close());
$("detail").addEventListener("click", event => { if (event.target === $("detail")) $("detail").close(); });
$("detail").addEventListener("close", () => stopPlaying());

// Arrows walk over the pictures.
$("gallery").addEventListener("keydown", event => {
  const move = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity}[event.key];
  if (!move || !event.target.classList.contains("picture")) return;
  const frames = [...document.querySelectorAll(".picture:not(:disabled)")];
  event.preventDefault();
  frames[Math.max(0, Math.min(frames.length - 1, frames.indexOf(event.target) + move))]?.focus();
});
