import BatchRuns
import FilesOnDisk
import SoundBridge

extension ReportItem {
    /// Takes an entry of a manifest as the page beside that manifest shows it.
    ///
    /// - Parameters:
    ///   - folder: the folder of the manifest and the pictures.
    ///   - origin: the folder where relative paths of sounds begin.
    init(_ entry: ManifestEntry, in folder: AbsolutePath, soundsFrom origin: AbsolutePath) {
        self.init(name: entry.input ?? entry.output ?? "", status: entry.outcome.status)
        output = entry.output
        isOfWordsAlone = entry.input == nil
        // A path that could not be listed has no output, and its name may not be its own.
        if let input = entry.input, input != "-", entry.output != nil {
            sound = RelativeReference(to: AbsolutePath(of: input, in: origin), from: folder)
        }
        if let output = entry.output, status != .failed {
            picture = RelativeReference(to: folder.appending(output), from: folder)
        }
        var record: PictureRecord?
        switch entry.outcome {
        case .done(let made): record = made
        case .skipped(let there): record = there
        case .failed(let sentence): error = sentence
        case .passedOver(let reason): error = PassedOver(path: name, reason: reason).description
        }
        warnings = record?.warnings ?? []
        heard = Self.scores(record?.heard)
        audioScores = Self.scores(record?.audioScores)
        guard let settings = entry.settings else { return }
        seed = settings.seed
        secondsHeard = record?.secondsHeard
        self.settings = ReportSettings(settings, hasSound: entry.input != nil, record: record)
        command = Self.command(entry, seed: settings.seed)
    }

    private static func scores(_ labels: [ScoredLabel]?) -> [Score] {
        (labels ?? []).map { Score(label: $0.label, score: $0.score) }
    }

    private static func command(_ entry: ManifestEntry, seed: UInt64) -> String {
        let sound = entry.input.map { [argument($0)] } ?? []
        let output = (entry.output?.split(separator: "/").last).map(String.init) ?? "picture.png"
        return (["fusemix-gen"] + sound + ["-o", argument(output), "--seed", "\(seed)"]).joined(separator: " ")
    }

    /// Returns a path as one shell word that is not taken for an option.
    private static func argument(_ path: String) -> String {
        (path.hasPrefix("-") && path != "-" ? "./" + path : path).shellQuoted
    }
}

extension ReportSettings {
    /// - Parameter record: Gives the model of an existing picture, and how it was made.
    init(_ settings: GenerationSettings, hasSound: Bool, record: PictureRecord? = nil) {
        var lines: [Line] = [], options = ""
        func add(_ name: String, _ option: String?, _ value: (some CustomStringConvertible)?) {
            guard let value else { return }
            lines.append(Line(name, value.description))
            if let option { options += " \(option) \(value.description.shellQuoted)" }
        }
        add("Prompt", "--prompt", settings.prompt)
        add("Negative prompt", "--negative-prompt", settings.negativePrompt)
        if hasSound, settings.prompt != nil { add("Audio weight", "--audio-weight", settings.audioWeight) }
        if hasSound { add("Window", "--window", settings.window.rawValue) }
        add("Init image", "--init-image", settings.initImage?.path)
        add("Strength", "--strength", settings.initImage?.strength)
        add("Variation seed", "--variation-seed", settings.variation?.seed)
        add("Variation strength", "--variation-strength", settings.variation?.strength)
        add("Steps", "--steps", settings.steps)
        add("Sampler", "--sampler", settings.sampler.rawValue)
        add("Guidance scale", "--guidance-scale", settings.guidanceScale)
        add("Size", settings.size == nil ? nil : "--size", record.map { "\($0.width)x\($0.height)" })
        add("Model", "--model", record?.model)
        add("Precision", "--precision", record?.precision.rawValue)
        add("Version", nil, record?.version)
        self.init(lines: lines, options: options, words: settings.prompt)
    }
}
