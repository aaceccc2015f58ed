/* lines_test.c - the lines of plain and of gzipped texts, and what is refused. */
#include "tests/test.h"
#include "base/lines.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 16 };

static char name[] = "/tmp/dtsim_lines_XXXXXX";

static int fresh(void **fixture) {
    (void)fixture;
    strcpy(name + strlen(name) - 6, "XXXXXX");
    close(mkstemp(name));
    return 0;
}

static int gone(void **fixture) {
    (void)fixture;
    return unlink(name);
}

/* mode "wb": gzipped, "wT": plain */
static void write_text(const char *text, const char *mode) {
    gzFile out = gzopen(name, mode);
    gzputs(out, text);
    gzclose_w(out);
}

/* The lines, each in brackets, up to the end or the first refusal. */
static dt_status read_all(char *said) {
    char room[ROOM], *line;
    dt_source in;
    assert_ok(dt_source_open(&in, name));
    dt_lines l = { .in = &in, .file = "the file", .line = room, .room = ROOM };
    dt_status status = DT_OK;
    for (*said = '\0';;) {
        status = dt_lines_next(&l, &line);
        if (status != DT_OK || line == NULL) break;
        sprintf(said + strlen(said), "%ld[%s]", l.number, line);
    }
    dt_source_close(&in);
    return status;
}

static void plain_and_gzipped_texts_have_the_same_lines(void **fixture) {
    static const char *const modes[] = { "wT", "wb" };
    char said[200];
    (void)fixture;
    for (int i = 0; i < 2; i++) {
        write_text("\xEF\xBB\xBF" "a,b\n\n\xEF\xBB\xBF" "1\r\nlast", modes[i]);
        assert_ok(read_all(said));
        assert_string_equal(said, "1[a,b\n]2[\n]3[\xEF\xBB\xBF" "1\r\n]4[last]");
    }
    write_text("", "wT");
    assert_ok(read_all(said));
    assert_string_equal(said, "");
}

static void a_line_that_is_too_long_is_refused_by_its_number(void **fixture) {
    char said[200];
    (void)fixture;
    write_text("12345678901234\n1\n", "wT");
    assert_ok(read_all(said));
    assert_string_equal(said, "1[12345678901234\n]2[1\n]");
    write_text("1\n123456789012345\n", "wT");
    assert_refused(read_all(said), DT_EFORMAT, "the file, line 2: expected a line of at most 14 bytes");
    assert_string_equal(said, "1[1\n]");
}

static void a_gzipped_text_that_is_cut_is_refused(void **fixture) {
    char said[200];
    (void)fixture;
    write_text("one\ntwo\nthree\n", "wb");
    assert_int_equal(truncate(name, 24), 0);
    assert_refused(read_all(said), DT_EFORMAT, "the file is corrupt or truncated");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_and_gzipped_texts_have_the_same_lines, fresh, gone),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_refused_by_its_number, fresh, gone),
        cmocka_unit_test_setup_teardown(a_gzipped_text_that_is_cut_is_refused, fresh, gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
