import FilesOnDisk
import Foundation

/// The work that a run has to do for a picture, decided before its sound is read.
enum PictureNeed: Sendable {
    case make(overwriting: Bool)
    /// An earlier run made it, and its file is whole.
    case nothing
    /// A file that does not belong to this run has its name.
    case skip
    case refuse(any Error)

    /// - Parameters:
    ///   - overwrites: whether existing outputs are replaced.
    ///   - records: records of the batch; nil where none are kept, and then an existing output is refused.
    init(_ picture: RunPicture, of item: RunItem, in plan: RunPlan, overwrites: Bool, _ records: RunRecords?) {
        guard case .file(let path) = picture.destination else {
            self = .make(overwriting: false)
            return
        }
        do {
            let earlier = try records?.completion(of: picture, item)
            let isRedone = overwrites && records?.isResuming == false
            if let earlier, !isRedone, earlier.isTrustworthy(at: path) {
                self = .nothing
                return
            }
            // A file that this run made and that is damaged by now may be replaced.
            let replaces = overwrites || earlier?.file != nil
            self = .make(overwriting: replaces)
            try plan.check(path, overwrites: replaces)
        } catch let error as AtomicFileError where error.reason == .exists && records != nil {
            self = .skip
        } catch {
            self = .refuse(error)
        }
    }
}

extension RunPlan {
    /// Checks whether all pictures of a run without records can be written. Throws `AtomicFileError`.
    public func checkOutputs(overwrites: Bool) throws {
        for case .file(let path) in items.lazy.flatMap(\.pictures).map(\.destination) {
            try check(path, overwrites: overwrites)
        }
    }

    /// Checks a picture's path in advance, as a sound is not decoded for a picture that could not be written. The run's
    /// own folders are made when there is something to put into them.
    fileprivate func check(_ path: String, overwrites: Bool) throws {
        let url = URL(filePath: path, directoryHint: .notDirectory)
        let parent = url.deletingLastPathComponent().path(percentEncoded: false)
        guard folder == nil || FileManager.default.fileExists(atPath: parent) else { return }
        try AtomicFile.check(url, overwrite: overwrites)
    }
}
