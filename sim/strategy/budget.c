/* budget.c - federated averaging under budgets of time, bytes and energy: after every round the server chooses how many local
 * steps the clients take in the next one, from what steps and rounds have cost and how different the clients' gradients are;
 * and it ends before a budget would be exceeded, with the best of all models that it has had.
 *
 *   phase      the round                        then
 *   TRAIN      tau local steps                  TRAIN, if the budgets pay for tau of the next round, one step and two rounds more
 *                                               LAST, with the largest tau that they pay for; EVALUATE if that is 0
 *   LAST       tau local steps                  EVALUATE, or OVER if a round was dearer than those before
 *   EVALUATE   the loss of the last model       OVER
 *
 * The loss of a model is known one round later, when clients have taken their first gradient at it.  With constant costs no
 * budget is exceeded that pays for the first round, whose costs nobody knows before; otherwise it is at most by the running
 * round, and the column overrun says by how much.
 * When to use it: convex losses on devices with few resources, where nobody knows which period is best.
 * What breaks it: the bound is of gradient descent without momentum and of convex losses; with small batches the estimates,
 * and the losses by which the best model is chosen, are those of batches.  The server's arithmetic for the estimates takes no
 * time.
 * Differences from the source: a client takes its gradient at its last local model on the batch that its next round
 * begins with (the source keeps the batch of the last step for the next round, so that with tau = 1 it must be changed at
 * times); after the shortened round the model is evaluated, and there may be no such round at all (as printed, it breaks off
 * before, and always takes one step).
 * Source: Wang et al. 2019, "Adaptive Federated Learning in Resource Constrained Edge Computing Systems", arXiv:1804.05271,
 * Algorithms 2 and 3. */
#include "role/cohort.h"
#include "role/control.h"
#include "strategy/strategy.h"
#include <math.h>

enum { RHO, BETA, LOSS, SECONDS };      /* notes of a client */
enum { NUMBER_BYTES = 4 * 4 };

typedef enum phase { TRAIN, LAST, EVALUATE, OVER } phase;

/* What a client keeps from round to round. */
typedef struct device {
    dt_vec *local, *slope;      /* w_i, its last local model; the gradient there */
    dt_vec *here;               /* the gradient at the server's model */
    double  loss;               /* at w_i */
    bool    ready;              /* slope and loss are of the batch that it used last */
    double  begin[DT_BUDGETS], end[DT_BUDGETS];     /* the meters of all machines before and after its local steps */
} device;

typedef struct budget {
    dt_cohort  cohort;
    long       period, most, growth;    /* 0: adaptive; largest tau; tau grows by this factor at most from round to round */
    dt_control control;
    phase      phase;
    long       tau;
    bool       known, priced;   /* rho and beta have been estimated; costs have been measured */
    double     least;           /* loss of best */
    dt_vec    *given, *best;    /* the model of this round; the best so far, NULL: none is known */
    device    *device;          /* [clients] */
    double    *apart;           /* [clients] scratch */
} budget;

/* ---- a client -------------------------------------------------------------------------------------- */

static double budget_norm(const dt_vec *a, const dt_vec *b) {
    double sum = 0;
    for (size_t e = 0; e < a->n; e++) sum += ((double)a->x[e] - b->x[e]) * ((double)a->x[e] - b->x[e]);
    return sqrt(sum);
}

/* rho_i and beta_i between its last local model and the server's. */
static void budget_compare(const device *d, const dt_worker *w, double note[DT_NOTES]) {
    note[RHO] = note[BETA] = NAN;
    if (!d->ready || w->base->x == NULL) return;
    double apart = budget_norm(d->local, w->base);
    note[RHO] = apart < 1e-10 ? 0 : fabs(d->loss - w->loss) / apart;
    note[BETA] = apart < 1e-10 ? 0 : budget_norm(d->slope, d->here) / apart;
}

/* [time] F_i(w) and its gradient, on the batch of d->slope where there is one. */
static dt_status budget_look(device *d, dt_worker *w, double note[DT_NOTES]) {
    if (d->here == NULL) d->here = dt_vec_take(w->learning->vectors);
    dt_vec_own(&d->here);
    DT_TRY(dt_worker_gradient(w, NULL, d->ready ? DT_SAME : DT_NEXT, d->here));
    note[LOSS] = w->loss;
    budget_compare(d, w, note);
    d->ready = false;
    return DT_OK;
}

