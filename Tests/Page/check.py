"""What must hold of a run's page, tried as a person would: by mouse, keys and ears.

    check.py REAL MANY     folders of `run`, with their pages
"""

import json
import pathlib
import shlex
import subprocess
import sys
import time
import wave

from browser import Browser

PHONE, DESKTOP = (390, 844, True), (1200, 900)
FAILURES = []


def expect(holds, what):
    if not holds:
        FAILURES.append(what)
        print(f"    FAILED: {what}")


def element(selector):
    """An expression of JavaScript for the element."""
    return f"document.querySelector({json.dumps(selector)})"


def texts(browser, selector):
    return browser.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((found) => found.textContent)")


def open_page(browser, folder, size):
    """The page in a window of that size; returns the seconds until it shows a picture."""
    print(f"{folder.name}, {size[0]} pixels wide")
    browser.size(*size)
    browser.complaints.clear()
    browser.requests.clear()
    start = time.monotonic()
    browser.open((folder / "index.html").resolve().as_uri())
    expect(browser.wait("document.querySelector('#sheet .picture img')?.naturalWidth > 0"), "no picture is shown")
    return time.monotonic() - start


def check_quiet(browser):
    """To be called last: nothing was complained of, nothing asked for but files."""
    expect(not browser.complaints, f"the console has {browser.complaints}")
    foreign = [url for url in browser.requests if not url.startswith(("file:", "data:"))]
    expect(not foreign, f"the page asks for {foreign}")
    expect(not browser.value("window.broken"), "a name was run as a script")


def filter_by(browser, text):
    browser.click("#filter")
    browser.type(text)


def open_item(browser):
    browser.click("#sheet .picture")
    expect(browser.wait("document.querySelector('#details').open"), "a click does not open the item")


def close_item(browser):
    browser.press("Escape")
    expect(browser.wait("!document.querySelector('#details').open"), "Escape does not close the item")


def check_width(browser, what):
    # Not innerWidth, which grows with what it must show.
    width = PHONE[0]
    for selector in ("html", "#details[open]"):
        used = browser.value(f"{element(selector)}?.scrollWidth ?? 0")
        expect(used <= width, f"{what} is {used} pixels wide on {width}")


def check_orders(browser):
    for order, reads in [("name", "#sheet .caption .name"), ("label", "#sheet .label"), ("score", "#sheet .score")]:
        browser.value(f"{element('#sort')}.value = '{order}'; {element('#sort')}.dispatchEvent(new Event('change'))")
        found = texts(browser, reads)
        expect(len(found) > 5 and found == sorted(found, reverse=order == "score"), f"by {order}: {found}")
        browser.click("#reverse")
        found = texts(browser, reads)
        expect(found == sorted(found, reverse=order != "score"), f"by {order}, reversed: {found}")
        browser.click("#reverse")
    browser.value(f"{element('#sort')}.value = 'name'; {element('#sort')}.dispatchEvent(new Event('change'))")


def check_names(browser, name):
    """A hostile name is text, on the sheet and in full."""
    filter_by(browser, "<script>")
    expect(texts(browser, "#sheet .name") == [name], f"the filter finds {texts(browser, '#sheet .name')}")
    open_item(browser)
    expect(texts(browser, "#details-name")[0].endswith("/" + name), "the name is not shown in full")
    close_item(browser)
    filter_by(browser, "no such name anywhere")
    expect(browser.value("!document.getElementById('nothing').hidden"), "a filter without a match shows items")
    filter_by(browser, "")


def check_failures(browser):
    browser.click("#views label:has([value=failed])")
    expect(texts(browser, "#sheet .failure .name") == ["sounds/broken.wav"], "failures are not listed")
    expect("broken.wav" in "".join(texts(browser, "#sheet .failure .what")), "it is not said why it failed")
    browser.click("#views label:has([value=done])")


def check_keys(browser):
    """To an item and back without a mouse; returns the command that was copied."""
    position = "document.activeElement.closest('[data-position]')?.dataset.position"
    browser.press("/")
    expect(browser.value("document.activeElement.id") == "filter", "/ does not lead to the filter")
    browser.press("ArrowDown")
    for key, place in [("ArrowRight", "1"), ("End", "15"), ("Home", "0"), ("ArrowDown", None), ("ArrowUp", "0")]:
        browser.press(key)
        expect(place is None or browser.value(position) == place, f"{key} leads to {browser.value(position)}")
    browser.press("Enter")
    expect(browser.wait("document.querySelector('#details').open"), "Enter does not open the item")
    name = texts(browser, "#details-name")
    browser.press("ArrowRight")
    expect(texts(browser, "#details-name") != name, "the arrows do not lead on among opened items")
    browser.press("ArrowLeft")
    browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.press("c")
    expect(browser.wait("document.querySelector('#message').textContent"), "c copies nothing")
    command = browser.value("navigator.clipboard.readText()")
    close_item(browser)
    expect(browser.value(position) == "0", "the focus does not come back")
    return command


