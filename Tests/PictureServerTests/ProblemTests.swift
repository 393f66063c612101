import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundBridge
import SoundFrontEnd
import Testing

@testable import PictureServer

struct ProblemTests {
    /// What a user of the page can cause, by a file, a setting, patience or the lack of it.
    private static let errors: [any Error] = [
        ServerError.malformed("a"), ServerError.field("steps", "is wrong"), ServerError.bodyTooLarge(bytes: 1),
        ServerError.clipTooLong(seconds: 1), ServerError.full(capacity: 1, retryAfter: 1),
        ServerError.busy(retryAfter: 1), ServerError.closing, ServerError.slow, ServerError.host("a"),
        ServerError.origin("a"), ServerError.model("a", known: ["b"]), DrawQueueError.full(capacity: 1),
        ConditioningError.noSound, ConditioningError.noTokens, ConditioningError.tokensInPrompt,
        ConditioningError.noWords, EncoderError.silent, SignalError.sampleValue(index: 1),
        PictureSizeError.notAMultiple(model: "a", of: 8, found: PictureSize(width: 17, height: 16)),
        SamplingError.levels(.karras, of: "a"), SamplingError.steps(1, most: 1), PictureRecordError.none(file: "a"),
        ModelError.lacks(model: "a", component: "b"), ModelError.misfit("a"), CancellationError(),
    ]

    @Test func everyErrorOfThePageIsSaidInJapanese() {
        let script = String(decoding: PackageResources.errors_js, as: UTF8.self)
        let said = Set(script.matches(of: /(\w+): "/).map { String($0.1) })
        for code in Set(Self.errors.map { Problem($0).code }) { #expect(said.contains(code), "\(code)") }
    }

    @Test func aWrongFieldIsNamed() throws {
        let content = Problem(ServerError.field("steps", "must be 3")).content
        #expect(content.code == "invalid_field" && content.field == "steps")
        #expect(content.message == "The field “steps” must be 3.")
        #expect(Problem(ServerError.closing).content.field == nil)
    }
}
