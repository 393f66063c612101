// What the user does: drop, record, type, draw.

let held = null, recordings = 0;
const lane = {busy: 0, waiting: []};

function tell(text, isProblem = false) {
  $(isProblem ? "message" : "status").textContent = text;
  if (!isProblem) $("message").textContent = "";
  else $("message").scrollIntoView({block: "nearest"});
}

const problem = error => tell(sentenceOf(error), true);

function showMix() {
  const words = $("prompt").value.trim();
  $("mix").hidden = !held || !words || words.includes("{sound}");
  $("mix-value").textContent = `${Math.round($("audioWeight").value * 100)} %`;
}

// The sound that words and settings are drawn with until another comes.
async function holdSound(sound) {
  held = sound ?? null;
  stopPlaying();
  $("held").hidden = !held;
  $("drop-hint").hidden = Boolean(held);
  $("held-name").textContent = held?.name ?? "";
  showMix();
  if (!held) return showWave(quietWave);
  const {samples} = await decoded(held.blob).catch(() => ({}));
  if (samples && held === sound) showWave(peaks(samples, 64));
}

// Two requests at a time, so that a folder shares batches and leaves the server to others.
async function inLane(work) {
  if (lane.busy >= 2) await new Promise(go => lane.waiting.push(go));
  lane.busy++;
  try { await work(); } finally { lane.busy--; lane.waiting.shift()?.(); }
}

async function draw(sound, values) {
  const name = sound?.name ?? values.prompt, abort = new AbortController();
  const count = Math.max(1, Math.min(limits.count ?? 1, Number(values.count) || 1));
  const cards = Array.from({length: count}, () => new Card(name, sound, abort)).reverse();
  // On a phone the pictures are below all that is asked.
  if (matchMedia("(max-width: 52rem)").matches) cards[0].element.scrollIntoView({block: "nearest"});
  const fields = {...values, count, previewEvery: 3};
  if (!sound) fields.soundAs = fields.names = "";
  if (sound) Object.assign(fields, {sound: sound.blob, soundName: sound.name});
  if (sound && values.prompt && !values.prompt.includes("{sound}")) fields.audioWeight = $("audioWeight").value;
  await inLane(async () => {
    try {
      await drawWithPatience(fields, cards, abort.signal, sound);
      tell(say("done", {name}));
    } catch (error) {
      for (const card of cards) if (!card.record) card.fail(error);
    }
  });
}

async function drawWithPatience(fields, cards, signal, sound) {
  for (let attempt = 0; ; attempt++) {
    try {
      signal.throwIfAborted();
      for (const card of cards) card.listen();
      for await (const [name, data] of events(fields, signal)) {
        if (name === "heard") for (const card of cards) card.hear(data);
        if (name === "step") cards[data.picture].step(data);
        if (name === "picture") cards[data.picture].finish(data);
      }
      return;
    } catch (error) {
      if (error.code === "unreadable_sound" && sound && !sound.isWAV) {
        // The browser may know a format that the server does not.
        const blob = await asWAV(sound.blob).catch(() => null);
        if (!blob) throw new PageError("noSound", {name: sound.name});
        Object.assign(sound, {isWAV: true});
        fields.sound = blob;
      } else if (["queue_full", "busy"].includes(error.code) && attempt < 20) {
        const seconds = Math.max(1, error.retryAfter || 1);
        for (const card of cards) card.tell(() => say("busy", {seconds}));
        await new Promise(done => setTimeout(done, seconds * 1000));
      } else throw error;
    }
  }
}

function again(card) {
  draw(card.sound, {...readSettings(), prompt: card.record.prompt, seed: card.record.seed, count: 1, candidates: ""});
}

// MARK: Files

const isPicture = file => /^image\//.test(file.type) || /\.(png|jpe?g|webp)$/i.test(file.name);
const isHidden = file => file.name.startsWith(".");