def check_command(command, folder):
    """The command makes the picture again."""
    subprocess.run(command + " --quiet", shell=True, cwd=folder.parent, check=True)
    words = shlex.split(command)
    name = words[words.index("-o") + 1]
    expect((folder.parent / name).read_bytes() == (folder / name).read_bytes(), f"{command} makes another picture")


def check_sounds(browser, folder):
    """The audio element loads every kind that Chromium knows, and says of the others that it does not."""
    sound = element("#details-sound")
    for name in ["crow.flac", "rain.ogg", "tone.wav"]:
        filter_by(browser, name)
        open_item(browser)
        loaded = browser.wait(f"{sound}.readyState >= HTMLMediaElement.HAVE_METADATA")
        expect(loaded, f"{name} does not load")
        duration = browser.value(f"{sound}.duration")
        expect(duration and 0.4 < duration < 60, f"{name} lasts {duration} s")
        browser.value(f"{sound}.play()")
        expect(browser.wait(f"{sound}.currentTime > 0.2"), f"{name} does not play")
        print(f"    {name}: {duration:.2f} s, plays")
        close_item(browser)
    with wave.open(str(folder.parent / "sounds/tone.wav")) as tone:
        expect(abs(duration - tone.getnframes() / tone.getframerate()) < 0.01, f"the tone lasts {duration} s")

    browser.click("#sheet .play")
    played = f"{element('#sheet .play.playing')}?.style.getPropertyValue('--played') > 0.1"
    expect(browser.wait(played), "the play button does not play")
    expect(browser.wait(f"!{element('#sheet .playing')}"), "the end of the sound is not noticed")

    filter_by(browser, "tone.au")
    browser.click("#sheet .play")
    expect(browser.wait("/cannot play tone.au/.test(document.querySelector('#message').textContent)"),
           "a sound that Chromium does not know fails without a word")
    open_item(browser)
    expect(browser.wait("!document.getElementById('details-silence').hidden"), "the same in full")
    expect(browser.value(f"{sound}.hidden"), "a player is shown for what cannot be played")
    close_item(browser)
    filter_by(browser, "")


def check_phone(browser):
    check_width(browser, "the sheet")
    open_item(browser)
    check_width(browser, "an item in full")
    close_item(browser)
    browser.click("#views label:has([value=failed])")
    check_width(browser, "the list of failures")


def check_many(browser, seconds):
    """Ten thousand items: only what is near the screen is in the document, and nothing takes long."""
    print(f"    shown after {seconds:.2f} s")
    expect(seconds < 5, f"the page takes {seconds:.1f} s")
    cells = "document.querySelectorAll('#sheet [data-index]').length"
    expect(browser.value("JSON.parse(document.getElementById('data').textContent).items.length") == 10_000, "items")
    expect(0 < browser.value(cells) < 200, f"{browser.value(cells)} cells are in the document")
    slowest = 0
    for action in ["filter.value = '9999'; filter.dispatchEvent(new Event('input'))",
                   "filter.value = ''; filter.dispatchEvent(new Event('input'))",
                   "sort.value = 'label'; sort.dispatchEvent(new Event('change'))",
                   "sort.value = 'score'; sort.dispatchEvent(new Event('change'))",
                   "scrollTo(0, document.body.scrollHeight)"]:
        slowest = max(slowest, browser.value(
            "(async () => { const [filter, sort] = ['filter', 'sort'].map((id) => document.getElementById(id));"
            f" const start = performance.now(); {action}; document.body.offsetHeight;"
            " await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));"
            " return performance.now() - start; })()"))
    print(f"    filter, order and scrolling: at most {slowest:.0f} ms")
    expect(slowest < 1000, f"filtering, sorting or scrolling takes {slowest:.0f} ms")
    expect(browser.wait("document.querySelector('#sheet [data-position=\"9999\"]')"), "the last item is not reached")
    expect(0 < browser.value(cells) < 200, f"{browser.value(cells)} cells are in the document")


def main(real, many):
    with Browser() as browser:
        open_page(browser, real, DESKTOP)
        check_orders(browser)
        check_failures(browser)
        check_names(browser, "<script>window.broken=1<script>.ogg")
        check_command(check_keys(browser), real)
        check_quiet(browser)
        check_sounds(browser, real)
        open_page(browser, real, PHONE)
        check_phone(browser)
        check_quiet(browser)
        check_many(browser, open_page(browser, many, DESKTOP))
        check_quiet(browser)
    print("FAILED" if FAILURES else "PASSED")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])))
