import Foundation
import Hummingbird
import SoundBridge

/// The answer of `txt2img` and `img2img`: pictures as base64, the request's own fields, and what was done as JSON in a text.
struct WebUIPictures {
    private struct Info: Encodable {
        let prompt: String
        let allPrompts: [String]
        let negativePrompt: String
        let seed: UInt64
        let allSeeds: [UInt64]
        let subseed: UInt64
        let subseedStrength: Double
        let width: Int
        let height: Int
        let samplerName: String
        let extraGenerationParams: [String: String]
        let cfgScale: Float
        let steps: Int
        let batchSize: Int
        let sdModelName: String
        let infotexts: [String]
        let heard: [ScoredLabel]
        let ignored: [String]
        let interrupted: Bool
    }

    private let pngs: [Data]
    private let info: Info

    /// Takes what is drawn; of pictures that were interrupted the last estimate.
    init(_ state: WebUIJob.State, _ asked: WebUIOrder, model: String) throws {
        let order = asked.order
        let places = Set(state.drawn.keys).union(state.isInterrupted ? Set(state.estimates.keys) : []).sorted()
        pngs = try places.compactMap { place in
            try state.drawn[place]?.pngData() ?? state.estimates[place]?.pngData()
        }
        let seeds = places.map { (order.seed ?? 0) + UInt64($0) }
        let first = places.first.flatMap { state.drawn[$0] }?.record
        info = Info(
            prompt: order.prompt ?? "", allPrompts: places.map { _ in order.prompt ?? "" },
            negativePrompt: order.negativePrompt ?? "", seed: order.seed ?? 0, allSeeds: seeds,
            subseed: order.variationSeed ?? 0, subseedStrength: asked.variationStrength,
            width: first?.width ?? order.size?.width ?? 0, height: first?.height ?? order.size?.height ?? 0,
            samplerName: first?.settings.sampler.title ?? asked.samplerName,
            extraGenerationParams: order.scheduler.map { ["Schedule type": $0.title] } ?? [:],
            cfgScale: first?.settings.guidanceScale ?? order.guidanceScale ?? 0,
            steps: first?.settings.steps ?? order.steps ?? 0, batchSize: places.count, sdModelName: model,
            infotexts: try places.map { try state.drawn[$0]?.record.textChunks().first?.text ?? "" },
            heard: first?.heard ?? [], ignored: asked.ignored, interrupted: state.isInterrupted)
    }

    /// - Parameter sent: The request's fields.
    func response(echoing sent: [String: Any]) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let answer: [String: Any] = [
            "images": pngs.map { $0.base64EncodedString() }, "parameters": sent,
            "info": String(decoding: try encoder.encode(info), as: UTF8.self),
        ]
        return .bytes(try JSONSerialization.data(withJSONObject: answer), "application/json")
    }
}
