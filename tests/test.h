/* test.h - what every C test includes: cmocka and the project's own assertions. */
#ifndef DT_TESTS_TEST_H
#define DT_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

/* The call succeeds; else the test prints the reason. */
#define assert_ok(call)                                                                       \
    do {                                                                                      \
        dt_status status_ = (call);                                                           \
        if (status_ != DT_OK) fail_msg("%s: %s [%s]", #call, dt_reason(), dt_reason_path()); \
    } while (0)

/* The call fails with that status and a reason that contains every given part. */
#define assert_refused(call, wanted, part)                                                                  \
    do {                                                                                                    \
        assert_int_equal(call, wanted);                                                                     \
        if (strstr(dt_reason(), part) == NULL) fail_msg("reason \"%s\" lacks \"%s\"", dt_reason(), part); \
    } while (0)

/* |a - b| <= tolerance * max(1, |b|) */
#define assert_near(a, b, tolerance)                                                                   \
    do {                                                                                               \
        double a_ = (double)(a), b_ = (double)(b), scale_ = b_ < 0 ? -b_ : b_;                         \
        double gap_ = a_ < b_ ? b_ - a_ : a_ - b_;                                                     \
        if (!(gap_ <= (tolerance) * (scale_ < 1 ? 1 : scale_)))                                        \
            fail_msg("%s = %.17g, but %s = %.17g (tolerance %g)", #a, a_, #b, b_, (double)(tolerance)); \
    } while (0)

#endif
