import Foundation
import HTTPTypes
import Hummingbird
import SoundBridge

/// Facts about the server: its models, whether it is well, what it has done, its limits, its description.
struct FactsAPI: Sendable {
    let studio: Studio
    let reader: RequestReader
    let isClosing: @Sendable () -> Bool

    func add(to routes: inout Routes) {
        routes.on(.get, "/v1/models") { _, _ in try await models() }
        routes.on(.get, "/v1/limits") { _, _ in try .json(LimitsAnswer(studio.limits)) }
        routes.on(.post, "/v1/settings") { request, _ in try await settings(request) }
        routes.on(.get, "/healthz") { _, _ in
            guard !isClosing() else { throw ServerError.closing }
            return try .json(["status": "ok"])
        }
        routes.on(.get, "/metrics") { _, _ in
            let text = studio.metrics.text(waiting: studio.pictures.used, bytes: reader.bytes.used)
            return .bytes(Data(text.utf8), "text/plain; version=0.0.4; charset=utf-8")
        }
        routes.on(.get, "/openapi.json") { _, _ in
            .bytes(Data(PackageResources.openapi_json), "application/json")
        }
    }

    private func models() async throws -> Response {
        let (loaded, facts) = (studio.shelf.loaded, await studio.shelf.facts)
        return try .json(
            ModelsAnswer(
                data: studio.shelf.names.enumerated().map { index, name in
                    ModelsAnswer.Item(
                        id: name, isDefault: index == 0, isLoaded: name == loaded,
                        defaults: facts[name].map { .init($0.defaults) }, choices: facts[name]?.choices)
                }))
    }

    /// The settings that a picture carries: those of this program, or of another as far as there are such settings here.
    private func settings(_ request: Request) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            guard let file = try fields.file("picture", called: "pictureName", usually: "picture.png") else {
                throw ServerError.malformed("A field “picture” was expected.")
            }
            try fields.requireAllRead()
            switch try CarriedSettings(bytes: file.bytes, name: file.name) {
            case .own(let record): return try .json(SettingsAnswer(program: "fusemix-gen", record: record))
            case .foreign(let foreign):
                return try .json(SettingsAnswer(program: foreign.program, foreign: foreign))
            }
        }
    }
}

private struct ModelsAnswer: Encodable {
    struct Defaults: Encodable {
        let sampler: SamplerKind
        let steps: Int
        let guidanceScale: Float
        let soundGuidanceScale: Float
        let candidates: Int
        /// Of a model that reads prompts.
        let soundAs: SoundForm?
        let names = SoundReading.usualNameCount

        init(_ defaults: ModelDefaults) {
            (sampler, steps, guidanceScale) = (defaults.sampler, defaults.steps, defaults.guidanceScale)
            soundGuidanceScale = defaults.soundGuidanceScale ?? defaults.guidanceScale
            (candidates, soundAs) = (defaults.candidates ?? 1, defaults.soundAs)
        }
    }

    struct Item: Encodable {
        let object = "model"
        let id: String
        let isDefault: Bool
        let isLoaded: Bool
        let defaults: Defaults?
        let choices: ModelChoices?

        enum CodingKeys: String, CodingKey {
            case object, id, defaults, choices
            case isDefault = "default"
            case isLoaded = "loaded"
        }
    }
    let object = "list"
    let data: [Item]
}

private struct SettingsAnswer: Encodable {
    let program: String
    var record: PictureRecord?
    var foreign: ForeignSettings?
}

private struct LimitsAnswer: Encodable {
    let bodyBytes, clipSeconds, side, count, steps, promptLength, queue: Int
    let samplers = SamplerKind.allCases
    let names = SoundReading.nameCounts.upperBound

    init(_ limits: ServerLimits) {
        (bodyBytes, clipSeconds, side) = (limits.bodyBytes, limits.clipSeconds, limits.side)
        (count, steps) = (limits.count, limits.steps)
        (promptLength, queue) = (limits.promptLength, limits.queue)
    }
}
