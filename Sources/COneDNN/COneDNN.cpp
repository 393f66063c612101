#include "COneDNN.h"

#if !__has_include(<oneapi/dnnl/dnnl.hpp>)
#error "oneDNN is missing; on Debian: apt-get install libdnnl-dev"
#endif

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

extern "C" void omp_set_num_threads(int);

using dnnl::memory;
using Dims = memory::dims;
using Type = memory::data_type;
using Tag = memory::format_tag;

namespace {

/// What primitives may use, settled before the first of them. AMX sums in an order of its own and none of it has been
/// tested: without it a picture is the same on every processor with bfloat16. $ONEDNN_MAX_CPU_ISA asks for more or less.
dnnl::cpu_isa usable() {
    static const dnnl::cpu_isa isa = [] {
        if (!std::getenv("ONEDNN_MAX_CPU_ISA") && !std::getenv("DNNL_MAX_CPU_ISA"))
            dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_bf16);
        return dnnl::get_effective_cpu_isa();
    }();
    return isa;
}

const dnnl::engine &cpu() {
    static const dnnl::engine engine = (usable(), dnnl::engine(dnnl::engine::kind::cpu, 0));
    return engine;
}

/// Room for what is computed on the way, as large as the greatest need so far.
class Room {
    std::unique_ptr<void, decltype(&std::free)> room{nullptr, &std::free};
    size_t size = 0;

public:
    memory of(const memory::desc &wanted) {
        if (wanted.get_size() > size) {
            const size_t lines = (wanted.get_size() + 63) / 64;
            room.reset();
            size = 0;
            room.reset(std::aligned_alloc(64, 64 * lines));
            if (!room) throw std::bad_alloc();
            size = 64 * lines;
        }
        return memory(wanted, cpu(), room.get());
    }
};

/// A primitive's room, one for each thread that runs any.
///
/// It is ours, not the library's: that one counts its users by the thread that makes or destroys a primitive, so that
/// networks made on one thread and let go on another free it under those that are still at work there.
memory scratchpad(const memory::desc &wanted) {
    thread_local Room own;
    return own.of(wanted);
}

/// Where a layer's input goes when products are bfloat16; likewise one for each thread.
memory rounded(const memory::desc &wanted) {
    thread_local Room own;
    return own.of(wanted);
}

dnnl::primitive_attr attributes() {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attr;
}

dnnl::primitive_attr attributes(odnn_activation activation) {
    dnnl::post_ops ops;
    auto append = [&](dnnl::algorithm kind, float alpha = 0, float beta = 0) {
#if DNNL_VERSION_MAJOR >= 3
        ops.append_eltwise(kind, alpha, beta);
#else
        ops.append_eltwise(1.0f, kind, alpha, beta);
#endif
    };
    switch (activation) {
    case odnn_none: break;
    case odnn_relu: append(dnnl::algorithm::eltwise_relu); break;
    case odnn_relu6: append(dnnl::algorithm::eltwise_clip, 0, 6); break;
    case odnn_gelu: append(dnnl::algorithm::eltwise_gelu_erf); break;
    case odnn_gelu_tanh: append(dnnl::algorithm::eltwise_gelu_tanh); break;
    case odnn_quick_gelu: append(dnnl::algorithm::eltwise_swish, 1.702f); break;
    case odnn_silu: append(dnnl::algorithm::eltwise_swish, 1); break;
    case odnn_sigmoid: append(dnnl::algorithm::eltwise_logistic); break;
    case odnn_hard_swish: append(dnnl::algorithm::eltwise_hardswish, 1.0f / 6, 0.5f); break;
    }
    dnnl::primitive_attr attr = attributes();
    attr.set_post_ops(ops);
    return attr;
}

dnnl::matmul::primitive_desc describe_matmul(
    const memory::desc &x, const memory::desc &w, const memory::desc &b, const memory::desc &y,
    const dnnl::primitive_attr &attr) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl::matmul::primitive_desc(cpu(), x, w, b, y, attr);
