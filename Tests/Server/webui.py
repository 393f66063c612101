"""A client of stable-diffusion-webui, the package webuiapi, draws with the server."""

import base64
import io
import pathlib
import tempfile
import threading
import time

from PIL import Image
import webuiapi

import standin
from served import Served, command, samples


def sound(name):
    data = base64.b64encode((samples / name).read_bytes()).decode()
    return {"sound": {"args": [{"audio": data, "name": name}]}}


def check(server):
    api = webuiapi.WebUIApi(host="127.0.0.1", port=server.port, sampler="Euler", steps=12)

    assert api.util_get_model_names() == ["class-names", "default"], api.util_get_model_names()
    assert api.util_get_current_model() == "default"
    assert {"Euler", "Euler a", "DPM++ 2M"} <= set(api.util_get_sampler_names())
    assert api.util_get_scheduler_names() == ["automatic", "exponential", "karras", "normal", "sgm_uniform"]
    for lists in (api.get_upscalers, api.get_sd_vae, api.get_loras, api.get_face_restorers, api.get_hypernetworks,
                  api.get_realesrgan_models, api.get_prompt_styles, api.get_latent_upscale_modes):
        assert lists() == []
    assert api.get_memory()["ram"]["total"] > 0
    assert api.get_cmd_flags() and api.get_embeddings()["loaded"] == {} and api.refresh_checkpoints() is None

    # The same picture as the command's, byte for byte.
    drawn = api.txt2img(seed=7, cfg_scale=3.5, width=256, height=256, alwayson_scripts=sound("dog-bark.ogg"))
    png = base64.b64decode(drawn.json["images"][0])
    assert png == command(samples / "dog-bark.ogg", "--seed", "7", "--size", "256"), "not the command's picture"
    assert drawn.image.size == (256, 256) and drawn.info["seed"] == 7 and drawn.info["heard"][0]["label"] == "Bark"
    text = api.png_info(drawn.image).info
    assert "Steps: 12, Sampler: Euler," in text, text

    several = api.txt2img(prompt="a wolf", seed=3, cfg_scale=2.5, width=256, height=256, n_iter=2, batch_size=2)
    assert len(several.images) == 4 and several.info["all_seeds"] == [3, 4, 5, 6], several.info
    assert several.info["infotexts"][2].startswith("a wolf\nSteps: 12")
    varied = api.txt2img(prompt="a wolf", seed=3, subseed=9, subseed_strength=0.3, cfg_scale=2.5, width=256, height=256)
    assert base64.b64decode(varied.json["images"][0]) == command(
        "--prompt", "a wolf", "--seed", "3", "--variation-seed", "9", "--variation-strength", "0.3", "--size", "256")

    start = Image.open(samples / "rain.png")
    changed = api.img2img(images=[start], prompt="a cat", seed=1, cfg_scale=2.5, width=256, height=256,
                          denoising_strength=0.6)
    assert changed.image.size == (256, 256)

    # Another model, for one request and for all that follow.
    own = api.txt2img(seed=7, cfg_scale=3.5, width=256, height=256, alwayson_scripts=sound("crow.flac"))
    other = api.txt2img(seed=7, cfg_scale=3.5, width=256, height=256, alwayson_scripts=sound("crow.flac"),
                        override_settings={"sd_model_checkpoint": "class-names"})
    assert other.info["sd_model_name"] == "class-names" and other.json["images"] != own.json["images"]
    api.util_set_model("class-names")
    assert api.util_get_current_model() == "class-names"
    chosen = api.txt2img(seed=7, cfg_scale=3.5, width=256, height=256, alwayson_scripts=sound("crow.flac"))
    assert chosen.json["images"] == other.json["images"]
    api.util_set_model("default")

    # The bundled models have levels of their own alone.
    same = api.txt2img(seed=7, cfg_scale=3.5, width=256, height=256, scheduler="Automatic", alwayson_scripts=sound("crow.flac"))
    assert same.json["images"] == own.json["images"]
    refusals = ({"enable_hr": True}, {"sampler_name": "no sampler"}, {"steps": 100000}, {"width": 5000},
                {"scheduler": "Align Your Steps"}, {"scheduler": "Karras"}, {"sampler_name": "DPM++ 2M Karras"})
    refused = 0
    for options in refusals:
        try:
            api.txt2img(prompt="a wolf", **options)
        except RuntimeError as error:
            assert error.args[0] == 422 and "detail" in error.args[1], error
            refused += 1
    assert refused == len(refusals)


def check_schedulers(model):
    """Of a diffusion model the schedulers are those of the command, by either name."""
    with Served("--model", str(model)) as server:
        api = webuiapi.WebUIApi(host="127.0.0.1", port=server.port, sampler="DPM++ 2M", steps=4)
        common = {"prompt": "a wolf", "seed": 3, "cfg_scale": 5, "width": 64, "height": 64}
        drawn = {}
        for scheduler, name in (("Karras", "karras"), ("Exponential", "exponential"), ("SGM Uniform", "trailing"),
                                ("Normal", "discrete"), ("Automatic", "auto")):
            expected = command("--model", model, "--prompt", "a wolf", "--seed", "3", "--guidance-scale", "5", "--size", "64",
                               "--sampler", "dpm++2m", "--steps", "4", "--scheduler", name)
            for options in ({"scheduler": scheduler}, {"sampler_name": f"DPM++ 2M {scheduler}"}):
                answer = api.txt2img(**common, **options)
                assert base64.b64decode(answer.json["images"][0]) == expected, (options, answer.info)
            assert answer.info["sampler_name"] == "DPM++ 2M", answer.info
            schedule = answer.info["extra_generation_params"].get("Schedule type")
            assert schedule == (scheduler if scheduler != "Automatic" else None), answer.info
            drawn[scheduler] = expected
        assert len(set(drawn.values())) >= 4, "schedulers draw alike"


def check_progress_and_interrupt(server):
    api = webuiapi.WebUIApi(host="127.0.0.1", port=server.port, sampler="Euler", steps=200)
    results = []
    start = time.monotonic()
    thread = threading.Thread(target=lambda: results.append(
        api.txt2img(prompt="a cat", cfg_scale=2.5, width=256, height=256, n_iter=4)))
    thread.start()
    seen = []
    picture = None
    while time.monotonic() < start + 60:
        answer = api.get_progress()
        seen.append(answer["progress"])
        picture = answer["current_image"] or picture
        if picture and len([share for share in seen if share > 0]) > 3:
            break
        time.sleep(0.05)
    assert seen == sorted(seen) and 0 < seen[-1] < 1, seen
    assert answer["state"]["job_count"] == 4 and answer["state"]["sampling_steps"] == 200, answer["state"]
    assert Image.open(io.BytesIO(base64.b64decode(picture))).size == (256, 256)
    api.interrupt()
    thread.join(60)
    assert not thread.is_alive(), "an interrupted request did not end"
    assert results[0].info["interrupted"] and results[0].image.size == (256, 256)
    idle = api.get_progress()
    assert idle["progress"] == 0 and idle["state"]["job_count"] == 0, idle


with Served() as server:
    check(server)
    check_progress_and_interrupt(server)
with tempfile.TemporaryDirectory() as folder:
    model = pathlib.Path(folder) / "sd1"
    standin.write(model)
    check_schedulers(model)
print("webuiapi draws, looks on, interrupts, and lists models and samplers.")
