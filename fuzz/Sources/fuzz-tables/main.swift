import Foundation
import Fuzzing

@testable import Evaluation
@testable import FuseMix

let folder = InputFolder()
let ids = ["a", "b", "c"]

/// Tables of pairs, labels and items, and the annotations of datasets.
fuzz { bytes in
    let file = folder.file("table.tsv", bytes)
    _ = try? PairList(contentsOf: file, xIDs: ids, yIDs: ids, xGroups: [String]?.none)
    _ = try? LabelTable.items(at: file)
    for name in ["list.tsv", "list.jsonl", "list.txt"] { _ = try? EmbeddingList.items(of: Data(bytes), named: name) }
    for format in AnnotationFormat.allCases {
        _ = try? CaptionedDataset(format, annotations: file, split: format.hasSplits ? CaptionedDataset.allSplits : nil)
    }
}
