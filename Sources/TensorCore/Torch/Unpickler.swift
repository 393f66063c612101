import FilesOnDisk

/// Reads a pickle of tensors (Python's `pickletools.py`; of protocols 2 to 5 the part that `torch.save` writes).
///
/// It is a table of values and never a program: classes and functions are known by name or refused, and calling one of the
/// known only fills in a `PickleValue`.
struct Unpickler {
    enum Fault: Error {
        /// Completes “… is not a valid PyTorch file: ”.
        case malformed(String)
        /// A class or function that is not known.
        case global(String)
    }

    private var reader: LittleEndianReader
    private var stack: [PickleValue] = []
    private var memo: [Int: PickleValue] = [:]
    /// Every dictionary, so that they can be taken apart one by one when nobody needs them any more.
    private(set) var dictionaries: [PickleDictionary] = []

    private static let deepestStack = 1 << 18
    private static let largestMemo = 1 << 20
    private static let mostDictionaries = 1 << 18
    private static let deepestTuple = 16
    private static let longestTuple = 64
    private static let longestText = 1 << 16

    init(_ bytes: UnsafeRawBufferPointer) { reader = LittleEndianReader(bytes) }

    /// Returns the value. Throws `Fault` or `StoredArchive.Fault`.
    mutating func value() throws -> PickleValue {
        while true {
            let code = UInt8(try reader.number(1))
            if code == UInt8(ascii: ".") { return try pop() }
            guard stack.count < Self.deepestStack, memo.count < Self.largestMemo,
                dictionaries.count < Self.mostDictionaries
            else {
                throw Fault.malformed("its pickle holds too much at once")
            }
            try perform(code)
        }
    }

    private mutating func perform(_ code: UInt8) throws {
        switch Unicode.Scalar(code) {
        case "\u{80}": try reader.skip(1)  // PROTO
        case "\u{95}": try reader.skip(8)  // FRAME
        case "(": stack.append(.mark)
        case "0": _ = try pop()
        case "}": pushDictionary()
        case ")": stack.append(.tuple([], depth: 1))
        case "]", "\u{8F}", "N", "\u{88}", "\u{89}": stack.append(.other)  // an empty list or set, None, True, False
        case "G": try pass(8)
        case "J": try push(number: 4)
        case "K": try push(number: 1)
        case "M": try push(number: 2)
        case "\u{8A}": try pushLong()
        case "X": try pushText(lengthBytes: 4)
        case "\u{8C}": try pushText(lengthBytes: 1)
        case "U", "C": try pass(reader.number(1))  // SHORT_BINSTRING, SHORT_BINBYTES
        case "T", "B": try pass(reader.number(4))  // BINSTRING, BINBYTES
        case "t": try pushTuple(popToMark())
        case "\u{85}": try pushTuple(pop(1))
        case "\u{86}": try pushTuple(pop(2))
        case "\u{87}": try pushTuple(pop(3))
        case "a": _ = try pop()  // APPEND
        case "e", "\u{90}": _ = try popToMark()  // APPENDS, ADDITEMS
        case "s": try setItems(pop(2))
        case "u": try setItems(popToMark())
        case "c": try pushGlobal(module: line(), name: line())
        case "\u{93}": try pushStackGlobal()
        case "Q": try pushStorage(pop())
        case "R", "\u{81}": try call(pop(2))  // REDUCE, NEWOBJ
        case "b": _ = try pop()  // BUILD: attributes, such as the versions beside a state_dict
        case "q": memo[try reader.number(1)] = try top()
        case "r": memo[try reader.number(4)] = try top()
        case "\u{94}": memo[memo.count] = try top()
        case "h": stack.append(try remembered(reader.number(1)))
        case "j": stack.append(try remembered(reader.number(4)))
        default:
            throw Fault.malformed("its pickle has the instruction \(code), which torch.save does not write for tensors")
        }
    }

    // MARK: The stack

    private func top() throws -> PickleValue {
        guard let value = stack.last else { throw Fault.malformed("its pickle is out of order") }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        guard let value = stack.popLast() else { throw Fault.malformed("its pickle is out of order") }
        return value
    }

