// The play buttons: one sound at a time.

const player = {
  audio: new Audio(),
  item: null,

  /** Plays an item's sound from its beginning, or stops it where it is the one that plays. */
  toggle(item) {
    const isStop = this.item === item;
    this.stop();
    if (isStop || !item.sound) return;
    this.item = item;
    this.audio.src = item.sound;
    this.mark(0);
    this.audio.play().catch((error) => {
      if (error.name === "AbortError" || this.item !== item) return;
      this.stop();
      announce(unplayable(item));
    });
  },

  stop() {
    const before = this.item;
    if (!before) return;
    this.item = null;
    this.audio.pause();
    this.audio.removeAttribute("src");
    markPlaying(sheet.cell(before)?.querySelector(".play"), before, null);
  },

  mark(share) {
    markPlaying(sheet.cell(this.item)?.querySelector(".play"), this.item, share);
  },
};

player.audio.addEventListener("ended", () => player.stop());
player.audio.addEventListener("timeupdate", () => {
  if (player.item && player.audio.duration > 0) player.mark(player.audio.currentTime / player.audio.duration);
});

const unplayable = (item) => `This browser cannot play ${item.shortName}: the file is gone, or of a format it does not know.`;

/** A play button as it looks at a share of the sound, or at rest. */
function markPlaying(button, item, share) {
  if (!button) return;
  const isPlaying = share !== null;
  if (button.classList.contains("playing") !== isPlaying || !button.firstChild) {
    button.classList.toggle("playing", isPlaying);
    button.setAttribute("aria-label", `${isPlaying ? "Stop" : "Play"} ${item.shortName}`);
    button.replaceChildren(icon(isPlaying ? "M4 4h8v8H4z" : "M5 2.5v11l9-5.5z"));
  }
  button.style.setProperty("--played", share ?? 0);
}
