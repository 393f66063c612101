// The settings beside sound and words.

const settingNames = ["seed", "count", "steps", "guidanceScale", "size", "sampler", "model", "negativePrompt"];
const sizes = ["256", "320", "384", "512", "768", "1024", "384x256", "256x384", "768x512", "512x768"];
let models = [], limits = {};

async function loadChoices() {
  const [list, bounds] = await Promise.all(["/v1/models", "/v1/limits"].map(async path => (await ask(path)).json()));
  [models, limits] = [list.data, bounds];
  $("count").max = limits.count;
  $("steps").max = limits.steps;
  options($("model"), models.map(model => model.id));
  options($("sampler"), ["", ...limits.samplers]);
  options($("size"), ["", ...sizes.filter(size => Math.max(...size.split("x")) <= limits.side)]);
  showDefaults();
}

function options(select, values) {
  const chosen = select.value;
  select.replaceChildren(...values.map(value => new Option(value === "" ? say("own") : value.replace("x", " × "), value)));
  if (values.includes(chosen)) select.value = chosen;
}

// A value that is not in the list yet, as of a picture that was dropped.
function choose(select, value) {
  if (![...select.options].some(option => option.value === value)) select.append(new Option(value.replace("x", " × "), value));
  select.value = value;
}

function showDefaults() {
  const model = models.find(model => model.id === $("model").value)?.defaults;
  for (const [id, name] of [["steps", "steps"], ["guidanceScale", "guidanceScale"]]) $(id).placeholder = model?.[name] ?? say("own");
  for (const id of ["sampler", "size"]) if ($(id).options[0]) $(id).options[0].textContent = say("own");
  summarise();
}

function summarise() {
  const parts = [`${say("seed")} ${$("seed").value || 0}`];
  if ($("count").value > 1) parts.push(`× ${$("count").value}`);
  if ($("steps").value) parts.push(`${say("steps")} ${$("steps").value}`);
  if ($("size").value) parts.push($("size").value.replace("x", " × "));
  if ($("model").selectedIndex > 0) parts.push($("model").value);
  $("settings-summary").textContent = parts.join(" · ");
}

function readSettings() {
  const values = {};
  for (const name of settingNames) values[name] = $(name).value.trim();
  const prompt = $("prompt").value.trim();
  if (prompt) values.prompt = prompt;
  return values;
}

// Those of a picture's record.
function useSettings(record) {
  $("seed").value = record.seed;
  $("count").value = 1;
  $("steps").value = record.steps ?? "";
  $("guidanceScale").value = record.guidanceScale ?? "";
  choose($("sampler"), record.sampler ?? "");
  choose($("size"), record.size ?? "");
  if (models.some(model => model.id === record.model)) $("model").value = record.model;
  $("negativePrompt").value = record.negativePrompt ?? "";
  $("prompt").value = record.prompt ?? "";
  if (record.audioWeight != null) $("audioWeight").value = record.audioWeight;
  showDefaults();
  showMix();
}

function resetSettings() {
  useSettings({seed: ""});
  $("model").selectedIndex = 0;
  showDefaults();
}

async function readPicture(file) {
  const body = new FormData();
  body.append("picture", file, file.name);
  const {program, record, foreign} = await (await ask("/v1/settings", {method: "POST", body})).json();
  if (record) {
    useSettings(record);
    tell(say("taken"));
  } else {
    useSettings({...foreign, seed: foreign.seed ?? 0});
    const leftOut = foreign.leftOut.join(", ");
    tell(leftOut ? say("takenPartly", {program, leftOut}) : say("taken"));
  }
  $("settings").open = true;
}
