// The server's API.

let key = sessionStorage.getItem("key");

class ServerError extends Error {
  // `problem` is what the server told: code, message and perhaps the field.
  constructor(problem, retryAfter) { super(problem.message); Object.assign(this, {problem, code: problem.code, retryAfter}); }
}

// Something that the page itself has to say.
class PageError extends Error {
  constructor(name, values) { super(name); this.text = () => say(name, values); }
}

const noServer = () => new PageError("noServer");

// What is said of an error, in the page's language.
function sentenceOf(error) {
  if (error.name === "AbortError") return say("stopped");
  return error.text?.() ?? (error.problem ? errorText(error.problem) : error.message);
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, {...options, headers: {...options.headers, ...(key ? {Authorization: `Bearer ${key}`} : {})}});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw noServer();
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))).error ?? {};
  if (answer.status === 401) {
    await askForKey();
    return ask(path, options);
  }
  throw new ServerError({message: answer.statusText, ...problem}, Number(answer.headers.get("Retry-After")));
}

let keyAsked = null;
function askForKey() {
  keyAsked ??= new Promise(done => {
    const dialog = $("key");
    dialog.showModal();
    dialog.addEventListener("close", () => {
      key = $("key-value").value;
      sessionStorage.setItem("key", key);
      keyAsked = null;
      done();
    }, {once: true});
  });
  return keyAsked;
}

// JSON whose seeds stay exact, as text: they go to 2⁶³−1, numbers of JavaScript to 2⁵³.
const parsed = json => JSON.parse(json.replace(/"(seed|variationSeed)":(\d{16,})/g, '"$1":"$2"'));

// The events of a picture as it comes: `[name, data]`.
async function* events(fields, signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Blob) body.append(name, value, fields.soundName);
    else if (name !== "soundName" && value !== "" && value != null) body.append(name, value);
  }
  const answer = await ask("/v1/pictures", {method: "POST", body, signal, headers: {Accept: "text/event-stream"}});
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const {done, value} = await reader.read().catch(error => {
      throw error.name === "AbortError" ? error : noServer();
    });
    if (done) break;
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const name = lines[0].replace("event: ", ""), data = parsed(lines[1].replace("data: ", ""));
      if (name === "error") throw new ServerError(data);
      yield [name, data];
    }
  }
}

function blobOf(base64) {
  return new Blob([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], {type: "image/png"});
}
