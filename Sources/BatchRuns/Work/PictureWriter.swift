import FilesOnDisk
import Foundation
import PictureFiles
import SoundBridge

/// A writer that encodes pictures into files, on any thread.
struct PictureWriter: Sendable {
    /// A picture that is settled.
    enum Written: Sendable {
        case file(PictureRecord)
        /// The file's bytes, for standard output.
        case data(Data)
        /// Another file took its name while it was made.
        case skipped
    }

    let plan: RunPlan
    let hasMetadata: Bool
    let records: RunRecords?

    /// Writes a picture. Throws `OutputFolderError`, `AtomicFileError`, `PictureError`; `RunJournalError`, which ends
    /// the run.
    func write(_ drawn: DrawnPicture, of task: PictureTask) throws -> Written {
        var record = drawn.record
        var seconds = record.seconds ?? StageSeconds()
        record.seconds = nil
        guard case .file(let path) = task.picture.destination else {
            return .data(try drawn.pngData(carriesRecord: hasMetadata))
        }
        do {
            try seconds.measure(\.write) {
                try write(drawn.pngData(carriesRecord: hasMetadata), record, to: path, task)
            }
        } catch let error as AtomicFileError where error.reason == .exists && records != nil {
            try records?.addSkipped(task.picture, of: task.item)
            return .skipped
        }
        try records?.add(seconds, task.picture)
        record.output = path
        record.seconds = seconds
        return .file(record)
    }

    /// Records the picture in the journal before its file gets its name, so that none of our files is ever unknown.
    private func write(_ data: Data, _ record: PictureRecord, to path: String, _ task: PictureTask) throws {
        try plan.createFolder(for: task.item)
        let url = URL(filePath: path, directoryHint: .notDirectory)
        try AtomicFile.write(to: url, overwrite: task.overwrites) { file in
            try data.withUnsafeBytes(file.append)
            try records?.add(record, FileDigest(of: data), task.picture, of: task.item)
        }
    }
}

/// A picture that is being drawn, and its destination.
struct PictureTask: Sendable {
    let item: RunItem
    let picture: RunPicture
    let overwrites: Bool
}
