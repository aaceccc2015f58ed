/* platform_contract.c - what every platform promises: SimGrid loads it, it has the hosts asked for, parameters are
 * checked, equal parameters give equal text, and the text grows no faster than the hosts. */
#include "tests/script/scene.h"
#include "engine/engine.h"
#include "run/survey.h"
#include <math.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static dt_status generate(scene *s, const char *name, const char *const *set, size_t sets, char **text) {
    const dt_script_options options = { .home = ".", .set = set, .sets = sets };
    size_t length;
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, &length);
    dt_status status = dt_script_platform(name, &options, out);
    fclose(out);
    *text = dt_arena_copy(s->arena, bytes, length);
    free(bytes);
    return status;
}

/* What SimGrid finds in a text; in a process of its own, because it has one platform each. */
typedef struct found {
    size_t hosts, workers;                          /* all, and those that train */
    double sum, least, most;                        /* of speeds [flop/s] of those */
    bool   server, natural;                         /* is there a server; are those that train numbered in their order */
    char   tier[16];                                /* of the first host */
} found;

static void look(const char *path, found *f) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_engine *e;
    size_t at;
    const dt_engine_setup setup = { .platform = path, .network = "CM02", .pool = dt_pool_new(1, arena) };
    if (dt_engine_start(&e, &setup, arena) != DT_OK) _exit(1);
    f->hosts = dt_engine_hosts(e);
    f->server = dt_engine_host_find(e, "server", &at);
    f->least = HUGE_VAL;
    f->natural = true;
    for (size_t i = 0; i < f->hosts; i++) {
        dt_survey_host role = dt_survey_role(dt_engine_host_property(e, i, "role"));
        f->server = f->server || role == DT_ROLE_SERVER;
        if (role != DT_ROLE_WORKER || strcmp(dt_engine_host_name(e, i), "server") == 0) continue;
        double speed = dt_engine_host_speed(e, i);
        f->sum += speed;
        f->least = fmin(f->least, speed);
        f->most = fmax(f->most, speed);
        const char *dash = strrchr(dt_engine_host_name(e, i), '-');
        f->natural = f->natural && dash != NULL && (size_t)atol(dash + 1) == f->workers;
        f->workers++;
    }
    const char *tier = dt_engine_host_property(e, 0, "tier");
    if (tier != NULL) snprintf(f->tier, sizeof f->tier, "%s", tier);
    _exit(0);
}

static const found *load(scene *s, const char *xml) {
    found *f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *path = scene_file(s, "p.xml", xml);
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) look(path, f);
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("SimGrid refuses\n%.2000s", xml);
    return f;
}

static const dt_room *rooms(scene *s) {
    const dt_script_options options = { .home = "." };
    const dt_room *room;
    assert_ok(dt_script_platforms(&options, s->arena, &room));
    return room;
}

/* "hosts=13", in the words of the platform. */
static const char *counted(const dt_entry *platform, int hosts, dt_arena *arena) {
    const char *count = dt_script_platform_count(platform);
    if (count == NULL) fail_msg("%s does not say which parameter counts its hosts", platform->name);
    return dt_arena_text(arena, "%s=%d", count, hosts);
}

static void every_platform_loads_with_the_hosts_asked_for(void **fixture) {
    scene *s = *fixture;
    const dt_room *room = rooms(s);
    assert_true(room->count >= 3);
    for (size_t i = 0; i < room->count; i++)
        for (int hosts = 1; hosts <= 25; hosts += 12) {
            char *xml;
            const char *set = counted(room->entries[i], hosts, s->arena);
            assert_ok(generate(s, room->entries[i]->name, &set, 1, &xml));
            const found *f = load(s, xml);
            assert_int_equal(f->workers, hosts);
            assert_true(f->server);
            assert_true(f->natural);
        }
}

static void every_platform_says_what_it_is_and_has_a_seed(void **fixture) {
    const dt_room *room = rooms(*fixture);
    for (size_t i = 0; i < room->count; i++) {
        const dt_entry *e = room->entries[i];
        bool seeded = false;
        assert_true(strlen(e->brief) > 10 && e->brief[strlen(e->brief) - 1] == '.' && strlen(e->source) > 5);
        for (const dt_param *p = e->params; p->name != NULL; p++) {
            seeded = seeded || strcmp(p->name, "seed") == 0;
            assert_true(p->brief != NULL && p->unit != NULL);
            if (p->kind == DT_REAL || p->kind == DT_INT) assert_true(p->preset >= p->least && p->preset <= p->most);
        }
        assert_true(seeded);
    }
}

