import Foundation
import TensorCore

/// Latents of a set of items from a frozen encoder: a vector and an id for each, mapped when they come from a file.
public struct LatentSet: Sendable {
    /// One id per row; the writer makes sure that they differ. Where a file has none they are row numbers, from 0.
    public let ids: StringTable
    /// Whether the ids are row numbers, for want of others.
    public let isNumbered: Bool
    /// The recording, image or concept that each row belongs to; a group must not be split between training and test.
    public let groups: StringTable?
    /// `[count, channels]`, `.float32` or `.float16`.
    public let vectors: Tensor
    /// Facts about the making of the vectors: `encoder`, `modality` and anything else that the writer recorded.
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

    /// - Parameter ids: Nil numbers the rows.
    init(ids: StringTable?, groups: StringTable?, vectors: Tensor, metadata: [String: String]) {
        precondition(vectors.shape.count == 2, "[count, channels], not \(vectors.shape)")
        isNumbered = ids == nil
        let ids = ids ?? StringTable((0..<vectors.shape[0]).map(String.init))
        precondition(vectors.shape[0] == ids.count, "one id a row of \(vectors.shape)")
        precondition(vectors.dtype == .float32 || vectors.dtype == .float16, "floats, not \(vectors.dtype.rawValue)")
        precondition(groups.map { $0.count == ids.count } ?? true, "one group a row")
        (self.ids, self.groups, self.vectors, self.metadata) = (ids, groups, vectors, metadata)
    }

    /// Reads `NAME.safetensors`, or `NAME.npy` with the files beside it that `write(to:)` makes; the extension decides.
    ///
    /// Vectors are mapped: a set larger than memory can be opened. Throws `LatentError`, `TensorFileError` or
    /// `FileContentError`, naming the file and what was expected of it.
    ///
    /// - Parameter tensor: Name of the matrix of a `.safetensors`; nil takes `vectors`, or else its only one.
    public init(contentsOf url: URL, tensor: String? = nil) throws {
        switch try Form(of: url) {
        case .safetensors: try self.init(safetensors: url, tensor: tensor)
        case .npy: try self.init(npy: url)
        }
    }

    /// Writes the form that the extension names; an existing file is replaced when the new one is complete. Throws
    /// `LatentError`, `TensorFileError` or `AtomicFileError`.
    public func write(to url: URL) throws {
        switch try Form(of: url) {
        case .safetensors: try writeSafetensors(to: url)
        case .npy: try writeNPY(to: url)
        }
    }

    /// The vectors of these rows, in this order: f32 `[rows, channels]`.
    public func rows(_ indices: some Collection<Int>) -> Tensor { vectors.gathered(indices) }

    /// The two forms of a set on disk; raw values are the files' extensions.
    enum Form: String {
        case safetensors, npy

        /// The form that the extension names. Throws `LatentError.unknownForm`.
        init(of url: URL) throws {
            guard let form = Form(rawValue: url.pathExtension.lowercased()) else {
                throw LatentError.unknownForm(file: url.relativePath)
            }
            self = form
        }
    }
}

/// The element type of stored vectors and weights.
public enum StoredType: String, Sendable, CaseIterable, Encodable {
    case f16, f32

    public var dtype: DType {
        switch self {
        case .f16: .float16
        case .f32: .float32
        }
    }
}
