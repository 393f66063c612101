import Foundation
import TensorCore

/// What a frozen encoder made of a set of items: a vector and an id for each, mapped when it comes from a file.
public struct LatentSet: Sendable {
    /// One a row; the writer sees to it that they differ.
    public let ids: StringTable
    /// What must not be torn between training and test: the recording, image or concept that each row belongs to.
    public let groups: StringTable?
    /// `[count, channels]`, `.float32` or `.float16`.
    public let vectors: Tensor
    /// How the vectors were made: `encoder`, `modality` and what else the writer found worth keeping.
    public let metadata: [String: String]

    public var count: Int { vectors.shape[0] }
    public var channels: Int { vectors.shape[1] }

    /// - Parameters:
    ///   - groups: One a row, or nil.
    ///   - vectors: `[ids, channels]`, `.float32` or `.float16`.
    public init(ids: [String], groups: [String]? = nil, vectors: Tensor, metadata: [String: String] = [:]) {
        self.init(
            ids: StringTable(ids), groups: groups.map { StringTable($0) }, vectors: vectors, metadata: metadata)
    }

    init(ids: StringTable, groups: StringTable?, vectors: Tensor, metadata: [String: String]) {
        precondition(vectors.shape.count == 2 && vectors.shape[0] == ids.count, "one id a row of \(vectors.shape)")
        precondition(vectors.dtype == .float32 || vectors.dtype == .float16, "floats, not \(vectors.dtype.rawValue)")
        precondition(groups.map { $0.count == ids.count } ?? true, "one group a row")
        (self.ids, self.groups, self.vectors, self.metadata) = (ids, groups, vectors, metadata)
    }

    /// Reads `NAME.safetensors`, or `NAME.npy` with its ids in `NAME.ids.txt`; the ending decides.
    ///
    /// Vectors are mapped: a set larger than memory can be opened. Throws `LatentError` or `TensorFileError`, naming
    /// the file and what was expected of it.
    public init(contentsOf url: URL) throws {
        switch try Form(of: url) {
        case .safetensors: try self.init(safetensors: url)
        case .npy: try self.init(npy: url)
        }
    }

    /// Writes the form that the ending names; a file that is there is replaced when the new one is complete.
    /// Throws `LatentError`, `TensorFileError` or `AtomicFileError`.
    public func write(to url: URL) throws {
        switch try Form(of: url) {
        case .safetensors: try writeSafetensors(to: url)
        case .npy: try writeNPY(to: url)
        }
    }

    /// The vectors of these rows, in this order: f32 `[rows, channels]`.
    public func rows(_ indices: some Collection<Int>) -> Tensor { vectors.gathered(indices) }

    /// The two forms that a set has on disk; raw values are the files' endings.
    enum Form: String {
        case safetensors, npy

        /// Throws `LatentError.unknownForm`.
        init(of url: URL) throws {
            guard let form = Form(rawValue: url.pathExtension.lowercased()) else {
                throw LatentError.unknownForm(file: url.relativePath)
            }
            self = form
        }
    }
}

/// The element type that vectors and weights are stored as.
public enum StoredType: String, Sendable, CaseIterable, Encodable {
    case f16, f32

    public var dtype: DType {
        switch self {
        case .f16: .float16
        case .f32: .float32
        }
    }
}
