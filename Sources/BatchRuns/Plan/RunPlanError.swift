import FilesOnDisk
import Foundation

/// Reasons why inputs and an output do not make a run, in one sentence.
public enum RunPlanError: DescribedError, Equatable {
    /// An input or the output is an empty string.
    case emptyPath
    /// Fewer than one picture for each sound.
    case count(Int)
    /// Standard input beside other inputs.
    case standardInputAmongOthers
    /// Several pictures for standard output.
    case severalToStandardOutput
    /// The folder has no sound files, or the patterns leave none; others that may be sounds are left out.
    case noSounds(folder: String, isFiltered: Bool, passedOver: [PassedOver] = [])
    case unlisted(UnlistedPath)
    /// Pictures of several sounds need a folder, but this is a file or is named like one.
    case outputNotAFolder(String)
    /// The output has the extension of another picture format.
    case notPNG(String)
    /// Pictures of two inputs would be the same file.
    case sameOutput(first: String, second: String)
    /// A picture would replace a sound of the run.
    case outputIsInput(String)

    public var exitStatus: Int32 { 2 }

    public var description: String {
        switch self {
        case .emptyPath:
            "A path is empty: a file, a folder or - was expected."
        case .count(let count):
            "\(count) pictures for each sound were asked for: the number must be at least 1."
        case .standardInputAmongOthers:
            "Standard input (-) is given beside other inputs: it can only be the only one."
        case .severalToStandardOutput:
            "Several pictures cannot go to standard output (-): a folder or a file name was expected."
        case .noSounds(let folder, let isFiltered, let passedOver):
            "\(folder) holds no sounds\(isFiltered ? " that --include and --exclude leave" : ""): files named \(MediaKind.sound.extensions.map { "." + $0 }.joined(separator: " ")) were expected\(Self.list(passedOver))."
        case .unlisted(let path):
            path.description
        case .outputNotAFolder(let output):
            "\(output) is a file or named like one: for the pictures of several sounds a folder was expected."
        case .notPNG(let output):
            "\(output) is not named as a PNG: pictures are written in that format alone, so .png was expected."
        case .sameOutput(let first, let second):
            "The pictures of \(first) and \(second) would be the same file: different names were expected, or, in a list, an “output” for each."
        case .outputIsInput(let path):
            "\(path) is both an input and an output: another output was expected."
        }
    }

    /// Names the first path that was passed over, and counts the others.
    private static func list(_ passedOver: [PassedOver]) -> String {
        guard let first = passedOver.first else { return "" }
        let others = passedOver.count > 1 ? " (and \(passedOver.count - 1) more are passed over)" : ""
        return "; \(first.path) is \(first.reason.phrase)\(others)"
    }
}
