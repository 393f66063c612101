// The page's words, in English and Japanese.

const texts = {
  en: {
    composer: "What to draw", gallery: "Pictures of this session",
    dropTitle: "Drop a sound", dropHint: "or a folder, or a picture with settings",
    record: "Record", stop: "Stop", choose: "Files", chooseFolder: "Folder",
    words: "Words", wordsHint: "optional – {sound} stands for what is heard", mix: "Share of the sound",
    mixWords: "words", mixSound: "sound", settings: "Settings", seed: "Seed", dice: "A seed by chance",
    count: "Pictures", steps: "Steps", guidance: "Guidance", size: "Size", sampler: "Sampler", model: "Model",
    more: "More", scheduler: "Scheduler", candidates: "Seeds to try", noise: "Noise", soundAs: "Sound as", names: "Names",
    noise_fusemix: "fusemix-gen", noise_diffusers: "diffusers, ComfyUI", noise_webui: "stable-diffusion-webui",
    soundAs_names: "its names", soundAs_describe: "a phrase", soundAs_tokens: "trained tokens",
    tried: "Seeds tried", bestOf: "best of {count}", kept: "{count}, the nearest kept", prompts: "Prompts",
    variation: "variation", initImage: "picture to start from", window: "window",
    negative: "Words to lead away from", reset: "The model's own settings", own: "automatic",
    draw: "Draw", empty: "Drop a sound, or record one.", emptyMore: "The picture comes here, step by step.",
    play: "Play", pause: "Stop playing", removeSound: "Put the sound away", again: "Again with this seed",
    use: "Use these settings", copy: "Copy settings", save: "Download PNG", close: "Close", cancel: "Stop drawing",
    show: "Show", copied: "The settings are in the clipboard.", taken: "The settings are those of the picture.",
    takenWithout: "The settings are those of the picture, but the page or the model has not: {leftOut}.",
    takenPartly: "Settings of {program} are taken, as far as there are such here. Left out: {leftOut}.",
    waiting: "waiting", listening: "listening", drawing: "step {step} of {steps}", stopped: "Stopped.",
    heard: "heard", nearest: "nearest sounds", seconds: "{seconds} s of sound", recording: "Recording", recorded: "recording",
    keyTitle: "This server asks for a key", keyLabel: "Key", keyUse: "Use it",
    nothing: "There is nothing to draw: a sound or words are needed.",
    noServer: "The server does not answer. Is it running?",
    busy: "The server has its hands full; another try in {seconds} s.",
    noMicrophone: "The browser does not give the microphone to this page: {reason}",
    secureOnly: "The browser gives the microphone to secure pages only: open the page at localhost, or through HTTPS.",
    noSound: "{name} is no sound that the server or the browser can read.",
    tooLarge: "{name} has {size} MB; the server takes {limit}.",
    emptyFolder: "There is no sound in it.",
    failed: "The picture could not be drawn: {reason}", pictureOf: "Picture of {name}, seed {seed}",
    progress: "{name}: {share} %", done: "{name} is drawn.", ready: "ready",
  },
  ja: {
    composer: "描くもの", gallery: "このセッションの画像",
    dropTitle: "音をドロップ", dropHint: "フォルダや設定付きの画像もどうぞ",
    record: "録音", stop: "停止", choose: "ファイル", chooseFolder: "フォルダ",
    words: "ことば", wordsHint: "任意（英語）。{sound} は聞こえた音に置き換わります", mix: "音の割合",
    mixWords: "ことば", mixSound: "音", settings: "設定", seed: "シード", dice: "ランダムなシード",
    count: "枚数", steps: "ステップ", guidance: "ガイダンス", size: "サイズ", sampler: "サンプラー", model: "モデル",
    more: "その他", scheduler: "スケジューラー", candidates: "試すシードの数", noise: "ノイズ", soundAs: "音の表し方", names: "名前の数",
    noise_fusemix: "fusemix-gen", noise_diffusers: "diffusers、ComfyUI", noise_webui: "stable-diffusion-webui",
    soundAs_names: "名前", soundAs_describe: "短い文", soundAs_tokens: "学習済みトークン",
    tried: "試したシード", bestOf: "{count} 枚中の最良", kept: "{count} 個（最も近いものを採用）", prompts: "プロンプト",
    variation: "バリエーション", initImage: "元の画像", window: "窓",
    negative: "避けたいことば", reset: "モデルの既定に戻す", own: "自動",
    draw: "描く", empty: "音をドロップするか、録音してください。", emptyMore: "画像がここに一歩ずつ現れます。",
    play: "再生", pause: "再生を止める", removeSound: "音を外す", again: "同じシードでもう一度",
    use: "この設定を使う", copy: "設定をコピー", save: "PNG をダウンロード", close: "閉じる", cancel: "描画を中止",
    show: "表示", copied: "設定をコピーしました。", taken: "画像の設定を読み込みました。",
    takenWithout: "画像の設定を読み込みました。ページかモデルにないため除外：{leftOut}。",
    takenPartly: "{program} の設定を、対応する範囲で読み込みました。除外：{leftOut}。",
    waiting: "待機中", listening: "聞いています", drawing: "{steps} 中 {step} ステップ", stopped: "中止しました。",
    heard: "聞こえた音", nearest: "近い音", seconds: "音の長さ {seconds} 秒", recording: "録音中", recorded: "録音",
    keyTitle: "このサーバーにはキーが必要です", keyLabel: "キー", keyUse: "使う",
    nothing: "描くものがありません。音かことばを入れてください。",
    noServer: "サーバーが応答しません。起動していますか。",
    busy: "サーバーが混み合っています。{seconds} 秒後にもう一度試します。",
    noMicrophone: "ブラウザがこのページにマイクを許可しません：{reason}",
    secureOnly: "マイクは安全なページでのみ使えます。localhost か HTTPS で開いてください。",
    noSound: "{name} はサーバーでもブラウザでも読めない音です。",
    tooLarge: "{name} は {size} MB です。サーバーの上限は {limit} MB です。",
    emptyFolder: "中に音がありません。",
    failed: "画像を描けませんでした：{reason}", pictureOf: "{name} の画像、シード {seed}",
    progress: "{name}：{share} %", done: "{name} を描きました。", ready: "準備完了",
  },
};

// What a browser keeps between visits; private windows may refuse.
const memory = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* it is asked again next time */ } },
};

let language = memory.get("language") ?? (navigator.language.startsWith("ja") ? "ja" : "en");

const say = (name, values = {}) =>
  (texts[language][name] ?? texts.en[name]).replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);

const $ = id => document.getElementById(id);

function translate(root = document) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
  for (const element of root.querySelectorAll("[data-label]")) label(element, element.dataset.label);
  $("language").textContent = language === "en" ? "日本語" : "English";
  $("language").lang = language === "en" ? "ja" : "en";
}

function label(button, name) {
  button.dataset.label = name;
  button.title = say(name);
  button.setAttribute("aria-label", say(name));
}
