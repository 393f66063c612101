import Foundation
import Hummingbird
import LatentDiffusion

/// Lists that clients of stable-diffusion-webui ask for before they draw; of what there is none here, they are empty.
struct WebUIFacts: Sendable {
    private static let empty = [
        "upscalers", "latent-upscale-modes", "sd-vae", "hypernetworks", "face-restorers", "realesrgan-models",
        "prompt-styles", "loras",
    ]

    let studio: Studio

    func add(to routes: inout Routes) {
        for name in Self.empty { routes.on(.get, "/sdapi/v1/\(name)") { _, _ in try .json([String]()) } }
        routes.on(.get, "/sdapi/v1/sd-models") { _, _ in try .json(studio.shelf.names.map(Model.init)) }
        routes.on(.get, "/sdapi/v1/samplers") { _, _ in
            try .json(SamplerKind.allCases.map { Sampler(name: $0.title, aliases: [$0.rawValue]) })
        }
        routes.on(.get, "/sdapi/v1/schedulers") { _, _ in
            try .json(WebUIScheduler.all)
        }
        routes.on(.get, "/sdapi/v1/embeddings") { _, _ in
            try .json(["loaded": [String: String](), "skipped": [:]])
        }
        routes.on(.get, "/sdapi/v1/scripts") { _, _ in
            try .json(["txt2img": [WebUIOrder.script], "img2img": [WebUIOrder.script]])
        }
        routes.on(.get, "/sdapi/v1/script-info") { _, _ in
            try .json([false, true].map { Script(isImg2img: $0) })
        }
        routes.on(.get, "/sdapi/v1/cmd-flags") { _, _ in try .json(["api": true]) }
        routes.on(.post, "/sdapi/v1/refresh-checkpoints") { _, _ in .bytes(Data("null".utf8), "application/json") }
        routes.on(.get, "/sdapi/v1/memory") { _, _ in try .json(Memory()) }
    }

    private struct Model: Encodable {
        let title: String
        let modelName: String
        var filename: String { title }

        init(_ name: String) { (title, modelName) = (name, name) }

        enum CodingKeys: String, CodingKey {
            case title, hash, sha256, filename, config
            case modelName = "model_name"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            for key in [CodingKeys.title, .modelName, .filename] { try values.encode(title, forKey: key) }
            for key in [CodingKeys.hash, .sha256, .config] { try values.encodeNil(forKey: key) }
        }
    }

    private struct Sampler: Encodable {
        let name: String
        let aliases: [String]
        var options: [String: String] = [:]
    }

    private struct Script: Encodable {
        struct Argument: Encodable {
            let label: String
            var value: String?
            var minimum: Double?
            var maximum: Double?
            var step: Double?
            var choices: [String]?
        }
        let name = WebUIOrder.script
        let isAlwayson = true
        let isImg2img: Bool
        let args = [
            Argument(label: "audio"), Argument(label: "name"),
            Argument(label: "audio_weight", value: "0.5", minimum: 0, maximum: 1),
            Argument(label: "window", value: "mean", choices: ["mean", "loudest", "first"]),
        ]

        enum CodingKeys: String, CodingKey {
            case name, args
            case isAlwayson = "is_alwayson"
            case isImg2img = "is_img2img"
        }
    }
}

/// Bytes of memory that the machine has, and that this process holds.
private struct Memory: Encodable {
    struct RAM: Encodable {
        let free: Int
        let used: Int
        let total: Int
    }

    let ram: RAM
    let cuda = ["error": "there is no GPU in use"]

    init() {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        let used = (statm.count > 1 ? Int(statm[1]) ?? 0 : 0) * page
        ram = RAM(
            free: sysconf(Int32(_SC_AVPHYS_PAGES)) * page, used: used, total: sysconf(Int32(_SC_PHYS_PAGES)) * page)
    }
}
