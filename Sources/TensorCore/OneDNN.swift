import COneDNN

/// Runs a call over the C boundary and traps if it fails. It fails only when memory runs out or a shape is impossible;
/// layers check shapes first, so the caller could mend neither.
func oneDNN(_ call: (UnsafeMutablePointer<CChar>) -> Bool) {
    _ = madeByOneDNN { call($0) ? true : nil }
}

/// Returns the layer made by a call over the C boundary; nil counts as a failure, as above.
func madeByOneDNN<Result>(_ call: (UnsafeMutablePointer<CChar>) -> Result?) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(odnn_message_size)) { message in
        message.initialize(repeating: 0)
        if let start = message.baseAddress, let result = call(start) { return result }
        preconditionFailure(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

func withOptionalFloats<Result>(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result) -> Result {
    guard let tensor else { return body(nil) }
    return tensor.withFloats { body($0.baseAddress) }
}
