import Fuzzing

@testable import TensorCore

let folder = InputFolder()

fuzz { bytes in
    let file = try NumPyArchive(contentsOf: folder.file("weights.npz", bytes))
    for name in file.names {
        guard let tensor = try? file.tensor(name) else { continue }
        _ = tensor.float32()
    }
}