static void every_parameter_is_checked(void **fixture) {
    scene *s = *fixture;
    const dt_room *room = rooms(s);
    char *xml;
    for (size_t i = 0; i < room->count; i++) {
        const char *name = room->entries[i]->name, *unknown = "hsts=3";
        assert_refused(generate(s, name, &unknown, 1, &xml), DT_EINVAL, "platform.hsts: there is no such key");
        for (const dt_param *p = room->entries[i]->params; p->name != NULL; p++) {
            const char *set = dt_arena_text(s->arena, "%s=%s", p->name, p->kind == DT_TEXT ? "3" : "{ 'x' }");
            const char *at = dt_arena_text(s->arena, "platform.%s: ", p->name);
            assert_refused(generate(s, name, &set, 1, &xml), DT_EINVAL, at);
            if (p->kind != DT_REAL && p->kind != DT_INT) continue;
            set = dt_arena_text(s->arena, "%s=%.17g", p->name, p->most * 2 + 1);
            assert_refused(generate(s, name, &set, 1, &xml), DT_EINVAL, "expected a");
        }
    }
}

static void equal_parameters_give_equal_text(void **fixture) {
    scene *s = *fixture;
    const dt_room *room = rooms(s);
    for (size_t i = 0; i < room->count; i++) {
        char *first, *second;
        assert_ok(generate(s, room->entries[i]->name, NULL, 0, &first));
        assert_ok(generate(s, room->entries[i]->name, NULL, 0, &second));
        assert_string_equal(first, second);
    }
}

static void text_grows_no_faster_than_hosts(void **fixture) {
    scene *s = *fixture;
    const dt_room *room = rooms(s);
    for (size_t i = 0; i < room->count; i++) {
        size_t length[2];
        for (int k = 0; k < 2; k++) {
            char *xml;
            const char *set = counted(room->entries[i], k == 0 ? 500 : 5000, s->arena);
            assert_ok(generate(s, room->entries[i]->name, &set, 1, &xml));
            length[k] = strlen(xml);
        }
        assert_true(length[1] < 11 * length[0]);
    }
}

static void a_fat_tree_is_whole_or_refused(void **fixture) {
    scene *s = *fixture;
    const char *set[] = { "topology=fat_tree", "hosts=12" }, *odd[] = { "topology=fat_tree", "hosts=13" };
    char *xml;
    assert_ok(generate(s, "lan", set, 2, &xml));
    assert_int_equal(load(s, xml)->hosts, 12);
    assert_true(load(s, xml)->natural);
    assert_refused(generate(s, "lan", odd, 2, &xml), DT_EINVAL, "platform.hosts: expected a multiple of ports = ");
}

static void power_of_links_without_that_of_hosts_is_refused(void **fixture) {
    scene *s = *fixture;
    const char *link = "link_watts=1", *wide = "long_watts=1", *tree[] = { "topology=fat_tree", "busy_watts=9", "link_watts=1" };
    char *xml;
    assert_refused(generate(s, "lan", &link, 1, &xml), DT_EINVAL, "platform.link_watts: link_watts without busy_watts");
    assert_refused(generate(s, "wan", &wide, 1, &xml), DT_EINVAL, "platform.long_watts: long_watts without busy_watts");
    assert_refused(generate(s, "lan", tree, 3, &xml), DT_EINVAL, "platform.link_watts: expected 0 in a fat tree");
}

/* Presets: medians 12, 45, 25, 60, 110 Gflop/s with shares 0.15, 0.48, 0.09, 0.18, 0.10 have the mean 47.45. */
static void phones_have_the_speeds_of_their_tiers(void **fixture) {
    scene *s = *fixture;
    const char *set = "phones=5000", *other[] = { "phones=5000", "seed=2" };
    char *xml, *again;
    assert_ok(generate(s, "mobile", &set, 1, &xml));
    const found *f = load(s, xml);
    assert_near(f->sum / 5000, 0.2 * 47.45e9 * exp(0.25 * 0.25 / 2), 0.04);       /* 5 standard errors */
    assert_true(f->most > 10 * f->least);
    assert_true(f->tier[0] == 'A');
    assert_ok(generate(s, "mobile", other, 2, &again));
    assert_string_not_equal(xml, again);
}

