/* gaia.c - geo-distributed training: every site has parameter servers of its own, which tell the other sites only of significant
 * changes.
 * When to use it: several data centres with fast links inside and slow or expensive links between them.
 * What breaks it: optimisers with memory.  The changes of a site are steps along its own workers' share of the mean gradient, so
 * that all sites together take the step of one data centre; each site keeps the optimiser's memory of its own changes, which
 * add up to one data centre's for sgd, but not for adam and the like.
 * The significance filter is the compressor "significant"; the room sync synchronises the workers of a site.
 * Source: Hsieh et al. 2017, "Gaia: Geo-Distributed Machine Learning Approaching LAN Speeds", NSDI 2017, sections 4 and 5:
 * approximate synchronous parallel. */
#include "strategy/strategy.h"
#include <string.h>

typedef struct gaia { long staleness; } gaia;

static dt_status gaia_work(void *state, dt_worker *w) {
    dt_store *store = dt_worker_store(w);
    (void)state;
    while (dt_store_goes_on(store)) {
        dt_vec *g = dt_worker_vector(w, 0);
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));    /* [time] g = grad f(x; batch) */
        DT_TRY(dt_store_swap(store, w, g));                 /* [time] g to the servers of the site; its copy of x */
    }
    return DT_OK;
}

static dt_status gaia_keep(void *state, dt_store *store, size_t server) {
    const gaia *g = state;
    dt_mirror *mirror;
    DT_TRY(dt_mirror_open(&mirror, store, server));
    for (;;) {
        DT_TRY(dt_store_hear(store, server));               /* [time] its copy of x += steps of its workers, changes of mirrors */
        DT_TRY(dt_mirror_tell(mirror));                     /* [time] what is significant, or first its keys; the clock */
        DT_TRY(dt_store_mark(store));                       /* [time] */
        if (dt_mirror_allows(mirror, g->staleness)) dt_store_let(store, server);
    }
}

/* The models that are evaluated: the copy of every site, as it is when the slowest site has ended the round. */
static size_t gaia_models(const void *state, const dt_team *team, size_t *of) {
    (void)state;
    for (size_t w = 0; w < team->group.ranks; w++) of[w] = team->group.sites > 1 ? team->group.site[w] : 0;
    return team->group.sites;
}

static dt_status gaia_fits(const void *state, const dt_config *scenario) {
    const dt_config *sites = dt_config_get(scenario, "sites"), *on = dt_config_at(scenario, "servers.on");
    (void)state;
    if (sites != NULL && sites->text[0] == '\0')
        return dt_fail_at(DT_EINVAL, "sites", "\"gaia\" has servers in every site: expected the property of hosts that says in "
                          "which site each is, such as \"region\" on the platform wan");
    if (on != NULL && strcmp(on->text, "sites") != 0)
        return dt_fail_at(DT_EINVAL, "servers.on", "\"gaia\" has servers in every site: expected \"sites\", got \"%s\"", on->text);
    return dt_stores_fit(scenario);
}

static dt_status gaia_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_store_return(dt_worker_store(w), w);          /* [time] */
}

static const dt_param gaia_params[] = {
    DT_INT_PARAM(gaia, staleness, 3, 0, 1e15, "bounded staleness between sites: iterations that a site may be ahead of the slowest other one (DS of the mirror clock)"),
    { 0 }
};

const dt_strategy_type dt_strategy_gaia = {
    .is = { "gaia", "Parameter servers in every site, which tell each other significant changes alone (Gaia).",
            "Hsieh et al. 2017, sections 4 and 5", gaia_params, sizeof(gaia) },
    .faults = "with faults: the others of its site wait for a failed worker until faults.deadline and then go on without it; sites "
              "do not wait for a site without workers; a recovered worker pulls the values and has the clock of the slowest; "
              "servers do not fail",
    .stores = DT_STORES_BY_SITE, .own_rounds = true, .judged = DT_JUDGED_EACH, .models = gaia_models, .fits = gaia_fits,
    .work = gaia_work, .rejoin = gaia_rejoin, .keep = gaia_keep,
};
