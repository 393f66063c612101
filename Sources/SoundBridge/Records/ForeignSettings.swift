import FilesOnDisk
import LatentDiffusion

/// The settings of a picture that another program made, as far as there are such settings here.
public struct ForeignSettings: Sendable, Equatable, Encodable {
    public static let webUI = "stable-diffusion-webui"
    public static let comfyUI = "ComfyUI"

    /// The program whose form the settings have.
    public let program: String
    public private(set) var prompt: String?
    public private(set) var negativePrompt: String?
    public private(set) var seed: UInt64?
    public private(set) var steps: Int?
    public private(set) var sampler: SamplerKind?
    public private(set) var scheduler: SchedulerKind?
    /// Whose noise the program draws; nil where that is not known.
    public internal(set) var noise: NoiseKind?
    public private(set) var guidanceScale: Float?
    public private(set) var size: PictureSize?
    public private(set) var variationSeed: UInt64?
    public private(set) var variationStrength: Double?
    /// Limit of the change of a picture that the other program started from.
    public private(set) var strength: Double?
    /// Settings that have no like here, each a name and a value.
    public private(set) var leftOut: [String] = []

    /// Entries of `leftOut` that are kept, lest a file made for it fill memory and screen.
    static let leftOutLimit = 100

    init(program: String) {
        self.program = program
        noise = program == Self.comfyUI ? .diffusers : .webUI
    }

    /// Whether nothing has been taken.
    var isEmpty: Bool {
        var other = ForeignSettings(program: program)
        (other.leftOut, other.noise) = (leftOut, noise)
        return self == other
    }

    /// Returns these over other settings. A strength counts only with a picture to start from, which the settings must
    /// have already; a size that `canDraw` denies stays out. What is not taken is told in `leftOut` beside what was left
    /// out before.
    ///
    /// For a model that is no diffusion over numbered steps, as those programs' are, noise and scheduler mean nothing, and a
    /// sampler that adds noise stays out: at those programs' guidance scales a rectified flow draws nothing sensible with it.
    public func settings(
        over defaults: GenerationSettings, isDiffusion: Bool, canDraw: (PictureSize) throws -> Bool
    ) rethrows -> (settings: GenerationSettings, leftOut: [String]) {
        var (settings, leftOut) = (defaults, leftOut)
        settings.prompt = prompt ?? settings.prompt
        settings.negativePrompt = negativePrompt ?? settings.negativePrompt
        settings.seed = seed ?? settings.seed
        settings.steps = steps ?? settings.steps
        if let sampler {
            if isDiffusion || !sampler.addsNoise {
                settings.sampler = sampler
            } else {
                leftOut.append("Sampler \(sampler.title)")
            }
        }
        if isDiffusion {
            (settings.scheduler, settings.noise) = (scheduler, noise)
        } else if let scheduler, scheduler != .discrete {
            leftOut.append("Schedule type \(scheduler.title)")
        }
        settings.guidanceScale = guidanceScale ?? settings.guidanceScale
        if let size {
            if try canDraw(size) { settings.size = size } else { leftOut.insert("size \(size)", at: 0) }
        }
        if let variationSeed, let variationStrength {
            settings.variation = NoiseVariation(seed: variationSeed, strength: variationStrength)
        }
        if let strength {
            if settings.initImage == nil {
                leftOut.insert("strength \(strength) (without --init-image)", at: 0)
            } else {
                settings.initImage?.strength = strength
            }
        }
        return (settings, leftOut)
    }
}

// MARK: Taking values

extension ForeignSettings {
    /// A setting that there is here as well.
    enum Setting {
        case seed, steps, sampler, scheduler, guidanceScale, size, variationSeed, variationStrength, strength
    }

    /// Takes a value as the other program wrote it, or leaves it out where it is no such value here.
    mutating func take(_ setting: Setting, _ value: String, called name: String) {
        let isTaken =
            switch setting {
            case .seed: set(\.seed, UInt64(value), in: GenerationSettings.seedRange)
            case .steps: set(\.steps, Int(value), in: GenerationSettings.stepRange)
            case .guidanceScale: set(\.guidanceScale, Float(value), in: GenerationSettings.guidanceScaleRange)
            case .variationSeed: set(\.variationSeed, UInt64(value), in: GenerationSettings.seedRange)
            case .variationStrength: set(\.variationStrength, Double(value), in: 0...1)
            case .strength: set(\.strength, Double(value), in: 0...1)
            case .size: setSize(value)
            case .sampler: setSampler(value)
            case .scheduler: setScheduler(value)
            }
        if !isTaken { leaveOut(name, value) }
    }

    mutating func takePrompt(_ text: String, hasBrackets: Bool) {
        prompt = words(text, hasBrackets)
    }

    mutating func takeNegativePrompt(_ text: String, hasBrackets: Bool) {
        negativePrompt = words(text, hasBrackets)
    }

    /// Notes what is not taken, once.
    mutating func leaveOut(_ name: String, _ value: String = "") {
        let entry = value.isEmpty ? name.onOneLine : "\(name.onOneLine) \(value.onOneLine)"
        if leftOut.count < Self.leftOutLimit, !leftOut.contains(entry) { leftOut.append(entry) }
    }

    private mutating func words(_ text: String, _ hasBrackets: Bool) -> String? {
        let prompt = PromptWords(text, hasBrackets: hasBrackets)
        for entry in prompt.leftOut { leaveOut(entry) }
        return prompt.words.isEmpty ? nil : prompt.words
    }

    private mutating func set<Value: Comparable>(
        _ setting: WritableKeyPath<Self, Value?>, _ value: Value?, in range: ClosedRange<Value>
    ) -> Bool {
        guard let value, range.contains(value) else { return false }
        self[keyPath: setting] = value
        return true
    }

    private mutating func setSize(_ value: String) -> Bool {
        size = PictureSize(value)
        return size != nil
    }

    /// Takes a sampler; older versions of stable-diffusion-webui name the scheduler behind it.
    private mutating func setSampler(_ value: String) -> Bool {
        guard let named = SamplerName(value) else { return false }
        sampler = named.kind
        scheduler = named.scheduler ?? scheduler
        return true
    }

    /// Takes a scheduler; “Automatic” is the sampler's own, which for DPM++ 2M is Karras in stable-diffusion-webui
    /// (`sd_samplers_kdiffusion.py`).
    private mutating func setScheduler(_ value: String) -> Bool {
        guard value.lowercased() != "automatic" else {
            if sampler == .dpmPlusPlus2M || sampler == .dpmPlusPlus2MSDE { scheduler = .karras }
            return true
        }
        guard let named = SchedulerKind(spelling: value) else { return false }
        scheduler = named
        return true
    }
}

// MARK: For people

extension ForeignSettings {
    /// The settings as lines of text, in the form of a picture's own `parameters`.
    public var parameters: String {
        let pairs: [(String, (any CustomStringConvertible)?)] = [
            ("Steps", steps), ("Sampler", sampler?.title), ("Schedule type", scheduler?.title),
            ("CFG scale", guidanceScale), ("Seed", seed),
            ("Size", size), ("Denoising strength", strength), ("Variation seed", variationSeed),
            ("Variation seed strength", variationStrength),
        ]
        let line = pairs.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: ", ")
        return [prompt ?? "", negativePrompt.map { "Negative prompt: \($0)" }, line].compactMap(\.self)
            .joined(separator: "\n")
    }

    /// Entries of `leftOut` as part of a sentence, the first of them by name.
    public static func summary(_ leftOut: [String]) -> String {
        let named = 12
        let more = leftOut.count - named
        return leftOut.prefix(named).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
