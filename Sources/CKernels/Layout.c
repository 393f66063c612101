#include "CKernels.h"
#include "Parallel.h"

#include <string.h>

typedef struct {
    const float *x;
    float *y;
    int64_t width, channels;
} Upsampling;

static void upsample_rows(void *opaque, int64_t begin, int64_t end) {
    const Upsampling *o = opaque;
    const size_t pixel = sizeof(float) * (size_t)o->channels;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->width * o->channels;
        float *y = o->y + 4 * row * o->width * o->channels;
        for (int64_t column = 0; column < o->width; column++) {
            memcpy(y + 2 * column * o->channels, x + column * o->channels, pixel);
            memcpy(y + (2 * column + 1) * o->channels, x + column * o->channels, pixel);
        }
        memcpy(y + 2 * o->width * o->channels, y, 2 * (size_t)o->width * pixel);
    }
}

void ck_upsample_nearest(const float *x, float *y, int64_t height, int64_t width, int64_t channels) {
    Upsampling o = {x, y, width, channels};
    ck_parallel(height, 1 + 8192 / (width * channels + 1), upsample_rows, &o);
}

typedef struct {
    const float *x;
    float *y;
    int64_t channels, stride;
} Columns;

static void place_columns(void *opaque, int64_t begin, int64_t end) {
    const Columns *o = opaque;
    for (int64_t row = begin; row < end; row++)
        memcpy(o->y + row * o->stride, o->x + row * o->channels, sizeof(float) * (size_t)o->channels);
}

void ck_place_columns(const float *x, float *y, int64_t rows, int64_t channels, int64_t stride) {
    Columns o = {x, y, channels, stride};
    ck_parallel(rows, 1 + 16384 / (channels + 1), place_columns, &o);
}

typedef struct {
    const float *x;
    float *y;
    int64_t width, channels, row, column;
} Phase;

static void place_rows(void *opaque, int64_t begin, int64_t end) {
    const Phase *o = opaque;
    const size_t pixel = sizeof(float) * (size_t)o->channels;
    for (int64_t row = begin; row < end; row++) {
        const float *x = o->x + row * o->width * o->channels;
        float *y = o->y + ((2 * row + o->row) * 2 * o->width + o->column) * o->channels;
        for (int64_t column = 0; column < o->width; column++)
            memcpy(y + 2 * column * o->channels, x + column * o->channels, pixel);
    }
}

void ck_place_phase(const float *x, float *y, int64_t height, int64_t width, int64_t channels, int64_t row,
                    int64_t column) {
    Phase o = {x, y, width, channels, row, column};
    ck_parallel(height, 1 + 8192 / (width * channels + 1), place_rows, &o);
}
