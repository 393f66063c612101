#ifndef COpenBLAS_h
#define COpenBLAS_h

#include <stdbool.h>

/// Double-precision BLAS and LAPACK by OpenBLAS, which is loaded with the first call: it takes 128 MiB of addresses a
/// processor as soon as it is loaded, and hangs where it does not get them, while most commands need none of it.
///
/// Without the library the process ends with a sentence and exit status 3. Leading dimensions are those of the stored rows.

/// c = op(a) · op(b) + beta · c, row-major: op(a) is [rows, inner], op(b) [inner, columns], c [rows, columns].
void blas_dgemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, const double *a, int lda,
                const double *b, int ldb, double beta, double *c, int ldc);
/// The upper triangle of c += aᵀ · a, row-major: a is [rows, columns], c [columns, columns].
void blas_dsyrk(int columns, int rows, const double *a, double *c);

/// Fortran's routines as they are: column-major, and `info` as LAPACK documents it; a size of −1 asks for the workspace.
/// Eigenvalues (ascending) and eigenvectors of a symmetric matrix whose upper triangle is given.
int lapack_dsyevd(int n, double *a, double *w, double *work, int lwork, int *iwork, int liwork);
/// The smaller singular value decomposition a = u · diag(s) · vt, values descending; k is min(m, n).
int lapack_dgesdd(int m, int n, double *a, double *s, double *u, double *vt, double *work, int lwork, int *iwork);

#endif