/* [time] The same at its last local model, for the next round. */
static dt_status budget_remember(device *d, dt_worker *w) {
    if (d->slope == NULL) d->slope = dt_vec_take(w->learning->vectors);
    dt_vec_drop(d->local);
    d->local = dt_vec_keep(w->x);
    DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, d->slope));
    d->loss = w->loss;
    d->ready = true;
    return DT_OK;
}

static dt_status budget_train(void *state, dt_worker *w) {
    budget *b = state;
    device *d = &b->device[w->rank];
    dt_letter more = { .bytes = NUMBER_BYTES };
    DT_TRY(dt_worker_fetch(w));                                         /* [time] w */
    double begin = dt_worker_now(w);
    dt_control_read(&b->control, w->monitor, d->begin);
    DT_TRY(budget_look(d, w, more.note));                               /* [time] F_i(w) and grad F_i(w): */
    dt_worker_descend(w, d->here);                                      /* the first local step */
    if (b->tau > 1) DT_TRY(dt_worker_local(w, b->tau - 1));             /* [time] the others */
    more.note[SECONDS] = (dt_worker_now(w) - begin) / (double)b->tau;
    dt_control_read(&b->control, w->monitor, d->end);
    if (b->period == 0) {
        DT_TRY(budget_remember(d, w));                                  /* [time] grad F_i(w_i) */
        more.second = d->here;
        more.bytes += 4.0 * (double)d->here->n;
    }
    return dt_worker_submit(w, &more);                                  /* [time] w_i, grad F_i(w), and the numbers */
}

static dt_status budget_evaluate(void *state, dt_worker *w) {
    dt_letter letter = { .bytes = NUMBER_BYTES };
    DT_TRY(dt_worker_fetch(w));                                                             /* [time] w */
    DT_TRY(budget_look(&((budget *)state)->device[w->rank], w, letter.note));               /* [time] F_i(w) */
    return dt_worker_reply(w, &letter);                                                     /* [time] */
}

/* ---- the server ------------------------------------------------------------------------------------ */

/* F(w) = sum_i D_i F_i(w) / D, and the same mean of rho and beta over those who know them. */
static double budget_mean(const dt_server *s, int note) {
    double sum = 0, size = 0;
    for (size_t i = 0; i < s->updates; i++) {
        if (isnan(s->update[i].note[note])) continue;
        sum += s->update[i].size * s->update[i].note[note];
        size += s->update[i].size;
    }
    return sum / size;
}

/* delta = sum_i D_i |grad F_i(w) - grad F(w)| / D.  Equal gradients of equally many samples give exactly 0. */
static double budget_divergence(const budget *b, const dt_server *s) {
    double all = 0, delta = 0;
    for (size_t i = 0; i < s->updates; i++) {
        all += s->update[i].size;
        b->apart[i] = 0;
    }
    for (size_t e = 0; e < s->x->n; e++) {
        double mean = 0;
        for (size_t i = 0; i < s->updates; i++) mean += s->update[i].size * s->update[i].second->x[e];
        mean /= all;
        for (size_t i = 0; i < s->updates; i++) b->apart[i] += pow(s->update[i].second->x[e] - mean, 2);
    }
    for (size_t i = 0; i < s->updates; i++) delta += s->update[i].size * sqrt(b->apart[i]);
    return delta / all;
}

/* What the clients' numbers say: w_f, rho, beta and delta. */
static void budget_learn(budget *b, const dt_server *s) {
    dt_control *c = &b->control;
    if (s->updates == 0 || s->x->x == NULL) return;
    double loss = budget_mean(s, LOSS), rho = budget_mean(s, RHO), beta = budget_mean(s, BETA);
    if (loss < b->least) {
        b->least = loss;
        dt_vec_drop(b->best);
        b->best = dt_vec_keep(b->given);
    }
    if (s->update[0].second != NULL) c->delta = budget_divergence(b, s);
    if (isnan(rho)) return;
    c->rho = rho;
    c->beta = fmax(beta, 1e-5);
    b->known = true;
}

