import LatentStore
import TensorCore
import TestSupport

extension TemporaryFolder {
    func writeLatents(
        _ name: String, _ rows: [[Float]], ids: [String], metadata: [String: String] = [:]
    ) throws {
        let vectors = Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count])
        try LatentSet(ids: ids, vectors: vectors, metadata: metadata).write(to: url(name))
    }
}