/* A home of its own, with our lua/ and one platform. */
static dt_status generate_own(scene *s, const char *platform, char **text) {
    char *lua = realpath("lua", NULL);
    size_t length;
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, &length);
    if (access(dt_arena_text(s->arena, "%s/lua", s->folder), F_OK) != 0) {
        assert_int_equal(symlink(lua, dt_arena_text(s->arena, "%s/lua", s->folder)), 0);
        assert_int_equal(mkdir(dt_arena_text(s->arena, "%s/platforms", s->folder), 0700), 0);
    }
    scene_file(s, "platforms/own.lua", platform);
    const dt_script_options options = { .home = s->folder };
    dt_status status = dt_script_platform("own", &options, out);
    fclose(out);
    *text = dt_arena_copy(s->arena, bytes, length);
    free(bytes);
    free(lua);
    return status;
}

#define OWN(params, generate) "return { name = 'own', brief = 'Own.', source = 'own', params = {" params "},\n" \
                              "generate = function(p, draw, write) " generate " end }"

static void a_draw_depends_on_purpose_index_and_seed_alone(void **fixture) {
    scene *s = *fixture;
    char *text, a[32], b[32], c[32], again[32];
    assert_ok(generate_own(s, OWN("", "local d, e = { 'exponential' }, { 'exponential' }\n"
                                      "write(('%.6f %.6f %.6f %.6f'):format(draw(d, 'a', 3), draw(d, 'b', 3),"
                                      " draw(d, 'a', 4), draw(e, 'a', 3)))"), &text));
    assert_int_equal(sscanf(text, "%31s %31s %31s %31s", a, b, c, again), 4);
    assert_string_equal(a, again);
    assert_string_not_equal(a, b);
    assert_string_not_equal(a, c);
}

static void a_bad_platform_file_is_told_with_its_fault(void **fixture) {
    static const char *const bad[][2] = {
        { "return 3", "expected a file that returns a table" },
        { "return { name = 'own' }", "expected a text as brief" },
        { "return { name = 'own', brief = 'Own.', source = 'own', params = {}, count = {} }", "expected a text as count" },
        { OWN("{ 'x', 'rael', 1 }", ""), "expected a name and a kind in parameter 1" },
        { OWN("{ 'x', 'real', 1, 0, 2, 's' }", ""), "expected a sentence in parameter x" },
        { OWN("{ 'x', 'real', '1 parsec', 0, 2, 's', 'x' }", ""), "expected a quantity in s, got \"1 parsec\"" },
        { OWN("", "return 'x'"), "generate of \"own\" writes no text" },
        { OWN("", "write {}"), "own.lua:2: bad argument #1 to 'write' (string expected, got table)" },
        { OWN("", "return draw({ 'exponental' }, 'a', 1)"), "there is no \"exponental\"" },
        { OWN("", "return draw(3, 'a', 1)"), "own.lua:2: bad argument #1 to 'draw'" },
        { OWN("", "return p.x.y"), "own.lua:2: attempt to index" },
        { "return {", "own.lua:1: unexpected symbol" },
    };
    char *text;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dt_status status = generate_own(*fixture, bad[i][0], &text);
        if (status == DT_OK || strstr(dt_reason(), bad[i][1]) == NULL)
            fail_msg("file %zu: \"%s\" lacks \"%s\"", i, dt_reason(), bad[i][1]);
    }
}

static void a_host_keeps_its_draws_when_the_population_grows(void **fixture) {
    scene *s = *fixture;
    const char *few = "phones=3", *many = "phones=30";
    char *a, *b;
    assert_ok(generate(s, "mobile", &few, 1, &a));
    assert_ok(generate(s, "mobile", &many, 1, &b));
    assert_memory_equal(a, b, (size_t)(strstr(a, "<host id=\"server\"") - a));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_platform_loads_with_the_hosts_asked_for),
        TEST(every_platform_says_what_it_is_and_has_a_seed),
        TEST(every_parameter_is_checked),
        TEST(equal_parameters_give_equal_text),
        TEST(text_grows_no_faster_than_hosts),
        TEST(a_fat_tree_is_whole_or_refused),
        TEST(power_of_links_without_that_of_hosts_is_refused),
        TEST(phones_have_the_speeds_of_their_tiers),
        TEST(a_draw_depends_on_purpose_index_and_seed_alone),
        TEST(a_bad_platform_file_is_told_with_its_fault),
        TEST(a_host_keeps_its_draws_when_the_population_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
