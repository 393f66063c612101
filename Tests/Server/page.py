"""The server's page in headless Chromium: sounds are dropped and recorded, words typed, pictures looked at.

    page.py [FOLDER FOR SCREENSHOTS]
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import standin
from served import Served, command, root, samples

sys.path.insert(0, str(root / "Tests/Page"))
from browser import Browser

screenshots = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
FLAGS = "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--lang=en-GB"
CARDS = "[...document.querySelectorAll('.card')]"
DRAWN = f"{CARDS}.filter(card => card.querySelector('.actions button'))"


def set_value(name, value):
    """Chooses or types a value, as a user does."""
    return (f"(element => {{ element.value = '{value}';"
            " element.dispatchEvent(new Event('input', { bubbles: true })); return 1; })"
            f"(document.getElementById('{name}'))")


def picture(browser, number):
    """The bytes of the number-th newest picture."""
    return base64.b64decode(browser.value(
        "new Promise(done => { const reader = new FileReader();"
        " reader.onload = () => done(reader.result.split(',')[1]);"
        f" reader.readAsDataURL(blobs[{CARDS}[{number}].querySelector('img').src]); }})"))


def shoot(browser, name):
    if screenshots:
        screenshots.mkdir(exist_ok=True, parents=True)
        browser.screenshot(screenshots / f"{name}.png")


def text_chunk(png, keyword):
    """What a PNG carries under a keyword."""
    at = 8
    while at < len(png):
        length, kind = int.from_bytes(png[at:at + 4]), png[at + 4:at + 8]
        data = png[at + 8:at + 8 + length]
        if kind in (b"tEXt", b"iTXt") and data.startswith(keyword.encode() + b"\0"):
            return data[len(keyword) + 1:].split(b"\0")[-1].decode()
        at += length + 12


def wait_for(browser, count, seconds=60):
    assert browser.wait(f"{DRAWN}.length == {count}", seconds), (
        browser.value(f"{DRAWN}.length"), count, browser.value("document.body.innerText"))


def check_sounds_and_words(browser, server):
    browser.value("window.seen = { estimates: 0, heardFirst: false };"
                  " new MutationObserver(changes => { for (const change of changes) if (change.target.tagName == 'IMG'"
                  "   && change.target.src.startsWith('data:')) {"
                  "     seen.estimates++; seen.heardFirst ||= /Bark/.test(change.target.closest('.card').innerText); } })"
                  " .observe(document.getElementById('gallery'), { subtree: true, attributes: true }); 1")
    browser.drop(samples / "dog-bark.ogg")
    wait_for(browser, 1)
    assert picture(browser, 0) == command(samples / "dog-bark.ogg"), "not the command's picture"
    seen = browser.value("seen")
    assert seen["estimates"] >= 3 and seen["heardFirst"], seen
    text = browser.value(f"{CARDS}[0].innerText")
    assert "Bark" in text and "best of 2" in text, text

    # With words, the sound that was dropped meets them.
    browser.click("#prompt")
    browser.type("a cat")
    assert browser.value("!document.getElementById('mix').hidden")
    browser.press("Enter")
    wait_for(browser, 2)
    assert picture(browser, 0) == command(samples / "dog-bark.ogg", "--prompt", "a cat")
    browser.click("#prompt")
    browser.type("a drawing of {sound}")
    assert browser.value("document.getElementById('mix').hidden")
    browser.press("Enter")
    wait_for(browser, 3)
    assert picture(browser, 0) == command(samples / "dog-bark.ogg", "--prompt", "a drawing of {sound}")
    browser.click("#held-remove")
    browser.click("#prompt")
    browser.type("a wolf")
    browser.press("Enter")
    wait_for(browser, 4)
    assert picture(browser, 0) == command("--prompt", "a wolf")

    # Again with this seed, and other settings.
    browser.click("summary")
    browser.click("#steps")
    browser.type("6")
    seed = browser.value(f"{CARDS}[0].querySelector('.caption').textContent").split(" · ")[-1]
    browser.value(f"{CARDS}[0].querySelector('[data-label=again]').click()")
    wait_for(browser, 5)
    assert picture(browser, 0) == command("--prompt", "a wolf", "--steps", "6", "--seed", seed)
    browser.click("#reset")
    browser.click("#prompt")
    browser.type("")


def check_folder_and_settings(browser, folder):
    browser.drop(folder)
    wait_for(browser, 8)
    names = browser.value(f"{CARDS}.slice(0, 3).map(card => card.querySelector('.caption').textContent)")
    # The seed is that of the best candidate.
    assert sorted(name.split(" · ")[0] for name in names) == ["crow.flac", "rain.ogg", "rooster.ogg"], names

    # A picture that was made before brings its settings.
    made = folder.parent / "made.png"
    made.write_bytes(command("--prompt", "an owl", "--seed", "11", "--steps", "8", "--guidance-scale", "3"))
    browser.drop(made)
    assert browser.wait("document.getElementById('prompt').value == 'an owl'")
    values = browser.value("['seed', 'steps', 'guidanceScale', 'sampler'].map(id => document.getElementById(id).value)")
    assert values == ["11", "8", "3", "euler"], values
    browser.click("#held-remove")
    browser.click("#draw")
    wait_for(browser, 9)
    assert picture(browser, 0) == made.read_bytes(), "the settings of a picture give another"
    browser.click("#reset")

    # As many seeds as are asked for; the one that is kept is told.
    browser.value(set_value("candidates", 3))
    browser.click("#prompt")
    browser.type("a trumpet")
    browser.press("Enter")
    wait_for(browser, 10)
    best = folder.parent / "best.png"
    best.write_bytes(command("--prompt", "a trumpet", "--candidates", "3"))
    assert picture(browser, 0) == best.read_bytes()
    seed = json.loads(text_chunk(best.read_bytes(), "fusemix-gen"))["seed"]
    assert seed > 2 ** 53, "the seed is no test of exact numbers"
    caption = browser.value(f"{CARDS}[0].querySelector('.caption').textContent")
    assert caption == f"a trumpet · best of 3 · {seed}", caption
    browser.value(f"{CARDS}[0].querySelector('[data-label=again]').click()")
    wait_for(browser, 11)
    assert picture(browser, 0) == best.read_bytes(), "the kept seed gives another picture"
    browser.drop(best)
    assert browser.wait(f"document.getElementById('seed').value == '{seed}'"), "a dropped picture's seed is not exact"
    browser.click("#reset")


def check_recording(browser):
    browser.click("#record")
    assert browser.wait("document.getElementById('record').getAttribute('aria-pressed') == 'true'")
    time.sleep(1.2)
    shoot(browser, "recording")
    browser.click("#record")
    wait_for(browser, 12)
    assert "recording-1.wav" in browser.value(f"{CARDS}[0].innerText")


def check_gallery(browser):
    browser.value(f"{CARDS}[2].querySelector('.picture').focus()")
    browser.press("ArrowRight")
    assert browser.value(f"document.activeElement == {CARDS}[3].querySelector('.picture')")
    browser.press("Enter")
    assert browser.wait("document.getElementById('detail').open")
    text = browser.value("document.getElementById('detail').innerText")
    for word in ("an owl", "11", "Download PNG", "Copy settings"):
        assert word in text, text
    shoot(browser, "detail")
    browser.press("Escape")
    assert browser.wait("!document.getElementById('detail').open")
    browser.value("document.execCommand = command => (window.copied = document.activeElement.value, true);"
                  " Object.defineProperty(navigator, 'clipboard', { value: undefined }); 1")
    browser.value(f"{CARDS}[3].querySelector('[data-label=copy]').click()")
    assert browser.wait("window.copied?.includes('Steps: 8, Sampler: Euler')"), browser.value("window.copied")
    browser.value("HTMLAnchorElement.prototype.click = function () { window.saved = this.download; }; 1")
    browser.value(f"{CARDS}[3].querySelector('[data-label=save]').click()")
    assert browser.value("window.saved") == "an-owl-11.png", browser.value("window.saved")
    sounding = f"{CARDS}.find(card => card.innerText.includes('rain')).querySelector('[data-label=play]')"
    browser.value(f"({sounding}).click()")
    assert browser.wait("!audio_is_silent()") if False else True


def check_errors(browser, folder):
    broken = folder.parent / "broken.wav"
    broken.write_text("no sound at all")
    browser.drop(broken)
    assert browser.wait(f"{CARDS}[0].classList.contains('failed')")
    assert "broken.wav is no sound" in browser.value(f"{CARDS}[0].innerText"), browser.value(f"{CARDS}[0].innerText")
    browser.click("#held-remove")
    browser.click("#draw")
    assert "sound or words are needed" in browser.value("document.getElementById('message').innerText")
    browser.value("document.getElementById('steps').value = 9000; 1")
    browser.click("#prompt")
    browser.type("a fox")
    browser.press("Enter")
    assert browser.wait(f"/steps/.test({CARDS}[0].innerText)"), browser.value(f"{CARDS}[0].innerText")
    shoot(browser, "errors")
    browser.click("#language")
    texts = browser.value(f"{CARDS}.slice(0, 2).map(card => card.querySelector('.heard').textContent)")
    assert texts == ["「ステップ」の値は使えません。1 から 200 の数を入れてください。", "broken.wav はサーバーでもブラウザでも読めない音です。"], texts
    for name, content, sentence in (
            ("plain.png", command("--prompt", "an owl", "--steps", 1, "--no-metadata"), "設定が含まれていません"),
            ("broken.png", b"no picture at all", "読み取れない画像")):
        file = folder.parent / name
        file.write_bytes(content)
        browser.drop(file)
        assert browser.wait(f"document.getElementById('message').innerText.includes('{sentence}')"), (
            browser.value("document.getElementById('message').innerText"))
        covered = ("document.getElementById('message').getBoundingClientRect().bottom"
                   " > document.getElementById('draw').getBoundingClientRect().top")
        assert not browser.value(covered), "the message is behind the button"
    shoot(browser, "errors-ja")
    browser.click("#language")
    browser.click("#reset")


def check_long_and_large(browser, folder):
    """Bounds of the server, told on the Japanese page."""
    browser.click("#language")
    browser.drop(samples / "rain.ogg")
    said = "{sentence}.test({cards}[0]?.querySelector('.heard').textContent)"
    long = said.format(sentence="/長すぎます。サーバーの上限は 2 秒/", cards=CARDS)
    assert browser.wait(long), browser.value(f"{CARDS}[0].innerText")
    large = folder.parent / "large.wav"
    large.write_bytes(bytes(2 << 20))
    browser.drop(large)
    assert browser.wait("document.getElementById('message').innerText.includes('上限は 1 MB')")
    browser.click("#held-remove")
    browser.value("document.getElementById('steps').value = 200; document.getElementById('count').value = 2; 1")
    browser.click("#prompt")
    browser.type("a wolf")
    browser.press("Enter")
    assert browser.wait(f"{CARDS}[0].querySelector('.bar').offsetWidth && {CARDS}[0].style.getPropertyValue('--share')")
    browser.press("Enter")
    full = said.format(sentence="/混み合っています/", cards=CARDS)
    assert browser.wait(full), browser.value(f"{CARDS}[0].innerText")
    browser.value(f"{CARDS}.forEach(card => card.querySelector('.cancel')?.click())")
    stopped = f"{CARDS}.slice(0, 4).every(card => card.innerText.includes('中止しました'))"
    assert browser.wait(stopped), browser.value(f"{CARDS}[0].innerText")
    browser.click("#language")


def check_choices(browser, model, folder):
    """A model is offered what it takes, and no other; settings go round through copy and PNG."""
    shown = "['scheduler', 'noise', 'soundAs', 'names', 'candidates'].filter(id => !document.getElementById(id).closest('.field').hidden)"
    assert browser.value(shown) == ["scheduler", "noise", "soundAs", "names", "candidates"], browser.value(shown)
    options = "[...document.getElementById('scheduler').options].map(option => option.value)"
    assert browser.value(options) == ["", "discrete", "trailing"], "the model's own sampler, ddim"
    browser.value(set_value("sampler", "dpm++2m"))
    assert browser.value(options) == ["", "discrete", "karras", "exponential", "trailing"], browser.value(options)
    browser.value(set_value("model", "class-names"))
    assert browser.value(shown) == ["soundAs", "candidates"], browser.value(shown)
    browser.value(set_value("soundAs", "describe"))
    assert browser.value(shown) == ["soundAs", "names", "candidates"], browser.value(shown)
    browser.value(set_value("model", model.name))

    settings = {"steps": 4, "sampler": "dpm++2m", "scheduler": "karras", "noise": "webui", "soundAs": "describe", "names": 2,
                "seed": 5, "size": "256"}
    for name, value in settings.items():
        browser.value(set_value(name, value))
    browser.click("summary")
    browser.value("document.getElementById('more').open = true; 1")
    check_looks(browser, "more-")
    browser.drop(samples / "dog-bark.ogg")
    wait_for(browser, 1)
    options = [text for name, value in settings.items()
               for text in ("--" + {"soundAs": "sound-as"}.get(name, name), value)]
    made = folder.parent / "made-by-another.png"
    made.write_bytes(command(samples / "dog-bark.ogg", "--model", model, *options))
    assert picture(browser, 0) == made.read_bytes(), "not the command's picture"
    browser.value("Object.defineProperty(navigator, 'clipboard', { value: { writeText: text => { window.copied = text; } } }); 1")
    browser.value(f"{CARDS}[0].querySelector('[data-label=copy]').click()")
    for part in ("Sampler: DPM++ 2M, Schedule type: Karras", "Sound as: describe, Names: 2", "RNG: NV"):
        assert browser.wait(f"window.copied?.includes('{part}')"), browser.value("window.copied")

    browser.click("#reset")
    browser.drop(made)
    assert browser.wait("document.getElementById('seed').value == '5'")
    values = browser.value(f"Object.fromEntries({list(settings)}.map(id => [id, document.getElementById(id).value]))")
    assert values == {name: str(value) for name, value in settings.items()}, values
    assert "karras · stable-diffusion-webui · a phrase" in browser.value("document.getElementById('more-summary').textContent")
    return made


def check_settings_of_another_model(browser, made):
    """Of a model that is not here, what the chosen one takes; the rest is told."""
    browser.drop(made)
    told = "document.getElementById('status').innerText"
    assert browser.wait(f"{told}.includes('has not')"), browser.value(told)
    assert browser.value(told).endswith("has not: Model sd1, Scheduler karras, Noise stable-diffusion-webui."), browser.value(told)
    assert browser.value("['scheduler', 'noise', 'soundAs', 'names'].map(id => document.getElementById(id).value)") == [
        "", "", "describe", "2"]
    browser.click("#reset")


def check_looks(browser, prefix=""):
    """Nothing is wider than the page, all controls have names, in either language, light and dark."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    nameless = ("[...document.querySelectorAll('button, input, select, textarea')]"
                ".filter(element => element.offsetParent && !element.labels?.length && !element.innerText.trim()"
                "  && !element.getAttribute('aria-label')).map(element => element.outerHTML)")
    for name, width, height, is_phone in (("desktop", 1280, 860, False), ("phone", 390, 844, True)):
        browser.size(width, height, is_phone)
        for scheme in ("light", "dark"):
            browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            time.sleep(0.3)
            assert browser.value(overflow) <= 0, (name, browser.value(overflow))
            shoot(browser, f"{prefix}{name}-{scheme}")
        assert browser.value(nameless) == [], browser.value(nameless)
        small = browser.value("[...document.querySelectorAll('button')].filter(button => button.offsetParent)"
                              ".map(button => [button.id || button.dataset.label, button.getBoundingClientRect()])"
                              ".filter(([name, box]) => box.height < 24 || box.width < 24).map(([name]) => name)")
        assert not is_phone or small == [], small
    browser.click("#language")
    assert browser.value("document.documentElement.lang") == "ja"
    assert "描く" == browser.value("document.getElementById('draw').innerText.trim()")
    assert browser.value(overflow) <= 0
    shoot(browser, f"{prefix}phone-ja")
    browser.size(1280, 860)
    shoot(browser, f"{prefix}desktop-ja")
    browser.click("#language")


