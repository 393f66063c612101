import Foundation
import Fuzzing

@testable import BatchRuns
@testable import SoundBridge

let folder = InputFolder()
let settings = GenerationSettings(steps: 20, sampler: .euler, guidanceScale: 3)

/// The lists of a run: what it makes, its plan, its manifest and its journal.
fuzz { bytes in
    let data = Data(bytes)
    if let list = try? ItemList(data, name: "list.jsonl", over: settings) { _ = list.items.map(\.relativePath) }
    if let plan = try? PlanFile(data, name: "plan.jsonl") { _ = try? plan.whole() }
    let file = folder.file("manifest.jsonl", bytes)
    if let entries = try? Manifest.read(contentsOf: file) { for entry in entries { _ = try? entry.json() } }
    if let journal = try? RunJournal(reading: file) {
        for place in journal.places { _ = try? journal.completion(at: place) }
    }
}
