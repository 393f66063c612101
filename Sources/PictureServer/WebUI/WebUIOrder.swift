import Foundation
import FrozenEncoders
import LatentDiffusion
import SoundBridge

/// A request of `/sdapi/v1/txt2img` or `img2img`, as clients of AUTOMATIC1111's stable-diffusion-webui send it.
struct WebUIOrder: Sendable {
    var order = PictureOrder()
    /// Names of fields that are known to that program and do nothing here.
    private(set) var ignored: [String] = []
    let samplerName: String
    let variationStrength: Double

    /// The script whose arguments carry a sound: `alwayson_scripts: {"sound": {"args": [{"audio": base64, …}]}}`.
    static let script = "sound"

    /// - Parameter model: The model unless the request names one.
    ///
    /// Throws `ServerError`, also for what would change the picture and cannot be done here.
    init(_ fields: inout Fields, model: String?, startsFromPicture: Bool, _ limits: ServerLimits) throws {
        for name in ["enable_hr", "restore_faces", "tiling"] where try fields.bool(name) == true {
            throw ServerError.field(name, "cannot be true here")
        }
        for name in ["script_name", "mask"] where try fields.text(name, upTo: .max)?.isEmpty == false {
            throw ServerError.field(name, "cannot be used here")
        }
        let width = try fields.number("width", in: 16...limits.side)
        let height = try fields.number("height", in: 16...limits.side)
        if width != nil || height != nil {
            order.size = PictureSize(width: width ?? height ?? 0, height: height ?? width ?? 0)
        }
        order.prompt = try fields.text("prompt", upTo: limits.promptLength).flatMap(Self.words)
        order.negativePrompt = try fields.text("negative_prompt", upTo: limits.promptLength).flatMap(Self.words)
        let seeds: ClosedRange<Int64> = -1...Int64.max
        order.seed = try fields.number("seed", in: seeds).flatMap(Self.seed) ?? Self.randomSeed()
        order.steps = try fields.number("steps", in: 1...limits.steps)
        order.guidanceScale = try fields.number("cfg_scale", in: GenerationSettings.guidanceScaleRange)
        variationStrength = try fields.number("subseed_strength", in: 0...1) ?? 0
        let subseed = try fields.number("subseed", in: seeds).flatMap(Self.seed)
        if variationStrength > 0 {
            (order.variationSeed, order.variationStrength) = (subseed ?? Self.randomSeed(), variationStrength)
        }
        let sampler = try fields.text("sampler_name") ?? fields.text("sampler_index")
        samplerName = sampler ?? ""
        order.scheduler = try fields.choice("scheduler", "one of /sdapi/v1/schedulers") {
            $0.isEmpty ? .automatic : WebUIScheduler(named: $0)
        }?.kind
        try sampler.flatMap(Self.words).map { try takeSampler($0) }
        let batch = try fields.number("batch_size", in: 1...limits.count)
        let rounds = try fields.number("n_iter", in: 1...limits.count)
        order.count = (batch ?? 1) * (rounds ?? 1)
        guard order.count <= limits.count else {
            throw ServerError.field("n_iter", "asks for \(order.count) pictures, more than \(limits.count)")
        }
        guard (order.seed ?? 0) <= GenerationSettings.seedRange.upperBound - UInt64(order.count) else {
            throw ServerError.field("seed", "leaves no room for \(order.count) pictures")
        }
        order.model = Self.override(fields.json("override_settings")) ?? model
        if startsFromPicture { try takeStart(&fields) }
        try takeSound(&fields)
        guard order.sound != nil || order.prompt != nil else {
            throw ServerError.malformed("Neither a sound nor a prompt was given; a picture needs at least one of them.")
        }
        ignored = fields.unread
    }

    /// Takes a sampler; a scheduler in its name counts before one of its own field, as there.
    private mutating func takeSampler(_ name: String) throws {
        let parted = WebUIScheduler.parted(name)
        guard let sampler = SamplerName(parted?.sampler ?? name) else {
            throw ServerError.field("sampler_name", "must be one of /sdapi/v1/samplers, with or without a scheduler")
        }
        order.sampler = sampler.kind
        if let parted { order.scheduler = parted.scheduler.kind }
        order.scheduler = sampler.scheduler ?? order.scheduler
    }

    private mutating func takeStart(_ fields: inout Fields) throws {
        guard let images = fields.json("init_images") as? [Any], let first = images.first as? String,
            let bytes = Fields.base64(first), !bytes.isEmpty
        else { throw ServerError.field("init_images", "must hold a picture as base64") }
        order.start = SentFile(bytes: bytes, name: "picture")
        order.strength = try fields.number("denoising_strength", in: 0...1) ?? 0.75
    }

    /// Takes `init_audio`, or the arguments of the script.
    private mutating func takeSound(_ fields: inout Fields) throws {
        order.sound = try fields.file("init_audio", called: "init_audio_name", usually: "sound")
        order.audioWeight = try fields.number("audio_weight", in: 0...1)
        let scripts = fields.json("alwayson_scripts") as? [String: Any] ?? [:]
        guard let script = scripts.first(where: { $0.key.lowercased() == Self.script })?.value as? [String: Any],
            let arguments = script["args"] as? [Any], let first = arguments.first
        else { return }
        let values = first as? [String: Any] ?? ["audio": first]
        var sent = Fields(values)
        order.sound = try sent.file("audio", called: "name", usually: "sound") ?? order.sound
        order.audioWeight = try sent.number("audio_weight", in: 0...1) ?? order.audioWeight
        order.window = try sent.choice("window", "mean, loudest or first", WindowPooling.init(rawValue:))
        try sent.requireAllRead()
    }

    private static func words(_ text: String) -> String? { text.allSatisfy(\.isWhitespace) ? nil : text }
    private static func seed(_ number: Int64) -> UInt64? { number < 0 ? nil : UInt64(number) }
    private static func randomSeed() -> UInt64 { UInt64.random(in: 0...UInt64(UInt32.max)) }

    private static func override(_ settings: Any?) -> String? {
        (settings as? [String: Any])?[WebUIAPI.modelOption] as? String
    }
}
