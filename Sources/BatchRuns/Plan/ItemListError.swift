import FilesOnDisk

/// Why a list of items cannot be used, in one sentence.
public struct ItemListError: DescribedError, Equatable {
    public let file: String
    /// From 1; nil where it is the whole file.
    public let line: Int?
    /// The end of a sentence.
    public let problem: String

    init(file: String, line: Int? = nil, problem: String) {
        (self.file, self.line, self.problem) = (file, line, problem)
    }

    public var exitStatus: Int32 { 2 }

    public var description: String {
        let place = line.map { ", line \($0)" } ?? ""
        return "\(file == "-" ? "The list on standard input" : file)\(place) cannot be used: \(problem)."
    }
}