#else
    return dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, b, y), attr, cpu());
#endif
}

dnnl::convolution_forward::primitive_desc describe_convolution(
    const memory::desc &x, const memory::desc &w, const memory::desc &b, const memory::desc &y,
    const odnn_convolution_shape &s, const dnnl::primitive_attr &attr) {
    const Dims strides{s.stride, s.stride}, begin{s.pad_top, s.pad_left}, end{s.pad_bottom, s.pad_right};
    const auto kind = dnnl::prop_kind::forward_inference;
    const auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
    return dnnl::convolution_forward::primitive_desc(cpu(), kind, algorithm, x, w, b, y, strides, begin, end, attr);
#else
    return dnnl::convolution_forward::primitive_desc(
        dnnl::convolution_forward::desc(kind, algorithm, x, w, b, y, strides, begin, end), attr, cpu());
#endif
}

/// Held while a primitive is described and made. The library keeps primitives for whoever asks for the same, and gave those
/// of another layer now and then where several threads asked at once.
std::unique_lock<std::mutex> making() {
    static std::mutex lock;
    return std::unique_lock<std::mutex>(lock);
}

/// A primitive for one input shape; `x16` is how the input goes in when products are bfloat16.
struct Operation {
    dnnl::primitive primitive;
    memory weight;
    memory::desc x, y, x16, room;
    dnnl::reorder round;
    memory::desc roundRoom;
};

/// What linear layers and convolutions share: weights, bias, the rounding of inputs, execution.
struct Layer {
    Type type;
    dnnl::primitive_attr attr;
    dnnl::stream stream{cpu()};
    memory bias;
    std::mutex lock;

    Layer(bool bfloat16, odnn_activation activation, const float *b, int64_t outputs, Dims biasShape)
        : type(bfloat16 ? Type::bf16 : Type::f32), attr(attributes(activation)) {
        bias = memory({biasShape, Type::f32, biasShape.size() == 1 ? Tag::a : Tag::ab}, cpu());
        if (b) std::memcpy(bias.get_data_handle(), b, size_t(outputs) * sizeof(float));
        else std::memset(bias.get_data_handle(), 0, size_t(outputs) * sizeof(float));
    }

    memory pack(memory &plain, const memory::desc &wanted) {
        memory packed(wanted, cpu());
        const dnnl::reorder::primitive_desc described(cpu(), plain.get_desc(), cpu(), wanted, attributes());
        dnnl::reorder(described).execute(
            stream, {{DNNL_ARG_FROM, plain}, {DNNL_ARG_TO, packed},
                     {DNNL_ARG_SCRATCHPAD, scratchpad(described.scratchpad_desc())}});
        stream.wait();
        return packed;
    }

    void prepareInput(Operation &op, const memory::desc &computed) {
        if (type == Type::f32) return;
        op.x16 = computed;
        const dnnl::reorder::primitive_desc described(cpu(), op.x, cpu(), computed, attributes());
        op.round = dnnl::reorder(described);
        op.roundRoom = described.scratchpad_desc();
    }

    void run(Operation &op, const float *x, float *y) {
        memory source(op.x, cpu(), const_cast<float *>(x)), destination(op.y, cpu(), y);
        if (type != Type::f32) {
            const memory x16 = rounded(op.x16);
            op.round.execute(stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, x16},
                                      {DNNL_ARG_SCRATCHPAD, scratchpad(op.roundRoom)}});
            source = x16;
        }
        op.primitive.execute(stream, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, op.weight},
                                      {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, destination},
                                      {DNNL_ARG_SCRATCHPAD, scratchpad(op.room)}});
        stream.wait();
    }
};

/// Texts come in hundreds of lengths: beyond this many shapes a layer's primitives are built anew.
constexpr size_t mostShapes = 64;

