import FilesOnDisk
import Foundation
import PictureFiles

/// Settings that a picture carries, whichever program made it.
public enum CarriedSettings: Sendable, Equatable {
    /// The record of a picture of this program.
    case own(PictureRecord)
    case foreign(ForeignSettings)

    /// Reads a PNG, JPEG or WebP file: a record, else the settings of stable-diffusion-webui or of ComfyUI.
    ///
    /// - Throws: `PictureFileError`; `PictureRecordError` for a picture that carries no settings, or settings that
    ///   cannot be read.
    public init(contentsOf url: URL) throws {
        try self.init(PictureTexts(contentsOf: url), file: url.relativePath)
    }

    /// Reads a whole picture file held in memory; errors call it `name`. Throws what `init(contentsOf:)` does.
    package init(bytes: Data, name: String) throws {
        try self.init(PictureTexts([UInt8](bytes), file: name), file: name)
    }

    private init(_ texts: PictureTexts, file: String) throws {
        if let json = texts[PictureRecord.jsonKeyword] {
            self = .own(try PictureRecord(carried: json, file: file))
            return
        }
        let lines = texts[PictureRecord.parametersKeyword] ?? texts[PictureTexts.userComment]
        if let settings = lines.flatMap(ForeignSettings.init(webUI:)) {
            self = .foreign(settings)
        } else if let graph = texts[ComfyGraph.keyword] {
            do {
                self = .foreign(try ForeignSettings(comfyUI: ComfyGraph(graph)))
            } catch let error as ComfyGraph.Problem {
                throw PictureRecordError.foreign(file: file, program: ForeignSettings.comfyUI, problem: error.sentence)
            }
        } else {
            throw PictureRecordError.none(file: file)
        }
    }
}

/// Reasons why no settings can be read from a picture.
public enum PictureRecordError: DescribedError, Equatable {
    case none(file: String)
    case damaged(file: String)
    /// The settings of another program; `problem` is the end of a sentence.
    case foreign(file: String, program: String, problem: String)

    public var description: String {
        switch self {
        case .none(let file):
            "\(file) carries no settings: those of fusemix-gen, stable-diffusion-webui or ComfyUI were expected."
        case .damaged(let file): "The settings that \(file) carries are damaged or out of range."
        case .foreign(let file, let program, let problem):
            "The settings of \(program) that \(file) carries cannot be used: \(problem)."
        }
    }
}
