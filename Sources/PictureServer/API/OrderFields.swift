import FrozenEncoders
import LatentDiffusion
import SoundBridge

extension PictureOrder {
    /// Reads the fields of `/v1/pictures`, whose names are those of a picture's record. Throws `ServerError.field`.
    init(_ fields: inout Fields, _ limits: ServerLimits) throws {
        try self.init(subject: &fields, limits)
        start = try fields.file("initImage", called: "initImageName", usually: "picture")
        negativePrompt = try Self.words("negativePrompt", &fields, limits)
        let isChance = (try? fields.text("seed")) == "random"
        seed =
            isChance
            ? .random(in: 0...UInt64(1) << 53) : try fields.number("seed", in: GenerationSettings.seedRange)
        steps = try fields.number("steps", in: 1...limits.steps)
        sampler = try fields.choice("sampler", "one of \(Self.list(SamplerKind.self))") {
            SamplerName($0).flatMap { $0.scheduler == nil ? $0.kind : nil }
        }
        scheduler = try fields.choice(
            "scheduler", "one of \(Self.list(SchedulerKind.self))", SchedulerKind.init(spelling:))
        noise = try fields.choice("noise", "one of \(Self.list(NoiseKind.self))", NoiseKind.init(rawValue:))
        guidanceScale = try fields.number("guidanceScale", in: GenerationSettings.guidanceScaleRange)
        size = try fields.choice("size", "a size as 256x192, with sides from 16 to \(limits.side)") { text in
            PictureSize(text).flatMap { max($0.width, $0.height) <= limits.side ? $0 : nil }
        }
        strength = try fields.number("strength", in: 0...1)
        variationSeed = try fields.number("variationSeed", in: GenerationSettings.seedRange)
        variationStrength = try fields.number("variationStrength", in: 0...1)
        count = try fields.number("count", in: 1...limits.count) ?? 1
        candidates = try fields.number("candidates", in: GenerationSettings.candidateRange)
        previewEvery = try fields.number("previewEvery", in: 1...limits.steps)
        carriesRecord = try fields.bool("metadata") ?? true
        try check()
    }

    /// Reads the fields that tell what is to be drawn, or to be heard. Throws `ServerError.field`.
    init(subject fields: inout Fields, _ limits: ServerLimits) throws {
        model = try fields.text("model", upTo: 200)
        sound = try fields.file("sound", called: "soundName", usually: "sound")
        prompt = try Self.words("prompt", &fields, limits)
        audioWeight = try fields.number("audioWeight", in: 0...1)
        window = try fields.choice(
            "window", "one of \(Self.list(WindowPooling.self))", WindowPooling.init(rawValue:))
        soundAs = try fields.choice("soundAs", "one of \(Self.list(SoundForm.self))", SoundForm.init(rawValue:))
        names = try fields.number("names", in: SoundReading.nameCounts)
        guard sound != nil || prompt != nil else {
            throw ServerError.malformed(
                "Neither a “sound” nor a “prompt” was given; a picture needs at least one of them.")
        }
        if sound == nil, soundAs != nil { throw ServerError.field("soundAs", "needs a “sound”") }
        if sound == nil, names != nil { throw ServerError.field("names", "needs a “sound”") }
        if soundAs == .tokens, names != nil { throw ServerError.field("names", "has no meaning with “tokens”") }
    }

    /// Refuses fields that would do nothing. Throws `ServerError.field`.
    private func check() throws {
        if strength != nil, start == nil { throw ServerError.field("strength", "needs an “initImage”") }
        if variationStrength != nil, variationSeed == nil {
            throw ServerError.field("variationStrength", "needs a “variationSeed”")
        }
        guard (seed ?? 0) <= GenerationSettings.seedRange.upperBound - UInt64(count - 1) else {
            throw ServerError.field("seed", "leaves no room for \(count) pictures, each with the next seed")
        }
    }

    private static func list<Kind: CaseIterable & RawRepresentable<String>>(_: Kind.Type) -> String {
        Kind.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private static func words(_ name: String, _ fields: inout Fields, _ limits: ServerLimits) throws -> String? {
        let words = try fields.text(name, upTo: limits.promptLength)
        if let words, words.allSatisfy(\.isWhitespace) { throw ServerError.field(name, "holds no words") }
        return words
    }
}