/* What a step and a round cost: the slowest client's steps, and the rest. */
static void budget_price(budget *b, const dt_server *s, const double before[DT_BUDGETS]) {
    const dt_update *slow = NULL;
    double now[DT_BUDGETS];
    dt_control_read(&b->control, s->monitor, now);
    for (size_t i = 0; i < s->updates; i++)
        if (slow == NULL || s->update[i].note[SECONDS] > slow->note[SECONDS]) slow = &s->update[i];
    for (int m = 0; m < DT_BUDGETS; m++) b->control.budget[m].spent = now[m];
    if (slow == NULL || b->phase == EVALUATE) return;
    const device *d = &b->device[slow->rank];
    for (int m = 0; m < DT_BUDGETS; m++) {
        dt_budget *r = &b->control.budget[m];
        r->step = m == DT_BUDGET_BYTES ? 0 : (d->end[m] - d->begin[m]) / (double)b->tau;
        r->round = fmax(0, now[m] - before[m] - r->step * (double)b->tau);
    }
    b->priced = true;
}

/* most: bound on the next tau. */
static void budget_control(budget *b, long most) {
    dt_control *c = &b->control;
    if (b->phase == TRAIN && b->priced) {
        if (b->period == 0 && b->known) b->tau = dt_control_best(c, most);
        long last = dt_control_last(c, b->tau);
        if (last < b->tau) b->phase = last > 0 ? LAST : EVALUATE;
        b->tau = last;
    } else if (b->phase != TRAIN) {
        b->phase = b->phase == LAST ? EVALUATE : OVER;
    }
    if (b->phase == EVALUATE && !dt_control_affords(c, 1, 1)) b->phase = OVER;
}

/* A model that long periods have blown up is taken back; with tau = 1 that is a divergence as of any training. */
static bool budget_sane(const budget *b, dt_server *s) {
    bool sane = true;
    for (size_t e = 0; s->x->x != NULL && e < s->x->n; e++) sane = sane && isfinite(s->x->x[e]);
    if (sane || b->tau == 1) return true;
    dt_vec_drop(s->x);
    s->x = dt_vec_keep(b->given);
    return false;
}

/* [time] One round, without its evaluation. */
static dt_status budget_round(budget *b, dt_server *s, double *consensus_distance) {
    double before[DT_BUDGETS];
    long tau = b->tau, most = b->growth * tau < b->most ? b->growth * tau : b->most;
    b->control.rate = s->learning->optimiser->lr * s->factor;
    *consensus_distance = NAN;
    b->given = dt_vec_keep(s->x);
    dt_control_read(&b->control, s->monitor, before);
    dt_status status = dt_cohort_round(&b->cohort, s, b->phase == EVALUATE ? budget_evaluate : budget_train, b, NULL);     /* [time] */
    for (size_t i = 0; i < s->updates; i++) s->update[i].steps = (double)tau;
    if (status == DT_OK) budget_learn(b, s);
    if (status == DT_OK && b->phase != EVALUATE) status = dt_server_merge(s, consensus_distance);       /* [time] sum_i D_i w_i / D */
    else dt_server_drop(s);
    if (status == DT_OK) {
        bool sane = budget_sane(b, s);
        dt_monitor_report(s->monitor, 0, b->phase == EVALUATE ? 0 : (double)tau);
        budget_price(b, s, before);
        if (!sane) b->tau = 1;
        budget_control(b, sane ? most : 1);
    }
    dt_vec_drop(b->given);
    return status;
}

static void budget_report(const budget *b, const dt_server *s) {
    const dt_control *c = &b->control;
    dt_monitor_report(s->monitor, 1, b->known ? c->rho : NAN);
    dt_monitor_report(s->monitor, 2, b->known ? c->beta : NAN);
    dt_monitor_report(s->monitor, 3, b->known ? c->delta : NAN);
    dt_monitor_report(s->monitor, 4, dt_control_overrun(c));
}

static void budget_begin(budget *b, dt_server *s) {
    size_t clients = s->team->group.ranks;
    dt_cohort_open(&b->cohort, s);
    dt_control_open(&b->control, s->monitor);
    b->device = dt_arena_take(s->run, clients, sizeof *b->device);
    b->apart = dt_arena_take(s->run, clients, sizeof *b->apart);
    b->tau = b->period > 0 ? b->period : 1;
    b->least = HUGE_VAL;
}

