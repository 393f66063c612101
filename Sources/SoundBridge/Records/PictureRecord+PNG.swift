import FilesOnDisk
import Foundation
import PictureFiles

extension PictureRecord {
    /// Keyword of the chunk that holds the record as JSON.
    public static let jsonKeyword = "fusemix-gen"
    /// Keyword of the chunk that image tools read as the settings of a generated picture.
    public static let parametersKeyword = "parameters"

    /// Returns the chunks of a picture: a line for people and other tools, and the record itself.
    /// Neither names a folder, a time or a machine.
    public func textChunks() throws -> [PNGText] {
        var record = self
        record.input = input.map(Self.lastPart)
        record.settings.initImage?.path = settings.initImage.map { Self.lastPart($0.path) } ?? ""
        record.output = nil
        // A warning names the sound's path.
        record.warnings = []
        // The seed makes the picture again, without those that it was chosen from.
        record.candidates = []
        record.seconds = nil
        return [
            try PNGText(keyword: Self.parametersKeyword, text: record.parameters),
            try PNGText(keyword: Self.jsonKeyword, text: record.json()),
        ]
    }

    /// Reads the record that a PNG carries.
    /// Throws `PictureFileError` for a file that is no picture, `PictureRecordError` for one without a record or with a
    /// damaged one, such as settings out of range.
    public init(pngContentsOf url: URL) throws {
        let file = url.relativePath
        guard let json = try PictureTexts(contentsOf: url)[Self.jsonKeyword] else {
            throw PictureRecordError.none(file: file)
        }
        try self.init(carried: json, file: file)
    }

    /// The settings that a picture carries for people and other programs, whichever made it; nil where it has none. Throws
    /// `PictureFileError`.
    package static func parameters(of picture: Data, name: String) throws -> String? {
        let texts = try PictureTexts([UInt8](picture), file: name)
        return texts[parametersKeyword] ?? texts[PictureTexts.userComment]
    }

    /// Reads the JSON that a picture carries. Throws `PictureRecordError.damaged`, naming the file.
    init(carried json: String, file: String) throws {
        guard let record = try? JSONDecoder().decode(PictureRecord.self, from: Data(json.utf8)),
            record.settings.isInRange, record.settings.guidanceScale != nil
        else { throw PictureRecordError.damaged(file: file) }
        self = record
    }

    /// The form of AUTOMATIC1111's stable-diffusion-webui (`modules/infotext_utils.py`): the prompt, a line with the
    /// negative prompt, a line of settings.
    var parameters: String {
        var settingsLine = [
            "Steps: \(settings.steps)", "Sampler: \(settings.sampler.title)",
        ]
        if let scheduler = settings.scheduler { settingsLine.append("Schedule type: \(scheduler.title)") }
        if let scale = settings.guidanceScale { settingsLine.append("CFG scale: \(scale)") }
        settingsLine += ["Seed: \(settings.seed)", "Size: \(width)x\(height)"]
        settingsLine += (checkpoint?.parameters ?? []).map { "\($0.name): \(Self.quoted($0.value))" }
        settingsLine += ["Model: \(Self.quoted(model))", "Precision: \(precision.rawValue)"]
        if let input {
            settingsLine += ["Sound: \(Self.quoted(input))", "Window: \(settings.window.rawValue)"]
            if settings.prompt != nil { settingsLine.append("Audio weight: \(settings.audioWeight)") }
        }
        if audioScores != nil {
            if let form = settings.soundAs { settingsLine.append("Sound as: \(form.rawValue)") }
            if let names = settings.names { settingsLine.append("Names: \(names)") }
        }
        if let initial = settings.initImage {
            settingsLine += ["Denoising strength: \(initial.strength)", "Init image: \(Self.quoted(initial.path))"]
        }
        if let drawnSize { settingsLine.append("Drawn size: \(drawnSize)") }
        if let variation = settings.variation {
            settingsLine += [
                "Variation seed: \(variation.seed)", "Variation seed strength: \(variation.strength)",
            ]
        }
        if !prompts.isEmpty, let promptLine { settingsLine.append("Prompts: \(Self.quoted(promptLine))") }
        if let noise = settings.noise, noise != .own {
            settingsLine.append("RNG: \(noise == .webUI ? "NV" : "CPU")")
        }
        settingsLine.append("Version: fusemix-gen \(version)")
        let words = [settings.prompt, checkpoint?.loraWords].compactMap(\.self).filter { !$0.isEmpty }
        return [
            words.joined(separator: " "),
            settings.negativePrompt.map { "Negative prompt: \($0)" },
            settingsLine.joined(separator: ", "),
        ].compactMap { $0 }.joined(separator: "\n")
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Puts values with a comma, colon or line break in JSON quotes, as that format requires.
    private static func quoted(_ value: String) -> String {
        guard value.contains(where: { ",:\n\"".contains($0) }) else { return value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let encoded = try? encoder.encode(value)
        return encoded.map { String(decoding: $0, as: UTF8.self) } ?? value
    }
}
