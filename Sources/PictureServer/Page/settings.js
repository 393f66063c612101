// The settings beside sound and words.

const settingNames = [
  "seed", "count", "steps", "guidanceScale", "size", "model", "negativePrompt", "sampler", "scheduler", "candidates", "noise",
  "soundAs", "names",
];
const moreNames = ["sampler", "scheduler", "candidates", "noise", "soundAs", "names"];
const sizes = ["256", "320", "384", "512", "768", "1024", "384x256", "256x384", "768x512", "512x768"];
let models = [], limits = {};

async function loadChoices() {
  const [list, bounds] = await Promise.all(["/v1/models", "/v1/limits"].map(async path => (await ask(path)).json()));
  [models, limits] = [list.data, bounds];
  for (const name of ["count", "steps", "names"]) $(name).max = limits[name];
  options("model", models.map(model => model.id));
  options("sampler", ["", ...limits.samplers]);
  options("size", ["", ...sizes.filter(size => Math.max(...size.split("x")) <= limits.side)]);
  showSettings();
}

const chosenModel = () => models.find(model => model.id === $("model").value);

function textOf(id, value) {
  if (value === "") return say("own");
  if (id === "size") return value.replace("x", " × ");
  return texts.en[`${id}_${value}`] ? say(`${id}_${value}`) : value;
}

function options(id, values) {
  const select = $(id), chosen = select.value;
  select.replaceChildren(...values.map(value => new Option(textOf(id, value), value)));
  if (values.includes(chosen)) select.value = chosen;
}

// A value that is not in the list yet, as of a picture that was dropped.
function choose(id, value) {
  if (![...$(id).options].some(option => option.value === value)) $(id).append(new Option(textOf(id, value), value));
  $(id).value = value;
}

// What the chosen model takes: a field without a choice is neither shown nor sent.
function showSettings() {
  const {defaults, choices} = chosenModel() ?? {};
  const offer = (id, isOffered) => { $(id).closest(".field").hidden = !isOffered; };
  const lists = {
    scheduler: choices?.schedulers[$("sampler").value || defaults.sampler], noise: choices?.noises,
    soundAs: choices?.soundForms,
  };
  for (const [id, values = []] of Object.entries(lists)) {
    options(id, ["", ...values]);
    offer(id, values.length > 1);
  }
  offer("candidates", choices?.candidates > 1);
  $("candidates").max = choices?.candidates ?? 1;
  const form = $("soundAs").value || defaults?.soundAs;
  offer("names", form === "describe" || (form !== "tokens" && (defaults?.soundAs || $("prompt").value.includes("{sound}"))));

  for (const name of ["steps", "names"]) $(name).placeholder = defaults?.[name] ?? say("own");
  const [guidance, ofSounds] = [defaults?.guidanceScale, defaults?.soundGuidanceScale];
  $("guidanceScale").placeholder = guidance === ofSounds ? guidance ?? say("own") : `${guidance}, ♪ ${ofSounds}`;
  $("candidates").placeholder = $("seed").value || $("count").value > 1 ? 1 : defaults?.candidates ?? say("own");
  for (const id of ["sampler", "size"]) if ($(id).options[0]) $(id).options[0].textContent = say("own");
  summarise();
}

function summarise() {
  const parts = [`${say("seed")} ${$("seed").value || 0}`];
  if ($("count").value > 1) parts.push(`× ${$("count").value}`);
  if ($("steps").value) parts.push(`${say("steps")} ${$("steps").value}`);
  if ($("size").value) parts.push(textOf("size", $("size").value));
  if ($("model").selectedIndex > 0) parts.push($("model").value);
  $("settings-summary").textContent = parts.join(" · ");
  const more = moreNames.filter(valueOf).map(name =>
    $(name).type === "number" ? `${say(name)} ${valueOf(name)}` : textOf(name, valueOf(name)));
  $("more-summary").textContent = more.join(" · ");
}

const valueOf = name => $(name).closest(".field").hidden ? "" : $(name).value.trim();

function readSettings() {
  const values = Object.fromEntries(settingNames.map(name => [name, valueOf(name)]));
  const prompt = $("prompt").value.trim();
  if (prompt) values.prompt = prompt;
  return values;
}

// Those of a picture's record; returns what is left out, since the page or the chosen model has no such settings.
function useSettings(record) {
  for (const name of ["seed", "steps", "guidanceScale", "negativePrompt", "prompt", "names"]) $(name).value = record[name] ?? "";
  [$("count").value, $("candidates").value] = [1, ""];
  choose("size", (record.size ?? "").replace(/^(\d+)x\1$/, "$1"));
  if (models.some(model => model.id === record.model)) $("model").value = record.model;
  choose("sampler", record.sampler ?? "");
  for (const name of ["scheduler", "noise", "soundAs"]) $(name).value = "";
  showSettings();
  const leftOut = ["variation", "initImage"].filter(name => record[name]).map(name => say(name));
  if (record.model && $("model").value !== record.model) leftOut.unshift(`${say("model")} ${record.model}`);
  if ((record.window ?? "mean") !== "mean") leftOut.push(`${say("window")} ${record.window}`);
  for (const name of ["scheduler", "noise", "soundAs"]) {
    const value = record[name] ?? "", isKnown = [...$(name).options].some(option => option.value === value);
    if (isKnown) $(name).value = value;
    else leftOut.push(`${say(name)} ${textOf(name, value)}`);
  }
  if (record.audioWeight != null) $("audioWeight").value = record.audioWeight;
  showSettings();
  showMix();
  return leftOut.join(", ");
}

function resetSettings() {
  useSettings({seed: ""});
  $("model").selectedIndex = 0;
  showSettings();
}

// Uses a record's settings and says so.
function takeRecord(record) {
  const leftOut = useSettings(record);
  tell(leftOut ? say("takenWithout", {leftOut}) : say("taken"));
}

async function readPicture(file) {
  const body = new FormData();
  body.append("picture", file, file.name);
  const {program, record, foreign} = parsed(await (await ask("/v1/settings", {method: "POST", body})).text());
  if (record) {
    takeRecord(record);
  } else {
    // Other programs' noise is meant for their models alone.
    const {noise, ...others} = foreign;
    const missing = useSettings({...others, ...(chosenModel()?.choices?.noises.includes(noise) ? {noise} : {}), seed: foreign.seed ?? 0});
    const leftOut = [...foreign.leftOut, missing].filter(Boolean).join(", ");
    tell(leftOut ? say("takenPartly", {program, leftOut}) : say("taken"));
  }
  $("settings").open = true;
}
