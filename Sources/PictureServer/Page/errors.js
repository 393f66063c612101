// The server's errors in Japanese, by their codes; in English its own sentences are shown.

const japaneseErrors = {
  malformed: "リクエストを読み取れませんでした。", invalid_field: "「{field}」の値は使えません。{expected}",
  body_too_large: "送るデータが大きすぎます。サーバーの上限は {megabytes} MB です。",
  clip_too_long: "音が長すぎます。サーバーの上限は {clipSeconds} 秒です。",
  queue_full: "順番待ちがいっぱいです。しばらくしてからもう一度お試しください。",
  busy: "サーバーが混み合っています。しばらくしてからもう一度お試しください。",
  closing: "サーバーは終了するところで、新しい依頼を受け付けません。",
  timeout: "データの送信に時間がかかりすぎました。", unknown_model: "そのモデルはこのサーバーにありません。",
  unreadable_sound: "読み取れない音です。", empty_sound: "音が空か、短すぎます。",
  unreadable_picture: "読み取れない画像です。", no_settings: "この画像には設定が含まれていません。",
  no_sound: "ことばに {sound} がありますが、音がありません。",
  no_tokens: "このモデルには学習済みトークンがありません。",
  tokens_in_prompt: "学習済みトークンは {sound} の代わりに使えません。ことばから {sound} を外すか、音の表し方を変えてください。",
  invalid_subject: "この音とことばからは描けません。", invalid_size: "このモデルはこのサイズを描けません。",
  invalid_scheduler: "このモデルとサンプラーでは、このスケジューラーは使えません。",
  invalid_setting: "このモデルはこの設定では描けません。", model_lacks: "このモデルにはそのための機能がありません。",
  model: "サーバーでモデルを使えません。", failed: "サーバーで問題が起き、応答できませんでした。",
  wrong_host: "このアドレスではサーバーを使えません。", wrong_origin: "このページからはサーバーを使えません。",
};

// What the page calls the fields of a request, where it is not their name.
const fieldTexts = {guidanceScale: "guidance", negativePrompt: "negative", prompt: "words", audioWeight: "mix"};

function expectedOf(field) {
  const input = $(field);
  if (input?.type === "number") return `${input.min} から ${input.max} の数を入れてください。`;
  if (field === "prompt" || field === "negativePrompt") return `${limits.promptLength} 文字までです。`;
  return "";
}

// The sentence for an error that the server told.
function errorText({code, message, field}) {
  if (language !== "ja") return message;
  const values = {
    field: texts.ja[fieldTexts[field] ?? field] ?? field, expected: expectedOf(field), clipSeconds: limits.clipSeconds,
    megabytes: limits.bodyBytes >> 20,
  };
  const text = japaneseErrors[code] ?? texts.ja.failed.replace("{reason}", message);
  return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}
