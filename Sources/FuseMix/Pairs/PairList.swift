import FilesOnDisk

/// The pairs of rows from two sets of latents, and the group of each pair.
///
/// A group must not be split between training and validation: a recording, an image, a concept.
public struct PairList: Sendable, Equatable {
    /// The part of the data that a list assigns a pair to.
    public enum Part: String, Sendable, Codable {
        case train, validation, test
    }

    /// Row of x, row of y and index of the group, one each per pair.
    public let xRows: [Int]
    public let yRows: [Int]
    public let groups: [Int]
    /// Names of the groups, by index.
    public let groupNames: [String]
    /// The part of each pair, when the list says so.
    public let parts: [Part]?

    public var count: Int { xRows.count }

    /// - Parameter groups: The name of each pair's group.
    public init(xRows: [Int], yRows: [Int], groups names: [String], parts: [Part]? = nil) {
        precondition(xRows.count == yRows.count && xRows.count == names.count, "one row and group a pair")
        precondition(parts.map { $0.count == xRows.count } ?? true, "one part a pair")
        var indices: [String: Int] = [:]
        var groupNames: [String] = []
        groups = names.map { name in
            if let index = indices[name] { return index }
            indices[name] = groupNames.count
            groupNames.append(name)
            return groupNames.count - 1
        }
        (self.xRows, self.yRows, self.groupNames, self.parts) = (xRows, yRows, groupNames, parts)
    }

    /// Pairs the rows of equal id, in the order of x. A pair's group is that of its row of x, else its id. Throws
    /// `PairListError.unpaired` when one set holds an id that the other lacks.
    public init(xIDs: some Collection<String>, yIDs: some Collection<String>, xGroups: (some Collection<String>)?)
        throws
    {
        let xIndices = try Self.indices(of: xIDs, side: "x")
        let yIndices = try Self.indices(of: yIDs, side: "y")
        if let id = yIDs.first(where: { xIndices[$0] == nil }) { throw PairListError.unpaired(id: id, side: "x") }
        let yRows = try xIDs.map { id in
            guard let row = yIndices[id] else { throw PairListError.unpaired(id: id, side: "y") }
            return row
        }
        self.init(
            xRows: Array(0..<yRows.count), yRows: yRows, groups: xGroups.map { Array($0) } ?? Array(xIDs))
    }

    /// The row of each id. Throws `PairListError.repeated`.
    static func indices(of ids: some Collection<String>, side: String) throws -> [String: Int] {
        var indices: [String: Int] = [:]
        indices.reserveCapacity(ids.count)
        for (row, id) in ids.enumerated() where indices.updateValue(row, forKey: id) != nil {
            throw PairListError.repeated(id: id, side: side)
        }
        return indices
    }
}

extension PairList {
    /// Returns the pairs that the list marks for the part of this name. Throws `PairListError.noPart` when there are
    /// none.
    public func part(named name: String) throws -> PairList {
        guard let part = Part(rawValue: name) else {
            throw PairListError.noPart(name: name, reason: "train, validation or test was expected")
        }
        let chosen = xRows.indices.filter { parts?[$0] == part }
        guard !chosen.isEmpty else { throw PairListError.noPart(name: name, reason: "no pair is marked so") }
        return PairList(
            xRows: chosen.map { xRows[$0] }, yRows: chosen.map { yRows[$0] },
            groups: chosen.map { groupNames[groups[$0]] })
    }
}

/// Errors in a list of pairs; each case reads as one sentence.
public enum PairListError: DescribedError, Equatable {
    case unreadable(file: String, reason: String)
    /// A line, counted from 1, that is not what `expected` says.
    case line(file: String, number: Int, found: String, expected: String)
    /// An id of the list that its set of latents does not hold.
    case unknown(file: String, number: Int, id: String, side: String)
    /// An id that a set of latents holds twice, so that the list is ambiguous.
    case repeated(id: String, side: String)
    /// An id of one set that the other lacks, without a list.
    case unpaired(id: String, side: String)
    /// Two sets of different length whose rows belong together by their place.
    case unequal(x: Int, y: Int)
    /// A group whose pairs are in two parts, so that training data would be tested.
    case torn(group: String, parts: [PairList.Part])
    /// A requested group that the list does not hold.
    case noGroup(name: String)
    /// A split that leaves one part without pairs.
    case emptyPart(part: String, reason: String)
    /// A requested part whose name is unknown, or that no pair is marked with.
    case noPart(name: String, reason: String)

    public var exitStatus: Int32 {
        if case .noPart = self { 2 } else { 1 }
    }

    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file) cannot be read as a list of pairs: \(reason)."
        case .line(let file, let number, let found, let expected):
            "Line \(number) of \(file) has \(found), but \(expected) was expected."
        case .unknown(let file, let number, let id, let side):
            "Line \(number) of \(file) names “\(id.onOneLine)”, which the latents of \(side) do not hold."
        case .repeated(let id, let side):
            "The latents of \(side) hold the id “\(id.onOneLine)” twice, but ids must differ."
        case .unpaired(let id, let side):
            "The latents of \(side) lack the id “\(id.onOneLine)”; without a list of pairs both sets hold the same ids."
        case .unequal(let x, let y):
            """
            x has \(x) rows and y has \(y): without ids row i of x belongs to row i of y, so equal numbers, or a list of pairs, \
            were expected.
            """
        case .torn(let group, let parts):
            """
            The pairs of group “\(group.onOneLine)” are split between \(parts.map(\.rawValue).joined(separator: " and ")), \
            but a group stays together.
            """
        case .noGroup(let name):
            "No pair belongs to the group “\(name.onOneLine)”, which was to be held out for validation."
        case .emptyPart(let part, let reason):
            "No pairs are left for \(part): \(reason)."
        case .noPart(let name, let reason):
            "There are no pairs of the split “\(name.onOneLine)”: \(reason)."
        }
    }
}