static void budget_end(budget *b, const dt_server *s) {
    for (size_t r = 0; r < s->team->group.ranks; r++) {
        dt_vec_drop(b->device[r].local);
        dt_vec_drop(b->device[r].slope);
        dt_vec_drop(b->device[r].here);
    }
    dt_vec_drop(b->best);
}

static dt_status budget_serve(void *state, dt_server *s) {
    budget *b = state;
    budget_begin(b, s);
    while (b->phase != OVER && dt_server_goes_on(s)) {
        double consensus_distance;
        DT_TRY(budget_round(b, s, &consensus_distance));                /* [time] */
        if (b->phase == OVER && b->best != NULL) {
            dt_vec_drop(s->x);
            s->x = dt_vec_keep(b->best);                                /* w_f */
        }
        if (b->phase == OVER) dt_server_close(s);
        budget_report(b, s);
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    budget_end(b, s);
    dt_server_finish(s);
    return DT_OK;
}

/* ---- the strategy ---------------------------------------------------------------------------------- */

static dt_status budget_fits(const void *state, const dt_config *scenario) {
    const char *const keys[] = { "stop.seconds", "stop.bytes", "stop.joules" };
    (void)state;
    if (dt_config_get(scenario, "stop") == NULL) return DT_OK;
    for (int k = 0; k < DT_BUDGETS; k++) {
        const dt_config *limit = dt_config_at(scenario, keys[k]);
        if (limit != NULL && limit->number > 0) return DT_OK;
    }
    return dt_fail_at(DT_EINVAL, "stop", "\"budget\" expected a budget: seconds, bytes or joules above 0");
}

static size_t budget_take_part(const void *state, size_t clients) { return dt_cohort_least(&((const budget *)state)->cohort, clients); }

static const dt_param budget_params[] = {
    DT_REAL_NAMED("fraction", budget, cohort.fraction, 1, 0, 1, "1", "share of the clients that take part in a round; 0: one client"),
    DT_INT_PARAM(budget, period, 0, 0, 1e9, "local steps in every round but the last (tau), to compare with; 0: the server chooses them"),
    DT_INT_PARAM(budget, most, 100, 1, 1e6, "largest number of local steps in a round that is chosen (tau_max)"),
    DT_INT_PARAM(budget, growth, 10, 1, 1e6, "the local steps grow by at most this factor from round to round"),
    DT_REAL_NAMED("phi", budget, control.phi, 0.025, 1e-12, 1e12, "1", "control parameter: a larger one makes rounds with few local steps"),
    { 0 }
};

static const dt_metric budget_columns[] = {
    DT_LOCAL_STEPS,
    { { "rho", DT_COLUMN_REAL, "1", "estimate of how fast the clients' losses change with the model: its Lipschitz constant" }, "rho",
      DT_BETTER_UNSAID, 0 },
    { { "beta", DT_COLUMN_REAL, "1", "estimate of how fast the clients' gradients change with the model: its smoothness" }, "beta",
      DT_BETTER_UNSAID, 0 },
    { { "delta", DT_COLUMN_REAL, "1", "estimate of how far the clients' gradients are from their mean: 0 if all hold the same samples" }, "delta",
      DT_BETTER_UNSAID, 0 },
    { { "overrun", DT_COLUMN_REAL, "1", "share of a budget (stop.seconds, bytes or joules) by which it has been exceeded, the largest; 0: none has" },
      "overrun", DT_BETTER_LOW, 0 },
    { .label = NULL }
};

const dt_strategy_type dt_strategy_budget = {
    .is = { "budget", "Federated averaging under budgets of time, bytes or energy, with as many local steps as a bound of the loss says.",
            "Wang et al. 2019, Algorithms 2 and 3", budget_params, sizeof(budget) },
    .columns = budget_columns,
    .faults = "with faults: the server invites clients whose hosts are up; one that fails in a round is waited for until "
              "faults.deadline, and that time is part of what a round costs",
    .budgets = true, .fits = budget_fits, .serve = budget_serve, .actors = budget_take_part, .together = budget_take_part,
};
