import FilesOnDisk

import struct Foundation.URL

/// Tensors in a file of `torch.save` (`.bin`, `.ckpt`, `.pt`, of PyTorch 1.6 and later): memory-mapped and read without
/// running anything of it.
///
/// Dictionaries in one another are flattened by “.”; of a checkpoint with `state_dict`, that alone counts. Numbers, texts
/// and lists are passed over; a class or function that has no place in a file of tensors is refused by its name.
package struct TorchFile: TensorSource {
    package let path: String
    package let names: [String]
    private let storage: TensorStorage
    private let entries: [String: StridedEntry]

    private static let largestPickle = 1 << 24
    private static let deepestDictionary = 16
    private static let mostValues = 1 << 20

    /// Whether a file that begins with these bytes is one, of whatever age.
    static func begins(_ bytes: some Collection<UInt8>) -> Bool {
        StoredArchive.begins(bytes) || isLegacy(bytes)
    }

    /// Opens and checks a file. Throws `TensorFileError`.
    package init(contentsOf url: URL) throws {
        path = url.path(percentEncoded: false)
        let storage = try TensorStorage(mapping: url)
        self.storage = storage
        let bytes = UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount)
        defer { withExtendedLifetime(storage) {} }
        do {
            (names, entries) = try Self.tensors(in: bytes, path: path)
        } catch let fault as StoredArchive.Fault {
            throw TensorFileError.malformedTorch(path: path, reason: fault.reason)
        } catch Unpickler.Fault.malformed(let reason) {
            throw TensorFileError.malformedTorch(path: path, reason: reason)
        } catch Unpickler.Fault.global(let name) {
            throw TensorFileError.refused(
                path: path, reason: "loading it would run \(name.onOneLine), but only tensors are read")
        }
    }

    package func releasePages() { storage.releasePages() }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        entries[name].map { ($0.dtype, $0.shape) }
    }

    /// Returns the tensor as it is stored, without a copy where its elements lie one behind the other. Throws
    /// `TensorFileError.missing`.
    package func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else { throw TensorFileError.missing(path: path, tensor: name) }
        return entry.tensor(in: storage)
    }

    // MARK: Opening

    /// The numbers by which `torch.save` told its files until version 1.6, as they are pickled.
    private static func isLegacy(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
    }

    private static func tensors(
        in bytes: UnsafeRawBufferPointer, path: String
    ) throws -> (names: [String], entries: [String: StridedEntry]) {
        guard !isLegacy(bytes) else {
            throw TensorFileError.refused(
                path: path,
                reason: "it has the form of PyTorch before 1.6; save it again with torch.save of a later version")
        }
        let files = try StoredArchive(bytes).entries
        let pickles = files.filter { $0.key == "data.pkl" || $0.key.hasSuffix("/data.pkl") }
        guard let (name, range) = pickles.first, pickles.count == 1 else {
            throw StoredArchive.Fault(
                reason: "its archive has \(pickles.count) files data.pkl, where PyTorch writes one")
        }
        let root = String(name.dropLast("data.pkl".count))
        if let order = files[root + "byteorder"], !bytes[order].starts(with: "little".utf8) {
            throw StoredArchive.Fault(reason: "its numbers are not little-endian")
        }
        guard range.count <= largestPickle else {
            throw StoredArchive.Fault(reason: "its data.pkl has \(range.count) bytes, more than tensors need")
        }
        var unpickler = Unpickler(UnsafeRawBufferPointer(rebasing: bytes[range]))
        // One by one: a chain of dictionaries would be let go of by a call in a call in a call.
        defer { for dictionary in unpickler.dictionaries { dictionary.items = [] } }
        let value = try unpickler.value()
        var entries: [String: StridedEntry] = [:]
        var names: [String] = []
        for (name, tensor) in try tensors(of: value) {
            guard let file = files["\(root)data/\(tensor.storage.file)"] else {
                throw StoredArchive.Fault(reason: "the data of tensor “\(name.onOneLine)” is missing")
            }
            guard entries.updateValue(try entry(tensor, in: file, name), forKey: name) == nil else {
                throw StoredArchive.Fault(reason: "it has two tensors “\(name.onOneLine)”")
            }
            names.append(name)
        }
        return (names, entries)
    }

    /// Every tensor in a value, in order, with its name.
    private static func tensors(of value: PickleValue) throws -> [(name: String, tensor: TorchTensor)] {
        var tensors: [(name: String, tensor: TorchTensor)] = []
        var left: [(name: String, value: PickleValue, depth: Int)] = [("", value.stateDictionary ?? value, 0)]
        var visits = 0
        while let (name, value, depth) = left.popLast() {
            visits += 1
            // Dictionaries may hold one another many times over.
            guard visits + left.count <= mostValues, depth <= deepestDictionary else {
                throw StoredArchive.Fault(reason: "its dictionaries hold too much, or are too deep")
            }
            switch value {
            case .tensor(let tensor): tensors.append((name, tensor))
            case .dictionary(let dictionary):
                left += dictionary.items.reversed().map { key, value in
                    (name.isEmpty ? key : "\(name).\(key)", value, depth + 1)
                }
            default: break
            }
        }
        return tensors
    }

    /// Checks that the tensor lies within its file.
    private static func entry(_ tensor: TorchTensor, in file: Range<Int>, _ name: String) throws -> StridedEntry {
        let dtype = tensor.storage.dtype
        let misfit = StoredArchive.Fault(
            reason:
                "tensor “\(name.onOneLine)” of shape \(tensor.shape) does not fit its storage of \(file.count) bytes")
        guard let bytes = dtype.byteCount(of: tensor.shape), bytes <= file.count,
            let stored = dtype.byteCount(of: [tensor.storage.count]), stored <= file.count, tensor.offset >= 0
        else { throw misfit }
        var last = tensor.offset
        for (length, stride) in zip(tensor.shape, tensor.strides) where length > 0 {
            let (reach, overflow) = stride.multipliedReportingOverflow(by: length - 1)
            let (sum, beyond) = last.addingReportingOverflow(reach)
            guard stride >= 0, !overflow, !beyond else { throw misfit }
            last = sum
        }
        guard bytes == 0 || last < tensor.storage.count else { throw misfit }
        return StridedEntry(
            dtype: dtype, shape: tensor.shape, strides: tensor.strides,
            start: file.lowerBound + (bytes == 0 ? 0 : tensor.offset * dtype.size))
    }
}

extension PickleValue {
    /// The weights of a checkpoint that holds other things beside them.
    fileprivate var stateDictionary: PickleValue? {
        guard case .dictionary(let dictionary) = self else { return nil }
        return dictionary.items.last { $0.key == "state_dict" }?.value
    }
}