    private mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count >= count else { throw Fault.malformed("its pickle is out of order") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws -> [PickleValue] {
        let mark = stack.lastIndex { if case .mark = $0 { true } else { false } }
        guard let mark else { throw Fault.malformed("its pickle is out of order") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[(mark + 1)...])
    }

    private func remembered(_ key: Int) throws -> PickleValue {
        guard let value = memo[key] else { throw Fault.malformed("its pickle is out of order") }
        return value
    }

    // MARK: Values

    private mutating func pass(_ count: Int) throws {
        try reader.skip(count)
        stack.append(.other)
    }

    private mutating func push(number bytes: Int) throws {
        let number = try reader.number(bytes)
        stack.append(.number(bytes == 4 ? Int(Int32(truncatingIfNeeded: number)) : number))
    }

    private mutating func pushLong() throws {
        let length = try reader.number(1)
        guard 1...8 ~= length else { return try pass(length) }
        let bytes = try reader.bytes(length)
        let sign: Int = bytes[length - 1] & 0x80 == 0 ? 0 : -1
        stack.append(.number(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) }))
    }

    private mutating func pushText(lengthBytes: Int) throws {
        let length = try reader.number(lengthBytes)
        guard length <= Self.longestText else { return try pass(length) }
        stack.append(.text(String(decoding: try reader.bytes(length), as: UTF8.self)))
    }

    private mutating func pushDictionary() {
        let dictionary = PickleDictionary()
        dictionaries.append(dictionary)
        stack.append(.dictionary(dictionary))
    }

    /// Pushes a tuple; one that is too long for a shape says nothing.
    private mutating func pushTuple(_ values: [PickleValue]) throws {
        guard values.count <= Self.longestTuple else { return stack.append(.other) }
        let depth = values.map { if case .tuple(_, let depth) = $0 { depth + 1 } else { 1 } }.max() ?? 1
        guard depth <= Self.deepestTuple else { throw Fault.malformed("its pickle has tuples \(depth) deep") }
        stack.append(.tuple(values, depth: depth))
    }

    /// Adds keys and values to the dictionary that they lie on; keys that are not text hold no tensors of a network.
    private mutating func setItems(_ items: [PickleValue]) throws {
        guard items.count % 2 == 0 else { throw Fault.malformed("its pickle has a key without a value") }
        switch try top() {
        case .dictionary(let dictionary):
            for index in stride(from: 0, to: items.count, by: 2) {
                if case .text(let key) = items[index] { dictionary.items.append((key, items[index + 1])) }
            }
        case .other: break
        default: throw Fault.malformed("its pickle is out of order")
        }
    }

    // MARK: Names

    private mutating func line() throws -> String {
        var line: [UInt8] = []
        while case let byte = UInt8(try reader.number(1)), byte != UInt8(ascii: "\n") {
            line.append(byte)
            guard line.count <= Self.longestText else { throw Fault.malformed("its pickle has an endless name") }
        }
        return String(decoding: line, as: UTF8.self)
    }

    private mutating func pushGlobal(module: String, name: String) throws {
        guard let global = TorchGlobal(module: module, name: name) else { throw Fault.global("\(module).\(name)") }
        stack.append(.global(global))
    }

    private mutating func pushStackGlobal() throws {
        let names = try pop(2)
        guard case .text(let module) = names[0], case .text(let name) = names[1] else {
            throw Fault.malformed("its pickle is out of order")
        }
        try pushGlobal(module: module, name: name)
    }

    // MARK: Tensors

    /// The storage of a persistent id: ("storage", its class, the file's name, a device, the number of elements).
    private mutating func pushStorage(_ id: PickleValue) throws {
        guard case .tuple(let fields, _) = id, fields.count == 5, case .text("storage") = fields[0],
            case .global(.storage(let dtype)) = fields[1], case .text(let file) = fields[2],
            case .number(let count) = fields[4], count >= 0
        else { throw Fault.malformed("its pickle refers to something that is no storage") }
        stack.append(.storage(TorchStorage(file: file, dtype: dtype, count: count)))
    }

    private mutating func call(_ call: [PickleValue]) throws {
        guard case .global(let callee) = call[0], case .tuple(let arguments, _) = call[1] else {
            guard case .other = call[0] else { throw Fault.malformed("its pickle is out of order") }
            stack.append(.other)
            return
        }
        switch callee {
        case .orderedDictionary where arguments.isEmpty: pushDictionary()
        case .rebuildTensor: stack.append(.tensor(try Self.tensor(arguments)))
        case .rebuildParameter:
            guard case .tensor(let tensor) = arguments.first else {
                throw Fault.malformed("its pickle has a parameter that is no tensor")
            }
            stack.append(.tensor(tensor))
        case .passedOver: stack.append(.other)
        case .orderedDictionary, .storage: throw Fault.malformed("its pickle makes an object in an unknown way")
        }
    }

    /// Arguments: storage, offset, shape, strides, and what matters in training only.
    private static func tensor(_ arguments: [PickleValue]) throws -> TorchTensor {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .number(let offset) = arguments[1],
            let shape = arguments[2].numbers, let strides = arguments[3].numbers, shape.count == strides.count
        else { throw Fault.malformed("its pickle has a tensor without storage, shape or strides") }
        return TorchTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    }
}

extension PickleValue {
    /// The numbers of a tuple of numbers.
    fileprivate var numbers: [Int]? {
        guard case .tuple(let values, _) = self else { return nil }
        let numbers = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
        return numbers.count == values.count ? numbers : nil
    }
}
