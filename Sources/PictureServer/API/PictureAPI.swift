import Foundation
import HTTPTypes
import Hummingbird
import PictureFiles
import SoundBridge

/// `POST /v1/pictures`: a sound, words or both become pictures, as a PNG, as JSON, or as a stream of what happens.
struct PictureAPI: Sendable {
    let studio: Studio
    let reader: RequestReader

    func add(to routes: inout Routes) {
        routes.on(.post, "/v1/pictures") { try await draw($0, $1) }
    }

    private enum Form { case png, json, events }

    private func draw(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            let order = try PictureOrder(&fields, reader.limits)
            try fields.requireAllRead()
            switch try form(of: request, order) {
            case .png:
                let drawn = try await context.whileConnected { try await studio.draw(order) }
                return .bytes(try drawn.pictures[0].pngData(carriesRecord: order.carriesRecord), "image/png")
            case .json:
                let drawn = try await context.whileConnected { try await studio.draw(order) }
                return try .json(PicturesAnswer(drawn, order))
            case .events: return EventStream.response(context) { try await stream(order, to: $0) }
            }
        }
    }

    /// What the client accepts; without a wish, one picture is a PNG and several are JSON.
    private func form(of request: Request, _ order: PictureOrder) throws -> Form {
        let accepted = (request.headers[.accept] ?? "").split(separator: ",").map { HeaderValue($0).value }
        for type in accepted {
            switch type {
            case "image/png" where order.count == 1, "image/*" where order.count == 1: return .png
            case "image/png":
                throw ServerError.field("count", "must be 1 for a PNG; several pictures come as JSON or events")
            case "application/json": return .json
            case "text/event-stream": return .events
            default: continue
            }
        }
        return order.count == 1 ? .png : .json
    }

    private func stream(_ order: PictureOrder, to events: EventStream.Writer) async throws {
        // The request itself has been answered; its files are still in memory.
        let bytes = (order.sound?.bytes.count ?? 0) + (order.start?.bytes.count ?? 0)
        guard reader.bytes.take(bytes) else { throw ServerError.busy(retryAfter: 5) }
        defer { reader.bytes.giveBack(bytes) }
        _ = try await studio.draw(order) { event in
            switch event {
            case .heard(let subject): events.send("heard", HeardAnswer(subject))
            case .step(let picture, let step, let steps, let estimate):
                // One who reads slowly gets fewer estimates.
                let png = events.isBehind ? nil : try? estimate?.pngData()
                events.send("step", StepAnswer(picture: picture, step: step, steps: steps, estimate: png))
            case .drawn(let picture, let drawn):
                guard let answer = try? PictureAnswer(drawn, order) else { return }
                events.send("picture", NumberedPictureAnswer(picture: picture, answer))
            }
        }
        events.send("done", [String: String]())
    }
}

struct PictureAnswer: Encodable {
    let png: Data
    let record: PictureRecord
    /// The settings in the form that image tools read.
    let parameters: String

    init(_ drawn: DrawnPicture, _ order: PictureOrder) throws {
        png = try drawn.pngData(carriesRecord: order.carriesRecord)
        record = drawn.record
        parameters = try record.textChunks().first?.text ?? ""
    }
}

private struct PicturesAnswer: Encodable {
    let pictures: [PictureAnswer]
    let warnings: [String]

    init(_ drawn: DrawnOrder, _ order: PictureOrder) throws {
        pictures = try drawn.pictures.map { try PictureAnswer($0, order) }
        warnings = drawn.subject.warnings
    }
}

private struct StepAnswer: Encodable {
    let picture: Int
    let step: Int
    let steps: Int
    let estimate: Data?
}

private struct NumberedPictureAnswer: Encodable {
    let picture: Int
    let png: Data
    let record: PictureRecord
    let parameters: String

    init(picture: Int, _ answer: PictureAnswer) {
        (self.picture, png, record, parameters) = (picture, answer.png, answer.record, answer.parameters)
    }
}
