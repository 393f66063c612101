// Sounds: recorded, decoded, written as WAV, shown as a wave, played.

const audio = new Audio();
let playing = null;

audio.addEventListener("ended", () => stopPlaying());

function stopPlaying() {
  audio.pause();
  if (playing) label(playing.button, "play"), playing.button.querySelector("use").setAttribute("href", "#i-play");
  playing = null;
}

function togglePlaying(button, sound) {
  const isOn = playing?.button === button;
  stopPlaying();
  if (isOn) return;
  playing = {button};
  label(button, "pause");
  button.querySelector("use").setAttribute("href", "#i-stop");
  sound.url ??= URL.createObjectURL(sound.blob);
  audio.src = sound.url;
  // What the browser cannot decode it cannot play either.
  audio.play().catch(() => stopPlaying());
}

// Mono, 16 bit.
function wav(samples, rate) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at, string) => [...string].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF"), view.setUint32(4, 36 + samples.length * 2, true), text(8, "WAVEfmt ");
  view.setUint32(16, 16, true), view.setUint16(20, 1, true), view.setUint16(22, 1, true);
  view.setUint32(24, rate, true), view.setUint32(28, rate * 2, true), view.setUint16(32, 2, true);
  view.setUint16(34, 16, true), text(36, "data"), view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => view.setInt16(44 + i * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new Blob([view], {type: "audio/wav"});
}

// The samples of whatever the browser plays, mixed to one channel.
async function decoded(blob) {
  const context = new AudioContext();
  try {
    const buffer = await context.decodeAudioData(await blob.arrayBuffer());
    const mono = new Float32Array(buffer.length);
    for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
      buffer.getChannelData(channel).forEach((sample, i) => { mono[i] += sample / buffer.numberOfChannels; });
    }
    return {samples: mono, rate: buffer.sampleRate};
  } finally {
    await context.close();
  }
}

const asWAV = async blob => { const {samples, rate} = await decoded(blob); return wav(samples, rate); };

// Peaks of a wave, from 0 to 1.
function peaks(samples, count) {
  const width = samples.length / count;
  return Array.from({length: count}, (_, i) => {
    let peak = 0;
    for (let at = Math.floor(i * width); at < Math.floor((i + 1) * width); at++) peak = Math.max(peak, Math.abs(samples[at]));
    return peak;
  });
}

function showWave(values) {
  const canvas = $("wave"), context = canvas.getContext("2d"), step = canvas.width / values.length;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).color;
  const loudest = Math.max(0.05, ...values);
  values.forEach((value, i) => {
    const height = Math.max(3, value / loudest * (canvas.height - 8));
    context.beginPath();
    context.roundRect(i * step + step * 0.2, (canvas.height - height) / 2, step * 0.6, height, step * 0.3);
    context.fill();
  });
}

const quietWave = Array.from({length: 64}, (_, i) => 0.12 + 0.5 * Math.exp(-(((i - 32) / 13) ** 2)) * (0.55 + 0.45 * Math.sin(i * 1.9) * Math.sin(i * 0.7)));

// The microphone, from `start` to `stop`, which gives a WAV.
const recorder = {
  parts: null,

  async start() {
    if (!navigator.mediaDevices) throw new PageError("secureOnly");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(
        {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
    } catch (error) {
      throw new PageError("noMicrophone", {reason: error.message});
    }
    const context = new AudioContext(), analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const media = new MediaRecorder(stream), chunks = [], values = Array(64).fill(0), block = new Float32Array(analyser.fftSize);
    media.addEventListener("dataavailable", event => chunks.push(event.data));
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(block);
      values.push(peaks(block, 1)[0]), values.shift();
      showWave(values);
    }, 60);
    media.start();
    this.parts = {stream, context, media, chunks, timer};
  },

  async stop() {
    const {stream, context, media, chunks, timer} = this.parts;
    this.parts = null;
    clearInterval(timer);
    await new Promise(done => { media.addEventListener("stop", done); media.stop(); });
    for (const track of stream.getTracks()) track.stop();
    await context.close();
    return asWAV(new Blob(chunks, {type: media.mimeType}));
  },
};