template <class Body> bool guarded(char *message, Body body) {
    try {
        body();
        return true;
    } catch (const dnnl::error &error) {
        snprintf(message, odnn_message_size, "oneDNN refused the operation: %s", error.what());
    } catch (const std::exception &error) {
        snprintf(message, odnn_message_size, "%s", error.what());
    }
    return false;
}

/// Whether the processor has what `wanted` names.
bool has(dnnl::cpu_isa wanted) {
    return (int(usable()) & int(wanted)) == int(wanted);
}

/// Rows that go through a product together where its bits would otherwise depend on their number.
constexpr int64_t blockRows = 16;

}  // namespace

struct odnn_linear : Layer {
    int64_t inputs, outputs;
    memory weight;
    std::unordered_map<int64_t, Operation> operations;

    odnn_linear(const float *w, const float *b, int64_t in, int64_t out, bool bfloat16, odnn_activation act)
        : Layer(bfloat16, act, b, out, {1, out}), inputs(in), outputs(out) {
        const auto hold = making();
        // The layout wanted at 64 rows serves every row count as well, with the same bits in each row.
        const auto wanted = describe(64, memory::desc({in, out}, type, Tag::any)).weights_desc();
        memory plain({{in, out}, Type::f32, Tag::ba}, cpu(), const_cast<float *>(w));
        weight = pack(plain, wanted);
    }

    dnnl::matmul::primitive_desc describe(int64_t rows, const memory::desc &w) {
        return describe_matmul({{rows, inputs}, type, Tag::ab}, w, {{1, outputs}, Type::f32, Tag::ab},
                               {{rows, outputs}, Type::f32, Tag::ab}, attr);
    }

    /// With AVX-512 a row's bits do not depend on the number of rows; the products that oneDNN chooses for older
    /// processors differ by it, so there all go in blocks of one size, the last filled up with zeros.
    void runRows(const float *x, int64_t rows, float *y) {
        static const bool anyCount = has(dnnl::cpu_isa::avx512_core);
        if (anyCount) return run(operation(rows), x, y);
        Operation &op = operation(blockRows);
        const int64_t whole = rows / blockRows * blockRows, left = rows - whole;
        for (int64_t row = 0; row < whole; row += blockRows) run(op, x + row * inputs, y + row * outputs);
        if (left == 0) return;
        std::vector<float> filled(size_t(blockRows * inputs)), results(size_t(blockRows * outputs));
        std::copy_n(x + whole * inputs, left * inputs, filled.begin());
        run(op, filled.data(), results.data());
        std::copy_n(results.begin(), left * outputs, y + whole * outputs);
    }

    Operation &operation(int64_t rows) {
        auto found = operations.find(rows);
        if (found != operations.end()) return found->second;
        const auto hold = making();
        if (operations.size() >= mostShapes) operations.clear();
        Operation op;
        const auto described = describe(rows, weight.get_desc());
        op.primitive = dnnl::matmul(described);
        op.room = described.scratchpad_desc();
        op.weight = weight;
        op.x = {{rows, inputs}, Type::f32, Tag::ab};
        op.y = {{rows, outputs}, Type::f32, Tag::ab};
        prepareInput(op, {{rows, inputs}, type, Tag::ab});
        return operations.emplace(rows, std::move(op)).first->second;
    }
};

struct odnn_convolution : Layer {
    odnn_convolution_shape shape;
    std::vector<float> plain;
    std::vector<memory> packings;
    std::map<std::pair<int64_t, int64_t>, Operation> operations;

    odnn_convolution(const float *w, const float *b, odnn_convolution_shape s, bool bfloat16, odnn_activation act)
        : Layer(bfloat16, act, b, s.output_channels, {s.output_channels}), shape(s),
          plain(w, w + s.output_channels * (s.input_channels / s.groups) * s.kernel_height * s.kernel_width) {}

