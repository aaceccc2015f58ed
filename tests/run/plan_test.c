/* plan_test.c - the sections of a scenario. */
#include "tests/test.h"
#include "run/plan.h"

static size_t size_of(dt_kind kind) {
    switch (kind) {
    case DT_REAL: return sizeof(double);
    case DT_INT: return sizeof(long);
    case DT_BOOL: return sizeof(bool);
    case DT_TEXT: return sizeof(const char *);
    case DT_LIST: return sizeof(dt_list);
    case DT_WORDS: return sizeof(dt_words);
    case DT_TABLE: return sizeof(const dt_config *);
    }
    return SIZE_MAX;
}

static void every_parameter_of_a_section_lies_within_its_state(void **fixture) {
    size_t params = 0;
    (void)fixture;
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        const dt_param *table = s->room != NULL ? s->room->common : s->params;
        for (const dt_param *p = table; p != NULL && p->name != NULL; p++, params++)
            if (p->where + size_of(p->kind) > s->state_size) fail_msg("%s.%s lies outside", s->key, p->name);
        if (table == NULL) assert_int_equal(s->state_size, 0);
    }
    assert_true(params > 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_parameter_of_a_section_lies_within_its_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
