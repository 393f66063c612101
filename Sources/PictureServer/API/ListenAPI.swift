import Foundation
import HTTPTypes
import Hummingbird
import SoundBridge

/// `POST /v1/listen`: what is heard in a sound, without a picture. `POST /v1/embeddings`: points of the space that pictures
/// are made from, in the form of OpenAI's API.
struct ListenAPI: Sendable {
    private static let mostTexts = 64

    let studio: Studio
    let reader: RequestReader

    func add(to routes: inout Routes) {
        routes.on(.post, "/v1/listen") { try await listen($0, $1) }
        routes.on(.post, "/v1/embeddings") { try await embed($0, $1) }
    }

    private func listen(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            let order = try PictureOrder(subject: &fields, reader.limits)
            try fields.requireAllRead()
            return try .json(HeardAnswer(try await context.whileConnected { try await studio.listen(to: order) }))
        }
    }

    private func embed(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            let texts = try fields.texts("input", upTo: Self.mostTexts, length: reader.limits.promptLength)
            _ = try fields.choice("encoding_format", "“float”") { $0 == "float" ? $0 : nil }
            var orders = (texts ?? []).map { text in
                var order = PictureOrder()
                order.prompt = text
                return order
            }
            if texts == nil { orders = [try PictureOrder(subject: &fields, reader.limits)] }
            let model = try texts == nil ? orders[0].model : fields.text("model", upTo: 200)
            try fields.requireAllRead()
            guard !orders.isEmpty else { throw ServerError.field("input", "holds no text") }
            guard orders.allSatisfy({ $0.sound != nil || $0.prompt?.allSatisfy(\.isWhitespace) == false }) else {
                throw ServerError.field("input", "has a text without words")
            }
            let asked = orders
            let heard = try await context.whileConnected {
                var heard: [HeardSubject] = []
                for var order in asked {
                    order.model = model
                    heard.append(try await studio.listen(to: order))
                }
                return heard
            }
            return try .json(EmbeddingsAnswer(heard))
        }
    }
}

/// The classes heard in a sound, or near to words.
struct HeardAnswer: Encodable {
    let model: String
    let heard: [ScoredLabel]
    let audioScores: [ScoredLabel]?
    let secondsHeard: Double?
    let embedding: [Float]?
    /// The name of the embedding's space.
    let space: String?
    let warnings: [String]

    init(_ heard: HeardSubject) {
        (model, warnings) = (heard.model, heard.warnings)
        self.heard = heard.subject.heard
        audioScores = heard.subject.audioScores
        secondsHeard = heard.subject.secondsHeard
        (embedding, space) = (heard.embedding?.vector.floats, heard.embedding?.space.name)
    }
}

private struct EmbeddingsAnswer: Encodable {
    struct Item: Encodable {
        let object = "embedding"
        let index: Int
        let embedding: [Float]
    }

    let object = "list"
    let model: String
    let data: [Item]

    init(_ heard: [HeardSubject]) throws {
        model = heard[0].model
        data = try heard.enumerated().map { index, heard in
            guard let embedding = heard.embedding else {
                throw ModelError.lacks(model: heard.model, component: "embedding")
            }
            return Item(index: index, embedding: embedding.vector.floats)
        }
    }
}
