import FilesOnDisk

/// Reasons why latents cannot be probed, in one sentence.
public enum ProbeError: DescribedError, Equatable {
    /// Fewer groups than folds, or too few to hold some out.
    case fewGroups(found: Int, needed: Int)
    /// Nothing to tell apart.
    case oneClass(label: String)
    /// Sets of vectors of different length.
    case widths(train: Int, test: Int)
    /// An item to be tested that was trained on as well.
    case shared(id: String)

    public var description: String {
        switch self {
        case .fewGroups(let found, let needed):
            "The labelled items are of \(found) groups, and at least \(needed) are needed to hold some out."
        case .oneClass(let label):
            "All the training items are labelled “\(label.onOneLine)”: at least two classes were expected."
        case .widths(let train, let test):
            "The training items have vectors of \(train) numbers and the test items of \(test), but equal widths were expected."
        case .shared(let id):
            "“\(id.onOneLine)” is a training item and a test item: they must differ, or each set have labels of its own."
        }
    }
}
