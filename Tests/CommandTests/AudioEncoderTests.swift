import Foundation
import LatentStore
import TestSupport
import Testing

/// Published audio encoders by the paths of their folders, as a user names them.
@Suite(.serialized) struct AudioEncoderTests {
    let scratch: TemporaryFolder
    let dog = Checkout.samples.appending(path: "dog-bark.ogg").path
    let published = Checkout.root.appending(path: "Tests/FrozenEncodersTests/Fixtures/audio")

    init() throws { scratch = try TemporaryFolder() }

    private func generate(_ arguments: String...) throws -> Command.Outcome {
        try Command.start([dog, "--steps", "2", "--json"] + arguments, in: scratch.url).finish()
    }

    private func heard(_ outcome: Command.Outcome) throws -> [String] {
        let object = try #require(outcome.objects.first, "\(outcome.errors)")
        return try #require(object["heard"] as? [[String: Any]]).compactMap { $0["label"] as? String }
    }

    @Test(arguments: ["efficientat-mn04", "two-ears"]) func otherEarsHearADog(name: String) throws {
        let outcome = try generate("-o", "a.png", "--audio-encoder", name)
        #expect(try !Set(heard(outcome)).isDisjoint(with: ["Dog", "Bark", "Bow-wow", "Yip"]))
    }

    @Test func aPublishedTaggerIsNamedByItsFolder() throws {
        let outcome = try generate("-o", "a.png", "--audio-encoder", published.appending(path: "ast").path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        // “Music” is too general to be heard.
        #expect(try Set(heard(outcome)).isSubset(of: ["Speech", "Dog", "Rain", "Rooster"]))
    }

    @Test(arguments: [("whisper", "class scores"), ("nothing", "No component")])
    func whatCannotNameASoundIsAnError(name: String, words: String) throws {
        let outcome = try generate("-o", "a.png", "--audio-encoder", published.appending(path: name).path)
        #expect(outcome.exitCode == 3 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func latentsOfAPublishedEncoderAreSearchedWithIt() throws {
        let folder = published.appending(path: "whisper").path
        try scratch.copy(Checkout.samples.appending(path: "rain.ogg"), to: "sounds/rain.ogg")
        try scratch.copy(Checkout.samples.appending(path: "dog-bark.ogg"), to: "sounds/dog.ogg")
        let embedded = try Command.start(
            ["embed", "sounds", "--encoder", folder, "-o", "a.safetensors"], in: scratch.url
        ).finish()
        #expect(embedded.exitCode == 0, "\(embedded.errors)")
        #expect(try LatentSet(contentsOf: scratch.url("a.safetensors")).channels == 32)
        let unknown = try Command.start(["search", dog, "--in", "a.safetensors"], in: scratch.url).finish()
        #expect(unknown.exitCode == 3, "\(unknown.errors)")
        let found = try Command.start(
            ["search", dog, "--in", "a.safetensors", "--encoder", folder, "-k", "1"], in: scratch.url
        ).finish()
        #expect(found.exitCode == 0 && found.text.contains("dog.ogg"), "\(found.errors)")
    }
}
