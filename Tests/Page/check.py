"""What must hold of a run's page, tried as a person would: by mouse, keys and ears.

    check.py REAL WORDS MANY     folders of `run`, with their pages
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


def texts(browser, selector, what="textContent"):
    return browser.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((found) => found.{what})")


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


def check_title(browser):
    tally = "16 pictures, 1 failed"
    expect(browser.value("document.title").startswith(tally), f"the title is {browser.value('document.title')}")
    expect(texts(browser, "h1") == [f"real {tally}"], f"the heading is {texts(browser, 'h1')}")
    given = "fusemix-gen sounds -o real --report --steps 2"
    expect(texts(browser, "#run code") == [given], f"the command of the run is {texts(browser, '#run code')}")
    expect(browser.value(f"{element('#run')}.getBoundingClientRect().bottom < innerHeight"), "the command is far below")
    expect(copied(browser, "#copy-run") == given, "the command of the run is not copied")
    expect("Steps 2" in texts(browser, "#shared span"), f"shared settings are {texts(browser, '#shared span')}")


def copied(browser, selector):
    """What a button puts on the clipboard."""
    browser.value("navigator.clipboard.writeText('')")
    browser.click(selector)
    browser.wait(f"{element('#message')}.textContent")
    return browser.value("navigator.clipboard.readText()")


def check_groups(browser):
    headings = texts(browser, "#sheet h2")
    expect(headings == ["In no folder14", "music2"], f"the folders are {headings}")
    expect("music" in texts(browser, "#sheet .folder"), "a card does not name its folder")
    at_most_once = browser.value(
        "[...document.querySelectorAll('#sheet [role=row]')].map((row) => row.getBoundingClientRect())"
        ".every((row, index, rows) => index === 0 || Math.abs(rows[index - 1].bottom - row.top) < 1)")
    expect(at_most_once, "rows and headings overlap, or leave gaps")
    browser.click("#grouped")
    expect(not texts(browser, "#sheet h2"), "folders cannot be taken together")


def check_numbers(browser):
    """A likeness is not written as a probability is, and each has its heading."""
    terms = set(texts(browser, "#sheet .term"))
    expect(terms == {"Heard", "Scores", "Folder"}, f"cards have {terms}")
    open_item(browser)
    expect(texts(browser, "#details h3")[:2] == ["Heard", "Audio encoder’s scores"], texts(browser, "#details h3"))
    expect("cosine" in texts(browser, "#details-heard .note")[0], "it is not said what the likeness is")
    expect(all("." in text for text in texts(browser, "#details-heard .score")), "a likeness looks like a share")
    expect(all(text.endswith(" %") for text in texts(browser, "#details-audio .score")), "a score lacks its %")
    close_item(browser)


def check_favourites(browser, folder):
    """Kept over a reload, shown alone, copied as a list."""
    star = "#sheet [data-position='1'] .star"
    browser.click(star)
    browser.press("ArrowRight")
    browser.press("f")
    open_page(browser, folder, DESKTOP)
    pressed = "[...document.querySelectorAll('#sheet .star[aria-pressed=true]')].length"
    expect(browser.value(pressed) == 2, f"{browser.value(pressed)} stars of 2 are left after a reload")
    browser.click("#views label:has([value=favourites])")
    names = texts(browser, "#sheet .bar .name")
    expect(len(names) == 2, f"favourites are {names}")
    sounds = copied(browser, "#copy-sounds")
    expect(sounds == "".join(f"sounds/{name}\n" for name in names), f"copied as {sounds}")
    pictures = copied(browser, "#copy-pictures").split()
    expect(len(pictures) == 2 and all((folder / name).is_file() for name in pictures), f"copied as {pictures}")
    open_item(browser)
    browser.click("#details-star")
    expect(browser.value(f"{element('#details-star')}.ariaPressed") == "false", "the star in full does nothing")
    close_item(browser)
    expect(texts(browser, "#views label:has([value=favourites]) b") == ["1"], "favourites are not counted")
    browser.click("#views label:has([value=done])")


def check_labels(browser):
    """Every control that is shown says what it is."""
    nameless = browser.value(
        "[...document.querySelectorAll('button, input, select')].filter((control) => !control.ariaLabel"
        " && !control.textContent.trim() && !control.labels?.length).map((control) => control.outerHTML)")
    expect(not nameless, f"without a name: {nameless}")


def check_words(browser):
    expect(texts(browser, "#sheet .term") == ["Nearest"], f"of words it is said {texts(browser, '#sheet .term')}")
    open_item(browser)
    expect(texts(browser, "#details h3")[0] == "Nearest", "in full it is not said that nothing was heard")
    expect(browser.value("document.getElementById('details-audio').hidden"), "words have scores of a sound")
    close_item(browser)
    expect(not texts(browser, "#sheet .play"), "words have a play button")


def check_orders(browser):
    heard = "#sheet p:first-of-type"
    for order, *reads in [("name", "#sheet .bar .name", "title"), ("label", f"{heard} .label"), ("score", f"{heard} .score")]:
        browser.value(f"{element('#sort')}.value = '{order}'; {element('#sort')}.dispatchEvent(new Event('change'))")
        found = texts(browser, *reads)
        expect(len(found) > 5 and found == sorted(found, reverse=order == "score"), f"by {order}: {found}")
        browser.click("#reverse")
        found = texts(browser, *reads)
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
    filter_by(browser, "")
    for position in (0, 1):
        browser.click(f"#sheet [data-position='{position}'] .play")
    playing = "[...document.querySelectorAll('#sheet .playing')].map((play) => play.closest('.card').dataset.position)"
    expect(browser.value(playing) == ["1"], f"{browser.value(playing)} play at once")

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
    browser.click("#sheet .star")
    for view in ["favourites", "failed"]:
        browser.click(f"#views label:has([value={view}])")
        check_width(browser, f"the view “{view}”")


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


def main(real, words, many):
    with Browser() as browser:
        browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        open_page(browser, real, DESKTOP)
        check_title(browser)
        check_labels(browser)
        check_numbers(browser)
        check_favourites(browser, real)
        check_groups(browser)
        check_orders(browser)
        check_failures(browser)
        check_names(browser, "<script>window.broken=1<script>.ogg")
        check_command(check_keys(browser), real)
        check_quiet(browser)
        check_sounds(browser, real)
        open_page(browser, real, PHONE)
        check_phone(browser)
        check_quiet(browser)
        open_page(browser, words, DESKTOP)
        check_words(browser)
        check_quiet(browser)
        check_many(browser, open_page(browser, many, DESKTOP))
        check_quiet(browser)
    print("FAILED" if FAILURES else "PASSED")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])))
