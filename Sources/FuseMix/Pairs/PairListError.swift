import FilesOnDisk

/// What can be wrong with a list of pairs; each case reads as one sentence.
public enum PairListError: DescribedError, Equatable {
    case unreadable(file: String, reason: String)
    /// A line, counted from 1, that is not what `expected` says.
    case line(file: String, number: Int, found: String, expected: String)
    /// An id of the list that its set of latents does not hold.
    case unknown(file: String, number: Int, id: String, side: String)
    /// An id that a set of latents holds twice, so that the list's meaning is not clear.
    case repeated(id: String, side: String)
    /// Without a list, an id of one set that the other lacks.
    case unpaired(id: String, side: String)
    /// A group whose pairs are in two parts, so that what is learnt would be tested.
    case torn(group: String, parts: [PairList.Part])
    /// A group asked for that the list does not hold.
    case noGroup(name: String)
    /// A split that leaves one part without pairs.
    case emptyPart(part: String, reason: String)

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
        case .torn(let group, let parts):
            """
            The pairs of group “\(group.onOneLine)” are split between \(parts.map(\.rawValue).joined(separator: " and ")), \
            but a group stays together.
            """
        case .noGroup(let name):
            "No pair belongs to the group “\(name.onOneLine)”, which was to be held out for validation."
        case .emptyPart(let part, let reason):
            "No pairs are left for \(part): \(reason)."
        }
    }
}
