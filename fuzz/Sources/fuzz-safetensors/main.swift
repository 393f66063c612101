import Fuzzing

@testable import LatentStore
@testable import TensorCore

let folder = InputFolder()

fuzz { bytes in
    let url = folder.file("latents.safetensors", bytes)
    let file = try SafetensorsFile(contentsOf: url)
    for name in file.names {
        guard let tensor = try? file.tensor(name) else { continue }
        _ = tensor.float32()
    }
    let set = try LatentSet(contentsOf: url)
    _ = (Array(set.ids), set.groups.map(Array.init), set.rows(set.ids.indices.prefix(16)))
}