async function take(files) {
  const sounds = files.filter(file => !isPicture(file) && !isHidden(file)), pictures = files.filter(isPicture);
  tell("");
  if (!files.length || (!sounds.length && !pictures.length)) return tell(say("emptyFolder"), true);
  if (!sounds.length) return readPicture(pictures[0]).catch(problem);
  for (const file of sounds) {
    if (file.size > limits.bodyBytes) {
      tell(say("tooLarge", {name: file.name, size: Math.ceil(file.size / 2 ** 20), limit: limits.bodyBytes >> 20}), true);
      continue;
    }
    const sound = {name: file.name, blob: file};
    if (file === sounds.at(-1)) holdSound(sound);
    draw(sound, readSettings());
  }
}

// All files of what was dropped, those of folders too.
async function dropped(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const files = [];
  const walk = async entry => {
    if (entry.isFile) return void files.push(await new Promise((done, fail) => entry.file(done, fail)));
    const reader = entry.createReader();
    for (;;) {
      const part = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!part.length) break;
      for (const child of part) await walk(child);
    }
  };
  for (const entry of entries) await walk(entry);
  return files.sort((a, b) => a.name.localeCompare(b.name));
}

let depth = 0;
const drags = (name, action) => addEventListener(name, event => { event.preventDefault(); action(event); });
drags("dragenter", () => { depth++; document.body.classList.add("dragging"); });
drags("dragleave", () => { if (--depth <= 0) depth = 0, document.body.classList.remove("dragging"); });
drags("dragover", () => {});
drags("drop", async event => {
  depth = 0;
  document.body.classList.remove("dragging");
  take(await dropped(event.dataTransfer));
});
addEventListener("paste", event => { if (event.clipboardData.files.length) take([...event.clipboardData.files]); });

for (const [opener, input] of [["choose", "files"], ["choose-folder", "folder"]]) {
  $(opener).addEventListener("click", () => $(input).click());
  $(input).addEventListener("change", () => { take([...$(input).files]); $(input).value = ""; });
}
$("choose-folder").hidden = !("webkitdirectory" in $("folder")) || matchMedia("(pointer: coarse)").matches;

// MARK: The rest

$("record").addEventListener("click", async () => {
  const isOn = Boolean(recorder.parts), span = $("record").querySelector("span");
  try {
    if (isOn) {
      const sound = {name: `${say("recorded")}-${++recordings}.wav`, blob: await recorder.stop(), isWAV: true};
      holdSound(sound);
      draw(sound, readSettings());
    } else {
      await recorder.start();
      tell(say("recording"));
    }
  } catch (error) { problem(error); }
  const isRecording = Boolean(recorder.parts);
  $("record").setAttribute("aria-pressed", isRecording);
  span.dataset.text = isRecording ? "stop" : "record";
  span.textContent = say(span.dataset.text);
  $("record").querySelector("use").setAttribute("href", isRecording ? "#i-stop" : "#i-mic");
});

$("composer").addEventListener("submit", event => {
  event.preventDefault();
  const values = readSettings();
  if (!held && !values.prompt) return tell(say("nothing"), true);
  tell("");
  draw(held, values);
});
$("prompt").addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault(), $("composer").requestSubmit();
});
$("prompt").addEventListener("input", () => { showMix(); showSettings(); });
$("audioWeight").addEventListener("input", showMix);
$("held-play").addEventListener("click", () => togglePlaying($("held-play"), held));
$("held-remove").addEventListener("click", () => holdSound(null));
$("dice").addEventListener("click", () => { $("seed").value = Math.floor(Math.random() * 2 ** 32); showSettings(); });
$("reset").addEventListener("click", resetSettings);
$("settings").addEventListener("input", showSettings);
$("language").addEventListener("click", () => {
  language = language === "en" ? "ja" : "en";
  memory.set("language", language);
  translate();
  tell("");
  for (const card of Card.all) card.translate();
  showSettings();
});

translate();
showWave(quietWave);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => held ? holdSound(held) : showWave(quietWave));
loadChoices().then(() => tell(say("ready")), problem);
