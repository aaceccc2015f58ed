/* platform_test.c - texts of platforms come back from their file whole, however written and whoever reads. */
#include "tests/test.h"
#include "run/platform.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct scene { FILE *texts; dt_platform platform; } scene;

static int begin(void **fixture) {
    *fixture = calloc(1, sizeof(scene));
    return dt_platform_open(&((scene *)*fixture)->texts) == DT_OK ? 0 : -1;
}

static int end(void **fixture) {
    fclose(((scene *)*fixture)->texts);
    free(*fixture);
    return 0;
}

/* In pieces of that many bytes. */
static const dt_platform *keep(scene *s, const char *text, size_t piece) {
    size_t length = strlen(text);
    assert_ok(dt_platform_begin(&s->platform, s->texts));
    for (size_t at = 0; at < length; at += piece)
        assert_ok(dt_platform_add(&s->platform, text + at, length - at < piece ? length - at : piece));
    assert_ok(dt_platform_end(&s->platform));
    return &s->platform;
}

static void same(const dt_platform *p, const char *text) {
    char *found = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&found, &length);
    assert_ok(dt_platform_copy(p, out));
    fclose(out);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(found, text, length);
    free(found);
}

static const char two[] = "<platform>\n<host id=\"a\"/><host id=\"b\"/>\n<host id=\"server\"/></platform>";

static void texts_come_back_whole_in_any_order(void **fixture) {
    scene *s = *fixture;
    size_t size = 1 << 18;
    char *longer = calloc(1, size);
    for (size_t i = 0; i + 1 < size; i++) longer[i] = i % 61 == 0 ? '\n' : (char)('a' + i % 23);
    const dt_platform first = *keep(s, two, 5), second = *keep(s, longer, 4099), third = *keep(s, "<platform/>", 1);
    same(&third, "<platform/>");
    same(&first, two);
    same(&second, longer);
    free(longer);
}

static void hash_and_hosts_are_those_of_the_text_not_of_its_pieces(void **fixture) {
    scene *s = *fixture;
    const dt_platform whole = *keep(s, two, sizeof two);
    assert_int_equal(whole.hosts, 2);
    for (size_t piece = 1; piece < 20; piece++) {
        const dt_platform *p = keep(s, two, piece);
        assert_int_equal(p->hosts, 2);
        assert_int_equal(p->hash, whole.hash);
    }
    assert_int_not_equal(keep(s, "<platform>\n", 3)->hash, keep(s, "<platform>", 3)->hash);
    assert_int_equal(s->platform.hosts, 1);         /* a cluster is not counted out: at least one */
    assert_int_equal(keep(s, "<host id=\"server\"/>", 3)->hosts, 1);
}

static void one_that_is_given_up_spoils_no_other(void **fixture) {
    scene *s = *fixture;
    const dt_platform first = *keep(s, two, 7);
    assert_ok(dt_platform_begin(&s->platform, s->texts));
    assert_ok(dt_platform_add(&s->platform, "<host id", 8));
    const dt_platform third = *keep(s, two, 7);
    same(&third, two);
    assert_int_equal(third.hash, first.hash);
    assert_int_equal(third.hosts, first.hosts);
}

static void processes_read_side_by_side(void **fixture) {
    scene *s = *fixture;
    size_t size = 1 << 20;
    char *text = calloc(1, size);
    for (size_t i = 0; i + 1 < size; i++) text[i] = (char)('a' + i % 23);
    const dt_platform *p = keep(s, text, size);
    pid_t pid[4];
    for (int i = 0; i < 4; i++) {
        fflush(NULL);
        if ((pid[i] = fork()) != 0) continue;
        for (int k = 0; k < 20; k++) same(p, text);
        _exit(0);
    }
    for (int i = 0; i < 4; i++) {
        int status;
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }
    free(text);
}

#define CONFIG(props) "<?xml version='1.0'?>\n<platform version=\"4.1\">\n" props "<zone id=\"z\"/></platform>"

/* As SimGrid reads it: the first value counts, below 0 is 0, what is no number is for it to refuse. */
static void the_window_is_that_of_config_however_it_is_written(void **fixture) {
    scene *s = *fixture;
    const struct { const char *text; double window; } cases[] = {
        { CONFIG("<config><prop id=\"network/TCP-gamma\" value=\"0\"/></config>"), 0 },
        { CONFIG("<config id='c'>\n<prop\n value = '1e6' id = 'network/TCP-gamma' ></prop></config>"), 1e6 },
        { CONFIG("<config><prop id='network/TCP-gamma' value='-1'/></config>"), 0 },
        { CONFIG("<config><prop id='network/TCP-gamma' value='7'/><prop id='network/TCP-gamma' value='8'/></config>"), 7 },
        { CONFIG("<config><prop id='network/TCP&#45;gamma' value='&#x39;'/></config>"), 9 },
        { CONFIG("<!-- <config><prop id='network/TCP-gamma' value='5'/></config> -->"), NAN },
        { CONFIG("<config><prop id='network/TCP-gamma' value='4MiB'/></config>"), NAN },
        { CONFIG("<config><prop id='network/model' value='CM02'/></config>"), NAN },
        { "<platform><zone id='z'><prop id='network/TCP-gamma' value='5'/></zone></platform>", NAN },
        { "<platform><config><prop id='network/TCP-gamma' value='5'/>", 5 },
        { "\xEF\xBB\xBF<platform><config><prop id='network/TCP-gamma' value='5'/></config></platform>", 5 },
        { "no XML", NAN }, { "", NAN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece < 200; piece += 99) {
            double found = keep(s, cases[i].text, piece)->window;
            if (isnan(cases[i].window) ? !isnan(found) : found != cases[i].window)
                fail_msg("case %zu: the window is %g, not %g", i, found, cases[i].window);
        }
}

/* More than is read at a time stands before the value. */
static void the_window_is_found_behind_a_long_comment(void **fixture) {
    scene *s = *fixture;
    size_t size = 100000;
    char *text = calloc(1, size + 200);
    sprintf(text, "<!--%*s--><platform><config><prop id='network/TCP-gamma' value='3'/></config>", (int)size, "");
    assert_near(keep(s, text, size)->window, 3, 0);
    free(text);
}

static void a_full_disk_is_told(void **fixture) {
    scene *s = *fixture;
    const dt_platform *p = keep(s, two, 9);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_refused(dt_platform_copy(p, full), DT_EIO, "No space left on device");
    assert_ok(dt_platform_begin(&s->platform, full));
    assert_refused(dt_platform_add(&s->platform, "x", 1), DT_EIO,
                   "its text cannot be kept in a temporary file: No space left on device");
    fclose(full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(texts_come_back_whole_in_any_order), TEST(hash_and_hosts_are_those_of_the_text_not_of_its_pieces),
        TEST(the_window_is_that_of_config_however_it_is_written), TEST(the_window_is_found_behind_a_long_comment),
        TEST(one_that_is_given_up_spoils_no_other), TEST(processes_read_side_by_side), TEST(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
