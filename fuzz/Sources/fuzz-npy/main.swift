import Fuzzing

@testable import LatentStore

let folder = InputFolder()

fuzz { bytes in
    let set = try LatentSet(contentsOf: folder.file("latents.npy", bytes))
    _ = (Array(set.ids.prefix(16)), set.rows(set.ids.indices.prefix(16)))
}