    Operation &operation(int64_t height, int64_t width) {
        auto found = operations.find({height, width});
        if (found != operations.end()) return found->second;
        const auto hold = making();
        if (operations.size() >= mostShapes) operations.clear();

        const auto &s = shape;
        const int64_t outHeight = (height + s.pad_top + s.pad_bottom - s.kernel_height) / s.stride + 1;
        const int64_t outWidth = (width + s.pad_left + s.pad_right - s.kernel_width) / s.stride + 1;
        const Dims weightShape = s.groups == 1
            ? Dims{s.output_channels, s.input_channels, s.kernel_height, s.kernel_width}
            : Dims{s.groups, s.output_channels / s.groups, s.input_channels / s.groups, s.kernel_height, s.kernel_width};
        const memory::desc x({1, s.input_channels, height, width}, type, Tag::nhwc);
        Operation op;
        op.x = {{1, s.input_channels, height, width}, Type::f32, Tag::nhwc};
        op.y = {{1, s.output_channels, outHeight, outWidth}, Type::f32, Tag::nhwc};
        const auto described = describe_convolution(
            x, {weightShape, type, Tag::any}, {{s.output_channels}, Type::f32, Tag::a}, op.y, s, attr);
        op.primitive = dnnl::convolution_forward(described);
        op.room = described.scratchpad_desc();
        op.weight = packed(weightShape, described.weights_desc());
        prepareInput(op, x);
        return operations.emplace(std::make_pair(height, width), std::move(op)).first->second;
    }

    memory packed(const Dims &weightShape, const memory::desc &wanted) {
        for (auto &packing : packings)
            if (packing.get_desc() == wanted) return packing;
        if (!packings.empty()) {
            packings.push_back(pack(packings.front(), wanted));
            return packings.back();
        }
        memory source({weightShape, Type::f32, shape.groups == 1 ? Tag::oihw : Tag::goihw}, cpu(), plain.data());
        packings.push_back(pack(source, wanted));
        // Whatever layout comes next is made from this one.
        std::vector<float>().swap(plain);
        return packings.back();
    }
};

bool odnn_has_bfloat16(void) { return has(dnnl::cpu_isa::avx512_core_bf16); }

void odnn_set_threads(int count) { omp_set_num_threads(count); }

odnn_linear *odnn_linear_create(
    const float *weight, const float *bias, int64_t inputs, int64_t outputs,
    bool bfloat16, odnn_activation activation, char *message) {
    odnn_linear *layer = nullptr;
    guarded(message, [&] { layer = new odnn_linear(weight, bias, inputs, outputs, bfloat16, activation); });
    return layer;
}

bool odnn_linear_run(odnn_linear *layer, const float *x, int64_t rows, float *y, char *message) {
    return guarded(message, [&] {
        std::lock_guard<std::mutex> hold(layer->lock);
        layer->runRows(x, rows, y);
    });
}

void odnn_linear_destroy(odnn_linear *layer) { delete layer; }

odnn_convolution *odnn_convolution_create(
    const float *weight, const float *bias, odnn_convolution_shape shape,
    bool bfloat16, odnn_activation activation, char *message) {
    odnn_convolution *layer = nullptr;
    guarded(message, [&] { layer = new odnn_convolution(weight, bias, shape, bfloat16, activation); });
    return layer;
}

bool odnn_convolution_run(
    odnn_convolution *layer, const float *x, int64_t height, int64_t width, float *y, char *message) {
    return guarded(message, [&] {
        std::lock_guard<std::mutex> hold(layer->lock);
        layer->run(layer->operation(height, width), x, y);
    });
}

void odnn_convolution_destroy(odnn_convolution *layer) { delete layer; }

bool odnn_multiply(
    bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc, char *message) {
    return guarded(message, [&] {
        usable();
        const auto status = dnnl_sgemm(
            transposeA ? 'T' : 'N', transposeB ? 'T' : 'N', m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        if (status != dnnl_success) throw dnnl::error(status, "a matrix product");
    });
}
