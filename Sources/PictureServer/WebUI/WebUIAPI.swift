import Foundation
import HTTPTypes
import Hummingbird
import LatentDiffusion
import SoundBridge
import Synchronization

/// The API of AUTOMATIC1111's stable-diffusion-webui (`modules/api/api.py`), as far as its clients use it to make pictures.
struct WebUIAPI: Sendable {
    static let modelOption = "sd_model_checkpoint"
    /// Steps between two estimates for `progress`.
    private static let previewEvery = 4

    let studio: Studio
    let reader: RequestReader
    let jobs = WebUIJobs()
    /// The model that a client has chosen for all that follow; nil for the default.
    private let chosen = ChosenModel()

    init(studio: Studio, reader: RequestReader) { (self.studio, self.reader) = (studio, reader) }

    func add(to routes: inout Routes) {
        routes.problems(below: "/sdapi/") { problem in
            let answer = [
                "error": problem.code, "detail": problem.message, "body": "", "errors": problem.message,
            ]
            // What that program answers to fields that cannot be.
            let status = problem.status == .badRequest ? .unprocessableContent : problem.status
            return (try? .json(answer, status: status, problem.headers)) ?? problem.response
        }
        routes.on(.post, "/sdapi/v1/txt2img") { try await draw($0, $1, startsFromPicture: false) }
        routes.on(.post, "/sdapi/v1/img2img") { try await draw($0, $1, startsFromPicture: true) }
        routes.on(.get, "/sdapi/v1/progress") { request, _ in try progress(request) }
        for path in ["interrupt", "skip"] {
            routes.on(.post, "/sdapi/v1/\(path)") { _, _ in
                jobs.interrupt()
                return try .json([String: String]())
            }
        }
        routes.on(.get, "/sdapi/v1/options") { _, _ in
            try .json([Self.modelOption: chosen.name ?? studio.shelf.names[0], "samples_format": "png"])
        }
        routes.on(.post, "/sdapi/v1/options") { request, _ in
            try await reader.fields(request) { fields in
                var fields = fields
                if let name = try fields.text(Self.modelOption) { chosen.name = try studio.shelf.name(name) }
                return .bytes(Data("null".utf8), "application/json")
            }
        }
        routes.on(.post, "/sdapi/v1/png-info") { request, _ in try await pngInfo(request) }
        WebUIFacts(studio: studio).add(to: &routes)
    }

    private func draw(_ request: Request, _ context: ServerContext, startsFromPicture: Bool) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            let sent = fields.echo
            var asked = try WebUIOrder(
                &fields, model: chosen.name, startsFromPicture: startsFromPicture, reader.limits)
            asked.order.previewEvery = Self.previewEvery
            let (job, order) = (WebUIJob(count: asked.order.count), asked.order)
            try await jobs.with(job) {
                try await context.whileConnected {
                    try await job.run {
                        _ = try await studio.draw(
                            order, tell: job.tell, wantsWhole: { job.isInterrupted })
                    }
                }
            }
            return try WebUIPictures(job.now, asked, model: studio.shelf.name(order.model)).response(echoing: sent)
        }
    }

    private func progress(_ request: Request) throws -> Response {
        let job = jobs.current
        let (state, share) = (job?.now, job?.progress ?? 0)
        let seconds = job.map { -$0.start.timeIntervalSinceNow } ?? 0
        let skipsPicture = request.uri.queryParameters["skip_current_image"] == "true"
        let picture = skipsPicture ? nil : state?.estimates.max { $0.key < $1.key }?.value
        return try .json(
            WebUIProgress(
                progress: share, etaRelative: share > 0 ? seconds / share - seconds : 0,
                state: .init(
                    interrupted: state?.isInterrupted ?? false, job: job == nil ? "" : "scripts_txt2img",
                    jobCount: job?.count ?? 0, jobNumber: state?.drawn.count ?? 0, step: state?.step ?? 0,
                    steps: state?.steps ?? 0),
                currentImage: try picture?.pngData().base64EncodedString()))
    }

    private func pngInfo(_ request: Request) async throws -> Response {
        try await reader.fields(request) { fields in
            var fields = fields
            guard let file = try fields.file("image", called: "name", usually: "picture") else {
                throw ServerError.malformed("A field “image” was expected.")
            }
            let text = try PictureRecord.parameters(of: file.bytes, name: file.name) ?? ""
            return try .json(WebUIPictureInfo(info: text, items: ["parameters": text]))
        }
    }
}

private final class ChosenModel: Sendable {
    private let value = Mutex<String?>(nil)
    var name: String? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

private struct WebUIPictureInfo: Encodable {
    let info: String
    let items: [String: String]
    var parameters: [String: String] = [:]
}

private struct WebUIProgress: Encodable {
    struct State: Encodable {
        var skipped = false
        let interrupted: Bool
        let job: String
        let jobCount: Int
        var jobTimestamp = "0"
        let jobNumber: Int
        let step: Int
        let steps: Int

        enum CodingKeys: String, CodingKey {
            case skipped, interrupted, job
            case jobCount = "job_count"
            case jobTimestamp = "job_timestamp"
            case jobNumber = "job_no"
            case step = "sampling_step"
            case steps = "sampling_steps"
        }
    }

    let progress: Double
    let etaRelative: Double
    let state: State
    let currentImage: String?

    enum CodingKeys: String, CodingKey {
        case progress, state, textinfo
        case etaRelative = "eta_relative"
        case currentImage = "current_image"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(progress, forKey: .progress)
        try values.encode(etaRelative, forKey: .etaRelative)
        try values.encode(state, forKey: .state)
        try values.encode(currentImage, forKey: .currentImage)
        try values.encodeNil(forKey: .textinfo)
    }
}