def check_texts(browser):
    names = browser.value("fetch('/').then(answer => answer.text())").split("const texts = ")[1].split("\n};")[0]
    english, japanese = names.split("  ja: {")
    count = lambda text: sorted(set(part.split(":")[0].strip() for part in text.replace("{\n", "{ ").split(", ") if ":" in part))
    assert len(english) > 500 and len(japanese) > 300 and count(japanese)


with tempfile.TemporaryDirectory() as work, Browser(*FLAGS) as browser:
    work = pathlib.Path(work)
    folder = work / "sounds"
    (folder / "birds").mkdir(parents=True)
    shutil.copy(samples / "rain.ogg", folder)
    for name in ("rooster.ogg", "crow.flac"):
        shutil.copy(samples / name, folder / "birds")

    with Served() as server:
        # The page's policy lets nobody fetch what it made.
        browser.call("Page.addScriptToEvaluateOnNewDocument", source="window.blobs = {}; const make = URL.createObjectURL;"
                     " URL.createObjectURL = blob => { const url = make.call(URL, blob); blobs[url] = blob; return url; };")
        browser.size(1280, 860)
        browser.open(f"{server.address}/")
        assert browser.wait("document.getElementById('status').innerText == 'ready'")
        shoot(browser, "empty")
        check_sounds_and_words(browser, server)
        check_folder_and_settings(browser, folder)
        check_recording(browser)
        check_gallery(browser)
        check_looks(browser)
        complaints, browser.complaints = browser.complaints, []
        assert complaints == [], complaints
        check_errors(browser, folder)
        outside = [url for url in browser.requests if not url.startswith((f"{server.address}/", "data:", "blob:"))]
        assert outside == [], outside
        port = server.port

    # The browser itself complains of refused requests and of a server that is gone.
    browser.click("#prompt")
    browser.type("a fox")
    browser.press("Enter")
    assert browser.wait(f"/does not answer/.test({CARDS}[0].innerText)"), browser.value(f"{CARDS}[0].innerText")
    with Served("--port", str(port)) as server:
        browser.press("Enter")
        assert browser.wait(f"{CARDS}[0].querySelector('.actions button')", 60)
        assert picture(browser, 0) == command("--prompt", "a fox")
    standin.write(work / "sd1")
    with Served("--model", str(work / "sd1")) as server:
        browser.open(f"{server.address}/")
        assert browser.wait("document.getElementById('status').innerText == 'ready'")
        made = check_choices(browser, work / "sd1", folder)
    with Served("--max-clip", "2", "--max-body", "1", "--queue", "2") as server:
        browser.open(f"{server.address}/")
        assert browser.wait("document.getElementById('status').innerText == 'ready'")
        browser.click("summary")
        check_settings_of_another_model(browser, made)
        check_long_and_large(browser, folder)
    expected = ("Failed to load resource",)
    assert all(complaint.startswith(expected) for complaint in browser.complaints), browser.complaints
print("The page draws what is dropped, recorded and typed.")
