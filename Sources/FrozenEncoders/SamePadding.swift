/// TensorFlow's SAME padding along one axis: ⌈length / stride⌉ results, zeros before and after; an odd one goes after.
struct SamePadding {
    let before: Int
    let after: Int
    let outputs: Int

    /// All three arguments are at least 1.
    init(length: Int, kernel: Int, stride: Int) {
        outputs = (length + stride - 1) / stride
        let total = max(0, (outputs - 1) * stride + kernel - length)
        (before, after) = (total / 2, total - total / 2)
    }
}
