import Foundation
import SoundBridge
import Testing

@testable import PictureServer

struct FieldsTests {
    private func order(_ json: String) throws -> PictureOrder {
        var fields = try Fields(json: Data(json.utf8))
        let order = try PictureOrder(&fields, ServerLimits())
        try fields.requireAllRead()
        return order
    }

    @Test func anOrderHasTheFieldsOfTheRequest() throws {
        let order = try order(
            """
            {"sound": "AAEC", "soundName": "../../etc/dog.wav", "prompt": "a wolf", "seed": 9223372036854775806, "count": 2,
             "steps": 8.0, "sampler": "Euler a", "guidanceScale": 2.5, "size": "384x256", "audioWeight": 0, "window": "first",
             "variationSeed": 3, "metadata": false, "negativePrompt": null, "scheduler": "SGM Uniform", "noise": "webui",
             "soundAs": "describe", "names": 3, "candidates": 8}
            """)
        #expect(order.sound?.bytes == Data([0, 1, 2]))
        #expect(order.sound?.name == "dog.wav")
        #expect(order.seed == .init(Int64.max) - 1)
        #expect(order.count == 2 && order.steps == 8 && order.sampler == .eulerAncestral)
        #expect(order.guidanceScale == 2.5 && order.size?.description == "384x256" && order.audioWeight == 0)
        #expect(order.scheduler == .trailing && order.noise == .webUI && order.soundAs == .describe && order.names == 3)
        #expect(order.candidates == 8)
        #expect(
            order.window == .first && order.variationSeed == 3 && !order.carriesRecord && order.negativePrompt == nil)
    }

    @Test(arguments: [
        ("[]", "no JSON object"), ("{", "no JSON object"), ("{}", "Neither a “sound” nor a “prompt”"),
        (#"{"prompt": "  "}"#, "“prompt” holds no words"), (#"{"prompt": 3}"#, "“prompt” is no text"),
        (#"{"prompt": "a\u0000"}"#, "holds the character U+0000"),
        (#"{"prompt": "a", "foo": 1}"#, "“foo” is not known"), (#"{"sound": "*"}"#, "“sound” is no base64"),
        (#"{"sound": [1]}"#, "“sound” is no file"),
        (#"{"prompt": "a", "steps": 0}"#, "“steps” must be a number from 1 to 200"),
        (#"{"prompt": "a", "steps": true}"#, "“steps” must be"), (#"{"prompt": "a", "steps": 1.5}"#, "“steps” must be"),
        (#"{"prompt": "a", "count": 17}"#, "“count” must be"), (#"{"prompt": "a", "seed": -1}"#, "“seed” must be"),
        (#"{"prompt": "a", "seed": 9223372036854775807, "count": 2}"#, "leaves no room"),
        (#"{"prompt": "a", "sampler": "magic"}"#, "“sampler” must be one of euler"),
        (#"{"prompt": "a", "size": "2048"}"#, "“size” must be"),
        (#"{"prompt": "a", "strength": 0.5}"#, "needs an “initImage”"),
        (#"{"prompt": "a", "variationStrength": 0.5}"#, "needs a “variationSeed”"),
        (#"{"prompt": "a", "scheduler": "beta"}"#, "“scheduler” must be one of discrete, karras"),
        (#"{"prompt": "a", "noise": "pink"}"#, "“noise” must be one of fusemix, diffusers, webui"),
        (#"{"prompt": "a", "soundAs": "names"}"#, "“soundAs” needs a “sound”"),
        (#"{"prompt": "a", "names": 3}"#, "“names” needs a “sound”"),
        (#"{"sound": "AAEC", "soundAs": "shout"}"#, "“soundAs” must be one of names, describe, tokens"),
        (#"{"sound": "AAEC", "soundAs": "tokens", "names": 3}"#, "“names” has no meaning with “tokens”"),
        (#"{"sound": "AAEC", "names": 51}"#, "“names” must be a number from 1 to 50"),
        (#"{"prompt": "a", "metadata": "yes"}"#, "neither true nor false"),
    ])
    func whatCannotBeIsNamed(_ json: String, _ sentence: String) {
        let error = #expect(throws: ServerError.self) { try order(json) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "nothing")")
    }

    @Test func settingsOfTheOrderCountBeforeTheModels() throws {
        let defaults = ModelDefaults(sampler: .euler, steps: 12, guidanceScale: 4, candidates: 4, soundAs: .names)
        let usual = try order(#"{"sound": "AAEC"}"#).settings(over: defaults)
        #expect(usual.scheduler == nil && usual.noise == nil && usual.soundAs == .names && usual.names == 5)
        #expect(usual.candidates == 4)
        let settings = try order(
            #"{"sound": "AAEC", "scheduler": "karras", "noise": "fusemix", "soundAs": "describe", "names": 2, "seed": 1}"#
        ).settings(over: defaults)
        #expect(settings.scheduler == .karras && settings.noise == nil, "its own noise is told by none")
        #expect(settings.soundAs == .describe && settings.names == 2 && settings.candidates == nil)
    }

    @Test func aSeedMayBeChance() throws {
        let orders = try (0..<8).map { _ in try order(#"{"prompt": "a", "seed": "random"}"#) }
        #expect(Set(orders.map(\.seed)).count > 1)
    }

    /// What a form says in words means the same.
    @Test func formsSayTheSameAsJSON() throws {
        let body = """
            --b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na wolf\r\n--b\r\n\
            Content-Disposition: form-data; name="steps"\r\n\r\n7\r\n--b\r\n\
            Content-Disposition: form-data; name="model"\r\n\r\n\r\n--b\r\n\
            Content-Disposition: form-data; name="metadata"\r\n\r\nfalse\r\n--b\r\n\
            Content-Disposition: form-data; name="sound"; filename="C:\\sounds\\a.wav"\r\n\r\nRIFF\r\n--b--\r\n
            """
        var fields = try Fields(form: Data(body.utf8), boundary: "b")
        let order = try PictureOrder(&fields, ServerLimits())
        try fields.requireAllRead()
        #expect(order.prompt == "a wolf" && order.steps == 7 && order.model == nil && !order.carriesRecord)
        #expect(order.sound?.name == "a.wav" && order.sound?.bytes == Data("RIFF".utf8))
    }
}
